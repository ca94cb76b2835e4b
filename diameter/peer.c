/*
 * One neighbour.  Events wait in a short queue that the outermost call
 * drains: an action may cause the next event, but never recursion.  A row of
 * psm.c says what to do and which state follows; actions.c does it.
 *
 * A peer that we connect to has one state machine, as RFC 6733 5.6 draws it,
 * election included.  Any other peer gets one for each connection it opens:
 * 2.1 lets every process of a peer have its own connection, and a peer that
 * lost its old one unnoticed (a power cut) is not kept out until the watchdog
 * has seen that too.
 */
#include "diameter/peer.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "diameter/clock.h"
#include "diameter/log.h"

static void
arm(struct event *timer, uint64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	event_add(timer, &tv);
}

/* --- Watchdog --- */

/* Most messages set the timer; it is moved only when it expires too early. */
static void
set_watchdog(struct dia_peer *peer)
{
	struct dia_node *node = peer->node;
	unsigned ms = watchdog_ms(
	    node->times.tw, node->times.jitter, (unsigned)rand_r(&node->seed));

	peer->wd_due = dia_now_ms() + ms;
	if (!event_pending(peer->wd_timer, EV_TIMEOUT, NULL))
		arm(peer->wd_timer, ms);
}

static void
send_dwr(struct dia_peer *peer)
{
	struct dia_node *node = peer->node;
	uint8_t buf[DIA_BASE_CAP];

	assert(!peer->running); /* buf does not outlive this call */
	peer->dwr = node->hbh++;
	dia_conn_trim(dia_route_conn(peer));

	size_t len = dia_make_dwr(buf, &node->self, peer->dwr, node->e2e++);

	dia_peer_event(peer, &(struct dia_peer_event){ .event = SEND_MESSAGE,
				 .octets = { buf, len } });
}

static void
watchdog_close(struct dia_peer *peer)
{
	bool i = peer->i != NULL;

	log_warnx(
	    "peer %s: no answer to DWR, closing its connection", peer->host);
	dia_conn_close(peer->i);
	dia_conn_close(peer->r);
	peer->i = peer->r = NULL;
	dia_peer_event(peer,
	    &(struct dia_peer_event){ .event = i ? I_PEER_DISC : R_PEER_DISC });
}

/* Nothing may touch the peer behind this: closing may free it. */
static void
feed_watchdog(struct dia_peer *peer, enum watchdog_event event)
{
	enum watchdog_state before = peer->wd.state;
	unsigned actions = watchdog_event(&peer->wd, event);

	if (peer->wd.state != before)
		log_debug("peer %s: watchdog %s -> %s", peer->host,
		    watchdog_name(before), watchdog_name(peer->wd.state));
	if (actions & WD_SET)
		set_watchdog(peer);
	if (actions & WD_FAILOVER && event == WD_TIMER) {
		log_warnx("peer %s: DWR unanswered, suspect", peer->host);
		dia_requests_suspect(peer);
	}
	if (actions & WD_FAILBACK)
		log_info("peer %s: answers again", peer->host);
	if (actions & WD_SEND_DWR)
		send_dwr(peer);
	if (actions & WD_ATTEMPT_OPEN && peer->connects && !peer->stays_away)
		dia_peer_event(peer, &(struct dia_peer_event){ START });
	if (actions & WD_CLOSE && event != WD_CONN_LOST)
		watchdog_close(peer);
}

/* A message came.  Those of one tick of the clock set the timer once. */
static void
note_message(struct dia_peer *peer, bool dwa)
{
	uint64_t now = dia_now_ms();

	if (!dwa && peer->wd.state == WD_OKAY && now == peer->heard_ms)
		return;
	peer->heard_ms = now;
	feed_watchdog(peer, dwa ? WD_DWA : WD_OTHER);
}

static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	struct dia_peer *peer = arg;
	uint64_t now = dia_now_ms();

	if (now < peer->wd_due)
		arm(peer->wd_timer, peer->wd_due - now);
	else if (peer->state != CLOSING)
		feed_watchdog(peer, WD_TIMER);
}

/* --- State machine --- */

static void
arm_state_timer(struct dia_peer *peer)
{
	const struct dia_times *times = &peer->node->times;

	switch (peer->state) {
	case WAIT_CONN_ACK:
	case WAIT_I_CEA:
	case WAIT_CONN_ACK_ELECT:
	case WAIT_RETURNS:
		arm(peer->timer, times->connect);
		break;
	case CLOSING:
		arm(peer->timer, times->closing);
		break;
	default:
		event_del(peer->timer);
		break;
	}
}

static void
step(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	const struct psm_row *row = peer->row;

	/* Nearly all events are requests in an open state. */
	if (row == NULL || row->state != peer->state || row->event != ev->event)
		row = peer->row = psm_find(peer->state, ev->event);
	if (row == NULL) {
		log_debug("peer %s: %s in state %s, dropped", peer->host,
		    psm_event_name(ev->event), psm_state_name(peer->state));
		return;
	}
	for (unsigned i = 0; i < PSM_ACTIONS; i++) {
		if (row->action[i] == NOTHING ||
		    !dia_peer_act(peer, row->action[i], ev))
			break;
	}
	if (row->next == peer->state)
		return;
	log_info("peer %s: %s -> %s, %s", peer->host,
	    psm_state_name(peer->state), psm_state_name(row->next),
	    psm_event_name(ev->event));
	peer->state = row->next;
	peer->since = time(NULL);
	arm_state_timer(peer);
}

/* The queue is empty: what does its result mean to the others? */
static void
settle(struct dia_peer *peer)
{
	if (peer->state == CLOSED && !peer->connects) {
		dia_peer_free(peer);
	} else if (psm_is_open(peer->state) && !peer->up) {
		peer->up = true;
		feed_watchdog(peer, WD_CONN_UP);
	} else if (peer->state == CLOSED && peer->up) {
		peer->up = false;
		dia_requests_lost(peer);
		feed_watchdog(peer, WD_CONN_LOST);
	}
}

void
dia_peer_event(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	if (peer->nqueue == DIA_QUEUE_MAX) {
		log_warnx("peer %s: %s dropped, too many events", peer->host,
		    psm_event_name(ev->event));
		return;
	}
	peer->queue[peer->nqueue++] = *ev;
	if (peer->running)
		return;
	peer->running = true;
	while (peer->nqueue > 0) {
		struct dia_peer_event next = peer->queue[0];

		peer->nqueue--;
		memmove(&peer->queue[0], &peer->queue[1],
		    peer->nqueue * sizeof peer->queue[0]);
		step(peer, &next);
	}
	peer->running = false;
	settle(peer);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	dia_peer_event(arg, &(struct dia_peer_event){ TIMEOUT });
}

/* --- What its connections say --- */

/* The event a message is, on the connection we opened or the other. */
static enum psm_event
classify(const struct dia_peer *peer, bool i, const struct dia_msg *msg)
{
	bool request = (msg->hdr.flags & DIA_R) != 0;
	uint32_t code = msg->hdr.app == 0 ? msg->hdr.code : 0;

	if (i && code == DIA_CER && !request)
		return I_RCV_CEA;
	if (i && peer->state == WAIT_I_CEA)
		return I_RCV_NON_CEA;
	if (code == DIA_DWR && request)
		return i ? I_RCV_DWR : R_RCV_DWR;
	if (code == DIA_DWR && msg->hdr.hbh == peer->dwr && peer->wd.pending)
		return i ? I_RCV_DWA : R_RCV_DWA;
	if (code == DIA_DPR && request)
		return i ? I_RCV_DPR : R_RCV_DPR;
	if (code == DIA_DPR && msg->hdr.hbh == peer->dpr)
		return i ? I_RCV_DPA : R_RCV_DPA;
	return i ? I_RCV_MESSAGE : R_RCV_MESSAGE;
}

/* A header that no state can take: the answer is all there is to do. */
static bool
check_header(struct dia_peer *peer, struct dia_conn *conn,
    const struct dia_msg *msg, struct dia_fault *fault)
{
	if (fault->result == 0 && msg->hdr.app == 0 &&
	    (msg->hdr.flags & (DIA_R | DIA_P)) == (DIA_R | DIA_P) &&
	    dia_lookup_command(&dia_base_dict, msg->hdr.code, 0) != NULL)
		*fault = (struct dia_fault){
			.result = DIA_INVALID_HDR_BITS,
			.why = "RFC 6733 3.1: P bit in a message that is "
			       "never forwarded",
		};
	if (fault->result == 0)
		return true;
	if ((msg->hdr.flags & DIA_R) != 0)
		dia_dispatch_fault(peer->node, conn, peer->host, msg, fault);
	else if (dia_conn_complain(conn, fault->why))
		log_info("peer %s: answer dropped: %s", peer->host, fault->why);
	return false;
}

static void
on_message(struct dia_conn *conn, const uint8_t *octets, size_t len, void *arg)
{
	struct dia_peer *peer = arg;
	struct dia_fault fault;
	struct dia_msg msg;

	dia_dispatch_log(peer->node, peer->host, "received", octets, len);
	dia_parse(&msg, octets, len, &fault);
	if (!check_header(peer, conn, &msg, &fault))
		return;

	enum psm_event event = classify(peer, conn == peer->i, &msg);
	bool dwa = event == I_RCV_DWA || event == R_RCV_DWA;

	if (peer->up && peer->state != CLOSING)
		note_message(peer, dwa);
	if (peer->up && msg.hdr.app != 0 && (msg.hdr.flags & DIA_R) == 0)
		dia_requests_answer(peer, conn, &msg);
	else
		dia_peer_event(
		    peer, &(struct dia_peer_event){
			      .event = event, .conn = conn, .msg = &msg });
}

static void
on_up(struct dia_conn *conn, void *arg)
{
	dia_peer_event(arg,
	    &(struct dia_peer_event){ .event = I_RCV_CONN_ACK, .conn = conn });
}

static void
on_garbage(struct dia_conn *conn, const uint8_t *octets, size_t len, void *arg)
{
	struct dia_peer *peer = arg;

	if (psm_is_open(peer->state))
		dia_dispatch_garbage(peer->node, conn, peer->host, octets, len);
}

static void
on_down(struct dia_conn *conn, enum dia_down down, const char *why, void *arg)
{
	struct dia_peer *peer = arg;
	enum psm_event event = R_PEER_DISC;

	log_info(
	    "peer %s: %s is down: %s", peer->host, dia_conn_name(conn), why);
	if (conn == peer->i)
		event = peer->state == WAIT_CONN_ACK ||
				peer->state == WAIT_CONN_ACK_ELECT
			    ? I_RCV_CONN_NACK
			    : I_PEER_DISC;
	if (conn == peer->i)
		peer->i = NULL;
	else
		peer->r = NULL;
	dia_peer_event(peer, &(struct dia_peer_event){ .event = event });
}

const struct dia_conn_cb dia_peer_cb = {
	.up = on_up,
	.message = on_message,
	.garbage = on_garbage,
	.down = on_down,
};

/* --- Life --- */

struct dia_peer *
dia_peer_new(struct dia_node *node, struct dia_slice host,
    const struct dia_rule *rule, bool connects)
{
	struct dia_peer *peer = calloc(1, sizeof *peer);

	if (peer == NULL || host.len >= sizeof peer->host) {
		free(peer);
		return NULL;
	}
	memcpy(peer->host, host.p, host.len);
	peer->since = time(NULL);
	peer->node = node;
	peer->rule = rule;
	peer->connects = connects;
	TAILQ_INIT(&peer->pending);
	TAILQ_INSERT_TAIL(&node->peers, peer, link);
	dia_route_add(peer);
	peer->timer = evtimer_new(node->base, on_timer, peer);
	peer->wd_timer = evtimer_new(node->base, on_watchdog, peer);
	if (peer->timer == NULL || peer->wd_timer == NULL) {
		dia_peer_free(peer);
		return NULL;
	}
	return peer;
}

void
dia_peer_free(struct dia_peer *peer)
{
	if (peer == NULL)
		return;
	TAILQ_REMOVE(&peer->node->peers, peer, link);
	dia_route_remove(peer);
	dia_requests_lost(peer);
	dia_conn_close(peer->i);
	dia_conn_close(peer->r);
	if (peer->timer != NULL)
		event_free(peer->timer);
	if (peer->wd_timer != NULL)
		event_free(peer->wd_timer);
	free(peer);
}

void
dia_peer_start(struct dia_peer *peer)
{
	set_watchdog(peer);
	dia_peer_event(peer, &(struct dia_peer_event){ START });
}

void
dia_peer_stop(struct dia_peer *peer)
{
	peer->stays_away = true;
	event_del(peer->wd_timer);
	dia_peer_event(
	    peer, &(struct dia_peer_event){
		      .event = psm_is_open(peer->state) ? STOP : TIMEOUT });
}
