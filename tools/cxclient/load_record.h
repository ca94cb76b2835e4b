/*
 * What a server has promised: every request of a load and its answer.
 */
#ifndef CXCLIENT_LOAD_RECORD_H
#define CXCLIENT_LOAD_RECORD_H

#include "crypto/crypto.h"
#include "diameter/codec.h"
#include "tools/cxclient/load_draw.h"

#include <stdio.h>

/*
 * A line a request, six fields, a space between:
 *
 *     NUMBER KIND USER RESULT ASKED TOLD
 *
 * NUMBER counts the requests as they were queued for their connections; lines
 * come in the order of the answers.  RESULT is the Result-Code, or the
 * Experimental-Result-Code with a '-' before it; "?" where no answer came: it
 * may have been handled or not.  ASKED: TYPE:SERVER-NAME of a SAR, the name of
 * a MAR.  TOLD: the Server-Name of the answer; the SQNs of a MAA in hex, a
 * comma between, "bad" for one whose MAC is wrong.  "-": nothing.
 */
struct load_record {
	FILE *file;
	bool has_key;
	struct milenage_key key; /* that all users have */
	uint64_t number;         /* of the last request */
};

/* What the line says of the request. */
struct load_asked {
	struct load_ask ask;
	uint64_t number;
	struct dia_slice server_name; /* that its MAR or SAR has */
};

void load_record_answer(struct load_record *, const struct load_asked *,
    const struct dia_msg *answer);
void load_record_silence(struct load_record *, const struct load_asked *);

#endif
