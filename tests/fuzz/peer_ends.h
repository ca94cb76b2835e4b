/*
 * The other ends of a node's connections, on loopback: over TCP, and over what
 * faults.c makes of SCTP; opened by us, or by the node.  What the node says on
 * them is checked.
 */
#ifndef TESTS_FUZZ_PEER_ENDS_H
#define TESTS_FUZZ_PEER_ENDS_H

#include "diameter/node.h"

enum {
	CONNECTIONS = 8,
	OPENED_BY_NODE = 3,
	SCTP = 4, /* and the next one */
	SCTP_BY_NODE = 6,
	TCP6 = 7,
	ASKED_MAX = 16,
	REPLY_CAP = 2 * DIA_MESSAGE_MAX,
};

/* The node's listeners, in this order. */
enum { LISTENER_TCP, LISTENER_TCP6, LISTENER_SCTP };

/* Our end of a connection, and what came on it but no whole message yet. */
struct end {
	int fd;                             /* -1: not open */
	bool deaf;                          /* nothing is read for now */
	struct dia_header asked[ASKED_MAX]; /* the node's last requests */
	unsigned nasked;
	uint8_t in[REPLY_CAP];
	size_t len;
};
extern struct end ends[CONNECTIONS];
extern char ends_uri[64]; /* where the node may connect to */

/* An answer, right or not. */
enum answer { RIGHT, OTHER_E2E, OTHER_COMMAND, REFUSAL, NANSWERS };

/* Once in a process. */
void ends_open(void);
/* Closes all, also those never taken. */
void ends_close(void);
/* False: there is no such connection, and none to be had. */
bool end_open(struct dia_node *, unsigned n);
void end_close(struct end *);
/* Octets, as one packet over SCTP that is marked as told. */
void end_send(struct end *, const uint8_t *, size_t len, uint8_t mark);
/* Reads what is there; our end closes when the node's did. */
void end_receive(struct end *);
/* Answers what the node asked last, or first: it draws the identifiers. */
void end_answer(struct end *, enum answer, bool first);

#endif
