/*
 * A whole node with the Cx application on loopback: an input is steps, and
 * the octets that the steps send.  Whatever comes and whatever fails, the node
 * stays up, all it says is whole messages, and each request of its own ends
 * once.
 *
 * First octet: how many steps (at most 31) of two octets follow, and WITH_
 * bits.  The first octet of a step: its low three bits are a connection (see
 * peer_ends.h); ACT and FAULT say what it is, besides octets to send.  The
 * second:
 *   ACT    which one (see peer_acts.c)
 *   FAULT  one of the node's calls fails: how many of its kind go before, and
 *          three bits of error; the first octet has the kind and FAULT_ON.
 *          Faults in front of all other steps come before the node is made.
 *   else   how many octets to send, 255 being the next whole message; the
 *          first octet has the mark of a packet
 * What is left after the steps goes message by message to the first connection.
 */
#include <event2/event.h>
#include <string.h>

#include "diameter/peer.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/faults.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/peer_acts.h"
#include "tests/fuzz/peer_asks.h"
#include "tests/fuzz/peer_checks.h"
#include "tests/fuzz/peer_ends.h"
#include "tests/fuzz/peer_steps.h"

enum {
	CONNECTIONS_MAX = 5, /* of the node, and lower limits than its own */
	NEWCOMERS_MAX = 2,
	HELD_MAX = 4,
	OUT_MAX = DIA_MESSAGE_MAX + 4096,
	TURNS = 3, /* of the loop after each step */
};

static struct event_base *base;

/* --- The application: its answers are held when asked for --- */

static uint64_t
request(void *arg, const struct dia_msg *req, struct dia_writer *ans)
{
	(void)arg;
	FUZZ_CHECK(cx_request(fx_cx(), req, ans) == 0);
	if (acting.giant)
		dia_put_room(
		    ans, BASE(USER_NAME), dia_room(ans, BASE(USER_NAME)));
	return acting.hold ? ++acting.position : 0;
}

static void
run(void)
{
	faults_on(true);
	for (unsigned i = 0; i < TURNS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	faults_on(false);
	check_node(acting.node);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		end_receive(&ends[i]);
}

/* --- Steps --- */

static void
plan(unsigned what, unsigned how)
{
	faults_plan((what >> KIND_SHIFT) % NFAULTS, how & AFTER_MASK,
	    how >> ERROR_SHIFT, (what & FAULT_ON) != 0);
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
step(unsigned what, unsigned how, struct dia_slice *stream)
{
	unsigned n = what % CONNECTIONS;

	if ((what & FAULT) != 0) {
		plan(what, how);
		return;
	}
	if ((what & ACT) != 0) {
		act(n, how);
	} else if (end_open(acting.node, n)) {
		size_t len = chunk(*stream, how);

		end_send(
		    &ends[n], stream->p, len, (uint8_t)(what >> KIND_SHIFT));
		stream->p += len;
		stream->len -= len;
	}
	run();
}

/* --- The node --- */

static const char *const from[] = { "127.0.0.0/8", "::1", "10.0.0.0/8" };

static void
add_peers(struct dia_node *node)
{
	const struct dia_peer_conf peers[] = {
		{ "configured.ims.example", FX_REALM, from, 2, ends_uri },
		{ "elsewhere.ims.example", FX_REALM, from + 1, 1, NULL },
		{ "anywhere.ims.example", NULL, NULL, 0, NULL },
		{ "paths.ims.example", NULL, from, 3,
		    "sctp://127.0.0.1,127.0.0.2,[::1]:3868" },
	};
	size_t n = node->listeners[LISTENER_SCTP].fd > 0 ? 4 : 3;

	for (size_t i = 0; i < n; i++)
		dia_node_add_peer(node, &peers[i]);
}

/* None of these peers and listeners is taken, and not every application. */
static void
make_mistakes(struct dia_node *node)
{
	static const char *const wrong[] = { "127.0.0.1/33", "::1/", "::1/1234",
		"::1/x", "a name",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };
	static const char *const uris[] = { "tcp://127.0.0.1,127.0.0.1:1",
		"sctp://127.0.0.1,127.0.0.1,127.0.0.1,127.0.0.1,127.0.0.1:1",
		"tcp://[127.0.0.1]:1", "udp://127.0.0.1:1" };
	char host[DIA_HOST_MAX + 2];
	struct dia_app app;

	memset(host, 'a', sizeof host - 1);
	host[sizeof host - 1] = '\0';
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		FUZZ_CHECK(!dia_node_add_peer(
		    node, &(struct dia_peer_conf){ "x", NULL, wrong + i, 1 }));
	for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
		FUZZ_CHECK(!dia_node_listen(node, uris[i]));
		FUZZ_CHECK(!dia_node_add_peer(
		    node, &(struct dia_peer_conf){
			      .host = "x", .connect = uris[i] }));
	}
	FUZZ_CHECK(
	    !dia_node_add_peer(node, &(struct dia_peer_conf){ .host = host }));
	FUZZ_CHECK(
	    !dia_node_add_peer(node, &(struct dia_peer_conf){ .host = "" }));
	cx_app(fx_cx(), &app);
	app.vendor = 0;
	app.id = 4;
	for (unsigned i = 1; i <= DIA_APPS_MAX; i++)
		dia_node_add_app(node, &app);
}

static void
fill_node(struct dia_node *node, unsigned with)
{
	struct dia_app app;

	cx_app(fx_cx(), &app);
	app.request = request;
	dia_node_add_app(node, &app);
	dia_node_listen(node, "tcp://127.0.0.1:0");
	if ((with & WITH_SCTP) != 0) {
		dia_node_listen(node, "tcp://[::1]:0");
		dia_node_listen(node, "sctp://127.0.0.1,[::1]:0");
	}
	add_peers(node);
	if ((with & WITH_MISTAKES) != 0)
		make_mistakes(node);
	node->conns.max = CONNECTIONS_MAX;
	node->conns.held_max = HELD_MAX;
	node->conns.out_max = OUT_MAX;
	node->newcomers_max = NEWCOMERS_MAX;
	dia_node_start(node);
}

/* False: it cannot be made, as the input would have it. */
static bool
open_node(unsigned with)
{
	const struct dia_node_conf conf = {
		.id = { FX_HOST, FX_REALM },
		.product = "fuzz",
		.firmware = 1,
		.state_id = 77,
		.watchdog_s = 30,
		.unknown_peers = (with & WITH_STRANGERS) != 0
				     ? UNKNOWN_PEERS_REFUSE
				     : UNKNOWN_PEERS_ACCEPT,
		.max_message = 16384,
	};

	faults_on(true);
	acting = (struct acting){ .node = dia_node_new(base, &conf) };
	if (acting.node != NULL)
		fill_node(acting.node, with);
	faults_on(false);
	return acting.node != NULL;
}

/* --- One input --- */

static void
begin(void)
{
	fx_reset();
	fuzz_rewind();
	fuzz_log_dumps(false);
	faults_clear();
	asks_begin();
}

static void
close_node(void)
{
	dia_node_free(acting.node);
	FUZZ_CHECK(asks_open() == 0);
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
	size_t prefix = fuzz_prefix(input, len), i = 1;
	struct dia_slice stream = { input + prefix, len - prefix };

	begin();
	for (; i + 1 < prefix && (input[i] & FAULT) != 0; i += 2)
		plan(input[i], input[i + 1]);
	if (open_node(len > 0 ? input[0] : 0)) {
		run();
		for (; i + 1 < prefix; i += 2)
			step(input[i], input[i + 1], &stream);
		for (i = 0; i < STEPS_MAX && stream.len > 0; i++)
			step(0, WHOLE, &stream);
		dia_node_release(acting.node, acting.position);
		run();
	}
	close_node();
	return 0;
}
