/* What is known of the peers of a node. */
#include "tests/run.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static unsigned npeers;
static struct dia_peer_facts facts;
static char texts[3][300];

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

static const char *
keep(char *where, const char *text)
{
	return text != NULL ? strncpy(where, text, sizeof texts[0] - 1) : NULL;
}

static bool
take(void *arg, const struct dia_peer_facts *f)
{
	unsigned *max = arg;

	facts = *f;
	facts.host = keep(texts[0], f->host);
	facts.realm = keep(texts[1], f->realm);
	facts.address = keep(texts[2], f->address);
	return ++npeers < *max;
}

static void
ask(unsigned max)
{
	npeers = 0;
	dia_node_each_peer(net.node, take, &max);
}

START_TEST(node_without_peers_tells_of_none)
{
	ask(10);
	ck_assert_uint_eq(npeers, 0);
}
END_TEST

START_TEST(peer_is_told_with_all_it_said)
{
	int64_t begin = time(NULL);
	int fd = net_peer(&net);

	ask(10);
	ck_assert_uint_eq(npeers, 1);
	ck_assert_str_ne(facts.host, "");
	ck_assert_ptr_nonnull(facts.realm);
	ck_assert_str_eq(facts.state, "R-Open");
	ck_assert_str_eq(facts.transport, "tcp");
	ck_assert_int_eq(strncmp(facts.address, "127.0.0.1:", 10), 0);
	ck_assert(facts.open);
	ck_assert(facts.since_s >= begin && facts.since_s <= time(NULL));
	close(fd);
}
END_TEST

START_TEST(peer_that_is_never_there_is_told_without_address)
{
	static const struct dia_peer_conf conf = {
		.host = "scscf.ims.lab",
		.connect = "tcp://127.0.0.1:1",
	};

	ck_assert(dia_node_add_peer(net.node, &conf));
	ask(10);
	ck_assert_uint_eq(npeers, 1);
	ck_assert_str_eq(facts.host, conf.host);
	ck_assert_ptr_null(facts.realm);
	ck_assert_ptr_null(facts.address);
	ck_assert_ptr_null(facts.transport);
	ck_assert_str_eq(facts.state, "Closed");
	ck_assert(!facts.open);
}
END_TEST

START_TEST(callback_can_stop_it)
{
	int one = net_peer(&net), two = net_peer(&net);

	ask(10);
	ck_assert_uint_eq(npeers, 2);
	ask(1);
	ck_assert_uint_eq(npeers, 1);
	close(one);
	close(two);
}
END_TEST

int
main(void)
{
	return RUN("diameter/facts", setup, teardown,
	    node_without_peers_tells_of_none, peer_is_told_with_all_it_said,
	    peer_that_is_never_there_is_told_without_address,
	    callback_can_stop_it);
}
