/* A client sends a request again: one change of state, two answers. */
#include "tests/run.h"

#include <string.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct net net;
static struct reply first, second;
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

/* The plain request with an End-to-End Identifier that stays; a name_len of
 * its own tells one answer from another. */
static void
request(int fd, uint32_t hbh, uint8_t flags, size_t name_len)
{
	size_t len = net_request(buf, &(struct net_request){
					  .app = NET_APP,
					  .code = NET_ECHO,
					  .hbh = hbh,
					  .flags = DIA_R | DIA_P | flags,
					  .dest_realm = "ims.lab",
					  .name_len = name_len,
				      });

	memset(buf + 16, 0x5a, 4);
	net_send(&net, fd, buf, len);
}

/* All but the Hop-by-Hop Identifier is the same. */
static void
expect_same(uint32_t hbh)
{
	ck_assert_uint_eq(second.msg.hdr.hbh, hbh);
	ck_assert_uint_eq(second.len, first.len);
	ck_assert_mem_eq(second.octets, first.octets, 12);
	ck_assert_mem_eq(second.octets + 16, first.octets + 16, first.len - 16);
}

START_TEST(with_t_it_gets_the_same_answer_on_another_connection)
{
	int one = net_peer(&net), two = net_peer(&net);

	request(one, 1, 0, 9);
	ck_assert(net_recv(&net, one, &first));
	close(one);
	request(two, 2, DIA_T, 9);
	ck_assert(net_recv(&net, two, &second));
	expect_same(2);
	ck_assert_uint_eq(net.requests, 1);
	close(two);
}
END_TEST

START_TEST(without_t_it_is_a_new_request)
{
	int fd = net_peer(&net);

	request(fd, 1, 0, 9);
	ck_assert(net_recv(&net, fd, &first));
	request(fd, 2, 0, 9);
	ck_assert(net_recv(&net, fd, &second));
	ck_assert_uint_eq(net.requests, 2);
	close(fd);
}
END_TEST

START_TEST(with_t_but_unknown_it_is_a_new_request)
{
	int fd = net_peer(&net);

	request(fd, 1, DIA_T, 9);
	ck_assert(net_recv(&net, fd, &first));
	ck_assert_uint_eq(net.requests, 1);
	close(fd);
}
END_TEST

START_TEST(while_the_answer_is_held_both_wait_for_it)
{
	int one = net_peer(&net), two = net_peer(&net);

	net.count = true;
	request(one, 1, 0, 9);
	ck_assert(net_until(&net, &net.requests, 1));
	request(two, 2, 0, 9);
	ck_assert(net_silent(&net, two, 20));
	ck_assert_uint_eq(net.requests, 1);
	dia_node_release(net.node, 1);
	ck_assert(net_recv(&net, one, &first));
	ck_assert(net_recv(&net, two, &second));
	expect_same(2);
	close(one);
	close(two);
}
END_TEST

START_TEST(after_a_refusal_it_is_a_new_request)
{
	int fd = net_peer(&net);

	net.count = true;
	request(fd, 1, 0, 9);
	ck_assert(net_until(&net, &net.requests, 1));
	dia_node_refuse(net.node);
	ck_assert(net_recv(&net, fd, &first));
	ck_assert_uint_eq(net_result(&first), DIA_UNABLE_TO_COMPLY);
	request(fd, 2, DIA_T, 9);
	ck_assert(net_until(&net, &net.requests, 2));
	dia_node_release(net.node, 2);
	ck_assert(net_recv(&net, fd, &second));
	ck_assert_uint_eq(net_result(&second), DIA_SUCCESS);
	close(fd);
}
END_TEST

/* Octet by octet as first, but for the state of the proxy at the end. */
START_TEST(the_proxy_info_is_that_of_the_repetition)
{
	int fd = net_peer(&net);

	request(fd, 1, 0, 9);
	ck_assert(net_recv(&net, fd, &first));

	size_t len = net_request(buf, &(struct net_request){
					  .app = NET_APP,
					  .code = NET_ECHO,
					  .hbh = 2,
					  .flags = DIA_R | DIA_P | DIA_T,
					  .dest_realm = "ims.lab",
					  .name_len = 9,
				      });

	memset(buf + 16, 0x5a, 4);
	buf[len - 4] ^= 1; /* of "state" */
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &second));
	first.octets[first.len - 4] ^= 1;
	expect_same(2);
	ck_assert_uint_eq(net.requests, 1);
	close(fd);
}
END_TEST

START_TEST(an_application_that_keeps_no_answers_is_asked_again)
{
	int fd = net_peer(&net);

	net.node->self.apps[0].keeps_answers = false;
	request(fd, 1, 0, 9);
	ck_assert(net_recv(&net, fd, &first));
	request(fd, 2, DIA_T, 9);
	ck_assert(net_recv(&net, fd, &second));
	ck_assert_uint_eq(net.requests, 2);
	close(fd);
}
END_TEST

int
main(void)
{
	return RUN("again", setup, teardown,
	    with_t_it_gets_the_same_answer_on_another_connection,
	    without_t_it_is_a_new_request,
	    with_t_but_unknown_it_is_a_new_request,
	    while_the_answer_is_held_both_wait_for_it,
	    after_a_refusal_it_is_a_new_request,
	    the_proxy_info_is_that_of_the_repetition,
	    an_application_that_keeps_no_answers_is_asked_again);
}
