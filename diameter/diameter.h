/*
 * A Diameter node on a libevent loop (RFC 6733): listeners, peers with their
 * state machines, applications.  One thread.
 */
#ifndef DIAMETER_H
#define DIAMETER_H

#include "diameter/codec.h"

struct event_base;
struct dia_node; /* this host: identity, listeners, peers, applications */

enum unknown_peers { UNKNOWN_PEERS_ACCEPT, UNKNOWN_PEERS_REFUSE };

/* All strings must outlive the node. */
struct dia_node_conf {
	struct dia_identity id;
	const char *product; /* Product-Name */
	uint32_t vendor;     /* Vendor-Id of CER and CEA */
	uint32_t firmware;   /* Firmware-Revision, 0: none */
	uint32_t state_id;   /* Origin-State-Id, grows over restarts */
	unsigned watchdog_s; /* Tw of RFC 3539 before jitter, at least 6 */
	enum unknown_peers unknown_peers;
	/* Octets, 20 at least; a longer message ends its connection. */
	size_t max_message;
};

/*
 * Answers one request of an application.  The node has begun the answer
 * (header, Session-Id) and ends it (Proxy-Info); the callback appends the
 * rest.  It returns 0 when the answer may leave at once, or the position that
 * dia_node_release() must reach first.  Answers that wait leave a connection in
 * the order of their requests; one that need not wait overtakes them.  It may
 * call dia_node_release() and dia_node_refuse().
 */
typedef uint64_t dia_request_fn(
    void *arg, const struct dia_msg *req, struct dia_writer *ans);

struct dia_app {
	uint32_t id, vendor;
	const struct dia_dict *dict;
	dia_request_fn *request;
	void *arg;
};

/* A configured neighbour (a `peer` section).  A peer without `connect` may have
 * several connections at a time, as each of its processes may. */
struct dia_peer_conf {
	const char *host;        /* its Origin-Host */
	const char *realm;       /* expected Origin-Realm, or NULL */
	const char *const *from; /* CIDR rules, or NULL for any address */
	size_t nfrom;
	const char *connect; /* "tcp://host:port", or NULL: it connects */
};

struct dia_node *dia_node_new(
    struct event_base *, const struct dia_node_conf *);
/* Closes every connection at once; NULL is fine. */
void dia_node_free(struct dia_node *);
bool dia_node_add_app(struct dia_node *, const struct dia_app *);
bool dia_node_add_peer(struct dia_node *, const struct dia_peer_conf *);
/* Opens a listener for "tcp://addr:port" or "sctp://addr[,addr]:port"; IPv6
 * in brackets.  False after logging why not. */
bool dia_node_listen(struct dia_node *, const char *uri);
/* Checks such a text without opening anything: NULL or what is wrong. */
const char *dia_uri_fault(const char *uri);
/* Starts connections to peers with `connect`. */
void dia_node_start(struct dia_node *);
/* DPR to all peers, no new connections; done() once all are gone, or after
 * a second. */
void dia_node_stop(struct dia_node *, void (*done)(void *arg), void *arg);
/* Answers held for positions up to this one may leave. */
void dia_node_release(struct dia_node *, uint64_t position);
/* The promise of every answer still held is broken: each becomes 5012. */
void dia_node_refuse(struct dia_node *);
/* What is known of a peer; the strings live during the call. */
struct dia_peer_facts {
	const char *host, *realm; /* realm NULL: not known yet */
	const char *state;        /* of RFC 6733, 5.6: "R-Open" */
	const char *watchdog;     /* of RFC 3539, 3.4.1: "OKAY" */
	const char *transport;    /* "tcp", "sctp"; NULL: not connected */
	const char *address;      /* "127.0.0.1:40000"; NULL: not connected */
	int64_t since_s;          /* seconds since 1970, in this state */
	bool open;                /* requests may come and go */
};
/* Every peer: configured ones that we connect to, and all that are connected;
 * stops when the callback returns false. */
typedef bool dia_peer_fn(void *arg, const struct dia_peer_facts *);
void dia_node_each_peer(const struct dia_node *, dia_peer_fn *, void *arg);
/* Logs peers and their states at info. */
void dia_node_log_state(const struct dia_node *);

#endif
