/* What TCP and SCTP do differently (private). */
#ifndef DIAMETER_TRANSPORT_H
#define DIAMETER_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "diameter/uri.h"

/*
 * All sockets are close-on-exec and do not block.  Functions that return a
 * descriptor return -1 with errno set when there is none.
 */
struct dia_transport {
	const char *name; /* as in "tcp://" */
	int (*listen)(const struct dia_uri *);
	/* Begins to connect; the socket becomes writable when it is known. */
	int (*connect)(const struct dia_uri *);
	/* Sets up a socket that was accepted. */
	int (*setup)(int fd);
	/* Reads behind the first have octets of buf, which begin with a
	 * message and are what was read before: the octets added, 0 at the
	 * end, or -1.  EBADMSG: what came is not one message.  ERESTART: the
	 * peer has begun anew, and this socket is its new connection. */
	ssize_t (*read)(int fd, uint8_t *buf, size_t have, size_t cap);
	unsigned reads; /* at most, in one turn of the loop */
	/* Writes as much of whole messages as goes: the octets taken, or -1. */
	ssize_t (*write)(int fd, const uint8_t *messages, size_t len);
	/* The local addresses, at most max; how many there are. */
	unsigned (*addrs)(int fd, struct sockaddr_storage *, unsigned max);
};

extern const struct dia_transport dia_tcp, dia_sctp;

/* The row for a parsed URI. */
const struct dia_transport *dia_transport_of(const struct dia_uri *);

#endif
