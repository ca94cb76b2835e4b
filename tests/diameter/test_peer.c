/* Peers that connect to us: who is let in, watchdogs both ways. */
#include "tests/run.h"

#include <string.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply;
static uint8_t buf[4096];

static void
setup(void)
{
	net_open(&net, &net_conf);
}

static void
teardown(void)
{
	net_close(&net);
}

static uint32_t
result_of_cer(const char *host, bool *closed)
{
	int fd = net_connect(&net);

	net_send(&net, fd, buf, net_cer(buf, host));
	ck_assert(net_recv(&net, fd, &reply));
	if (closed != NULL)
		*closed = net_closed(&net, fd);
	close(fd);
	return net_result(&reply);
}

/* --- Who is let in --- */

START_TEST(a_stranger_is_3010_when_strangers_are_refused)
{
	static const struct dia_peer_conf known = { .host = "scscf.ims.lab" };
	bool closed;

	net.node->self.conf.unknown_peers = UNKNOWN_PEERS_REFUSE;
	ck_assert(dia_node_add_peer(net.node, &known));
	ck_assert_uint_eq(
	    result_of_cer("icscf.ims.lab", &closed), DIA_UNKNOWN_PEER);
	ck_assert(closed);
	ck_assert_uint_eq(result_of_cer("SCSCF.ims.lab", NULL), DIA_SUCCESS);
}
END_TEST

START_TEST(a_configured_peer_of_another_realm_is_3010)
{
	static const struct dia_peer_conf known = { .host = "scscf.ims.lab",
		.realm = "other.lab" };
	bool closed;

	ck_assert(dia_node_add_peer(net.node, &known));
	ck_assert_uint_eq(
	    result_of_cer("scscf.ims.lab", &closed), DIA_UNKNOWN_PEER);
	ck_assert(closed);
}
END_TEST

START_TEST(a_configured_peer_must_come_from_its_addresses)
{
	static const char *const wrong[] = { "10.0.0.0/8", "::1" };
	static const char *const right[] = { "10.0.0.0/8", "127.0.0.0/8" };
	static const struct dia_peer_conf peers[] = {
		{ .host = "a.ims.lab", .from = wrong, .nfrom = 2 },
		{ .host = "b.ims.lab", .from = right, .nfrom = 2 },
	};

	ck_assert(dia_node_add_peer(net.node, &peers[0]));
	ck_assert(dia_node_add_peer(net.node, &peers[1]));
	ck_assert_uint_eq(result_of_cer("a.ims.lab", NULL), DIA_UNKNOWN_PEER);
	ck_assert_uint_eq(result_of_cer("b.ims.lab", NULL), DIA_SUCCESS);
}
END_TEST

START_TEST(a_bad_peer_section_is_refused)
{
	static const char *const no_net[] = { "10.0.0.0/33" };
	static const struct dia_peer_conf bad[] = {
		{ .host = "" },
		{ .host = "a", .from = no_net, .nfrom = 1 },
		{ .host = "a", .connect = "tcp://name:1" },
	};

	for (size_t i = 0; i < 3; i++)
		ck_assert(!dia_node_add_peer(net.node, &bad[i]));
	ck_assert_uint_eq(net.node->nrules, 0);
	ck_assert_ptr_null(TAILQ_FIRST(&net.node->peers));
}
END_TEST

START_TEST(the_last_peer_section_fits_and_one_more_does_not)
{
	static const struct dia_peer_conf peer = { .host = "a" };

	for (unsigned i = 0; i < DIA_PEERS_MAX; i++)
		ck_assert(dia_node_add_peer(net.node, &peer));
	ck_assert(!dia_node_add_peer(net.node, &peer));
}
END_TEST

START_TEST(the_last_application_fits_and_one_more_does_not)
{
	struct dia_app app = net.node->self.apps[0];

	for (unsigned i = 1; i < DIA_APPS_MAX; i++)
		ck_assert(dia_node_add_app(net.node, &app));
	ck_assert(!dia_node_add_app(net.node, &app));
}
END_TEST

START_TEST(a_cer_without_our_application_is_5010_and_the_end)
{
	int fd = net_connect(&net);
	size_t len = net_cer(buf, "scscf.ims.lab");

	/* The Auth-Application-Id inside the group, before 12 octets of
	 * Supported-Vendor-Id. */
	buf[len - 13] = 1;
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_NO_COMMON_APPLICATION);
	ck_assert_uint_eq(reply.msg.hdr.flags, 0);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

/* Adds an Inband-Security-Id to a CER. */
static size_t
add_security(size_t len, uint8_t id)
{
	const uint8_t avp[] = { 0, 0, 1, 0x2b, DIA_M, 0, 0, 12, 0, 0, 0, id };

	memcpy(buf + len, avp, sizeof avp);
	buf[3] = (uint8_t)(len + sizeof avp);
	ck_assert_uint_lt(len + sizeof avp, 256);
	return len + sizeof avp;
}

START_TEST(a_cer_that_wants_tls_inside_is_5017_and_the_end)
{
	int fd = net_connect(&net);

	net_send(&net, fd, buf, add_security(net_cer(buf, "scscf.ims.lab"), 1));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_NO_COMMON_SECURITY);
	ck_assert_uint_eq(reply.msg.hdr.flags, 0);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(a_cer_that_can_do_without_tls_is_accepted)
{
	int fd = net_connect(&net);
	size_t len = add_security(net_cer(buf, "scscf.ims.lab"), 1);

	net_send(&net, fd, buf, add_security(len, 0));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

/* The relay application (2.4) in the place of ours, in the last group. */
START_TEST(a_relay_is_accepted_and_its_requests_are_served)
{
	int fd = net_connect(&net);
	size_t len = net_cer(buf, "relay.ims.lab");

	memset(buf + len - 16, 0xff, 4);
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert(TAILQ_FIRST(&net.node->peers)->agent);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

/* In CEA and DWA alike, on every connection, as long as the node lives. */
START_TEST(the_origin_state_id_stays_the_same)
{
	for (unsigned i = 0; i < 2; i++) {
		int fd = net_connect(&net);

		net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
		for (unsigned k = 0; k < 2; k++) {
			struct dia_avp avp;
			uint32_t id;

			ck_assert(net_recv(&net, fd, &reply));
			ck_assert(dia_find(reply.msg.avps, 278, 0, &avp));
			ck_assert(dia_get_u32(&avp, &id));
			ck_assert_uint_eq(id, net_conf.state_id);
			net_send(
			    &net, fd, buf, net_base(buf, DIA_DWR, DIA_R, 1));
		}
		close(fd);
	}
}
END_TEST

START_TEST(a_malformed_cer_is_answered_and_the_end)
{
	int fd = net_connect(&net);
	size_t len = net_cer(buf, "scscf.ims.lab");

	buf[4] |= DIA_P;
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_INVALID_HDR_BITS);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

/* --- Watchdog --- */

static void
fast_watchdog(struct dia_node *node, unsigned ms)
{
	node->times.tw = ms;
	node->times.jitter = 0;
}

START_TEST(silence_brings_a_dwr_and_its_answer_more_of_them)
{
	fast_watchdog(net.node, 40);

	int fd = net_peer(&net);

	for (unsigned i = 0; i < 4; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.code, DIA_DWR);
		ck_assert_uint_eq(reply.msg.hdr.flags, DIA_R);
		net_send(&net, fd, buf,
		    net_base(buf, DIA_DWR, 0, reply.msg.hdr.hbh));
	}
	close(fd);
}
END_TEST

START_TEST(two_silences_after_a_dwr_close_the_connection)
{
	fast_watchdog(net.node, 40);

	int fd = net_peer(&net);

	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DWR);
	net_run(&net, 60);
	ck_assert_int_eq(TAILQ_FIRST(&net.node->peers)->wd.state, WD_SUSPECT);
	ck_assert(net_closed(&net, fd));
	net_run(&net, 10);
	ck_assert_ptr_null(TAILQ_FIRST(&net.node->peers));
	ck_assert_uint_eq(net.node->conns.n, 0);
	close(fd);
}
END_TEST

START_TEST(an_answer_in_suspect_saves_the_connection)
{
	fast_watchdog(net.node, 60);

	int fd = net_peer(&net);

	ck_assert(net_recv(&net, fd, &reply));
	net_run(&net, 80);

	struct dia_peer *peer = TAILQ_FIRST(&net.node->peers);

	ck_assert_int_eq(peer->wd.state, WD_SUSPECT);
	net_send(&net, fd, buf, net_base(buf, DIA_DWR, 0, reply.msg.hdr.hbh));
	net_run(&net, 10);
	ck_assert_int_eq(peer->wd.state, WD_OKAY);
	ck_assert(!peer->wd.pending);
	close(fd);
}
END_TEST

START_TEST(traffic_needs_no_dwr)
{
	fast_watchdog(net.node, 100);

	int fd = net_peer(&net);

	for (uint32_t i = 0; i < 10; i++) {
		net_send(&net, fd, buf, net_echo(buf, i));
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.code, NET_ECHO);
		net_run(&net, 30);
	}
	close(fd);
}
END_TEST

START_TEST(the_last_event_waits_and_one_more_is_dropped)
{
	static const struct dia_peer_event dwa = { .event = R_RCV_DWA };
	int fd = net_peer(&net);
	struct dia_peer *peer = TAILQ_FIRST(&net.node->peers);

	peer->running = true;
	for (unsigned i = 0; i < DIA_QUEUE_MAX; i++) {
		dia_peer_event(peer, &dwa);
		ck_assert_uint_eq(peer->nqueue, i + 1);
	}
	dia_peer_event(peer, &dwa);
	ck_assert_uint_eq(peer->nqueue, DIA_QUEUE_MAX);
	peer->running = false;
	peer->nqueue = 0;
	close(fd);
}
END_TEST

START_TEST(the_state_of_all_peers_can_be_logged)
{
	int fd = net_peer(&net);

	dia_node_log_state(net.node);
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("peer", setup, teardown,
	    a_stranger_is_3010_when_strangers_are_refused,
	    a_configured_peer_of_another_realm_is_3010,
	    a_configured_peer_must_come_from_its_addresses,
	    a_bad_peer_section_is_refused,
	    the_last_peer_section_fits_and_one_more_does_not,
	    the_last_application_fits_and_one_more_does_not,
	    a_cer_without_our_application_is_5010_and_the_end,
	    a_cer_that_wants_tls_inside_is_5017_and_the_end,
	    a_cer_that_can_do_without_tls_is_accepted,
	    a_relay_is_accepted_and_its_requests_are_served,
	    the_origin_state_id_stays_the_same,
	    a_malformed_cer_is_answered_and_the_end,
	    silence_brings_a_dwr_and_its_answer_more_of_them,
	    two_silences_after_a_dwr_close_the_connection,
	    an_answer_in_suspect_saves_the_connection, traffic_needs_no_dwr,
	    the_last_event_waits_and_one_more_is_dropped,
	    the_state_of_all_peers_can_be_logged);
}
