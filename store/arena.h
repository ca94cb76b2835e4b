/*
 * Memory that is taken piece by piece and given back as a whole.
 *
 * A reference is 32 bits and stands for an address on an 8-octet boundary, so
 * an index of references costs half of one of pointers; 0 is none.
 */
#ifndef STORE_ARENA_H
#define STORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

enum {
	ARENA_CHUNK = 1 << 20,             /* octets, its head included */
	ARENA_CHUNKS_MAX = 1 << 15,        /* 32 GiB: 32 bits of 8 octets */
	ARENA_PIECE_MAX = ARENA_CHUNK - 8, /* octets of one piece */
};

struct arena_chunk;

/* All zero is an empty one. */
struct arena {
	struct arena_chunk **chunks;
	size_t nchunks, cap;
};

/* len zeroed octets on an 8-octet boundary, and the reference to them; NULL:
 * out of memory or a limit. */
void *arena_take(struct arena *, size_t len, uint32_t *ref);
/* A copy of len octets at any boundary. */
char *arena_copy(struct arena *, const void *, size_t len);
void *arena_at(const struct arena *, uint32_t ref);
/* The chunk that holds an address, and its reference; 0: none does. */
uint32_t arena_ref(const struct arena *, const void *, size_t *chunk);
/* The reference of the first octet of a chunk; walking starts there. */
uint32_t arena_first(size_t chunk);
/* The reference after the last octet in use of a chunk. */
uint32_t arena_end(const struct arena *, size_t chunk);
/* Wipes and frees everything. */
void arena_free(struct arena *);

#endif
