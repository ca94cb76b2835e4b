#include "tests/diameter/ours.h"

#include <check.h>
#include <string.h>

struct net net;
struct reply reply;
static uint8_t buf[4096];

struct dia_out_request out;
size_t name_len;
unsigned calls, results[DIA_LOST + 1];
uint32_t result_code;

static void
fill(void *arg, struct dia_writer *w)
{
	static const uint8_t zeroes[2 * DIA_MESSAGE_MAX];

	dia_put_str(w, BASE(DESTINATION_HOST), "scscf.ims.lab");
	dia_put(w, BASE(USER_NAME), zeroes, name_len);
}

void
on_answer(void *arg, const struct dia_msg *ans, enum dia_outcome outcome)
{
	struct dia_avp avp;

	calls++;
	results[outcome]++;
	ck_assert((ans != NULL) == (outcome == DIA_ANSWERED));
	if (ans != NULL && dia_find(ans->avps, 268, 0, &avp))
		dia_get_u32(&avp, &result_code);
}

void
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

void
teardown(void)
{
	net_close(&net);
}

/* A relay announces 0xffffffff in the place of the application. */
int
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

void
send_one(void)
{
	unsigned before = calls;

	ck_assert_int_eq(dia_node_send(net.node, &out), DIA_SENT);
	ck_assert_uint_eq(calls, before);
}

void
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

void
answer(int fd, const struct dia_header *req)
{
	net_send(&net, fd, buf, make_answer(req));
	net_run(&net, 10);
}
