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
	ssize_t (*read)(int fd, void *buf, size_t cap);
	/* Writes as much of whole messages as goes: the octets taken, or -1. */
	ssize_t (*write)(int fd, const uint8_t *messages, size_t len);
	/* The local addresses, at most max; how many there are. */
	unsigned (*addrs)(int fd, struct sockaddr_storage *, unsigned max);
};

extern const struct dia_transport dia_tcp, dia_sctp;

/* The row for a parsed URI. */
const struct dia_transport *dia_transport_of(const struct dia_uri *);

#endif
