/*
 * The node: what it is told before it runs, and what runs it.  The work is
 * in accept.c, peer.c and dispatch.c.
 */
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "diameter/log.h"
#include "diameter/peer.h"

enum {
	CER_MS = 5000,
	CONNECT_MS = 5000,
	CLOSING_MS = 1000, /* Kamailio 5.6 answers no DPR */
	STOP_MS = 1000,
	PAUSE_MS = 500,
	TW_LEAST_S = 6 /* RFC 3539, 3.4.1 */
};

static unsigned
random_u32(void)
{
	unsigned value = 0;

	if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value)
		value = (unsigned)time(NULL);
	return value;
}

struct dia_node *
dia_node_new(struct event_base *base, const struct dia_node_conf *conf)
{
	struct dia_node *node = calloc(1, sizeof *node);
	unsigned tw_s = conf->watchdog_s;

	if (node == NULL)
		return NULL;
	TAILQ_INIT(&node->rules);
	TAILQ_INIT(&node->peers);
	node->base = base;
	node->newcomers_max = DIA_NEWCOMERS_MAX;
	node->self.conf = *conf;
	node->times = (struct dia_times){
		.cer = CER_MS,
		.connect = CONNECT_MS,
		.closing = CLOSING_MS,
		.tw = 1000 * (tw_s < TW_LEAST_S ? TW_LEAST_S : tw_s),
		.jitter = WATCHDOG_JITTER_MS,
		.stop = STOP_MS,
		.pause = PAUSE_MS,
	};
	/* RFC 6733, 3: the time in the high 12 bits, the rest random */
	node->e2e = (uint32_t)time(NULL) << 20 | (random_u32() & 0xfffff);
	node->hbh = random_u32();
	node->seed = random_u32();
	dia_routes_init(&node->routes, random_u32());
	node->answer = malloc(DIA_MESSAGE_MAX);
	node->unpause = evtimer_new(base, dia_accept_resume, node);
	if (!dia_requests_init(node) || node->answer == NULL ||
	    node->unpause == NULL ||
	    !dia_conns_init(
		&node->conns, base, &node->self.conf.id, conf->max_message)) {
		dia_node_free(node);
		return NULL;
	}
	node->conns.anew = dia_accept_take;
	node->conns.anew_arg = node;
	return node;
}

static void
free_rule(struct dia_rule *rule)
{
	free(rule->from);
	free(rule);
}

void
dia_node_free(struct dia_node *node)
{
	struct dia_peer *peer;
	struct dia_rule *rule;

	if (node == NULL)
		return;
	dia_requests_free(node);
	if (node->unpause != NULL) {
		dia_accept_close(node);
		event_free(node->unpause);
	}
	while ((peer = TAILQ_FIRST(&node->peers)) != NULL)
		dia_peer_free(peer);
	if (node->conns.base != NULL)
		dia_conns_free(&node->conns);
	while ((rule = TAILQ_FIRST(&node->rules)) != NULL) {
		TAILQ_REMOVE(&node->rules, rule, link);
		free_rule(rule);
	}
	if (node->stopper != NULL)
		event_free(node->stopper);
	dia_repeats_free(node->repeats);
	free(node->answer);
	free(node);
}

bool
dia_node_add_app(struct dia_node *node, const struct dia_app *app)
{
	struct dia_self *self = &node->self;

	if (self->napps == DIA_APPS_MAX) {
		log_warnx("application %u: more applications than the limit",
		    app->id);
		return false;
	}
	if (app->keeps_answers && node->repeats == NULL &&
	    (node->repeats = dia_repeats_new()) == NULL) {
		log_warnx("application %u: out of memory", app->id);
		return false;
	}
	self->apps[self->napps++] = *app;
	return true;
}

/* The texts of a rule as what they mean: NULL, or what is wrong. */
static const char *
parse_rule(struct dia_rule *rule)
{
	const struct dia_peer_conf *conf = &rule->conf;

	if (strlen(conf->host) > DIA_HOST_MAX || conf->host[0] == '\0')
		return "the name is empty or longer than 255 octets";
	if (conf->connect != NULL) {
		const char *why = dia_uri_parse(&rule->uri, conf->connect);

		if (why != NULL)
			return why;
	}
	if (conf->nfrom == 0)
		return NULL;
	rule->from = calloc(conf->nfrom, sizeof rule->from[0]);
	if (rule->from == NULL)
		return "out of memory";
	for (size_t i = 0; i < conf->nfrom; i++) {
		if (!dia_cidr_parse(&rule->from[i], conf->from[i]))
			return "from is no network: write 127.0.0.0/8";
	}
	return NULL;
}

bool
dia_node_add_peer(struct dia_node *node, const struct dia_peer_conf *conf)
{
	struct dia_rule *rule = calloc(1, sizeof *rule);
	const char *why = "out of memory";

	if (node->nrules == DIA_PEERS_MAX)
		why = "more peers than the limit";
	else if (rule != NULL) {
		rule->conf = *conf;
		why = parse_rule(rule);
	}
	if (why == NULL && conf->connect != NULL) {
		rule->peer =
		    dia_peer_new(node, dia_slice_str(conf->host), rule, true);
		if (rule->peer == NULL)
			why = "out of memory";
	}
	if (why != NULL) {
		log_warnx("peer %s: %s", conf->host, why);
		if (rule != NULL)
			free_rule(rule);
		return false;
	}
	TAILQ_INSERT_TAIL(&node->rules, rule, link);
	node->nrules++;
	return true;
}

bool
dia_node_listen(struct dia_node *node, const char *uri)
{
	return dia_accept_open(node, uri);
}

void
dia_node_start(struct dia_node *node)
{
	struct dia_rule *rule;

	TAILQ_FOREACH (rule, &node->rules, link) {
		if (rule->peer != NULL)
			dia_peer_start(rule->peer);
	}
}

/* done() may free the node: nothing is touched behind it. */
static void
finish(void *arg)
{
	struct dia_node *node = arg;
	void (*done)(void *) = node->done;

	node->conns.idle = NULL;
	if (node->stopper != NULL)
		event_del(node->stopper);
	node->done = NULL;
	if (done != NULL)
		done(node->done_arg);
}

static void
on_stop_timer(evutil_socket_t fd, short what, void *arg)
{
	struct dia_node *node = arg;

	log_warnx("%u connections did not end in time", node->conns.n);
	finish(node);
}

/* Connections without a peer have nothing to wait for. */
static void
close_newcomers(struct dia_node *node)
{
	struct dia_conn *conn = TAILQ_FIRST(&node->conns.live);

	while (conn != NULL) {
		struct dia_conn *next = TAILQ_NEXT(conn, link);

		if (dia_accept_owns(conn))
			dia_conn_close(conn);
		conn = next;
	}
}

void
dia_node_stop(struct dia_node *node, void (*done)(void *arg), void *arg)
{
	struct timeval tv = { .tv_sec = node->times.stop / 1000,
		.tv_usec = (suseconds_t)(node->times.stop % 1000) * 1000 };

	if (node->stopping)
		return;
	node->stopping = true;
	node->done = done;
	node->done_arg = arg;
	node->stopper = evtimer_new(node->base, on_stop_timer, node);
	dia_accept_close(node);
	close_newcomers(node);

	struct dia_peer *peer = TAILQ_FIRST(&node->peers);

	while (peer != NULL) {
		struct dia_peer *next = TAILQ_NEXT(peer, link);

		dia_peer_stop(peer);
		peer = next;
	}
	node->conns.idle = finish;
	node->conns.idle_arg = node;
	dia_conns_check(&node->conns);
	if (node->stopper != NULL)
		event_add(node->stopper, &tv);
}

void
dia_node_release(struct dia_node *node, uint64_t position)
{
	dia_conns_release(&node->conns, position);
}

void
dia_node_refuse(struct dia_node *node)
{
	dia_conns_refuse(&node->conns);
	if (node->repeats != NULL)
		dia_repeats_refuse(node->repeats, node->conns.released);
}

void
dia_node_log_state(const struct dia_node *node)
{
	const struct dia_peer *peer;

	log_info("%u of %u connections", node->conns.n, node->conns.max);
	TAILQ_FOREACH (peer, &node->peers, link) {
		const struct dia_conn *conn =
		    peer->r != NULL ? peer->r : peer->i;

		log_info("peer %s: %s, watchdog %s, %s, %zu octets waiting, "
			 "%u requests unanswered",
		    peer->host, psm_state_name(peer->state),
		    watchdog_name(peer->wd.state),
		    conn != NULL ? dia_conn_name(conn) : "not connected",
		    conn != NULL ? dia_conn_waiting(conn) : 0, peer->npending);
	}
}
