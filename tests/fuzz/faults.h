/*
 * Calls that fail when an input says so: memory, descriptors, sockets.  The
 * target is linked with --wrap for each of them; without a plan, or outside
 * of faults_on(), each is what it was.  SCTP, which few kernels have, is made
 * of packets on Unix sockets; the clock goes only when told to.
 */
#ifndef TESTS_FUZZ_FAULTS_H
#define TESTS_FUZZ_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

enum fault {
	FAULT_MEMORY, /* malloc(), calloc(), realloc(), event_new() */
	FAULT_SOCKET, /* what makes one and asks it, and getrandom() */
	FAULT_READ,
	FAULT_WRITE,
	NFAULTS
};

/* No plan, and the clock at its beginning. */
void faults_clear(void);
/* The call of this kind behind `after` others fails with the errno numbered
 * so, and with `on` a few that follow it too. */
void faults_plan(enum fault, unsigned after, unsigned error, bool on);
/* The node's calls may fail, ours may not. */
void faults_on(bool);

void clock_advance(unsigned ms);

/* How a packet that we send to a node over SCTP is received: its first octet
 * says so. */
enum { PACKET_PART = 1, PACKET_NOTE = 2 };
/* Where connections over SCTP lead to. */
extern struct sockaddr_un sctp_target;

#endif
