/*
 * Table from a text to a 32-bit reference.
 *
 * A slot is six octets: 16 bits of the hash, to skip most foreign entries
 * without a look at their text, and the reference.  Linear probing; at most
 * four fifths of the slots are in use.
 *
 * While the table grows it keeps the upper halves of the hashes beside the
 * slots, so that growing looks at no text; hash_fit() gives them up.
 */
#include "store/hash.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SLOTS_MIN = 16 };

struct hash_slot {
	uint16_t tag, low, high; /* low and high: the reference; 0 is free */
};

static inline uint64_t
rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] = rotl(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] = rotl(v[2], 32);
}

/* Up to eight octets, the first the lowest. */
static inline uint64_t
le64(const uint8_t *p, size_t len)
{
	uint64_t x = 0;

	memcpy(&x, p, len);
	return le64toh(x);
}

static inline void
sip_block(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

uint64_t
hash_sip(const uint64_t key[2], const void *text, size_t len)
{
	const uint8_t *p = text;
	uint64_t v[4] = { key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573 };
	size_t whole = len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		sip_block(v, le64(p + i, 8));
	sip_block(v, (uint64_t)len << 56 | le64(p + whole, len - whole));
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

bool
hash_key(uint64_t key[2])
{
	return getrandom(key, 16, 0) == 16;
}

void
hash_init(
    struct hash *h, const uint64_t key[2], hash_text_fn *text, const void *arg)
{
	*h = (struct hash){
		.key = { key[0], key[1] }, .text = text, .arg = arg
	};
}

static uint32_t
slot_ref(const struct hash_slot *s)
{
	return (uint32_t)s->high << 16 | s->low;
}

/* Where the upper half of a hash belongs. */
static uint32_t
home(uint32_t upper, uint32_t nslots)
{
	return (uint32_t)((uint64_t)upper * nslots >> 32);
}

static bool
same_text(const struct hash *h, uint32_t ref, const void *text, size_t len)
{
	char buf[HASH_TEXT_MAX];

	return h->text(h->arg, ref, buf) == len && memcmp(buf, text, len) == 0;
}

/* The slot of a text, or the free one where it would go.  Some slot is always
 * free, so this ends. */
static uint32_t
find_slot(const struct hash *h, uint64_t hash, const void *text, size_t len)
{
	uint32_t i = home((uint32_t)(hash >> 32), h->nslots);

	for (;;) {
		const struct hash_slot *s = &h->slots[i];
		uint32_t ref = slot_ref(s);

		if (ref == 0 ||
		    (s->tag == (uint16_t)hash && same_text(h, ref, text, len)))
			return i;
		if (++i == h->nslots)
			i = 0;
	}
}

uint32_t
hash_find(const struct hash *h, const void *text, size_t len)
{
	if (h->count == 0 || len > HASH_TEXT_MAX)
		return 0;
	return slot_ref(
	    &h->slots[find_slot(h, hash_sip(h->key, text, len), text, len)]);
}

/* The upper half of the hash of an entry. */
static uint32_t
upper_of(const struct hash *h, uint32_t slot)
{
	char buf[HASH_TEXT_MAX];

	if (h->uppers != NULL)
		return h->uppers[slot];

	size_t len = h->text(h->arg, slot_ref(&h->slots[slot]), buf);

	return (uint32_t)(hash_sip(h->key, buf, len) >> 32);
}

/* Moves all entries to this many slots; uppers has as many, or is NULL. */
static void
move(struct hash *h, struct hash_slot *slots, uint32_t *uppers, uint32_t nslots)
{
	for (uint32_t i = 0; i < h->nslots; i++) {
		if (slot_ref(&h->slots[i]) == 0)
			continue;

		uint32_t upper = upper_of(h, i);
		uint32_t to = home(upper, nslots);

		while (slot_ref(&slots[to]) != 0) {
			if (++to == nslots)
				to = 0;
		}
		slots[to] = h->slots[i];
		if (uppers != NULL)
			uppers[to] = upper;
	}
	free(h->slots);
	free(h->uppers);
	h->slots = slots;
	h->uppers = uppers;
	h->nslots = nslots;
}

static bool
resize(struct hash *h, uint32_t nslots, bool keep_uppers)
{
	struct hash_slot *slots = calloc(nslots, sizeof *slots);
	uint32_t *uppers = keep_uppers ? malloc(nslots * sizeof *uppers) : NULL;

	if (slots == NULL || (keep_uppers && uppers == NULL)) {
		free(slots);
		free(uppers);
		return false;
	}
	move(h, slots, uppers, nslots);
	return true;
}

/* Slots for this many entries: a fifth stays free. */
static uint32_t
slots_for(uint32_t count)
{
	uint32_t n = count + count / 4 + 1;

	return n < SLOTS_MIN ? SLOTS_MIN : n;
}

static bool
make_room(struct hash *h)
{
	if (h->count >= HASH_ENTRIES_MAX)
		return false;
	if (slots_for(h->count + 1) <= h->nslots)
		return true;

	uint32_t count = h->count < HASH_ENTRIES_MAX / 2 ? 2 * (h->count + 1)
							 : HASH_ENTRIES_MAX;

	return resize(h, slots_for(count), true);
}

void
hash_prefetch(const struct hash *h, uint64_t hash)
{
	uint32_t i = home((uint32_t)(hash >> 32), h->nslots);

	if (h->slots == NULL)
		return;
	__builtin_prefetch(&h->slots[i], 1);
	if (h->uppers != NULL)
		__builtin_prefetch(&h->uppers[i], 1);
}

uint64_t
hash_of(const struct hash *h, const void *text, size_t len)
{
	uint64_t hash = hash_sip(h->key, text, len);

	hash_prefetch(h, hash);
	return hash;
}

bool
hash_add(struct hash *h, uint64_t hash, const void *text, size_t len,
    uint32_t ref, uint32_t *there)
{
	*there = 0;
	if (len > HASH_TEXT_MAX || !make_room(h))
		return false;

	uint32_t i = find_slot(h, hash, text, len);

	*there = slot_ref(&h->slots[i]);
	if (*there != 0)
		return false;
	h->slots[i] = (struct hash_slot){ .tag = (uint16_t)hash,
		.low = (uint16_t)ref,
		.high = (uint16_t)(ref >> 16) };
	if (h->uppers != NULL)
		h->uppers[i] = (uint32_t)(hash >> 32);
	h->count++;
	return true;
}

bool
hash_fit(struct hash *h)
{
	return resize(h, slots_for(h->count), false);
}

void
hash_free(struct hash *h)
{
	free(h->slots);
	free(h->uppers);
	h->slots = NULL;
	h->uppers = NULL;
	h->nslots = h->count = 0;
}
