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
#include "tests/fuzz/peer_ends.h"

enum {
	STEPS_MAX = 32,
	ACT = 0x40,
	ACTS = 11,           /* see act() */
	CONNECTIONS_MAX = 3, /* of the node */
	WHOLE = 255,
	TURNS = 3, /* of the loop after each step */
};

static struct event_base *base;
static struct dia_node *node;
static uint64_t position;
static bool hold;

/* --- The application: its answers are held when asked for --- */

static uint64_t
request(void *arg, const struct dia_msg *req, struct dia_writer *ans)
{
	(void)arg;
	FUZZ_CHECK(cx_request(fx_cx(), req, ans) == 0);
	return hold ? ++position : 0;
}

static void
run(void)
{
	for (unsigned i = 0; i < TURNS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		end_receive(&ends[i]);
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
		end_close(&ends[n]);
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
		end_open(node, n);
		break;
	case 10:
		end_answer(&ends[n]);
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
	} else if (end_open(node, n)) {
		size_t len = chunk(*stream, size);

		if (len > 0 && send(ends[n].fd, stream->p, len,
				   MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			end_close(&ends[n]);
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
		{ "configured.ims.example", FX_REALM, from, 2, ends_uri },
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
	ends_close();
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
	base = event_base_new();
	FUZZ_CHECK(base != NULL);
	ends_open();
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
