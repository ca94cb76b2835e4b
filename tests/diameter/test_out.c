/* Messages waiting to leave: room, order, holding, refusing. */
#include "tests/run.h"

#include <string.h>

#include "diameter/out.h"

static const struct dia_identity id = { "hss.ims.lab", "ims.lab" };
static struct dia_out out;

static void
setup(void)
{
	out = (struct dia_out){ .max = 200000 };
}

static void
teardown(void)
{
	dia_out_free(&out);
}

/* An answer with a Session-Id and a Proxy-Info. */
static size_t
answer(uint8_t *buf, size_t cap, uint32_t hbh)
{
	struct dia_header hdr = {
		.flags = DIA_P, .code = 300, .app = 16777216, .hbh = hbh
	};
	struct dia_writer w;

	dia_begin(&w, buf, cap, &hdr);
	dia_put_str(&w, BASE(SESSION_ID), "a;1;2");
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "p");
	dia_put_str(&w, BASE(PROXY_STATE), "s");
	dia_close(&w);
	return dia_end(&w);
}

static void
hold(uint32_t hbh, uint64_t position)
{
	uint8_t buf[256];
	size_t len = answer(buf, sizeof buf, hbh);

	ck_assert(dia_out_hold(&out, buf, len, position));
}

/* Takes one message that may leave: its Hop-by-Hop Identifier, or 0. */
static uint32_t
next(struct dia_msg *msg)
{
	struct dia_fault fault;
	size_t len;

	if (dia_frame(dia_buf_at(&out.now), dia_buf_len(&out.now), SIZE_MAX,
		&len) != DIA_FRAME_OK)
		return 0;
	ck_assert(dia_parse(msg, dia_buf_at(&out.now), len, &fault));
	dia_buf_drop(&out.now, len);
	return msg->hdr.hbh;
}

START_TEST(held_answers_leave_in_order_as_positions_are_reached)
{
	struct dia_msg msg;

	hold(1, 10);
	hold(2, 11);
	hold(3, 0);
	hold(4, 12);
	ck_assert(dia_out_release(&out, 9));
	ck_assert_uint_eq(next(&msg), 0);
	ck_assert(dia_out_release(&out, 10));
	ck_assert_uint_eq(next(&msg), 1);
	ck_assert_uint_eq(next(&msg), 0);
	ck_assert(dia_out_release(&out, 11));
	ck_assert_uint_eq(next(&msg), 2);
	ck_assert_uint_eq(next(&msg), 3);
	ck_assert_uint_eq(next(&msg), 0);
	ck_assert(dia_out_release(&out, UINT64_MAX));
	ck_assert_uint_eq(next(&msg), 4);
	ck_assert_uint_eq(dia_out_len(&out), 0);
}
END_TEST

START_TEST(what_promises_nothing_does_not_wait)
{
	uint8_t buf[256];
	size_t len = answer(buf, sizeof buf, 2);
	struct dia_msg msg;

	hold(1, 10);
	ck_assert(dia_out_put(&out, buf, len));
	ck_assert_uint_eq(next(&msg), 2);
	ck_assert_uint_eq(next(&msg), 0);
}
END_TEST

START_TEST(a_refused_answer_is_5012_with_ids_session_and_proxy_info)
{
	uint8_t expected[512], held[256];
	struct dia_fault ignored, fault = { .result = DIA_UNABLE_TO_COMPLY };
	struct dia_msg msg;
	size_t len = answer(held, sizeof held, 5);

	ck_assert(dia_out_hold(&out, held, len, 10));
	ck_assert(dia_out_refuse(&out, 0, &id));
	dia_parse(&msg, held, len, &ignored);
	len = dia_answer_fault(
	    expected, sizeof expected, &msg, &id, &dia_base_dict, &fault);
	ck_assert_uint_eq(dia_buf_len(&out.now), len);
	ck_assert_mem_eq(dia_buf_at(&out.now), expected, len);
	ck_assert_uint_eq(dia_buf_len(&out.held), 0);
}
END_TEST

START_TEST(only_broken_promises_are_refused)
{
	static const uint32_t results[] = { 2001, 5012, 2001 };
	struct dia_avp avp;
	struct dia_msg msg;
	uint32_t result;

	hold(1, 10);
	hold(2, 11);
	hold(3, 0);
	ck_assert(dia_out_refuse(&out, 10, &id));
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(next(&msg), i + 1);
		ck_assert(dia_find(msg.avps, 268, 0, &avp));
		ck_assert(dia_get_u32(&avp, &result));
		ck_assert_uint_eq(result, results[i]);
	}
}
END_TEST

START_TEST(the_limit_counts_both_parts_and_one_octet_more_does_not_fit)
{
	uint8_t buf[256];
	size_t len = answer(buf, sizeof buf, 1);

	out.max = 2 * len + 8;
	ck_assert(dia_out_hold(&out, buf, len, 1));
	ck_assert(dia_out_put(&out, buf, len));
	ck_assert(!dia_out_put(&out, buf, 1));
	ck_assert(!dia_out_hold(&out, buf, len, 1));
	ck_assert_uint_eq(dia_out_len(&out), out.max);
	dia_out_free(&out);

	out.max = 2 * len + 7;
	ck_assert(dia_out_hold(&out, buf, len, 1));
	ck_assert(!dia_out_put(&out, buf, len));
	ck_assert_uint_eq(dia_out_len(&out), len + 8);
}
END_TEST

START_TEST(room_is_that_for_the_longest_answer)
{
	static const uint8_t octets[1000];

	out.max = DIA_MESSAGE_MAX + 8 + 1000;
	ck_assert(dia_out_put(&out, octets, 1000));
	ck_assert(dia_out_has_room(&out));
	ck_assert(dia_out_put(&out, octets, 1));
	ck_assert(!dia_out_has_room(&out));
}
END_TEST

int
main(void)
{
	return RUN("out", setup, teardown,
	    held_answers_leave_in_order_as_positions_are_reached,
	    what_promises_nothing_does_not_wait,
	    a_refused_answer_is_5012_with_ids_session_and_proxy_info,
	    only_broken_promises_are_refused,
	    the_limit_counts_both_parts_and_one_octet_more_does_not_fit,
	    room_is_that_for_the_longest_answer);
}
