/* Connections under pressure: clients that do not read, answers that wait. */
#include "tests/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply;
static uint8_t buf[DIA_MESSAGE_MAX];

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

static const struct dia_conn *
first_conn(void)
{
	return TAILQ_FIRST(&net.node->conns.live);
}

/* Sends requests until neither side takes more; how many went whole.  *part
 * is how much of the last one went. */
static uint32_t
send_until_stuck(int fd, uint32_t most, size_t *part)
{
	uint32_t n = 0;
	unsigned stuck = 0;

	*part = 0;
	while (n < most && stuck < 20) {
		size_t len = net_request(buf, &(struct net_request){
						  .app = NET_APP,
						  .code = NET_ECHO,
						  .hbh = n,
						  .flags = DIA_R | DIA_P,
						  .name_len = 20000,
					      });
		ssize_t sent = send(fd, buf + *part, len - *part, MSG_NOSIGNAL);

		ck_assert(sent > 0 || errno == EAGAIN);
		stuck = sent > 0 ? 0 : stuck + 1;
		if (sent > 0 && (*part += (size_t)sent) == len) {
			*part = 0;
			n++;
		}
		if (sent < 0 || n % 64 == 0)
			net_run(&net, 1);
		ck_assert_uint_le(dia_conn_waiting(first_conn()), DIA_OUT_MAX);
	}
	return n;
}

START_TEST(a_client_that_never_reads_is_read_no_further)
{
	int fd = net_peer(&net);
	size_t part;

	uint32_t n = send_until_stuck(fd, 20000, &part);
	unsigned served = net.requests;

	ck_assert_uint_lt(n, 20000);
	net_run(&net, 50);
	ck_assert_uint_eq(net.requests, served);
	ck_assert_uint_lt(served, n);
	ck_assert_uint_le(dia_conn_waiting(first_conn()), DIA_OUT_MAX);
	ck_assert_uint_le(
	    dia_buf_len(&first_conn()->in), DIA_READ_MAX + DIA_MESSAGE_MAX);

	/* Others are served meanwhile. */
	int other = net_peer(&net);

	net_send(&net, other, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, other, &reply));
	close(other);

	/* It reads again: everything comes, in order. */
	for (uint32_t i = 0; i < n; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	ck_assert_uint_eq(net.requests, n + 1);
	close(fd);
}
END_TEST

START_TEST(answers_wait_for_their_position_and_come_in_order)
{
	int fd = net_peer(&net);
	size_t len = 0;

	net.count = true;
	for (uint32_t i = 1; i <= 10; i++)
		len += net_echo(buf + len, i);
	net_send(&net, fd, buf, len);
	ck_assert(net_until(&net, &net.requests, 10));
	ck_assert(net_silent(&net, fd, 20));
	dia_node_release(net.node, 3);
	for (uint32_t i = 1; i <= 3; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	ck_assert(net_silent(&net, fd, 20));
	dia_node_release(net.node, 2);
	ck_assert(net_silent(&net, fd, 20));
	dia_node_release(net.node, 10);
	for (uint32_t i = 4; i <= 10; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	close(fd);
}
END_TEST

START_TEST(a_position_already_reached_does_not_wait)
{
	int fd = net_peer(&net);

	net.count = true;
	dia_node_release(net.node, 1);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, fd, &reply));
	net_send(&net, fd, buf, net_echo(buf, 2));
	ck_assert(net_until(&net, &net.requests, 2));
	ck_assert(net_silent(&net, fd, 20));
	close(fd);
}
END_TEST

START_TEST(held_answers_do_not_hold_a_dwa)
{
	int fd = net_peer(&net);
	size_t len = net_echo(buf, 1);

	net.count = true;
	len += net_base(buf + len, DIA_DWR, DIA_R, 2);
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DWR);
	dia_node_release(net.node, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 1);
	close(fd);
}
END_TEST

START_TEST(a_dpa_comes_behind_the_held_answers)
{
	int fd = net_peer(&net);
	size_t len = net_echo(buf, 1);

	net.count = true;
	len += net_base(buf + len, DIA_DPR, DIA_R, 2);
	net_send(&net, fd, buf, len);
	ck_assert(net_silent(&net, fd, 30));
	dia_node_release(net.node, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
	close(fd);
}
END_TEST

START_TEST(refused_answers_are_5012)
{
	int fd = net_peer(&net);
	size_t len = net_echo(buf, 1);

	net.count = true;
	len += net_echo(buf + len, 2);
	net_send(&net, fd, buf, len);
	ck_assert(net_until(&net, &net.requests, 2));
	net_run(&net, 5);
	dia_node_refuse(net.node);
	for (uint32_t i = 1; i <= 2; i++) {
		struct dia_avp avp;

		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
		ck_assert_uint_eq(reply.msg.hdr.flags, DIA_P);
		ck_assert_uint_eq(net_result(&reply), DIA_UNABLE_TO_COMPLY);
		ck_assert(dia_find(reply.msg.avps, 263, 0, &avp));
		ck_assert(dia_find(reply.msg.avps, 284, 0, &avp));
	}
	close(fd);
}
END_TEST

START_TEST(held_answers_are_bounded_too)
{
	int fd = net_peer(&net);
	size_t part;

	net.count = true;

	uint32_t n = send_until_stuck(fd, 100, &part);

	net_run(&net, 50);

	unsigned served = net.requests;

	ck_assert_uint_eq(n, 100);
	ck_assert_uint_lt(served, 100);
	ck_assert_uint_gt(dia_buf_len(&first_conn()->out.held), 0);
	dia_node_release(net.node, UINT64_MAX);
	for (uint32_t i = 0; i < n; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	close(fd);
}
END_TEST

START_TEST(a_client_gone_with_answers_held_leaves_nothing)
{
	int fd = net_peer(&net);

	net.count = true;
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_until(&net, &net.requests, 1));
	close(fd);
	net_run(&net, 30);
	dia_node_release(net.node, 1);
	ck_assert_uint_eq(net.node->conns.n, 0);
}
END_TEST

START_TEST(without_descriptors_it_waits_and_then_accepts)
{
	struct rlimit old, none;
	int fd = net_peer(&net);

	net.node->times.pause = 30;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);

	int late = net_connect(&net);

	none = old;
	none.rlim_cur = (rlim_t)late + 1;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	net_run(&net, 20);
	ck_assert_uint_eq(net.node->conns.n, 1);
	ck_assert(!event_pending(net.node->listeners[0].event, EV_READ, NULL));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	net_send(&net, late, buf, net_cer(buf, "late.ims.lab"));
	ck_assert(net_recv(&net, late, &reply));
	close(late);
	close(fd);
}
END_TEST

/* A transport that fails once as SCTP may, and else is TCP. */
static int read_error;

static ssize_t
read_failing_once(int fd, uint8_t *octets, size_t have, size_t cap)
{
	if (read_error == 0)
		return dia_tcp.read(fd, octets, have, cap);
	errno = read_error;
	read_error = 0;
	return -1;
}

static void
fail_once(struct dia_transport *row, int error)
{
	*row = dia_tcp;
	row->read = read_failing_once;
	read_error = error;
	TAILQ_FIRST(&net.node->conns.live)->transport = row;
}

START_TEST(an_association_begun_anew_wants_a_cer)
{
	struct dia_transport row;
	int fd = net_peer(&net);

	fail_once(&row, ERESTART);
	net_send(&net, fd, buf, net_cer(buf, "again.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert_str_eq(TAILQ_FIRST(&net.node->peers)->host, "again.ims.lab");
	ck_assert_uint_eq(net.node->conns.n, 1);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, fd, &reply));
	close(fd);
}
END_TEST

START_TEST(a_trimmed_connection_holds_no_memory_but_what_waits)
{
	int fd = net_peer(&net);
	struct dia_conn *conn = TAILQ_FIRST(&net.node->conns.live);

	ck_assert_uint_gt(conn->out.now.cap, 0);

	size_t len = net_echo(buf, 1);

	net_send(&net, fd, buf, len - 1);
	ck_assert(net_silent(&net, fd, 10));
	dia_conn_trim(conn);
	ck_assert_uint_eq(conn->out.now.cap, 0);
	ck_assert_uint_gt(dia_buf_len(&conn->in), 0);
	net_send(&net, fd, buf + len - 1, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 1);
	close(fd);
}
END_TEST

START_TEST(an_association_begun_anew_without_a_cer_ends)
{
	struct dia_transport row;
	int fd = net_peer(&net);

	fail_once(&row, ERESTART);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_closed(&net, fd));
	ck_assert_uint_eq(net.requests, 0);
}
END_TEST

START_TEST(what_is_not_one_message_ends_the_connection)
{
	struct dia_transport row;
	int fd = net_peer(&net);

	fail_once(&row, EBADMSG);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_closed(&net, fd));
	ck_assert_uint_eq(net.requests, 0);
}
END_TEST

int
main(void)
{
	return RUN("conn", setup, teardown,
	    a_client_that_never_reads_is_read_no_further,
	    answers_wait_for_their_position_and_come_in_order,
	    a_position_already_reached_does_not_wait,
	    held_answers_do_not_hold_a_dwa, a_dpa_comes_behind_the_held_answers,
	    refused_answers_are_5012, held_answers_are_bounded_too,
	    a_client_gone_with_answers_held_leaves_nothing,
	    without_descriptors_it_waits_and_then_accepts,
	    an_association_begun_anew_wants_a_cer,
	    an_association_begun_anew_without_a_cer_ends,
	    what_is_not_one_message_ends_the_connection,
	    a_trimmed_connection_holds_no_memory_but_what_waits);
}
