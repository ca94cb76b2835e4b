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

enum { DIA_ROUTE_BUCKETS = 4096 };
TAILQ_HEAD(dia_route_list, dia_peer);

/* The peers of a node as ways to a destination. */
struct dia_routes {
	struct dia_route_list names[DIA_ROUTE_BUCKETS]; /* by Origin-Host */
	struct dia_route_list agents;
	uint32_t seed; /* names come from strangers */
};

void dia_routes_init(struct dia_routes *, uint32_t seed);
/* A new peer's name. */
void dia_route_add(struct dia_peer *);
void dia_route_remove(struct dia_peer *);
/* Does it lead to others: is it a relay, or has it forwarded? */
void dia_route_set_agent(struct dia_peer *, bool);

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
