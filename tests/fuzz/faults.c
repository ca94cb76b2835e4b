#include "tests/fuzz/faults.h"

#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

/* What the linker calls the system's and ours: --wrap=NAME. */
#define WRAP(type, name, ...)            \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

static const int errors[] = { EMFILE, ENOMEM, EINTR, EAGAIN, ECONNRESET,
	ECONNABORTED, EPROTONOSUPPORT, ENOBUFS };
enum {
	NERRORS = sizeof errors / sizeof errors[0],
	START_S = 1000000,
	MANY = 24 /* a loop that tries again comes to an end */
};

static struct plan {
	unsigned after, fail; /* calls that go well, then those that fail */
	int error;
} plans[NFAULTS];
static bool armed;
static uint64_t now_ms;

struct sockaddr_un sctp_target;

void
faults_clear(void)
{
	memset(plans, 0, sizeof plans);
	armed = false;
	now_ms = 0;
}

void
faults_plan(enum fault fault, unsigned after, unsigned error, bool on)
{
	plans[fault] = (struct plan){ .after = after,
		.fail = on ? MANY : 1,
		.error = errors[error % NERRORS] };
}

void
faults_on(bool on)
{
	armed = on;
}

void
clock_advance(unsigned ms)
{
	now_ms += ms;
}

static bool
fails(enum fault fault)
{
	struct plan *plan = &plans[fault];

	if (!armed || plan->fail == 0)
		return false;
	if (plan->after > 0) {
		plan->after--;
		return false;
	}
	plan->fail--;
	errno = fault == FAULT_MEMORY ? ENOMEM : plan->error;
	return true;
}

/* --- Memory --- */

WRAP(void *, malloc, size_t len)
{
	return fails(FAULT_MEMORY) ? NULL : __real_malloc(len);
}

WRAP(void *, calloc, size_t n, size_t len)
{
	return fails(FAULT_MEMORY) ? NULL : __real_calloc(n, len);
}

WRAP(void *, realloc, void *p, size_t len)
{
	return fails(FAULT_MEMORY) ? NULL : __real_realloc(p, len);
}

WRAP(struct event *, event_new, struct event_base *base, evutil_socket_t fd,
    short what, event_callback_fn fn, void *arg)
{
	return fails(FAULT_MEMORY) ? NULL
				   : __real_event_new(base, fd, what, fn, arg);
}

/* --- The clock --- */

WRAP(int, clock_gettime, clockid_t clock, struct timespec *ts)
{
	*ts = (struct timespec){ .tv_sec = START_S + (time_t)(now_ms / 1000),
		.tv_nsec = (long)(now_ms % 1000) * 1000000 };
	return 0;
}

/* --- Sockets --- */

WRAP(ssize_t, getrandom, void *out, size_t len, unsigned flags)
{
	return fails(FAULT_SOCKET) ? -1 : __real_getrandom(out, len, flags);
}

WRAP(int, accept4, int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	return fails(FAULT_SOCKET) ? -1 : __real_accept4(fd, sa, len, flags);
}

WRAP(int, socket, int family, int type, int protocol)
{
	if (fails(FAULT_SOCKET))
		return -1;
	if (protocol != IPPROTO_SCTP)
		return __real_socket(family, type, protocol);
	type &= SOCK_CLOEXEC | SOCK_NONBLOCK;
	return __real_socket(AF_UNIX, SOCK_SEQPACKET | type, 0);
}

WRAP(int, bind, int fd, const struct sockaddr *sa, socklen_t len)
{
	return fails(FAULT_SOCKET) ? -1 : __real_bind(fd, sa, len);
}

WRAP(int, listen, int fd, int backlog)
{
	return fails(FAULT_SOCKET) ? -1 : __real_listen(fd, backlog);
}

WRAP(int, connect, int fd, const struct sockaddr *sa, socklen_t len)
{
	return fails(FAULT_SOCKET) ? -1 : __real_connect(fd, sa, len);
}

WRAP(int, getsockopt, int fd, int level, int name, void *value, socklen_t *len)
{
	return fails(FAULT_SOCKET)
		   ? -1
		   : __real_getsockopt(fd, level, name, value, len);
}

WRAP(int, getsockname, int fd, struct sockaddr *sa, socklen_t *len)
{
	return fails(FAULT_SOCKET) ? -1 : __real_getsockname(fd, sa, len);
}

/* An SCTP socket of a node is an IPv6 one. */
WRAP(int, getpeername, int fd, struct sockaddr *sa, socklen_t *len)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	if (fails(FAULT_SOCKET) || __real_getpeername(fd, sa, len) != 0)
		return -1;
	if (sa->sa_family == AF_UNIX) {
		memcpy(sa, &sin6, sizeof sin6);
		*len = sizeof sin6;
	}
	return 0;
}

/* --- Octets --- */

WRAP(ssize_t, recv, int fd, void *buf, size_t len, int flags)
{
	return fails(FAULT_READ) ? -1 : __real_recv(fd, buf, len, flags);
}

WRAP(ssize_t, send, int fd, const void *buf, size_t len, int flags)
{
	return fails(FAULT_WRITE) ? -1 : __real_send(fd, buf, len, flags);
}

#ifdef HAVE_SCTP

#include <netinet/sctp.h>

WRAP(ssize_t, recvmsg, int fd, struct msghdr *msg, int flags)
{
	uint8_t how = 0;
	struct iovec iov[2] = { { &how, 1 }, msg->msg_iov[0] };
	struct msghdr packet = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n = fails(FAULT_READ) ? -1 : __real_recvmsg(fd, &packet, flags);

	if (n <= 0)
		return n;
	msg->msg_flags = (how & PACKET_PART) != 0 ? 0 : MSG_EOR;
	if ((how & PACKET_NOTE) != 0)
		msg->msg_flags |= MSG_NOTIFICATION;
	return n - 1;
}

WRAP(int, sctp_send, int fd, const void *buf, size_t len,
    const struct sctp_sndrcvinfo *info, int flags)
{
	(void)info;
	return fails(FAULT_WRITE) ? -1 : (int)__real_send(fd, buf, len, flags);
}

WRAP(int, sctp_bindx, int fd, struct sockaddr *addrs, int n, int flags)
{
	const struct sockaddr any = { .sa_family = AF_UNIX };

	(void)addrs, (void)n, (void)flags;
	return fails(FAULT_SOCKET)
		   ? -1
		   : __real_bind(fd, &any, sizeof any.sa_family);
}

WRAP(
    int, sctp_connectx, int fd, struct sockaddr *addrs, int n, sctp_assoc_t *id)
{
	(void)addrs, (void)n, (void)id;
	if (fails(FAULT_SOCKET))
		return -1;
	return __real_connect(fd, (const struct sockaddr *)&sctp_target,
	    sizeof sctp_target.sun_family + 6);
}

WRAP(int, sctp_getladdrs, int fd, sctp_assoc_t id, struct sockaddr **addrs)
{
	const struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	(void)fd, (void)id;
	if (fails(FAULT_SOCKET))
		return -1;

	uint8_t *packed = __real_malloc(sizeof sin + sizeof sin6);

	if (packed == NULL)
		return -1;
	memcpy(packed, &sin, sizeof sin);
	memcpy(packed + sizeof sin, &sin6, sizeof sin6);
	*addrs = (struct sockaddr *)(void *)packed;
	return 2;
}

WRAP(int, sctp_freeladdrs, struct sockaddr *addrs)
{
	free(addrs);
	return 0;
}

#endif
