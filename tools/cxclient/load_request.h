/*
 * Requests that are built once and patched in place.
 */
#ifndef CXCLIENT_LOAD_REQUEST_H
#define CXCLIENT_LOAD_REQUEST_H

#include "tools/cxclient/load_plan.h"
#include "tools/cxclient/requests.h"

enum { LOAD_REQUEST_CAP = 4096 };

/* Identities in sender are patterns; what else the requests say. */
struct load_about {
	struct sender from;
	struct uar uar;
	struct mar mar;
	struct sar sar;
	struct lir lir;
};

struct load_request {
	size_t len;
	size_t session; /* where the Session-Id's number is */
	size_t impi, impu;
	unsigned impi_width, impu_width; /* digits there, 0: none */
	uint8_t octets[LOAD_REQUEST_CAP];
};

/* False: a pattern is wrong, or it does not fit. */
bool load_request_make(
    struct load_request *, enum load_kind, const struct load_about *);
/* Makes it the request with these identifiers (the number tells its Session-Id
 * from others) about that user. */
void load_request_patch(struct load_request *, uint32_t hbh, uint32_t e2e,
    uint32_t number, uint64_t user);

#endif
