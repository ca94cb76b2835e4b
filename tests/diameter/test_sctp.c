/*
 * A node over SCTP, where the kernel has it; where it has not, the listener
 * says so and the node goes on with the others.
 */
#include "tests/run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply reply;
static uint8_t buf[DIA_MESSAGE_MAX];
static bool kernel_has_sctp;

static void
setup(void)
{
	int fd = dia_sctp.listen(&(struct dia_uri){
	    .proto = DIA_SCTP,
	    .naddrs = 1,
	    .addrs[0].ss_family = AF_INET,
	});

	kernel_has_sctp = fd >= 0;
	if (fd >= 0)
		close(fd);
	net_open(&net, &net_conf);
}

static void
teardown(void)
{
	net_close(&net);
}

static int
connect_sctp(unsigned port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sin, sizeof sin), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

START_TEST(a_listener_opens_exactly_where_there_is_sctp)
{
	ck_assert(
	    dia_node_listen(net.node, "sctp://127.0.0.1:0") == kernel_has_sctp);
	close(net_peer(&net));
}
END_TEST

START_TEST(requests_are_answered_one_message_a_send)
{
	if (!kernel_has_sctp) {
		errno = 0;
		ck_assert_int_eq(dia_sctp.connect(&(struct dia_uri){
				     .proto = DIA_SCTP,
				     .naddrs = 1,
				     .addrs[0].ss_family = AF_INET,
				 }),
		    -1);
		ck_assert_int_eq(errno, EPROTONOSUPPORT);
		return;
	}
	ck_assert(dia_node_listen(net.node, "sctp://127.0.0.1:0"));

	int fd = connect_sctp(dia_accept_port(net.node, 1));

	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	for (uint32_t i = 0; i < 50; i++)
		net_send(&net, fd, buf, net_echo(buf, i));
	for (uint32_t i = 0; i < 50; i++) {
		/* A receive takes no more than one message at a time. */
		ssize_t n = -1;

		for (unsigned tries = 0; n < 0 && tries < 500; tries++) {
			net_run(&net, 1);
			n = recv(fd, buf, sizeof buf, 0);
		}
		ck_assert_int_gt(n, DIA_HEADER_LEN);

		struct dia_fault fault;
		struct dia_msg msg;

		ck_assert(dia_parse(&msg, buf, (size_t)n, &fault));
		ck_assert_uint_eq(msg.hdr.hbh, i);
	}
	close(fd);
}
END_TEST

START_TEST(several_addresses_are_all_in_the_cea)
{
	if (!kernel_has_sctp) {
		ck_assert(
		    !dia_node_listen(net.node, "sctp://127.0.0.1,127.0.0.2:0"));
		return;
	}
	ck_assert(dia_node_listen(net.node, "sctp://127.0.0.1,127.0.0.2:0"));

	int fd = connect_sctp(dia_accept_port(net.node, 1));
	struct dia_reader r;
	struct dia_avp avp;
	unsigned n = 0;

	net_send(&net, fd, buf, net_cer(buf, "scscf.ims.lab"));
	ck_assert(net_recv(&net, fd, &reply));
	dia_read(&r, reply.msg.avps);
	while (dia_next(&r, &avp))
		n += avp.code == 257;
	ck_assert_uint_eq(n, 2);
	close(fd);
}
END_TEST

START_TEST(two_nodes_connect_over_sctp)
{
	struct dia_node_conf conf = net_conf;
	struct dia_peer_conf peer = { .host = "hss.ims.lab" };
	char uri[64] = "sctp://127.0.0.1:1";

	if (kernel_has_sctp) {
		ck_assert(dia_node_listen(net.node, "sctp://127.0.0.1:0"));
		snprintf(uri, sizeof uri, "sctp://127.0.0.1:%u",
		    dia_accept_port(net.node, 1));
	}
	conf.id.host = "b.ims.lab";

	struct dia_node *b = dia_node_new(net.base, &conf);

	ck_assert(dia_node_add_app(b, &net.node->self.apps[0]));
	peer.connect = uri;
	ck_assert(dia_node_add_peer(b, &peer));
	dia_node_start(b);
	net_run(&net, 300);
	ck_assert_int_eq(
	    TAILQ_FIRST(&b->peers)->state, kernel_has_sctp ? I_OPEN : CLOSED);
	dia_node_free(b);
}
END_TEST

int
main(void)
{
	return RUN("sctp", setup, teardown,
	    a_listener_opens_exactly_where_there_is_sctp,
	    requests_are_answered_one_message_a_send,
	    several_addresses_are_all_in_the_cea, two_nodes_connect_over_sctp);
}
