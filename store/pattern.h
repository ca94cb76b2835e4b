/*
 * Identities with a regular expression in them: the octets between two '!'
 * are a POSIX extended regular expression, all others stand for themselves
 * (TS 23.003, 13.4 and 13.5).
 *
 * Matching costs at most PATTERN_OPS_MAX steps an octet and no memory,
 * whatever the expression and the text: strangers choose the text.  That is
 * why it is not regexec(3), which may remember a state for every text it sees.
 */
#ifndef STORE_PATTERN_H
#define STORE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PATTERN_OPS_MAX = 512,    /* after repetitions are written out */
	PATTERN_SETS_MAX = 16,    /* bracket expressions */
	PATTERN_DEPTH_MAX = 16,   /* groups inside groups */
	PATTERN_BRANCHES_MAX = 64 /* '|' of the groups that are open */
};

enum pattern_kind {
	PATTERN_OCTET, /* arg is it */
	PATTERN_ANY,
	PATTERN_SET,   /* arg is its number */
	PATTERN_JUMP,  /* to */
	PATTERN_SPLIT, /* both on and to */
	PATTERN_DONE,
};
struct pattern_op {
	uint8_t kind, arg;
	int16_t to; /* from here, in operations */
};
typedef uint8_t pattern_set[32]; /* bit per octet */

struct pattern_code {
	uint16_t nops, nsets;
	struct pattern_op ops[PATTERN_OPS_MAX];
	pattern_set sets[PATTERN_SETS_MAX];
};

/*
 * Compiles what follows the literal prefix.  NULL, or what is wrong with it:
 * a static sentence; the code is worthless then.  Refused beside what is no
 * expression: anchors, back-references and what else GNU has, collating
 * symbols.
 */
const char *pattern_compile(
    struct pattern_code *, const char *text, size_t len);
/* Does the whole text match? */
bool pattern_match(const struct pattern_op *, size_t nops, const pattern_set *,
    const char *text, size_t len);

#endif
