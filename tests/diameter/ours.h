/*
 * A node that sends requests of its own, and what they came to: the fixture of
 * several test programs.
 */
#ifndef TESTS_DIAMETER_OURS_H
#define TESTS_DIAMETER_OURS_H

#include "tests/diameter/net.h"

extern struct net net;
extern struct reply reply;
extern struct dia_out_request out; /* that send_one() sends */
extern size_t name_len;            /* octets of its User-Name */
/* What answer callbacks were told. */
extern unsigned calls, results[DIA_LOST + 1];
extern uint32_t result_code;

void setup(void);
void teardown(void);
void on_answer(void *arg, const struct dia_msg *, enum dia_outcome);
/* A client of that name, after its CEA; as a relay or with the application. */
int peer_named(const char *host, bool relay);
/* Sends out; answer() is not called at once. */
void send_one(void);
/* The next message is our request, with those flags; it is in reply. */
void expect_request(int fd, uint8_t flags);
/* Answers a request of ours with 2001. */
void answer(int fd, const struct dia_header *req);

#endif
