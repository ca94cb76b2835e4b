/*
 * An SCTP association (RFC 6458) with a deadline: addresses as the command
 * line has them, connecting to all of them at once.  Payload protocol 46
 * (RFC 6733, 2.1.1), stream 0, in order: plain send(2) and recv(2) do.  Built
 * without libsctp, connecting fails and says so.
 */
#include "tools/cxclient/sctp.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char prefix[] = "sctp://";

bool
sctp_address(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP])
{
	char last[TCP_HOST_CAP];
	size_t skip = sizeof prefix - 1;

	if (strncmp(text, prefix, skip) != 0)
		return false;
	text += skip;

	/* the port is behind the last address */
	const char *comma = strrchr(text, ',');
	const char *at = comma != NULL ? comma + 1 : text;

	if (!tcp_address(at, last, port))
		return false;

	const char *colon =
	    *at == '[' ? strchr(at, ']') + 1 : at + strcspn(at, ":");

	if (*at != '[' && strchr(last, ':') != NULL)
		return false; /* IPv6 without brackets */
	if ((size_t)(colon - text) >= TCP_HOST_CAP)
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	return true;
}

#ifdef HAVE_SCTP

#include <arpa/inet.h>
#include <netinet/sctp.h>

enum { PPID_DIAMETER = 46, NUMBER_CAP = 64 };

/* One address of the list, packed: the octets it takes, 0: it is none. */
static size_t
take(const char *text, size_t len, const char *port, uint8_t *out)
{
	const struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};
	char number[NUMBER_CAP];
	struct addrinfo *list;

	if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof number)
		return 0;
	memcpy(number, text, len);
	number[len] = '\0';
	if (getaddrinfo(number, port, &hints, &list) != 0)
		return 0;
	len = list->ai_addrlen;
	memcpy(out, list->ai_addr, len);
	freeaddrinfo(list);
	return len;
}

/* The list packed; how many, 0: something in it is no address. */
static int
take_all(const char *host, const char *port, uint8_t *out, bool *v6)
{
	int n = 0;

	for (; n < SCTP_ADDRS_MAX; n++) {
		size_t len = strcspn(host, ","), octets;

		octets = take(host, len, port, out);
		if (octets == 0)
			return 0;
		*v6 |= octets == sizeof(struct sockaddr_in6);
		out += octets;
		if (host[len] == '\0')
			return n + 1;
		host += len + 1;
	}
	return 0;
}

static int
new_socket(bool v6)
{
	struct sctp_sndrcvinfo info = { .sinfo_ppid = htonl(PPID_DIAMETER) };
	int on = 1, off = 0;
	int fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);

	if (fd < 0)
		return -1;
	if (v6)
		(void)setsockopt(fd, IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR,
		    &off, sizeof off);
	(void)setsockopt(fd, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on);
	if (setsockopt(fd, IPPROTO_SCTP, SCTP_DEFAULT_SEND_PARAM, &info,
		sizeof info) == 0)
		return fd;
	on = errno;
	(void)close(fd);
	errno = on;
	return -1;
}

/* errno of a connection under way, 0 when it stands. */
static int
finish_connect(int fd, int64_t deadline_ms)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (tcp_await(fd, POLLOUT, deadline_ms) == 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return errno;
	return error;
}

int
sctp_connect(
    const char *host, const char *port, int64_t deadline_ms, const char **why)
{
	uint8_t packed[SCTP_ADDRS_MAX * sizeof(struct sockaddr_in6)];
	bool v6 = false;
	int n = take_all(host, port, packed, &v6);

	if (n == 0) {
		*why = "want one to four addresses in numbers";
		return -1;
	}

	int fd = new_socket(v6);

	if (fd < 0) {
		*why = strerror(errno);
		return -1;
	}

	int error =
	    sctp_connectx(fd, (struct sockaddr *)(void *)packed, n, NULL) == 0
		? 0
		: errno;

	if (error == EINPROGRESS)
		error = finish_connect(fd, deadline_ms);
	if (error == 0)
		return fd;
	(void)close(fd);
	*why = strerror(error);
	return -1;
}

unsigned
sctp_local(int fd, struct sockaddr_storage *addrs, unsigned max)
{
	struct sockaddr *packed;
	int proto = 0, n;
	socklen_t len = sizeof proto;
	unsigned kept = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &len) != 0 ||
	    proto != IPPROTO_SCTP || (n = sctp_getladdrs(fd, 0, &packed)) <= 0)
		return 0;
	for (const uint8_t *p = (const uint8_t *)packed;
	     kept < max && kept < (unsigned)n; kept++) {
		struct sockaddr_in in;
		size_t octets = sizeof in;

		memcpy(&in, p, sizeof in);
		if (in.sin_family == AF_INET6)
			octets = sizeof(struct sockaddr_in6);
		memset(&addrs[kept], 0, sizeof addrs[kept]);
		memcpy(&addrs[kept], p, octets);
		p += octets;
	}
	sctp_freeladdrs(packed);
	return kept;
}

#else

int
sctp_connect(
    const char *host, const char *port, int64_t deadline_ms, const char **why)
{
	(void)host, (void)port, (void)deadline_ms;
	*why = "built without SCTP";
	return -1;
}

unsigned
sctp_local(int fd, struct sockaddr_storage *addrs, unsigned max)
{
	(void)fd, (void)addrs, (void)max;
	return 0;
}

#endif

connect_fn *
sctp_or_tcp(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP])
{
	if (sctp_address(text, host, port))
		return sctp_connect;
	return tcp_address(text, host, port) ? tcp_connect : NULL;
}
