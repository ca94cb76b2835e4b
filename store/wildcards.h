/*
 * Wildcarded public identities (TS 23.003, 13.4 and 13.5), found by their
 * literal prefix and domain: identities of others cost a lookup nothing.
 */
#ifndef STORE_WILDCARDS_H
#define STORE_WILDCARDS_H

#include "store/arena.h"
#include "store/hash.h"
#include "store/pattern.h"

enum {
	WILDCARDS_ALIKE_MAX = 16, /* of one prefix in one domain */
};

struct wildcard;

struct wildcards {
	struct hash index; /* to the first of one prefix and domain */
	struct arena arena;
	uint8_t lens[32]; /* bit per length that a prefix has */
};

enum wildcards_result { WILDCARDS_OK, WILDCARDS_FULL, WILDCARDS_NO_MEMORY };

/* Must stay where it is until wildcards_free(). */
void wildcards_init(struct wildcards *, const uint64_t key[2]);
/* NULL, or what is wrong with this identity in canonical form as a wildcarded
 * one: a static sentence.  An expression stands in its user part or number. */
const char *wildcards_check(
    struct pattern_code *, const char *form, size_t len);
/* Adds one that is right, to be found as impu (never 0).  FULL: there are
 * WILDCARDS_ALIKE_MAX of its prefix and domain. */
enum wildcards_result wildcards_add(
    struct wildcards *, const char *form, size_t len, uint32_t impu);
/* The one that an identity in canonical form belongs to: with the longest
 * literal prefix, of equal ones the first; 0: none. */
uint32_t wildcards_find(const struct wildcards *, const char *form, size_t len);
void wildcards_free(struct wildcards *);

#endif
