/*
 * All subscriptions as one set of files describes them.  A reload builds a
 * second one beside the first.
 *
 * A subscription is one piece of the arena, which holds all that is its own:
 * its record, its registration, its IMPIs, IMPUs and capabilities in a row, and
 * then its texts.  So it is taken out, or copied, whole.
 */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "store/labels.h"
#include "store/names.h"
#include "store/scscf.h"
#include "store/sources.h"
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
	struct hash sections;     /* by name, to references of subscriptions */
	struct arena subs;
	struct wildcards wildcards; /* to references of IMPUs */
	struct labels profiles, chargings;
	struct sources sources; /* of those that are not hssd's own */
	size_t count;
	size_t registered; /* those of them with a registered set */
};

/* How many of each a subscription has. */
struct tables_size {
	size_t nimpis, nimpus, nsets, ncaps;
	size_t texts; /* octets of all its texts together */
};

/* What of a subscription stands in other tables already. */
enum tables_clash_kind {
	TABLES_NO_CLASH,
	TABLES_SECTION,
	TABLES_IMPI,
	TABLES_IMPU,
	TABLES_WILDCARD, /* WILDCARDS_ALIKE_MAX begin so */
};
struct tables_clash {
	enum tables_clash_kind kind;
	const struct sub *there; /* whose it is; NULL: TABLES_WILDCARD */
	char text[STORE_NAME_MAX + 1];
};

/* Empty ones; NULL: out of memory. */
struct tables *tables_new(const uint64_t key[2]);
/* Gives up the S-CSCFs, unless scscfs is NULL, and frees; NULL is fine. */
void tables_free(struct tables *, struct scscfs *);
/* A subscription, all zero but for its counts, pointers and indices.  NULL:
 * out of memory or a limit. */
struct sub *tables_add(
    struct tables *, const struct tables_size *, uint32_t *ref);
/* Where its texts go. */
char *tables_texts(struct sub *);
/* Copies a text with a NUL after it to *at, which then is behind that. */
char *tables_string(char **at, const char *text, size_t len);
/* The reference of a part of a subscription's piece. */
uint32_t tables_part(const struct sub *, uint32_t ref, const void *part);
/* By canonical form; NULL: none. */
struct store_impi *tables_impi(
    const struct tables *, const char *form, size_t len);
struct store_impu *tables_impu(
    const struct tables *, const char *form, size_t len);
/* Both at once, which hardly takes longer than one of them. */
struct tables_pair {
	const char *impi, *impu; /* canonical forms */
	size_t impi_len, impu_len;
};
void tables_pair(const struct tables *, const struct tables_pair *,
    struct store_impi **, struct store_impu **);
/* By the name of its section; NULL: none. */
struct sub *tables_sub(const struct tables *, const char *name, size_t len);
/* The wildcarded one that a canonical form belongs to; NULL: none. */
struct store_impu *tables_wildcard(
    const struct tables *, const char *form, size_t len);

/* A walk over all; all zero to begin with.  Who is added or removed meanwhile
 * is met or not, the others once, in the order they were added while nobody
 * was removed. */
struct sub *tables_next(const struct tables *, struct arena_walk *);
/* A walk that goes on behind this one of them. */
struct arena_walk tables_behind(const struct tables *, const struct sub *);

/* The file of one that is not hssd's own. */
const char *tables_file(const struct tables *, const struct sub *);

/* --- tables_change.c --- */

/* Whether one of the sets is registered. */
bool tables_registered(const struct store_set *, unsigned nsets);
/* Takes a subscription out of all indices, gives up its S-CSCF, wipes it and
 * frees its memory. */
void tables_remove(struct tables *, struct scscfs *, struct sub *);
/* A copy of a subscription of other tables, not registered, and with the SQNs
 * that it has there.  NULL: out of memory, a limit, or tables_conflict();
 * nothing of it remains then. */
struct sub *tables_adopt(
    struct tables *to, const struct tables *from, const struct sub *);
/* Whether tables_adopt() would meet what belongs to another than `except`
 * (which may be NULL), and the first such. */
bool tables_conflict(const struct tables *to, const struct tables *from,
    const struct sub *, const struct sub *except, struct tables_clash *);

static inline struct sub *
sub_of(const struct store_sub *pub)
{
	return (struct sub *)(uintptr_t)pub;
}

#endif
