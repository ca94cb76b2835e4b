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
	uint32_t lens[HASH_TEXT_MAX + 1]; /* wildcards by length of prefix */
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
/* How many there are of its prefix and domain. */
unsigned wildcards_alike(
    const struct wildcards *, const char *form, size_t len);
/* Whether two have one prefix and domain. */
bool wildcards_are_alike(
    const char *a, size_t alen, const char *b, size_t blen);
/* Whether one more of its prefix and domain would be too many. */
bool wildcards_full(const struct wildcards *, const char *form, size_t len);
/* Removes the one that was added with this form and IMPU; nothing if there is
 * none. */
void wildcards_remove(
    struct wildcards *, const char *form, size_t len, uint32_t impu);
/* The one that an identity in canonical form belongs to: with the longest
 * literal prefix, of equal ones the first; 0: none. */
uint32_t wildcards_find(const struct wildcards *, const char *form, size_t len);
void wildcards_free(struct wildcards *);

#endif
