/*
 * Snapshots: the order of their steps, and a crash or a fault at each of them
 * while appending goes on.  Records are "key value"; the last one about a key
 * wins.
 */
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/journal_impl.h"
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

static void
put_all(const int values[KEYS])
{
	for (int i = 0; i < KEYS; i++) {
		char text[32];
		int len =
		    snprintf(text, sizeof(text), "%c %d", 'a' + i, values[i]);
		if (values[i] != 0 && !journal_put(journal, text, (size_t)len))
			return;
	}
}

/* What else happens in a walk. */
static void (*in_walk)(void);

/* Makes a snapshot of what replay gave; SNAPSHOT_DONE or SNAPSHOT_FAILED. */
static enum journal_snapshot
snapshot(void)
{
	int values[KEYS];
	bool put = false;
	replayed(values);
	journal_snapshot_begin(journal);
	for (unsigned left = 500; left > 0;) {
		enum journal_snapshot step = journal_snapshot_step(journal);
		if (step == SNAPSHOT_DONE || step == SNAPSHOT_FAILED)
			return step;
		ck_assert_int_ne(step, SNAPSHOT_NONE);
		if (step == SNAPSHOT_WAIT) {
			ck_assert(wait_some(&left));
			continue;
		}
		ck_assert(!put);
		put = true;
		put_all(values);
		if (in_walk != NULL)
			in_walk();
		journal_snapshot_end(journal);
	}
	ck_abort_msg("a snapshot that never ends");
}

static void
compact(void)
{
	start_journal();
	ck_assert_int_eq(snapshot(), SNAPSHOT_DONE);
}

/* Two generations: a compacted one, and what was appended to it. */
static void
fill(void)
{
	in_walk = NULL;
	start_journal();
	append("a 1");
	append("b 1");
	append("a 2");
	close_journal();
	compact();
	append("c 3");
	append("a 4");
	append("d 5");
	append("d 6");
	close_journal();
}

/* What fill() left, and this for `e` at least. */
static void
check_filled(int e)
{
	int values[KEYS];
	static const int wanted[4] = { 4, 1, 3, 6 };
	ck_assert_msg(
	    open_journal(), "%s:%u: %s", told.file, told.line, told.what);
	replayed(values);
	ck_assert_mem_eq(values, wanted, sizeof(wanted));
	ck_assert_int_ge(values[4], e);
	ck_assert_uint_eq(told.report.torn, 0);
}

START_TEST(state_has_what_was_put_and_journal_is_empty)
{
	char octets[1024];
	fill();
	compact();
	read_file("journal", octets, sizeof(octets));
	ck_assert_str_eq(octets, "hssd journal 1\n");
	read_file("state", octets, sizeof(octets));
	ck_assert_ptr_nonnull(strstr(octets, " 0 a 4\n"));
	ck_assert_ptr_nonnull(strstr(octets, " 0 d 6\nend 4\n"));
	ck_assert_ptr_null(strstr(octets, " a 1\n"));
	ck_assert_uint_eq(journal_snapshot_octets(journal), strlen(octets));
	close_journal();
	check_filled(0);
	ck_assert_uint_eq(told.report.replayed, 4);
}
END_TEST

START_TEST(steps_come_in_their_order)
{
	fill();
	start_journal();
	disk.trace[0] = '\0';
	disk.calls = 0;
	ck_assert_int_eq(snapshot(), SNAPSHOT_DONE);
	ck_assert_str_eq(disk.trace,
	    "open journal.new, write journal.new, sync journal.new, "
	    "rename journal, sync store, rename journal.new, sync store, "
	    "open state.new, write state.new, sync state.new, "
	    "rename state.new, sync store, unlink journal.old, ");
}
END_TEST

static void
append_e(void)
{
	append("e 7");
	ck_assert(journal_sync(journal));
}

START_TEST(appending_goes_on_meanwhile)
{
	fill();
	in_walk = append_e;
	compact();
	append("f 8");
	close_journal();
	check_filled(7);
	int values[KEYS];
	replayed(values);
	ck_assert_int_eq(values[5], 8);
}
END_TEST

/* What a child that dies has been told is durable. */
static int *durable_e;

static void
append_in_child(void)
{
	append("e 7");
	if (journal_sync(journal))
		*durable_e = 7;
}

/* Runs open, appending and a snapshot in a child that dies before its n-th call
 * of the disk; true when it lived. */
static bool
crash_at(int n)
{
	*durable_e = 0;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		disk.calls = 0;
		disk.crash_at = n;
		start_journal();
		append("e 5");
		if (journal_sync(journal))
			*durable_e = 5;
		in_walk = append_in_child;
		bool ok = snapshot() == SNAPSHOT_DONE;
		append("e 9");
		if (journal_sync(journal))
			*durable_e = 9;
		_exit(ok ? 0 : 1);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 42);
	return WEXITSTATUS(status) == 0;
}

static void
share(void)
{
	durable_e = mmap(NULL, sizeof(*durable_e), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(durable_e, MAP_FAILED);
}

START_TEST(crash_at_any_step_loses_nothing)
{
	int n = 1;
	share();
	for (bool lived = false; !lived; n++) {
		fill();
		lived = crash_at(n);
		check_filled(*durable_e);
		close_journal();
		/* And the next snapshot takes in what the crash left. */
		compact();
		append("e 11");
		close_journal();
		check_filled(11);
		teardown();
		setup();
	}
	/* 4 of opening, 13 of the snapshot, 3 groups. */
	ck_assert_int_eq(n, 4 + 13 + 6 + 2);
}
END_TEST

START_TEST(crash_between_short_writes_loses_nothing)
{
	share();
	fill();
	bool lived = false;
	for (int n = 1; !lived; n++) {
		disk.write_max = 7;
		lived = crash_at(n);
		disk.write_max = 0;
		ck_assert(open_journal());
		int values[KEYS];
		replayed(values);
		ck_assert_int_eq(values[0], 4);
		ck_assert_int_ge(values[4], *durable_e);
		close_journal();
	}
}
END_TEST

START_TEST(crash_of_the_first_start_leaves_an_empty_one)
{
	share();
	for (int n = 1; n <= 14; n++) {
		ck_assert(!crash_at(n));
		ck_assert(open_journal());
		ck_assert_int_eq(told.report.replayed, *durable_e != 0);
		close_journal();
		compact();
		teardown();
		setup();
	}
}
END_TEST

/* A call fails, that of the snapshot which is the n-th. */
static enum journal_snapshot
snapshot_failing_at(int n)
{
	disk.calls = 0;
	disk.fail_at = n;
	enum journal_snapshot step = snapshot();
	disk.fail_at = 0;
	return step;
}

START_TEST(fault_at_any_step_loses_nothing)
{
	for (int n = 1; n <= 13; n++) {
		fill();
		start_journal();
		ck_assert_int_eq(snapshot_failing_at(n), SNAPSHOT_FAILED);
		ck_assert_int_eq(journal_failing(journal), 0);
		/* It is not tried again at once. */
		ck_assert(!journal_has_grown(journal));
		append("e 7");
		close_journal();
		check_filled(7);
		/* The next one has fewer steps if journal.old is there. */
		ck_assert(journal_start(journal, STORE_SYNC));
		snapshot_failing_at(n);
		append("e 8");
		ck_assert(journal_sync(journal));
		strcat(told.records, "e 8\n");
		ck_assert_int_eq(snapshot(), SNAPSHOT_DONE);
		append("f 9");
		close_journal();
		check_filled(8);
		close_journal();
		teardown();
		setup();
	}
}
END_TEST

START_TEST(crash_after_a_fault_at_any_step_loses_nothing)
{
	share();
	for (int n = 1; n <= 13; n++) {
		fill();
		start_journal();
		ck_assert_int_eq(snapshot_failing_at(n), SNAPSHOT_FAILED);
		append("e 1");
		close_journal();
		for (int m = 1; m <= 20; m++) {
			crash_at(m);
			check_filled(*durable_e > 1 ? *durable_e : 1);
			close_journal();
		}
		teardown();
		setup();
	}
}
END_TEST

START_TEST(one_that_takes_in_journal_old_wakes_the_loop)
{
	struct pollfd pfd = { .events = POLLIN };
	fill();
	start_journal();
	ck_assert_int_eq(snapshot_failing_at(8), SNAPSHOT_FAILED);
	close_journal();
	start_journal();
	pfd.fd = journal_fd(journal);
	ck_assert(journal_has_grown(journal));
	ck_assert_int_eq(poll(&pfd, 1, 0), 0);
	journal_snapshot_begin(journal);
	ck_assert_int_eq(poll(&pfd, 1, 0), 1);
}
END_TEST

START_TEST(a_journal_that_has_grown_is_told)
{
	fill();
	start_journal();
	ck_assert(!journal_has_grown(journal));
	/* One octet less than the limit, and the limit; the state is short. */
	append("e 7");
	ck_assert(journal_sync(journal));
	journal->limit = journal->size + 1;
	ck_assert(!journal_has_grown(journal));
	journal->limit = journal->size;
	ck_assert(journal_has_grown(journal));
	/* A state as long as that counts as well. */
	journal->limit = 1;
	journal->snapshot.octets = journal->size + 1;
	ck_assert(!journal_has_grown(journal));
	journal->snapshot.octets = journal->size;
	ck_assert(journal_has_grown(journal));
	ck_assert_int_eq(snapshot(), SNAPSHOT_DONE);
	ck_assert(!journal_has_grown(journal));
}
END_TEST

START_TEST(the_limits_are_as_they_are_called)
{
	start_journal();
	ck_assert_uint_eq(journal->limit, JOURNAL_SNAPSHOT_AT);
	ck_assert(!journal_has_grown(journal));
	journal_want_snapshot(journal);
	ck_assert(journal_has_grown(journal));
}
END_TEST

/* Puts until there is no more room; how many. */
static void
put_until_full(void)
{
	static char payload[JOURNAL_LINE_MAX];
	memset(payload, 'x', sizeof(payload));
	memcpy(payload, "z ", 2);
	for (int i = 0; i < 4 * JOURNAL_SNAPSHOT_MAX / JOURNAL_LINE_MAX; i++)
		ck_assert(journal_put(journal, payload, sizeof(payload)));
	ck_assert(!journal_snapshot_room(journal) ||
		  journal->snapshot.buf.len < JOURNAL_SNAPSHOT_MAX);
}

START_TEST(more_than_there_is_room_for_is_taken_and_told)
{
	fill();
	in_walk = put_until_full;
	compact();
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed,
	    4 + 4 * JOURNAL_SNAPSHOT_MAX / JOURNAL_LINE_MAX);
}
END_TEST

static void
put_what_is_refused(void)
{
	static char payload[JOURNAL_LINE_MAX + 1];
	memset(payload, 'x', sizeof(payload));
	ck_assert(journal_put(journal, payload, JOURNAL_LINE_MAX));
	ck_assert(!journal_put(journal, payload, JOURNAL_LINE_MAX + 1));
	/* What failed once has failed. */
	ck_assert(!journal_put(journal, "a 1", 3));
}

static void
put_newline(void)
{
	ck_assert(!journal_put(journal, "a\nb", 3));
}

static void
put_nul(void)
{
	ck_assert(!journal_put(journal, "a\0b", 3));
}

START_TEST(what_may_not_be_put_fails_the_snapshot)
{
	void (*const puts[])(
	    void) = { put_what_is_refused, put_newline, put_nul };
	for (int i = 0; i < 3; i++) {
		fill();
		start_journal();
		in_walk = puts[i];
		ck_assert_int_eq(snapshot(), SNAPSHOT_FAILED);
		close_journal();
		check_filled(0);
		teardown();
		setup();
	}
}
END_TEST

/* Nobody says that all is put. */
START_TEST(close_ends_a_walk)
{
	fill();
	start_journal();
	journal_snapshot_begin(journal);
	for (unsigned left = 500;
	     journal_snapshot_step(journal) != SNAPSHOT_WALK;)
		ck_assert(wait_some(&left));
	ck_assert(journal_put(journal, "z 1", 3));
	close_journal();
	check_filled(0);
}
END_TEST

START_TEST(torn_tail_is_gone_after_a_snapshot)
{
	char octets[1024];
	fill();
	size_t len = read_file("journal", octets, sizeof(octets));
	write_file("journal", octets, len - 3);
	compact();
	ck_assert_uint_gt(told.report.torn, 0);
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.torn, 0);
	int values[KEYS];
	replayed(values);
	ck_assert_int_eq(values[3], 5);
}
END_TEST

/* The files while a snapshot is under way, its journal.old cut. */
static void
make_old(const char *journal_text, size_t cut_off)
{
	char octets[1024];
	fill();
	size_t len = read_file("journal", octets, sizeof(octets));
	write_file("journal.old", octets, len - cut_off);
	write_file("journal", journal_text, strlen(journal_text));
}

START_TEST(a_torn_journal_old_is_cut_when_the_journal_is_empty)
{
	make_old("hssd journal 1\n", 3);
	for (int i = 0; i < 2; i++) {
		ck_assert(open_journal());
		ck_assert_uint_eq(told.report.torn != 0, i == 0);
		int values[KEYS];
		replayed(values);
		ck_assert_int_eq(values[3], 5);
		close_journal();
	}
}
END_TEST

START_TEST(a_torn_journal_old_is_damage_when_the_journal_goes_on)
{
	char octets[256] = "hssd journal 1\n";
	put_line(octets + strlen(octets), 200, 15, "e 7");
	make_old(octets, 3);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal.old"));
	/* A whole one is none. */
	teardown();
	setup();
	make_old(octets, 0);
	check_filled(7);
}
END_TEST

START_TEST(journal_old_alone_is_a_journal)
{
	char path[128];
	make_old("", 3);
	snprintf(path, sizeof(path), "%s/journal", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(open_journal());
	ck_assert_uint_gt(told.report.torn, 0);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(journal_old_without_a_header_is_damage)
{
	fill();
	write_file("journal.old", "hssd journal 2\n", 15);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal.old"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		state_has_what_was_put_and_journal_is_empty,
		steps_come_in_their_order,
		appending_goes_on_meanwhile,
		crash_at_any_step_loses_nothing,
		crash_between_short_writes_loses_nothing,
		crash_of_the_first_start_leaves_an_empty_one,
		fault_at_any_step_loses_nothing,
		crash_after_a_fault_at_any_step_loses_nothing,
		one_that_takes_in_journal_old_wakes_the_loop,
		a_journal_that_has_grown_is_told,
		the_limits_are_as_they_are_called,
		more_than_there_is_room_for_is_taken_and_told,
		what_may_not_be_put_fails_the_snapshot,
		close_ends_a_walk,
		torn_tail_is_gone_after_a_snapshot,
		a_torn_journal_old_is_cut_when_the_journal_is_empty,
		a_torn_journal_old_is_damage_when_the_journal_goes_on,
		journal_old_alone_is_a_journal,
		journal_old_without_a_header_is_damage,
	};
	Suite *suite = suite_create("compact");
	TCase *tc = tcase_create("compact");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
