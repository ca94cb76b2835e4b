/* CER, DWR and DPR: what is taken, what is answered. */
#include "tests/run.h"

#include <netinet/in.h>
#include <string.h>

#include "diameter/base.h"

enum { APP = 16777216, VENDOR = 10415 };

static const struct dia_def defs[] = {
	{ 494, 50, DIA_OCTETS, DIA_V, "a", NULL },
	{ 601, VENDOR, DIA_OCTETS, DIA_V, "b", NULL },
	{ 602, VENDOR, DIA_OCTETS, DIA_V, "c", NULL },
};
static const struct dia_dict dict = { .defs = defs,
	.ndefs = 3,
	.parent = &dia_base_dict };
static const struct dia_self self = {
	.conf = { .id = { "hss.lab", "lab" },
	    .product = "p",
	    .vendor = 9,
	    .firmware = 5,
	    .state_id = 7 },
	.apps = { { .id = APP, .vendor = VENDOR, .dict = &dict },
	    { .id = 4, .vendor = 0, .dict = &dict } },
	.napps = 2,
};

static uint8_t buf[DIA_BASE_CAP];
static struct dia_writer w;
static struct dia_caps caps;
static struct dia_fault fault;

enum { HOST = 1, REALM = 2, VENDOR_ID = 4, PRODUCT = 8, ALL = 15 };

static void
begin(uint32_t code, unsigned parts)
{
	struct dia_header hdr = {
		.flags = DIA_R, .code = code, .hbh = 1, .e2e = 2
	};

	dia_begin(&w, buf, sizeof buf, &hdr);
	if (parts & HOST)
		dia_put_str(&w, BASE(ORIGIN_HOST), "peer.lab");
	if (parts & REALM)
		dia_put_str(&w, BASE(ORIGIN_REALM), "lab");
	if (parts & VENDOR_ID)
		dia_put_u32(&w, BASE(VENDOR_ID), VENDOR);
	if (parts & PRODUCT)
		dia_put_str(&w, BASE(PRODUCT_NAME), "peer");
}

static void
put_vsai(bool auth, bool acct)
{
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), VENDOR);
	if (auth)
		dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), APP);
	if (acct)
		dia_put_u32(&w, BASE(ACCT_APPLICATION_ID), APP);
	dia_close(&w);
}

static struct dia_msg
parsed(size_t len)
{
	struct dia_fault ignored;
	struct dia_msg msg;

	ck_assert(dia_parse(&msg, buf, len, &ignored));
	return msg;
}

static bool
read_cer(void)
{
	struct dia_msg msg = parsed(dia_end(&w));

	return dia_read_cer(&self, &msg, &caps, &fault);
}

START_TEST(a_cer_without_host_ip_address_is_taken)
{
	begin(DIA_CER, ALL);
	put_vsai(true, false);
	ck_assert(read_cer());
	ck_assert_uint_eq(caps.common, 1);
	ck_assert(dia_slice_eq(caps.host, "peer.lab"));
	ck_assert(dia_slice_eq(caps.realm, "lab"));
}
END_TEST

START_TEST(each_other_missing_avp_is_5005)
{
	static const struct {
		unsigned part;
		uint32_t code;
	} parts[] = { { HOST, 264 }, { REALM, 296 }, { VENDOR_ID, 266 },
		{ PRODUCT, 269 } };

	for (size_t i = 0; i < 4; i++) {
		begin(DIA_CER, ALL & ~parts[i].part);
		put_vsai(true, false);
		ck_assert(!read_cer());
		ck_assert_uint_eq(fault.result, DIA_MISSING_AVP);
		ck_assert_uint_eq(fault.code, parts[i].code);
	}
}
END_TEST

START_TEST(every_form_of_an_application_id_counts)
{
	begin(DIA_CER, ALL);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), APP);
	ck_assert(read_cer());
	ck_assert_uint_eq(caps.common, 1);

	begin(DIA_CER, ALL);
	dia_put_u32(&w, BASE(ACCT_APPLICATION_ID), 4);
	ck_assert(read_cer());
	ck_assert_uint_eq(caps.common, 2);

	begin(DIA_CER, ALL);
	put_vsai(false, true);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), 4);
	ck_assert(read_cer());
	ck_assert_uint_eq(caps.common, 3);
}
END_TEST

START_TEST(a_relay_has_all_applications)
{
	begin(DIA_CER, ALL);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), DIA_RELAY);
	ck_assert(read_cer());
	ck_assert_uint_eq(caps.common, 3);
}
END_TEST

START_TEST(no_common_application_is_5010)
{
	begin(DIA_CER, ALL);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_NO_COMMON_APPLICATION);

	begin(DIA_CER, ALL);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), APP + 1);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_NO_COMMON_APPLICATION);
}
END_TEST

START_TEST(a_vsai_with_both_ids_is_5009_with_none_5005)
{
	begin(DIA_CER, ALL);
	put_vsai(true, true);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_AVP_OCCURS_TOO_MANY_TIMES);
	ck_assert_uint_eq(fault.code, 259);

	begin(DIA_CER, ALL);
	put_vsai(false, false);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_MISSING_AVP);
	ck_assert_uint_eq(fault.code, 258);
}
END_TEST

START_TEST(tls_alone_is_5017_and_with_none_it_is_taken)
{
	begin(DIA_CER, ALL);
	put_vsai(true, false);
	dia_put_u32(&w, BASE(INBAND_SECURITY_ID), 1);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_NO_COMMON_SECURITY);

	begin(DIA_CER, ALL);
	put_vsai(true, false);
	dia_put_u32(&w, BASE(INBAND_SECURITY_ID), 1);
	dia_put_u32(&w, BASE(INBAND_SECURITY_ID), 0);
	ck_assert(read_cer());
}
END_TEST

START_TEST(a_name_of_255_octets_is_taken_and_256_is_5004)
{
	char name[257];

	memset(name, 'a', sizeof name);
	for (size_t len = 255; len <= 256; len++) {
		begin(DIA_CER, ALL & ~HOST);
		dia_put(&w, BASE(ORIGIN_HOST), name, len);
		put_vsai(true, false);
		ck_assert(read_cer() == (len == 255));
	}
	ck_assert_uint_eq(fault.result, DIA_INVALID_AVP_VALUE);
	ck_assert_uint_eq(fault.code, 264);
	ck_assert_uint_eq(fault.octets.len, 8 + 256);
}
END_TEST

START_TEST(an_unknown_avp_with_m_is_5001)
{
	static const struct dia_def unknown = { 9999, 0, DIA_OCTETS, DIA_M, "",
		NULL };

	begin(DIA_CER, ALL);
	put_vsai(true, false);
	dia_put_u32(&w, &unknown, 1);
	ck_assert(!read_cer());
	ck_assert_uint_eq(fault.result, DIA_AVP_UNSUPPORTED);
	ck_assert_uint_eq(fault.octets.len, 12);
}
END_TEST

START_TEST(a_cer_of_ours_is_one_we_take)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_storage addr = { 0 };
	struct dia_avp avp;

	memcpy(&addr, &sin, sizeof sin);

	size_t len = dia_make_cer(buf, &self, 11, 12, &addr, 1);
	struct dia_msg msg = parsed(len);

	ck_assert(dia_read_cer(&self, &msg, &caps, &fault));
	ck_assert_uint_eq(caps.common, 3);
	ck_assert_uint_eq(caps.state_id.value, 7);
	ck_assert_uint_eq(caps.vendor.value, 9);
	ck_assert_uint_eq(msg.hdr.flags, DIA_R);
	ck_assert_uint_eq(msg.hdr.hbh, 11);
	ck_assert_uint_eq(msg.hdr.e2e, 12);
	ck_assert(dia_find(msg.avps, 257, 0, &avp));
	ck_assert(dia_find(msg.avps, 267, 0, &avp));
	ck_assert_uint_eq(avp.flags, 0);
}
END_TEST

static size_t
count(struct dia_slice avps, uint32_t code)
{
	struct dia_reader r;
	struct dia_avp avp;
	size_t n = 0;

	dia_read(&r, avps);
	while (dia_next(&r, &avp))
		n += avp.code == code && avp.vendor == 0;
	return n;
}

START_TEST(each_vendor_of_a_dictionary_is_advertised_once)
{
	size_t len = dia_make_cer(buf, &self, 1, 1, NULL, 0);
	struct dia_msg msg = parsed(len);

	/* 50 and 10415 */
	ck_assert_uint_eq(count(msg.avps, 265), 2);
	ck_assert_uint_eq(count(msg.avps, 260), 1);
	ck_assert_uint_eq(count(msg.avps, 258), 1);
}
END_TEST

static struct dia_msg
cea(uint32_t result)
{
	struct dia_fault why = { .result = result, .why = "why" };
	struct dia_msg req;

	begin(DIA_CER, ALL);
	req = parsed(dia_end(&w));
	return parsed(dia_make_cea(
	    buf, &self, &req, NULL, 0, result == DIA_SUCCESS ? NULL : &why));
}

START_TEST(a_cea_of_3010_has_the_e_bit_and_no_capabilities)
{
	struct dia_msg msg = cea(DIA_UNKNOWN_PEER);

	ck_assert_uint_eq(msg.hdr.flags, DIA_E);
	ck_assert_uint_eq(count(msg.avps, 268), 1);
	ck_assert_uint_eq(count(msg.avps, 281), 1);
	ck_assert_uint_eq(count(msg.avps, 269), 0);
}
END_TEST

START_TEST(a_cea_of_5010_has_all_capabilities_and_no_e_bit)
{
	struct dia_msg msg = cea(DIA_NO_COMMON_APPLICATION);

	ck_assert_uint_eq(msg.hdr.flags, 0);
	ck_assert_uint_eq(count(msg.avps, 268), 1);
	ck_assert_uint_eq(count(msg.avps, 269), 1);
	ck_assert_uint_eq(count(msg.avps, 260), 1);
	ck_assert(dia_read_cea(&self, &msg, &caps, &fault));
	ck_assert_uint_eq(caps.result.value, DIA_NO_COMMON_APPLICATION);
}
END_TEST

START_TEST(a_cea_of_ours_is_one_we_take)
{
	struct dia_msg msg = cea(DIA_SUCCESS);

	ck_assert_uint_eq(msg.hdr.hbh, 1);
	ck_assert_uint_eq(msg.hdr.e2e, 2);
	ck_assert(dia_read_cea(&self, &msg, &caps, &fault));
	ck_assert_uint_eq(caps.result.value, DIA_SUCCESS);
	ck_assert_uint_eq(caps.common, 3);
}
END_TEST

START_TEST(a_dwr_of_ours_is_one_we_take)
{
	struct dia_msg msg = parsed(dia_make_dwr(buf, &self, 3, 4));

	ck_assert_uint_eq(msg.hdr.code, DIA_DWR);
	ck_assert(dia_read_dwr(&msg, &caps, &fault));
	ck_assert_uint_eq(caps.state_id.value, 7);
}
END_TEST

START_TEST(a_dpr_of_ours_is_one_we_take)
{
	struct dia_msg msg = parsed(dia_make_dpr(buf, &self, 3, 4, DIA_BUSY));
	uint32_t cause = 99;

	ck_assert_uint_eq(msg.hdr.code, DIA_DPR);
	ck_assert(dia_read_dpr(&msg, &caps, &cause, &fault));
	ck_assert_uint_eq(cause, DIA_BUSY);
}
END_TEST

START_TEST(a_dpr_without_cause_is_5005_with_another_cause_5004)
{
	struct dia_msg msg;
	uint32_t cause;

	begin(DIA_DPR, HOST | REALM);
	msg = parsed(dia_end(&w));
	ck_assert(!dia_read_dpr(&msg, &caps, &cause, &fault));
	ck_assert_uint_eq(fault.result, DIA_MISSING_AVP);
	ck_assert_uint_eq(fault.code, 273);

	begin(DIA_DPR, HOST | REALM);
	dia_put_u32(&w, BASE(DISCONNECT_CAUSE), 3);
	msg = parsed(dia_end(&w));
	ck_assert(!dia_read_dpr(&msg, &caps, &cause, &fault));
	ck_assert_uint_eq(fault.result, DIA_INVALID_AVP_VALUE);
}
END_TEST

START_TEST(a_dpa_has_no_state_id_and_a_dwa_has)
{
	struct dia_msg req = { .hdr = { .code = DIA_DPR, .flags = DIA_R } };
	struct dia_msg msg = parsed(dia_make_answer(buf, &self, &req, NULL));

	ck_assert_uint_eq(count(msg.avps, 278), 0);
	ck_assert_uint_eq(count(msg.avps, 268), 1);
	req.hdr.code = DIA_DWR;
	msg = parsed(dia_make_answer(buf, &self, &req, NULL));
	ck_assert_uint_eq(count(msg.avps, 278), 1);
}
END_TEST

int
main(void)
{
	return RUN("base", NULL, NULL, a_cer_without_host_ip_address_is_taken,
	    each_other_missing_avp_is_5005,
	    every_form_of_an_application_id_counts,
	    a_relay_has_all_applications, no_common_application_is_5010,
	    a_vsai_with_both_ids_is_5009_with_none_5005,
	    tls_alone_is_5017_and_with_none_it_is_taken,
	    a_name_of_255_octets_is_taken_and_256_is_5004,
	    an_unknown_avp_with_m_is_5001, a_cer_of_ours_is_one_we_take,
	    each_vendor_of_a_dictionary_is_advertised_once,
	    a_cea_of_3010_has_the_e_bit_and_no_capabilities,
	    a_cea_of_5010_has_all_capabilities_and_no_e_bit,
	    a_cea_of_ours_is_one_we_take, a_dwr_of_ours_is_one_we_take,
	    a_dpr_of_ours_is_one_we_take,
	    a_dpr_without_cause_is_5005_with_another_cause_5004,
	    a_dpa_has_no_state_id_and_a_dwa_has);
}
