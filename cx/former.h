/*
 * Former S-CSCFs (TS 29.228, 8.1.1 and 8.1.2; private): a MAR makes another
 * S-CSCF the user's, but the one before keeps its data until the SAR.
 *
 * In memory alone, since it is seconds from the one to the other: after a
 * restart in between the former S-CSCF is not told, and its registration
 * expires there.
 */
#ifndef CX_FORMER_H
#define CX_FORMER_H

#include "cx/local.h"

struct cx_former {
	TAILQ_ENTRY(cx_former) age;
	TAILQ_ENTRY(cx_former) link; /* of its bucket */
	struct store_scscf scscf;    /* its own copy */
	const char *sub;             /* name of the subscription */
	uint16_t sets;               /* that it has: bit per set */
	char text[];
};

/* A MAR from host makes another S-CSCF than that of old the user's. */
void cx_former_note(struct cx *, const struct store_sub *,
    const struct store_reg *old, const char *host);
/* Who is to be told when host has the user; NULL: nobody. */
struct cx_former *cx_former_find(
    struct cx *, const struct store_sub *, const char *host);
/* What it has is no longer registered. */
void cx_former_end(const struct cx_former *, struct store_reg *);
/* Tells it, and forgets it: the sets that are another's now, and those that
 * are nobody's.  old is what was registered before. */
void cx_former_tell(struct cx *, struct cx_former *, const struct store_sub *,
    const struct store_reg *old, uint32_t sets);

#endif
