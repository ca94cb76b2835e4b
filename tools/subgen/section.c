/*
 * A section, made once; every user's differs only in digits of the IMSI.
 *
 * Keys follow from the IMSI: K is 0 and the IMSI, twice; OP or OPc is f and the
 * IMSI, twice; a password is the IMSI.  So each user's are its own and whoever
 * plays the user knows them.
 */
#include "tools/subgen/section.h"

#include "tools/cxclient/load_plan.h"

#include <stdio.h>
#include <string.h>

enum { IMPU_CAP = 4096 };

/* Adds a text; what does not fit is counted alone. */
static void
put(struct section *s, const char *text)
{
	size_t len = strlen(text);

	if (s->len + len < SECTION_CAP)
		memcpy(s->text + s->len, text, len);
	s->len += len;
}

/* Adds the last digits of the IMSI, filled in later. */
static void
put_digits(struct section *s, size_t width)
{
	s->spots[s->nspots++] = (struct section_spot){ s->len, width };
	s->len += width;
}

static void
put_key(struct section *s, const char *name, const char *digit)
{
	put(s, name);
	put(s, " = ");
	for (int i = 0; i < 2; i++) {
		put(s, digit);
		put_digits(s, IMSI_LEN);
	}
	put(s, "\n");
}

/* Do the last digits of all IMSIs differ? */
static bool
has_room(const struct section_about *about, unsigned width)
{
	uint64_t first = 0, room = 1;

	for (unsigned i = 0; i < width; i++) {
		first = 10 * first +
			(uint64_t)(about->first[IMSI_LEN - width + i] - '0');
		room *= 10;
	}
	return about->count <= room && first <= room - about->count;
}

static const char *
put_impu(struct section *s, const struct section_about *about, const char *impu)
{
	struct load_pattern p;
	char text[IMPU_CAP];

	if (!load_pattern_read(&p, impu, text, sizeof text))
		return "an IMPU has one %0Nu, N being 1 to 10, or none";
	if (!has_room(about, p.width))
		return "users would share an IMPU: it needs %0Nu with more "
		       "digits";
	put(s, "impu = ");

	char tail[IMPU_CAP];

	(void)snprintf(tail, sizeof tail, "%s\n", text + p.offset + p.width);
	text[p.offset] = '\0';
	put(s, text);
	if (p.width > 0)
		put_digits(s, p.width);
	put(s, tail);
	return NULL;
}

static void
put_impi(struct section *s, const struct section_about *about)
{
	put(s, "[");
	put_digits(s, IMSI_LEN);
	put(s, "]\nimpi = ");
	put_digits(s, IMSI_LEN);
	put(s, "@");
	put(s, about->realm);
	put(s, "\n");
	if (about->digest) {
		put(s, "scheme = digest\npassword = ");
		put_digits(s, IMSI_LEN);
		put(s, "\n");
	} else {
		put_key(s, "k", "0");
		put_key(s, about->key, "f");
	}
}

static void
fill(struct section *s)
{
	for (size_t i = 0; i < s->nspots; i++) {
		const struct section_spot *spot = &s->spots[i];

		memcpy(s->text + spot->at, s->imsi + IMSI_LEN - spot->width,
		    spot->width);
	}
}

static void
put_default_impus(struct section *s, const struct section_about *about)
{
	put(s, "impu = sip:");
	put_digits(s, IMSI_LEN);
	put(s, "@");
	put(s, about->realm);
	put(s, "\nimpu = tel:+");
	put_digits(s, IMSI_LEN);
	put(s, "\n");
}

const char *
section_make(struct section *s, const struct section_about *about)
{
	const char *wrong = NULL;

	s->len = s->nspots = 0;
	memcpy(s->imsi, about->first, IMSI_LEN);
	if (!has_room(about, IMSI_LEN))
		return "an IMSI has 15 digits: the last has no room";
	put_impi(s, about);
	if (about->nimpus == 0)
		put_default_impus(s, about);
	for (size_t i = 0; i < about->nimpus && wrong == NULL; i++)
		wrong = put_impu(s, about, about->impus[i]);
	if (wrong == NULL && s->len >= SECTION_CAP)
		wrong = "the section is too long";
	if (wrong == NULL)
		fill(s);
	return wrong;
}

void
section_next(struct section *s)
{
	size_t i = IMSI_LEN;

	while (i > 0 && s->imsi[i - 1] == '9')
		s->imsi[--i] = '0';
	if (i > 0)
		s->imsi[i - 1]++;
	fill(s);
}
