/*
 * One Diameter connection over TCP or SCTP that waits: capabilities (RFC
 * 6733, 5.3), one request at a time, answers to what the server asks meanwhile
 * (5.4, 5.5), and a tidy end.  Left out: TLS, watchdogs of our own, resending.
 */
#include "tools/cxclient/link.h"

#include "crypto/crypto.h"
#include "tools/cxclient/reply.h"
#include "tools/cxclient/sctp.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DO_NOT_WANT_TO_TALK_TO_YOU = 2 };
enum { LOCALS_MAX = 8 };   /* addresses told */
enum { REPLY_CAP = 2048 }; /* octets of the messages made here */

static enum link_result fail(struct link *, enum link_result, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static enum link_result
fail(struct link *l, enum link_result result, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(l->why, sizeof l->why, fmt, ap);
	va_end(ap);
	return result;
}

/* Waits until the socket is ready.  OK, TIMEOUT or SYSTEM. */
static enum link_result
await(struct link *l, short events, int64_t deadline)
{
	int ready = tcp_await(l->fd, events, deadline);

	if (ready == 0)
		return fail(l, LINK_TIMEOUT, "the server does not answer");
	if (ready < 0)
		return fail(l, LINK_SYSTEM, "poll: %s", strerror(errno));
	return LINK_OK;
}

static enum link_result
transmit(struct link *l, const uint8_t *octets, size_t len, int64_t deadline)
{
	if (l->trace != NULL)
		l->trace(l->arg, true, octets, len);
	for (size_t sent = 0; sent < len;) {
		enum link_result result = await(l, POLLOUT, deadline);

		if (result != LINK_OK)
			return result;

		ssize_t n = send(l->fd, octets + sent, len - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		else if (errno == EPIPE || errno == ECONNRESET)
			return fail(
			    l, LINK_CLOSED, "the server closed the connection");
		else if (errno != EINTR && errno != EAGAIN)
			return fail(
			    l, LINK_SYSTEM, "send: %s", strerror(errno));
	}
	return LINK_OK;
}

static enum link_result
closed(struct link *l, size_t whole)
{
	if (l->len == 0)
		return fail(l, LINK_CLOSED, "the server closed the connection");
	if (whole == 0)
		return fail(l, LINK_CLOSED,
		    "the server closed the connection within a header");
	return fail(l, LINK_CLOSED,
	    "the server closed the connection within a message, after %zu "
	    "of %zu octets",
	    l->len, whole);
}

/* Reads what is there, at least an octet.  whole: of the message, or 0. */
static enum link_result
fill(struct link *l, size_t whole, int64_t deadline)
{
	for (;;) {
		enum link_result result = await(l, POLLIN, deadline);

		if (result != LINK_OK)
			return result;

		ssize_t n = recv(
		    l->fd, l->in + l->len, sizeof l->in - l->len, MSG_DONTWAIT);

		if (n > 0) {
			l->len += (size_t)n;
			return LINK_OK;
		}
		if (n == 0 || errno == ECONNRESET)
			return closed(l, whole);
		if (errno != EINTR && errno != EAGAIN)
			return fail(
			    l, LINK_SYSTEM, "recv: %s", strerror(errno));
	}
}

static enum link_result
take(struct link *l, size_t len, struct dia_msg *msg)
{
	struct dia_fault fault;

	l->taken = len;
	if (l->trace != NULL)
		l->trace(l->arg, false, l->in, len);
	if (!dia_parse(msg, l->in, len, &fault))
		return fail(l, LINK_WRONG,
		    "the server sent a message that cannot be read: %s",
		    fault.why);
	return LINK_OK;
}

/* The next whole message, whoever it is for. */
static enum link_result
receive(struct link *l, int64_t deadline, struct dia_msg *msg)
{
	enum link_result result = LINK_OK;

	l->len -= l->taken;
	memmove(l->in, l->in + l->taken, l->len);
	l->taken = 0;
	while (result == LINK_OK) {
		size_t len;

		switch (dia_frame(l->in, l->len, sizeof l->in, &len)) {
		case DIA_FRAME_OK:
			return take(l, len, msg);
		case DIA_FRAME_BAD:
			return fail(l, LINK_WRONG,
			    "the server sent a malformed Message Length "
			    "(octets %02x%02x%02x)",
			    l->in[1], l->in[2], l->in[3]);
		default:
			result = fill(l, len, deadline);
		}
	}
	return result;
}

static enum link_result
serve(struct link *l, const struct dia_msg *req, int64_t deadline)
{
	uint8_t buf[REPLY_CAP];
	size_t len = reply_make(buf, sizeof buf, &l->id, req);

	if (len == 0)
		return fail(l, LINK_WRONG,
		    "the server sent a request too long to answer");

	enum link_result result = transmit(l, buf, len, deadline);

	if (result == LINK_OK && req->hdr.app == 0 &&
	    req->hdr.code == REPLY_DPR) {
		l->open = false;
		return fail(l, LINK_REFUSED,
		    "the server says goodbye (DPR) instead of answering");
	}
	return result;
}

/* Is this the answer to that request, in all that must agree (6.2)? */
static enum link_result
check_answer(
    struct link *l, const struct dia_header *req, const struct dia_header *ans)
{
	if (ans->e2e != req->e2e)
		return fail(l, LINK_WRONG,
		    "the answer has end-to-end id 0x%08x, not 0x%08x", ans->e2e,
		    req->e2e);
	if (ans->code != req->code)
		return fail(l, LINK_WRONG,
		    "the answer is to command %u, not %u", ans->code,
		    req->code);
	if (ans->app != req->app)
		return fail(l, LINK_WRONG,
		    "the answer is of application %u, not %u", ans->app,
		    req->app);
	return LINK_OK;
}

static enum link_result
wait_answer(struct link *l, const struct dia_header *req, int64_t deadline,
    struct dia_msg *answer)
{
	unsigned foreign = 0;
	enum link_result result = LINK_OK;

	while (result == LINK_OK) {
		result = receive(l, deadline, answer);
		if (result == LINK_TIMEOUT && foreign > 0)
			return fail(l, result,
			    "no answer, but %u with a foreign hop-by-hop id",
			    foreign);
		if (result != LINK_OK)
			break;
		if ((answer->hdr.flags & DIA_R) != 0)
			result = serve(l, answer, deadline);
		else if (answer->hdr.hbh != req->hbh)
			foreign++;
		else
			return check_answer(l, req, &answer->hdr);
	}
	return result;
}

static enum link_result
exchange(struct link *l, const uint8_t *octets, size_t len, unsigned wait_ms,
    struct dia_msg *answer)
{
	int64_t deadline = tcp_now_ms() + wait_ms;
	struct dia_msg req;
	struct dia_fault fault;

	if (!dia_parse(&req, octets, len, &fault))
		return fail(l, LINK_SYSTEM, "the request does not fit");

	enum link_result result = transmit(l, octets, len, deadline);

	if (result != LINK_OK)
		return result;
	return wait_answer(l, &req.hdr, deadline, answer);
}

void
link_ids(struct link *l, uint32_t *hbh, uint32_t *e2e)
{
	*hbh = l->hbh++;
	*e2e = l->e2e++;
}

enum link_result
link_ask(
    struct link *l, const uint8_t *octets, size_t len, struct dia_msg *answer)
{
	enum link_result result = exchange(l, octets, len, l->wait_ms, answer);

	if (result != LINK_OK && result != LINK_TIMEOUT)
		l->open = false;
	return result;
}

/* A request of the base protocol, up to its identity. */
static void
begin_base(struct link *l, struct dia_writer *w, uint8_t *buf, uint32_t code)
{
	struct dia_header hdr = { .code = code, .flags = DIA_R };

	link_ids(l, &hdr.hbh, &hdr.e2e);
	dia_begin(w, buf, REPLY_CAP, &hdr);
	dia_put_str(w, BASE(ORIGIN_HOST), l->id.host);
	dia_put_str(w, BASE(ORIGIN_REALM), l->id.realm);
}

/* RFC 6733, 3: end-to-end ids from the clock and chance. */
static void
seed_ids(struct link *l)
{
	uint32_t seed[2];

	if (!random_bytes(seed, sizeof seed)) {
		seed[0] = (uint32_t)tcp_now_ms();
		seed[1] = (uint32_t)getpid();
	}
	l->hbh = seed[0];
	l->e2e = (uint32_t)time(NULL) << 20 | (seed[1] & 0xfffff);
}

/* All addresses of an association, else that of the socket (5.3.1). */
static void
put_addresses(struct link *l, struct dia_writer *w)
{
	struct sockaddr_storage addrs[LOCALS_MAX];
	unsigned n = sctp_local(l->fd, addrs, LOCALS_MAX);

	for (unsigned i = 0; i < n; i++)
		capabilities_put_address(w, &addrs[i]);
	if (n == 0)
		capabilities_put_address(w, &l->local);
}

enum link_result
link_start(struct link *l, int fd)
{
	socklen_t len = sizeof l->local, peer_len = sizeof l->peer;
	uint8_t buf[REPLY_CAP];
	struct dia_writer w;
	struct dia_msg cea;

	l->fd = fd;
	l->taken = l->len = 0;
	seed_ids(l);
	(void)getsockname(fd, (struct sockaddr *)&l->local, &len);
	(void)getpeername(fd, (struct sockaddr *)&l->peer, &peer_len);
	begin_base(l, &w, buf, REPLY_CER);
	put_addresses(l, &w);
	capabilities_put(&w);

	enum link_result result = link_ask(l, buf, dia_end(&w), &cea);

	if (result == LINK_OK && !capabilities_check(&cea, l->why))
		result = LINK_REFUSED;
	l->open = result == LINK_OK;
	return result;
}

enum link_result
link_open(
    struct link *l, connect_fn *connect_to, const char *host, const char *port)
{
	const char *why = "";
	int fd = connect_to(host, port, tcp_now_ms() + l->wait_ms, &why);

	l->fd = -1;
	l->open = false;
	if (fd < 0)
		return fail(l, LINK_NO_SERVER, "no server at %s port %s: %s",
		    host, port, why);
	return link_start(l, fd);
}

/* DPR and, if the server is polite, DPA.  l->why stays as it was. */
static void
say_goodbye(struct link *l)
{
	uint8_t buf[REPLY_CAP];
	char why[LINK_WHY_CAP];
	struct dia_writer w;
	struct dia_msg dpa;

	memcpy(why, l->why, sizeof why);
	begin_base(l, &w, buf, REPLY_DPR);
	dia_put_u32(&w, BASE(DISCONNECT_CAUSE), DO_NOT_WANT_TO_TALK_TO_YOU);
	(void)exchange(l, buf, dia_end(&w), LINK_GOODBYE_MS, &dpa);
	memcpy(l->why, why, sizeof why);
}

void
link_close(struct link *l)
{
	if (l->fd < 0)
		return;
	if (l->open)
		say_goodbye(l);
	(void)close(l->fd);
	l->fd = -1;
}
