/*
 * Requests of ours (RFC 6733, 6.1): building them, matching answers (6.2.1),
 * time-outs, and failover (5.5.4; RFC 3539, 3.4).  Answers are handed on as
 * they come; every other end waits for the loop's next turn, so that no caller
 * is called back by what it calls.
 */
#include "diameter/request.h"

#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diameter/clock.h"
#include "diameter/log.h"
#include "diameter/peer.h"

enum { SESSION_ID_CAP = DIA_HOST_MAX + 2 * sizeof(";4294967295") };

/* --- Time --- */

static void
set_timer(struct dia_node *node)
{
	const struct dia_pending *first =
	    dia_pendings_first(&node->requests.pending);
	uint64_t now = dia_now_ms(), ms = 0;

	if (TAILQ_EMPTY(&node->requests.ended)) {
		if (first == NULL) {
			event_del(node->requests.timer);
			return;
		}
		ms = first->due_ms > now ? first->due_ms - now : 0;
	}

	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	event_add(node->requests.timer, &tv);
}

/* --- Peers --- */

static void
attach(struct dia_pending *p, struct dia_peer *peer)
{
	p->peer = peer;
	p->hbh = peer->node->hbh++;
	TAILQ_INSERT_TAIL(&peer->pending, p, link);
	peer->npending++;
	dia_pendings_add(&peer->node->requests.pending, p);
}

static void
detach(struct dia_node *node, struct dia_pending *p)
{
	dia_pendings_remove(&node->requests.pending, p);
	TAILQ_REMOVE(&p->peer->pending, p, link);
	p->peer->npending--;
	p->peer = NULL;
}

/* The caller sets the timer. */
static void
end(struct dia_node *node, struct dia_pending *p, enum dia_outcome outcome)
{
	p->outcome = outcome;
	TAILQ_INSERT_TAIL(&node->requests.ended, p, link);
	node->requests.nended++;
}

/* A message that cannot be queued breaks its connection, and fails over when
 * that is seen. */
static void
transmit(struct dia_pending *p, uint8_t more_flags)
{
	dia_readdress(p->msg, p->hbh, more_flags);
	dia_dispatch_log(p->peer->node, p->peer->host, "sent", p->msg, p->len);
	dia_conn_send(dia_route_conn(p->peer), p->msg, p->len, 0);
}

/* --- Failover --- */

static bool
fail_over(struct dia_node *node, struct dia_pending *p)
{
	bool full;
	struct dia_peer *to = dia_route(node, p->app, p->dest_host, &full);

	if (to == NULL)
		return false;
	log_debug("request %u of application %u: sent again to peer %s",
	    p->code, p->app, to->host);
	detach(node, p);
	attach(p, to);
	transmit(p, DIA_T);
	return true;
}

void
dia_requests_suspect(struct dia_peer *peer)
{
	struct dia_pending *p = TAILQ_FIRST(&peer->pending);

	while (p != NULL) {
		struct dia_pending *next = TAILQ_NEXT(p, link);

		fail_over(peer->node, p);
		p = next;
	}
}

void
dia_requests_lost(struct dia_peer *peer)
{
	struct dia_node *node = peer->node;
	struct dia_pending *p;

	if (TAILQ_EMPTY(&peer->pending))
		return;
	while ((p = TAILQ_FIRST(&peer->pending)) != NULL) {
		if (fail_over(node, p))
			continue;
		detach(node, p);
		end(node, p, DIA_LOST);
	}
	set_timer(node);
}

/* --- Ends --- */

static void
finish(struct dia_pending *p, const struct dia_msg *ans)
{
	p->answer(p->arg, ans, ans != NULL ? DIA_ANSWERED : p->outcome);
	free(p);
}

/* Those that end because of a call to answer() wait for another turn. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct dia_node *node = arg;
	struct dia_requests *requests = &node->requests;
	struct dia_pending_list ended = TAILQ_HEAD_INITIALIZER(ended);
	uint64_t now = dia_now_ms();
	struct dia_pending *p;

	while ((p = dia_pendings_first(&requests->pending)) != NULL &&
	       p->due_ms <= now) {
		log_info("peer %s: request %u of application %u: no answer "
			 "in time",
		    p->peer->host, p->code, p->app);
		detach(node, p);
		end(node, p, DIA_TIMED_OUT);
	}
	requests->nended = 0;
	TAILQ_CONCAT(&ended, &requests->ended, link);
	while ((p = TAILQ_FIRST(&ended)) != NULL) {
		TAILQ_REMOVE(&ended, p, link);
		finish(p, NULL);
	}
	set_timer(node);
}

/* Why an answer matches nothing, or NULL. */
static const char *
unasked(const struct dia_pending *p, const struct dia_peer *peer,
    const struct dia_header *hdr)
{
	if (p == NULL)
		return "RFC 6733 6.2.1: an answer to no request of ours, or "
		       "too late";
	if (p->peer != peer)
		return "RFC 6733 6.2.1: an answer to a request another peer "
		       "has";
	if (p->e2e != hdr->e2e)
		return "RFC 6733 6.2: an answer with another End-to-End "
		       "Identifier than its request";
	if (p->code != hdr->code || p->app != hdr->app)
		return "RFC 6733 6.2: an answer of another command than its "
		       "request";
	return NULL;
}

void
dia_requests_answer(
    struct dia_peer *peer, struct dia_conn *conn, const struct dia_msg *msg)
{
	struct dia_node *node = peer->node;
	const struct dia_header *hdr = &msg->hdr;
	struct dia_pending *p =
	    dia_pendings_find(&node->requests.pending, hdr->hbh);
	const char *why = unasked(p, peer, hdr);

	if (why != NULL) {
		if (dia_conn_complain(conn, why))
			log_info("peer %s: command %u of application %u: %s, "
				 "dropped",
			    peer->host, hdr->code, hdr->app, why);
		return;
	}
	detach(node, p);
	set_timer(node);
	finish(p, msg);
}

/* --- Sending --- */

static const struct dia_command *
command_of(const struct dia_node *node, const struct dia_out_request *out)
{
	for (unsigned i = 0; i < node->self.napps; i++) {
		if (node->self.apps[i].id == out->app)
			return dia_lookup_command(
			    node->self.apps[i].dict, out->code, out->app);
	}
	return NULL;
}

/* Identity;high32;low32 (8.8). */
static void
put_session_id(struct dia_writer *w, struct dia_node *node)
{
	char text[SESSION_ID_CAP];
	uint64_t n = node->requests.session++;

	snprintf(text, sizeof text, "%s;%" PRIu32 ";%" PRIu32,
	    node->self.conf.id.host, (uint32_t)(n >> 32), (uint32_t)n);
	dia_put_str(w, BASE(SESSION_ID), text);
}

/* Its octets; 0: it does not fit. */
static size_t
build(struct dia_node *node, const struct dia_out_request *out,
    const struct dia_command *cmd, uint32_t e2e)
{
	struct dia_header hdr = {
		.flags = DIA_R | cmd->flags,
		.code = out->code,
		.app = out->app,
		.e2e = e2e,
	};
	struct dia_writer w;

	dia_begin(&w, node->requests.buf, DIA_MESSAGE_MAX, &hdr);
	put_session_id(&w, node);
	out->fill(out->arg, &w);
	return dia_end(&w);
}

static struct dia_pending *
new_pending(const struct dia_out_request *out, const uint8_t *msg, size_t len)
{
	size_t host_len = out->dest_host != NULL ? strlen(out->dest_host) : 0;
	struct dia_pending *p = malloc(sizeof *p + len + host_len + 1);

	if (p == NULL)
		return NULL;
	*p = (struct dia_pending){
		.due_ms = dia_now_ms() + out->timeout_ms,
		.code = out->code,
		.app = out->app,
		.answer = out->answer,
		.arg = out->arg,
		.len = len,
	};
	memcpy(p->msg, msg, len);
	if (out->dest_host != NULL) {
		p->dest_host = (char *)p->msg + len;
		memcpy(p->dest_host, out->dest_host, host_len + 1);
	}
	return p;
}

enum dia_sent
dia_node_send(struct dia_node *node, const struct dia_out_request *out)
{
	const struct dia_command *cmd = command_of(node, out);
	bool full;

	if (cmd == NULL || node->stopping)
		return DIA_SEND_NEVER;

	struct dia_peer *peer =
	    dia_route(node, out->app, out->dest_host, &full);

	if (node->requests.pending.n + node->requests.nended >=
		DIA_PENDING_MAX ||
	    (peer == NULL && full))
		return DIA_SEND_LATER;

	uint32_t e2e = node->e2e++;
	size_t len = build(node, out, cmd, e2e);
	struct dia_pending *p =
	    len > 0 ? new_pending(out, node->requests.buf, len) : NULL;

	if (p == NULL) {
		log_warnx("%s to %s: it is too long, or out of memory",
		    cmd->request,
		    out->dest_host != NULL ? out->dest_host : "an agent");
		return DIA_SEND_NEVER;
	}
	p->e2e = e2e;
	if (peer != NULL) {
		attach(p, peer);
		transmit(p, 0);
	} else {
		log_info("%s: no peer leads to %s", cmd->request,
		    out->dest_host != NULL ? out->dest_host : "an agent");
		end(node, p, DIA_UNDELIVERABLE);
	}
	set_timer(node);
	return DIA_SENT;
}

/* --- Life --- */

bool
dia_requests_init(struct dia_node *node)
{
	struct dia_requests *requests = &node->requests;

	TAILQ_INIT(&requests->ended);
	requests->session = (uint64_t)time(NULL) << 32;
	requests->buf = malloc(DIA_MESSAGE_MAX);
	requests->timer = evtimer_new(node->base, on_timer, node);
	return requests->buf != NULL && requests->timer != NULL &&
	       dia_pendings_init(&requests->pending);
}

void
dia_requests_free(struct dia_node *node)
{
	struct dia_requests *requests = &node->requests;
	struct dia_pending *p;

	while ((p = dia_pendings_first(&requests->pending)) != NULL) {
		detach(node, p);
		end(node, p, DIA_LOST);
	}
	node->stopping = true; /* nothing new */
	while ((p = TAILQ_FIRST(&requests->ended)) != NULL) {
		TAILQ_REMOVE(&requests->ended, p, link);
		finish(p, NULL);
	}
	if (requests->timer != NULL)
		event_free(requests->timer);
	free(requests->buf);
	dia_pendings_free(&requests->pending);
}
