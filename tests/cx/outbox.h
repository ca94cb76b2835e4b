/*
 * A node that sends nothing: requests of the application are kept, oldest
 * first, until the test ends them.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "diameter/diameter.h"
#include "tests/cx/fixture.h"

/* fx_open() and an empty outbox; fx_close(), which it must be empty for. */
void outbox_open(void);
void outbox_close(void);
/* Requests that are sent and have not ended. */
unsigned outbox_count(void);
/* What comes of the next ones. */
void outbox_refuse(enum dia_sent);
/* Shows the oldest to value(), count() and the others; checks that it is this
 * command for this host. */
void outbox_show(uint32_t code, const char *host);
/* Ends the oldest. */
void outbox_end(enum dia_outcome);
void outbox_answer(uint32_t result);
void outbox_experimental(uint32_t result);
/* The same with AVPs of the test's: begin, put, finish. */
struct dia_writer *outbox_begin(void);
void outbox_finish(void);

/* --- What done was told --- */

extern struct told {
	unsigned n;
	bool ok;
	uint32_t result;
	char what[512];
} told;
void tell(void *arg, bool ok, uint32_t result, const char *what);

#endif
