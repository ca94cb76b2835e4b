/*
 * Resynchronisation of SQN, and which challenges were ours (private).
 */
#ifndef CX_RESYNC_H
#define CX_RESYNC_H

#include "cx/local.h"

/* Step 4 of 29.228, 6.3.1; auth is SIP-Authorization as received.  False: the
 * answer says why, and SQN has not moved. */
bool cx_resync(struct cx *, const struct cx_request *, struct dia_slice auth,
    struct cx_answer *);

/* Remembers the RAND of a challenge. */
void cx_issued_note(struct cx_issued *, const struct store_impi *,
    const uint8_t rand[AKA_RAND_LEN]);

/* The key of a SIM, to be wiped by the caller. */
void cx_get_key(struct milenage_key *, const struct store_impi *);

#endif
