/*
 * A message against a grammar: one case per Result-Code that a scan can give,
 * with the Failed-AVP that an answer shows for it (RFC 6733, 7.1.5 and 7.5).
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

/* What the grammar below fills. */
struct request {
	struct dia_slice session_id, origin_host, user_name;
	struct dia_slice scheme, auth_item;
	struct dia_u32 sat, vendor, drmp;
	struct dia_list impus;
};

static const struct dia_field in_vsai[] = {
	DIA_FIELD(struct request, vendor, BASE(VENDOR_ID), 1, 1),
	DIA_CHECK(BASE(AUTH_APPLICATION_ID), 0, 1),
};
static const struct dia_field in_item[] = {
	DIA_FIELD(struct request, scheme, CX(SIP_AUTHENTICATION_SCHEME), 1, 1),
};
static const struct dia_field grammar[] = {
	DIA_FIELD(struct request, session_id, BASE(SESSION_ID), 1, 1),
	DIA_FIELD(struct request, origin_host, BASE(ORIGIN_HOST), 0, 1),
	DIA_FIELD(struct request, user_name, BASE(USER_NAME), 0, 1),
	DIA_FIELD(struct request, sat, CX(SERVER_ASSIGNMENT_TYPE), 0, 1),
	DIA_FIELD(struct request, impus, CX(PUBLIC_IDENTITY), 0, DIA_MANY),
	DIA_GROUP(BASE(VENDOR_SPECIFIC_APPLICATION_ID), 0, 1, in_vsai),
	{ CX(SIP_AUTH_DATA_ITEM), 0, 1, offsetof(struct request, auth_item),
	    in_item, 1 },
	DIA_CHECK(BASE(ROUTE_RECORD), 0, DIA_MANY),
	DIA_CHECK(BASE(PROXY_INFO), 0, 2),
	DIA_FIELD(struct request, drmp, BASE(DRMP), 0, 1),
	DIA_FORBID(BASE(RESULT_CODE)),
};
enum { NGRAMMAR = sizeof grammar / sizeof grammar[0] };

static struct octets o;
static struct request req;
static struct dia_fault fault;

static void
setup(void)
{
	o.len = 0;
	add_str(&o, 263, 0, DIA_M, "s;1;2");
}

/* Scans o where it lies in memory of just its size, which stays. */
static bool
scan(void)
{
	static struct dia_slice s;

	FREE_SLICE(s);
	s = exact_slice(&o);
	memset(&req, 0, sizeof req);
	return dia_scan(s, &cx_dict, grammar, NGRAMMAR, &req, &fault);
}

/* Failed-AVP of the fault, without its own header. */
static void
failed_avp_is(const char *hex)
{
	static uint8_t buf[4096];
	static struct octets want;
	const struct dia_header hdr = { 0 };
	struct dia_writer w;

	want.len = 0;
	add_hex(&want, hex);
	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_fault(&w, &cx_dict, &fault);

	size_t len = dia_end(&w);

	ck_assert_uint_eq(len, DIA_HEADER_LEN + 8 + want.len);
	ck_assert_mem_eq(buf + DIA_HEADER_LEN, "\0\0\1\x17\x40\0", 6);
	ck_assert_uint_eq((unsigned)buf[26] << 8 | buf[27], 8 + want.len);
	ck_assert_mem_eq(buf + DIA_HEADER_LEN + 8, want.b, want.len);
}

static void
refused(uint32_t result, const char *failed_avp)
{
	ck_assert(!scan());
	ck_assert_uint_eq(fault.result, result);
	ck_assert_ptr_nonnull(fault.why);
	failed_avp_is(failed_avp);
}

/* --- What is kept --- */

START_TEST(values_land_in_their_members)
{
	add_str(&o, 264, 0, DIA_M, "host");
	add_u32(&o, 614, 10415, DIA_V | DIA_M, 3);
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:a");
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:b");
	ck_assert(scan());
	ck_assert_uint_eq(fault.result, 0);
	ck_assert(dia_slice_eq(req.session_id, "s;1;2"));
	ck_assert(dia_slice_eq(req.origin_host, "host"));
	ck_assert(req.sat.set);
	ck_assert_uint_eq(req.sat.value, 3);
	ck_assert_uint_eq(req.impus.n, 2);
	ck_assert(dia_slice_eq(req.impus.v[0], "sip:a"));
	ck_assert(dia_slice_eq(req.impus.v[1], "sip:b"));
	ck_assert_ptr_null(req.user_name.p);
	ck_assert(!req.vendor.set);
}
END_TEST

START_TEST(members_of_a_group_land_in_the_same_struct)
{
	add_hex(&o, "0000010440000020"
		    "0000010a4000000c000028af"
		    "000001024000000c01000000");
	add_hex(&o, "00000264c0000020000028af"
		    "00000260c0000013000028af756e6b6e6f776e00");
	ck_assert(scan());
	ck_assert(req.vendor.set);
	ck_assert_uint_eq(req.vendor.value, 10415);
	ck_assert(dia_slice_eq(req.scheme, "unknown"));
	ck_assert_uint_eq(req.auth_item.len, 20);
}
END_TEST

START_TEST(empty_value_is_there)
{
	add_str(&o, 1, 0, DIA_M, "");
	ck_assert(scan());
	ck_assert_ptr_nonnull(req.user_name.p);
	ck_assert_uint_eq(req.user_name.len, 0);
}
END_TEST

/* --- What is ignored --- */

START_TEST(unknown_avp_without_m_is_ignored)
{
	add_str(&o, 9999, 0, 0, "x");
	add_str(&o, 494, 50, DIA_V, "21-185@127.0.61.3");
	ck_assert(scan());
}
END_TEST

START_TEST(unknown_group_without_m_hides_members_with_m)
{
	add_hex(&o, "0000270f00000010"
		    "0000270e40000008");
	ck_assert(scan());
}
END_TEST

START_TEST(reserved_and_p_bits_of_an_avp_are_ignored)
{
	for (unsigned bits = 0; bits < 0x40; bits++) {
		o.len = 0;
		add_str(&o, 263, 0, (uint8_t)(DIA_M | bits), "s;1;2");
		ck_assert(scan());
	}
}
END_TEST

START_TEST(known_avp_without_m_is_taken)
{
	o.len = 0;
	add_str(&o, 263, 0, 0, "s;1;2");
	add_str(&o, 601, 10415, DIA_V, "sip:a");
	ck_assert(scan());
	ck_assert_uint_eq(req.impus.n, 1);
}
END_TEST

START_TEST(bad_value_of_an_optional_avp_outside_the_grammar_is_ignored)
{
	add_u32(&o, 648, 10415, DIA_V, 77);
	ck_assert(scan());
}
END_TEST

START_TEST(bad_value_of_an_optional_avp_in_the_grammar_is_ignored)
{
	add_u32(&o, 301, 0, 0, 15);
	ck_assert(scan());
	ck_assert_uint_eq(req.drmp.value, 15);
	o.b[o.len - 1] = 16;
	ck_assert(scan());
	ck_assert(!req.drmp.set);
}
END_TEST

START_TEST(known_avp_outside_the_grammar_is_allowed)
{
	add_str(&o, 296, 0, DIA_M, "realm");
	add_str(&o, 296, 0, DIA_M, "realm");
	ck_assert(scan());
}
END_TEST

START_TEST(failed_avp_may_hold_anything)
{
	add_hex(&o, "000001174000001400000001400000ff01020304");
	add_hex(&o, "00000117400000140000270f4000000c01020304");
	ck_assert(scan());
}
END_TEST

/* --- What is refused --- */

START_TEST(v_bit_with_vendor_0_is_3009)
{
	add_str(&o, 9999, 0, DIA_V, "x");
	refused(DIA_INVALID_AVP_BITS, "0000270f8000000d0000000078000000");
}
END_TEST

START_TEST(unknown_avp_with_m_is_5001)
{
	add_str(&o, 9999, 0, DIA_M, "xy");
	refused(DIA_AVP_UNSUPPORTED, "0000270f4000000a78790000");
}
END_TEST

START_TEST(unknown_vendor_avp_with_m_is_5001)
{
	add_str(&o, 601, 13019, DIA_V | DIA_M, "x");
	refused(DIA_AVP_UNSUPPORTED, "00000259c000000d000032db78000000");
}
END_TEST

START_TEST(known_avp_without_its_v_bit_is_5001)
{
	add_str(&o, 601, 0, DIA_M, "x");
	refused(DIA_AVP_UNSUPPORTED, "000002594000000978000000");
}
END_TEST

START_TEST(unknown_member_with_m_in_a_known_group_is_5001)
{
	add_hex(&o, "0000010440000014"
		    "0000270e4000000c01020304");
	refused(DIA_AVP_UNSUPPORTED, "0000270e4000000c01020304");
}
END_TEST

START_TEST(enumerated_value_outside_its_list_is_5004)
{
	add_u32(&o, 614, 10415, DIA_V | DIA_M, 12);
	refused(DIA_INVALID_AVP_VALUE, "00000266c0000010000028af0000000c");
}
END_TEST

START_TEST(bad_value_of_an_optional_avp_with_m_is_5004)
{
	add_u32(&o, 301, 0, DIA_M, 16);
	refused(DIA_INVALID_AVP_VALUE, "0000012d4000000c00000010");
}
END_TEST

START_TEST(bad_value_of_a_mandatory_avp_sent_without_m_is_5004)
{
	add_u32(&o, 614, 10415, DIA_V, 12);
	refused(DIA_INVALID_AVP_VALUE, "0000026680000010000028af0000000c");
}
END_TEST

START_TEST(bad_value_with_m_outside_the_grammar_is_5004)
{
	add_u32(&o, 277, 0, DIA_M, 2);
	refused(DIA_INVALID_AVP_VALUE, "000001154000000c00000002");
}
END_TEST

START_TEST(text_that_is_no_utf8_is_5004)
{
	add_str(&o, 1, 0, DIA_M, "\xff");
	refused(DIA_INVALID_AVP_VALUE, "0000000140000009ff000000");
}
END_TEST

START_TEST(missing_avp_is_5005_with_an_example)
{
	o.len = 0;
	add_str(&o, 264, 0, DIA_M, "host");
	refused(DIA_MISSING_AVP, "0000010740000008");
}
END_TEST

START_TEST(missing_number_is_5005_with_a_zero_of_its_length)
{
	add_hex(&o, "0000010440000014"
		    "000001024000000c01000000");
	refused(DIA_MISSING_AVP, "0000010a4000000c00000000");
}
END_TEST

START_TEST(missing_vendor_avp_is_5005_with_its_vendor)
{
	add_hex(&o, "00000264c000000c000028af");
	refused(DIA_MISSING_AVP, "00000260c000000c000028af");
}
END_TEST

START_TEST(forbidden_avp_is_5008)
{
	add_u32(&o, 268, 0, DIA_M, 2001);
	refused(DIA_AVP_NOT_ALLOWED, "0000010c4000000c000007d1");
}
END_TEST

START_TEST(first_avp_beyond_its_maximum_is_5009)
{
	add_str(&o, 1, 0, DIA_M, "a");
	add_str(&o, 1, 0, DIA_M, "b");
	add_str(&o, 1, 0, DIA_M, "c");
	refused(DIA_AVP_OCCURS_TOO_MANY_TIMES, "000000014000000962000000");
}
END_TEST

START_TEST(third_of_two_is_5009)
{
	add_str(&o, 284, 0, DIA_M, "");
	add_str(&o, 284, 0, DIA_M, "");
	ck_assert(scan());
	add_str(&o, 284, 0, DIA_M, "");
	refused(DIA_AVP_OCCURS_TOO_MANY_TIMES, "0000011c40000008");
}
END_TEST

START_TEST(list_holds_32_and_the_33rd_is_5009)
{
	ck_assert_int_eq(DIA_LIST_MAX, 32);
	for (int i = 0; i < DIA_LIST_MAX; i++)
		add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:");
	ck_assert(scan());
	ck_assert_uint_eq(req.impus.n, DIA_LIST_MAX);
	add_str(&o, 601, 10415, DIA_V | DIA_M, "x");
	refused(
	    DIA_AVP_OCCURS_TOO_MANY_TIMES, "00000259c000000d000028af78000000");
}
END_TEST

START_TEST(avp_that_is_not_kept_may_come_any_number_of_times)
{
	for (int i = 0; i < 1000; i++)
		add_str(&o, 282, 0, DIA_M, "agent");
	ck_assert(scan());
}
END_TEST

START_TEST(wrong_length_for_the_type_is_5014_with_the_avp)
{
	add_avp(&o, 614, 10415, DIA_V | DIA_M, "\0\0\1", 3);
	refused(DIA_INVALID_AVP_LENGTH, "00000266c000000f000028af00000100");
}
END_TEST

START_TEST(wrong_length_outside_the_grammar_is_5014)
{
	add_avp(&o, 278, 0, 0, "\0\0\0\0\1", 5);
	refused(DIA_INVALID_AVP_LENGTH, "000001160000000d0000000001000000");
}
END_TEST

START_TEST(length_below_the_header_is_5014_with_zeroes_of_the_type)
{
	add_hex(&o, "00000266c000000b000028af00000001");
	refused(DIA_INVALID_AVP_LENGTH, "00000266c0000010000028af00000000");
}
END_TEST

START_TEST(length_beyond_the_message_is_5014_with_zeroes_of_the_type)
{
	add_hex(&o, "000001154000001000000001");
	refused(DIA_INVALID_AVP_LENGTH, "000001154000000c00000000");
}
END_TEST

START_TEST(text_beyond_the_message_is_5014_with_its_header)
{
	add_hex(&o, "000000014000001000000001");
	refused(DIA_INVALID_AVP_LENGTH, "0000000140000008");
}
END_TEST

START_TEST(group_beyond_the_message_is_5014_with_an_empty_group)
{
	add_hex(&o, "0000010440000018"
		    "0000010a4000000c000028af");
	refused(DIA_INVALID_AVP_LENGTH, "0000010440000008");
}
END_TEST

START_TEST(member_beyond_its_group_is_5014_with_zeroes_of_the_type)
{
	add_hex(&o, "0000010440000014"
		    "0000010a40000010000028af");
	add_u32(&o, 277, 0, DIA_M, 1);
	refused(DIA_INVALID_AVP_LENGTH, "0000010a4000000c00000000");
}
END_TEST

START_TEST(unknown_avp_beyond_the_message_is_5014_with_its_header)
{
	add_hex(&o, "0000270fc0000100000028af");
	refused(DIA_INVALID_AVP_LENGTH, "0000270fc000000c000028af");
}
END_TEST

START_TEST(member_cut_short_is_5014_with_its_header_padded)
{
	add_hex(&o, "000001044000000d"
		    "0000010a40"
		    "000000");
	refused(DIA_INVALID_AVP_LENGTH, "0000010a4000000c00000000");
}
END_TEST

START_TEST(avp_of_zeroes_is_5014_with_a_header_of_zeroes)
{
	add_hex(&o, "0000000000000000");
	refused(DIA_INVALID_AVP_LENGTH, "0000000000000008");
}
END_TEST

START_TEST(leftover_of_a_message_is_5015_without_failed_avp)
{
	add_hex(&o, "00000001");
	ck_assert(!scan());
	ck_assert_uint_eq(fault.result, DIA_INVALID_MESSAGE_LENGTH);
	ck_assert_uint_eq(fault.code, 0);
	ck_assert_ptr_null(fault.octets.p);
}
END_TEST

START_TEST(first_fault_in_order_wins_and_missing_avps_come_last)
{
	o.len = 0;
	add_str(&o, 9999, 0, DIA_M, "x");
	add_u32(&o, 268, 0, DIA_M, 2001);
	refused(DIA_AVP_UNSUPPORTED, "0000270f4000000978000000");
}
END_TEST

/* --- Depth --- */

/* Groups inside groups, of a kind that may repeat. */
static void
add_nested(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		add_hex(&o, "0000011c40000000");
		set24(o.b, o.len - 3, 8 * (depth - i));
	}
}

START_TEST(groups_nest_to_the_limit)
{
	add_nested(DIA_DEPTH_MAX);
	ck_assert(scan());
}
END_TEST

START_TEST(groups_nested_beyond_the_limit_are_5004)
{
	add_nested(DIA_DEPTH_MAX + 1);
	refused(DIA_INVALID_AVP_VALUE, "0000011c40000008");
}
END_TEST

/* --- Vectors --- */

START_TEST(vectors_pass)
{
	for (unsigned i = 0; i < NVECTORS; i++) {
		size_t len;
		uint8_t *p = vector_octets(i, &len);
		struct dia_slice avps = { p + 20, len - 20 };

		ck_assert_msg(dia_scan(avps, &cx_dict, NULL, 0, NULL, &fault),
		    "%s: %s", vectors[i].name, fault.why);
		free(p);
	}
}
END_TEST

static bool
within(struct dia_slice s, const uint8_t *p, size_t len)
{
	return s.p == NULL || (s.p >= p && s.p + s.len <= p + len);
}

static void
scan_damaged(const uint8_t *p, size_t len)
{
	struct dia_msg msg;
	struct dia_fault unused;

	(void)dia_parse(&msg, p, len, &unused);
	memset(&req, 0, sizeof req);

	bool ok = dia_scan(msg.avps, &cx_dict, grammar, NGRAMMAR, &req, &fault);

	ck_assert(ok == (fault.result == 0));
	ck_assert(within(fault.octets, p, len));
	ck_assert(within(req.session_id, p, len));
	ck_assert(within(req.user_name, p, len));
	ck_assert(within(req.scheme, p, len));
	ck_assert_uint_le(req.impus.n, DIA_LIST_MAX);
	switch (fault.result) {
	case 0:
	case DIA_AVP_UNSUPPORTED:
	case DIA_AVP_NOT_ALLOWED:
	case DIA_INVALID_AVP_BITS:
	case DIA_INVALID_AVP_LENGTH:
	case DIA_INVALID_AVP_VALUE:
	case DIA_INVALID_MESSAGE_LENGTH:
	case DIA_MISSING_AVP:
	case DIA_AVP_OCCURS_TOO_MANY_TIMES:
		break;
	default:
		ck_abort_msg("result %u", fault.result);
	}
}

START_TEST(damaged_vectors_end_in_values_or_faults)
{
	ck_assert_uint_ge(each_damaged(scan_damaged), 10000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("scan");
	TCase *t = tcase_create("scan");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, values_land_in_their_members);
	tcase_add_test(t, members_of_a_group_land_in_the_same_struct);
	tcase_add_test(t, empty_value_is_there);
	tcase_add_test(t, unknown_avp_without_m_is_ignored);
	tcase_add_test(t, unknown_group_without_m_hides_members_with_m);
	tcase_add_test(t, reserved_and_p_bits_of_an_avp_are_ignored);
	tcase_add_test(t, known_avp_without_m_is_taken);
	tcase_add_test(
	    t, bad_value_of_an_optional_avp_outside_the_grammar_is_ignored);
	tcase_add_test(
	    t, bad_value_of_an_optional_avp_in_the_grammar_is_ignored);
	tcase_add_test(t, known_avp_outside_the_grammar_is_allowed);
	tcase_add_test(t, failed_avp_may_hold_anything);
	tcase_add_test(t, v_bit_with_vendor_0_is_3009);
	tcase_add_test(t, unknown_avp_with_m_is_5001);
	tcase_add_test(t, unknown_vendor_avp_with_m_is_5001);
	tcase_add_test(t, known_avp_without_its_v_bit_is_5001);
	tcase_add_test(t, unknown_member_with_m_in_a_known_group_is_5001);
	tcase_add_test(t, enumerated_value_outside_its_list_is_5004);
	tcase_add_test(t, bad_value_of_an_optional_avp_with_m_is_5004);
	tcase_add_test(t, bad_value_of_a_mandatory_avp_sent_without_m_is_5004);
	tcase_add_test(t, bad_value_with_m_outside_the_grammar_is_5004);
	tcase_add_test(t, text_that_is_no_utf8_is_5004);
	tcase_add_test(t, missing_avp_is_5005_with_an_example);
	tcase_add_test(t, missing_number_is_5005_with_a_zero_of_its_length);
	tcase_add_test(t, missing_vendor_avp_is_5005_with_its_vendor);
	tcase_add_test(t, forbidden_avp_is_5008);
	tcase_add_test(t, first_avp_beyond_its_maximum_is_5009);
	tcase_add_test(t, third_of_two_is_5009);
	tcase_add_test(t, list_holds_32_and_the_33rd_is_5009);
	tcase_add_test(t, avp_that_is_not_kept_may_come_any_number_of_times);
	tcase_add_test(t, wrong_length_for_the_type_is_5014_with_the_avp);
	tcase_add_test(t, wrong_length_outside_the_grammar_is_5014);
	tcase_add_test(
	    t, length_below_the_header_is_5014_with_zeroes_of_the_type);
	tcase_add_test(
	    t, length_beyond_the_message_is_5014_with_zeroes_of_the_type);
	tcase_add_test(t, text_beyond_the_message_is_5014_with_its_header);
	tcase_add_test(t, group_beyond_the_message_is_5014_with_an_empty_group);
	tcase_add_test(
	    t, member_beyond_its_group_is_5014_with_zeroes_of_the_type);
	tcase_add_test(
	    t, unknown_avp_beyond_the_message_is_5014_with_its_header);
	tcase_add_test(t, member_cut_short_is_5014_with_its_header_padded);
	tcase_add_test(t, avp_of_zeroes_is_5014_with_a_header_of_zeroes);
	tcase_add_test(t, leftover_of_a_message_is_5015_without_failed_avp);
	tcase_add_test(t, first_fault_in_order_wins_and_missing_avps_come_last);
	tcase_add_test(t, groups_nest_to_the_limit);
	tcase_add_test(t, groups_nested_beyond_the_limit_are_5004);
	tcase_add_test(t, vectors_pass);
	tcase_add_test(t, damaged_vectors_end_in_values_or_faults);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
