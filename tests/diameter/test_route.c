/* Where requests of ours go, and where they go when that fails. */
#include "tests/run.h"

#include <unistd.h>

#include "tests/diameter/ours.h"

static uint8_t buf[4096];

/* --- The way there --- */

START_TEST(the_destination_gets_it_whatever_the_case_of_its_name)
{
	int stranger = peer_named("a.ims.lab", false);
	int relay = peer_named("relay.ims.lab", true);
	int fd = peer_named("SCSCF.ims.lab", false);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	ck_assert(net_silent(&net, relay, 10));
	ck_assert(net_silent(&net, stranger, 1));
	close(fd);
	close(relay);
	close(stranger);
}
END_TEST

START_TEST(two_connections_of_the_destination_take_turns)
{
	int one = net_peer(&net), two = net_peer(&net);

	send_one();
	send_one();
	expect_request(one, DIA_R | DIA_P);
	expect_request(two, DIA_R | DIA_P);
	ck_assert(net_silent(&net, one, 10));
	close(one);
	close(two);
}
END_TEST

START_TEST(a_relay_gets_what_is_for_others)
{
	int relay = peer_named("relay.ims.lab", true);

	send_one();
	expect_request(relay, DIA_R | DIA_P);
	answer(relay, &reply.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	close(relay);
}
END_TEST

START_TEST(no_destination_is_an_agents_business)
{
	int fd = net_peer(&net), relay = peer_named("relay.ims.lab", true);

	out.dest_host = NULL;
	send_one();
	expect_request(relay, DIA_R | DIA_P);
	ck_assert(net_silent(&net, fd, 10));
	close(fd);
	close(relay);
}
END_TEST

START_TEST(without_a_way_it_is_undeliverable)
{
	send_one();
	ck_assert_uint_eq(results[DIA_UNDELIVERABLE], 0);
	ck_assert(net_until(&net, &results[DIA_UNDELIVERABLE], 1));
}
END_TEST

/* It would take a request for another peer as its own. */
START_TEST(a_peer_with_the_application_is_no_agent)
{
	int fd = peer_named("a.ims.lab", false);

	send_one();
	ck_assert(net_until(&net, &results[DIA_UNDELIVERABLE], 1));
	ck_assert(net_silent(&net, fd, 10));
	close(fd);
}
END_TEST

/* net_echo() is of scscf.ims.lab. */
START_TEST(a_peer_that_has_forwarded_is_an_agent)
{
	int fd = peer_named("proxy.ims.lab", false);

	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, fd, &reply));
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	close(fd);
}
END_TEST

/* A full connection of the destination is no reason to go around. */
START_TEST(an_agent_does_not_stand_in_for_a_full_destination)
{
	int fd = net_peer(&net), relay = peer_named("relay.ims.lab", true);

	TAILQ_FIRST(&net.node->peers)->npending = DIA_PEER_PENDING_MAX;
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_LATER);
	TAILQ_FIRST(&net.node->peers)->npending = 0;
	close(fd);
	close(relay);
}
END_TEST

/* --- Failover --- */

START_TEST(a_lost_connection_fails_over_to_another_with_t)
{
	int one = net_peer(&net), two = net_peer(&net);

	send_one();
	expect_request(one, DIA_R | DIA_P);

	struct dia_header first = reply.msg.hdr;

	close(one);
	expect_request(two, DIA_R | DIA_P | DIA_T);
	ck_assert_uint_eq(reply.msg.hdr.e2e, first.e2e);
	ck_assert_uint_ne(reply.msg.hdr.hbh, first.hbh);
	answer(two, &reply.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	close(two);
}
END_TEST

START_TEST(it_fails_over_to_a_relay_too)
{
	int fd = net_peer(&net), relay = peer_named("relay.ims.lab", true);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	close(fd);
	expect_request(relay, DIA_R | DIA_P | DIA_T);
	close(relay);
	ck_assert(net_until(&net, &results[DIA_LOST], 1));
}
END_TEST

START_TEST(a_lost_connection_without_another_loses_its_requests)
{
	int fd = net_peer(&net), stranger = peer_named("a.ims.lab", false);

	send_one();
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	close(fd);
	ck_assert(net_until(&net, &results[DIA_LOST], 2));
	ck_assert_uint_eq(net.node->requests.pending.n, 0);
	close(stranger);
}
END_TEST

static void
suspect(struct dia_peer *peer)
{
	peer->wd.pending = true;
	peer->wd_due = 0;
	event_active(peer->wd_timer, EV_TIMEOUT, 0);
	net_run(&net, 5);
	ck_assert_int_eq(peer->wd.state, WD_SUSPECT);
}

START_TEST(a_suspect_peer_fails_over_and_gets_nothing_new)
{
	int one = net_peer(&net), two = net_peer(&net);

	send_one();
	expect_request(one, DIA_R | DIA_P);
	suspect(TAILQ_FIRST(&net.node->peers));
	expect_request(two, DIA_R | DIA_P | DIA_T);
	send_one();
	expect_request(two, DIA_R | DIA_P);
	ck_assert(net_silent(&net, one, 10));
	close(one);
	close(two);
}
END_TEST

START_TEST(a_suspect_peer_without_another_may_still_answer)
{
	int fd = net_peer(&net);
	struct dia_peer *peer = TAILQ_FIRST(&net.node->peers);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	suspect(peer);
	send_one();
	ck_assert(net_until(&net, &results[DIA_UNDELIVERABLE], 1));
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	ck_assert_int_eq(peer->wd.state, WD_OKAY);
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	close(fd);
}
END_TEST

START_TEST(after_its_dpr_a_peer_gets_nothing_new)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_base(buf, DIA_DPR, DIA_R, 1));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
	send_one();
	ck_assert(net_until(&net, &results[DIA_UNDELIVERABLE], 1));
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("route", setup, teardown,
	    the_destination_gets_it_whatever_the_case_of_its_name,
	    two_connections_of_the_destination_take_turns,
	    a_relay_gets_what_is_for_others,
	    no_destination_is_an_agents_business,
	    without_a_way_it_is_undeliverable,
	    a_peer_with_the_application_is_no_agent,
	    a_peer_that_has_forwarded_is_an_agent,
	    an_agent_does_not_stand_in_for_a_full_destination,
	    a_lost_connection_fails_over_to_another_with_t,
	    it_fails_over_to_a_relay_too,
	    a_lost_connection_without_another_loses_its_requests,
	    a_suspect_peer_fails_over_and_gets_nothing_new,
	    a_suspect_peer_without_another_may_still_answer,
	    after_its_dpr_a_peer_gets_nothing_new);
}
