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
 * call dia_node_release(), dia_node_refuse() and dia_node_send().
 */
typedef uint64_t dia_request_fn(
    void *arg, const struct dia_msg *req, struct dia_writer *ans);

struct dia_app {
	uint32_t id, vendor;
	const struct dia_dict *dict;
	dia_request_fn *request;
	void *arg;
	/* A request that comes again gets the answer it got, without a call of
	 * request(), for as long as that is kept (RFC 6733, 3). */
	bool keeps_answers;
};

/* How a request of ours ends. */
enum dia_outcome {
	DIA_ANSWERED,
	DIA_TIMED_OUT,     /* no answer within its time */
	DIA_UNDELIVERABLE, /* no peer leads to its destination */
	DIA_LOST,          /* sent, then all peers on the way went down */
};
/* ans lives during the call, and is NULL unless DIA_ANSWERED: then it has the
 * request's command and Application-Id, and its AVPs are unchecked.  May call
 * anything but dia_node_free(). */
typedef void dia_answer_fn(
    void *arg, const struct dia_msg *ans, enum dia_outcome);

/* A request of ours. */
struct dia_out_request {
	uint32_t app, code; /* of an application of this node */
	/* The peer to send it to; if that is not connected, agents get it
	 * (6.1.6).  NULL: agents only.  Not kept. */
	const char *dest_host;
	unsigned timeout_ms; /* at least 1, until an answer must be there */
	/* Appends what follows the Session-Id: Origin- and Destination-Host and
	 * -Realm too.  Called by dia_node_send() only; may not send. */
	void (*fill)(void *arg, struct dia_writer *);
	dia_answer_fn *answer;
	void *arg; /* of both */
};

enum dia_sent {
	DIA_SENT,       /* answer() is called once, by the loop, later */
	DIA_SEND_LATER, /* too much is on its way; nothing was sent */
	DIA_SEND_NEVER, /* it cannot be built, or the node is stopping */
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
/* Closes every connection at once; requests of ours that are still unanswered
 * end with DIA_LOST.  NULL is fine. */
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
/*
 * Sends a request of ours (6.1): header with R and what else the command's
 * grammar says, new Hop-by-Hop and End-to-End Identifiers, a new Session-Id
 * (8.8), then what fill() appends.  It goes to the least busy open connection
 * with its destination; if that goes down or suspect, once more with the T flag
 * to another one (5.5.4).  Never calls answer() itself, not even when no peer
 * leads to the destination.
 */
enum dia_sent dia_node_send(struct dia_node *, const struct dia_out_request *);
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
