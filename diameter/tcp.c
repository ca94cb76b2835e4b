/*
 * Diameter over TCP (RFC 6733, 2.1): the socket calls, and nothing else.
 */
#include "diameter/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "diameter/addr.h"

enum { BACKLOG = 128 };

static int
new_socket(const struct sockaddr_storage *ss)
{
	return socket(ss->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    IPPROTO_TCP);
}

static int
give_up(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int
tcp_listen(const struct dia_uri *uri)
{
	const struct sockaddr_storage *ss = &uri->addrs[0];
	int fd = new_socket(ss), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (ss->ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, (const struct sockaddr *)ss, dia_addr_len(ss)) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return give_up(fd);
	return fd;
}

/* Answers are written whole, once a turn: nothing is won by waiting. */
static int
tcp_setup(int fd)
{
	int on = 1;

	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int
tcp_connect(const struct dia_uri *uri)
{
	const struct sockaddr_storage *ss = &uri->addrs[0];
	int fd = new_socket(ss);

	if (fd < 0)
		return -1;
	tcp_setup(fd);
	if (connect(fd, (const struct sockaddr *)ss, dia_addr_len(ss)) != 0 &&
	    errno != EINPROGRESS)
		return give_up(fd);
	return fd;
}

static ssize_t
tcp_read(int fd, uint8_t *buf, size_t have, size_t cap)
{
	return recv(fd, buf + have, cap - have, 0);
}

static ssize_t
tcp_write(int fd, const uint8_t *messages, size_t len)
{
	return send(fd, messages, len, MSG_NOSIGNAL);
}

static unsigned
tcp_addrs(int fd, struct sockaddr_storage *addrs, unsigned max)
{
	socklen_t len = sizeof addrs[0];

	if (max == 0 || getsockname(fd, (struct sockaddr *)addrs, &len) != 0)
		return 0;
	return addrs[0].ss_family == AF_INET || addrs[0].ss_family == AF_INET6;
}

const struct dia_transport dia_tcp = {
	.name = "tcp",
	.listen = tcp_listen,
	.connect = tcp_connect,
	.setup = tcp_setup,
	.reads = 1,
	.read = tcp_read,
	.write = tcp_write,
	.addrs = tcp_addrs,
};

const struct dia_transport *
dia_transport_of(const struct dia_uri *uri)
{
	return uri->proto == DIA_SCTP ? &dia_sctp : &dia_tcp;
}
