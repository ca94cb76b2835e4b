/*
 * The journal's life: its folder, its lock, appending and its limits, closing.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/journal_fixture.h"

START_TEST(folder_is_made_for_its_owner_alone)
{
	struct stat st;
	ck_assert_int_lt(stat(dir, &st), 0);
	ck_assert(open_journal());
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFDIR | 0700);
	char path[128];
	snprintf(path, sizeof(path), "%s/journal", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
}
END_TEST

START_TEST(folder_without_parent_is_refused)
{
	size_t len = strlen(dir);
	strcpy(dir + len, "/below");
	ck_assert(!open_journal());
	ck_assert(fault_is_of(NULL));
	ck_assert_ptr_nonnull(strstr(told.what, "No such file"));
	dir[len] = '\0';
}
END_TEST

START_TEST(file_in_place_of_folder_is_refused)
{
	FILE *file = fopen(dir, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
	ck_assert(!open_journal());
	ck_assert(fault_is_of(NULL));
	ck_assert_ptr_nonnull(strstr(told.what, "Not a directory"));
}
END_TEST

/* Opens as somebody who may not; the exit status tells how it went. */
static int
open_without_permission(void)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(1);
		bool ok = open_journal();
		_exit(ok                                               ? 2
		      : strstr(told.what, "Permission denied") == NULL ? 3
		      : fault_is_of(NULL)                              ? 10
		      : fault_is_of("lock")                            ? 11
								       : 4);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(folder_without_permission_is_refused)
{
	char *slash = strrchr(dir, '/');
	ck_assert(open_journal());
	close_journal();
	*slash = '\0';
	ck_assert_int_eq(chmod(dir, 0755), 0);
	*slash = '/';
	ck_assert_int_eq(chmod(dir, 0), 0);
	ck_assert_int_eq(open_without_permission(), 10);
	ck_assert_int_eq(chmod(dir, 0555), 0);
	char path[128];
	snprintf(path, sizeof(path), "%s/lock", dir);
	ck_assert_int_eq(chmod(path, 0), 0);
	ck_assert_int_eq(open_without_permission(), 11);
	ck_assert_int_eq(chmod(dir, 0700), 0);
}
END_TEST

START_TEST(lock_of_another_process_is_refused_with_its_pid)
{
	int ready[2];
	ck_assert_int_eq(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (!open_journal() || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	char octet;
	ck_assert_int_eq(read(ready[0], &octet, 1), 1);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("lock"));
	char wanted[64];
	snprintf(wanted, sizeof(wanted), "is held by process %ld", (long)pid);
	ck_assert_str_eq(told.what, wanted);

	/* A killed process leaves no lock behind. */
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(open_journal());
	close(ready[0]);
	close(ready[1]);
}
END_TEST

START_TEST(second_journal_of_one_process_is_refused)
{
	ck_assert(open_journal());
	struct journal *first = journal;
	ck_assert(!open_journal());
	ck_assert(fault_is_of("lock"));
	journal_close(first);
	ck_assert(open_journal());
}
END_TEST

START_TEST(positions_count_from_one)
{
	start_journal();
	ck_assert_uint_eq(journal_durable(journal), 0);
	for (uint64_t i = 1; i <= 100; i++)
		ck_assert_uint_eq(append("x"), i);
	ck_assert(journal_sync(journal));
	ck_assert_uint_eq(journal_durable(journal), 100);
	close_journal();
	start_journal();
	ck_assert_uint_eq(append("x"), 1);
}
END_TEST

START_TEST(append_before_start_is_refused)
{
	ck_assert(open_journal());
	ck_assert_uint_eq(journal_append(journal, "x", 1), 0);
	ck_assert(journal_sync(journal));
	ck_assert(journal_start(journal, STORE_SYNC));
	ck_assert_uint_eq(journal_append(journal, "x", 1), 1);
}
END_TEST

START_TEST(payload_at_its_limit_and_one_past)
{
	static char payload[JOURNAL_LINE_MAX + 1];
	memset(payload, 'x', sizeof(payload));
	start_journal();
	ck_assert_uint_eq(
	    journal_append(journal, payload, JOURNAL_LINE_MAX + 1), 0);
	ck_assert_uint_eq(
	    journal_append(journal, payload, JOURNAL_LINE_MAX), 1);
	ck_assert_uint_eq(journal_append(journal, payload, 0), 2);
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 2);
	ck_assert_uint_eq(strlen(told.records), JOURNAL_LINE_MAX + 2);
}
END_TEST

START_TEST(payload_with_newline_or_nul_is_refused)
{
	start_journal();
	ck_assert_uint_eq(journal_append(journal, "a\nb", 3), 0);
	ck_assert_uint_eq(journal_append(journal, "ab\n", 3), 0);
	ck_assert_uint_eq(journal_append(journal, "a\0b", 3), 0);
	ck_assert_uint_eq(journal_append(journal, "ab", 2), 1);
}
END_TEST

START_TEST(pending_at_its_limit_and_one_past)
{
	/* Each takes its octets and one; what is being synced is pending. */
	static char payload[4095];
	memset(payload, 'x', sizeof(payload));
	start_journal();
	disk.gated = true;
	uint64_t last = 0;
	for (int i = 0; i < JOURNAL_PENDING_MAX / 4096; i++) {
		size_t len = i == 0 ? sizeof(payload) - 1 : sizeof(payload);
		ck_assert_uint_ne(journal_append(journal, payload, len), 0);
	}
	ck_assert_uint_eq(journal_append(journal, "x", 1), 0);
	last = journal_append(journal, "", 0);
	ck_assert_uint_ne(last, 0);
	ck_assert_uint_eq(journal_append(journal, "", 0), 0);
	disk.gated = false;
	sem_post(&disk.gate);
	wait_durable(last);
	ck_assert_uint_eq(append(""), last + 1);
}
END_TEST

START_TEST(lines_take_a_position_each_and_stand_together)
{
	start_journal();
	append("before");
	ck_assert_uint_eq(journal_append_lines(journal, "a 1\n\nb 2", 8), 4);
	ck_assert_uint_eq(journal_append_lines(journal, "alone", 5), 5);
	ck_assert_uint_eq(append("after"), 6);
	ck_assert(journal_sync(journal));
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "before\na 1\n\nb 2\nalone\nafter\n");
}
END_TEST

START_TEST(lines_at_their_limits_and_one_past)
{
	static char lines[JOURNAL_PENDING_MAX + 1];
	memset(lines, 'x', sizeof(lines));
	start_journal();
	lines[JOURNAL_LINE_MAX] = '\n';
	size_t two = 2 * JOURNAL_LINE_MAX + 1;
	ck_assert_uint_eq(journal_append_lines(journal, lines, two + 1), 0);
	ck_assert_uint_eq(journal_append_lines(journal, lines, two), 2);
	ck_assert_uint_eq(journal_append_lines(journal, "a\0b", 3), 0);
	ck_assert(journal_sync(journal));
	for (size_t at = 4095; at < sizeof(lines); at += 4096)
		lines[at] = '\n';
	disk.gated = true;
	ck_assert_uint_eq(
	    journal_append_lines(journal, lines, sizeof(lines)), 0);
	/* One octet is pending, then one past the limit together with it. */
	ck_assert_uint_eq(append(""), 3);
	ck_assert_uint_ne(
	    journal_append_lines(journal, lines, JOURNAL_PENDING_MAX), 0);
	ck_assert_uint_eq(journal_append_lines(journal, "", 0), 0);
	ck_assert_uint_eq(journal_append(journal, "", 0), 0);
	disk.gated = false;
	sem_post(&disk.gate);
	ck_assert(journal_sync(journal));
}
END_TEST

START_TEST(close_writes_what_is_pending)
{
	start_journal();
	disk.gated = true;
	append("first");
	sem_wait(&disk.reached);
	append("second");
	append("third");
	disk.gated = false;
	sem_post(&disk.gate);
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "first\nsecond\nthird\n");
}
END_TEST

START_TEST(close_of_nothing_is_fine)
{
	journal_close(NULL);
	ck_assert(open_journal());
	close_journal();
}
END_TEST

START_TEST(failing_disk_at_open_is_refused)
{
	/* The first start: state, folder, journal, folder, then both again. */
	int calls = 0;
	for (disk.fail_at = 1;; disk.fail_at++, calls++) {
		disk.calls = 0;
		if (open_journal())
			break;
		ck_assert_ptr_nonnull(strstr(told.what, "Input/output error"));
	}
	ck_assert_int_ge(calls, 2);
	close_journal();
	disk.fail_at = 0;
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("journal");
	TCase *tc = tcase_create("journal");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, folder_is_made_for_its_owner_alone);
	tcase_add_test(tc, folder_without_parent_is_refused);
	tcase_add_test(tc, file_in_place_of_folder_is_refused);
	tcase_add_test(tc, folder_without_permission_is_refused);
	tcase_add_test(tc, lock_of_another_process_is_refused_with_its_pid);
	tcase_add_test(tc, second_journal_of_one_process_is_refused);
	tcase_add_test(tc, positions_count_from_one);
	tcase_add_test(tc, append_before_start_is_refused);
	tcase_add_test(tc, payload_at_its_limit_and_one_past);
	tcase_add_test(tc, payload_with_newline_or_nul_is_refused);
	tcase_add_test(tc, pending_at_its_limit_and_one_past);
	tcase_add_test(tc, lines_take_a_position_each_and_stand_together);
	tcase_add_test(tc, lines_at_their_limits_and_one_past);
	tcase_add_test(tc, close_writes_what_is_pending);
	tcase_add_test(tc, close_of_nothing_is_fine);
	tcase_add_test(tc, failing_disk_at_open_is_refused);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
