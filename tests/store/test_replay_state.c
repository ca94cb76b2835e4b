/*
 * Replay of the snapshot: any fault in it is refused.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/journal_fixture.h"

static const char state_header[] = "hssd state 1\n";

/* Makes a folder whose state has two records and whose journal has none. */
static size_t
make_state(char *octets, size_t cap)
{
	ck_assert(open_journal());
	close_journal();
	size_t n = (size_t)snprintf(octets, cap, "%s", state_header);
	n += put_line(octets + n, cap - n, 0, "first");
	n += put_line(octets + n, cap - n, 0, "second");
	n += (size_t)snprintf(octets + n, cap - n, "end 2\n");
	write_file("state", octets, n);
	return n;
}

START_TEST(state_comes_before_the_journal)
{
	char octets[1024];
	make_state(octets, sizeof(octets));
	start_journal();
	append("third");
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "first\nsecond\nthird\n");
}
END_TEST

START_TEST(state_flipped_anywhere_is_refused)
{
	char octets[1024];
	size_t len = make_state(octets, sizeof(octets));
	for (size_t i = 0; i < len * 8; i++) {
		size_t start;
		unsigned number = line_of(octets, i / 8, &start);
		octets[i / 8] = (char)(octets[i / 8] ^ 1 << i % 8);
		write_file("state", octets, len);
		octets[i / 8] = (char)(octets[i / 8] ^ 1 << i % 8);
		ck_assert(!open_journal());
		ck_assert(fault_is_of("state"));
		ck_assert_uint_eq(told.line, number);
	}
}
END_TEST

START_TEST(state_cut_anywhere_is_refused)
{
	char octets[1024];
	size_t len = make_state(octets, sizeof(octets));
	for (size_t cut = 0; cut < len; cut++) {
		write_file("state", octets, cut);
		ck_assert(!open_journal());
		ck_assert(fault_is_of("state"));
		size_t start;
		ck_assert_uint_eq(told.line, line_of(octets, cut, &start));
	}
}
END_TEST

START_TEST(state_without_end_marker_is_refused)
{
	char octets[1024];
	size_t len = make_state(octets, sizeof(octets));
	write_file("state", octets, len - strlen("end 2\n"));
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
	ck_assert_uint_eq(told.line, 4);
	ck_assert_ptr_nonnull(strstr(told.what, "end marker"));
}
END_TEST

START_TEST(state_going_on_after_its_end_is_refused)
{
	char octets[1024];
	size_t len = make_state(octets, sizeof(octets));
	octets[len++] = '\n';
	write_file("state", octets, len);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
	ck_assert_uint_eq(told.line, 5);
}
END_TEST

START_TEST(state_with_wrong_count_is_refused)
{
	char octets[1024];
	size_t n = (size_t)snprintf(octets, sizeof(octets), "%s", state_header);
	n += put_line(octets + n, sizeof(octets) - n, 0, "first");
	n += (size_t)snprintf(octets + n, sizeof(octets) - n, "end 2\n");
	ck_assert(open_journal());
	close_journal();
	write_file("state", octets, n);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
	ck_assert_uint_eq(told.line, 3);
}
END_TEST

START_TEST(state_alone_is_refused_unless_empty)
{
	char octets[1024], path[128];
	ck_assert(open_journal());
	close_journal();
	snprintf(path, sizeof(path), "%s/journal", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(open_journal());
	close_journal();
	make_state(octets, sizeof(octets));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal"));
}
END_TEST

START_TEST(refused_record_of_state_names_its_line)
{
	char octets[1024];
	make_state(octets, sizeof(octets));
	told.refuse = "second";
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
	ck_assert_uint_eq(told.line, 3);
	ck_assert_str_eq(told.what, "names no subscriber");
	ck_assert_str_eq(told.records, "first\n");
}
END_TEST

START_TEST(unreadable_file_is_refused_not_cut)
{
	char path[128];
	ck_assert(open_journal());
	close_journal();
	snprintf(path, sizeof(path), "%s/state", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
	ck_assert_ptr_nonnull(strstr(told.what, "cannot be read"));
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replay state");
	TCase *tc = tcase_create("replay state");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, state_comes_before_the_journal);
	tcase_add_test(tc, state_flipped_anywhere_is_refused);
	tcase_add_test(tc, state_cut_anywhere_is_refused);
	tcase_add_test(tc, state_without_end_marker_is_refused);
	tcase_add_test(tc, state_going_on_after_its_end_is_refused);
	tcase_add_test(tc, state_with_wrong_count_is_refused);
	tcase_add_test(tc, state_alone_is_refused_unless_empty);
	tcase_add_test(tc, refused_record_of_state_names_its_line);
	tcase_add_test(tc, unreadable_file_is_refused_not_cut);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
