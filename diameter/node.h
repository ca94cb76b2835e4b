/* The inside of a node (private). */
#ifndef DIAMETER_NODE_H
#define DIAMETER_NODE_H

#include <sys/queue.h>

#include "diameter/base.h"
#include "diameter/conn.h"
#include "diameter/repeat.h"
#include "diameter/request.h"

struct event;
struct dia_peer;

enum {
	DIA_LISTENERS_MAX = 16,
	DIA_PEERS_MAX = 256,     /* configured ones */
	DIA_NEWCOMERS_MAX = 256, /* connections before their CER */
};

/* Milliseconds. */
struct dia_times {
	unsigned cer;     /* from a connection to its CER */
	unsigned connect; /* in each state before the open ones */
	unsigned closing; /* from a DPR to the end of the connection */
	unsigned tw, jitter;
	unsigned stop;  /* until dia_node_stop() is done */
	unsigned pause; /* no accepting, when descriptors have run out */
};

struct dia_listener {
	struct dia_node *node;
	const struct dia_transport *transport;
	int fd;
	struct event *event;
	char name[DIA_ADDR_TEXT + 8]; /* "tcp 127.0.0.1:3868" */
};

/* A configured neighbour. */
struct dia_rule {
	TAILQ_ENTRY(dia_rule) link;
	struct dia_peer_conf conf;
	struct dia_cidr *from; /* conf.nfrom of them */
	struct dia_uri uri;    /* of conf.connect */
	struct dia_peer *peer; /* lives as long as the rule, if we connect */
};

struct dia_node {
	struct dia_self self;
	struct event_base *base;
	struct dia_conns conns;
	struct dia_times times;
	struct dia_listener listeners[DIA_LISTENERS_MAX];
	unsigned nlisteners;
	struct event *unpause;
	TAILQ_HEAD(, dia_rule) rules;
	unsigned nrules;
	TAILQ_HEAD(dia_peer_list, dia_peer) peers;
	uint32_t hbh, e2e; /* of the next request */
	struct dia_requests requests;
	struct dia_routes routes;
	unsigned seed;               /* of the watchdog's jitter */
	struct dia_repeats *repeats; /* NULL: no application keeps answers */
	uint8_t *answer;             /* DIA_MESSAGE_MAX octets */
	struct event *stopper;
	void (*done)(void *arg);
	void *done_arg;
	unsigned newcomers, newcomers_max;
	bool crowded; /* newcomers had reached the limit, and it was logged */
	bool stopping;
	bool full; /* the last connection was one too many, and logged */
};

/* accept.c: false after logging why not. */
bool dia_accept_open(struct dia_node *, const char *uri);
void dia_accept_close(struct dia_node *);
/* A connection that begins, on a socket that it takes; arg is the node. */
void dia_accept_take(void *arg, const struct dia_transport *, int fd);
/* Is a connection still without a peer? */
bool dia_accept_owns(const struct dia_conn *);
/* Accepts again after a pause. */
void dia_accept_resume(int fd, short what, void *node);
/* The port of a listener, in the order they were opened. */
unsigned dia_accept_port(const struct dia_node *, unsigned listener);

/* dispatch.c: answers one request that came on a connection.  True: it came
 * through an agent, as its Origin-Host is not who. */
bool dia_dispatch(struct dia_node *, struct dia_conn *, const char *who,
    const struct dia_msg *);
/* Answers a request with a fault, and says so in the log. */
void dia_dispatch_fault(struct dia_node *, struct dia_conn *, const char *who,
    const struct dia_msg *, const struct dia_fault *);
/* Answers what cannot be framed, as far as its header is there. */
void dia_dispatch_garbage(struct dia_node *, struct dia_conn *, const char *who,
    const uint8_t *octets, size_t len);
/* One line or a dump of a message, if the log wants it. */
void dia_dispatch_log(const struct dia_node *, const char *who,
    const char *what, const uint8_t *msg, size_t len);

#endif
