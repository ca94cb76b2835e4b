/* Requests of ours: what is on the wire, where it goes, how it ends. */
#include "tests/run.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply, other;
static uint8_t buf[DIA_MESSAGE_MAX];

/* What answer() was told. */
static unsigned calls, results[5];
static uint32_t result_code;
static struct dia_out_request out;
static size_t name_len;

static void
fill(void *arg, struct dia_writer *w)
{
	static const uint8_t zeroes[2 * DIA_MESSAGE_MAX];

	dia_put_str(w, BASE(DESTINATION_HOST), "scscf.ims.lab");
	dia_put(w, BASE(USER_NAME), zeroes, name_len);
}

static void
on_answer(void *arg, const struct dia_msg *ans, enum dia_outcome outcome)
{
	struct dia_avp avp;

	calls++;
	results[outcome]++;
	ck_assert((ans != NULL) == (outcome == DIA_ANSWERED));
	if (ans != NULL && dia_find(ans->avps, 268, 0, &avp))
		dia_get_u32(&avp, &result_code);
}

static void
setup(void)
{
	net_open(&net, &net_conf);
	calls = 0;
	memset(results, 0, sizeof results);
	name_len = 5;
	out = (struct dia_out_request){
		.app = NET_APP,
		.code = NET_ECHO,
		.dest_host = "scscf.ims.lab",
		.timeout_ms = 2000,
		.fill = fill,
		.answer = on_answer,
	};
}

static void
teardown(void)
{
	net_close(&net);
}

/* A peer of that name; a relay announces another application. */
static int
peer_named(const char *host, bool relay)
{
	int fd = net_connect(&net);
	size_t len = net_cer(buf, host);

	if (relay)
		memset(buf + len - 16, 0xff, 4);
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	return fd;
}

static void
send_one(void)
{
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
	ck_assert_uint_eq(calls, 0);
}

/* The next message is our request. */
static void
expect_request(int fd, uint8_t flags)
{
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, NET_ECHO);
	ck_assert_uint_eq(reply.msg.hdr.app, NET_APP);
	ck_assert_uint_eq(reply.msg.hdr.flags, flags);
}

static size_t
make_answer(const struct dia_header *req)
{
	struct dia_header hdr = *req;
	struct dia_writer w;

	hdr.flags = DIA_P;
	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	return dia_end(&w);
}

static void
answer(int fd, const struct dia_header *req)
{
	net_send(&net, fd, buf, make_answer(req));
	net_run(&net, 10);
}

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

/* --- Answers --- */

START_TEST(no_answer_in_time_is_timed_out)
{
	int fd = net_peer(&net);

	out.timeout_ms = 60;
	send_one();
	expect_request(fd, DIA_R | DIA_P);
	net_run(&net, 20);
	ck_assert_uint_eq(calls, 0);
	ck_assert(net_until(&net, &results[DIA_TIMED_OUT], 1));
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(net.node->requests.pending.n, 0);
	close(fd);
}
END_TEST

START_TEST(the_shorter_time_ends_first)
{
	int fd = net_peer(&net);

	out.timeout_ms = 3000;
	send_one();
	out.timeout_ms = 30;
	send_one();
	ck_assert(net_until(&net, &results[DIA_TIMED_OUT], 1));
	ck_assert_uint_eq(net.node->requests.pending.n, 1);
	close(fd);
}
END_TEST

START_TEST(the_second_answer_is_dropped)
{
	int fd = net_peer(&net);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	answer(fd, &reply.msg.hdr);
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(calls, 1);
	close(fd);
}
END_TEST

START_TEST(an_answer_with_another_identifier_or_command_is_dropped)
{
	int fd = net_peer(&net);
	struct dia_header good, bad;

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	good = bad = reply.msg.hdr;
	bad.hbh++;
	answer(fd, &bad);
	bad = good;
	bad.e2e++;
	answer(fd, &bad);
	bad = good;
	bad.code++;
	answer(fd, &bad);
	bad = good;
	bad.app++;
	answer(fd, &bad);
	ck_assert_uint_eq(calls, 0);
	answer(fd, &good);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	close(fd);
}
END_TEST

START_TEST(an_answer_from_another_peer_is_dropped)
{
	int fd = net_peer(&net), stranger = peer_named("x.ims.lab", false);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	answer(stranger, &reply.msg.hdr);
	ck_assert_uint_eq(calls, 0);
	answer(fd, &reply.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	close(fd);
	close(stranger);
}
END_TEST

START_TEST(an_answer_after_our_dpr_still_counts)
{
	int fd = net_peer(&net);

	send_one();
	expect_request(fd, DIA_R | DIA_P);
	other = reply;
	dia_node_stop(net.node, NULL, NULL);
	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SEND_NEVER);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
	answer(fd, &other.msg.hdr);
	ck_assert_uint_eq(results[DIA_ANSWERED], 1);
	close(fd);
}
END_TEST

static void
answer_and_send(void *arg, const struct dia_msg *ans, enum dia_outcome outcome)
{
	on_answer(arg, ans, outcome);
	if (calls < 3)
		ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
}

START_TEST(an_answer_may_send_the_next_request)
{
	int fd = net_peer(&net);

	out.answer = answer_and_send;
	send_one();
	for (unsigned i = 0; i < 3; i++) {
		expect_request(fd, DIA_R | DIA_P);
		answer(fd, &reply.msg.hdr);
		ck_assert_uint_eq(calls, i + 1);
	}
	close(fd);
}
END_TEST

START_TEST(every_end_may_send_the_next_request)
{
	out.answer = answer_and_send;
	send_one();
	ck_assert(net_until(&net, &results[DIA_UNDELIVERABLE], 3));
	net_run(&net, 10);
	ck_assert_uint_eq(calls, 3);
}
END_TEST

START_TEST(a_node_that_is_freed_ends_all_requests)
{
	int fd = net_peer(&net);

	send_one();
	out.dest_host = "nobody.ims.lab";
	send_one();
	dia_node_free(net.node);
	net.node = NULL;
	ck_assert_uint_eq(results[DIA_LOST], 1);
	ck_assert_uint_eq(results[DIA_UNDELIVERABLE], 1);
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
	    no_answer_in_time_is_timed_out, the_shorter_time_ends_first,
	    the_second_answer_is_dropped,
	    an_answer_with_another_identifier_or_command_is_dropped,
	    an_answer_from_another_peer_is_dropped,
	    an_answer_after_our_dpr_still_counts,
	    an_answer_may_send_the_next_request,
	    every_end_may_send_the_next_request,
	    a_node_that_is_freed_ends_all_requests,
	    a_peers_last_request_is_sent_and_one_more_is_not,
	    the_last_request_of_all_is_kept_and_one_more_is_not,
	    a_peer_whose_output_is_full_gets_no_more);
}
