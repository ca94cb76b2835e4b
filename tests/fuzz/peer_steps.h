/* How the inputs of fuzz_peer.c begin; see there. */
#ifndef TESTS_FUZZ_PEER_STEPS_H
#define TESTS_FUZZ_PEER_STEPS_H

enum {
	/* The first octet */
	STEPS_MAX = 32,
	WITH_SCTP = 0x20, /* and TCP over IPv6 */
	WITH_MISTAKES = 0x40,
	WITH_STRANGERS = 0x80, /* unknown peers are refused */
	/* The first of a step */
	FAULT = 0x80,
	ACT = 0x40,
	FAULT_ON = 0x20,
	KIND_SHIFT = 3,
	/* The second */
	AFTER_MASK = 0x1f,
	ERROR_SHIFT = 5,
	WHOLE = 255,
};

#endif
