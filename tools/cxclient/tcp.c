/*
 * A TCP socket with a deadline: addresses as the command line has them,
 * connecting to the first of a host's addresses that answers, waiting.
 */
#include "tools/cxclient/tcp.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool
is_port(const char *text)
{
	unsigned long value = 0;

	if (strlen(text) >= TCP_PORT_CAP)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned long)(*text - '0');
	}
	return value >= 1 && value <= 65535;
}

/* The end of the host and the colon before the port, or NULL. */
static const char *
find_end(const char *text, bool brackets, const char **colon)
{
	const char *end = brackets ? strchr(text, ']') : strchr(text, ':');

	*colon = NULL;
	if (brackets) {
		if (end != NULL && end[1] == ':')
			*colon = end + 1;
		else if (end != NULL && end[1] != '\0')
			return NULL;
		return end;
	}
	/* two colons without brackets: IPv6 alone */
	if (end == NULL || strchr(end + 1, ':') != NULL)
		return text + strlen(text);
	*colon = end;
	return end;
}

bool
tcp_address(const char *text, char host[static TCP_HOST_CAP],
    char port[static TCP_PORT_CAP])
{
	const char *colon;
	bool brackets = text[0] == '[';

	text += brackets;

	const char *end = find_end(text, brackets, &colon);

	if (end == NULL || end == text || (size_t)(end - text) >= TCP_HOST_CAP)
		return false;
	if (colon != NULL && !is_port(colon + 1))
		return false;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = '\0';
	if (colon != NULL)
		(void)snprintf(port, TCP_PORT_CAP, "%s", colon + 1);
	else
		(void)snprintf(port, TCP_PORT_CAP, "%d", TCP_DIAMETER_PORT);
	return true;
}

int64_t
tcp_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int
tcp_await(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left = deadline_ms - tcp_now_ms();

		if (left < 0)
			return 0;

		int n = poll(&p, 1, (int)left);

		if (n >= 0 || errno != EINTR)
			return n;
	}
}

/* errno of a connection under way, 0 when it stands. */
static int
finish_connect(int fd, int64_t deadline_ms)
{
	int error = 0;
	socklen_t len = sizeof error;
	int ready = tcp_await(fd, POLLOUT, deadline_ms);

	if (ready == 0)
		return ETIMEDOUT;
	if (ready < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return errno;
	return error;
}

/* One address of the host.  The socket, or -1 with errno. */
static int
try_connect(const struct addrinfo *ai, int64_t deadline_ms)
{
	int fd = socket(ai->ai_family,
	    ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);

	if (fd < 0)
		return -1;

	int error = connect(fd, ai->ai_addr, ai->ai_addrlen) == 0 ? 0 : errno;

	if (error == EINPROGRESS)
		error = finish_connect(fd, deadline_ms);
	if (error == 0)
		return fd;
	(void)close(fd);
	errno = error;
	return -1;
}

int
tcp_connect(
    const char *host, const char *port, int64_t deadline_ms, const char **why)
{
	const struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *list;
	int error = getaddrinfo(host, port, &hints, &list);
	int fd = -1;

	if (error != 0) {
		*why = gai_strerror(error);
		return -1;
	}
	for (struct addrinfo *ai = list; ai != NULL && fd < 0; ai = ai->ai_next)
		fd = try_connect(ai, deadline_ms);
	if (fd < 0)
		*why = strerror(errno);
	freeaddrinfo(list);
	return fd;
}
