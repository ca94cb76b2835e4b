/*
 * The records of a section without fault.
 *
 * The IMPUs keep the file's order, but the default one of each implicit
 * registration set stands before the others of it.
 */
#include "store/load.h"

#include <stdlib.h>
#include <string.h>

/* The order of the IMPUs in their records. */
static void
order_impus(const struct load_section *s, uint8_t order[STORE_IMPUS_MAX])
{
	bool begun[STORE_SETS_MAX + 1] = { false };
	int defaults[STORE_SETS_MAX + 1];
	unsigned n = 0;

	for (unsigned i = 0; i < s->nimpus; i++) {
		unsigned set = s->impus[i].set;

		if (!begun[set]) {
			begun[set] = true;
			defaults[set] = load_default(s, set);
			order[n++] = (uint8_t)defaults[set];
		}
		if (defaults[set] != (int)i)
			order[n++] = (uint8_t)i;
	}
}

/* Where the subscription with this reference was. */
static const struct load_place *
find_place(const struct load *l, uint32_t ref)
{
	size_t low = 0, high = l->nplaces;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (l->places[mid].ref <= ref)
			low = mid;
		else
			high = mid;
	}
	return &l->places[low];
}

static bool
add_place(struct load *l, uint32_t ref)
{
	if ((l->nplaces == 0 || l->places[l->nplaces - 1].file != l->file) &&
	    !sources_note(&l->tables->sources, l->files[l->file], ref))
		return false;
	if (l->nplaces == l->places_cap) {
		size_t cap = l->places_cap > 0 ? 2 * l->places_cap : 64;
		struct load_place *places =
		    realloc(l->places, cap * sizeof *places);

		if (places == NULL)
			return false;
		l->places = places;
		l->places_cap = cap;
	}
	l->places[l->nplaces++] =
	    (struct load_place){ ref, l->section->line, l->file };
	return true;
}

/* Lines from the section's head. */
static uint16_t
line_in(const struct load_section *s, unsigned line)
{
	unsigned n = line - s->line;

	return n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
}

/* An identity stands elsewhere: in the section of `sub`, at this line of it. */
static void
fault_twice(struct load *l, unsigned line, const char *what, const char *form,
    size_t len, uint32_t ref, unsigned line_there)
{
	const struct load_place *p = find_place(l, ref);

	load_fault(l, line, "%s %.*s is at %s:%u already", what, (int)len, form,
	    l->files[p->file], p->line + line_there);
}

static bool
add_impi(struct load *l, const struct load_impi *from, struct store_impi *impi,
    const struct sub *sub, uint32_t ref, char **at)
{
	struct tables *t = l->tables;
	uint32_t other;

	if (!hash_add(&t->impis, from->hash, from->form, from->len,
		tables_part(sub, ref, impi), &other)) {
		if (other == 0)
			return false;

		const struct store_impi *there = arena_at(&t->subs, other);

		fault_twice(l, from->line, "impi", from->form, from->len, other,
		    there->name.line);
		return true;
	}
	impi->name.line = line_in(l->section, from->line);
	return names_put(&t->names, &impi->name, from->form, from->len, at);
}

/* The name to show and the application server behind it. */
static void
set_impu_texts(const struct load_impu *from, struct store_impu *impu, char **at)
{
	if (from->display_len == 0 && from->as_len == 0)
		return;
	impu->display = tables_string(at, from->display, from->display_len);
	impu->has_as = from->as_len > 0;
	if (impu->has_as)
		tables_string(at, from->as, from->as_len);
}

/* Adds one to those that are looked up by expression; false: no memory. */
static bool
add_wildcard(struct load *l, const struct load_impu *from, uint32_t ref)
{
	enum wildcards_result result =
	    wildcards_add(&l->tables->wildcards, from->form, from->len, ref);

	if (result == WILDCARDS_FULL)
		load_fault(l, from->line,
		    "more than %d wildcards begin so in one domain",
		    WILDCARDS_ALIKE_MAX);
	return result != WILDCARDS_NO_MEMORY;
}

static bool
add_impu(struct load *l, const struct load_impu *from, struct store_impu *impu,
    const struct sub *sub, uint32_t ref, char **at)
{
	struct tables *t = l->tables;
	uint32_t other;

	if (!hash_add(&t->impus, from->hash, from->form, from->len,
		tables_part(sub, ref, impu), &other)) {
		if (other == 0)
			return false;

		const struct store_impu *there = arena_at(&t->subs, other);

		fault_twice(l, from->line, "impu", from->form, from->len, other,
		    there->name.line);
		return true;
	}
	impu->name.line = line_in(l->section, from->line);
	impu->profile = (uint16_t)from->profile;
	impu->set = (uint8_t)(from->set - 1);
	impu->barred = from->barred;
	impu->psi = from->psi;
	impu->wildcard = from->wildcard;
	impu->inactive = from->inactive;
	set_impu_texts(from, impu, at);
	return names_put(&t->names, &impu->name, from->form, from->len, at) &&
	       (!from->wildcard ||
		   add_wildcard(l, from, tables_part(sub, ref, impu)));
}

/* What the hooks make of OP and password.  False: they failed. */
static bool
set_aka(struct load *l, const struct load_impi *from, struct store_impi *impi)
{
	const struct store_hooks *hooks = l->plan->hooks;

	memcpy(impi->u.aka.k, from->k, sizeof from->k);
	if (!from->has_op) {
		memcpy(impi->u.aka.opc, from->opc, sizeof from->opc);
		return true;
	}
	return hooks->opc(hooks->arg, impi->u.aka.opc, from->k, from->op);
}

static bool
set_digest(
    struct load *l, const struct load_impi *from, struct store_impi *impi)
{
	const struct store_hooks *hooks = l->plan->hooks;

	if (!from->has_password) {
		memcpy(impi->u.ha1, from->ha1, sizeof from->ha1);
		return true;
	}
	return hooks->ha1(hooks->arg, impi->u.ha1, from->raw, from->password);
}

static void
set_credential(struct load *l, const struct load_impi *from,
    struct store_impi *impi, char **at)
{
	bool ok = true;

	impi->scheme = from->scheme;
	memcpy(impi->amf, from->amf, sizeof from->amf);
	impi->seq = from->seq;
	impi->left = SQN_NONE;
	switch (from->scheme) {
	case STORE_AKA:
		ok = set_aka(l, from, impi);
		break;
	case STORE_DIGEST:
		ok = set_digest(l, from, impi);
		break;
	case STORE_NASS:
		impi->u.line_identifier = tables_string(
		    at, from->line_identifier, strlen(from->line_identifier));
		break;
	case STORE_GIBA:
		memcpy(impi->u.framed_ip.addr, from->addr, sizeof from->addr);
		impi->u.framed_ip.len = from->addrlen;
		break;
	}
	if (!ok)
		load_fault(l, from->line,
		    "the key of impi %.*s cannot be computed", (int)from->len,
		    from->form);
}

/* The octets of all texts, each with a NUL but for the names. */
static size_t
texts_len(const struct load_section *s)
{
	size_t len = s->namelen + 1;

	len += s->scscflen > 0 ? s->scscflen + 1 : 0;
	len += s->visitedlen > 0 ? s->visitedlen + 1 : 0;
	for (unsigned i = 0; i < s->nimpis; i++) {
		const struct load_impi *impi = &s->impis[i];

		len += names_local_len(impi->form, impi->len);
		if (impi->scheme == STORE_NASS)
			len += strlen(impi->line_identifier) + 1;
	}
	for (unsigned i = 0; i < s->nimpus; i++) {
		const struct load_impu *impu = &s->impus[i];

		len += names_local_len(impu->form, impu->len);
		if (impu->display_len > 0 || impu->as_len > 0)
			len += impu->display_len + 1;
		len += impu->as_len > 0 ? impu->as_len + 1 : 0;
	}
	return len;
}

static void
set_keys(const struct load_section *s, struct store_sub *pub, char **at)
{
	pub->name = tables_string(at, s->name, s->namelen);
	if (s->scscflen > 0)
		pub->fixed_scscf = tables_string(at, s->scscf, s->scscflen);
	if (s->visitedlen > 0)
		pub->visited = tables_string(at, s->visited, s->visitedlen);
	pub->barred = s->barred;
	pub->unreg_services = s->unreg_services;
	pub->loose_route = s->loose_route;
	pub->privileged = s->privileged;
	pub->charging = (uint16_t)s->charging;
	pub->nmandatory = (uint8_t)s->nmandatory;
	pub->noptional = (uint8_t)s->noptional;
	if (s->nmandatory + s->noptional > 0)
		memcpy(store_capabilities(pub), s->caps,
		    (s->nmandatory + s->noptional) * sizeof *s->caps);
}

static bool
build(struct load *l)
{
	const struct load_section *s = l->section;
	struct tables *t = l->tables;
	struct tables_size size = { s->nimpis, s->nimpus, load_nsets(s),
		s->nmandatory + s->noptional, texts_len(s) };
	uint8_t order[STORE_IMPUS_MAX];
	uint32_t ref, there;
	struct sub *sub = tables_add(t, &size, &ref);

	if (sub == NULL || !add_place(l, ref))
		return false;

	struct store_sub *pub = &sub->pub;
	char *at = tables_texts(sub);

	set_keys(s, pub, &at);
	if (!hash_add(&t->sections, s->hash, s->name, s->namelen, ref, &there))
		return false;
	for (unsigned i = 0; i < s->nimpis; i++) {
		if (!add_impi(l, &s->impis[i], &pub->impis[i], sub, ref, &at))
			return false;
		set_credential(l, &s->impis[i], &pub->impis[i], &at);
	}
	order_impus(s, order);
	for (unsigned i = 0; i < s->nimpus; i++) {
		if (!add_impu(
			l, &s->impus[order[i]], &pub->impus[i], sub, ref, &at))
			return false;
	}
	return true;
}

/* A section of the same name; true after telling. */
static bool
is_twice(struct load *l)
{
	const struct load_section *s = l->section;
	uint32_t ref =
	    hash_find_as(&l->tables->sections, s->hash, s->name, s->namelen);

	if (ref == 0)
		return false;

	const struct load_place *p = find_place(l, ref);

	load_fault(l, s->line, "section [%.*s] is at %s:%u already",
	    (int)s->namelen, s->name, l->files[p->file], p->line);
	return true;
}

bool
load_build(struct load *l)
{
	return is_twice(l) || build(l);
}
