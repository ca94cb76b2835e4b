/*
 * A TCP socket with a deadline: addresses, connecting, waiting.
 */
#ifndef CXCLIENT_TCP_H
#define CXCLIENT_TCP_H

#include <stdbool.h>
#include <stdint.h>

enum {
	TCP_HOST_CAP = 256, /* octets with the NUL */
	TCP_PORT_CAP = 8,
	TCP_DIAMETER_PORT = 3868,
};

/* Takes "host", "host:port", "[v6]" or "[v6]:port" apart; the port is 3868
 * where none is given.  False: it is none of them. */
bool tcp_address(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP]);
/* Milliseconds of a clock that never goes back. */
int64_t tcp_now_ms(void);
/* Waits for events of poll(2): 1 ready, 0 the deadline has passed, whether
 * ready or not, -1 errno. */
int tcp_await(int fd, short events, int64_t deadline_ms);
/* How to connect to a host's port; see below and sctp.h. */
typedef int connect_fn(
    const char *host, const char *port, int64_t deadline_ms, const char **why);

/* A connected, non-blocking socket, or -1 and *why (static text). */
int tcp_connect(
    const char *host, const char *port, int64_t deadline_ms, const char **why);

#endif
