/*
 * Eight octets at a time in a 64-bit word, in any order; see Anderson, Bit
 * Twiddling Hacks, "Determine if a word has a zero byte" and the like.
 */
#ifndef STORE_OCTETS_H
#define STORE_OCTETS_H

#include <stdint.h>
#include <string.h>

#define OCTETS_ONES UINT64_C(0x0101010101010101)
#define OCTETS_TOPS (OCTETS_ONES << 7)

static inline uint64_t
octets_load(const void *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

/* Has some top bit set if one of the octets is below n, which is at most 128;
 * other bits mean nothing. */
static inline uint64_t
octets_below(uint64_t word, uint8_t n)
{
	return (word - n * OCTETS_ONES) & ~word;
}

/* The same if one of the octets is this one. */
static inline uint64_t
octets_equal(uint64_t word, uint8_t octet)
{
	return octets_below(word ^ octet * OCTETS_ONES, 1);
}

#endif
