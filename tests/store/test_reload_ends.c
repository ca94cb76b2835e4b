/*
 * The ends of a reload in steps: given up, refused by a fault or the disk,
 * held up by the journal.
 */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "store/reload.h"
#include "tests/store/steps_fixture.h"

START_TEST(one_given_up_before_its_swap_has_changed_nothing)
{
	enum store_reload now = STORE_RELOAD_MORE;
	unsigned steps = 0;

	while (now != STORE_RELOAD_SWAPPED) {
		start_steps();
		say_all(&want);
		begin_steps(steps_after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps; i++)
			now = one_step();
		store_reload_stop(store);
		ck_assert(!store_reloading(store));
		if (now != STORE_RELOAD_SWAPPED) {
			say_all(&got);
			ck_assert_str_eq(got.s, want.s);
			start_again(steps_before);
			change_all(ONE_SQN); /* none twice */
		}
		clear_steps();
		steps++;
	}
	ck_assert_uint_gt(steps, 15);
}
END_TEST

START_TEST(one_given_up_after_its_swap_is_in_force)
{
	enum store_reload now = STORE_RELOAD_MORE;

	start_steps();
	load_good(steps_after);
	say_all(&want);
	clear_steps();
	for (unsigned steps = 0; !is_end(now); steps++) {
		bool swapped = false;

		start_steps();
		begin_steps(steps_after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps && !is_end(now); i++) {
			now = one_step();
			swapped |= now == STORE_RELOAD_SWAPPED;
		}
		store_reload_stop(store);
		if (swapped) {
			say_all(&got);
			ck_assert_str_eq(got.s, want.s);
		}
		clear_steps();
	}
}
END_TEST

START_TEST(closing_in_the_middle_leaves_nothing_behind)
{
	for (unsigned steps = 0; steps < 50; steps++) {
		start_steps();
		begin_steps(steps_after);
		for (unsigned i = 0; i < steps && store_reloading(store); i++)
			one_step();
		clear_steps();
	}
}
END_TEST

START_TEST(there_is_one_at_a_time)
{
	static const char *const files[] = { "subs" };

	start_steps();
	ck_assert_int_eq(store_reload_step(store, 1), STORE_RELOAD_NONE);
	begin_steps(steps_after);
	ck_assert(!store_reload_begin(
	    store, test_hooks(), files, 1, note_step_fault, NULL));
	ck_assert_uint_eq(
	    store_load(store, files, 1, note_step_fault, NULL), 1);
	ck_assert_str_eq(faults, "subs:0: a reload is going on\n");
	last_step();
	begin_steps(steps_before);
	ck_assert_int_eq(last_step(), STORE_RELOAD_DONE);
}
END_TEST

START_TEST(faults_are_told_by_a_step_and_change_nothing)
{
	char text[LOAD_FAULTS_MAX * 32];
	size_t len = 0;

	start_steps();
	change_all(MANY_SQNS);
	say_all(&want);
	for (int more = 0; more < 2; more++) {
		len = 0;
		for (int i = 0; i < LOAD_FAULTS_MAX + more; i++)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%sfoo = 1\n", i == 0 ? "[x]\n" : "");
		begin_steps(text);
		ck_assert_uint_eq(nfaults, 0);
		ck_assert_int_eq(last_step(), STORE_RELOAD_FAILED);
		ck_assert_uint_eq(nfaults, LOAD_FAULTS_MAX + (unsigned)more);
		ck_assert_ptr_nonnull(strstr(faults, "subs:2: "));
		ck_assert(more == 0 || strstr(faults, "1 more fault") != NULL);
		say_all(&got);
		ck_assert_str_eq(got.s, want.s);
	}
}
END_TEST

/* --- What is hssd's own --- */

static void
make_own(const char *name)
{
	sub_of(impi(name)->sub)->pub.own = true;
}

START_TEST(own_subscriptions_stay_with_their_state)
{
	struct store_impi *c;
	uint64_t first;

	for (unsigned steps = 0; steps < 40; steps++) {
		start_steps();
		make_own("c@h");
		begin_steps(steps_after);
		for (unsigned i = 0; i < steps && store_reloading(store); i++)
			one_step();
		change_one(C, MOVES);
		change_one(C, MANY_SQNS);
		change_one(C, RESTORES);
		if (store_reloading(store))
			ck_assert_int_eq(last_step(), STORE_RELOAD_DONE);
		c = impi("c@h");
		ck_assert_ptr_nonnull(c);
		ck_assert(c->sub->own);
		ck_assert_str_eq(scscf_of(c->sub), "sip:t");
		ck_assert_ptr_nonnull(impu("sip:c@h"));
		ck_assert_uint_eq(store_count(store), store->tables->count);
		change_one(C, ONE_SQN); /* none twice */
		ck_assert_ptr_nonnull(
		    store_restoration(store, c, 0, &(size_t){ 0 }));
		ck_assert(store_next_sqn(store, c, 0, 1, &first));
		clear_steps();
	}
}
END_TEST

START_TEST(what_is_own_and_in_a_file_is_a_fault)
{
	load_good(ALICE BOB);
	open_quick();
	make_own("alice@example.org");
	make_own("bob@example.org");
	begin_steps(ALICE BOB);
	ck_assert_int_eq(last_step(), STORE_RELOAD_FAILED);
	ck_assert_uint_eq(nfaults, 2);
	ck_assert_ptr_nonnull(strstr(faults, "imported"));
	ck_assert(impi("bob@example.org")->sub->own);
	ck_assert_uint_eq(load_text(ALICE BOB), 2);
	load_good("");
	ck_assert_uint_eq(store_count(store), 2);
}
END_TEST

/* --- The disk --- */

static _Atomic int disk_errno;
static _Atomic bool disk_waits;

static int
slow_datasync(int fd)
{
	while (disk_waits)
		usleep(1000);
	errno = disk_errno;
	return disk_errno != 0 ? -1 : 0;
}

static int
no_sync(int fd)
{
	return 0;
}

static const struct journal_io disk = { .datasync = slow_datasync,
	.sync = no_sync,
	.retry_ms = 100 };

static void
wait_failing(bool failing)
{
	struct pollfd p = { store_fd(store), POLLIN, 0 };

	for (int i = 0; i < 1000 && (store_failing(store) != 0) != failing;
	     i++) {
		poll(&p, 1, 10);
		store_woken(store);
	}
	ck_assert_int_eq(store_failing(store) != 0, failing);
}

START_TEST(a_disk_that_fails_refuses_the_swap)
{
	load_good(steps_before);
	ck_assert(open_db(&disk));
	change_all(REGISTERS);
	ck_assert(store_sync(store));
	disk_errno = ENOSPC;
	change_one(0, ENDS);
	wait_failing(true);
	say_all(&want);
	begin_steps(steps_after);
	ck_assert_int_eq(last_step(), STORE_RELOAD_FAILED);
	ck_assert_str_eq(
	    faults, "subs:0: the disk is failing, so nothing is changed\n");
	say_all(&got);
	/* Remembered without harm, since they are there. */
	ck_assert_str_eq(got.s, want.s);
	disk_errno = 0;
	wait_failing(false);
	begin_steps(steps_after);
	ck_assert_int_eq(last_step(), STORE_RELOAD_DONE);
	start_again(steps_after);
	ck_assert_str_eq(scscf_of(impi("g@h")->sub), "sip:t");
}
END_TEST

/* So many registered users. */
static void
register_many(unsigned n)
{
	FILE *f = fopen("subs", "w");
	char name[32];

	ck_assert_ptr_nonnull(f);
	for (unsigned i = 0; i < n; i++)
		fprintf(f,
		    "[u%u]\nimpi = u%u@h\nscheme = digest\npassword = x\n"
		    "impu = sip:u%u@h\n",
		    i, i, i);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_uint_eq(store_load(store, (const char *const[]){ "subs" }, 1,
			      note_step_fault, NULL),
	    0);
	ck_assert(open_db(&disk));
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof name, "u%u@h", i);
		ck_assert(registers(impi(name)->sub, "sip:s", 1));
	}
	ck_assert(store_sync(store));
}

/* Losses wait for the disk, so that they leave room to others. */
START_TEST(only_so_many_losses_are_on_their_way)
{
	unsigned n = RELOAD_LOSSES_AHEAD + (unsigned)_i;
	enum store_reload now;
	bool waited = false, swapped = false;

	register_many(n);
	disk_waits = true;
	begin_steps(BOB);
	do {
		now = store_reload_step(store, 1000);
		swapped |= now == STORE_RELOAD_SWAPPED;
		if (now == STORE_RELOAD_WAITS && swapped &&
		    store->scscfs.count > 0) {
			waited = true;
			ck_assert_uint_eq(store->scscfs.list[0]->users, 1);
			/* Others are served. */
			ck_assert(registers(
			    impi("bob@example.org")->sub, "sip:b", 1));
			disk_waits = false;
			ck_assert(store_sync(store));
		} else if (now == STORE_RELOAD_WAITS) {
			usleep(1000);
		}
	} while (!is_end(now));
	disk_waits = false;
	ck_assert_int_eq(now, STORE_RELOAD_DONE);
	ck_assert_int_eq(waited, _i > 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reload_ends");
	TCase *tc = tcase_create("reload_ends");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_test(tc, one_given_up_before_its_swap_has_changed_nothing);
	tcase_add_test(tc, one_given_up_after_its_swap_is_in_force);
	tcase_add_test(tc, closing_in_the_middle_leaves_nothing_behind);
	tcase_add_test(tc, there_is_one_at_a_time);
	tcase_add_test(tc, faults_are_told_by_a_step_and_change_nothing);
	tcase_add_test(tc, own_subscriptions_stay_with_their_state);
	tcase_add_test(tc, what_is_own_and_in_a_file_is_a_fault);
	tcase_add_test(tc, a_disk_that_fails_refuses_the_swap);
	tcase_add_loop_test(tc, only_so_many_losses_are_on_their_way, 0, 2);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
