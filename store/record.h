/*
 * Journal records as text; each is whole, so the last one about a thing wins.
 *
 *     sub IMPI[,IMPI...] [scscf=NAME host=NAME realm=NAME]
 *         [reassign] [set=N [registered=MASK] [pending=MASK] [unregistered]]...
 *     sqn IMPI SEQ [reset]
 *     restoration IMPI N [OCTETS]
 *     import N
 *     + LINE
 *     delete NAME
 *
 * The first IMPI stands for its subscription; those that a mask speaks of
 * follow, and bit 0 of a mask is the first in the list: so a record outlives
 * a change of their order in the operator's file.  N counts sets from 1, MASK
 * is hexadecimal.  Every SEQ up to the decimal one of `sqn` may be given out;
 * with `reset` it may be lower than that of records before.  `restoration` is
 * what an S-CSCF left for the IMPI in set N, nothing any more without OCTETS.
 * `import` puts in the subscriptions whose sections the N records `+` after it
 * are, line by line as a subscribers file has them, and counts only when it is
 * whole; of those that came in so before, it replaces what has a name or an
 * identity of theirs.  `delete` takes one out that came in so.  In names and
 * OCTETS space, '%', ',', control characters and octets beyond ASCII are
 * written as %XX.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/journal.h"
#include "store/names.h"

enum {
	RECORD_MAX = 8192,       /* octets of a record */
	RECORD_IMPIS_MAX = 5000, /* of the list, escapes and commas included */
	RECORD_LINES_MAX = JOURNAL_PENDING_MAX / 2, /* of an import */
};

enum record_kind {
	RECORD_SUB,
	RECORD_SQN,
	RECORD_RESTORATION,
	RECORD_IMPORT,
	RECORD_LINE, /* of an import */
	RECORD_DELETE,
};

struct record {
	enum record_kind kind;
	unsigned nimpis;
	char *impis[STORE_IMPIS_MAX]; /* NUL-terminated, in the payload */
	struct store_reg reg;         /* bits of masks: see above */
	uint64_t seq;
	bool reset;
	unsigned set; /* of restoration, from 0 */
	const char *octets;
	size_t octets_len;
	uint64_t nlines;  /* of an import */
	const char *text; /* NUL-terminated: the line, or whom to delete */
};

/* The length of the record.  reg is that of sub, with its nsets. */
size_t record_sub(char buf[RECORD_MAX], const struct names *,
    const struct store_sub *sub, const struct store_reg *reg);
size_t record_sqn(char buf[RECORD_MAX], const char *impi, size_t len,
    uint64_t seq, bool reset);
/* set counts from 0 here. */
size_t record_restoration(char buf[RECORD_MAX], const char *impi, size_t len,
    unsigned set, const void *octets, size_t octets_len);
size_t record_import(char buf[RECORD_MAX], size_t nlines);
size_t record_delete(char buf[RECORD_MAX], const char *name);
/* Octets that a name takes in a record. */
size_t record_name_len(const char *name, size_t len);
/* Takes a payload apart, which is changed.  NULL, or what is wrong. */
const char *record_parse(struct record *, char *payload);

#endif
