/* Transport addresses as the configuration writes them (private). */
#ifndef DIAMETER_URI_H
#define DIAMETER_URI_H

#include <sys/socket.h>

enum { DIA_URI_ADDRS_MAX = 4 }; /* addresses of one SCTP endpoint */

enum dia_proto { DIA_TCP, DIA_SCTP };

struct dia_uri {
	enum dia_proto proto;
	unsigned naddrs;
	struct sockaddr_storage addrs[DIA_URI_ADDRS_MAX]; /* all one port */
};

/* Takes "tcp://addr:port" or "sctp://addr[,addr]:port" apart.  Returns NULL,
 * or a static text that says what is wrong and what would be right. */
const char *dia_uri_parse(struct dia_uri *, const char *text);

#endif
