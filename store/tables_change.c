/*
 * Subscriptions that leave the tables, and that come from others.
 */
#include "store/tables.h"

#include <string.h>

bool
tables_registered(const struct store_set *sets, unsigned nsets)
{
	for (unsigned i = 0; i < nsets; i++) {
		if (sets[i].registered != 0)
			return true;
	}
	return false;
}

/* Takes an identity out of its index, unless it is another's there. */
static void
remove_name(struct hash *index, const struct names *names,
    const struct store_name *name, uint32_t ref)
{
	char form[STORE_NAME_MAX];
	size_t len = names_text(names, name, form);

	hash_remove(index, hash_of(index, form, len), ref);
}

static void
remove_impu(struct tables *t, const struct store_impu *impu, uint32_t ref)
{
	if (impu->wildcard) {
		char form[STORE_NAME_MAX];
		size_t len = names_text(&t->names, &impu->name, form);

		wildcards_remove(&t->wildcards, form, len, ref);
	}
	remove_name(&t->impus, &t->names, &impu->name, ref);
	names_drop(&t->names, &impu->name);
}

/* Undoes all that tables_adopt() does, or the part that it did. */
static void
take_out(struct tables *t, struct sub *sub, uint32_t ref)
{
	const struct store_sub *pub = &sub->pub;

	for (unsigned i = 0; i < pub->nimpus; i++)
		remove_impu(
		    t, &pub->impus[i], tables_part(sub, ref, &pub->impus[i]));
	for (unsigned i = 0; i < pub->nimpis; i++) {
		const struct store_impi *impi = &pub->impis[i];

		remove_name(&t->impis, &t->names, &impi->name,
		    tables_part(sub, ref, impi));
		names_drop(&t->names, &impi->name);
	}
	hash_remove(&t->sections,
	    hash_of(&t->sections, pub->name, strlen(pub->name)), ref);
	arena_give(&t->subs, ref);
}

void
tables_remove(struct tables *t, struct scscfs *scscfs, struct sub *sub)
{
	size_t chunk;
	uint32_t ref = arena_ref(&t->subs, sub, &chunk);

	t->registered -= tables_registered(sub->sets, sub->pub.nsets);
	t->count--;
	scscf_drop(scscfs, sub->scscf);
	take_out(t, sub, ref);
}

/* The same place in the copy. */
static void *
moved(const void *p, const struct sub *from, struct sub *to)
{
	return p != NULL ? (char *)to + ((const char *)p - (const char *)from)
			 : NULL;
}

/* Pointers that go to the copy, no registration, and no domains yet. */
static void
relocate(struct sub *to, const struct sub *from)
{
	struct store_sub *pub = &to->pub;

	pub->name = moved(pub->name, from, to);
	pub->impis = moved(pub->impis, from, to);
	pub->impus = moved(pub->impus, from, to);
	pub->fixed_scscf = moved(pub->fixed_scscf, from, to);
	pub->visited = moved(pub->visited, from, to);
	for (unsigned i = 0; i < pub->nimpis; i++) {
		struct store_impi *impi = &pub->impis[i];

		impi->sub = pub;
		impi->name.domain = 0;
		if (impi->scheme == STORE_NASS)
			impi->u.line_identifier =
			    moved(impi->u.line_identifier, from, to);
	}
	for (unsigned i = 0; i < pub->nimpus; i++) {
		struct store_impu *impu = &pub->impus[i];

		impu->sub = pub;
		impu->name.domain = 0;
		impu->display = moved(impu->display, from, to);
	}
	pub->reassign = false;
	to->scscf = NULL;
	to->position = 0;
	memset(to->sets, 0, pub->nsets * sizeof *to->sets);
}

/* Gives the copy of a name its domain, and puts it into an index. */
static bool
enter(struct tables *to, const struct tables *from, struct hash *index,
    const struct store_name *old, struct store_name *name, uint32_t ref)
{
	char form[STORE_NAME_MAX];
	uint32_t there;

	name->domain = old->domain;
	if (!names_move(&to->names, &from->names, name))
		return false;

	size_t len = names_text(&to->names, name, form);

	return hash_add(
	    index, hash_of(index, form, len), form, len, ref, &there);
}

static bool
enter_wildcard(struct tables *to, const struct store_impu *impu, uint32_t ref)
{
	char form[STORE_NAME_MAX];
	size_t len = names_text(&to->names, &impu->name, form);

	return wildcards_add(&to->wildcards, form, len, ref) == WILDCARDS_OK;
}

static bool
enter_all(struct tables *to, const struct tables *from, const struct sub *old,
    struct sub *sub, uint32_t ref)
{
	struct store_sub *pub = &sub->pub;
	size_t len = strlen(pub->name);
	uint32_t there;

	for (unsigned i = 0; i < pub->nimpis; i++) {
		struct store_impi *impi = &pub->impis[i];

		if (!enter(to, from, &to->impis, &old->pub.impis[i].name,
			&impi->name, tables_part(sub, ref, impi)))
			return false;
	}
	for (unsigned i = 0; i < pub->nimpus; i++) {
		struct store_impu *impu = &pub->impus[i];
		uint32_t part = tables_part(sub, ref, impu);

		if (!enter(to, from, &to->impus, &old->pub.impus[i].name,
			&impu->name, part) ||
		    (impu->wildcard && !enter_wildcard(to, impu, part)))
			return false;
	}
	return hash_add(&to->sections, hash_of(&to->sections, pub->name, len),
	    pub->name, len, ref, &there);
}

struct sub *
tables_adopt(
    struct tables *to, const struct tables *from, const struct sub *old)
{
	size_t len = arena_len(old), head = sizeof(struct arena_head);
	uint32_t ref;
	struct sub *sub = arena_take(&to->subs, len, &ref);

	if (sub == NULL)
		return NULL;
	memcpy((char *)sub + head, (const char *)old + head, len - head);
	relocate(sub, old);
	if (!enter_all(to, from, old, sub, ref)) {
		take_out(to, sub, ref);
		return NULL;
	}
	to->count++;
	return sub;
}

/* Whether `there` belongs to another; notes the text then. */
static bool
clashes(struct tables_clash *clash, enum tables_clash_kind kind,
    const struct sub *there, const struct sub *except, const char *text,
    size_t len)
{
	if (there == NULL || there == except)
		return false;
	clash->kind = kind;
	clash->there = there;
	memcpy(clash->text, text, len);
	clash->text[len] = '\0';
	return true;
}

static bool
impu_clashes(const struct tables *to, const struct tables *from,
    const struct store_impu *impu, const struct sub *except,
    struct tables_clash *clash)
{
	char form[STORE_NAME_MAX];
	size_t len = names_text(&from->names, &impu->name, form);
	const struct store_impu *there = tables_impu(to, form, len);

	if (there != NULL)
		return clashes(
		    clash, TABLES_IMPU, sub_of(there->sub), except, form, len);
	if (!impu->wildcard || !wildcards_full(&to->wildcards, form, len))
		return false;
	clash->kind = TABLES_WILDCARD;
	memcpy(clash->text, form, len);
	clash->text[len] = '\0';
	return true;
}

bool
tables_conflict(const struct tables *to, const struct tables *from,
    const struct sub *sub, const struct sub *except, struct tables_clash *clash)
{
	const struct store_sub *pub = &sub->pub;
	size_t len = strlen(pub->name);

	*clash = (struct tables_clash){ .kind = TABLES_NO_CLASH };
	if (clashes(clash, TABLES_SECTION, tables_sub(to, pub->name, len),
		except, pub->name, len))
		return true;
	for (unsigned i = 0; i < pub->nimpis; i++) {
		char form[STORE_NAME_MAX];
		const struct store_impi *there;

		len = names_text(&from->names, &pub->impis[i].name, form);
		there = tables_impi(to, form, len);
		if (there != NULL && clashes(clash, TABLES_IMPI,
					 sub_of(there->sub), except, form, len))
			return true;
	}
	for (unsigned i = 0; i < pub->nimpus; i++) {
		if (impu_clashes(to, from, &pub->impus[i], except, clash))
			return true;
	}
	return false;
}
