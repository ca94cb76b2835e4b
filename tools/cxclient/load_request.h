/*
 * Requests that are built once and patched in place.
 */
#ifndef CXCLIENT_LOAD_REQUEST_H
#define CXCLIENT_LOAD_REQUEST_H

#include "tools/cxclient/load_draw.h"
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
	size_t type;                     /* of assignment, 0: none */
	size_t server, server_len;       /* Server-Name, 0: none */
	size_t digits;                   /* within it, of the S-CSCF's number */
	unsigned digits_width;
	uint8_t octets[LOAD_REQUEST_CAP];
};

/* False: a pattern is wrong, or it does not fit. */
bool load_request_make(
    struct load_request *, enum load_kind, const struct load_about *);
/* Makes it the request with these identifiers (the number tells its Session-Id
 * from others) that was asked for. */
void load_request_patch(struct load_request *, uint32_t hbh, uint32_t e2e,
    uint32_t number, const struct load_ask *);
/* The Server-Name that a request about this S-CSCF has; p NULL: none.  The
 * slice lies in the request and lives until it is patched again. */
struct dia_slice load_request_server(struct load_request *, uint32_t name);

#endif
