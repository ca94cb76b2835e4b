/*
 * A home subscriber server with one user and a fault to order.  It answers as
 * TS 29.228 has it for a user without state worth the name, and goes wrong
 * once, at the command it is told.
 */
#include "tests/tools/fake_hss.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CER = 257,
	DWR = 280,
	DPR = 282,
	PATIENCE_MS = 10000,
	FLOOD_MAX = 100000000
};

/* One whole message.  Its length, 0 when the client has gone. */
static size_t
receive(int fd, uint8_t *buf)
{
	size_t have = 0;

	for (;;) {
		size_t len;

		if (dia_frame(buf, have, FAKE_CAP, &len) == DIA_FRAME_OK)
			return len;

		/* octet by octet up to the end of this message, no further */
		size_t want = have < 4 ? 4 - have : len - have;
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			return 0;

		ssize_t n = recv(fd, buf + have, want, 0);

		if (n <= 0)
			return 0;
		have += (size_t)n;
	}
}

static void
transmit(int fd, const uint8_t *buf, size_t len)
{
	(void)!send(fd, buf, len, MSG_NOSIGNAL);
}

/* Requests of ours, each answered before the client's own is. */
static void
ask_client(struct fake *f, int fd)
{
	static const struct dia_header asked[] = {
		{ .code = DWR, .flags = DIA_R, .hbh = 7, .e2e = 7 },
		{ .code = CX_RTR,
		    .app = CX_APP,
		    .flags = DIA_R | DIA_P,
		    .hbh = 8,
		    .e2e = 8 },
		{ .code = 999,
		    .app = CX_APP,
		    .flags = DIA_R | DIA_P,
		    .hbh = 9,
		    .e2e = 9 },
	};
	uint8_t buf[FAKE_CAP];

	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		struct dia_writer w;
		struct dia_msg msg;
		struct dia_fault fault;

		dia_begin(&w, buf, FAKE_CAP, &asked[i]);
		fake_put_identity(&w);
		transmit(fd, buf, dia_end(&w));

		size_t len = receive(fd, buf);

		if (!dia_parse(&msg, buf, len, &fault) ||
		    msg.hdr.hbh != asked[i].hbh || (msg.hdr.flags & DIA_R))
			return;

		uint32_t result = fake_number(&msg, BASE(RESULT_CODE));

		f->dwas += msg.hdr.code == DWR && result == DIA_SUCCESS;
		f->rtas += msg.hdr.code == CX_RTR && result == DIA_SUCCESS;
		f->unsupported += result == DIA_COMMAND_UNSUPPORTED;
	}
}

static void
send_dpr(int fd)
{
	const struct dia_header hdr = { .code = DPR, .flags = DIA_R };
	struct dia_writer w;
	uint8_t buf[FAKE_CAP];

	dia_begin(&w, buf, FAKE_CAP, &hdr);
	fake_put_identity(&w);
	dia_put_u32(&w, BASE(DISCONNECT_CAUSE), 0);
	transmit(fd, buf, dia_end(&w));
	(void)receive(fd, buf);
}

static void
send_slowly(int fd, const uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		transmit(fd, buf + i, 1);
}

/* Answers to nobody's request, until the client has had enough. */
static void
flood(int fd, uint8_t *buf, size_t len)
{
	buf[15] ^= 1;
	for (long i = 0; i < FLOOD_MAX; i++) {
		if (send(fd, buf, len, MSG_NOSIGNAL) <= 0)
			return;
	}
}

static void
set_length(uint8_t *buf, size_t len)
{
	buf[1] = (uint8_t)(len >> 16);
	buf[2] = (uint8_t)(len >> 8);
	buf[3] = (uint8_t)len;
}

/* Sends the answer as the fault has it.  False: and nothing more. */
static bool
send_wrong(struct fake *f, int fd, uint8_t *buf, size_t len)
{
	switch (f->fault) {
	case FAULT_SILENT:
		return true;
	case FAULT_CLOSE:
		return false;
	case FAULT_CLOSE_WITHIN:
		transmit(fd, buf, len - 10);
		return false;
	case FAULT_DPR:
		send_dpr(fd);
		return false;
	case FAULT_WATCHDOG:
		ask_client(f, fd);
		break;
	case FAULT_FLOOD:
		flood(fd, buf, len);
		return false;
	case FAULT_OCTET_BY_OCTET:
		send_slowly(fd, buf, len);
		return true;
	case FAULT_LENGTH_TOO_SHORT:
		set_length(buf, DIA_HEADER_LEN - 4);
		break;
	case FAULT_LENGTH_ODD:
		set_length(buf, len + 1);
		break;
	case FAULT_LENGTH_TOO_LONG:
		set_length(buf, DIA_MESSAGE_MAX + 4);
		break;
	case FAULT_VERSION:
		buf[0] = 2;
		break;
	case FAULT_AVP_LENGTH:
		buf[DIA_HEADER_LEN + 7] = 7;
		break;
	case FAULT_COMMAND:
		buf[7] ^= 1;
		break;
	case FAULT_APPLICATION:
		buf[11] ^= 1;
		break;
	case FAULT_HOP_BY_HOP:
		buf[15] ^= 1;
		break;
	case FAULT_END_TO_END:
		buf[19] ^= 1;
		break;
	case FAULT_SESSION:
		buf[DIA_HEADER_LEN + DIA_AVP_LEN] ^= 1;
		break;
	default:
		break;
	}
	transmit(fd, buf, len);
	return true;
}

/* False: the connection ends here. */
static bool
serve(struct fake *f, int fd, const struct dia_msg *req)
{
	uint8_t buf[FAKE_CAP];
	struct dia_writer w;

	if (req->hdr.code == CER) {
		if (f->fault != FAULT_CER_SILENT)
			transmit(fd, buf, fake_answer_cer(f, req, buf));
		return true;
	}
	if (req->hdr.code == DPR) {
		f->dprs++;
		dia_answer_begin(&w, buf, FAKE_CAP, req, 0);
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
		fake_put_identity(&w);
		transmit(fd, buf, dia_end(&w));
		return false;
	}

	size_t len = fake_answer_cx(f, req, buf);

	if (f->struck || f->at != req->hdr.code) {
		transmit(fd, buf, len);
		return true;
	}
	f->struck = true;
	return send_wrong(f, fd, buf, len);
}

static void *
work(void *arg)
{
	struct fake *f = arg;
	int fd = accept(f->listener, NULL, NULL);
	uint8_t buf[FAKE_CAP];
	bool more = fd >= 0;
	int one = 1;

	if (fd >= 0)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	while (more) {
		struct dia_msg req;
		struct dia_fault fault;
		size_t len = receive(fd, buf);

		more = len > 0 && dia_parse(&req, buf, len, &fault) &&
		       serve(f, fd, &req);
	}
	if (fd >= 0)
		(void)close(fd);
	return NULL;
}

bool
fake_start(struct fake *f)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof sin;

	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (f->listener < 0)
		return false;
	if (bind(f->listener, (struct sockaddr *)&sin, sizeof sin) != 0 ||
	    listen(f->listener, 1) != 0 ||
	    getsockname(f->listener, (struct sockaddr *)&sin, &len) != 0 ||
	    pthread_create(&f->thread, NULL, work, f) != 0) {
		(void)close(f->listener);
		return false;
	}
	f->port = ntohs(sin.sin_port);
	return true;
}

void
fake_stop(struct fake *f)
{
	(void)shutdown(f->listener, SHUT_RDWR); /* ends accept(2) */
	(void)pthread_join(f->thread, NULL);
	(void)close(f->listener);
}
