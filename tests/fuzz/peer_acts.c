#include "tests/fuzz/peer_acts.h"

#include <event2/event.h>
#include <sys/socket.h>

#include "diameter/peer.h"
#include "tests/fuzz/faults.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/peer_asks.h"
#include "tests/fuzz/peer_ends.h"

enum { A_WHILE_MS = 2500, LONG_MS = 40000, MANY = 24 };

struct acting acting;

typedef void act_fn(struct dia_node *, unsigned n);

/* --- Time --- */

static void
fire(struct event *timer)
{
	if (timer != NULL && event_pending(timer, EV_TIMEOUT, NULL))
		event_active(timer, EV_TIMEOUT, 0);
}

/* At a time when they are not yet due. */
static void
fire_watchdogs(struct dia_node *node, unsigned n)
{
	struct dia_peer *peer;

	(void)n;
	TAILQ_FOREACH (peer, &node->peers, link)
		fire(peer->wd_timer);
}

static void
expire_watchdogs(struct dia_node *node, unsigned n)
{
	struct dia_peer *peer;

	TAILQ_FOREACH (peer, &node->peers, link)
		peer->wd_due = 0;
	fire_watchdogs(node, n);
}

static void
expire_states(struct dia_node *node, unsigned n)
{
	struct dia_peer *peer;
	struct dia_conn *conn;

	(void)n;
	TAILQ_FOREACH (peer, &node->peers, link)
		fire(peer->timer);
	TAILQ_FOREACH (conn, &node->conns.live, link)
		fire(conn->timer);
	fire(node->unpause);
	fire(node->stopper);
}

static void
wait_a_while(struct dia_node *node, unsigned n)
{
	(void)n;
	clock_advance(A_WHILE_MS);
	fire(node->requests.timer);
}

static void
wait_long(struct dia_node *node, unsigned n)
{
	clock_advance(LONG_MS);
	fire(node->requests.timer);
	expire_states(node, n);
}

/* --- Ends --- */

static void
close_end(struct dia_node *node, unsigned n)
{
	(void)node;
	end_close(&ends[n]);
}

static void
shut_end(struct dia_node *node, unsigned n)
{
	(void)node;
	if (ends[n].fd >= 0)
		shutdown(ends[n].fd, SHUT_WR);
}

static void
open_end(struct dia_node *node, unsigned n)
{
	end_open(node, n);
}

static void
deafen(struct dia_node *node, unsigned n)
{
	(void)node;
	ends[n].deaf = !ends[n].deaf;
}

static void
answer_last(struct dia_node *node, unsigned n)
{
	(void)node;
	end_answer(&ends[n], RIGHT, false);
}

static void
answer_first(struct dia_node *node, unsigned n)
{
	(void)node;
	end_answer(&ends[n], RIGHT, true);
}

static void
answer_other_e2e(struct dia_node *node, unsigned n)
{
	(void)node;
	end_answer(&ends[n], OTHER_E2E, false);
}

static void
answer_other_command(struct dia_node *node, unsigned n)
{
	(void)node;
	end_answer(&ends[n], OTHER_COMMAND, false);
}

static void
answer_refusing(struct dia_node *node, unsigned n)
{
	(void)node;
	end_answer(&ends[n], REFUSAL, false);
}

/* As another connection was asked. */
static void
answer_for_other(struct dia_node *node, unsigned n)
{
	struct end *other = &ends[(n + 1) % CONNECTIONS], *end = &ends[n];

	(void)node;
	if (other->nasked > 0 && end->nasked < ASKED_MAX)
		end->asked[end->nasked++] = other->asked[--other->nasked];
	end_answer(end, RIGHT, false);
}

/* --- The node --- */

static void
hold_answers(struct dia_node *node, unsigned n)
{
	(void)node, (void)n;
	acting.hold = !acting.hold;
}

static void
make_giants(struct dia_node *node, unsigned n)
{
	(void)node, (void)n;
	acting.giant = !acting.giant;
}

static void
release(struct dia_node *node, unsigned n)
{
	(void)n;
	dia_node_release(node, acting.position);
}

/* Not all of what is held. */
static void
release_some(struct dia_node *node, unsigned n)
{
	if (acting.position > n)
		dia_node_release(node, acting.position - n);
}

static void
refuse(struct dia_node *node, unsigned n)
{
	(void)n;
	dia_node_refuse(node);
}

static void
stopped(void *arg)
{
	*(bool *)arg = true;
}

static void
stop(struct dia_node *node, unsigned n)
{
	static bool done;

	(void)n;
	dia_node_stop(node, stopped, &done);
}

static void
start(struct dia_node *node, unsigned n)
{
	(void)n;
	dia_node_start(node);
}

static void
log_state(struct dia_node *node, unsigned n)
{
	if (n >= node->nlisteners)
		FUZZ_CHECK(dia_accept_port(node, n) == 0);
	else
		dia_accept_port(node, n);
	dia_node_log_state(node);
}

static void
log_dumps(struct dia_node *node, unsigned n)
{
	(void)node;
	fuzz_log_dumps(n % 2 == 0);
}

static void
ask_one(struct dia_node *node, unsigned n)
{
	ask(node, n);
}

static void
ask_more(struct dia_node *node, unsigned n)
{
	ask(node, n | ASK_MORE);
}

static void
ask_many(struct dia_node *node, unsigned n)
{
	for (unsigned i = 0; i < MANY; i++)
		ask(node, n);
}

/* Faults are for what the node does, not for what its neighbours do. */
static const struct {
	act_fn *fn;
	bool ours;
} acts[NACTS] = {
	[ACT_CLOSE] = { close_end, true },
	[ACT_HOLD] = { hold_answers },
	[ACT_RELEASE] = { release },
	[ACT_STOP] = { stop },
	[ACT_REFUSE] = { refuse },
	[ACT_SHUT] = { shut_end, true },
	[ACT_LOG_STATE] = { log_state },
	[ACT_EXPIRE_WATCHDOGS] = { expire_watchdogs },
	[ACT_EXPIRE_STATES] = { expire_states },
	[ACT_OPEN] = { open_end, true },
	[ACT_ANSWER] = { answer_last, true },
	[ACT_ASK] = { ask_one },
	[ACT_ASK_MORE] = { ask_more },
	[ACT_ASK_MANY] = { ask_many },
	[ACT_ANSWER_FIRST] = { answer_first, true },
	[ACT_ANSWER_OTHER_E2E] = { answer_other_e2e, true },
	[ACT_ANSWER_OTHER_COMMAND] = { answer_other_command, true },
	[ACT_ANSWER_FOR_OTHER] = { answer_for_other, true },
	[ACT_ANSWER_REFUSING] = { answer_refusing, true },
	[ACT_WAIT] = { wait_a_while },
	[ACT_WAIT_LONG] = { wait_long },
	[ACT_DEAFEN] = { deafen, true },
	[ACT_FIRE_WATCHDOGS] = { fire_watchdogs },
	[ACT_START] = { start },
	[ACT_GIANTS] = { make_giants },
	[ACT_DUMPS] = { log_dumps },
	[ACT_RELEASE_SOME] = { release_some },
};

void
act(unsigned n, unsigned what)
{
	faults_on(!acts[what % NACTS].ours);
	acts[what % NACTS].fn(acting.node, n);
	faults_on(false);
}
