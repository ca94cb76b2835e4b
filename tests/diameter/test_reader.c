/*
 * The reader: AVPs and groups; every vector damaged in every length.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

static struct octets o;

static void
setup(void)
{
	o.len = 0;
}

/* --- AVPs --- */

START_TEST(avp_header_with_and_without_vendor_is_read)
{
	struct dia_reader r;
	struct dia_avp avp;

	add_str(&o, 1, 0, DIA_M, "alice");
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:b");

	struct dia_slice s = exact_slice(&o);

	dia_read(&r, s);
	ck_assert(dia_next(&r, &avp));
	ck_assert_uint_eq(avp.code, 1);
	ck_assert_uint_eq(avp.vendor, 0);
	ck_assert_uint_eq(avp.flags, DIA_M);
	ck_assert(dia_slice_eq(avp.data, "alice"));
	ck_assert_ptr_eq(avp.octets.p, s.p);
	ck_assert_uint_eq(avp.octets.len, 13);
	ck_assert(dia_next(&r, &avp));
	ck_assert_uint_eq(avp.code, 601);
	ck_assert_uint_eq(avp.vendor, 10415);
	ck_assert_uint_eq(avp.flags, DIA_V | DIA_M);
	ck_assert(dia_slice_eq(avp.data, "sip:b"));
	ck_assert_ptr_eq(avp.octets.p, s.p + 16);
	ck_assert_uint_eq(avp.octets.len, 17);
	ck_assert(!dia_next(&r, &avp));
	ck_assert_uint_eq(r.fault.result, 0);
	FREE_SLICE(s);
}
END_TEST

START_TEST(no_octets_are_no_avps)
{
	struct dia_reader r;
	struct dia_avp avp;

	dia_read(&r, (struct dia_slice){ NULL, 0 });
	ck_assert(!dia_next(&r, &avp));
	ck_assert_uint_eq(r.fault.result, 0);
}
END_TEST

/* The first AVP of o is at fault. */
static struct dia_fault
next_is(uint32_t result)
{
	struct dia_reader r;
	struct dia_avp avp;
	struct dia_slice s = exact_slice(&o);

	dia_read(&r, s);
	ck_assert(!dia_next(&r, &avp));
	ck_assert_uint_eq(r.fault.result, result);
	ck_assert_ptr_nonnull(r.fault.why);
	ck_assert(!dia_next(&r, &avp));
	ck_assert_uint_eq(r.fault.result, result);
	FREE_SLICE(s);
	return r.fault;
}

START_TEST(avp_length_below_header_is_5014)
{
	add_str(&o, 1, 0, DIA_M, "alice");
	for (uint32_t len = 0; len < DIA_AVP_LEN; len++) {
		set24(o.b, 5, len);

		struct dia_fault fault = next_is(DIA_INVALID_AVP_LENGTH);

		ck_assert_uint_eq(fault.code, 1);
		ck_assert_uint_eq(fault.flags, DIA_M);
		ck_assert_ptr_null(fault.octets.p);
	}
}
END_TEST

START_TEST(avp_length_below_vendor_header_is_5014)
{
	add_str(&o, 601, 10415, DIA_V | DIA_M, "sip:b");
	for (uint32_t len = 0; len < DIA_VAVP_LEN; len++) {
		set24(o.b, 5, len);

		struct dia_fault fault = next_is(DIA_INVALID_AVP_LENGTH);

		ck_assert_uint_eq(fault.code, 601);
		ck_assert_uint_eq(fault.vendor, 10415);
		ck_assert_uint_eq(fault.flags, DIA_V | DIA_M);
		ck_assert_ptr_null(fault.octets.p);
	}
}
END_TEST

START_TEST(avp_length_beyond_the_message_is_5014)
{
	static const uint32_t beyond[] = { 17, 18, 20, 0x10000, 0xfffffd,
		0xffffff };

	add_str(&o, 1, 0, DIA_M, "alice");
	for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
		set24(o.b, 5, beyond[i]);
		ck_assert_uint_eq(next_is(DIA_INVALID_AVP_LENGTH).code, 1);
	}
}
END_TEST

START_TEST(avp_length_may_reach_the_end)
{
	struct dia_reader r;
	struct dia_avp avp;

	add_str(&o, 1, 0, DIA_M, "alice");
	for (uint32_t len = DIA_AVP_LEN; len <= 16; len++) {
		set24(o.b, 5, len);
		dia_read(&r, (struct dia_slice){ o.b, o.len });
		ck_assert(dia_next(&r, &avp));
		ck_assert_uint_eq(avp.data.len, len - DIA_AVP_LEN);
	}
}
END_TEST

START_TEST(avp_without_room_for_its_vendor_is_5014)
{
	add_str(&o, 601, 10415, DIA_V | DIA_M, "");
	o.len = DIA_AVP_LEN;
	ck_assert_uint_eq(next_is(DIA_INVALID_AVP_LENGTH).code, 601);
}
END_TEST

START_TEST(leftover_of_a_message_too_short_for_an_avp_is_5015)
{
	add_str(&o, 1, 0, DIA_M, "");
	for (size_t len = 1; len < DIA_AVP_LEN; len++) {
		o.len = len;

		struct dia_fault fault = next_is(DIA_INVALID_MESSAGE_LENGTH);

		ck_assert_uint_eq(fault.code, 0);
		ck_assert_ptr_null(fault.octets.p);
	}
}
END_TEST

START_TEST(padding_missing_at_the_end_is_5014)
{
	add_str(&o, 1, 0, DIA_M, "alice");
	for (o.len = 13; o.len < 16; o.len++) {
		struct dia_fault fault = next_is(DIA_INVALID_AVP_LENGTH);

		ck_assert_uint_eq(fault.code, 1);
		ck_assert_uint_eq(fault.octets.len, 13);
	}
}
END_TEST

START_TEST(padding_octets_may_have_any_value)
{
	struct dia_reader r;
	struct dia_avp avp;

	add_str(&o, 1, 0, DIA_M, "alice");
	memset(o.b + 13, 0xff, 3);
	dia_read(&r, (struct dia_slice){ o.b, o.len });
	ck_assert(dia_next(&r, &avp));
	ck_assert(dia_slice_eq(avp.data, "alice"));
	ck_assert(!dia_next(&r, &avp));
	ck_assert_uint_eq(r.fault.result, 0);
}
END_TEST

/* --- Groups --- */

START_TEST(group_hides_what_follows_it)
{
	struct dia_reader r, inner;
	struct dia_avp avp;

	add_hex(&o, "0000010440000014"); /* 260, length 20 */
	add_u32(&o, 266, 0, DIA_M, 10415);
	add_u32(&o, 277, 0, DIA_M, 1);
	dia_read(&r, (struct dia_slice){ o.b, o.len });
	ck_assert(dia_next(&r, &avp));
	ck_assert(dia_enter(&r, &avp, &inner));
	ck_assert_uint_eq(inner.depth, 1);
	ck_assert(dia_next(&inner, &avp));
	ck_assert_uint_eq(avp.code, 266);
	ck_assert(!dia_next(&inner, &avp));
	ck_assert_uint_eq(inner.fault.result, 0);
	ck_assert(dia_next(&r, &avp));
	ck_assert_uint_eq(avp.code, 277);
}
END_TEST

START_TEST(member_longer_than_its_group_is_5014)
{
	struct dia_reader r, inner;
	struct dia_avp avp;

	add_hex(&o, "0000010440000014"); /* 260, length 20 */
	add_u32(&o, 266, 0, DIA_M, 10415);
	add_u32(&o, 277, 0, DIA_M, 1);
	set24(o.b, 8 + 5, 13);
	dia_read(&r, (struct dia_slice){ o.b, o.len });
	ck_assert(dia_next(&r, &avp));
	ck_assert(dia_enter(&r, &avp, &inner));
	ck_assert(!dia_next(&inner, &avp));
	ck_assert_uint_eq(inner.fault.result, DIA_INVALID_AVP_LENGTH);
	ck_assert_uint_eq(inner.fault.code, 266);
}
END_TEST

START_TEST(member_cut_short_is_5014_with_its_header_padded)
{
	static const struct {
		size_t len;
		uint32_t code, vendor;
		uint8_t flags;
	} cuts[] = {
		{ 1, 0x12000000, 0, 0 },
		{ 2, 0x12340000, 0, 0 },
		{ 4, 0x12345678, 0, 0 },
		{ 5, 0x12345678, 0, DIA_V | DIA_M },
		{ 8, 0x12345678, 0, DIA_V | DIA_M },
		{ 10, 0x12345678, 0x00110000, DIA_V | DIA_M },
		{ 11, 0x12345678, 0x00112200, DIA_V | DIA_M },
	};

	add_hex(&o, "12345678c000000c00112233");
	for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
		uint8_t *p = exactly(o.b, cuts[i].len);
		struct dia_reader r, inner;
		struct dia_avp avp = { .data = { p, cuts[i].len } };

		dia_read(&r, avp.data);
		ck_assert(dia_enter(&r, &avp, &inner));
		ck_assert(!dia_next(&inner, &avp));
		ck_assert_uint_eq(inner.fault.result, DIA_INVALID_AVP_LENGTH);
		ck_assert_uint_eq(inner.fault.code, cuts[i].code);
		ck_assert_uint_eq(inner.fault.vendor, cuts[i].vendor);
		ck_assert_uint_eq(inner.fault.flags, cuts[i].flags);
		ck_assert_ptr_null(inner.fault.octets.p);
		free(p);
	}
}
END_TEST

/* Enters groups inside groups; returns how many. */
static unsigned
enter(struct dia_reader *r, struct dia_fault *fault)
{
	struct dia_reader inner;
	struct dia_avp avp;

	if (!dia_next(r, &avp))
		return 0;
	if (!dia_enter(r, &avp, &inner)) {
		*fault = r->fault;
		return 0;
	}
	return 1 + enter(&inner, fault);
}

static unsigned
depth_entered(unsigned depth, struct dia_fault *fault)
{
	struct dia_reader r;

	*fault = (struct dia_fault){ 0 };
	o.len = 0;
	for (unsigned i = 0; i < depth; i++) {
		add_hex(&o, "0000010440000000");
		set24(o.b, o.len - 3, 8 * (depth - i));
	}
	dia_read(&r, (struct dia_slice){ o.b, o.len });
	return enter(&r, fault);
}

START_TEST(groups_nest_to_the_limit_and_no_deeper)
{
	struct dia_fault fault;

	ck_assert_uint_eq(depth_entered(DIA_DEPTH_MAX, &fault), DIA_DEPTH_MAX);
	ck_assert_uint_eq(fault.result, 0);
	ck_assert_uint_eq(
	    depth_entered(DIA_DEPTH_MAX + 1, &fault), DIA_DEPTH_MAX);
	ck_assert_uint_eq(fault.result, DIA_INVALID_AVP_VALUE);
	ck_assert_uint_eq(fault.code, 260);
	ck_assert_ptr_eq(fault.octets.p, o.b + 8 * DIA_DEPTH_MAX);
	ck_assert_uint_eq(fault.octets.len, 8);
}
END_TEST

/* --- Finding --- */

START_TEST(find_gives_the_first_of_code_and_vendor)
{
	struct dia_avp avp;

	add_str(&o, 601, 0, DIA_M, "base");
	add_str(&o, 601, 10415, DIA_V, "first");
	add_str(&o, 601, 10415, DIA_V, "second");
	ck_assert(dia_find((struct dia_slice){ o.b, o.len }, 601, 10415, &avp));
	ck_assert(dia_slice_eq(avp.data, "first"));
	ck_assert(
	    !dia_find((struct dia_slice){ o.b, o.len }, 602, 10415, &avp));
	ck_assert(dia_slice_eq(avp.data, "first"));
}
END_TEST

START_TEST(find_stops_at_a_fault)
{
	struct dia_avp avp;

	add_str(&o, 1, 0, DIA_M, "x");
	add_str(&o, 263, 0, DIA_M, "y");
	set24(o.b, 5, 3);
	ck_assert(!dia_find((struct dia_slice){ o.b, o.len }, 263, 0, &avp));
}
END_TEST

/* --- Vectors --- */

/* Reads everything; returns the AVPs seen. */
static unsigned
walk(struct dia_reader *r)
{
	struct dia_avp avp;
	unsigned n = 0;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(&cx_dict, avp.code, avp.vendor);
		struct dia_reader inner;

		n++;
		if (avp.octets.len < DIA_AVP_LEN ||
		    avp.octets.p + avp.octets.len != avp.data.p + avp.data.len)
			ck_abort_msg(
			    "AVP %u does not end with its value", avp.code);
		if (def != NULL)
			(void)dia_check_value(def, &avp);
		if (def != NULL && def->type == DIA_GROUPED &&
		    dia_enter(r, &avp, &inner))
			n += walk(&inner);
	}
	if (r->fault.result != 0)
		ck_assert_ptr_nonnull(r->fault.why);
	return n;
}

START_TEST(vectors_are_read_to_their_end)
{
	for (unsigned i = 0; i < NVECTORS; i++) {
		size_t len, framed;
		uint8_t *p = vector_octets(i, &len);
		struct dia_msg msg;
		struct dia_fault fault;
		struct dia_reader r;

		ck_assert_int_eq(
		    dia_frame(p, len, DIA_MESSAGE_MAX, &framed), DIA_FRAME_OK);
		ck_assert_uint_eq(framed, len);
		ck_assert(dia_parse(&msg, p, len, &fault));
		dia_read(&r, msg.avps);
		ck_assert_uint_ge(walk(&r), 2);
		ck_assert_uint_eq(r.fault.result, 0);
		ck_assert_ptr_eq(r.pos, p + len);
		free(p);
	}
}
END_TEST

static void
read_damaged(const uint8_t *p, size_t len)
{
	struct dia_msg msg;
	struct dia_fault fault;
	struct dia_reader r;
	size_t framed;

	(void)dia_frame(p, len, DIA_MESSAGE_MAX, &framed);
	(void)dia_parse(&msg, p, len, &fault);
	ck_assert(fault.result == 0 || fault.why != NULL);
	dia_read(&r, msg.avps);
	(void)walk(&r);
	ck_assert_ptr_eq(r.pos, r.end);
}

START_TEST(damaged_vectors_end_in_values_or_faults)
{
	ck_assert_uint_ge(each_damaged(read_damaged), 10000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("reader");
	TCase *t = tcase_create("reader");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, avp_header_with_and_without_vendor_is_read);
	tcase_add_test(t, no_octets_are_no_avps);
	tcase_add_test(t, avp_length_below_header_is_5014);
	tcase_add_test(t, avp_length_below_vendor_header_is_5014);
	tcase_add_test(t, avp_length_beyond_the_message_is_5014);
	tcase_add_test(t, avp_length_may_reach_the_end);
	tcase_add_test(t, avp_without_room_for_its_vendor_is_5014);
	tcase_add_test(t, leftover_of_a_message_too_short_for_an_avp_is_5015);
	tcase_add_test(t, padding_missing_at_the_end_is_5014);
	tcase_add_test(t, padding_octets_may_have_any_value);
	tcase_add_test(t, group_hides_what_follows_it);
	tcase_add_test(t, member_longer_than_its_group_is_5014);
	tcase_add_test(t, member_cut_short_is_5014_with_its_header_padded);
	tcase_add_test(t, groups_nest_to_the_limit_and_no_deeper);
	tcase_add_test(t, find_gives_the_first_of_code_and_vendor);
	tcase_add_test(t, find_stops_at_a_fault);
	tcase_add_test(t, vectors_are_read_to_their_end);
	tcase_add_test(t, damaged_vectors_end_in_values_or_faults);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
