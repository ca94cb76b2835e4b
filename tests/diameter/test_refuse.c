/* What a node refuses before any application sees it. */
#include "tests/run.h"

#include <stdlib.h>
#include <string.h>
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

/* The whole error answer, as the codec makes it from the same request. */
static void
expect(const uint8_t *req, size_t len, uint32_t result, const char *why)
{
	struct dia_fault ignored, fault = { .result = result, .why = why };
	static uint8_t answer[DIA_MESSAGE_MAX];
	struct dia_msg msg;

	dia_parse(&msg, req, len, &ignored);

	size_t n = dia_answer_fault(
	    answer, sizeof answer, &msg, &net_conf.id, &dia_base_dict, &fault);

	ck_assert_uint_eq(reply.len, n);
	ck_assert_mem_eq(reply.octets, answer, n);
	ck_assert_uint_eq(net_result(&reply), result);
	ck_assert_uint_eq(
	    reply.msg.hdr.flags & DIA_E, result / 1000 == 3 ? DIA_E : 0);
}

/* Sends, expects that answer, and an open connection after it. */
static void
refused(const uint8_t *req, size_t len, uint32_t result, const char *why)
{
	uint8_t after[1024];
	int fd = net_peer(&net);

	net_send(&net, fd, req, len);
	ck_assert(net_recv(&net, fd, &reply));
	expect(req, len, result, why);
	ck_assert_uint_eq(net.requests, 0);
	net_send(&net, fd, after, net_echo(after, 77));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.msg.hdr.hbh, 77);
	ck_assert_uint_eq(net.requests, 1);
	close(fd);
}

static struct net_request
plain(void)
{
	return (struct net_request){ .app = NET_APP,
		.code = NET_ECHO,
		.hbh = 4,
		.flags = DIA_R | DIA_P,
		.dest_realm = "ims.lab",
		.name_len = 5 };
}

START_TEST(another_version_is_5011)
{
	size_t len = net_echo(buf, 1);

	buf[0] = 2;
	refused(
	    buf, len, DIA_UNSUPPORTED_VERSION, "RFC 6733 3: version is not 1");
}
END_TEST

START_TEST(e_bit_in_a_request_is_3008)
{
	struct net_request r = plain();

	r.flags |= DIA_E;
	refused(buf, net_request(buf, &r), DIA_INVALID_HDR_BITS,
	    "RFC 6733 3: E bit set in a request");
}
END_TEST

START_TEST(a_missing_p_bit_is_3008)
{
	struct net_request r = plain();

	r.flags = DIA_R;
	refused(buf, net_request(buf, &r), DIA_INVALID_HDR_BITS,
	    "RFC 6733 7.1.3: P bit not as the command defines it");
}
END_TEST

START_TEST(p_bit_in_a_dwr_is_3008)
{
	size_t len = net_base(buf, DIA_DWR, DIA_R | DIA_P, 1);

	refused(buf, len, DIA_INVALID_HDR_BITS,
	    "RFC 6733 3.1: P bit in a message that is never forwarded");
}
END_TEST

START_TEST(another_application_is_3007)
{
	struct net_request r = plain();

	r.app = 16777217;
	refused(buf, net_request(buf, &r), DIA_APPLICATION_UNSUPPORTED,
	    "RFC 6733 7.1.3: application not served here");
}
END_TEST

START_TEST(a_base_command_as_an_application_is_3001)
{
	struct net_request r = plain();

	r.code = DIA_DWR;
	refused(buf, net_request(buf, &r), DIA_COMMAND_UNSUPPORTED,
	    "RFC 6733 7.1.3: command unknown in its application");
}
END_TEST

START_TEST(another_command_is_3001)
{
	struct net_request r = plain();

	r.code = 299;
	refused(buf, net_request(buf, &r), DIA_COMMAND_UNSUPPORTED,
	    "RFC 6733 7.1.3: command unknown in its application");
}
END_TEST

START_TEST(another_base_command_is_3001)
{
	struct net_request r = plain();

	r.app = 0;
	r.code = 274;
	refused(buf, net_request(buf, &r), DIA_COMMAND_UNSUPPORTED,
	    "RFC 6733 7.1.3: command unknown in its application");
}
END_TEST

START_TEST(another_destination_host_is_3002)
{
	struct net_request r = plain();

	r.dest_host = "hss2.ims.lab";
	refused(buf, net_request(buf, &r), DIA_UNABLE_TO_DELIVER,
	    "RFC 6733 6.1.4: Destination-Host is not us");
}
END_TEST

START_TEST(another_destination_realm_is_3003)
{
	struct net_request r = plain();

	r.dest_realm = "other.lab";
	refused(buf, net_request(buf, &r), DIA_REALM_NOT_SERVED,
	    "RFC 6733 6.1.4: Destination-Realm is not ours");
}
END_TEST

START_TEST(our_name_in_a_route_record_is_3005)
{
	struct net_request r = plain();

	r.route = "HSS.ims.lab";
	refused(buf, net_request(buf, &r), DIA_LOOP_DETECTED,
	    "RFC 6733 6.1.3: our name in a Route-Record");
}
END_TEST

static void
served(const struct net_request *r)
{
	int fd = net_peer(&net);

	net_send(&net, fd, buf, net_request(buf, r));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);
	close(fd);
}

START_TEST(names_are_compared_without_case)
{
	struct net_request r = plain();

	r.dest_host = "HSS.IMS.Lab";
	r.dest_realm = "IMS.LAB";
	served(&r);
}
END_TEST

START_TEST(our_host_is_served_whatever_the_realm)
{
	struct net_request r = plain();

	r.dest_host = "hss.ims.lab";
	r.dest_realm = "other.lab";
	served(&r);
}
END_TEST

START_TEST(no_destination_at_all_is_served)
{
	struct net_request r = plain();

	r.dest_realm = NULL;
	served(&r);
}
END_TEST

START_TEST(another_route_record_is_served)
{
	struct net_request r = plain();

	r.route = "dra.ims.lab";
	served(&r);
}
END_TEST

/* The longest User-Name that fits an answer: header 20, Session-Id 20,
 * Result-Code 12, Proxy-Info 48, its own header 8. */
enum { FITS = DIA_MESSAGE_MAX - 20 - 20 - 12 - 48 - 8 };

START_TEST(an_answer_of_the_greatest_length_leaves_one_more_is_5012)
{
	int fd = net_peer(&net);
	struct net_request r = plain();

	net.answer_len = FITS;
	net_send(&net, fd, buf, net_request(buf, &r));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(reply.len, DIA_MESSAGE_MAX);
	ck_assert_uint_eq(net_result(&reply), DIA_SUCCESS);

	size_t len = net_request(buf, &r);

	net.answer_len = FITS + 1;
	net_send(&net, fd, buf, len);
	ck_assert(net_recv(&net, fd, &reply));
	expect(
	    buf, len, DIA_UNABLE_TO_COMPLY, "the answer is too long to send");
	close(fd);
}
END_TEST

START_TEST(a_malformed_dwr_gets_its_fault)
{
	int fd = net_peer(&net);
	struct dia_avp avp;
	struct dia_header hdr = { .flags = DIA_R, .code = DIA_DWR, .hbh = 3 };
	struct dia_writer w;

	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_str(&w, BASE(ORIGIN_HOST), "scscf.ims.lab");
	net_send(&net, fd, buf, dia_end(&w));
	ck_assert(net_recv(&net, fd, &reply));
	ck_assert_uint_eq(net_result(&reply), DIA_MISSING_AVP);
	ck_assert_uint_eq(reply.msg.hdr.flags, 0);
	ck_assert(dia_find(reply.msg.avps, 279, 0, &avp));
	ck_assert_uint_eq(avp.data.len, 8); /* an empty Origin-Realm */
	close(fd);
}
END_TEST

/* Every octet of a CER and a request behind it, changed in four ways; then an
 * honest peer. */
START_TEST(no_changed_octet_stops_the_node)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x55 };
	uint8_t good[1024];
	size_t cer_len = net_cer(good, "scscf.ims.lab");
	size_t len = cer_len + net_echo(good + cer_len, 1);

	for (size_t i = 0; i < 4 * len; i++) {
		int fd = net_connect(&net);

		memcpy(buf, good, len);
		buf[i / 4] ^= masks[i % 4];
		ck_assert_int_eq(send(fd, buf, len, 0), (ssize_t)len);
		close(fd);
		if (i % 32 == 0)
			net_run(&net, 1);
	}
	net_run(&net, 20);

	struct net_request r = plain();

	served(&r);
}
END_TEST

int
main(void)
{
	return RUN("refuse", setup, teardown, another_version_is_5011,
	    e_bit_in_a_request_is_3008, a_missing_p_bit_is_3008,
	    p_bit_in_a_dwr_is_3008, another_application_is_3007,
	    a_base_command_as_an_application_is_3001, another_command_is_3001,
	    another_base_command_is_3001, another_destination_host_is_3002,
	    another_destination_realm_is_3003,
	    our_name_in_a_route_record_is_3005, names_are_compared_without_case,
	    our_host_is_served_whatever_the_realm,
	    no_destination_at_all_is_served, another_route_record_is_served,
	    an_answer_of_the_greatest_length_leaves_one_more_is_5012,
	    a_malformed_dwr_gets_its_fault, no_changed_octet_stops_the_node);
}
