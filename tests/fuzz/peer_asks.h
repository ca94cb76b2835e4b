/*
 * Requests of the node's own: each ends exactly once, and may bring one more
 * when it does.
 */
#ifndef TESTS_FUZZ_PEER_ASKS_H
#define TESTS_FUZZ_PEER_ASKS_H

#include "diameter/node.h"

enum { ASK_MORE = 8 /* when it ends */ };

/* As if there had been none. */
void asks_begin(void);
/* Where to: a destination by its number, and ASK_MORE. */
void ask(struct dia_node *, unsigned where);
/* Those of which the end was not told. */
unsigned asks_open(void);

#endif
