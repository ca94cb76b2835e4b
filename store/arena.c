/*
 * Memory that is taken piece by piece.
 *
 * Chunks of one size; a piece never spans two.  A chunk's first unit is not
 * used, so no piece has the reference 0, and the last is not, so none ends
 * behind the last reference.  A piece once made keeps its place
 * and length for ever: what is given back waits in a list of its length, and
 * is wiped then.  So a walk that pauses always stands before a piece.
 */
#include "store/arena.h"

#include "store/pages.h"

#include <stdlib.h>
#include <string.h>

enum {
	UNIT = 8,
	CHUNK_UNITS = ARENA_CHUNK / UNIT,
	FINE_LENGTHS = ARENA_FINE / ARENA_STEP,
	NEAR = 4, /* lengths above the one asked for that are looked at */
};

#define TAKEN (UINT32_C(1) << 31)

/* A piece that was given back. */
struct gap {
	struct arena_head head;
	uint32_t next; /* of its length; 0: none */
};

/* The place of a length among all, and that length in *rounded: steps of
 * ARENA_STEP at first, then eight between a power of two and the next. */
static unsigned
place_of(size_t len, size_t *rounded)
{
	if (len <= ARENA_FINE) {
		size_t n = len > 0 ? (len + ARENA_STEP - 1) / ARENA_STEP : 1;

		*rounded = n * ARENA_STEP;
		return (unsigned)n - 1;
	}

	size_t power = ARENA_FINE;
	unsigned place = FINE_LENGTHS;

	for (; 2 * power < len; power *= 2)
		place += 8;

	size_t n = (len - power + power / 8 - 1) / (power / 8);

	*rounded = power + n * (power / 8);
	return place + (unsigned)n - 1;
}

static struct arena_chunk *
add_chunk(struct arena *a)
{
	if (a->nchunks == ARENA_CHUNKS_MAX)
		return NULL;
	if (a->nchunks == a->cap) {
		size_t cap = a->cap > 0 ? 2 * a->cap : 8;
		struct arena_chunk *chunks =
		    realloc(a->chunks, cap * sizeof *chunks);

		if (chunks == NULL)
			return NULL;
		a->chunks = chunks;
		a->cap = cap;
	}

	/* A small store needs no more than its first pages. */
	uint8_t *octets =
	    pages_take(ARENA_CHUNK, a->nchunks == 0 ? PAGES_HUGE : 0);

	if (octets == NULL)
		return NULL;
	a->chunks[a->nchunks] = (struct arena_chunk){ octets, UNIT };
	return &a->chunks[a->nchunks++];
}

/* One that was given back; 0: there is none of about this length. */
static uint32_t
take_gap(struct arena *a, unsigned place)
{
	unsigned end =
	    place + NEAR < ARENA_LENGTHS ? place + NEAR + 1 : ARENA_LENGTHS;

	for (; place < end; place++) {
		uint32_t ref = a->free[place];

		if (ref == 0)
			continue;

		struct gap *gap = arena_at(a, ref);

		a->free[place] = gap->next;
		a->nfree--;
		gap->next = 0;
		gap->head.units |= TAKEN;
		return ref;
	}
	return 0;
}

void *
arena_take(struct arena *a, size_t len, uint32_t *ref)
{
	if (len > ARENA_PIECE_MAX)
		return NULL;

	unsigned place = place_of(len, &len);

	if (a->nfree > 0) {
		*ref = take_gap(a, place);
		if (*ref != 0)
			return arena_at(a, *ref);
	}

	struct arena_chunk *c =
	    a->nchunks > 0 ? &a->chunks[a->nchunks - 1] : NULL;

	if (c == NULL || ARENA_CHUNK - UNIT - c->used < len)
		c = add_chunk(a);
	if (c == NULL)
		return NULL;

	struct arena_head *head = (void *)(c->octets + c->used);

	*ref = (uint32_t)((a->nchunks - 1) * CHUNK_UNITS + c->used / UNIT);
	head->units = TAKEN | (uint32_t)(len / UNIT);
	c->used += len;
	return head;
}

size_t
arena_len(const void *piece)
{
	const struct arena_head *head = piece;

	return (size_t)(head->units & ~TAKEN) * UNIT;
}

void
arena_give(struct arena *a, uint32_t ref)
{
	struct gap *gap = arena_at(a, ref);
	size_t len = arena_len(gap);
	unsigned place = place_of(len, &len);

	explicit_bzero(
	    (uint8_t *)gap + sizeof gap->head, len - sizeof gap->head);
	gap->head.units &= ~TAKEN;
	gap->next = a->free[place];
	a->free[place] = ref;
	a->nfree++;
}

void *
arena_at(const struct arena *a, uint32_t ref)
{
	return a->chunks[ref / CHUNK_UNITS].octets +
	       (size_t)(ref % CHUNK_UNITS) * UNIT;
}

uint32_t
arena_ref(const struct arena *a, const void *p, size_t *chunk)
{
	uintptr_t at = (uintptr_t)p;

	for (size_t i = 0; i < a->nchunks; i++) {
		uintptr_t octets = (uintptr_t)a->chunks[i].octets;

		if (at < octets + UNIT || at - octets >= a->chunks[i].used)
			continue;
		*chunk = i;
		return (uint32_t)(i * CHUNK_UNITS + (at - octets) / UNIT);
	}
	return 0;
}

void *
arena_next(const struct arena *a, struct arena_walk *w)
{
	if (w->ref == 0)
		w->ref = 1;
	while (w->chunk < a->nchunks) {
		const struct arena_chunk *c = &a->chunks[w->chunk];
		size_t at = (w->ref - w->chunk * CHUNK_UNITS) * UNIT;

		if (at == c->used) {
			/* The last one goes on growing. */
			if (w->chunk + 1 == a->nchunks)
				return NULL;
			w->ref = (uint32_t)(++w->chunk * CHUNK_UNITS + 1);
			continue;
		}

		struct arena_head *head = (void *)(c->octets + at);

		w->ref += head->units & ~TAKEN;
		if ((head->units & TAKEN) != 0)
			return head;
	}
	return NULL;
}

struct arena_walk
arena_behind(const struct arena *a, const void *piece)
{
	struct arena_walk w = { 0 };

	w.ref = arena_ref(a, piece, &w.chunk);
	w.ref += (uint32_t)(arena_len(piece) / UNIT);
	return w;
}

size_t
arena_octets(const struct arena *a)
{
	size_t octets = 0;

	for (size_t i = 0; i < a->nchunks; i++)
		octets += a->chunks[i].used - UNIT;
	return octets;
}

void
arena_free(struct arena *a)
{
	for (size_t i = 0; i < a->nchunks; i++)
		pages_give(a->chunks[i].octets, ARENA_CHUNK);
	free(a->chunks);
	*a = (struct arena){ 0 };
}
