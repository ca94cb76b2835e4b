/*
 * Replay of the journal: what is kept, what is cut, what is refused.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/store/journal_fixture.h"

#define ALL "record 1\nrecord 2a\nrecord 2b\nrecord 2c\nrecord 3\n"

static const char journal_header[] = "hssd journal 1\n";

/* Records that replay gives when only lines before number are there. */
static size_t
kept(unsigned number)
{
	const char *end = ALL;
	for (unsigned i = 2; i < number; i++)
		end = strchr(end, '\n') + 1;
	return (size_t)(end - ALL);
}

static bool
records_are(const char *text, size_t len)
{
	return strlen(told.records) == len &&
	       memcmp(told.records, text, len) == 0;
}

START_TEST(first_start_makes_both_files)
{
	char octets[256];
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 0);
	ck_assert_uint_eq(told.report.torn, 0);
	read_file("journal", octets, sizeof(octets));
	ck_assert_str_eq(octets, journal_header);
	read_file("state", octets, sizeof(octets));
	ck_assert_str_eq(octets, "hssd state 1\nend 0\n");
}
END_TEST

START_TEST(records_come_back_in_order)
{
	write_generations();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, ALL);
	ck_assert_uint_eq(told.report.replayed, 5);
	ck_assert_uint_eq(told.report.torn, 0);
}
END_TEST

START_TEST(lines_are_marked_with_what_was_on_disk)
{
	char octets[FILE_CAP], wanted[1024];
	write_generations();
	read_file("journal", octets, sizeof(octets));
	size_t cap = sizeof(wanted);
	size_t n = (size_t)snprintf(wanted, cap, "%s", journal_header);
	n += put_line(wanted + n, cap - n, 15, "record 1");
	size_t mark = n;
	n += put_line(wanted + n, cap - n, mark, "record 2a");
	n += put_line(wanted + n, cap - n, mark, "record 2b");
	n += put_line(wanted + n, cap - n, mark, "record 2c");
	put_line(wanted + n, cap - n, n, "record 3");
	ck_assert_str_eq(octets, wanted);
}
END_TEST

START_TEST(appending_goes_on_after_replay)
{
	write_generations();
	start_journal();
	append("more");
	close_journal();
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, ALL "more\n");
}
END_TEST

START_TEST(journal_cut_anywhere_keeps_whole_lines)
{
	char octets[FILE_CAP];
	write_generations();
	size_t len = read_file("journal", octets, sizeof(octets));
	for (size_t cut = 0; cut <= len; cut++) {
		write_file("journal", octets, cut);
		size_t start;
		unsigned number = line_of(octets, cut, &start);
		ck_assert(open_journal());
		ck_assert(records_are(ALL, number > 1 ? kept(number) : 0));
		ck_assert_uint_eq(told.report.torn, cut - start);
		close_journal();
		ck_assert(open_journal());
		ck_assert_uint_eq(told.report.torn, 0);
		close_journal();
	}
}
END_TEST

START_TEST(flipped_bit_is_torn_in_last_group_else_refused)
{
	char octets[FILE_CAP];
	write_generations();
	size_t len = read_file("journal", octets, sizeof(octets));
	size_t last;
	line_of(octets, len - 1, &last);
	for (size_t i = 0; i < len * 8; i++) {
		char *flipped = &octets[i / 8];
		size_t start;
		unsigned number = line_of(octets, i / 8, &start);
		*flipped = (char)(*flipped ^ 1 << i % 8);
		write_file("journal", octets, len);
		*flipped = (char)(*flipped ^ 1 << i % 8);
		bool ok = open_journal();
		ck_assert_int_eq(ok, start >= last);
		if (number > 1)
			ck_assert(records_are(ALL, kept(number)));
		if (ok) {
			ck_assert_uint_eq(told.report.torn, len - start);
		} else {
			ck_assert(fault_is_of("journal"));
			ck_assert_uint_eq(told.line, number);
		}
		close_journal();
	}
}
END_TEST

START_TEST(flip_before_a_group_of_several_is_refused)
{
	char octets[FILE_CAP];
	write_generations();
	size_t len = read_file("journal", octets, sizeof(octets));
	size_t last;
	line_of(octets, len - 1, &last);
	/* The last group is now the second one; its lines are 3 to 5. */
	for (size_t i = 0; i < last; i++) {
		size_t start;
		unsigned number = line_of(octets, i, &start);
		octets[i] ^= 1;
		write_file("journal", octets, last);
		octets[i] ^= 1;
		ck_assert_int_eq(open_journal(), number >= 3);
		if (number >= 3)
			ck_assert_uint_eq(told.report.torn, last - start);
		else
			ck_assert_uint_eq(told.line, number);
		close_journal();
	}
}
END_TEST

START_TEST(lost_first_block_of_last_group_is_torn)
{
	char octets[FILE_CAP];
	write_generations();
	read_file("journal", octets, sizeof(octets));
	size_t from = (size_t)(strstr(octets, "record 2a") - octets);
	size_t to = (size_t)(strstr(octets, "record 2c") - octets) + 10;
	line_of(octets, from, &from);
	memset(octets + from, 0, 60);
	write_file("journal", octets, to);
	ck_assert(open_journal());
	ck_assert_str_eq(told.records, "record 1\n");
	ck_assert_uint_eq(told.report.torn, to - from);
}
END_TEST

START_TEST(missing_line_in_the_middle_is_refused)
{
	char octets[FILE_CAP];
	write_generations();
	size_t len = read_file("journal", octets, sizeof(octets));
	char *second = strchr(octets, '\n') + 1;
	char *third = strchr(second, '\n') + 1;
	memmove(second, third, len - (size_t)(third - octets));
	write_file("journal", octets, len - (size_t)(third - second));
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal"));
	ck_assert_uint_eq(told.line, 2);
}
END_TEST

START_TEST(proof_beyond_one_chunk_is_found)
{
	/* A damaged line, then 200 kB of an unsynced look, then the proof. */
	enum { CAP = 300000 };
	char *octets = calloc(1, CAP);
	ck_assert_ptr_nonnull(octets);
	ck_assert(open_journal());
	close_journal();
	size_t n = (size_t)snprintf(octets, CAP, "%s", journal_header);
	n += (size_t)snprintf(octets + n, CAP - n, "00000000 15 bad\n");
	while (n < 200000)
		n += put_line(octets + n, CAP - n, 15, "unsynced");
	write_file("journal", octets, n);
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.torn, n - 15);
	close_journal();
	n += put_line(octets + n, CAP - n, n, "proof");
	write_file("journal", octets, n);
	ck_assert(!open_journal());
	ck_assert_uint_eq(told.line, 2);
	free(octets);
}
END_TEST

START_TEST(line_without_end_is_a_torn_tail)
{
	enum { CAP = 200000 };
	char *octets = malloc(CAP);
	ck_assert_ptr_nonnull(octets);
	memset(octets, 'a', CAP);
	memcpy(octets, journal_header, 15);
	ck_assert(open_journal());
	close_journal();
	write_file("journal", octets, CAP);
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.torn, CAP - 15);
	free(octets);
}
END_TEST

START_TEST(longest_payload_comes_back)
{
	char *payload = malloc(JOURNAL_LINE_MAX + 2);
	ck_assert_ptr_nonnull(payload);
	memset(payload, 'x', JOURNAL_LINE_MAX);
	payload[JOURNAL_LINE_MAX] = '\0';
	start_journal();
	for (int i = 0; i < 5; i++)
		append(payload);
	close_journal();
	ck_assert(open_journal());
	ck_assert_uint_eq(told.report.replayed, 5);
	ck_assert_uint_eq(strlen(told.records), 5 * (JOURNAL_LINE_MAX + 1));
	ck_assert_uint_eq(
	    strspn(told.records, "x\n"), 5 * (JOURNAL_LINE_MAX + 1));
	free(payload);
}
END_TEST

START_TEST(journal_of_another_version_is_refused)
{
	ck_assert(open_journal());
	close_journal();
	write_file("journal", "hssd journal 2\n", 15);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal"));
	ck_assert_uint_eq(told.line, 1);
}
END_TEST

START_TEST(journal_alone_is_refused)
{
	char path[128];
	write_generations();
	snprintf(path, sizeof(path), "%s/state", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(!open_journal());
	ck_assert(fault_is_of("state"));
}
END_TEST

START_TEST(refused_record_names_file_and_line)
{
	told.refuse = "record 2b";
	write_generations();
	ck_assert(!open_journal());
	ck_assert(fault_is_of("journal"));
	ck_assert_uint_eq(told.line, 4);
	ck_assert_str_eq(told.what, "names no subscriber");
	ck_assert_str_eq(told.records, "record 1\nrecord 2a\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replay");
	TCase *tc = tcase_create("replay");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, first_start_makes_both_files);
	tcase_add_test(tc, records_come_back_in_order);
	tcase_add_test(tc, lines_are_marked_with_what_was_on_disk);
	tcase_add_test(tc, appending_goes_on_after_replay);
	tcase_add_test(tc, journal_cut_anywhere_keeps_whole_lines);
	tcase_add_test(tc, flipped_bit_is_torn_in_last_group_else_refused);
	tcase_add_test(tc, flip_before_a_group_of_several_is_refused);
	tcase_add_test(tc, lost_first_block_of_last_group_is_torn);
	tcase_add_test(tc, missing_line_in_the_middle_is_refused);
	tcase_add_test(tc, proof_beyond_one_chunk_is_found);
	tcase_add_test(tc, line_without_end_is_a_torn_tail);
	tcase_add_test(tc, longest_payload_comes_back);
	tcase_add_test(tc, journal_of_another_version_is_refused);
	tcase_add_test(tc, journal_alone_is_refused);
	tcase_add_test(tc, refused_record_names_file_and_line);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
