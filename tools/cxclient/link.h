/*
 * One Diameter connection over TCP or SCTP, used from one thread that waits
 * (RFC 6733, 5.3 to 5.6, the initiator's side alone).
 */
#ifndef CXCLIENT_LINK_H
#define CXCLIENT_LINK_H

#include "diameter/codec.h"
#include "tools/cxclient/capabilities.h"
#include "tools/cxclient/tcp.h"

#include <sys/socket.h>

enum {
	LINK_WHY_CAP = CAPABILITIES_WHY_CAP,
	LINK_GOODBYE_MS = 1000, /* how long to wait for a DPA */
};

enum link_result {
	LINK_OK,
	LINK_NO_SERVER, /* nobody listens there */
	LINK_REFUSED,   /* CEA or DPR says that it does not want us */
	LINK_TIMEOUT,
	LINK_CLOSED, /* by the server, perhaps within a message */
	LINK_WRONG,  /* what came breaks the protocol */
	LINK_SYSTEM, /* a system call failed */
};

/* Sees every message that is sent or received, whole. */
typedef void link_trace_fn(
    void *arg, bool sent, const uint8_t *octets, size_t len);

struct link {
	/* set by the caller before link_open(); texts must outlive the link */
	struct dia_identity id;
	unsigned wait_ms;     /* for the connection and for each answer */
	link_trace_fn *trace; /* or NULL */
	void *arg;

	/* to be read after link_open() */
	struct sockaddr_storage local, peer;
	char why[LINK_WHY_CAP]; /* the reason of the last failure */

	/* link.c's own */
	int fd;
	bool open; /* capabilities are exchanged, no DPR yet */
	uint32_t hbh, e2e;
	size_t taken, len; /* octets of in: handed out, there */
	uint8_t in[DIA_MESSAGE_MAX];
};

/* Connects and exchanges capabilities; the server must offer Cx or relay.
 * link_close() is due whatever the result. */
enum link_result link_open(
    struct link *, connect_fn *, const char *host, const char *port);
/* The same over a socket that is connected already and is the link's now. */
enum link_result link_start(struct link *, int fd);
/* Identifiers of the next request. */
void link_ids(struct link *, uint32_t *hbh, uint32_t *e2e);
/*
 * Sends a request and waits for its answer, whose octets live until the next
 * call.  Requests of the server are answered meanwhile: DWR and DPR as 5.4 and
 * 5.5 say, RTR and PPR with success, others with 3001.  An answer with a
 * foreign hop-by-hop identifier is thrown away (6.2).
 */
enum link_result link_ask(
    struct link *, const uint8_t *octets, size_t len, struct dia_msg *answer);
/* DPR, a short wait for the DPA, close.  Nothing if never opened. */
void link_close(struct link *);

#endif
