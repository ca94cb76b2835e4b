/* What can be done to a node, or by it, besides sending it octets. */
#ifndef TESTS_FUZZ_PEER_ACTS_H
#define TESTS_FUZZ_PEER_ACTS_H

#include "diameter/node.h"

/* The node of this input, and what its application does. */
struct acting {
	struct dia_node *node;
	uint64_t position;
	bool hold;  /* answers wait for a position */
	bool giant; /* answers are too long */
};
extern struct acting acting;

enum act {
	ACT_CLOSE,
	ACT_HOLD,
	ACT_RELEASE,
	ACT_STOP,
	ACT_REFUSE,
	ACT_SHUT,
	ACT_LOG_STATE,
	ACT_EXPIRE_WATCHDOGS,
	ACT_EXPIRE_STATES,
	ACT_OPEN,
	ACT_ANSWER,
	ACT_ASK,
	ACT_ASK_MORE,
	ACT_ASK_MANY,
	ACT_ANSWER_FIRST,
	ACT_ANSWER_OTHER_E2E,
	ACT_ANSWER_OTHER_COMMAND,
	ACT_ANSWER_FOR_OTHER,
	ACT_ANSWER_REFUSING,
	ACT_WAIT,
	ACT_WAIT_LONG,
	ACT_DEAFEN,
	ACT_FIRE_WATCHDOGS,
	ACT_START,
	ACT_GIANTS,
	ACT_DUMPS,
	ACT_RELEASE_SOME,
	NACTS
};

/* Any octet names an act; n: a connection, or a destination. */
void act(unsigned n, unsigned what);

#endif
