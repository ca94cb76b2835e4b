/*
 * What became of the requests of a load.
 */
#ifndef CXCLIENT_LOAD_TALLY_H
#define CXCLIENT_LOAD_TALLY_H

#include "diameter/codec.h"
#include "tools/cxclient/load_hist.h"
#include "tools/cxclient/load_plan.h"

enum { LOAD_CODES_MAX = 16 /* different results of a kind that are told */ };

struct load_code {
	uint32_t code;
	bool experimental; /* 3GPP's, not RFC 6733's */
	uint64_t count;
};

/* Of one kind of request. */
struct load_count {
	struct load_hist hist; /* of all answers, whatever their result */
	struct load_code codes[LOAD_CODES_MAX];
	unsigned ncodes;
	uint64_t others;    /* with yet another code */
	uint64_t malformed; /* answers without a result */
	uint64_t timeouts;
	uint64_t lost; /* the connection broke */
};

struct load_tally {
	struct load_count kind[LOAD_KINDS];
	uint64_t late;  /* answers to requests given up, or never made */
	uint64_t total; /* answers in the measured time */
};

/* The answer's result; false: it has none, and *code is as it was. */
bool load_result(
    const struct dia_msg *answer, uint32_t *code, bool *experimental);
/* An answer took so long. */
void load_tally_answer(struct load_tally *, enum load_kind,
    const struct dia_msg *answer, uint64_t ns);
/* Requests that have no result of class 2xxx. */
uint64_t load_tally_failed(const struct load_tally *);

#endif
