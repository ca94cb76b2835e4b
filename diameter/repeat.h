/*
 * Answers kept for requests that come again (private): RFC 6733, 3 and 5.5.4.
 * Bounded in time, octets and number; nothing is allocated once it is there.
 */
#ifndef DIAMETER_REPEAT_H
#define DIAMETER_REPEAT_H

#include "diameter/codec.h"

enum {
	DIA_REPEAT_S = 240, /* End-to-End Identifiers are unique that long */
	DIA_REPEAT_OCTETS = 4 << 20, /* of answers, a power of two */
	DIA_REPEAT_SLOTS = 16384,    /* answers, a power of two */
};

struct dia_repeats;

/* A request as its repetition is known by. */
struct dia_repeat_key {
	const struct dia_msg *req;
	struct dia_slice origin; /* Origin-Host */
	uint32_t now_s;          /* seconds that never go back */
};

/* What was answered. */
struct dia_repeat {
	struct dia_slice answer; /* lives until the next dia_repeats_keep() */
	uint64_t position;       /* it waits, or has waited, for */
};

/* NULL: no memory. */
struct dia_repeats *dia_repeats_new(void);
/* Wipes what it holds; NULL is fine. */
void dia_repeats_free(struct dia_repeats *);
/*
 * Is it a request again?  Then it has the Origin-Host, End-to-End Identifier,
 * command and Session-Id of one answered not too long ago, and one of the two
 * has the T flag or the answer waits for a position above released.  A new
 * request that happens to have an old identifier is none.
 */
bool dia_repeats_find(const struct dia_repeats *, const struct dia_repeat_key *,
    uint64_t released, struct dia_repeat *);
/* Keeps the answer, without Proxy-Info, in place of the oldest ones. */
void dia_repeats_keep(struct dia_repeats *, const struct dia_repeat_key *,
    const struct dia_repeat *);
/* Forgets what waits for positions above released: it was never sent. */
void dia_repeats_refuse(struct dia_repeats *, uint64_t released);

#endif
