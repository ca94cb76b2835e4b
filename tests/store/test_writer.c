/*
 * The writer thread: group commit, when a record counts as durable, and a
 * disk that fails in every way and recovers.
 */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/journal_fixture.h"

static bool
readable(void)
{
	struct pollfd pfd = { .fd = journal_fd(journal), .events = POLLIN };
	return poll(&pfd, 1, 0) == 1;
}

/* Closes, reopens: nothing is torn and these are the records. */
static void
replays_to(const char *records)
{
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, records);
	ck_assert_uint_eq(told.report.torn, 0);
}

START_TEST(record_is_durable_only_after_datasync)
{
	char octets[256];
	start_journal();
	disk.gated = true;
	append("first");
	sem_wait(&disk.reached);
	/* It is written, and the sync has begun. */
	uint64_t written, syncs;
	journal_written(journal, &written, &syncs);
	ck_assert_uint_eq(written, 0);
	ck_assert_uint_eq(syncs, 0);
	read_file("journal", octets, sizeof(octets));
	ck_assert_ptr_nonnull(strstr(octets, " first\n"));
	ck_assert_uint_eq(journal_durable(journal), 0);
	ck_assert(!readable());
	disk.gated = false;
	sem_post(&disk.gate);
	wait_durable(1);
	ck_assert_int_eq(disk.synced, 1);
	journal_written(journal, &written, &syncs);
	ck_assert_uint_eq(written, strlen(strchr(octets, '\n') + 1));
	ck_assert_uint_eq(syncs, 1);
}
END_TEST

START_TEST(many_appends_take_few_syncs)
{
	start_journal();
	disk.gated = true;
	append("first");
	sem_wait(&disk.reached);
	for (int i = 0; i < 1000; i++)
		append("more");
	disk.gated = false;
	sem_post(&disk.gate);
	ck_assert(journal_sync(journal));
	ck_assert_uint_eq(journal_durable(journal), 1001);
	ck_assert_int_eq(disk.datasyncs, 2);
}
END_TEST

START_TEST(eventfd_tells_of_durability)
{
	start_journal();
	ck_assert(!readable());
	append("first");
	ck_assert(journal_sync(journal));
	struct pollfd pfd = { .fd = journal_fd(journal), .events = POLLIN };
	ck_assert_int_eq(poll(&pfd, 1, 5000), 1);
	journal_woken(journal);
	ck_assert(!readable());
	journal_woken(journal); /* doesn't wait */
}
END_TEST

START_TEST(eventfd_tells_of_failing)
{
	start_journal();
	disk.datasync_errno = EIO;
	append("first");
	struct pollfd pfd = { .fd = journal_fd(journal), .events = POLLIN };
	ck_assert_int_eq(poll(&pfd, 1, 5000), 1);
	ck_assert_int_eq(journal_failing(journal), EIO);
	ck_assert_uint_eq(journal_durable(journal), 0);
}
END_TEST

START_TEST(groups_keep_their_order)
{
	enum { RECORDS = 3000 };
	char text[32];
	static char wanted[FILE_CAP];
	size_t len = 0;
	start_journal();
	for (int i = 0; i < RECORDS; i++) {
		snprintf(text, sizeof(text), "record %d", i);
		append(text);
		len += (size_t)snprintf(
		    wanted + len, sizeof(wanted) - len, "%s\n", text);
	}
	replays_to(wanted);
}
END_TEST

START_TEST(group_larger_than_one_write_is_whole)
{
	static char payload[JOURNAL_LINE_MAX];
	memset(payload, 'x', sizeof(payload));
	start_journal();
	disk.gated = true;
	append("first");
	sem_wait(&disk.reached);
	/* 2 MiB: the buffers are given back after it. */
	for (int i = 0; i < 256; i++)
		ck_assert_uint_ne(
		    journal_append(journal, payload, sizeof(payload) - 1), 0);
	disk.gated = false;
	sem_post(&disk.gate);
	ck_assert(journal_sync(journal));
	append("last");
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 258);
	ck_assert_uint_eq(told.report.torn, 0);
}
END_TEST

START_TEST(short_writes_lose_nothing)
{
	for (size_t max = 1; max < 40; max += 3) {
		disk.write_max = max;
		start_journal();
		append("short writes");
		append("are not faults");
		close_journal();
	}
	disk.write_max = 0;
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 26);
	ck_assert_uint_eq(told.report.torn, 0);
}
END_TEST

START_TEST(interrupted_write_is_not_a_fault)
{
	start_journal();
	disk.write_errno = EINTR;
	append("first");
	while (disk.writes < 3)
		continue;
	disk.write_errno = 0;
	wait_durable(1);
	ck_assert_int_eq(journal_failing(journal), 0);
	replays_to("first\n");
}
END_TEST

START_TEST(failing_write_is_told_and_recovers)
{
	start_journal();
	append("before");
	ck_assert(journal_sync(journal));
	journal_woken(journal);
	disk.gated = true;
	append("held");
	sem_wait(&disk.reached);
	append("first");
	append("second");
	disk.write_errno = EIO;
	disk.gated = false;
	sem_post(&disk.gate);
	wait_failing(EIO);
	ck_assert_uint_eq(journal_durable(journal), 2);
	ck_assert_uint_eq(journal_append(journal, "refused", 7), 0);
	ck_assert(!journal_sync(journal));
	disk.write_errno = 0;
	wait_durable(4);
	ck_assert_int_eq(journal_failing(journal), 0);
	ck_assert_uint_eq(append("after"), 5);
	replays_to("before\nheld\nfirst\nsecond\nafter\n");
}
END_TEST

START_TEST(full_disk_after_half_a_line_recovers)
{
	char octets[1024];
	start_journal();
	append("before");
	ck_assert(journal_sync(journal));
	size_t good = read_file("journal", octets, sizeof(octets));
	disk.writes = 0;
	disk.write_max = 5;
	disk.write_good = 3;
	disk.write_errno = ENOSPC;
	append("first");
	wait_failing(ENOSPC);
	size_t half = read_file("journal", octets, sizeof(octets));
	ck_assert_uint_eq(half, good + 15);
	ck_assert_uint_eq(journal_durable(journal), 1);
	disk.write_errno = 0;
	wait_durable(2);
	append("second");
	replays_to("before\nfirst\nsecond\n");
}
END_TEST

START_TEST(half_a_line_left_by_a_full_disk_is_cut_at_open)
{
	start_journal();
	append("before");
	ck_assert(journal_sync(journal));
	disk.writes = 0;
	disk.write_max = 5;
	disk.write_good = 3;
	disk.write_errno = ENOSPC;
	append("lost");
	wait_failing(ENOSPC);
	disk.writes = 0;
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "before\n");
	ck_assert_uint_eq(told.report.torn, 15);
}
END_TEST

START_TEST(failing_datasync_makes_nothing_durable)
{
	start_journal();
	disk.datasync_errno = EIO;
	append("first");
	wait_failing(EIO);
	ck_assert_uint_eq(journal_durable(journal), 0);
	ck_assert_int_eq(disk.synced, 0);
	disk.datasync_errno = ENOSPC; /* another fault is told as well */
	wait_failing(ENOSPC);
	disk.datasync_errno = 0;
	wait_durable(1);
	ck_assert_int_eq(journal_failing(journal), 0);
	append("second");
	replays_to("first\nsecond\n");
}
END_TEST

START_TEST(close_gives_up_while_the_disk_fails)
{
	start_journal();
	append("before");
	ck_assert(journal_sync(journal));
	disk.write_errno = ENOSPC;
	append("lost");
	wait_failing(ENOSPC);
	close_journal();
	disk.write_errno = 0;
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "before\n");
}
END_TEST

START_TEST(close_tries_once_more_after_a_fault)
{
	start_journal();
	disk.write_errno = ENOSPC;
	append("kept");
	wait_failing(ENOSPC);
	disk.write_errno = 0;
	replays_to("kept\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("writer");
	TCase *tc = tcase_create("writer");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, record_is_durable_only_after_datasync);
	tcase_add_test(tc, many_appends_take_few_syncs);
	tcase_add_test(tc, eventfd_tells_of_durability);
	tcase_add_test(tc, eventfd_tells_of_failing);
	tcase_add_test(tc, groups_keep_their_order);
	tcase_add_test(tc, group_larger_than_one_write_is_whole);
	tcase_add_test(tc, short_writes_lose_nothing);
	tcase_add_test(tc, interrupted_write_is_not_a_fault);
	tcase_add_test(tc, failing_write_is_told_and_recovers);
	tcase_add_test(tc, full_disk_after_half_a_line_recovers);
	tcase_add_test(tc, half_a_line_left_by_a_full_disk_is_cut_at_open);
	tcase_add_test(tc, failing_datasync_makes_nothing_durable);
	tcase_add_test(tc, close_gives_up_while_the_disk_fails);
	tcase_add_test(tc, close_tries_once_more_after_a_fault);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
