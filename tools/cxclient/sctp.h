/*
 * An SCTP socket with a deadline, to all addresses of a server at once.
 */
#ifndef CXCLIENT_SCTP_H
#define CXCLIENT_SCTP_H

#include "tools/cxclient/tcp.h"

#include <sys/socket.h>

enum { SCTP_ADDRS_MAX = 4 /* of a server */ };

/* Takes "sctp://addr[,addr][:port]" apart, IPv6 in brackets; host is the list.
 * The port is 3868 where none is given.  False: it is none. */
bool sctp_address(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP]);
/* How to connect to a server as the command line has it, which is taken apart
 * like sctp_address() or tcp_address() does.  NULL: it is neither. */
connect_fn *sctp_or_tcp(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP]);
/* A connected, non-blocking socket that sends each message as one, or -1 and
 * *why (static text).  host is a list as sctp_address() leaves it. */
int sctp_connect(
    const char *host, const char *port, int64_t deadline_ms, const char **why);
/* The local addresses of an association, at most max; how many.  0: the
 * socket is no SCTP. */
unsigned sctp_local(int fd, struct sockaddr_storage *addrs, unsigned max);

#endif
