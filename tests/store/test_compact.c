/*
 * Compaction: the order of its steps, and a crash or a fault at each of them.
 * Records are "key value"; the last one about a key wins.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/journal_fixture.h"

enum { KEYS = 26 };

/* What replay leaves: a value for each key, 0 for none. */
static void
replayed(int values[KEYS])
{
	memset(values, 0, KEYS * sizeof(*values));
	for (const char *at = told.records; *at != '\0';
	     at = strchr(at, '\n') + 1) {
		ck_assert(at[0] >= 'a' && at[0] <= 'z' && at[1] == ' ');
		values[at[0] - 'a'] = atoi(at + 2);
	}
}

static bool
emit(void *arg, struct journal *j)
{
	const int *values = arg;
	for (int i = 0; i < KEYS; i++) {
		char text[32];
		int len =
		    snprintf(text, sizeof(text), "%c %d", 'a' + i, values[i]);
		if (values[i] != 0 && !journal_put(j, text, (size_t)len))
			return false;
	}
	return true;
}

/* Opens, compacts, starts. */
static bool
compact(void)
{
	int values[KEYS];
	if (!open_journal())
		return false;
	replayed(values);
	return journal_compact(journal, emit, values) && journal_start(journal, STORE_SYNC);
}

/* Two generations: a compacted one, and what was appended to it. */
static void
fill(void)
{
	start_journal();
	append("a 1");
	append("b 1");
	append("a 2");
	close_journal();
	ck_assert(compact());
	append("c 3");
	append("a 4");
	append("d 5");
	append("d 6");
	close_journal();
}

static void
check_filled(void)
{
	int values[KEYS];
	static const int wanted[KEYS] = { 4, 1, 3, 6 };
	ck_assert_msg(
	    open_journal(), "%s:%u: %s", told.file, told.line, told.what);
	replayed(values);
	ck_assert_mem_eq(values, wanted, sizeof(values));
	ck_assert_uint_eq(told.report.torn, 0);
}

START_TEST(state_has_what_was_put_and_journal_is_empty)
{
	char octets[1024];
	fill();
	ck_assert(compact());
	read_file("journal", octets, sizeof(octets));
	ck_assert_str_eq(octets, "hssd journal 1\n");
	read_file("state", octets, sizeof(octets));
	ck_assert_ptr_nonnull(strstr(octets, " 0 a 4\n"));
	ck_assert_ptr_nonnull(strstr(octets, " 0 d 6\nend 4\n"));
	ck_assert_ptr_null(strstr(octets, " a 1\n"));
	close_journal();
	check_filled();
	ck_assert_uint_eq(told.report.replayed, 4);
}
END_TEST

START_TEST(steps_come_in_their_order)
{
	fill();
	disk.trace[0] = '\0';
	disk.calls = 0;
	ck_assert(compact());
	/* The folder and the old journal are synced at open already. */
	ck_assert_str_eq(disk.trace,
	    "sync journal, sync store, "
	    "write state.new, sync state.new, sync store, "
	    "write journal.new, sync journal.new, sync store, ");
}
END_TEST

START_TEST(appending_goes_on_after_compaction)
{
	fill();
	ck_assert(compact());
	append("e 7");
	close_journal();
	int values[KEYS];
	ck_assert(open_journal());
	replayed(values);
	ck_assert_int_eq(values[0], 4);
	ck_assert_int_eq(values[4], 7);
}
END_TEST

/* Runs open and compaction in a child that dies before its n-th call of the
 * disk; true when it lived. */
static bool
crash_at(int n)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		disk.calls = 0;
		disk.crash_at = n;
		_exit(compact() ? 0 : 1);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 42);
	return WEXITSTATUS(status) == 0;
}

START_TEST(crash_at_any_step_changes_nothing)
{
	int n = 1;
	for (;; n++) {
		fill();
		bool lived = crash_at(n);
		check_filled();
		close_journal();
		/* And the next start compacts what the crash left. */
		ck_assert(compact());
		close_journal();
		check_filled();
		teardown();
		setup();
		if (lived)
			break;
	}
	ck_assert_int_eq(n, 9);
}
END_TEST

START_TEST(crash_between_short_writes_changes_nothing)
{
	bool lived = false;
	fill();
	for (int n = 1; !lived; n++) {
		disk.write_max = 7;
		lived = crash_at(n);
		disk.write_max = 0;
		check_filled();
		close_journal();
	}
}
END_TEST

START_TEST(crash_of_the_first_start_leaves_an_empty_one)
{
	bool lived = false;
	for (int n = 1; !lived; n++) {
		lived = crash_at(n);
		ck_assert(open_journal());
		ck_assert_uint_eq(told.report.replayed, 0);
		close_journal();
		ck_assert(compact());
		teardown();
		setup();
	}
}
END_TEST

START_TEST(fault_at_any_step_changes_nothing)
{
	int refused = 0, started = 0;
	fill();
	for (int n = 3; n <= 8; n++) {
		int values[KEYS];
		ck_assert(open_journal());
		replayed(values);
		disk.calls = 2;
		disk.fail_at = n;
		ck_assert(!journal_compact(journal, emit, values));
		disk.fail_at = 0;
		ck_assert_uint_eq(told.faults, 1);
		ck_assert(fault_is_of(n <= 5 ? "state.new" : "journal.new"));
		ck_assert_ptr_nonnull(strstr(told.what, "Input/output error"));
		if (!journal_start(journal, STORE_SYNC)) {
			refused++;
		} else {
			started++;
			append("a 3");
			append("a 4");
		}
		close_journal();
		check_filled();
		close_journal();
	}
	/* Only where a crash might bring the old journal back. */
	ck_assert_int_eq(refused, 1);
	ck_assert_int_eq(started, 5);
}
END_TEST

static bool
refuse(void *arg, struct journal *j)
{
	ck_assert(journal_put(j, "z 1", 3));
	return false;
}

START_TEST(emit_that_gives_up_changes_nothing)
{
	fill();
	check_filled();
	ck_assert(!journal_compact(journal, refuse, NULL));
	ck_assert_uint_eq(told.faults, 0);
	ck_assert(journal_start(journal, STORE_SYNC));
	close_journal();
	check_filled();
}
END_TEST

static bool
emit_limits(void *arg, struct journal *j)
{
	static char payload[JOURNAL_LINE_MAX + 1];
	memset(payload, 'x', sizeof(payload));
	size_t past = *(size_t *)arg;
	bool ok = journal_put(j, payload, JOURNAL_LINE_MAX + past);
	ck_assert_int_eq(ok, past == 0);
	/* What failed once has failed. */
	ck_assert_int_eq(journal_put(j, "a 1", 3), ok);
	return true;
}

START_TEST(put_at_its_limit_and_one_past)
{
	fill();
	check_filled();
	size_t past = 1;
	ck_assert(!journal_compact(journal, emit_limits, &past));
	ck_assert(fault_is_of("state.new"));
	close_journal();
	check_filled();
	past = 0;
	ck_assert(journal_compact(journal, emit_limits, &past));
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 2);
}
END_TEST

static bool
emit_newline(void *arg, struct journal *j)
{
	ck_assert(!journal_put(j, arg, 3));
	return true;
}

START_TEST(put_with_newline_or_nul_is_refused)
{
	char newline[] = "a\nb", nul[] = "a\0b";
	fill();
	check_filled();
	ck_assert(!journal_compact(journal, emit_newline, newline));
	ck_assert(!journal_compact(journal, emit_newline, nul));
	close_journal();
	check_filled();
}
END_TEST

START_TEST(torn_tail_is_gone_after_compaction)
{
	char octets[1024];
	fill();
	size_t len = read_file("journal", octets, sizeof(octets));
	write_file("journal", octets, len - 3);
	ck_assert(compact());
	ck_assert_uint_gt(told.report.torn, 0);
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.torn, 0);
	int values[KEYS];
	replayed(values);
	ck_assert_int_eq(values[3], 5);
}
END_TEST

static bool
emit_many(void *arg, struct journal *j)
{
	for (int i = 0; i < *(int *)arg; i++)
		if (!journal_put(j, "a 1", 3))
			return false;
	return true;
}

START_TEST(state_of_several_writes_comes_back)
{
	int many = 20000; /* times 19 octets */
	ck_assert(open_journal());
	disk.writes = 0;
	disk.write_max = 40000;
	ck_assert(journal_compact(journal, emit_many, &many));
	ck_assert_int_gt(disk.writes, 5);
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 20000);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("compact");
	TCase *tc = tcase_create("compact");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, state_has_what_was_put_and_journal_is_empty);
	tcase_add_test(tc, steps_come_in_their_order);
	tcase_add_test(tc, appending_goes_on_after_compaction);
	tcase_add_test(tc, crash_at_any_step_changes_nothing);
	tcase_add_test(tc, crash_between_short_writes_changes_nothing);
	tcase_add_test(tc, crash_of_the_first_start_leaves_an_empty_one);
	tcase_add_test(tc, fault_at_any_step_changes_nothing);
	tcase_add_test(tc, emit_that_gives_up_changes_nothing);
	tcase_add_test(tc, put_at_its_limit_and_one_past);
	tcase_add_test(tc, put_with_newline_or_nul_is_refused);
	tcase_add_test(tc, torn_tail_is_gone_after_compaction);
	tcase_add_test(tc, state_of_several_writes_comes_back);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
