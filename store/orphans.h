/*
 * SQN ceilings of private identities that are not provisioned (any more): one
 * that comes back goes on from there, so that no SQN is used twice.
 */
#ifndef STORE_ORPHANS_H
#define STORE_ORPHANS_H

#include "store/hash.h"

struct orphan {
	uint64_t ceiling;
	char *impi; /* canonical form, not NUL-terminated */
	uint8_t len;
};

struct orphans {
	struct orphan *list;
	uint32_t count, cap;
	struct hash index;
};

/* Must stay where it is until orphans_free(). */
void orphans_init(struct orphans *, const uint64_t key[2]);
/* NULL: none of this name. */
struct orphan *orphans_find(
    const struct orphans *, const char *impi, size_t len);
/* The one of this name, added if need be; NULL: out of memory. */
struct orphan *orphans_add(struct orphans *, const char *impi, size_t len);
void orphans_free(struct orphans *);

#endif
