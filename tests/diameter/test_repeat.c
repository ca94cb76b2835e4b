/* Answers kept for requests that come again; the clock is an argument. */
#include "tests/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/diameter/net.h"

static struct dia_repeats *all;
static uint8_t octets[DIA_MESSAGE_MAX], answer[DIA_MESSAGE_MAX];
static struct dia_msg req;
static struct dia_repeat_key key;
static struct dia_repeat found;

/* A request, and the beginning of an answer to it in answer. */
static size_t
make(uint32_t e2e, uint8_t flags, const char *session, size_t extra)
{
	static const uint8_t zeroes[DIA_MESSAGE_MAX];
	struct dia_header hdr = { .flags = DIA_R | DIA_P | flags,
		.code = NET_ECHO,
		.app = NET_APP,
		.hbh = 1,
		.e2e = e2e };
	struct dia_fault fault;
	struct dia_writer w;

	dia_begin(&w, octets, sizeof octets, &hdr);
	if (session != NULL)
		dia_put_str(&w, BASE(SESSION_ID), session);
	dia_put_str(&w, BASE(ORIGIN_HOST), "scscf.ims.lab");

	size_t len = dia_end(&w);

	ck_assert(dia_parse(&req, octets, len, &fault));
	key = (struct dia_repeat_key){ .req = &req,
		.origin = dia_slice_str("scscf.ims.lab"),
		.now_s = 1000 };
	dia_answer_begin(&w, answer, sizeof answer, &req, 0);
	dia_put_u32(&w, BASE(RESULT_CODE), e2e);
	if (extra > 0)
		dia_put(&w, BASE(USER_NAME), zeroes, extra);
	return w.len;
}

static void
keep(uint32_t e2e, uint8_t flags, const char *session, uint64_t position)
{
	struct dia_repeat kept = { .position = position };

	kept.answer.len = make(e2e, flags, session, 0);
	kept.answer.p = answer;
	dia_repeats_keep(all, &key, &kept);
}

static bool
finds(uint32_t e2e, uint8_t flags, const char *session, uint64_t released)
{
	size_t len = make(e2e, flags, session, 0);

	if (!dia_repeats_find(all, &key, released, &found))
		return false;
	ck_assert_uint_eq(found.answer.len, len);
	ck_assert_mem_eq(found.answer.p, answer, len);
	return true;
}

static void
setup(void)
{
	all = dia_repeats_new();
	ck_assert_ptr_nonnull(all);
}

static void
teardown(void)
{
	dia_repeats_free(all);
}

START_TEST(nothing_is_found_in_an_empty_ring)
{
	ck_assert(!finds(0, DIA_T, NULL, 0));
	ck_assert(!finds(1, DIA_T, "a", 0));
}
END_TEST

START_TEST(a_request_with_t_finds_its_answer)
{
	keep(0, 0, "a", 0);
	keep(7, 0, NULL, 0);
	ck_assert(finds(0, DIA_T, "a", 0));
	ck_assert(finds(7, DIA_T, NULL, 0));
}
END_TEST

START_TEST(one_without_t_is_new_once_the_answer_has_left)
{
	keep(7, 0, "a", 5);
	ck_assert(finds(7, 0, "a", 4));
	ck_assert_uint_eq(found.position, 5);
	ck_assert(!finds(7, 0, "a", 5));
	ck_assert(finds(7, DIA_T, "a", 5));
}
END_TEST

/* The copy with T has overtaken the first one. */
START_TEST(one_without_t_finds_the_answer_of_one_with_t)
{
	keep(7, DIA_T, "a", 0);
	ck_assert(finds(7, 0, "a", 0));
}
END_TEST

START_TEST(everything_that_names_a_request_is_compared)
{
	keep(7, 0, "a", 0);
	ck_assert(!finds(8, DIA_T, "a", 0));
	ck_assert(!finds(7, DIA_T, "b", 0));
	ck_assert(!finds(7, DIA_T, "aa", 0));
	ck_assert(!finds(7, DIA_T, NULL, 0));

	make(7, DIA_T, "a", 0);
	key.origin = dia_slice_str("SCSCF.ims.lab");
	ck_assert(dia_repeats_find(all, &key, 0, &found));
	key.origin = dia_slice_str("icscf.ims.lab");
	ck_assert(!dia_repeats_find(all, &key, 0, &found));
	key.origin = (struct dia_slice){ 0 };
	ck_assert(!dia_repeats_find(all, &key, 0, &found));

	make(7, DIA_T, "a", 0);
	req.hdr.code++;
	ck_assert(!dia_repeats_find(all, &key, 0, &found));
	req.hdr.code--;
	req.hdr.app++;
	ck_assert(!dia_repeats_find(all, &key, 0, &found));
}
END_TEST

START_TEST(an_answer_is_kept_four_minutes_and_not_one_second_more)
{
	keep(7, 0, "a", 0);
	make(7, DIA_T, "a", 0);
	key.now_s = 1000 + DIA_REPEAT_S - 1;
	ck_assert(dia_repeats_find(all, &key, 0, &found));
	key.now_s = 1000 + DIA_REPEAT_S;
	ck_assert(!dia_repeats_find(all, &key, 0, &found));
}
END_TEST

START_TEST(a_refused_answer_is_forgotten)
{
	keep(1, 0, "a", 3);
	keep(2, 0, "a", 4);
	dia_repeats_refuse(all, 3);
	ck_assert(finds(1, DIA_T, "a", 3));
	ck_assert(!finds(2, DIA_T, "a", 3));
	keep(2, 0, "a", 4);
	ck_assert(finds(2, 0, "a", 3));
	dia_repeats_refuse(all, 4);
	ck_assert(finds(2, DIA_T, "a", 4));
}
END_TEST

/* An identifier has four slots. */
START_TEST(
    the_fourth_answer_of_a_slot_is_kept_and_the_fifth_displaces_the_first)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };

	for (unsigned i = 0; i < 4; i++)
		keep(7, 0, names[i], 0);
	for (unsigned i = 0; i < 4; i++)
		ck_assert(finds(7, DIA_T, names[i], 0));
	keep(7, 0, names[4], 0);
	ck_assert(!finds(7, DIA_T, names[0], 0));
	for (unsigned i = 1; i < 5; i++)
		ck_assert(finds(7, DIA_T, names[i], 0));
}
END_TEST

/* Long answers: the octets run out before the slots.  What is found is right,
 * and it is the youngest. */
START_TEST(the_oldest_answers_make_room)
{
	size_t len = make(0, 0, "a", 4000);
	unsigned n = 2 * DIA_REPEAT_OCTETS / 4000, least = 0, kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct dia_repeat k = { .answer = {
					    answer, make(i, 0, "a", 4000) } };

		dia_repeats_keep(all, &key, &k);
	}
	for (uint32_t i = 0; i < n; i++) {
		make(i, DIA_T, "a", 4000);
		if (!dia_repeats_find(all, &key, 0, &found)) {
			least = i + 1;
			continue;
		}
		kept++;
		ck_assert_uint_eq(found.answer.len, len);
		ck_assert_mem_eq(found.answer.p, answer, len);
	}
	ck_assert_uint_eq(kept, n - least);
	ck_assert_uint_gt(kept, DIA_REPEAT_OCTETS / (len + 100));
	ck_assert_uint_le(kept, DIA_REPEAT_OCTETS / len);
}
END_TEST

START_TEST(as_many_answers_as_slots_are_kept_and_one_more_displaces_one)
{
	for (uint32_t i = 0; i < DIA_REPEAT_SLOTS; i++)
		keep(i, 0, NULL, 0);
	for (uint32_t i = 0; i < DIA_REPEAT_SLOTS; i++)
		ck_assert(finds(i, DIA_T, NULL, 0));
	keep(DIA_REPEAT_SLOTS, 0, NULL, 0);
	ck_assert(!finds(0, DIA_T, NULL, 0));
	ck_assert(finds(1, DIA_T, NULL, 0));
	ck_assert(finds(DIA_REPEAT_SLOTS, DIA_T, NULL, 0));
}
END_TEST

int
main(void)
{
	return RUN("repeat", setup, teardown, nothing_is_found_in_an_empty_ring,
	    a_request_with_t_finds_its_answer,
	    one_without_t_is_new_once_the_answer_has_left,
	    one_without_t_finds_the_answer_of_one_with_t,
	    everything_that_names_a_request_is_compared,
	    an_answer_is_kept_four_minutes_and_not_one_second_more,
	    a_refused_answer_is_forgotten,
	    the_fourth_answer_of_a_slot_is_kept_and_the_fifth_displaces_the_first,
	    the_oldest_answers_make_room,
	    as_many_answers_as_slots_are_kept_and_one_more_displaces_one);
}
