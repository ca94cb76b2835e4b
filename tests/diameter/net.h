/*
 * A node on a loopback port and clients of it, in one process with one loop;
 * every wait is bounded.
 */
#ifndef TESTS_DIAMETER_NET_H
#define TESTS_DIAMETER_NET_H

#include <event2/event.h>

#include "diameter/node.h"
#include "diameter/peer.h"

enum { NET_APP = 16777216, NET_VENDOR = 10415, NET_ECHO = 300, NET_MS = 3000 };

struct net {
	struct event_base *base;
	struct dia_node *node;
	unsigned requests; /* that reached the application */
	uint64_t position; /* what it says for the next, counting up, or 0 */
	bool count;        /* position grows by one a request */
	size_t answer_len; /* User-Name of that length instead of the echo */
	unsigned done;     /* calls of dia_node_stop()'s done */
};

/* One whole message a client received. */
struct reply {
	uint8_t octets[DIA_MESSAGE_MAX];
	size_t len;
	struct dia_msg msg;
};

extern const struct dia_node_conf net_conf;

void net_open(struct net *, const struct dia_node_conf *);
void net_close(struct net *);
/* Runs the loop for so long. */
void net_run(struct net *, unsigned ms);
/* Runs the loop until *what reaches value; false: it did not in time. */
bool net_until(struct net *, const unsigned *what, unsigned value);

/* A client's socket, connected to the node's first listener. */
int net_connect(struct net *);
/* The same, after its CER was answered with 2001. */
int net_peer(struct net *);
/* Writes everything, running the loop as needed. */
void net_send(struct net *, int fd, const uint8_t *, size_t);
/* The next message; false when the node closed first or time is up. */
bool net_recv(struct net *, int fd, struct reply *);
/* Has the node closed, after nothing more than *extra octets? */
bool net_closed(struct net *, int fd);
/* Nothing comes for so long. */
bool net_silent(struct net *, int fd, unsigned ms);
/* The Result-Code of a message, 0: it has none. */
uint32_t net_result(const struct reply *);

/* Messages of a client; the length. */
size_t net_cer(uint8_t *buf, const char *host);
size_t net_base(uint8_t *buf, uint32_t code, uint8_t flags, uint32_t hbh);
/* A request of the application: Session-Id, Origin-Host and -Realm, the
 * destination where given, User-Name of name_len octets. */
struct net_request {
	uint32_t app, code, hbh;
	uint8_t flags;
	const char *dest_host, *dest_realm, *route;
	size_t name_len;
};
size_t net_request(uint8_t *buf, const struct net_request *);
/* The plain one that is answered. */
size_t net_echo(uint8_t *buf, uint32_t hbh);

#endif
