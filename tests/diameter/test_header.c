/*
 * The reader: where a message ends, and its header.
 */
#include "tests/diameter/octets.h"

#include <stdlib.h>

static struct octets o;

static void
setup(void)
{
	o.len = 0;
}

/* --- Framing --- */

START_TEST(frame_of_three_octets_is_short_of_unknown_length)
{
	size_t len = 99;

	ck_assert_int_eq(dia_frame((const uint8_t *)"\1\0\0", 3, 100, &len),
	    DIA_FRAME_SHORT);
	ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(frame_of_four_octets_tells_the_length)
{
	size_t len = 0;

	ck_assert_int_eq(dia_frame((const uint8_t *)"\1\0\0\x20", 4, 100, &len),
	    DIA_FRAME_SHORT);
	ck_assert_uint_eq(len, 32);
}
END_TEST

START_TEST(frame_is_whole_at_its_last_octet)
{
	size_t len;

	add_header(&o, 0, 280, 0);
	ck_assert_int_eq(dia_frame(o.b, 19, 20, &len), DIA_FRAME_SHORT);
	ck_assert_uint_eq(len, 20);
	ck_assert_int_eq(dia_frame(o.b, 20, 20, &len), DIA_FRAME_OK);
	ck_assert_uint_eq(len, 20);
	ck_assert_int_eq(dia_frame(o.b, 21, 20, &len), DIA_FRAME_OK);
	ck_assert_uint_eq(len, 20);
}
END_TEST

static const struct {
	uint32_t declared;
	enum dia_frame is;
} frames[] = {
	{ 0, DIA_FRAME_BAD },
	{ 16, DIA_FRAME_BAD },
	{ 19, DIA_FRAME_BAD },
	{ 20, DIA_FRAME_SHORT },
	{ 21, DIA_FRAME_BAD },
	{ 22, DIA_FRAME_BAD },
	{ 23, DIA_FRAME_BAD },
	{ 24, DIA_FRAME_SHORT },
	{ DIA_MESSAGE_MAX, DIA_FRAME_SHORT },
	{ DIA_MESSAGE_MAX + 4, DIA_FRAME_BAD },
	{ 0xfffffc, DIA_FRAME_BAD },
};

START_TEST(frame_length_is_at_least_20_a_multiple_of_4_and_at_most_max)
{
	uint8_t buf[4] = { 1 };
	size_t len;

	set24(buf, 1, frames[_i].declared);
	ck_assert_int_eq(
	    dia_frame(buf, 4, DIA_MESSAGE_MAX, &len), frames[_i].is);
	ck_assert_uint_eq(
	    len, frames[_i].is == DIA_FRAME_BAD ? 0 : frames[_i].declared);
}
END_TEST

/* --- The message header --- */

START_TEST(header_fields_are_taken_apart)
{
	struct dia_msg msg;
	struct dia_fault fault;

	add_header(&o, DIA_R | DIA_P | DIA_T, 303, 16777216);
	add_str(&o, 264, 0, DIA_M, "abcd");
	seal(&o);
	ck_assert(dia_parse(&msg, o.b, o.len, &fault));
	ck_assert_uint_eq(fault.result, 0);
	ck_assert_uint_eq(msg.hdr.version, 1);
	ck_assert_uint_eq(msg.hdr.length, 32);
	ck_assert_uint_eq(msg.hdr.flags, DIA_R | DIA_P | DIA_T);
	ck_assert_uint_eq(msg.hdr.code, 303);
	ck_assert_uint_eq(msg.hdr.app, 16777216);
	ck_assert_uint_eq(msg.hdr.hbh, 0x11223344);
	ck_assert_uint_eq(msg.hdr.e2e, 0x55667788);
	ck_assert_ptr_eq(msg.avps.p, o.b + 20);
	ck_assert_uint_eq(msg.avps.len, 12);
}
END_TEST

static void
parse_is(uint32_t result)
{
	struct dia_msg msg;
	struct dia_fault fault;

	ck_assert(dia_parse(&msg, o.b, o.len, &fault) == (result == 0));
	ck_assert_uint_eq(fault.result, result);
	ck_assert((fault.why != NULL) == (result != 0));
	ck_assert_ptr_null(fault.octets.p);
	ck_assert_uint_eq(fault.code, 0);
	ck_assert_uint_eq(msg.hdr.hbh, 0x11223344);
	ck_assert_uint_eq(msg.hdr.e2e, 0x55667788);
}

START_TEST(version_other_than_1_is_5011)
{
	add_header(&o, DIA_R, 280, 0);
	for (unsigned version = 0; version < 256; version++) {
		o.b[0] = (uint8_t)version;
		parse_is(version == 1 ? 0 : DIA_UNSUPPORTED_VERSION);
	}
}
END_TEST

START_TEST(e_bit_in_a_request_is_3008)
{
	add_header(&o, DIA_R | DIA_E, 280, 0);
	parse_is(DIA_INVALID_HDR_BITS);
}
END_TEST

START_TEST(e_bit_in_an_answer_is_fine)
{
	add_header(&o, DIA_E, 280, 0);
	parse_is(0);
}
END_TEST

START_TEST(reserved_header_bits_are_ignored)
{
	add_header(&o, DIA_R | 0x0f, 280, 0);
	parse_is(0);
}
END_TEST

START_TEST(message_length_unlike_the_message_is_5015)
{
	add_header(&o, DIA_R, 280, 0);
	set24(o.b, 1, 24);
	parse_is(DIA_INVALID_MESSAGE_LENGTH);
	set24(o.b, 1, 16);
	parse_is(DIA_INVALID_MESSAGE_LENGTH);
}
END_TEST

START_TEST(message_length_not_a_multiple_of_4_is_5015)
{
	add_header(&o, DIA_R, 280, 0);
	add(&o, "\0", 1);
	seal(&o);
	parse_is(DIA_INVALID_MESSAGE_LENGTH);
}
END_TEST

START_TEST(message_shorter_than_its_header_is_5015)
{
	struct dia_msg msg;
	struct dia_fault fault;

	add_header(&o, DIA_R, 280, 0);
	for (size_t len = 0; len < DIA_HEADER_LEN; len++) {
		uint8_t *p = exactly(o.b, len);

		ck_assert(!dia_parse(&msg, p, len, &fault));
		ck_assert_uint_eq(fault.result, DIA_INVALID_MESSAGE_LENGTH);
		ck_assert_ptr_null(msg.avps.p);
		free(p);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("header");
	TCase *t = tcase_create("header");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, frame_of_three_octets_is_short_of_unknown_length);
	tcase_add_test(t, frame_of_four_octets_tells_the_length);
	tcase_add_test(t, frame_is_whole_at_its_last_octet);
	tcase_add_loop_test(t,
	    frame_length_is_at_least_20_a_multiple_of_4_and_at_most_max, 0,
	    sizeof frames / sizeof frames[0]);
	tcase_add_test(t, header_fields_are_taken_apart);
	tcase_add_test(t, version_other_than_1_is_5011);
	tcase_add_test(t, e_bit_in_a_request_is_3008);
	tcase_add_test(t, e_bit_in_an_answer_is_fine);
	tcase_add_test(t, reserved_header_bits_are_ignored);
	tcase_add_test(t, message_length_unlike_the_message_is_5015);
	tcase_add_test(t, message_length_not_a_multiple_of_4_is_5015);
	tcase_add_test(t, message_shorter_than_its_header_is_5015);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
