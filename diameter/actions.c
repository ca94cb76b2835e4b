/*
 * The actions of the peer state machine (RFC 6733, 5.6).  None changes the
 * state; some cause one more event.
 */
#include "diameter/peer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "diameter/log.h"

typedef bool action_fn(struct dia_peer *, const struct dia_peer_event *);

static void
cause(struct dia_peer *peer, enum psm_event event)
{
	dia_peer_event(peer, &(struct dia_peer_event){ .event = event });
}

static bool
send_on(struct dia_peer *peer, struct dia_conn *conn, const uint8_t *msg,
    size_t len)
{
	if (conn == NULL || len == 0)
		return false;
	dia_dispatch_log(peer->node, peer->host, "sent", msg, len);
	return dia_conn_send(conn, msg, len, 0);
}

/* --- Connections --- */

static bool
i_snd_conn_req(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	peer->i = dia_conn_open(
	    &peer->node->conns, &peer->rule->uri, &dia_peer_cb, peer);
	if (peer->i == NULL) {
		log_warn("peer %s: cannot connect to %s", peer->host,
		    peer->rule->conf.connect);
		cause(peer, I_RCV_CONN_NACK);
	}
	return true;
}

static bool
r_accept(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	peer->r = ev->conn;
	dia_conn_limit(peer->r, 0);
	dia_conn_hand_over(peer->r, &dia_peer_cb, peer);
	return true;
}

static bool
send_cea(struct dia_peer *peer, struct dia_conn *conn,
    const struct dia_header *hdr, const struct dia_fault *fault)
{
	struct sockaddr_storage addrs[DIA_LOCAL_ADDRS_MAX];
	unsigned naddrs = dia_conn_addrs(conn, addrs);
	struct dia_msg req = { .hdr = *hdr };
	uint8_t buf[DIA_BASE_CAP];

	return send_on(peer, conn, buf,
	    dia_make_cea(buf, &peer->node->self, &req, addrs, naddrs, fault));
}

/* It has a connection with us already (2.1). */
static bool
r_reject(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	static const struct dia_fault fault = {
		.result = DIA_ELECTION_LOST,
		.why = "RFC 6733 5.6: there is a connection already",
	};

	log_info("peer %s: %s refused: %s", peer->host, dia_conn_name(ev->conn),
	    fault.why);
	send_cea(peer, ev->conn, &ev->msg->hdr, &fault);
	dia_conn_end(ev->conn);
	return true;
}

static void
disconnect(struct dia_conn **conn)
{
	if (*conn != NULL)
		dia_conn_end(*conn);
	*conn = NULL;
}

static bool
i_disc(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	disconnect(&peer->i);
	return true;
}

static bool
r_disc(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	disconnect(&peer->r);
	return true;
}

static bool
error(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	disconnect(&peer->i);
	disconnect(&peer->r);
	return true;
}

/* --- Capabilities --- */

static bool
i_snd_cer(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct sockaddr_storage addrs[DIA_LOCAL_ADDRS_MAX];
	unsigned naddrs = dia_conn_addrs(peer->i, addrs);
	struct dia_node *node = peer->node;
	uint8_t buf[DIA_BASE_CAP];

	return send_on(peer, peer->i, buf,
	    dia_make_cer(
		buf, &node->self, node->hbh++, node->e2e++, addrs, naddrs));
}

/* What is wrong with a CER has been seen before it became this event; see
 * accept.c. */
static bool
process_cer(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct dia_fault fault;
	struct dia_caps caps;

	if (dia_read_cer(&peer->node->self, ev->msg, &caps, &fault)) {
		peer->common = caps.common;
		dia_route_set_agent(peer, caps.relay);
	}
	peer->cer = ev->msg->hdr;
	peer->stays_away = false;
	return true;
}

static bool
r_snd_cea(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	return send_cea(peer, peer->r, &peer->cer, NULL);
}

static bool
process_cea(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct dia_fault fault;
	struct dia_caps caps;
	bool ok = dia_read_cea(&peer->node->self, ev->msg, &caps, &fault);

	if (ok && caps.result.value / 1000 != 2)
		log_warnx("peer %s: refused our CER with %u, disconnecting",
		    peer->host, caps.result.value);
	else if (!ok)
		log_warnx(
		    "peer %s: CEA: %s, disconnecting", peer->host, fault.why);
	else if (!dia_slice_eq_nocase(caps.host, peer->host))
		log_warnx("peer %s: calls itself %.*s in its CEA, "
			  "disconnecting",
		    peer->host, (int)caps.host.len, (const char *)caps.host.p);
	else {
		dia_peer_introduce(peer, &caps);
		peer->common = caps.common;
		dia_route_set_agent(peer, caps.relay);
		return true;
	}
	disconnect(&peer->i);
	cause(peer, I_PEER_DISC);
	return false;
}

/* 5.6.4: the greater Origin-Host wins, ASCII case ignored. */
static bool
elect(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	if (strcasecmp(peer->node->self.conf.id.host, peer->host) > 0)
		cause(peer, WIN_ELECTION);
	return true;
}

/* --- Messages --- */

static bool
i_snd_message(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	return send_on(peer, peer->i, ev->octets.p, ev->octets.len);
}

static bool
r_snd_message(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	return send_on(peer, peer->r, ev->octets.p, ev->octets.len);
}

/* A CER on an open connection is no event of 5.6: it gets the capabilities
 * again and changes nothing. */
static void
repeat_cea(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct dia_fault fault;
	struct dia_caps caps;
	bool ok = dia_read_cer(&peer->node->self, ev->msg, &caps, &fault);

	send_cea(peer, ev->conn, &ev->msg->hdr, ok ? NULL : &fault);
}

static bool
process(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	static const char unasked[] = "an answer to no request of ours";
	const struct dia_header *hdr = &ev->msg->hdr;

	if ((hdr->flags & DIA_R) == 0) {
		if (dia_conn_complain(ev->conn, unasked))
			log_info("peer %s: command %u of application %u: "
				 "%s, dropped",
			    peer->host, hdr->code, hdr->app, unasked);
	} else if (hdr->code == DIA_CER && hdr->app == 0) {
		repeat_cea(peer, ev);
	} else if (dia_dispatch(peer->node, ev->conn, peer->host, ev->msg)) {
		dia_route_set_agent(peer, true);
	}
	return true;
}

static bool
process_dwr(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct dia_caps caps;

	dia_read_dwr(ev->msg, &caps, &peer->fault);
	return true;
}

/* DWA or DPA; what was wrong with the request is in peer->fault. */
static size_t
make_answer(
    struct dia_peer *peer, uint8_t *buf, const struct dia_peer_event *ev)
{
	const struct dia_fault *fault =
	    peer->fault.result != 0 ? &peer->fault : NULL;

	if (fault != NULL && dia_conn_complain(ev->conn, fault->why))
		log_info("peer %s: command %u: %s: answered %u", peer->host,
		    ev->msg->hdr.code, fault->why, fault->result);
	return dia_make_answer(buf, &peer->node->self, ev->msg, fault);
}

static bool
snd_dwa(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	uint8_t buf[DIA_BASE_CAP];

	return send_on(peer, ev->conn, buf, make_answer(peer, buf, ev));
}

/* The watchdog has had it already. */
static bool
process_dwa(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	return true;
}

static bool
snd_dpr(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	struct dia_conn *conn = peer->r != NULL ? peer->r : peer->i;
	struct dia_node *node = peer->node;
	uint8_t buf[DIA_BASE_CAP];

	peer->dpr = node->hbh++;
	return send_on(peer, conn, buf,
	    dia_make_dpr(
		buf, &node->self, peer->dpr, node->e2e++, DIA_REBOOTING));
}

/* Behind the answers that are still held: the peer closes when it comes. */
static bool
snd_dpa(struct dia_peer *peer, const struct dia_peer_event *ev)
{
	uint8_t buf[DIA_BASE_CAP];
	struct dia_caps caps;
	uint32_t why;

	if (dia_read_dpr(ev->msg, &caps, &why, &peer->fault))
		peer->stays_away = why != DIA_REBOOTING;

	size_t len = make_answer(peer, buf, ev);

	dia_dispatch_log(peer->node, peer->host, "sent", buf, len);
	return dia_conn_send_last(ev->conn, buf, len);
}

static action_fn *const actions[PSM_NACTIONS] = {
	[I_SND_CONN_REQ] = i_snd_conn_req,
	[I_SND_CER] = i_snd_cer,
	[R_SND_CEA] = r_snd_cea,
	[R_ACCEPT] = r_accept,
	[R_REJECT] = r_reject,
	[PROCESS_CER] = process_cer,
	[PROCESS_CEA] = process_cea,
	[ELECT] = elect,
	[CLEANUP] = i_disc,
	[ERROR] = error,
	[I_DISC] = i_disc,
	[R_DISC] = r_disc,
	[I_SND_MESSAGE] = i_snd_message,
	[R_SND_MESSAGE] = r_snd_message,
	[PROCESS] = process,
	[PROCESS_DWR] = process_dwr,
	[PROCESS_DWA] = process_dwa,
	[I_SND_DWA] = snd_dwa,
	[R_SND_DWA] = snd_dwa,
	[I_SND_DPR] = snd_dpr,
	[R_SND_DPR] = snd_dpr,
	[I_SND_DPA] = snd_dpa,
	[R_SND_DPA] = snd_dpa,
};

bool
dia_peer_act(struct dia_peer *peer, enum psm_action action,
    const struct dia_peer_event *ev)
{
	return actions[action](peer, ev);
}
