/*
 * SipHash of Aumasson and Bernstein, and keys for it.
 *
 * The tables take SipHash-1-3: no more than the places in a table depends on
 * it, and these are never told.
 */
#include "store/hash.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>

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
sip_rounds(uint64_t v[4], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		sip_round(v);
}

static inline void
sip_block(uint64_t v[4], uint64_t m, unsigned rounds)
{
	v[3] ^= m;
	sip_rounds(v, rounds);
	v[0] ^= m;
}

/* SipHash with so many rounds a block of eight octets and at the end. */
static inline uint64_t
sip(const uint64_t key[2], const void *text, size_t len, unsigned rounds,
    unsigned last)
{
	const uint8_t *p = text;
	uint64_t v[4] = { key[0] ^ 0x736f6d6570736575,
		key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
		key[1] ^ 0x7465646279746573 };
	size_t whole = len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		sip_block(v, le64(p + i, 8), rounds);
	sip_block(
	    v, (uint64_t)len << 56 | le64(p + whole, len - whole), rounds);
	v[2] ^= 0xff;
	sip_rounds(v, last);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
hash_sip(const uint64_t key[2], const void *text, size_t len)
{
	return sip(key, text, len, 1, 3);
}

uint64_t
hash_sip24(const uint64_t key[2], const void *text, size_t len)
{
	return sip(key, text, len, 2, 4);
}

bool
hash_key(uint64_t key[2])
{
	return getrandom(key, 16, 0) == 16;
}
