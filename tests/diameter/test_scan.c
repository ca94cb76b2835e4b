/*
 * A message against a grammar: what is kept, what is ignored, how deep; every
 * vector damaged in every length.
 */
#include "tests/diameter/grammar.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

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

START_TEST(groups_that_may_repeat_are_counted)
{
	ck_assert(scan());
	ck_assert(!req.features.set);
	for (uint32_t n = 1; n <= 3; n++) {
		add_hex(&o, "0000027480000018000028af"
			    "0000010a4000000c000028af");
		ck_assert(scan());
		ck_assert(req.features.set);
		ck_assert_uint_eq(req.features.value, n);
	}
}
END_TEST

START_TEST(grammar_is_found_whatever_the_order)
{
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:a");
	add_str(&o, 264, 0, DIA_M, "host");
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:b");
	add_str(&o, 1, 0, DIA_M, "user");
	ck_assert(scan());
	ck_assert(dia_slice_eq(req.origin_host, "host"));
	ck_assert(dia_slice_eq(req.user_name, "user"));
	ck_assert_uint_eq(req.impus.n, 2);
	ck_assert(dia_slice_eq(req.impus.v[1], "sip:b"));
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

START_TEST(groups_nest_to_the_limit)
{
	add_nested(DIA_DEPTH_MAX);
	ck_assert(scan());
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
	tcase_add_test(t, groups_that_may_repeat_are_counted);
	tcase_add_test(t, grammar_is_found_whatever_the_order);
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
	tcase_add_test(t, groups_nest_to_the_limit);
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
