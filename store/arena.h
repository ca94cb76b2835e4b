/*
 * Memory that is taken piece by piece, and given back so or as a whole.
 *
 * A reference is 32 bits and stands for an address on an 8-octet boundary, so
 * an index of references costs half of one of pointers; 0 is none.
 */
#ifndef STORE_ARENA_H
#define STORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

enum {
	ARENA_CHUNK = 32 << 20,     /* octets; only those in use cost memory */
	ARENA_CHUNKS_MAX = 1 << 10, /* 32 GiB: 32 bits of 8 octets */
	ARENA_PIECE_MAX = 1 << 16,  /* octets of one piece */
	ARENA_FINE = 1 << 10,       /* up to here the steps of lengths are */
	ARENA_STEP = 8,             /* of so many octets */
	ARENA_LENGTHS = ARENA_FINE / ARENA_STEP + 8 * 6,
};

struct arena_chunk {
	uint8_t *octets;
	size_t used; /* of them */
};

/* All zero is an empty one. */
struct arena {
	struct arena_chunk *chunks;
	size_t nchunks, cap;
	size_t nfree;                 /* pieces given back */
	uint32_t free[ARENA_LENGTHS]; /* the first of each length */
};

/* What a piece begins with, the arena's own: its length in units of 8 octets,
 * with the highest bit while it is taken. */
struct arena_head {
	uint32_t units;
};

/* A piece of len octets on an 8-octet boundary, all zero behind its head, and
 * the reference to it; NULL: out of memory or a limit. */
void *arena_take(struct arena *, size_t len, uint32_t *ref);
/* Wipes a piece; its memory is taken again for those of about its length. */
void arena_give(struct arena *, uint32_t ref);
/* The octets a taken piece has; not less than were asked for. */
size_t arena_len(const void *piece);
void *arena_at(const struct arena *, uint32_t ref);
/* The chunk that holds an address, and its reference; 0: none does. */
uint32_t arena_ref(const struct arena *, const void *, size_t *chunk);
/* A walk over the pieces, in the order of their addresses; all zero to begin
 * with.  It stays good whatever is taken or given back meanwhile. */
struct arena_walk {
	size_t chunk;
	uint32_t ref; /* of the next piece */
};
/* NULL: the end. */
void *arena_next(const struct arena *, struct arena_walk *);
/* A walk that goes on behind a piece. */
struct arena_walk arena_behind(const struct arena *, const void *piece);
/* The octets of all pieces, those given back too. */
size_t arena_octets(const struct arena *);
/* Gives everything back to the kernel, which wipes it. */
void arena_free(struct arena *);

#endif
