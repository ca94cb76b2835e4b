/*
 * One neighbour: its connections, its state machine (psm.h), its watchdog
 * (private).
 */
#ifndef DIAMETER_PEER_H
#define DIAMETER_PEER_H

#include <time.h>

#include "diameter/node.h"
#include "diameter/psm.h"
#include "diameter/watchdog.h"

enum { DIA_QUEUE_MAX = 8 /* events of one peer that wait for their turn */ };

struct dia_peer_event {
	enum psm_event event;
	struct dia_conn *conn;     /* it came from, or NULL */
	const struct dia_msg *msg; /* that came, or NULL */
	struct dia_slice octets;   /* to send */
};

struct dia_peer {
	TAILQ_ENTRY(dia_peer) link;
	struct dia_node *node;
	const struct dia_rule *rule;  /* NULL: not configured */
	bool connects;                /* we open; it outlives its connections */
	bool stays_away;              /* no new attempt to connect */
	char host[DIA_HOST_MAX + 1];  /* its Origin-Host */
	char realm[DIA_HOST_MAX + 1]; /* its Origin-Realm, once it is known */
	time_t since;                 /* when it came to this state */
	enum psm_state state;
	struct dia_conn *i, *r; /* opened by us, by it; or NULL */
	struct dia_peer_event queue[DIA_QUEUE_MAX];
	unsigned nqueue;
	bool running, up;
	struct event *timer; /* of the state */
	struct watchdog wd;
	struct event *wd_timer;
	uint64_t wd_due;           /* ms of the monotonic clock */
	uint64_t heard_ms;         /* the same, of the last message */
	const struct psm_row *row; /* of the last event */
	uint32_t dwr, dpr;         /* Hop-by-Hop Identifiers of ours */
	struct dia_header cer;     /* waiting for its CEA */
	struct dia_fault fault;
	uint32_t common; /* applications in common, by bit */
	TAILQ_ENTRY(dia_peer) name_link, agent_link; /* of route.c */
	bool agent; /* leads to others: a relay, or it has forwarded */
	struct dia_pending_list pending; /* requests of ours it has */
	unsigned npending;
};

/* host is not kept; rule may be NULL.  NULL: no memory. */
struct dia_peer *dia_peer_new(struct dia_node *, struct dia_slice host,
    const struct dia_rule *, bool connects);
/* Keeps what it says of itself in CER or CEA. */
void dia_peer_introduce(struct dia_peer *, const struct dia_caps *);
/* Closes its connections; NULL is fine. */
void dia_peer_free(struct dia_peer *);
/* An event, with what came; it may free a peer that does not connect. */
void dia_peer_event(struct dia_peer *, const struct dia_peer_event *);
/* Begins to connect, now and after each failure. */
void dia_peer_start(struct dia_peer *);
/* DPR where there is a connection, and no new ones. */
void dia_peer_stop(struct dia_peer *);
/* The callbacks of a peer's connections. */
extern const struct dia_conn_cb dia_peer_cb;

/* actions.c: runs one action of a row; false: skip the rest of the row. */
bool dia_peer_act(
    struct dia_peer *, enum psm_action, const struct dia_peer_event *);

#endif
