/*
 * Reading answers: what they say, what is missing, and any damage done to
 * them.
 */
#include "cx/avps.h"
#include "cx/cx.h"
#include "tools/cxclient/answers.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 4096 };

static uint8_t buf[CAP];
static struct dia_writer w;
static struct answer answer;
static char why[ANSWER_WHY_CAP];

static void
begin(void)
{
	const struct dia_header hdr = {
		.code = CX_MAR, .app = CX_APP, .flags = DIA_P
	};

	dia_begin(&w, buf, CAP, &hdr);
	dia_put_str(&w, BASE(SESSION_ID), "s;1;2");
	why[0] = '\0';
}

static void
put_item(uint32_t number)
{
	static const uint8_t octets[32] = { 1, 2, 3 };

	dia_open(&w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_u32(&w, CX(SIP_ITEM_NUMBER), number);
	dia_put_str(&w, CX(SIP_AUTHENTICATION_SCHEME), "SIP Digest");
	dia_put(&w, CX(SIP_AUTHENTICATE), octets, sizeof octets);
	dia_open(&w, CX(SIP_DIGEST_AUTHENTICATE));
	dia_put_str(&w, CX(DIGEST_REALM), "realm");
	dia_put_str(&w, CX(DIGEST_HA1), "ha1");
	dia_close(&w);
	dia_close(&w);
}

static bool
read_octets(const uint8_t *octets, size_t len)
{
	struct dia_msg msg;
	struct dia_fault fault;

	return dia_parse(&msg, octets, len, &fault) &&
	       answer_read(&answer, &msg, "s;1;2", why);
}

static bool
read_back(void)
{
	size_t len = dia_end(&w);

	ck_assert_uint_gt(len, 0);
	return read_octets(buf, len);
}

static size_t
put_all(void)
{
	begin();
	dia_open(&w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, BASE(EXPERIMENTAL_RESULT_CODE), 2001);
	dia_close(&w);
	dia_put_str(&w, CX(SERVER_NAME), "sip:one");
	dia_open(&w, CX(SERVER_CAPABILITIES));
	dia_put_u32(&w, CX(MANDATORY_CAPABILITY), 4);
	dia_put_u32(&w, CX(OPTIONAL_CAPABILITY), 5);
	dia_put_u32(&w, CX(OPTIONAL_CAPABILITY), 6);
	dia_put_str(&w, CX(SERVER_NAME), "sip:two");
	dia_close(&w);
	dia_open(&w, CX(CHARGING_INFORMATION));
	dia_put_str(
	    &w, CX(PRIMARY_CHARGING_COLLECTION_FUNCTION_NAME), "aaa://ccf");
	dia_close(&w);
	put_item(1);
	put_item(2);
	return dia_end(&w);
}

START_TEST(every_part_is_found)
{
	char verdict[ANSWER_VERDICT_CAP];
	size_t len = put_all();

	ck_assert_msg(read_octets(buf, len), "%s", why);
	ck_assert(answer_is_success(&answer));
	answer_verdict(&answer, verdict);
	ck_assert_str_eq(verdict, "2001 FIRST_REGISTRATION");
	ck_assert(dia_slice_eq(answer.server_name, "sip:one"));
	ck_assert(dia_slice_eq(answer.capabilities.server_name, "sip:two"));
	ck_assert_uint_eq(answer.capabilities.nmandatory, 1);
	ck_assert_uint_eq(answer.capabilities.noptional, 2);
	ck_assert_uint_eq(answer.capabilities.optional[1], 6);
	ck_assert(dia_slice_eq(answer.ccf, "aaa://ccf"));
	ck_assert_uint_eq(answer.nitems, 2);
	ck_assert_uint_eq(answer.items[1].number.value, 2);
	ck_assert(dia_slice_eq(answer.items[1].realm, "realm"));
	ck_assert(dia_slice_eq(answer.items[0].ha1, "ha1"));
	ck_assert_uint_eq(answer.items[0].authenticate.len, 32);
}
END_TEST

START_TEST(result_of_another_vendor_has_no_name)
{
	char verdict[ANSWER_VERDICT_CAP];

	begin();
	dia_open(&w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(&w, BASE(VENDOR_ID), 1);
	dia_put_u32(&w, BASE(EXPERIMENTAL_RESULT_CODE), 5001);
	dia_close(&w);
	ck_assert(read_back());
	ck_assert(!answer_is_success(&answer));
	answer_verdict(&answer, verdict);
	ck_assert_str_eq(verdict, "5001 (unknown)");
}
END_TEST

START_TEST(number_of_two_octets_is_refused)
{
	begin();
	dia_put(&w, BASE(RESULT_CODE), "\7\321", 2);
	ck_assert(!read_back());
	ck_assert_str_eq(why,
	    "the answer is malformed: wrong length for its type (AVP 268)");
}
END_TEST

START_TEST(protocol_error_may_lack_a_session)
{
	struct dia_header hdr = {
		.code = CX_MAR, .app = CX_APP, .flags = DIA_P | DIA_E
	};

	dia_begin(&w, buf, CAP, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), 3002);
	ck_assert(read_back());
	hdr.flags = DIA_P;
	dia_begin(&w, buf, CAP, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), 2001);
	ck_assert(!read_back());
	ck_assert_str_eq(why, "the answer has no Session-Id");
}
END_TEST

START_TEST(items_past_the_limit_are_counted_only)
{
	begin();
	dia_put_u32(&w, BASE(RESULT_CODE), 2001);
	for (uint32_t i = 1; i <= ANSWER_ITEMS_MAX; i++)
		put_item(i);
	ck_assert(read_back());
	ck_assert_uint_eq(answer.nitems, ANSWER_ITEMS_MAX);
	put_item(ANSWER_ITEMS_MAX + 1);
	ck_assert(read_back());
	ck_assert_uint_eq(answer.nitems, ANSWER_ITEMS_MAX + 1);
	ck_assert_uint_eq(
	    answer.items[ANSWER_ITEMS_MAX - 1].number.value, ANSWER_ITEMS_MAX);
}
END_TEST

START_TEST(capabilities_past_the_limit_are_left_out)
{
	begin();
	dia_put_u32(&w, BASE(RESULT_CODE), 2001);
	dia_open(&w, CX(SERVER_CAPABILITIES));
	for (uint32_t i = 0; i <= ANSWER_CAPABILITIES_MAX; i++)
		dia_put_u32(&w, CX(MANDATORY_CAPABILITY), i);
	dia_close(&w);
	ck_assert(read_back());
	ck_assert_uint_eq(
	    answer.capabilities.nmandatory, ANSWER_CAPABILITIES_MAX);
	ck_assert_uint_eq(
	    answer.capabilities.mandatory[ANSWER_CAPABILITIES_MAX - 1],
	    ANSWER_CAPABILITIES_MAX - 1);
}
END_TEST

/* An answer cut anywhere lacks its end, and is never read past it. */
START_TEST(cut_answer_is_read_no_further)
{
	size_t whole = put_all();

	for (size_t len = DIA_HEADER_LEN; len < whole; len += 4) {
		uint8_t *part = malloc(len);

		ck_assert_ptr_nonnull(part);
		memcpy(part, buf, len);
		part[2] = (uint8_t)(len >> 8);
		part[3] = (uint8_t)len;
		(void)read_octets(part, len);
		ck_assert_uint_lt(answer.nitems, 3);
		free(part);
	}
}
END_TEST

START_TEST(damaged_answer_is_survived)
{
	size_t len = put_all();
	uint8_t *copy = malloc(len);

	ck_assert_ptr_nonnull(copy);
	for (size_t bit = 0; bit < 8 * len; bit++) {
		memcpy(copy, buf, len);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (!read_octets(copy, len) && bit >= 8 * DIA_HEADER_LEN)
			ck_assert_str_ne(why, "");
	}
	free(copy);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("answers");
	TCase *tc = tcase_create("answers");
	SRunner *sr = srunner_create(s);

	tcase_add_test(tc, every_part_is_found);
	tcase_add_test(tc, result_of_another_vendor_has_no_name);
	tcase_add_test(tc, number_of_two_octets_is_refused);
	tcase_add_test(tc, protocol_error_may_lack_a_session);
	tcase_add_test(tc, items_past_the_limit_are_counted_only);
	tcase_add_test(tc, capabilities_past_the_limit_are_left_out);
	tcase_add_test(tc, cut_answer_is_read_no_further);
	tcase_add_test(tc, damaged_answer_is_survived);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
