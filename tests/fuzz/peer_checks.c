#include "tests/fuzz/peer_checks.h"

#include <event2/event.h>

#include "diameter/peer.h"
#include "tests/fuzz/fuzz.h"

static bool
waits(const struct event *event, short what)
{
	return event_pending(event, what, NULL) != 0;
}

static void
check_conn(const struct dia_conn *conn)
{
	size_t waiting = dia_buf_len(&conn->out.now);

	FUZZ_CHECK(conn->fd >= 0 && !conn->in_turn && !conn->broken);
	FUZZ_CHECK(conn->holding == (conn->out.nheld > 0));
	FUZZ_CHECK(
	    (conn->out.nheld == 0) == (dia_buf_len(&conn->out.held) == 0));
	if (conn->connecting || waiting > 0)
		FUZZ_CHECK(waits(conn->writable, EV_WRITE));
	if (!conn->connecting && !conn->stalled)
		FUZZ_CHECK(waits(conn->readable, EV_READ));
	if (conn->stalled)
		FUZZ_CHECK(!dia_out_has_room(&conn->out));
	if (conn->limited || conn->begun_ms != 0 || conn->full_ms != 0)
		FUZZ_CHECK(waits(conn->timer, EV_TIMEOUT));
}

static void
check_conns(const struct dia_node *node)
{
	const struct dia_conn *conn;
	unsigned n = 0, newcomers = 0;

	TAILQ_FOREACH (conn, &node->conns.live, link) {
		check_conn(conn);
		n++;
		newcomers += dia_accept_owns(conn);
	}
	FUZZ_CHECK(n == node->conns.n && n <= node->conns.max);
	FUZZ_CHECK(newcomers == node->newcomers || node->stopping);
	FUZZ_CHECK(newcomers <= node->newcomers_max);
	FUZZ_CHECK(TAILQ_EMPTY(&node->conns.dead));
}

static void
check_peer(const struct dia_peer *peer)
{
	const struct dia_pending *p;
	unsigned n = 0;
	bool open = peer->state == R_OPEN || peer->state == I_OPEN;

	FUZZ_CHECK(!peer->running && peer->nqueue == 0);
	FUZZ_CHECK(peer->connects || peer->state != CLOSED);
	FUZZ_CHECK(!open || peer->up);
	FUZZ_CHECK((peer->state == R_OPEN) <= (peer->r != NULL));
	FUZZ_CHECK((peer->state == I_OPEN) <= (peer->i != NULL));
	if (open)
		FUZZ_CHECK(waits(peer->wd_timer, EV_TIMEOUT));
	else if (peer->state != CLOSED)
		FUZZ_CHECK(waits(peer->timer, EV_TIMEOUT));
	TAILQ_FOREACH (p, &peer->pending, link) {
		FUZZ_CHECK(p->peer == peer);
		n++;
	}
	FUZZ_CHECK(n == peer->npending);
}

static void
check_listeners(const struct dia_node *node)
{
	bool paused = waits(node->unpause, EV_TIMEOUT) ||
		      node->newcomers == node->newcomers_max;

	for (unsigned i = 0; i < node->nlisteners; i++)
		FUZZ_CHECK(paused || waits(node->listeners[i].event, EV_READ));
}

void
check_node(const struct dia_node *node)
{
	const struct dia_peer *peer;
	size_t n = 0;

	check_conns(node);
	check_listeners(node);
	TAILQ_FOREACH (peer, &node->peers, link) {
		check_peer(peer);
		n += peer->npending;
	}
	FUZZ_CHECK(n == node->requests.pending.n);
	if (n > 0 || node->requests.nended > 0)
		FUZZ_CHECK(waits(node->requests.timer, EV_TIMEOUT));
}
