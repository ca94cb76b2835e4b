/*
 * A message against a grammar: one case per Result-Code that a scan can give,
 * with the Failed-AVP that an answer shows for it (RFC 6733, 7.1.5 and 7.5).
 */
#include "tests/diameter/grammar.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <string.h>

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

START_TEST(groups_nested_beyond_the_limit_are_5004)
{
	add_nested(DIA_DEPTH_MAX + 1);
	refused(DIA_INVALID_AVP_VALUE, "0000011c40000008");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("fault");
	TCase *t = tcase_create("fault");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
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
	tcase_add_test(t, groups_nested_beyond_the_limit_are_5004);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
