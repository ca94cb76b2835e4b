/*
 * Octets for tests: built by hand, without the code under test, copied to
 * memory of exactly their size so that a sanitizer sees any reading beyond,
 * and damaged in every way that a length can be wrong.
 */
#ifndef TESTS_DIAMETER_OCTETS_H
#define TESTS_DIAMETER_OCTETS_H

#include "diameter/codec.h"

#include <check.h>

struct octets {
	uint8_t b[80000];
	size_t len;
};

void add(struct octets *, const void *, size_t);
void add_hex(struct octets *, const char *hex);
/* An AVP with its padding; the Vendor-Id is there exactly with DIA_V. */
void add_avp(struct octets *, uint32_t code, uint32_t vendor, uint8_t flags,
    const void *value, size_t len);
void add_u32(struct octets *, uint32_t code, uint32_t vendor, uint8_t flags,
    uint32_t value);
void add_str(struct octets *, uint32_t code, uint32_t vendor, uint8_t flags,
    const char *value);
/* A message header; seal() sets its length to what has been added. */
void add_header(struct octets *, uint8_t flags, uint32_t code, uint32_t app);
void seal(struct octets *);
/* Overwrites the 24 bits at an offset. */
void set24(uint8_t *, size_t at, uint32_t value);

/* A copy of exactly that size, for the caller to free. */
uint8_t *exactly(const void *, size_t len);
struct dia_slice exact_slice(const struct octets *);
#define FREE_SLICE(s) free((void *)(uintptr_t)(s).p)

/* The message of a vector, its octets exactly sized. */
uint8_t *vector_octets(unsigned i, size_t *len);

/*
 * Calls fn with every vector, each of its truncations (with the Message Length
 * as it was and as it would be), and a copy for each AVP Length field at 0,
 * below the header, one below and above what it was, and at and beyond what
 * is left.  Memory is exactly sized.  Returns how many.
 */
unsigned each_damaged(void (*fn)(const uint8_t *, size_t));

/* Runs a suite: the value for main to return. */
int run_suite(Suite *);

#endif
