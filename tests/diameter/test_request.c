/* Requests of ours: what is on the wire, and how many may be. */
#include "tests/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diameter/ours.h"

static struct reply other;

/* --- On the wire --- */

START_TEST(a_request_is_answered)
{
	int fd = net_peer(&net);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	ck_assert_uint_eq(calls, 0);
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	ck_assert_uint_eq(result_code, DIA_SUCCESS);
	net_run(&net, 20);
	ck_assert_uint_eq(calls, 1);
	close(fd);
}
END_TEST

/* Session-Id first, then what the application put. */
START_TEST(it_begins_with_a_new_session_id)
{
	int fd = net_peer(&net);
	char text[2][128];

	for (unsigned i = 0; i < 2; i++) {
		struct dia_reader r;
		struct dia_avp avp;

		send_one();
		expect_request(fd, DIA_R | DIA_P);
		dia_read(&r, reply.msg.avps);
		ck_assert(dia_next(&r, &avp));
		ck_assert_uint_eq(avp.code, 263);
		ck_assert_uint_lt(avp.data.len, sizeof text[i]);
		memcpy(text[i], avp.data.p, avp.data.len);
		text[i][avp.data.len] = '\0';
		ck_assert(dia_next(&r, &avp));
		ck_assert_uint_eq(avp.code, 293);
	}

	unsigned high[2], low[2];

	for (unsigned i = 0; i < 2; i++)
		ck_assert_int_eq(
		    sscanf(text[i], "hss.ims.lab;%u;%u", &high[i], &low[i]), 2);
	ck_assert_uint_le(high[0], (unsigned)time(NULL));
	ck_assert_uint_ge(high[0], (unsigned)time(NULL) - 10);
	ck_assert_uint_eq(high[1], high[0]);
	ck_assert_uint_eq(low[1], low[0] + 1);
	close(fd);
}
END_TEST

START_TEST(identifiers_are_new_and_the_end_to_end_one_begins_with_the_time)
{
	int fd = net_peer(&net);
	unsigned now = (unsigned)time(NULL) & 0xfff;

	send_one();
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	ck_assert(net_recv(&net, fd, &other));
	ck_assert_uint_ne(reply.msg.hdr.hbh, other.msg.hdr.hbh);
	ck_assert_uint_ne(reply.msg.hdr.e2e, other.msg.hdr.e2e);

	unsigned age = (now - (reply.msg.hdr.e2e >> 20)) & 0xfff;

	ck_assert_uint_le(age, 10);
	close(fd);
}
END_TEST

/* Header 20, Session-Id, Destination-Host 24, header of User-Name 8. */
START_TEST(the_longest_request_leaves_and_a_longer_one_is_never_sent)
{
	int fd = net_peer(&net);

	name_len = 0;
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	name_len = DIA_MESSAGE_MAX - reply.len;
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	ck_assert_uint_eq(reply.len, DIA_MESSAGE_MAX);
	name_len++;
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_NEVER);
	close(fd);
}
END_TEST

START_TEST(another_command_or_application_is_never_sent)
{
	int fd = net_peer(&net);

	out.code++;
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_NEVER);
	out.code--;
	out.app++;
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_NEVER);
	ck_assert(net_silent(&net, fd, 20));
	ck_assert_uint_eq(calls, 0);
	close(fd);
}
END_TEST

/* --- Limits --- */

START_TEST(a_peers_last_request_is_sent_and_one_more_is_not)
{
	int fd = net_peer(&net), stranger = peer_named("x.ims.lab", false);

	out.timeout_ms = 60000;
	for (unsigned i = 0; i < DIA_PEER_PENDING_MAX; i++)
		send_one();
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_LATER);
	expect_request(fd, DIA_R | DIA_P);
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(calls, 1);
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_LATER);
	out.dest_host = "x.ims.lab";
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
	close(fd);
	close(stranger);
}
END_TEST

START_TEST(the_last_request_of_all_is_kept_and_one_more_is_not)
{
	out.dest_host = NULL;
	for (unsigned i = 0; i < DIA_PENDING_MAX; i++)
		send_one();
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_LATER);
	ck_assert(
	    net_until(&net, &results[DIA_UNDELIVERABLE], DIA_PENDING_MAX));
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
}
END_TEST

/* It reads nothing: the room for one more message of the greatest length
 * decides. */
START_TEST(a_peer_whose_output_is_full_gets_no_more)
{
	int fd = net_peer(&net);
	struct dia_peer *peer = TAILQ_FIRST(&net.node->peers);
	unsigned n = 0;

	name_len = 60000;
	while (dia_node_send(net.node, &out) == DIA_SENT)
		ck_assert_uint_lt(n++, 10);
	ck_assert_uint_gt(n, 1);
	ck_assert(!dia_conn_has_room(peer->r));
	expect_request(fd, DIA_R | DIA_P);
	ck_assert(dia_conn_has_room(peer->r));
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("request", setup, teardown, a_request_is_answered,
	    it_begins_with_a_new_session_id,
	    identifiers_are_new_and_the_end_to_end_one_begins_with_the_time,
	    the_longest_request_leaves_and_a_longer_one_is_never_sent,
	    another_command_or_application_is_never_sent,
	    a_peers_last_request_is_sent_and_one_more_is_not,
	    the_last_request_of_all_is_kept_and_one_more_is_not,
	    a_peer_whose_output_is_full_gets_no_more);
}
