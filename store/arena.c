/*
 * Memory that is taken piece by piece and given back as a whole.
 *
 * Chunks of one size; a piece never spans two.  A chunk's head is one unit
 * long, so no piece has the reference 0.
 */
#include "store/arena.h"

#include <stdlib.h>
#include <string.h>

enum { UNIT = 8, CHUNK_UNITS = ARENA_CHUNK / UNIT };

struct arena_chunk {
	uint64_t used; /* octets after the head */
	uint8_t octets[ARENA_PIECE_MAX];
};

static struct arena_chunk *
add_chunk(struct arena *a)
{
	if (a->nchunks == ARENA_CHUNKS_MAX)
		return NULL;
	if (a->nchunks == a->cap) {
		size_t cap = a->cap > 0 ? 2 * a->cap : 8;
		struct arena_chunk **chunks =
		    realloc(a->chunks, cap * sizeof *chunks);

		if (chunks == NULL)
			return NULL;
		a->chunks = chunks;
		a->cap = cap;
	}

	struct arena_chunk *c = calloc(1, sizeof *c);

	if (c != NULL)
		a->chunks[a->nchunks++] = c;
	return c;
}

/* A chunk with room for len octets at the boundary given. */
static struct arena_chunk *
room(struct arena *a, size_t len, size_t boundary)
{
	if (len > ARENA_PIECE_MAX)
		return NULL;

	struct arena_chunk *c =
	    a->nchunks > 0 ? a->chunks[a->nchunks - 1] : NULL;

	if (c != NULL)
		c->used = (c->used + boundary - 1) & ~(uint64_t)(boundary - 1);
	if (c == NULL || c->used > ARENA_PIECE_MAX ||
	    ARENA_PIECE_MAX - c->used < len)
		c = add_chunk(a);
	return c;
}

void *
arena_take(struct arena *a, size_t len, uint32_t *ref)
{
	struct arena_chunk *c = room(a, len, UNIT);

	if (c == NULL)
		return NULL;
	*ref = (uint32_t)((a->nchunks - 1) * CHUNK_UNITS + 1 + c->used / UNIT);

	void *p = c->octets + c->used;

	c->used += len;
	return p;
}

char *
arena_copy(struct arena *a, const void *octets, size_t len)
{
	struct arena_chunk *c = room(a, len, 1);

	if (c == NULL)
		return NULL;

	uint8_t *p = c->octets + c->used;

	if (len > 0)
		memcpy(p, octets, len);
	c->used += len;
	return (char *)p;
}

void *
arena_at(const struct arena *a, uint32_t ref)
{
	return (uint8_t *)a->chunks[ref / CHUNK_UNITS] +
	       (size_t)(ref % CHUNK_UNITS) * UNIT;
}

uint32_t
arena_ref(const struct arena *a, const void *p, size_t *chunk)
{
	uintptr_t at = (uintptr_t)p;

	for (size_t i = 0; i < a->nchunks; i++) {
		uintptr_t octets = (uintptr_t)a->chunks[i]->octets;

		if (at < octets || at - octets >= a->chunks[i]->used)
			continue;
		*chunk = i;
		return (uint32_t)(i * CHUNK_UNITS + 1 + (at - octets) / UNIT);
	}
	return 0;
}

uint32_t
arena_first(size_t chunk)
{
	return (uint32_t)(chunk * CHUNK_UNITS + 1);
}

uint32_t
arena_end(const struct arena *a, size_t chunk)
{
	uint64_t units = (a->chunks[chunk]->used + UNIT - 1) / UNIT;

	return (uint32_t)(arena_first(chunk) + units);
}

void
arena_free(struct arena *a)
{
	for (size_t i = 0; i < a->nchunks; i++) {
		explicit_bzero(a->chunks[i]->octets, a->chunks[i]->used);
		free(a->chunks[i]);
	}
	free(a->chunks);
	*a = (struct arena){ 0 };
}
