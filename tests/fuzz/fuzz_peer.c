/*
 * A whole node with the Cx application on loopback: an input is steps, and
 * the octets that the steps send.  Whatever comes, the node stays up, and all
 * it says is whole messages.
 *
 * First octet: how many steps (at most 31) of two octets follow.  The first
 * of a step: its low two bits are a connection (three to the node, and the
 * one that the node opens to us), 0x40 makes it an act.  The second: which
 * act, or how many octets to send, 255 being the next whole message.  What is
 * left after the steps goes message by message to the first connection.
 */
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "diameter/peer.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/fuzz.h"

enum {
	STEPS_MAX = 32,
	CONNECTIONS = 4,
	OPENED_BY_NODE = 3,
	ACT = 0x40,
	ACTS = 11,           /* see act() */
	CONNECTIONS_MAX = 3, /* of the node */
	WHOLE = 255,
	TURNS = 3, /* of the loop after each step */
	REPLY_CAP = 2 * DIA_MESSAGE_MAX,
};

static struct event_base *base;
static struct dia_node *node;
static int listener = -1;
static char listener_uri[64];
static uint64_t position;
static bool hold;

/* Our end of a connection, and what came on it but no whole message yet. */
static struct end {
	int fd;                  /* -1: not open */
	struct dia_header asked; /* of the node's last request */
	uint8_t in[REPLY_CAP];
	size_t len;
} ends[CONNECTIONS];

/* --- The application: its answers are held when asked for --- */

static uint64_t
request(void *arg, const struct dia_msg *req, struct dia_writer *ans)
{
	(void)arg;
	FUZZ_CHECK(cx_request(fx_cx(), req, ans) == 0);
	return hold ? ++position : 0;
}

/* --- Our ends --- */

/* Without this every connection would leave a port in TIME-WAIT. */
static void
close_end(struct end *end)
{
	const struct linger none = { .l_onoff = 1 };

	if (end->fd < 0)
		return;
	setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(end->fd);
	end->fd = -1;
	end->len = 0;
	end->asked.flags = 0;
}

static int
new_socket(struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	FUZZ_CHECK(fd >= 0);
	*sin = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	return fd;
}

static void
open_listener(void)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof sin;

	listener = new_socket(&sin);
	FUZZ_CHECK(
	    bind(listener, (const struct sockaddr *)&sin, sizeof sin) == 0);
	FUZZ_CHECK(listen(listener, 16) == 0);
	FUZZ_CHECK(getsockname(listener, (struct sockaddr *)&sin, &len) == 0);
	snprintf(listener_uri, sizeof listener_uri, "tcp://127.0.0.1:%u",
	    ntohs(sin.sin_port));
}

/* False: there is no such connection, and none to be had. */
static bool
open_end(unsigned n)
{
	struct end *end = &ends[n];
	struct sockaddr_in sin;

	if (end->fd >= 0)
		return true;
	end->len = 0;
	if (n == OPENED_BY_NODE) {
		end->fd =
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		return end->fd >= 0;
	}
	if (node->nlisteners == 0)
		return false;
	end->fd = new_socket(&sin);
	sin.sin_port = htons((uint16_t)dia_accept_port(node, 0));
	if (connect(end->fd, (const struct sockaddr *)&sin, sizeof sin) == 0 ||
	    errno == EINPROGRESS)
		return true;
	close_end(end);
	return false;
}

/* What the node says is whole messages, each of AVPs. */
static void
check_message(struct end *end, const uint8_t *octets, size_t len)
{
	struct dia_fault fault;
	struct dia_reader r;
	struct dia_avp avp;
	struct dia_msg msg;
	unsigned hosts = 0;

	FUZZ_CHECK(dia_parse(&msg, octets, len, &fault));
	dia_read(&r, msg.avps);
	while (dia_next(&r, &avp))
		hosts += avp.code == BASE(ORIGIN_HOST)->code &&
			 avp.vendor == 0 && dia_slice_eq(avp.data, FX_HOST);
	FUZZ_CHECK(r.fault.result == 0);
	FUZZ_CHECK(hosts == 1);
	if ((msg.hdr.flags & DIA_R) != 0)
		end->asked = msg.hdr;
}

static void
check_input(struct end *end)
{
	size_t used = 0, len;
	enum dia_frame frame;

	while ((frame = dia_frame(end->in + used, end->len - used,
		    DIA_MESSAGE_MAX, &len)) == DIA_FRAME_OK) {
		check_message(end, end->in + used, len);
		used += len;
	}
	FUZZ_CHECK(frame == DIA_FRAME_SHORT);
	end->len -= used;
	memmove(end->in, end->in + used, end->len);
}

/* Reads what is there; our end closes when the node's did. */
static void
receive(struct end *end)
{
	while (end->fd >= 0) {
		ssize_t n = recv(
		    end->fd, end->in + end->len, sizeof end->in - end->len, 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			close_end(end);
			return;
		}
		end->len += (size_t)n;
		check_input(end);
	}
}

static void
run(void)
{
	for (unsigned i = 0; i < TURNS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		receive(&ends[i]);
}

/* --- Steps --- */

static void
fire(struct event *timer)
{
	if (timer != NULL && event_pending(timer, EV_TIMEOUT, NULL))
		event_active(timer, EV_TIMEOUT, 0);
}

static void
expire_watchdogs(void)
{
	struct dia_peer *peer;

	TAILQ_FOREACH (peer, &node->peers, link) {
		peer->wd_due = 0;
		fire(peer->wd_timer);
	}
}

static void
expire_states(void)
{
	struct dia_peer *peer;
	struct dia_conn *conn;

	TAILQ_FOREACH (peer, &node->peers, link)
		fire(peer->timer);
	TAILQ_FOREACH (conn, &node->conns.live, link)
		fire(conn->timer);
	fire(node->stopper);
}

/* Success, for whatever the node asked last: it draws the identifiers. */
static void
answer(struct end *end)
{
	struct dia_header hdr = end->asked;
	uint8_t buf[DIA_BASE_CAP];
	struct dia_writer w;

	if (end->fd < 0 || (hdr.flags & DIA_R) == 0)
		return;
	hdr.flags = 0;
	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_str(&w, BASE(ORIGIN_HOST), "configured.ims.example");
	dia_put_str(&w, BASE(ORIGIN_REALM), FX_REALM);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "peer");
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	send(end->fd, buf, dia_end(&w), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
stopped(void *arg)
{
	*(bool *)arg = true;
}

static void
act(unsigned n, unsigned what)
{
	static bool done;

	switch (what % ACTS) {
	case 0:
		close_end(&ends[n]);
		break;
	case 1:
		hold = !hold;
		break;
	case 2:
		dia_node_release(node, position);
		break;
	case 3:
		dia_node_stop(node, stopped, &done);
		break;
	case 4:
		dia_node_refuse(node);
		break;
	case 5:
		if (ends[n].fd >= 0)
			shutdown(ends[n].fd, SHUT_WR);
		break;
	case 6:
		dia_node_log_state(node);
		break;
	case 7:
		expire_watchdogs();
		break;
	case 8:
		expire_states();
		break;
	case 9:
		open_end(n);
		break;
	case 10:
		answer(&ends[n]);
		break;
	}
}

/* How many octets of the stream a step sends. */
static size_t
chunk(struct dia_slice stream, unsigned size)
{
	size_t len = size;

	if (size == WHOLE &&
	    dia_frame(stream.p, stream.len, SIZE_MAX, &len) != DIA_FRAME_OK)
		len = stream.len;
	return len < stream.len ? len : stream.len;
}

static void
step(unsigned n, unsigned what, unsigned size, struct dia_slice *stream)
{
	if ((what & ACT) != 0) {
		act(n, size);
	} else if (open_end(n)) {
		size_t len = chunk(*stream, size);

		if (len > 0 && send(ends[n].fd, stream->p, len,
				   MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			close_end(&ends[n]);
		stream->p += len;
		stream->len -= len;
	}
	run();
}

/* --- One input --- */

static const struct dia_node_conf conf = {
	.id = { FX_HOST, FX_REALM },
	.product = "fuzz",
	.vendor = 0,
	.firmware = 1,
	.state_id = 77,
	.watchdog_s = 30,
	.max_message = 16384,
};

static void
open_node(void)
{
	static const char *const from[] = { "127.0.0.0/8", "::1" };
	const struct dia_peer_conf peers[] = {
		{ "configured.ims.example", FX_REALM, from, 2, listener_uri },
		{ "elsewhere.ims.example", FX_REALM, from + 1, 1, NULL },
	};
	struct dia_app app;

	fuzz_rewind();
	node = dia_node_new(base, &conf);
	FUZZ_CHECK(node != NULL);
	cx_app(fx_cx(), &app);
	app.request = request;
	FUZZ_CHECK(dia_node_add_app(node, &app));
	FUZZ_CHECK(dia_node_add_peer(node, &peers[0]));
	FUZZ_CHECK(dia_node_add_peer(node, &peers[1]));
	FUZZ_CHECK(dia_node_listen(node, "tcp://127.0.0.1:0"));
	node->conns.max = CONNECTIONS_MAX;
	dia_node_start(node);
	hold = false;
	position = 0;
}

static void
close_node(void)
{
	dia_node_free(node);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		close_end(&ends[i]);
	while (open_end(OPENED_BY_NODE))
		close_end(&ends[OPENED_BY_NODE]);
	event_base_loop(base, EVLOOP_NONBLOCK);
}

size_t
fuzz_prefix(const uint8_t *input, size_t len)
{
	size_t prefix = len > 0 ? 1 + 2 * (size_t)(input[0] % STEPS_MAX) : 0;

	return prefix < len ? prefix : len;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	for (unsigned i = 0; i < CONNECTIONS; i++)
		ends[i].fd = -1;
	base = event_base_new();
	FUZZ_CHECK(base != NULL);
	open_listener();
	fx_cx();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	size_t prefix = fuzz_prefix(input, len);
	struct dia_slice stream = { input + prefix, len - prefix };

	fx_reset();
	open_node();
	run();
	for (size_t i = 1; i + 1 < prefix; i += 2)
		step(input[i] % CONNECTIONS, input[i], input[i + 1], &stream);
	for (unsigned i = 0; i < STEPS_MAX && stream.len > 0; i++)
		step(0, 0, WHOLE, &stream);
	dia_node_release(node, position);
	run();
	close_node();
	return 0;
}
