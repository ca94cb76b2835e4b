/*
 * SQN ceilings of private identities that are not provisioned.
 *
 * One that was provisioned again stays in the list, out of date; whoever
 * reads the list looks for the living one first.
 */
#include "store/orphans.h"

#include <stdlib.h>
#include <string.h>

static bool
is_orphan(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct orphans *o = arg;
	const struct orphan *one = &o->list[ref - 1];

	return one->len == len && memcmp(one->impi, text, len) == 0;
}

void
orphans_init(struct orphans *o, const uint64_t key[2])
{
	*o = (struct orphans){ 0 };
	hash_init(&o->index, key, is_orphan, o);
}

struct orphan *
orphans_find(const struct orphans *o, const char *impi, size_t len)
{
	uint32_t ref = hash_find(&o->index, impi, len);

	return ref != 0 ? &o->list[ref - 1] : NULL;
}

static bool
grow(struct orphans *o)
{
	if (o->count < o->cap)
		return true;

	uint32_t cap = o->cap > 0 ? 2 * o->cap : 16;
	struct orphan *list = realloc(o->list, cap * sizeof *list);

	if (list == NULL)
		return false;
	o->list = list;
	o->cap = cap;
	return true;
}

struct orphan *
orphans_add(struct orphans *o, const char *impi, size_t len)
{
	struct orphan *one = orphans_find(o, impi, len);
	uint32_t there;

	if (one != NULL)
		return one;
	if (!grow(o))
		return NULL;

	char *copy = malloc(len);

	if (copy == NULL)
		return NULL;
	memcpy(copy, impi, len);
	one = &o->list[o->count];
	*one = (struct orphan){ .impi = copy, .len = (uint8_t)len };
	if (!hash_add(&o->index, hash_of(&o->index, impi, len), impi, len,
		o->count + 1, &there)) {
		free(copy);
		return NULL;
	}
	o->count++;
	return one;
}

void
orphans_free(struct orphans *o)
{
	for (uint32_t i = 0; i < o->count; i++)
		free(o->list[i].impi);
	free(o->list);
	hash_free(&o->index);
}
