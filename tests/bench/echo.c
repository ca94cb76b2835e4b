/*
 * A Diameter server that does nothing: one thread, epoll, an answer made
 * before for every command, as long as hssd's.  What it needs for a request is
 * what no server can do without: reading, framing, identifiers, writing.
 *
 * usage: echo PORT UAA MAA SAA LIA      lengths of the answers in octets
 */
#include "cx/avps.h"
#include "cx/cx.h"
#include "diameter/codec.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CLIENTS_MAX = 64,
	IN_CAP = 128 * 1024,
	OUT_CAP = 1024 * 1024,
	ANSWER_MAX = 16384,
	REPLIES = 7,
	FIRST_REPLY = 3, /* before it those of the base protocol */
	CER = 257,
	DWR = 280,
	DPR = 282,
	IDS_AT = 12,
	IDS_LEN = 8,
	BACKLOG = 16,
};

struct reply {
	uint32_t code;
	size_t len;
	uint8_t octets[ANSWER_MAX];
};

struct client {
	int fd;
	size_t in_len, out_len;
	uint8_t in[IN_CAP], out[OUT_CAP];
};

static struct reply replies[REPLIES] = { { .code = CER }, { .code = DWR },
	{ .code = DPR }, { .code = CX_UAR }, { .code = CX_MAR },
	{ .code = CX_SAR }, { .code = CX_LIR } };

static void
put_application(struct dia_writer *w)
{
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(w);
}

/* Success, filled up to a length with User-Data.  False: it can't be that. */
static bool
make_reply(struct reply *r, size_t want, bool cx)
{
	static const uint8_t zeroes[ANSWER_MAX];
	const struct dia_header hdr = {
		.code = r->code,
		.app = cx ? CX_APP : 0,
		.flags = cx ? DIA_P : 0,
	};
	struct dia_writer w;

	dia_begin(&w, r->octets, sizeof r->octets, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_str(&w, BASE(ORIGIN_HOST), "echo.example.org");
	dia_put_str(&w, BASE(ORIGIN_REALM), "example.org");
	if (r->code == CER)
		put_application(&w);

	struct dia_writer bare = w;
	size_t len = dia_end(&bare);

	if (want > len + 12)
		dia_put(&w, CX(USER_DATA), zeroes, want - len - 12);
	r->len = dia_end(&w);
	return r->len != 0 &&
	       (want == 0 || (r->len >= want && r->len < want + 4));
}

static bool
flush(struct client *c)
{
	size_t at = 0;

	while (at < c->out_len) {
		ssize_t n =
		    send(c->fd, c->out + at, c->out_len - at, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	c->out_len = 0;
	return true;
}

static bool
answer(struct client *c, const uint8_t *req)
{
	uint32_t code = (uint32_t)req[5] << 16 | (uint32_t)req[6] << 8 | req[7];
	const struct reply *r = replies;

	while (r < replies + REPLIES && r->code != code)
		r++;
	if (r == replies + REPLIES)
		return false;
	if (OUT_CAP - c->out_len < r->len && !flush(c))
		return false;

	uint8_t *at = c->out + c->out_len;

	memcpy(at, r->octets, r->len);
	memcpy(at + IDS_AT, req + IDS_AT, IDS_LEN);
	c->out_len += r->len;
	return true;
}

/* Answers all that came.  False: the client has gone. */
static bool
serve(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, IN_CAP - c->in_len, 0);
	size_t at = 0, len;

	if (n <= 0)
		return false;
	c->in_len += (size_t)n;
	while (dia_frame(c->in + at, c->in_len - at, DIA_MESSAGE_MAX, &len) ==
	       DIA_FRAME_OK) {
		if (!answer(c, c->in + at))
			return false;
		at += len;
	}
	c->in_len -= at;
	memmove(c->in, c->in + at, c->in_len);
	return flush(c);
}

static int
listen_at(const char *port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		perror("echo");
		exit(1);
	}
	return fd;
}

static void
welcome(int epoll, int listener)
{
	struct client *c = calloc(1, sizeof *c);
	int fd = accept(listener, NULL, NULL);

	if (c == NULL || fd < 0) {
		free(c);
		return;
	}
	c->fd = fd;

	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	(void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void
serve_all(int epoll, int listener)
{
	struct epoll_event events[CLIENTS_MAX];

	for (;;) {
		int n = epoll_wait(epoll, events, CLIENTS_MAX, -1);

		for (int i = 0; i < n; i++) {
			struct client *c = events[i].data.ptr;

			if (c == NULL) {
				welcome(epoll, listener);
			} else if (!serve(c)) {
				(void)close(c->fd);
				free(c);
			}
		}
	}
}

int
main(int argc, char *argv[])
{
	if (argc != 2 + REPLIES - FIRST_REPLY) {
		(void)fputs("usage: echo PORT UAA MAA SAA LIA\n", stderr);
		return 2;
	}
	for (int i = 0; i < REPLIES; i++) {
		bool cx = i >= FIRST_REPLY;
		size_t want =
		    cx ? strtoul(argv[2 + i - FIRST_REPLY], NULL, 10) : 0;

		if (!make_reply(&replies[i], want, cx)) {
			(void)fputs("echo: not a length of answers\n", stderr);
			return 2;
		}
	}

	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
	int listener = listen_at(argv[1]);
	int epoll = epoll_create1(0);

	(void)epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
	(void)puts("ready");
	(void)fflush(stdout);
	serve_all(epoll, listener);
}
