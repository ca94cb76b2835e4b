/*
 * The other ends of a node's connections, on loopback: three that we open, and
 * one that the node opens to us.  What the node says on them is checked.
 */
#ifndef TESTS_FUZZ_PEER_ENDS_H
#define TESTS_FUZZ_PEER_ENDS_H

#include "diameter/node.h"

enum {
	CONNECTIONS = 4,
	OPENED_BY_NODE = 3,
	REPLY_CAP = 2 * DIA_MESSAGE_MAX,
};

/* Our end of a connection, and what came on it but no whole message yet. */
struct end {
	int fd;                  /* -1: not open */
	struct dia_header asked; /* of the node's last request */
	uint8_t in[REPLY_CAP];
	size_t len;
};
extern struct end ends[CONNECTIONS];
extern char ends_uri[64]; /* where the node may connect to */

/* Once in a process. */
void ends_open(void);
/* Closes all, also those never taken. */
void ends_close(void);
/* False: there is no such connection, and none to be had. */
bool end_open(struct dia_node *, unsigned n);
void end_close(struct end *);
/* Reads what is there; our end closes when the node's did. */
void end_receive(struct end *);
/* Answers what the node asked last with success. */
void end_answer(struct end *);

#endif
