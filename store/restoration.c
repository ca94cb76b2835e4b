/*
 * S-CSCF restoration information by private identity.
 */
#include "store/restoration.h"

#include <stdlib.h>
#include <string.h>

static bool
is_impi(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct restorations *all = arg;
	const struct restoration *one = &all->list[ref - 1];

	return one->len == len && memcmp(one->impi, text, len) == 0;
}

void
restorations_init(struct restorations *all, const uint64_t key[2])
{
	*all = (struct restorations){ 0 };
	hash_init(&all->index, key, is_impi, all);
}

static struct restoration *
find(const struct restorations *all, const char *impi, size_t len)
{
	uint32_t ref = hash_find(&all->index, impi, len);

	return ref != 0 ? &all->list[ref - 1] : NULL;
}

const struct restoration_piece *
restorations_find(
    const struct restorations *all, const char *impi, size_t len, unsigned set)
{
	const struct restoration *one = find(all, impi, len);
	const struct restoration_piece *p = one != NULL ? one->pieces : NULL;

	while (p != NULL && p->set != set)
		p = p->next;
	return p;
}

struct restoration_piece *
restorations_piece(unsigned set, const void *octets, size_t len)
{
	struct restoration_piece *p = malloc(sizeof *p + len);

	if (p == NULL)
		return NULL;
	p->next = NULL;
	p->set = (uint8_t)set;
	p->len = (uint16_t)len;
	memcpy(p->octets, octets, len);
	return p;
}

static bool
grow(struct restorations *all)
{
	if (all->count < all->cap)
		return true;

	uint32_t cap = all->cap > 0 ? 2 * all->cap : 16;
	struct restoration *list = realloc(all->list, cap * sizeof *list);

	if (list == NULL)
		return false;
	all->list = list;
	all->cap = cap;
	return true;
}

struct restoration *
restorations_entry(struct restorations *all, const char *impi, size_t len)
{
	struct restoration *one = find(all, impi, len);
	uint32_t there;

	if (one != NULL)
		return one;
	if (!grow(all))
		return NULL;

	char *copy = malloc(len);

	if (copy == NULL)
		return NULL;
	memcpy(copy, impi, len);
	one = &all->list[all->count];
	*one = (struct restoration){ .impi = copy, .len = (uint8_t)len };
	if (!hash_add(&all->index, hash_of(&all->index, impi, len), impi, len,
		all->count + 1, &there)) {
		free(copy);
		return NULL;
	}
	all->count++;
	return one;
}

static void
drop(struct restoration *one, unsigned set)
{
	struct restoration_piece **at = &one->pieces;

	while (*at != NULL && (*at)->set != set)
		at = &(*at)->next;
	if (*at == NULL)
		return;

	struct restoration_piece *gone = *at;

	*at = gone->next;
	free(gone);
}

void
restorations_put(struct restoration *one, struct restoration_piece *p)
{
	drop(one, p->set);
	p->next = one->pieces;
	one->pieces = p;
}

void
restorations_drop(
    struct restorations *all, const char *impi, size_t len, unsigned set)
{
	struct restoration *one = find(all, impi, len);

	if (one != NULL)
		drop(one, set);
}

void
restorations_free(struct restorations *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		while (all->list[i].pieces != NULL)
			drop(&all->list[i], all->list[i].pieces->set);
		free(all->list[i].impi);
	}
	free(all->list);
	hash_free(&all->index);
}
