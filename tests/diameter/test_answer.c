/*
 * Answers: what they repeat of the request, the E bit, Failed-AVP, and every
 * capacity.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

static const struct dia_identity id = { "h", "r" };
static struct octets o, want;
static uint8_t buf[DIA_MESSAGE_MAX];
static struct dia_msg req;

static void
setup(void)
{
	o.len = 0;
	want.len = 0;
	add_header(&o, DIA_R | DIA_P | DIA_T, 300, 16777216);
}

static void
parse(void)
{
	struct dia_fault fault;

	seal(&o);
	ck_assert(dia_parse(&req, o.b, o.len, &fault));
}

/* The answer in buf is the one wanted. */
static void
answer_is(size_t len)
{
	seal(&want);
	ck_assert_uint_eq(len, want.len);
	ck_assert_mem_eq(buf, want.b, len);
}

START_TEST(answer_keeps_ids_code_application_and_p_bit)
{
	struct dia_writer w;

	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, 0);
	add_header(&want, DIA_P, 300, 16777216);
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(answer_has_no_p_bit_where_the_request_has_none)
{
	struct dia_writer w;

	o.b[4] = DIA_R | 0x0f;
	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, DIA_E);
	add_header(&want, DIA_E, 300, 16777216);
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(session_id_comes_first_wherever_it_was)
{
	struct dia_writer w;

	add_str(&o, 264, 0, DIA_M, "peer");
	add_str(&o, 263, 0, DIA_M, "s;1;2");
	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, 0);
	add_header(&want, DIA_P, 300, 16777216);
	add_str(&want, 263, 0, DIA_M, "s;1;2");
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(session_id_comes_back_with_its_own_flags)
{
	struct dia_writer w;

	add_str(&o, 263, 0, 0x3f, "s;1;2");
	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, 0);
	add_header(&want, DIA_P, 300, 16777216);
	add_str(&want, 263, 0, DIA_M, "s;1;2");
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(proxy_info_comes_back_unchanged_in_order)
{
	struct dia_writer w;

	add_str(&o, 284, 0, DIA_M, "one"); /* not a group, but the proxy's */
	add_str(&o, 264, 0, DIA_M, "peer");
	add_str(&o, 284, 0, DIA_M | 0x20, "second");
	add_str(&o, 284, 10415, DIA_V, "not this");
	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, 0);
	dia_put_u32(&w, BASE(RESULT_CODE), 2001);
	add_header(&want, DIA_P, 300, 16777216);
	add_u32(&want, 268, 0, DIA_M, 2001);
	add_str(&want, 284, 0, DIA_M, "one");
	add_str(&want, 284, 0, DIA_M | 0x20, "second");
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(error_answer_has_the_e_bit_with_protocol_errors_alone)
{
	static const struct {
		uint32_t result;
		uint8_t flags;
	} bits[] = {
		{ DIA_COMMAND_UNSUPPORTED, DIA_P | DIA_E },
		{ DIA_INVALID_HDR_BITS, DIA_P | DIA_E },
		{ DIA_INVALID_AVP_BITS, DIA_P | DIA_E },
		{ DIA_UNKNOWN_PEER, DIA_P | DIA_E },
		{ DIA_SUCCESS, DIA_P },
		{ DIA_ELECTION_LOST, DIA_P },
		{ DIA_AVP_UNSUPPORTED, DIA_P },
		{ DIA_UNSUPPORTED_VERSION, DIA_P },
		{ DIA_INVALID_MESSAGE_LENGTH, DIA_P },
	};

	add_str(&o, 263, 0, DIA_M, "s");
	parse();
	for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
		struct dia_fault fault = { .result = bits[i].result };

		want.len = 0;
		add_header(&want, bits[i].flags, 300, 16777216);
		add_str(&want, 263, 0, DIA_M, "s");
		add_str(&want, 264, 0, DIA_M, "h");
		add_str(&want, 296, 0, DIA_M, "r");
		add_u32(&want, 268, 0, DIA_M, bits[i].result);
		answer_is(dia_answer_fault(
		    buf, sizeof buf, &req, &id, &cx_dict, &fault));
	}
}
END_TEST

static const struct dia_fault too_many = {
	.result = DIA_AVP_OCCURS_TOO_MANY_TIMES,
	.code = 1,
	.flags = DIA_M,
	.octets = { (const uint8_t *)"\0\0\0\1\x40\0\0\x09x", 9 },
	.why = "why",
};

/* What answers too_many. */
static void
want_too_many(bool failed_avp)
{
	want.len = 0;
	add_header(&want, DIA_P, 300, 16777216);
	add_str(&want, 263, 0, DIA_M, "s");
	add_str(&want, 264, 0, DIA_M, "h");
	add_str(&want, 296, 0, DIA_M, "r");
	add_u32(&want, 268, 0, DIA_M, 5009);
	add_str(&want, 281, 0, 0, "why");
	if (failed_avp) {
		add_hex(&want, "0000011740000014");
		add_str(&want, 1, 0, DIA_M, "x");
	}
	add_str(&want, 284, 0, DIA_M, "proxy");
}

START_TEST(error_answer_carries_message_failed_avp_and_proxy_info)
{
	add_str(&o, 263, 0, DIA_M, "s");
	add_str(&o, 284, 0, DIA_M, "proxy");
	parse();
	want_too_many(true);
	answer_is(
	    dia_answer_fault(buf, sizeof buf, &req, &id, &cx_dict, &too_many));
}
END_TEST

START_TEST(refusal_replaces_what_was_written)
{
	struct dia_writer w;

	add_str(&o, 263, 0, DIA_M, "s");
	add_str(&o, 284, 0, DIA_M, "proxy");
	parse();
	dia_answer_begin(&w, buf, sizeof buf, &req, 0);
	dia_put_str(&w, BASE(USER_NAME), "alice");
	dia_open(&w, BASE(EXPERIMENTAL_RESULT));
	dia_answer_refuse(&w, &req, &id, &cx_dict, &too_many);
	want_too_many(true);
	answer_is(dia_answer_end(&w, &req));
}
END_TEST

START_TEST(failed_avp_that_does_not_fit_is_left_out)
{
	add_str(&o, 263, 0, DIA_M, "s");
	add_str(&o, 284, 0, DIA_M, "proxy");
	parse();
	want_too_many(true);

	size_t whole = want.len;

	want_too_many(false);
	for (size_t cap = 0; cap <= whole; cap++) {
		uint8_t *p = malloc(cap);
		size_t len =
		    dia_answer_fault(p, cap, &req, &id, &cx_dict, &too_many);

		if (cap < want.len)
			ck_assert_uint_eq(len, 0);
		else if (cap < whole)
			ck_assert_uint_eq(len, want.len);
		else
			ck_assert_uint_eq(len, whole);
		if (len > 0 && len < whole) {
			seal(&want);
			ck_assert_mem_eq(p, want.b, len);
		}
		free(p);
	}
}
END_TEST

static size_t
failed_avp_len(const struct dia_fault *fault)
{
	const struct dia_header hdr = { 0 };
	struct dia_writer w;

	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_fault(&w, &cx_dict, fault);
	return dia_end(&w) - DIA_HEADER_LEN;
}

START_TEST(fault_that_blames_no_avp_has_no_failed_avp)
{
	struct dia_fault fault = { .result = DIA_UNSUPPORTED_VERSION };

	ck_assert_uint_eq(failed_avp_len(&fault), 0);
}
END_TEST

static const struct {
	const struct dia_def *def;
	size_t least; /* octets of its example's value */
} examples[] = {
	{ BASE(USER_NAME), 0 },
	{ BASE(CLASS), 0 },
	{ BASE(ORIGIN_HOST), 0 },
	{ BASE(REDIRECT_HOST), 0 },
	{ BASE(VENDOR_SPECIFIC_APPLICATION_ID), 0 },
	{ BASE(RESULT_CODE), 4 },
	{ BASE(EVENT_TIMESTAMP), 4 },
	{ BASE(DISCONNECT_CAUSE), 4 },
	{ BASE(HOST_IP_ADDRESS), 6 },
	{ BASE(ACCOUNTING_SUB_SESSION_ID), 8 },
	{ CX(SERVER_ASSIGNMENT_TYPE), 4 },
};

START_TEST(example_of_an_avp_has_the_least_length_of_its_type)
{
	const struct dia_def *def = examples[_i].def;
	struct dia_fault fault = { .result = DIA_MISSING_AVP,
		.code = def->code,
		.vendor = def->vendor,
		.flags = def->flags };

	add_avp(&want, def->code, def->vendor, def->flags & (DIA_V | DIA_M),
	    "\0\0\0\0\0\0\0", examples[_i].least);
	ck_assert_uint_eq(failed_avp_len(&fault), 8 + want.len);
	ck_assert_mem_eq(buf + DIA_HEADER_LEN + 8, want.b, want.len);
}
END_TEST

/* --- Vectors --- */

static void
answer_damaged(const uint8_t *p, size_t len)
{
	struct dia_msg msg, ans;
	struct dia_fault fault, none;

	if (dia_parse(&msg, p, len, &fault))
		(void)dia_scan(msg.avps, &cx_dict, NULL, 0, NULL, &fault);
	if (fault.result == 0)
		return;

	size_t n =
	    dia_answer_fault(buf, sizeof buf, &msg, &id, &cx_dict, &fault);

	ck_assert(dia_parse(&ans, buf, n, &none));
	ck_assert_uint_eq(ans.hdr.flags & DIA_R, 0);
	ck_assert_uint_eq(ans.hdr.hbh, msg.hdr.hbh);
	ck_assert_uint_eq(ans.hdr.e2e, msg.hdr.e2e);
	ck_assert_uint_eq(ans.hdr.code, msg.hdr.code);

	struct dia_avp avp;
	uint32_t result;

	ck_assert(dia_find(ans.avps, 268, 0, &avp));
	ck_assert(dia_get_u32(&avp, &result));
	ck_assert_uint_eq(result, fault.result);
	ck_assert(dia_find(ans.avps, 279, 0, &avp) ==
		  (result != DIA_INVALID_MESSAGE_LENGTH));
	if (result == DIA_INVALID_AVP_LENGTH) {
		struct dia_slice inside = avp.data;

		ck_assert(dia_find(inside, fault.code, fault.vendor, &avp));
	}
}

START_TEST(damaged_vectors_are_answered_with_their_fault)
{
	ck_assert_uint_ge(each_damaged(answer_damaged), 10000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("answer");
	TCase *t = tcase_create("answer");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, answer_keeps_ids_code_application_and_p_bit);
	tcase_add_test(t, answer_has_no_p_bit_where_the_request_has_none);
	tcase_add_test(t, session_id_comes_first_wherever_it_was);
	tcase_add_test(t, session_id_comes_back_with_its_own_flags);
	tcase_add_test(t, proxy_info_comes_back_unchanged_in_order);
	tcase_add_test(
	    t, error_answer_has_the_e_bit_with_protocol_errors_alone);
	tcase_add_test(
	    t, error_answer_carries_message_failed_avp_and_proxy_info);
	tcase_add_test(t, refusal_replaces_what_was_written);
	tcase_add_test(t, failed_avp_that_does_not_fit_is_left_out);
	tcase_add_test(t, fault_that_blames_no_avp_has_no_failed_avp);
	tcase_add_loop_test(t,
	    example_of_an_avp_has_the_least_length_of_its_type, 0,
	    sizeof examples / sizeof examples[0]);
	tcase_add_test(t, damaged_vectors_are_answered_with_their_fault);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
