/*
 * A hash table by Hop-by-Hop Identifier, which a node counts up, so that
 * buckets fill evenly; and a binary heap by time, so that one timer is enough.
 */
#include "diameter/pending.h"

#include <assert.h>
#include <stdlib.h>

bool
dia_pendings_init(struct dia_pendings *all)
{
	*all = (struct dia_pendings){
		.buckets = calloc(DIA_PENDING_MAX, sizeof all->buckets[0]),
		.heap = calloc(DIA_PENDING_MAX, sizeof all->heap[0]),
	};
	if (all->buckets != NULL && all->heap != NULL)
		return true;
	dia_pendings_free(all);
	return false;
}

void
dia_pendings_free(struct dia_pendings *all)
{
	assert(all->n == 0);
	free(all->buckets);
	free(all->heap);
	*all = (struct dia_pendings){ 0 };
}

static struct dia_pending **
bucket_of(const struct dia_pendings *all, uint32_t hbh)
{
	return &all->buckets[hbh % DIA_PENDING_MAX];
}

static void
put_at(struct dia_pendings *all, size_t place, struct dia_pending *p)
{
	all->heap[place] = p;
	p->place = place;
}

/* Puts p where a place is free, or above it. */
static void
sift_up(struct dia_pendings *all, size_t place, struct dia_pending *p)
{
	while (place > 0) {
		struct dia_pending *parent = all->heap[(place - 1) / 2];

		if (parent->due_ms <= p->due_ms)
			break;
		put_at(all, place, parent);
		place = (place - 1) / 2;
	}
	put_at(all, place, p);
}

/* Puts p where a place is free, or below it. */
static void
sift_down(struct dia_pendings *all, size_t place, struct dia_pending *p)
{
	for (;;) {
		size_t child = 2 * place + 1;

		if (child + 1 < all->n &&
		    all->heap[child + 1]->due_ms < all->heap[child]->due_ms)
			child++;
		if (child >= all->n || all->heap[child]->due_ms >= p->due_ms)
			break;
		put_at(all, place, all->heap[child]);
		place = child;
	}
	put_at(all, place, p);
}

void
dia_pendings_add(struct dia_pendings *all, struct dia_pending *p)
{
	struct dia_pending **bucket = bucket_of(all, p->hbh);

	assert(all->n < DIA_PENDING_MAX);
	p->next = *bucket;
	*bucket = p;
	sift_up(all, all->n++, p);
}

void
dia_pendings_remove(struct dia_pendings *all, struct dia_pending *p)
{
	struct dia_pending **at = bucket_of(all, p->hbh);
	struct dia_pending *last = all->heap[--all->n];

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	if (last == p)
		return;
	if (last->due_ms < p->due_ms)
		sift_up(all, p->place, last);
	else
		sift_down(all, p->place, last);
}

struct dia_pending *
dia_pendings_find(const struct dia_pendings *all, uint32_t hbh)
{
	struct dia_pending *p = *bucket_of(all, hbh);

	while (p != NULL && p->hbh != hbh)
		p = p->next;
	return p;
}

struct dia_pending *
dia_pendings_first(const struct dia_pendings *all)
{
	return all->n > 0 ? all->heap[0] : NULL;
}
