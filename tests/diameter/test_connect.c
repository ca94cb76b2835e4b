/* Peers we connect to: capabilities, elections, trying again. */
#include "tests/run.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
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

static void
fast_watchdog(struct dia_node *node, unsigned ms)
{
	node->times.tw = ms;
	node->times.jitter = 0;
}

/* A second node on the same loop. */
static struct dia_node *
other_node(const char *host)
{
	struct dia_node_conf conf = net_conf;

	conf.id.host = host;

	struct dia_node *node = dia_node_new(net.base, &conf);

	ck_assert_ptr_nonnull(node);
	ck_assert(dia_node_add_app(node, &net.node->self.apps[0]));
	ck_assert(dia_node_listen(node, "tcp://127.0.0.1:0"));
	return node;
}

static char uris[2][64];

static struct dia_peer *
connect_to(struct dia_node *from, const struct dia_node *to, unsigned port,
    const char *name, unsigned slot)
{
	if (port == 0)
		port = dia_accept_port(to, 0);
	snprintf(uris[slot], sizeof uris[slot], "tcp://127.0.0.1:%u", port);

	struct dia_peer_conf conf = { .host = name, .connect = uris[slot] };

	ck_assert(dia_node_add_peer(from, &conf));
	return TAILQ_FIRST(&from->peers);
}

START_TEST(we_connect_and_exchange_capabilities)
{
	struct dia_node *b = other_node("b.ims.lab");
	struct dia_peer *peer = connect_to(net.node, b, 0, "b.ims.lab", 0);

	dia_node_start(net.node);
	net_run(&net, 50);
	ck_assert_int_eq(peer->state, I_OPEN);
	ck_assert_uint_eq(peer->common, 1);
	ck_assert_int_eq(peer->wd.state, WD_OKAY);
	ck_assert_int_eq(TAILQ_FIRST(&b->peers)->state, R_OPEN);
	ck_assert_str_eq(TAILQ_FIRST(&b->peers)->host, "hss.ims.lab");
	dia_node_free(b);
}
END_TEST

/* Both open at once: the connection of the lesser name is kept by the greater
 * (5.6.4), and one is left. */
START_TEST(an_election_leaves_one_connection)
{
	struct dia_node *b = other_node("a.ims.lab");
	struct dia_peer *ours = connect_to(net.node, b, 0, "a.ims.lab", 0);
	struct dia_peer *theirs = connect_to(b, net.node, 0, "hss.ims.lab", 1);

	dia_node_start(net.node);
	dia_node_start(b);
	net_run(&net, 100);
	ck_assert_int_eq(ours->state, R_OPEN);
	ck_assert_int_eq(theirs->state, I_OPEN);
	ck_assert_uint_eq(net.node->conns.n, 1);
	ck_assert_uint_eq(b->conns.n, 1);
	dia_node_free(b);
}
END_TEST

START_TEST(a_second_connection_of_such_a_peer_is_4003)
{
	struct dia_node *b = other_node("b.ims.lab");
	struct dia_peer *peer = connect_to(net.node, b, 0, "b.ims.lab", 0);
	bool closed;

	dia_node_start(net.node);
	net_run(&net, 50);
	ck_assert_int_eq(peer->state, I_OPEN);
	ck_assert_uint_eq(
	    result_of_cer("b.ims.lab", &closed), DIA_ELECTION_LOST);
	ck_assert(closed);
	ck_assert_int_eq(peer->state, I_OPEN);
	dia_node_free(b);
}
END_TEST

START_TEST(a_refused_connection_is_tried_again)
{
	struct dia_node *b = other_node("b.ims.lab");
	unsigned port = dia_accept_port(b, 0);

	dia_node_free(b);
	fast_watchdog(net.node, 40);

	struct dia_peer *peer =
	    connect_to(net.node, NULL, port, "b.ims.lab", 0);

	dia_node_start(net.node);
	net_run(&net, 20);
	ck_assert_int_eq(peer->state, CLOSED);

	struct dia_node_conf conf = net_conf;
	char uri[64];

	conf.id.host = "b.ims.lab";
	snprintf(uri, sizeof uri, "tcp://127.0.0.1:%u", port);
	b = dia_node_new(net.base, &conf);
	ck_assert(dia_node_add_app(b, &net.node->self.apps[0]));
	ck_assert(dia_node_listen(b, uri));
	net_run(&net, 80);
	ck_assert_int_eq(peer->state, I_OPEN);
	dia_node_free(b);
}
END_TEST

START_TEST(a_lost_connection_is_opened_again_and_watched)
{
	struct dia_node *b = other_node("b.ims.lab");

	fast_watchdog(net.node, 30);

	struct dia_peer *peer = connect_to(net.node, b, 0, "b.ims.lab", 0);

	dia_node_start(net.node);
	net_run(&net, 20);
	ck_assert_int_eq(peer->state, I_OPEN);
	dia_conn_down(TAILQ_FIRST(&b->peers)->r, DIA_DOWN_EOF, "test");
	net_run(&net, 15);
	ck_assert_int_eq(peer->state, CLOSED);
	ck_assert_int_eq(peer->wd.state, WD_DOWN);
	net_run(&net, 50);
	ck_assert_int_eq(peer->state, I_OPEN);
	ck_assert_int_eq(peer->wd.state, WD_REOPEN);
	net_run(&net, 200);
	ck_assert_int_eq(peer->wd.state, WD_OKAY);
	dia_node_free(b);
}
END_TEST

START_TEST(a_peer_of_another_name_is_disconnected)
{
	struct dia_node *b = other_node("b.ims.lab");
	struct dia_peer *peer = connect_to(net.node, b, 0, "c.ims.lab", 0);

	dia_node_start(net.node);
	net_run(&net, 50);
	ck_assert_int_eq(peer->state, CLOSED);
	ck_assert_uint_eq(b->conns.n, 0);
	dia_node_free(b);
}
END_TEST

/* A socket that accepts and says nothing. */
static int
mute_listener(unsigned *port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof sin;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sin, sizeof sin), 0);
	ck_assert_int_eq(listen(fd, 5), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	*port = ntohs(sin.sin_port);
	return fd;
}

START_TEST(no_cea_in_time_closes)
{
	unsigned port;
	int fd = mute_listener(&port);
	struct dia_peer *peer =
	    connect_to(net.node, NULL, port, "b.ims.lab", 0);

	net.node->times.connect = 40;
	dia_node_start(net.node);
	net_run(&net, 15);
	ck_assert_int_eq(peer->state, WAIT_I_CEA);
	net_run(&net, 60);
	ck_assert_int_eq(peer->state, CLOSED);
	close(fd);
}
END_TEST

START_TEST(anything_but_a_cea_closes)
{
	unsigned port;
	int listener = mute_listener(&port);
	struct dia_peer *peer =
	    connect_to(net.node, NULL, port, "b.ims.lab", 0);

	dia_node_start(net.node);
	net_run(&net, 15);

	int fd = accept(listener, NULL, NULL);

	ck_assert_int_ge(fd, 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.code, DIA_CER);
	ck_assert_uint_eq(reply.msg.hdr.flags, DIA_R);
	net_send(&net, fd, buf, net_base(buf, DIA_DWR, DIA_R, 1));
	net_run(&net, 15);
	ck_assert_int_eq(peer->state, CLOSED);
	close(fd);
	close(listener);
}
END_TEST

int
main(void)
{
	return RUN("connect", setup, teardown,
	    we_connect_and_exchange_capabilities,
	    an_election_leaves_one_connection,
	    a_second_connection_of_such_a_peer_is_4003,
	    a_refused_connection_is_tried_again,
	    a_lost_connection_is_opened_again_and_watched,
	    a_peer_of_another_name_is_disconnected, no_cea_in_time_closes,
	    anything_but_a_cea_closes);
}
