/*
 * Table from a text to a 32-bit reference.
 *
 * A slot is six octets: 16 bits of the hash, to skip most foreign entries
 * without a look at their text, and the reference.  Linear probing; at most
 * four fifths of the slots are in use.
 */
#include "store/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SLOTS_MIN = 16 };

struct hash_slot {
	uint16_t tag, low, high; /* low and high: the reference; 0 is free */
};

static uint64_t
rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void
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
static uint64_t
le64(const uint8_t *p, size_t len)
{
	uint64_t x = 0;

	for (size_t i = 0; i < len; i++)
		x |= (uint64_t)p[i] << (8 * i);
	return x;
}

static void
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

/* Where a hash belongs: its upper half, scaled. */
static uint32_t
home(uint64_t hash, uint32_t nslots)
{
	return (uint32_t)((hash >> 32) * nslots >> 32);
}

static bool
same_text(const struct hash *h, uint32_t ref, const void *text, size_t len)
{
	char buf[HASH_TEXT_MAX];

	return h->text(h->arg, ref, buf) == len && memcmp(buf, text, len) == 0;
}

uint32_t
hash_find(const struct hash *h, const void *text, size_t len)
{
	if (h->count == 0 || len > HASH_TEXT_MAX)
		return 0;

	uint64_t hash = hash_sip(h->key, text, len);
	uint16_t tag = (uint16_t)hash;

	/* Some slot is always free, so this ends. */
	for (uint32_t i = home(hash, h->nslots);;) {
		const struct hash_slot *s = &h->slots[i];
		uint32_t ref = slot_ref(s);

		if (ref == 0)
			return 0;
		if (s->tag == tag && same_text(h, ref, text, len))
			return ref;
		if (++i == h->nslots)
			i = 0;
	}
}

static void
place(struct hash_slot *slots, uint32_t nslots, uint64_t hash, uint32_t ref)
{
	uint32_t i = home(hash, nslots);

	while (slot_ref(&slots[i]) != 0) {
		if (++i == nslots)
			i = 0;
	}
	slots[i] = (struct hash_slot){ .tag = (uint16_t)hash,
		.low = (uint16_t)ref,
		.high = (uint16_t)(ref >> 16) };
}

static bool
resize(struct hash *h, uint32_t nslots)
{
	struct hash_slot *slots = calloc(nslots, sizeof *slots);

	if (slots == NULL)
		return false;
	for (uint32_t i = 0; i < h->nslots; i++) {
		uint32_t ref = slot_ref(&h->slots[i]);
		char buf[HASH_TEXT_MAX];

		if (ref == 0)
			continue;

		size_t len = h->text(h->arg, ref, buf);

		place(slots, nslots, hash_sip(h->key, buf, len), ref);
	}
	free(h->slots);
	h->slots = slots;
	h->nslots = nslots;
	return true;
}

/* Slots for this many entries: a fifth stays free. */
static uint32_t
slots_for(uint32_t count)
{
	uint32_t n = count + count / 4 + 1;

	return n < SLOTS_MIN ? SLOTS_MIN : n;
}

bool
hash_add(struct hash *h, const void *text, size_t len, uint32_t ref)
{
	if (h->count >= HASH_ENTRIES_MAX || len > HASH_TEXT_MAX)
		return false;
	if (slots_for(h->count + 1) > h->nslots) {
		uint32_t count = h->count < HASH_ENTRIES_MAX / 2
				     ? 2 * (h->count + 1)
				     : HASH_ENTRIES_MAX;

		if (!resize(h, slots_for(count)))
			return false;
	}
	place(h->slots, h->nslots, hash_sip(h->key, text, len), ref);
	h->count++;
	return true;
}

bool
hash_fit(struct hash *h)
{
	uint32_t nslots = slots_for(h->count);

	return nslots >= h->nslots || resize(h, nslots);
}

void
hash_free(struct hash *h)
{
	free(h->slots);
	h->slots = NULL;
	h->nslots = h->count = 0;
}
