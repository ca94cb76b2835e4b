/*
 * Alice's SIM, for tests of what it is challenged with.
 */
#ifndef TESTS_CX_SIM_H
#define TESTS_CX_SIM_H

#include "crypto/crypto.h"
#include "tests/cx/fixture.h"

extern const struct milenage_key sim;

/* An AVP of the answer's first SIP-Auth-Data-Item. */
struct dia_slice item(const struct dia_def *);
/* The SQN of a vector; what the SIM computes is what the HSS says. */
uint64_t check_vector(struct dia_slice group);
/* The same of the answer's first one. */
uint64_t sqn_of_answer(void);

#endif
