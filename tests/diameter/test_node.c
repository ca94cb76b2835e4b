/* A node over TCP: what a client sends and what it gets. */
#include "tests/run.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply;
static uint8_t buf[2 * DIA_MESSAGE_MAX];

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

START_TEST(cer_without_host_ip_address_gets_2001)
{
	int fd = net_connect(&net);

	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

/* The order of 5.3.2, octet by octet. */
START_TEST(cea_holds_what_a_client_needs)
{
	static const uint8_t expected[] = {
		0x01, 0x00, 0x00, 0xbc, 0x00, 0x00, 0x01, 0x01, /* CEA */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, /* app, hbh */
		0x00, 0x00, 0x00, 0x02,                         /* e2e */
		0x00, 0x00, 0x01, 0x0c, 0x40, 0x00, 0x00,
		0x0c,                   /* Result-Code */
		0x00, 0x00, 0x07, 0xd1, /* 2001 */
		0x00, 0x00, 0x01, 0x08, 0x40, 0x00, 0x00,
		0x13, /* Origin-Host */
		'h', 's', 's', '.', 'i', 'm', 's', '.', 'l', 'a', 'b', 0, 0x00,
		0x00, 0x01, 0x28, 0x40, 0x00, 0x00, 0x0f, /* -Realm */
		'i', 'm', 's', '.', 'l', 'a', 'b', 0, 0x00, 0x00, 0x01, 0x01,
		0x40, 0x00, 0x00, 0x0e,                         /* Host-IP- */
		0x00, 0x01, 0x7f, 0x00, 0x00, 0x01, 0x00, 0x00, /* Address */
		0x00, 0x00, 0x01, 0x0a, 0x40, 0x00, 0x00, 0x0c, /* Vendor-Id */
		0x00, 0x00, 0x00, 0x00,                         /* 0 */
		0x00, 0x00, 0x01, 0x0d, 0x00, 0x00, 0x00, 0x0c, /* Product- */
		't', 'e', 's', 't',                             /* Name */
		0x00, 0x00, 0x01, 0x16, 0x40, 0x00, 0x00, 0x0c, /* Origin- */
		0x00, 0x00, 0x00, 0x4d,                         /* State-Id */
		0x00, 0x00, 0x01, 0x09, 0x40, 0x00, 0x00, 0x0c, /* Supported- */
		0x00, 0x00, 0x00, 0x32,                         /* Vendor-Id */
		0x00, 0x00, 0x01, 0x09, 0x40, 0x00, 0x00, 0x0c, /* another */
		0x00, 0x00, 0x28, 0xaf,                         /* 10415 */
		0x00, 0x00, 0x01, 0x09, 0x40, 0x00, 0x00, 0x0c, /* another */
		0x00, 0x00, 0x32, 0xdb,                         /* 13019 */
		0x00, 0x00, 0x01, 0x04, 0x40, 0x00, 0x00, 0x20, /* VSAI */
		0x00, 0x00, 0x01, 0x0a, 0x40, 0x00, 0x00, 0x0c, /* Vendor-Id */
		0x00, 0x00, 0x28, 0xaf,                         /* 10415 */
		0x00, 0x00, 0x01, 0x02, 0x40, 0x00, 0x00, 0x0c, /* Auth-App- */
		0x01, 0x00, 0x00, 0x00, /* lication-Id */
	};
	int fd = net_connect(&net);

	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.len, sizeof expected);
	ck_assert_mem_eq(reply.octets, expected, sizeof expected);
	close(fd);
}
END_TEST

START_TEST(a_request_gets_the_answer_with_its_ids)
{
	int fd = net_peer(&net);
	struct dia_avp avp;

	net_send(&net, fd, buf, net_echo(buf, 0x1234));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert_uint_eq(reply.msg.hdr.flags, DIA_P);
	ck_assert_uint_eq(reply.msg.hdr.code, NET_ECHO);
	ck_assert_uint_eq(reply.msg.hdr.app, NET_APP);
	ck_assert_uint_eq(reply.msg.hdr.hbh, 0x1234);
	ck_assert_uint_eq(reply.msg.hdr.e2e, ~0x1234u);
	ck_assert(dia_find(reply.msg.avps, 263, 0, &avp));
	ck_assert(dia_slice_eq(avp.data, "scscf;1;2"));
	ck_assert(dia_find(reply.msg.avps, 284, 0, &avp));
	ck_assert(dia_find(reply.msg.avps, 1, 0, &avp));
	ck_assert_uint_eq(avp.data.len, 13);
	close(fd);
}
END_TEST

START_TEST(octets_one_by_one_make_a_message)
{
	int fd = net_connect(&net);
	size_t len = net_cer(buf, "scscf.ims.lab");

	len += net_echo(buf + len, 7);
	for (size_t i = 0; i < len; i++)
		net_send(&net, fd, buf + i, 1);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_CER);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 7);
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

START_TEST(many_messages_in_one_write_are_all_answered_in_order)
{
	int fd = net_peer(&net);
	size_t len = 0;

	for (uint32_t i = 0; i < 300; i++)
		len += net_echo(buf + len, i);
	net_send(&net, fd, buf, len);
	for (uint32_t i = 0; i < 300; i++) {
		ck_assert(net_recv(&net, fd, &reply));
		ck_assert_uint_eq(reply.msg.hdr.hbh, i);
	}
	close(fd);
}
END_TEST

START_TEST(dwr_gets_2001_with_the_state_id)
{
	int fd = net_peer(&net);
	struct dia_avp avp;
	uint32_t id;

	net_send(&net, fd, buf, net_base(buf, DIA_DWR, DIA_R, 9));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DWR);
	ck_assert_uint_eq(reply.msg.hdr.flags, 0);
	ck_assert_uint_eq(reply.msg.hdr.hbh, 9);
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	ck_assert(dia_find(reply.msg.avps, 278, 0, &avp));
	ck_assert(dia_get_u32(&avp, &id));
	ck_assert_uint_eq(id, 77);
	close(fd);
}
END_TEST

START_TEST(a_cer_on_an_open_connection_gets_the_cea_again)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	net_send(&net, fd, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}
END_TEST

START_TEST(two_connections_of_one_name_both_serve)
{
	int one = net_peer(&net), two = net_peer(&net);

	net_send(&net, one, buf, net_echo(buf, 1));
	net_send(&net, two, buf, net_echo(buf, 2));
	ck_assert(net_recv(&net, one, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 1);
	ck_assert(net_recv(&net, two, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 2);
	close(one);
	close(two);
}
END_TEST

START_TEST(an_answer_nobody_asked_for_is_dropped)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_base(buf, DIA_DWR, 0, 99));
	net_send(&net, fd, buf, net_base(buf, DIA_DPR, 0, 99));
	net_send(&net, fd, buf, net_base(buf, DIA_CER, 0, 99));
	net_send(&net, fd, buf, net_echo(buf, 5));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 5);
	close(fd);
}
END_TEST

START_TEST(dpr_gets_dpa_and_the_end)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_base(buf, DIA_DPR, DIA_R, 3));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_DPR);
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
	net_run(&net, 50);
	ck_assert_uint_eq(net.node->conns.n, 0);
	ck_assert_ptr_null(TAILQ_FIRST(&net.node->peers));
}
END_TEST

START_TEST(after_dpa_the_node_closes_when_the_peer_does_not)
{
	net.node->times.closing = 50;

	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_base(buf, DIA_DPR, DIA_R, 3));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(a_connection_without_cer_is_closed_in_time)
{
	net.node->times.cer = 50;

	int fd = net_connect(&net);

	net_run(&net, 10);
	ck_assert_uint_eq(net.node->conns.n, 1);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(anything_before_the_cer_closes)
{
	int fd = net_connect(&net);

	net_send(&net, fd, buf, net_base(buf, DIA_DWR, DIA_R, 1));
	ck_assert(net_closed(&net, fd));
	close(fd);

	fd = net_connect(&net);
	net_send(
	    &net, fd, (const uint8_t *)"GET / HTTP/1.1\r\n\r\n\r\n\r\n", 22);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(the_last_connection_serves_and_one_more_is_closed)
{
	net.node->conns.max = 3;

	int one = net_peer(&net), two = net_peer(&net), three = net_peer(&net);
	int four = net_connect(&net);

	ck_assert(net_closed(&net, four));
	net_send(&net, three, buf, net_echo(buf, 1));
	ck_assert(net_recv(&net, three, &reply));
	close(one);
	net_run(&net, 20);

	int five = net_peer(&net);

	close(two);
	close(three);
	close(four);
	close(five);
}
END_TEST

/* A message of exactly the limit, and one four octets longer. */
START_TEST(the_longest_message_is_taken_and_a_longer_one_ends_it)
{
	struct net_request r = { .app = NET_APP,
		.code = NET_ECHO,
		.flags = DIA_R | DIA_P,
		.dest_realm = "ims.lab" };
	size_t bare = net_request(buf, &r);
	int fd = net_peer(&net);

	net.node->conns.max_message = bare + 4000;
	r.name_len = 4000;
	net_send(&net, fd, buf, net_request(buf, &r));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);

	r.name_len = 4001;
	net_send(&net, fd, buf, net_request(buf, &r));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_INVALID_MESSAGE_LENGTH);
	ck_assert(net_closed(&net, fd));
	ck_assert_uint_eq(net.requests, 1);
	close(fd);
}
END_TEST

START_TEST(length_19_is_5015_and_the_end)
{
	int fd = net_peer(&net);

	net_echo(buf, 1);
	buf[1] = 0;
	buf[2] = 0;
	buf[3] = 19;
	net_send(&net, fd, buf, 20);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_INVALID_MESSAGE_LENGTH);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(a_length_no_multiple_of_four_is_5015_and_the_end)
{
	int fd = net_peer(&net);

	net_echo(buf, 1);
	buf[3] |= 1;
	net_send(&net, fd, buf, 20);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_INVALID_MESSAGE_LENGTH);
	ck_assert(net_closed(&net, fd));
	close(fd);
}
END_TEST

START_TEST(a_peer_that_vanishes_leaves_nothing)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, 0);
	close(fd);
	net_run(&net, 50);
	ck_assert_uint_eq(net.node->conns.n, 0);
	ck_assert_ptr_null(TAILQ_FIRST(&net.node->peers));
}
END_TEST

START_TEST(ipv6_listens_too)
{
	ck_assert(dia_node_listen(net.node, "tcp://[::1]:0"));
	ck_assert_uint_ne(dia_accept_port(net.node, 1), 0);
}
END_TEST

START_TEST(a_listener_that_cannot_open_is_false)
{
	char taken[64];

	snprintf(taken, sizeof taken, "tcp://127.0.0.1:%u",
	    dia_accept_port(net.node, 0));
	ck_assert(!dia_node_listen(net.node, taken));
	ck_assert(!dia_node_listen(net.node, "udp://127.0.0.1:3868"));
	ck_assert_uint_eq(net.node->nlisteners, 1);
}
END_TEST

START_TEST(sixteen_listeners_open_and_one_more_does_not)
{
	for (unsigned i = 1; i < DIA_LISTENERS_MAX; i++)
		ck_assert(dia_node_listen(net.node, "tcp://127.0.0.1:0"));
	ck_assert(!dia_node_listen(net.node, "tcp://127.0.0.1:0"));
}
END_TEST

int
main(void)
{
	return RUN("node", setup, teardown,
	    cer_without_host_ip_address_gets_2001,
	    cea_holds_what_a_client_needs,
	    a_request_gets_the_answer_with_its_ids,
	    octets_one_by_one_make_a_message,
	    many_messages_in_one_write_are_all_answered_in_order,
	    dwr_gets_2001_with_the_state_id,
	    a_cer_on_an_open_connection_gets_the_cea_again,
	    two_connections_of_one_name_both_serve,
	    an_answer_nobody_asked_for_is_dropped, dpr_gets_dpa_and_the_end,
	    after_dpa_the_node_closes_when_the_peer_does_not,
	    a_connection_without_cer_is_closed_in_time,
	    anything_before_the_cer_closes,
	    the_last_connection_serves_and_one_more_is_closed,
	    the_longest_message_is_taken_and_a_longer_one_ends_it,
	    length_19_is_5015_and_the_end,
	    a_length_no_multiple_of_four_is_5015_and_the_end,
	    a_peer_that_vanishes_leaves_nothing, ipv6_listens_too,
	    a_listener_that_cannot_open_is_false,
	    sixteen_listeners_open_and_one_more_does_not);
}
