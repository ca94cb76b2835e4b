/*
 * One request and its answer, shown as a step.
 */
#ifndef CXCLIENT_CLIENT_H
#define CXCLIENT_CLIENT_H

#include "tools/cxclient/answers.h"
#include "tools/cxclient/link.h"
#include "tools/cxclient/requests.h"
#include "tools/cxclient/show.h"

enum {
	CLIENT_REQUEST_CAP = 8192, /* octets of a request */
	CLIENT_WHY_CAP = 512,
};

struct client {
	struct link *link;
	const struct show *show;
	struct sender from;
	bool secrets;             /* keys are shown */
	char why[CLIENT_WHY_CAP]; /* the reason of the last failure */
	uint8_t request[CLIENT_REQUEST_CAP];
};

/* Each sends one request and shows the answer.  False, with why: there is no
 * usable answer.  What the answer decides is the caller's to judge; it lives
 * until the next request. */
bool client_uar(struct client *, const struct uar *, struct answer *);
bool client_mar(struct client *, const struct mar *, struct answer *);
bool client_sar(struct client *, const struct sar *, struct answer *);
bool client_lir(struct client *, const struct lir *, struct answer *);
/* Was the answer to this step a success?  If not, why says so. */
bool client_succeeded(struct client *, const char *step, const struct answer *);
/* Sets why; returns false. */
bool client_fail(struct client *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
