/* Requests of ours: which answer is theirs, and how they end without. */
#include "tests/run.h"

#include <unistd.h>

#include "tests/diameter/ours.h"

static struct reply other;

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

int
main(void)
{
	return RUN("outcome", setup, teardown, no_answer_in_time_is_timed_out,
	    the_shorter_time_ends_first, the_second_answer_is_dropped,
	    an_answer_with_another_identifier_or_command_is_dropped,
	    an_answer_from_another_peer_is_dropped,
	    an_answer_after_our_dpr_still_counts,
	    an_answer_may_send_the_next_request,
	    every_end_may_send_the_next_request,
	    a_node_that_is_freed_ends_all_requests);
}
