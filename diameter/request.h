/* Requests of ours on their way, as peers see them (private). */
#ifndef DIAMETER_REQUEST_H
#define DIAMETER_REQUEST_H

#include "diameter/pending.h"

struct dia_conn;
struct dia_node;

/* What a node keeps of its requests. */
struct dia_requests {
	struct dia_pendings pending;
	struct dia_pending_list ended; /* answer() is still to be called */
	size_t nended;
	struct event *timer;
	uint8_t *buf;     /* DIA_MESSAGE_MAX octets, to build one */
	uint64_t session; /* of the next Session-Id */
};

/* False: no memory. */
bool dia_requests_init(struct dia_node *);
/* Ends all that are left with DIA_LOST. */
void dia_requests_free(struct dia_node *);
/* An answer of an application came from a peer, asked for or not. */
void dia_requests_answer(
    struct dia_peer *, struct dia_conn *, const struct dia_msg *);
/* The peer is suspect: its requests go elsewhere where they can. */
void dia_requests_suspect(struct dia_peer *);
/* The peer is gone: its requests go elsewhere or are lost. */
void dia_requests_lost(struct dia_peer *);

/* --- route.c --- */

/*
 * The least busy of the destination's connections, else of the agents'.  A
 * peer that is neither gets nothing that is not for it, even though it has the
 * application: another S-CSCF would take a request to deregister for its own.
 * NULL: none, or (*full) none that has room; the destination's agents do not
 * stand in for a connection of its own that is full.
 */
struct dia_peer *dia_route(
    struct dia_node *, uint32_t app, const char *host, bool *full);
/* The connection an open peer is reached by. */
struct dia_conn *dia_route_conn(const struct dia_peer *);

#endif
