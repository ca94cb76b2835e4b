/* The bounded queue of octets. */
#include "tests/run.h"

#include <string.h>

#include "diameter/buf.h"

START_TEST(octets_come_out_in_the_order_they_went_in)
{
	struct dia_buf b = { 0 };
	uint8_t next_in = 0, next_out = 0;

	for (unsigned round = 0; round < 2000; round++) {
		for (unsigned i = 0; i < round % 7 + 1; i++) {
			ck_assert(dia_buf_put(&b, &next_in, 1, 100000));
			next_in++;
		}
		for (unsigned i = 0; i < round % 5 && dia_buf_len(&b) > 0;
		     i++) {
			ck_assert_uint_eq(dia_buf_at(&b)[0], next_out);
			next_out++;
			dia_buf_drop(&b, 1);
		}
	}
	ck_assert_uint_gt(dia_buf_len(&b), 0);
	dia_buf_free(&b);
	ck_assert_uint_eq(dia_buf_len(&b), 0);
}
END_TEST

START_TEST(the_limit_is_taken_and_one_more_is_not)
{
	struct dia_buf b = { 0 };
	uint8_t octets[101] = { 0 };

	ck_assert(!dia_buf_put(&b, octets, 101, 100));
	ck_assert(dia_buf_put(&b, octets, 60, 100));
	ck_assert(!dia_buf_put(&b, octets, 41, 100));
	ck_assert_uint_eq(dia_buf_len(&b), 60);
	ck_assert(dia_buf_put(&b, octets, 40, 100));
	ck_assert(!dia_buf_put(&b, octets, 1, 100));
	dia_buf_drop(&b, 1);
	ck_assert(dia_buf_put(&b, octets, 1, 100));
	dia_buf_free(&b);
}
END_TEST

START_TEST(an_empty_queue_gives_much_memory_back)
{
	static uint8_t octets[65536];
	struct dia_buf b = { 0 };

	ck_assert(dia_buf_put(&b, octets, sizeof octets, SIZE_MAX));
	dia_buf_drop(&b, sizeof octets);
	ck_assert_uint_eq(b.cap, 0);
	ck_assert(dia_buf_put(&b, octets, 100, SIZE_MAX));
	dia_buf_drop(&b, 100);
	ck_assert_uint_gt(b.cap, 0);
	ck_assert_uint_le(b.cap, 16384);
	dia_buf_free(&b);
}
END_TEST

int
main(void)
{
	return RUN("buf", NULL, NULL, octets_come_out_in_the_order_they_went_in,
	    the_limit_is_taken_and_one_more_is_not,
	    an_empty_queue_gives_much_memory_back);
}
