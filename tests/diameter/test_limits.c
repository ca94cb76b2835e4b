/* What one peer, or many, may take of a node. */
#include "tests/run.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply;
static uint8_t buf[4 * DIA_MESSAGE_MAX];

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

/* --- Requests in work --- */

START_TEST(the_last_held_answer_is_held_and_one_more_request_is_3004)
{
	int fd = net_peer(&net), other = net_peer(&net);
	size_t len = 0;

	net.count = true;
	for (uint32_t i = 0; i <= DIA_HELD_MAX; i++)
		len += net_echo(buf + len, i);
	ck_assert_uint_lt(len, sizeof buf);
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net.requests, DIA_HELD_MAX);
	ck_assert_uint_eq(reply.msg.hdr.hbh, DIA_HELD_MAX);
	ck_assert_uint_eq(net_result(&reply), DIA_TOO_BUSY);
	ck_assert_uint_eq(reply.msg.hdr.flags, DIA_P | DIA_E);

	net_send(&net, other, buf, net_echo(buf, 0x20000));
	ck_assert(net_until(&net, &net.requests, DIA_HELD_MAX + 1));
	dia_node_release(net.node, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 0);
	net_send(&net, fd, buf, net_echo(buf, 0x10000));
	ck_assert(net_until(&net, &net.requests, DIA_HELD_MAX + 2));
	dia_node_release(net.node, DIA_HELD_MAX + 2);
	for (uint32_t i = 1; i < DIA_HELD_MAX; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
		ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	}
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 0x10000);
	close(fd);
	close(other);
}
END_TEST

/* --- Connections before their CER --- */

START_TEST(the_last_newcomer_is_accepted_and_one_more_waits)
{
	int fds[4];

	net.node->newcomers_max = 3;
	for (unsigned i = 0; i < 4; i++)
		fds[i] = net_connect(&net);
	net_run(&net, 20);
	ck_assert_uint_eq(net.node->conns.n, 3);
	ck_assert_uint_eq(net.node->newcomers, 3);
	net_send(&net, fds[3], buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_silent(&net, fds[3], 20));

	net_send(&net, fds[0], buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fds[0], &reply));
	ck_assert(net_recv(&net, fds[3], &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert_uint_eq(net.node->newcomers, 2);
	for (unsigned i = 0; i < 4; i++)
		close(fds[i]);
	net_run(&net, 20);
	ck_assert_uint_eq(net.node->newcomers, 0);
	ck_assert_uint_eq(net.node->conns.n, 0);
}
END_TEST

/* Whatever ends them, the place is free again. */
START_TEST(newcomers_that_go_make_room)
{
	net.node->newcomers_max = 1;
	net.node->times.cer = 40;

	int silent = net_connect(&net), gone = net_connect(&net);

	ck_assert(net_closed(&net, silent));
	close(gone);
	net_run(&net, 20);

	int wrong = net_connect(&net);

	net_send(&net, wrong, buf, net_base(buf, DIA_DWR, DIA_R, 1));
	ck_assert(net_closed(&net, wrong));

	int garbage = net_connect(&net);

	memset(buf, 0, 40);
	net_send(&net, garbage, buf, 40);
	ck_assert(net_closed(&net, garbage));

	int malformed = net_connect(&net);
	size_t len = net_cer(buf, "scscf.ims.lab");

	buf[4] |= DIA_P;
	net_send(&net, malformed, buf, len);
	ck_assert(net_recv(&net, malformed, &reply));
	close(net_peer(&net));
	net_run(&net, 20);
	ck_assert_uint_eq(net.node->newcomers, 0);
	close(silent);
	close(wrong);
	close(garbage);
	close(malformed);
}
END_TEST

START_TEST(a_pause_for_descriptors_and_a_crowd_do_not_undo_each_other)
{
	net.node->newcomers_max = 1;

	int one = net_connect(&net), two = net_connect(&net);

	net_run(&net, 10);
	dia_accept_resume(-1, 0, net.node);
	net_run(&net, 10);
	ck_assert_uint_eq(net.node->newcomers, 1);
	close(one);
	net_send(&net, two, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, two, &reply));
	close(two);
}
END_TEST

/* --- Slow peers --- */

START_TEST(a_message_that_is_not_ended_in_time_ends_the_connection)
{
	net.node->conns.patience_ms = 80;

	int fd = net_peer(&net);
	size_t len = net_echo(buf, 1);

	for (size_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(net.node->conns.n, 1);
		net_send(&net, fd, buf + i, 1);
		net_run(&net, 15);
	}
	ck_assert_uint_lt(4, len);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

/* Each message takes a while, all of them longer than one may. */
START_TEST(slow_messages_that_end_in_time_are_served)
{
	net.node->conns.patience_ms = 80;

	int fd = net_peer(&net);

	for (uint32_t i = 0; i < 5; i++) {
		size_t len = net_echo(buf, i);

		net_send(&net, fd, buf, len / 2);
		net_run(&net, 35);
		net_send(&net, fd, buf + len / 2, len - len / 2);
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	net_run(&net, 120);
	ck_assert_uint_eq(net.node->conns.n, 1);
	close(fd);
}
END_TEST

/* Requests until the connection stays full, as no answer is read. */
static void
stuff(int fd)
{
	const struct dia_conn *conn = TAILQ_FIRST(&net.node->conns.live);
	unsigned full = 0;

	net.answer_len = 60000;
	for (unsigned i = 0; full < 5; i++) {
		size_t len = net_echo(buf, i);

		ck_assert_uint_lt(i, 2000);
		if (!conn->stalled)
			ck_assert_int_eq(
			    send(fd, buf, len, MSG_NOSIGNAL), (ssize_t)len);
		net_run(&net, 2);
		full = conn->stalled ? full + 1 : 0;
	}
}

static int
small_peer(void)
{
	int fd = net_connect(&net), small = 4096;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	return fd;
}

START_TEST(a_peer_that_reads_nothing_is_dropped_in_time)
{
	net.node->conns.patience_ms = 150;

	int fd = small_peer();

	stuff(fd);
	ck_assert_uint_eq(net.node->conns.n, 1);
	for (unsigned i = 0; i < 100 && net.node->conns.n > 0; i++)
		net_run(&net, 10);
	ck_assert_uint_eq(net.node->conns.n, 0);
	close(fd);
}
END_TEST

START_TEST(a_peer_that_reads_in_time_stays)
{
	static uint8_t sink[16 * DIA_MESSAGE_MAX];

	net.node->conns.patience_ms = 300;

	int fd = net_peer(&net);

	stuff(fd);
	for (unsigned i = 0; i < 60; i++) {
		while (recv(fd, sink, sizeof sink, 0) > 0)
			net_run(&net, 1);
		net_run(&net, 10);
	}
	ck_assert_uint_eq(net.node->conns.n, 1);
	ck_assert_uint_eq(TAILQ_FIRST(&net.node->conns.live)->full_ms, 0);
	close(fd);
}
END_TEST

/* The disk is slow then, not the peer. */
START_TEST(a_peer_whose_answers_are_all_held_stays)
{
	net.node->conns.patience_ms = 60;
	net.count = true;

	int fd = net_peer(&net);

	stuff(fd);
	net_run(&net, 200);
	ck_assert_uint_eq(net.node->conns.n, 1);
	dia_node_release(net.node, net.position);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("limits", setup, teardown,
	    the_last_held_answer_is_held_and_one_more_request_is_3004,
	    the_last_newcomer_is_accepted_and_one_more_waits,
	    newcomers_that_go_make_room,
	    a_pause_for_descriptors_and_a_crowd_do_not_undo_each_other,
	    a_message_that_is_not_ended_in_time_ends_the_connection,
	    slow_messages_that_end_in_time_are_served,
	    a_peer_that_reads_nothing_is_dropped_in_time,
	    a_peer_that_reads_in_time_stays,
	    a_peer_whose_answers_are_all_held_stays);
}
