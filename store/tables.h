/*
 * All subscriptions as one set of files describes them.  A reload builds a
 * second one beside the first.
 *
 * A subscription is one piece of the arena: its record, its registration, its
 * IMPIs, IMPUs and capabilities in a row.
 */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "store/names.h"
#include "store/scscf.h"
#include "store/wildcards.h"

/* What a store_sub is inside store/. */
struct sub {
	struct store_sub pub; /* first: a pointer to it is one to this */
	uint64_t position;    /* of its last journal record */
	struct scscf *scscf;  /* NULL: none assigned */
	struct store_set sets[];
};

struct tables {
	struct names names;
	struct hash impis, impus; /* to references of their records */
	struct arena subs;
	struct wildcards wildcards; /* to references of IMPUs */
	size_t count;
	size_t registered; /* those of them with a registered set */
};

/* How many of each a subscription has. */
struct tables_size {
	size_t nimpis, nimpus, nsets, ncaps;
};

/* Empty ones; NULL: out of memory. */
struct tables *tables_new(const uint64_t key[2]);
/* Gives up the S-CSCFs, wipes and frees; NULL is fine. */
void tables_free(struct tables *, struct scscfs *);
/* A subscription, all zero but for its counts, pointers and indices.  NULL:
 * out of memory or a limit. */
struct sub *tables_add(
    struct tables *, const struct tables_size *, uint32_t *ref);
/* The reference of a part of a subscription's piece. */
uint32_t tables_part(const struct sub *, uint32_t ref, const void *part);
/* By canonical form; NULL: none. */
struct store_impi *tables_impi(
    const struct tables *, const char *form, size_t len);
struct store_impu *tables_impu(
    const struct tables *, const char *form, size_t len);

/* The wildcarded one that a canonical form belongs to; NULL: none. */
struct store_impu *tables_wildcard(
    const struct tables *, const char *form, size_t len);

/* A walk over all, in the order they were added; all zero to begin with. */
struct tables_walk {
	size_t chunk;
	uint32_t ref;
};
struct sub *tables_next(const struct tables *, struct tables_walk *);
/* A walk that goes on behind this one of them. */
struct tables_walk tables_behind(const struct tables *, const struct sub *);

static inline struct sub *
sub_of(const struct store_sub *pub)
{
	return (struct sub *)(uintptr_t)pub;
}

#endif
