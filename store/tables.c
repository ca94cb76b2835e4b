/* All subscriptions as one set of files describes them. */
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 64 /* octets of the cache's */ };

/* Octets from the start of a subscription's piece to each of its parts. */
struct layout {
	size_t impis, impus, caps, texts, end;
};

static size_t
round8(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static struct layout
layout(const struct tables_size *size)
{
	struct layout l;

	l.impis =
	    round8(sizeof(struct sub) + size->nsets * sizeof(struct store_set));
	l.impus = l.impis + size->nimpis * sizeof(struct store_impi);
	l.caps = l.impus + size->nimpus * sizeof(struct store_impu);
	l.texts = l.caps + size->ncaps * sizeof(uint32_t);
	l.end = l.texts + size->texts;
	return l;
}

static struct tables_size
size_of(const struct store_sub *sub)
{
	return (struct tables_size){ sub->nimpis, sub->nimpus, sub->nsets,
		(size_t)sub->nmandatory + sub->noptional, 0 };
}

/* Begins to fetch what stands around a record: the head of its piece and the
 * texts are wanted next, and all at once take no longer than one. */
static const void *
fetch(const struct tables *t, uint32_t ref)
{
	const char *record = arena_at(&t->subs, ref);

	for (int at = -2 * LINE; at <= 2 * LINE; at += LINE)
		__builtin_prefetch(record + at);
	return record;
}

static bool
is_impi(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct tables *t = arg;
	const struct store_impi *impi = fetch(t, ref);

	return names_is(&t->names, &impi->name, text, len);
}

static bool
is_impu(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct tables *t = arg;
	const struct store_impu *impu = fetch(t, ref);

	return names_is(&t->names, &impu->name, text, len);
}

static bool
is_section(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct tables *t = arg;
	const struct sub *sub = arena_at(&t->subs, ref);

	return strlen(sub->pub.name) == len &&
	       memcmp(sub->pub.name, text, len) == 0;
}

struct tables *
tables_new(const uint64_t key[2])
{
	struct tables *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	names_init(&t->names, key);
	hash_init(&t->impis, key, is_impi, t);
	hash_init(&t->impus, key, is_impu, t);
	hash_init(&t->sections, key, is_section, t);
	wildcards_init(&t->wildcards, key);
	return t;
}

struct sub *
tables_next(const struct tables *t, struct arena_walk *w)
{
	return arena_next(&t->subs, w);
}

struct arena_walk
tables_behind(const struct tables *t, const struct sub *sub)
{
	return arena_behind(&t->subs, sub);
}

void
tables_free(struct tables *t, struct scscfs *scscfs)
{
	if (t == NULL)
		return;

	struct arena_walk walk = { 0 };
	struct sub *sub;

	while (scscfs != NULL && (sub = tables_next(t, &walk)) != NULL)
		scscf_drop(scscfs, sub->scscf);
	names_free(&t->names);
	hash_free(&t->impis);
	hash_free(&t->impus);
	hash_free(&t->sections);
	wildcards_free(&t->wildcards);
	labels_free(&t->profiles);
	labels_free(&t->chargings);
	sources_free(&t->sources);
	arena_free(&t->subs);
	free(t);
}

struct sub *
tables_add(struct tables *t, const struct tables_size *size, uint32_t *ref)
{
	struct layout l = layout(size);
	struct sub *sub = arena_take(&t->subs, l.end, ref);

	if (sub == NULL)
		return NULL;

	struct store_sub *pub = &sub->pub;

	pub->nimpis = (uint8_t)size->nimpis;
	pub->nimpus = (uint8_t)size->nimpus;
	pub->nsets = (uint8_t)size->nsets;
	/* Their sum; the caller says which are which. */
	pub->nmandatory = (uint8_t)size->ncaps;
	pub->impis = (void *)((char *)sub + l.impis);
	pub->impus = (void *)((char *)sub + l.impus);
	for (size_t i = 0; i < size->nimpis; i++) {
		pub->impis[i].sub = pub;
		pub->impis[i].index = (uint8_t)i;
	}
	for (size_t i = 0; i < size->nimpus; i++)
		pub->impus[i].sub = pub;
	t->count++;
	return sub;
}

char *
tables_texts(struct sub *sub)
{
	struct tables_size size = size_of(&sub->pub);

	return (char *)sub + layout(&size).texts;
}

char *
tables_string(char **at, const char *text, size_t len)
{
	char *copy = *at;

	memcpy(copy, text, len);
	copy[len] = '\0';
	*at += len + 1;
	return copy;
}

uint32_t
tables_part(const struct sub *sub, uint32_t ref, const void *part)
{
	return ref + (uint32_t)(((const char *)part - (const char *)sub) / 8);
}

struct store_impi *
tables_impi(const struct tables *t, const char *form, size_t len)
{
	uint32_t ref = hash_find(&t->impis, form, len);

	return ref != 0 ? arena_at(&t->subs, ref) : NULL;
}

struct store_impu *
tables_impu(const struct tables *t, const char *form, size_t len)
{
	uint32_t ref = hash_find(&t->impus, form, len);

	return ref != 0 ? arena_at(&t->subs, ref) : NULL;
}

const char *
tables_file(const struct tables *t, const struct sub *sub)
{
	size_t chunk;
	const char *file =
	    sources_find(&t->sources, arena_ref(&t->subs, sub, &chunk));

	return file != NULL ? file : "subscribers";
}

void
tables_pair(const struct tables *t, const struct tables_pair *forms,
    struct store_impi **impi, struct store_impu **impu)
{
	uint64_t a = hash_of(&t->impis, forms->impi, forms->impi_len);
	uint64_t b = hash_of(&t->impus, forms->impu, forms->impu_len);
	uint32_t ref = hash_find_as(&t->impis, a, forms->impi, forms->impi_len);

	*impi = ref != 0 ? arena_at(&t->subs, ref) : NULL;
	ref = hash_find_as(&t->impus, b, forms->impu, forms->impu_len);
	*impu = ref != 0 ? arena_at(&t->subs, ref) : NULL;
}

struct sub *
tables_sub(const struct tables *t, const char *name, size_t len)
{
	uint32_t ref = hash_find(&t->sections, name, len);

	return ref != 0 ? arena_at(&t->subs, ref) : NULL;
}

struct store_impu *
tables_wildcard(const struct tables *t, const char *form, size_t len)
{
	uint32_t ref = wildcards_find(&t->wildcards, form, len);

	return ref != 0 ? arena_at(&t->subs, ref) : NULL;
}

_Static_assert(sizeof(void *) != 8 || sizeof(struct store_impi) == 64,
    "64 octets on 64 bits");
_Static_assert(sizeof(void *) != 8 || sizeof(struct store_impu) == 32,
    "32 octets on 64 bits");
_Static_assert(
    sizeof(void *) != 8 || sizeof(struct sub) + sizeof(struct store_set) <= 80,
    "80 octets");
_Static_assert(sizeof(struct arena_head) <= sizeof(uint32_t) &&
		   offsetof(struct store_sub, piece) == 0,
    "the head of a piece");
