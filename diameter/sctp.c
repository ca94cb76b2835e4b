/*
 * Diameter over SCTP (RFC 6733, 2.1.1; sockets as in RFC 6458), one
 * association per socket: payload protocol 46, everything on stream 0 and in
 * order, which is permitted and has no races at start and end.  One Diameter
 * message is one SCTP message, here and there; any stream and payload protocol
 * is taken.  Paths are left to the kernel.  Built without libsctp, the row is
 * there and every call says so.
 */
#include "diameter/transport.h"

#include <errno.h>
#include <unistd.h>

enum { READS = 32 /* messages a turn */ };

#ifdef HAVE_SCTP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/sctp.h>
#include <string.h>

#include "diameter/addr.h"
#include "diameter/codec.h"
#include "diameter/log.h"

enum {
	BACKLOG = 128,
	PPID_DIAMETER = 46,
	STREAMS = 16,
	NOTIFICATION_CAP = 512 /* the system's are shorter */
};

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

/* What the association has to tell, between its messages. */
static void
subscribe(int fd)
{
	struct sctp_event_subscribe events = {
		.sctp_association_event = 1,
		.sctp_address_event = 1,
		.sctp_partial_delivery_event = 1,
	};

	setsockopt(fd, IPPROTO_SCTP, SCTP_EVENTS, &events, sizeof events);
}

/* An IPv6 socket takes IPv4 addresses too, and shows them as such. */
static void
set_family(int fd, bool mixed)
{
	int off = 0, only = !mixed;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
	setsockopt(
	    fd, IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, &off, sizeof off);
}

static int
new_socket(const struct dia_uri *uri)
{
	struct sctp_initmsg init = { .sinit_num_ostreams = STREAMS,
		.sinit_max_instreams = STREAMS };
	unsigned n6 = 0;

	for (unsigned i = 0; i < uri->naddrs; i++)
		n6 += uri->addrs[i].ss_family == AF_INET6;

	int fd = socket(n6 > 0 ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);

	if (fd < 0)
		return -1;
	if (n6 > 0)
		set_family(fd, n6 < uri->naddrs);
	setsockopt(fd, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof init);
	subscribe(fd);
	sctp_setup(fd);
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

static void
log_path(const union sctp_notification *note)
{
	struct sockaddr_storage ss;
	char text[DIA_ADDR_TEXT];

	memcpy(&ss, &note->sn_paddr_change.spc_aaddr, sizeof ss);
	if (note->sn_paddr_change.spc_state == SCTP_ADDR_UNREACHABLE)
		log_info(
		    "sctp: the path to %s is lost", dia_addr_text(text, &ss));
	else if (note->sn_paddr_change.spc_state == SCTP_ADDR_AVAILABLE)
		log_info("sctp: the path to %s is there again",
		    dia_addr_text(text, &ss));
}

/* What an event means to who reads: an errno, or 0, nothing.  The end of an
 * association shows in the next read. */
static int
take_notification(const uint8_t *octets, size_t len)
{
	union sctp_notification note = { 0 };

	memcpy(&note, octets, len < sizeof note ? len : sizeof note);
	switch (note.sn_header.sn_type) {
	case SCTP_ASSOC_CHANGE:
		return note.sn_assoc_change.sac_state == SCTP_RESTART ? ERESTART
								      : 0;
	case SCTP_PEER_ADDR_CHANGE:
		log_path(&note);
		return 0;
	case SCTP_PARTIAL_DELIVERY_EVENT:
		return EBADMSG; /* the rest of a message will never come */
	default:
		return 0;
	}
}

/* An SCTP message has ended at len: does one Diameter message, and no more,
 * end there that was not whole at have?  A length that cannot be is left to
 * who reads messages. */
static bool
at_boundary(const uint8_t *buf, size_t have, size_t len)
{
	size_t at = 0, msglen;

	do {
		enum dia_frame frame =
		    dia_frame(buf + at, len - at, SIZE_MAX, &msglen);

		if (frame != DIA_FRAME_OK)
			return frame == DIA_FRAME_BAD;
		at += msglen;
	} while (at <= have);
	return at == len;
}

static ssize_t
fail_with(int error)
{
	errno = error;
	return -1;
}

/* What cannot be a message ends the association by ABORT (RFC 6733, 2.1). */
static ssize_t
fail_at_boundary(int fd)
{
	struct linger abort = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
	return fail_with(EBADMSG);
}

/* One message, or the part of it that fits or has come. */
static ssize_t
sctp_read(int fd, uint8_t *buf, size_t have, size_t cap)
{
	if (cap - have < NOTIFICATION_CAP)
		return fail_with(EAGAIN);
	for (;;) {
		struct iovec iov = { buf + have, cap - have };
		struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n = recvmsg(fd, &msg, 0);

		if (n <= 0)
			return n;
		if ((msg.msg_flags & MSG_NOTIFICATION) != 0) {
			int error = take_notification(buf + have, (size_t)n);

			if (error != 0)
				return fail_with(error);
			continue;
		}
		if ((msg.msg_flags & MSG_EOR) != 0 &&
		    !at_boundary(buf, have, have + (size_t)n))
			return fail_at_boundary(fd);
		return n;
	}
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
sctp_read(int fd, uint8_t *buf, size_t have, size_t cap)
{
	(void)fd, (void)buf, (void)have, (void)cap;
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
	.reads = READS,
	.read = sctp_read,
	.write = sctp_write,
	.addrs = sctp_addrs,
};
