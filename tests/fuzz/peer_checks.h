/* What is true of a node whenever its loop has nothing more to do. */
#ifndef TESTS_FUZZ_PEER_CHECKS_H
#define TESTS_FUZZ_PEER_CHECKS_H

#include "diameter/node.h"

/* Its counts are right, and whatever waits has something to wake it. */
void check_node(const struct dia_node *);

#endif
