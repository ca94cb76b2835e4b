/*
 * Table from a text to a 32-bit reference: open addressing, SipHash with a
 * random key since the texts come from strangers.  It holds no text itself:
 * its owner knows the text of a reference.
 *
 * No call takes long, however large the table is: while it grows, each that
 * adds or removes moves HASH_MOVES slots of the old array.
 */
#ifndef STORE_HASH_H
#define STORE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HASH_TEXT_MAX = 255,         /* octets of a text */
	HASH_ENTRIES_MAX = 3u << 29, /* so that places fit in 32 bits */
	HASH_MOVES = 16,             /* slots moved by one call */
};

/* Whether this is the text of a reference (never 0). */
typedef bool hash_is_fn(
    const void *arg, uint32_t ref, const char *text, size_t len);

struct hash_slot;

struct hash {
	struct hash_slot *slots;
	struct hash_slot *old; /* what it grows out of, or NULL */
	uint32_t nslots, nold;
	uint32_t moved; /* slots of old, from its start */
	uint32_t count;
	uint64_t key[2];
	hash_is_fn *is;
	const void *arg;
};

/* SipHash-1-3 of Aumasson and Bernstein. */
uint64_t hash_sip(const uint64_t key[2], const void *, size_t len);
/* SipHash-2-4, of the same code: the one that vectors are published of. */
uint64_t hash_sip24(const uint64_t key[2], const void *, size_t len);
/* Draws a key from the kernel; false if it has none to give. */
bool hash_key(uint64_t key[2]);
/* An empty table; allocates nothing. */
void hash_init(
    struct hash *, const uint64_t key[2], hash_is_fn *, const void *arg);
/* The reference of a text, or 0. */
uint32_t hash_find(const struct hash *, const void *text, size_t len);
/* The hash of a text, to find or add it later; its slot is fetched into the
 * cache meanwhile. */
uint64_t hash_of(const struct hash *, const void *text, size_t len);
/* The same as hash_find() of a text whose hash is known. */
uint32_t hash_find_as(
    const struct hash *, uint64_t hash, const void *text, size_t len);
/* Fetches the slot of a hash, that of hash_sip() with the table's key, into the
 * cache. */
void hash_prefetch(const struct hash *, uint64_t hash);
/* Adds a text that is not in it yet.  False: it is, as *there; or *there is
 * 0 and there is no memory or too many entries. */
bool hash_add(struct hash *, uint64_t hash, const void *text, size_t len,
    uint32_t ref, uint32_t *there);
/* Takes a reference out that was added with this hash; no text is looked at.
 * False: it is not there. */
bool hash_remove(struct hash *, uint64_t hash, uint32_t ref);
/* Makes room for this many entries, all at once.  False: out of memory, and the
 * table is as it was. */
bool hash_reserve(struct hash *, uint64_t count);
/* Makes the table as small as its entries allow, all at once. False:
 * out of memory, and the table is as it was. */
bool hash_fit(struct hash *);
/* The octets it takes. */
size_t hash_octets(const struct hash *);
void hash_free(struct hash *);

#endif
