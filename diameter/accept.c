/*
 * Listeners, and connections before their CER (RFC 6733, 5.6.1): there is no
 * peer yet, a deadline runs, and the first message is a CER or the connection
 * is closed.  Who may be a peer is decided here.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "diameter/log.h"
#include "diameter/peer.h"

enum { ACCEPTS_A_TURN = 16 };

/* --- Newcomers --- */

static void
listen_all(struct dia_node *node, bool on)
{
	for (unsigned i = 0; i < node->nlisteners; i++) {
		if (on)
			event_add(node->listeners[i].event, NULL);
		else
			event_del(node->listeners[i].event);
	}
}

void
dia_accept_resume(int fd, short what, void *arg)
{
	struct dia_node *node = arg;

	if (node->newcomers < node->newcomers_max)
		listen_all(node, true);
}

/* A newcomer has become a peer's connection, or is gone. */
static void
leave(struct dia_node *node)
{
	if (node->newcomers-- == node->newcomers_max &&
	    !event_pending(node->unpause, EV_TIMEOUT, NULL))
		listen_all(node, true);
	if (node->newcomers < node->newcomers_max / 2)
		node->crowded = false;
}

/* Those that wait to be accepted do so in the kernel: no honest one is turned
 * away, and a silent one leaves when its time is up. */
static bool
is_crowded(struct dia_node *node)
{
	if (node->newcomers < node->newcomers_max)
		return false;
	if (!node->crowded)
		log_warnx("%u connections before their CER: others must wait",
		    node->newcomers);
	node->crowded = true;
	listen_all(node, false);
	return true;
}

/* --- The first message --- */

static void
send_refusal(struct dia_node *node, struct dia_conn *conn,
    const struct dia_msg *req, const struct dia_fault *fault)
{
	struct sockaddr_storage addrs[DIA_LOCAL_ADDRS_MAX];
	unsigned naddrs = dia_conn_addrs(conn, addrs);
	uint8_t buf[DIA_BASE_CAP];
	size_t len = dia_make_cea(buf, &node->self, req, addrs, naddrs, fault);

	if (len > 0) {
		dia_dispatch_log(node, dia_conn_name(conn), "sent", buf, len);
		dia_conn_send(conn, buf, len, 0);
	}
	dia_conn_end(conn);
}

static const struct dia_rule *
find_rule(const struct dia_node *node, struct dia_slice host)
{
	const struct dia_rule *rule;

	TAILQ_FOREACH (rule, &node->rules, link) {
		if (dia_slice_eq_nocase(host, rule->conf.host))
			return rule;
	}
	return NULL;
}

static bool
comes_from(const struct dia_rule *rule, const struct dia_conn *conn)
{
	if (rule->conf.nfrom == 0)
		return true;
	for (size_t i = 0; i < rule->conf.nfrom; i++) {
		if (dia_cidr_match(&rule->from[i], dia_conn_remote(conn)))
			return true;
	}
	return false;
}

/* The name decides first, then the address: a client may well come from an
 * address it does not listen on. */
static const char *
unwelcome(const struct dia_node *node, const struct dia_rule *rule,
    const struct dia_caps *caps, const struct dia_conn *conn)
{
	if (rule == NULL)
		return node->self.conf.unknown_peers == UNKNOWN_PEERS_REFUSE
			   ? "RFC 6733 5.3: not a configured peer"
			   : NULL;
	if (rule->conf.realm != NULL &&
	    !dia_slice_eq_nocase(caps->realm, rule->conf.realm))
		return "its Origin-Realm is not the configured one";
	if (!comes_from(rule, conn))
		return "its address is not among the configured ones";
	return NULL;
}

static void
take_cer(struct dia_node *node, struct dia_conn *conn,
    const struct dia_msg *msg, struct dia_fault *fault)
{
	const struct dia_rule *rule = NULL;
	struct dia_caps caps = { 0 };

	if (fault->result == 0 && (msg->hdr.flags & DIA_P) != 0)
		*fault = (struct dia_fault){ .result = DIA_INVALID_HDR_BITS,
			.why = "RFC 6733 3.1: P bit in a CER" };
	if (fault->result == 0 &&
	    dia_read_cer(&node->self, msg, &caps, fault)) {
		rule = find_rule(node, caps.host);
		fault->why = unwelcome(node, rule, &caps, conn);
		fault->result = fault->why != NULL ? DIA_UNKNOWN_PEER : 0;
	}
	if (fault->result != 0) {
		log_warnx("%s: CER of %.*s: %s: answered %u, disconnecting",
		    dia_conn_name(conn), (int)caps.host.len,
		    caps.host.p != NULL ? (const char *)caps.host.p : "",
		    fault->why, fault->result);
		send_refusal(node, conn, msg, fault);
		return;
	}

	struct dia_peer *peer =
	    rule != NULL && rule->peer != NULL
		? rule->peer
		: dia_peer_new(node, caps.host, rule, false);

	if (peer == NULL) {
		log_warnx("%s: no memory for a peer, disconnecting",
		    dia_conn_name(conn));
		dia_conn_close(conn);
		return;
	}
	dia_peer_introduce(peer, &caps);
	log_debug("peer %s: CER on %s, %.*s", peer->host, dia_conn_name(conn),
	    (int)caps.product.len, (const char *)caps.product.p);
	dia_peer_event(
	    peer, &(struct dia_peer_event){
		      .event = R_CONN_CER, .conn = conn, .msg = msg });
}

static void
on_message(struct dia_conn *conn, const uint8_t *octets, size_t len, void *arg)
{
	struct dia_node *node = arg;
	struct dia_fault fault;
	struct dia_msg msg;

	dia_dispatch_log(node, dia_conn_name(conn), "received", octets, len);
	dia_parse(&msg, octets, len, &fault);
	if (msg.hdr.code == DIA_CER && msg.hdr.app == 0 &&
	    (msg.hdr.flags & DIA_R) != 0) {
		take_cer(node, conn, &msg, &fault);
		if (!dia_accept_owns(conn))
			leave(node);
		return;
	}
	log_warnx("%s: command %u before any CER, disconnecting (RFC 6733 "
		  "5.6.1)",
	    dia_conn_name(conn), msg.hdr.code);
	dia_conn_close(conn);
	leave(node);
}

static void
on_garbage(struct dia_conn *conn, const uint8_t *octets, size_t len, void *arg)
{
}

static void
on_down(struct dia_conn *conn, enum dia_down down, const char *why, void *arg)
{
	leave(arg);
	if (down == DIA_DOWN_TIME)
		why = "no CER in time";
	log_info("%s: gone before its CER: %s", dia_conn_name(conn), why);
}

static const struct dia_conn_cb newcomer = {
	.message = on_message,
	.garbage = on_garbage,
	.down = on_down,
};

bool
dia_accept_owns(const struct dia_conn *conn)
{
	return conn->cb == &newcomer;
}

/* --- Listeners --- */

/* Out of descriptors or memory: what waits to be accepted keeps the listener
 * readable, so a loop that went on would only spin. */
static void
pause_accepting(struct dia_node *node)
{
	struct timeval tv = { .tv_sec = node->times.pause / 1000,
		.tv_usec = (suseconds_t)(node->times.pause % 1000) * 1000 };

	log_warn("cannot accept, trying again in %u ms", node->times.pause);
	listen_all(node, false);
	event_add(node->unpause, &tv);
}

void
dia_accept_take(void *arg, const struct dia_transport *transport, int fd)
{
	struct dia_node *node = arg;
	struct dia_conn *conn =
	    dia_conn_accept(&node->conns, transport, fd, &newcomer, node);

	if (conn == NULL) {
		if (!node->full)
			log_warnx("%s: connection refused: %u of %u are open",
			    transport->name, node->conns.n, node->conns.max);
		node->full = true;
		return;
	}
	node->full = false;
	node->newcomers++;
	log_debug("%s: connection", dia_conn_name(conn));
	dia_conn_limit(conn, node->times.cer);
	if (node->stopping)
		dia_conn_close(conn);
}

static bool
accept_one(struct dia_listener *listener)
{
	struct dia_node *node = listener->node;

	if (is_crowded(node))
		return false;

	int fd =
	    accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			pause_accepting(node);
		return errno == ECONNABORTED || errno == EINTR;
	}

	dia_accept_take(node, listener->transport, fd);
	return true;
}

static void
on_acceptable(evutil_socket_t fd, short what, void *arg)
{
	for (unsigned n = 0; n < ACCEPTS_A_TURN; n++) {
		if (!accept_one(arg))
			break;
	}
}

static void
name_listener(struct dia_listener *listener)
{
	struct sockaddr_storage ss = { 0 };
	char text[DIA_ADDR_TEXT];

	listener->transport->addrs(listener->fd, &ss, 1);
	snprintf(listener->name, sizeof listener->name, "%s %s",
	    listener->transport->name, dia_addr_text(text, &ss));
}

bool
dia_accept_open(struct dia_node *node, const char *text)
{
	struct dia_listener *listener = &node->listeners[node->nlisteners];
	struct dia_uri uri;
	const char *why = dia_uri_parse(&uri, text);

	if (why == NULL && node->nlisteners == DIA_LISTENERS_MAX)
		why = "more listeners than the limit";
	if (why != NULL) {
		log_warnx("cannot listen on %s: %s", text, why);
		return false;
	}
	*listener = (struct dia_listener){
		.node = node,
		.transport = dia_transport_of(&uri),
	};
	listener->fd = listener->transport->listen(&uri);
	if (listener->fd < 0) {
		log_warn("cannot listen on %s%s", text,
		    errno == EPROTONOSUPPORT && uri.proto == DIA_SCTP
			? " (no SCTP in this build or this kernel)"
			: "");
		return false;
	}
	listener->event = event_new(node->base, listener->fd,
	    EV_READ | EV_PERSIST, on_acceptable, listener);
	if (listener->event == NULL || event_add(listener->event, NULL) != 0) {
		log_warnx("cannot listen on %s: out of memory", text);
		if (listener->event != NULL)
			event_free(listener->event);
		close(listener->fd);
		return false;
	}
	name_listener(listener);
	node->nlisteners++;
	log_info("listening on %s", listener->name);
	return true;
}

void
dia_accept_close(struct dia_node *node)
{
	event_del(node->unpause);
	for (unsigned i = 0; i < node->nlisteners; i++) {
		event_free(node->listeners[i].event);
		close(node->listeners[i].fd);
	}
	node->nlisteners = 0;
}

unsigned
dia_accept_port(const struct dia_node *node, unsigned n)
{
	const struct dia_listener *listener = &node->listeners[n];
	struct sockaddr_storage ss = { 0 };

	if (n >= node->nlisteners ||
	    listener->transport->addrs(listener->fd, &ss, 1) == 0)
		return 0;
	return dia_addr_port(&ss);
}
