/*
 * A reload in steps of one subscription, with changes between any two of
 * them: in the end all is as if it had happened at once, at its swap.
 */
#include "tests/store/steps_fixture.h"

/* Changes of this kind after so many steps; false: there are not so many. */
static bool
reload_with_change(unsigned steps, enum kind kind, bool *swapped)
{
	enum store_reload now = STORE_RELOAD_MORE;

	*swapped = false;
	start_steps();
	begin_steps(steps_after);
	for (unsigned i = 0; i < steps && !is_end(now); i++) {
		now = one_step();
		*swapped |= now == STORE_RELOAD_SWAPPED;
	}
	if (is_end(now))
		return false;
	change_all(kind);
	ck_assert_int_eq(last_step(), STORE_RELOAD_DONE);
	ck_assert_str_eq(faults, "");
	say_for_ever(&got);
	return true;
}

START_TEST(a_change_at_any_step_is_there_in_the_end)
{
	enum kind kind = (enum kind)_i;
	bool swapped = false, was_swapped = true;
	unsigned steps = 0, swaps = 0;

	for (;; steps++) {
		ck_assert_uint_lt(steps, STEPS_MAX);
		if (!reload_with_change(steps, kind, &swapped))
			break;
		clear_steps();
		if (swapped != was_swapped) {
			start_steps();
			if (!swapped)
				change_all(kind);
			load_good(steps_after);
			if (swapped)
				change_all(kind);
			say_for_ever(&want);
			clear_steps();
			was_swapped = swapped;
			swaps++;
		}
		ck_assert_str_eq(got.s, want.s);
	}
	ck_assert_uint_eq(swaps, 2);
	ck_assert_uint_gt(steps, 30);
}
END_TEST

struct event {
	unsigned who;
	enum kind kind;
	bool swapped;
};

/* Up to three changes at each step. */
static unsigned
reload_at_random(struct event events[3 * STEPS_MAX])
{
	enum store_reload now = STORE_RELOAD_MORE;
	bool swapped = false;
	unsigned n = 0;

	start_steps();
	begin_steps(steps_after);
	while (!is_end(now)) {
		for (int i = rand() % 4; i > 0; i--) {
			struct event e = { (unsigned)rand() % NAMES,
				(enum kind)(rand() % KINDS), swapped };

			ck_assert_uint_lt(n, 3 * STEPS_MAX);
			events[n++] = e;
			change_one(e.who, e.kind);
		}
		now = one_step();
		swapped |= now == STORE_RELOAD_SWAPPED;
	}
	ck_assert_int_eq(now, STORE_RELOAD_DONE);
	return n;
}

START_TEST(any_changes_at_any_steps_are_there_in_the_end)
{
	static struct event events[3 * STEPS_MAX];
	bool loaded = false;

	srand((unsigned)_i);
	for (int round = 0; round < 20; round++) {
		unsigned n = reload_at_random(events);

		say_for_ever(&got);
		clear_steps();
		start_steps();
		loaded = false;
		for (unsigned i = 0; i < n; i++) {
			if (events[i].swapped && !loaded) {
				load_good(steps_after);
				loaded = true;
			}
			change_one(events[i].who, events[i].kind);
		}
		if (!loaded)
			load_good(steps_after);
		say_for_ever(&want);
		ck_assert_str_eq(got.s, want.s);
		clear_steps();
	}
}
END_TEST

/* A USIM far behind: both tables go back, and stay together. */
START_TEST(a_reset_of_an_sqn_is_carried_over)
{
	enum store_reload now = STORE_RELOAD_MORE;
	struct store_impi *a;
	uint64_t first;

	for (unsigned steps = 0; steps < 40 && !is_end(now); steps++) {
		start_steps();
		ck_assert(store_resync(store, impi("a@h"), 1ull << 40));
		begin_steps(steps_after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps && !is_end(now); i++)
			now = one_step();
		a = impi("a@h");
		ck_assert(store_resync(store, a, 7 << 5));
		ck_assert(store_next_sqn(store, a, 0, 1, &first));
		ck_assert_uint_eq(first >> 5, 8);
		if (!is_end(now))
			last_step();
		ck_assert(store_next_sqn(store, impi("a@h"), 0, 1, &first));
		ck_assert_uint_eq(first >> 5, 9);
		clear_steps();
	}
	ck_assert(is_end(now));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reload_steps");
	TCase *tc = tcase_create("reload_steps");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_loop_test(
	    tc, a_change_at_any_step_is_there_in_the_end, 0, KINDS);
	tcase_add_loop_test(
	    tc, any_changes_at_any_steps_are_there_in_the_end, 0, 4);
	tcase_add_test(tc, a_reset_of_an_sqn_is_carried_over);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
