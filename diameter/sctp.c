/*
 * Diameter over SCTP (RFC 6733, 2.1.1), one association per socket: payload
 * protocol 46, one message a send, everything on stream 0 and in order, which
 * is permitted and has no races at start and end.  Built without libsctp, the
 * row is there and every call says so.
 */
#include "diameter/transport.h"

#include <errno.h>
#include <unistd.h>

#ifdef HAVE_SCTP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/sctp.h>
#include <string.h>

#include "diameter/addr.h"
#include "diameter/codec.h"

enum { BACKLOG = 128, PPID_DIAMETER = 46, STREAMS = 16 };

static int
give_up(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/* The system's calls want the addresses packed, each as long as it is. */
static void
pack(const struct dia_uri *uri, uint8_t *out)
{
	for (unsigned i = 0; i < uri->naddrs; i++) {
		socklen_t len = dia_addr_len(&uri->addrs[i]);

		memcpy(out, &uri->addrs[i], len);
		out += len;
	}
}

static int
sctp_setup(int fd)
{
	int on = 1;

	return setsockopt(fd, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on);
}

static int
new_socket(const struct dia_uri *uri)
{
	struct sctp_initmsg init = { .sinit_num_ostreams = STREAMS,
		.sinit_max_instreams = STREAMS };
	int family = AF_INET;

	for (unsigned i = 0; i < uri->naddrs; i++) {
		if (uri->addrs[i].ss_family == AF_INET6)
			family = AF_INET6;
	}

	int fd = socket(
	    family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);

	if (fd >= 0) {
		setsockopt(fd, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof init);
		sctp_setup(fd);
	}
	return fd;
}

static int
sctp_open_listener(const struct dia_uri *uri)
{
	uint8_t packed[sizeof uri->addrs];
	int fd = new_socket(uri), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	pack(uri, packed);
	if (sctp_bindx(fd, (struct sockaddr *)(void *)packed, (int)uri->naddrs,
		SCTP_BINDX_ADD_ADDR) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return give_up(fd);
	return fd;
}

static int
sctp_open_connection(const struct dia_uri *uri)
{
	uint8_t packed[sizeof uri->addrs];
	int fd = new_socket(uri);

	if (fd < 0)
		return -1;
	pack(uri, packed);
	if (sctp_connectx(fd, (struct sockaddr *)(void *)packed,
		(int)uri->naddrs, NULL) != 0 &&
	    errno != EINPROGRESS)
		return give_up(fd);
	return fd;
}

/* Any stream and payload protocol is taken. */
static ssize_t
sctp_read(int fd, void *buf, size_t cap)
{
	return recv(fd, buf, cap, 0);
}

static ssize_t
sctp_write(int fd, const uint8_t *messages, size_t len)
{
	size_t done = 0, msglen;

	while (done < len && dia_frame(messages + done, len - done, len - done,
				 &msglen) == DIA_FRAME_OK) {
		struct sctp_sndrcvinfo info = { .sinfo_ppid =
						    htonl(PPID_DIAMETER) };

		if (sctp_send(
			fd, messages + done, msglen, &info, MSG_NOSIGNAL) < 0)
			return done > 0 ? (ssize_t)done : -1;
		done += msglen;
	}
	return (ssize_t)done;
}

static unsigned
sctp_addrs(int fd, struct sockaddr_storage *addrs, unsigned max)
{
	struct sockaddr *packed;
	int n = sctp_getladdrs(fd, 0, &packed);
	const uint8_t *p;
	unsigned kept = 0;

	if (n <= 0)
		return 0;
	p = (const uint8_t *)packed;
	while (kept < max && kept < (unsigned)n) {
		struct sockaddr_storage ss = { 0 };

		memcpy(&ss, p, sizeof(struct sockaddr_in));
		memcpy(&ss, p, dia_addr_len(&ss));
		p += dia_addr_len(&ss);
		addrs[kept++] = ss;
	}
	sctp_freeladdrs(packed);
	return kept;
}

#else

static int
absent(void)
{
	errno = EPROTONOSUPPORT;
	return -1;
}

static int
sctp_open_listener(const struct dia_uri *uri)
{
	(void)uri;
	return absent();
}

static int
sctp_open_connection(const struct dia_uri *uri)
{
	(void)uri;
	return absent();
}

static int
sctp_setup(int fd)
{
	(void)fd;
	return absent();
}

static ssize_t
sctp_read(int fd, void *buf, size_t cap)
{
	(void)fd, (void)buf, (void)cap;
	return absent();
}

static ssize_t
sctp_write(int fd, const uint8_t *messages, size_t len)
{
	(void)fd, (void)messages, (void)len;
	return absent();
}

static unsigned
sctp_addrs(int fd, struct sockaddr_storage *addrs, unsigned max)
{
	(void)fd, (void)addrs, (void)max;
	return 0;
}

#endif

const struct dia_transport dia_sctp = {
	.name = "sctp",
	.listen = sctp_open_listener,
	.connect = sctp_open_connection,
	.setup = sctp_setup,
	.read = sctp_read,
	.write = sctp_write,
	.addrs = sctp_addrs,
};
