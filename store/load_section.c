/*
 * The end of a section: the faults that can be told only then.
 *
 * The default IMPU of an implicit registration set is that with the flag, or
 * else the first which is neither barred nor a PSI nor a wildcard
 * (TS 23.228, 5.2.1a).
 */
#include "store/load.h"

#include <string.h>

int
load_default(const struct load_section *s, unsigned set)
{
	int first = -1, usable = -1;

	for (unsigned i = 0; i < s->nimpus; i++) {
		const struct load_impu *u = &s->impus[i];

		if (u->set != set)
			continue;
		if (u->is_default)
			return (int)i;
		if (first < 0)
			first = (int)i;
		if (usable < 0 && !u->barred && !u->psi && !u->wildcard)
			usable = (int)i;
	}
	return usable >= 0 ? usable : first;
}

unsigned
load_nsets(const struct load_section *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->nimpus; i++) {
		if (s->impus[i].set > n)
			n = s->impus[i].set;
	}
	return n;
}

static void
check_sets(struct load_reader *r)
{
	struct load_section *s = &r->section;
	bool has_default[STORE_SETS_MAX + 1] = { false };

	for (unsigned i = 0; i < s->nimpus; i++) {
		const struct load_impu *u = &s->impus[i];

		if (u->is_default && has_default[u->set])
			load_wrong(r, u->line,
			    "set %u has a default impu already", u->set);
		has_default[u->set] |= u->is_default;
	}
}

/* The journal names them all in one record. */
static void
check_names(struct load_reader *r)
{
	const struct load_section *s = &r->section;
	size_t len = 0;

	if (s->nimpis <= RECORD_IMPIS_MAX / (3 * STORE_NAME_MAX + 1))
		return;
	for (unsigned i = 0; i < s->nimpis; i++)
		len += record_name_len(s->impis[i].form, s->impis[i].len) + 1;
	if (len > RECORD_IMPIS_MAX)
		load_wrong(r, s->line,
		    "the names of its impis take %zu octets in the journal "
		    "and must take at most %d",
		    len, RECORD_IMPIS_MAX);
}

/* Profiles that are not named. */
static void
set_profiles(struct load_reader *r)
{
	struct load_section *s = &r->section;

	for (unsigned i = 0; i < s->nimpus; i++) {
		if (s->impus[i].profile >= 0)
			continue;
		if (s->profile < 0 && r->default_profile < 0)
			r->default_profile =
			    load_profile(r, s->line, "default");
		s->impus[i].profile =
		    s->profile >= 0 ? s->profile : r->default_profile;
	}
}

static void
check(struct load_reader *r)
{
	struct load_section *s = &r->section;
	bool whole = !s->bad; /* no line of it was lost */

	if (s->nimpis == 0 && whole)
		load_wrong(r, s->line, "the section has no impi");
	if (s->nimpus == 0 && whole)
		load_wrong(r, s->line, "the section has no impu");
	for (unsigned i = 0; i < s->nimpis; i++)
		load_check_impi(r, &s->impis[i]);
	check_sets(r);
	check_names(r);
	if (!s->bad)
		set_profiles(r);
}

static void
wipe(struct load_section *s)
{
	for (unsigned i = 0; i < s->nimpis; i++) {
		struct load_impi *impi = &s->impis[i];

		explicit_bzero(impi->k, sizeof impi->k);
		explicit_bzero(impi->op, sizeof impi->op);
		explicit_bzero(impi->opc, sizeof impi->opc);
		explicit_bzero(impi->ha1, sizeof impi->ha1);
		if (impi->has_password)
			explicit_bzero(impi->password, impi->passwordlen);
	}
}

void
load_section_end(struct load_reader *r)
{
	struct load_section *s = &r->section;

	if (s->line == 0)
		return;
	s->end = r->line;
	check(r);
	if (!s->bad)
		load_put(r);
	wipe(s);
	s->line = 0;
}
