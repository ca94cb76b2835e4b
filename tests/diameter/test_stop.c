/* Stopping a node: DPR to all, what is held leaves, an end in any case. */
#include "tests/run.h"

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

static void
done(void *arg)
{
	(*(unsigned *)arg)++;
}

START_TEST(without_connections_it_is_done_in_the_next_turn)
{
	dia_node_stop(net.node, done, &net.done);
	ck_assert_uint_eq(net.done, 0);
	net_run(&net, 1);
	ck_assert_uint_eq(net.done, 1);
}
END_TEST

START_TEST(every_peer_gets_a_dpr_and_its_dpa_ends_it)
{
	int one = net_peer(&net), two = net_peer(&net), fds[] = { one, two };

	dia_node_stop(net.node, done, &net.done);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert(net_recv(&net, fds[i], &reply));
		ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
		ck_assert_uint_eq(reply.msg.hdr.flags, DIA_R);
		net_send(&net, fds[i], buf,
		    net_base(buf, DIA_DPR, 0, reply.msg.hdr.hbh));
		ck_assert(net_closed(&net, fds[i]));
		close(fds[i]);
	}
	ck_assert(net_until(&net, &net.done, 1));
	ck_assert_uint_eq(net.node->conns.n, 0);
}
END_TEST

START_TEST(a_peer_that_answers_no_dpr_is_waited_for_a_second)
{
	int fd = net_peer(&net);

	net.node->times.stop = 60;
	dia_node_stop(net.node, done, &net.done);
	net_run(&net, 30);
	ck_assert_uint_eq(net.done, 0);
	ck_assert(net_until(&net, &net.done, 1));
	net_run(&net, 100);
	ck_assert_uint_eq(net.done, 1);
	close(fd);
}
END_TEST

START_TEST(no_new_connections_while_it_stops)
{
	int fd = net_peer(&net);
	unsigned port = dia_accept_port(net.node, 0);

	ck_assert_uint_ne(port, 0);
	dia_node_stop(net.node, done, &net.done);
	ck_assert_uint_eq(dia_accept_port(net.node, 0), 0);
	ck_assert_uint_eq(net.node->nlisteners, 0);
	close(fd);
}
END_TEST

START_TEST(a_connection_before_its_cer_is_closed_at_once)
{
	int fd = net_connect(&net);

	net_run(&net, 10);
	ck_assert_uint_eq(net.node->conns.n, 1);
	dia_node_stop(net.node, done, &net.done);
	net_run(&net, 5);
	ck_assert_uint_eq(net.done, 1);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(held_answers_leave_while_it_stops)
{
	int fd = net_peer(&net);

	net.count = true;
	net_send(&net, fd, buf, net_echo(buf, 42));
	ck_assert(net_until(&net, &net.requests, 1));
	dia_node_stop(net.node, done, &net.done);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
	net_send(&net, fd, buf, net_base(buf, DIA_DPR, 0, reply.msg.hdr.hbh));
	net_run(&net, 20);
	ck_assert_uint_eq(net.done, 0);
	dia_node_release(net.node, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 42);
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert(net_closed(&net, fd));
	close(fd);
	ck_assert(net_until(&net, &net.done, 1));
}
END_TEST

static void
free_node(void *arg)
{
	dia_node_free(net.node);
	net.node = NULL;
	(*(unsigned *)arg)++;
}

START_TEST(done_may_free_the_node)
{
	int fd = net_peer(&net);

	dia_node_stop(net.node, free_node, &net.done);
	close(fd);
	ck_assert(net_until(&net, &net.done, 1));
	ck_assert_ptr_null(net.node);
}
END_TEST

START_TEST(time_up_may_free_the_node)
{
	int fd = net_peer(&net);

	net.node->times.stop = 20;
	dia_node_stop(net.node, free_node, &net.done);
	ck_assert(net_until(&net, &net.done, 1));
	ck_assert_ptr_null(net.node);
	close(fd);
}
END_TEST

START_TEST(stopping_twice_is_stopping_once)
{
	dia_node_stop(net.node, done, &net.done);
	dia_node_stop(net.node, done, &net.done);
	net_run(&net, 5);
	ck_assert_uint_eq(net.done, 1);
}
END_TEST

START_TEST(freeing_a_busy_node_closes_all)
{
	int fd = net_peer(&net);

	net.count = true;
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_until(&net, &net.requests, 1));
	dia_node_free(net.node);
	net.node = NULL;
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("stop", setup, teardown,
	    without_connections_it_is_done_in_the_next_turn,
	    every_peer_gets_a_dpr_and_its_dpa_ends_it,
	    a_peer_that_answers_no_dpr_is_waited_for_a_second,
	    no_new_connections_while_it_stops,
	    a_connection_before_its_cer_is_closed_at_once,
	    held_answers_leave_while_it_stops, done_may_free_the_node,
	    time_up_may_free_the_node, stopping_twice_is_stopping_once,
	    freeing_a_busy_node_closes_all);
}
