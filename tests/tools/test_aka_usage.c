/*
 * The program aka: its files, its help, and what it must refuse.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/aka.h"

enum {
	FILE_MAX = 16384, /* VALUES_FILE_MAX of the program */
	TEXT_MAX = 255,   /* VALUE_MAX */
};

static const struct {
	const char *args, *words;
	int code;
} refused[] = {
	{ "check " KEY1 "-r " RAND1 " -n ab689c64835100009f897ef2e7a4c5f8",
	    "MAC-A of AUTN is wrong", 1 },
	{ "check -k " K1 " -c " OP1 " -r " RAND1 " -n " AUTN1,
	    "MAC-A of AUTN is wrong", 1 },
	{ "resync " KEY1 "-r " RAND1 " -t 451e8bec04381c32aa77c814555e",
	    "MAC-S of AUTS is wrong", 1 },
	{ "response " USER "-k " K1 " -c " OP1 " -N " NONCE1,
	    "MAC-A of AUTN is wrong", 1 },
	{ "opc 465b5ce8b199b49faa5f0a2ee238a6b " OP1,
	    "K is 31 hex digits, must be 32", 2 },
	{ "opc 465b5ce8b199b49faa5f0a2ee238a6bcc " OP1,
	    "K is 33 hex digits, must be 32", 2 },
	{ "opc 0x465b5ce8b199b49faa5f0a2ee238a6 " OP1, "digit 2 of K is none",
	    2 },
	{ "opc " K1 " " OP1 " " OP1, "opc takes 2 operands", 2 },
	{ "opc " K1, "opc needs OP: give -o", 2 },
	{ "opc", "opc needs K: give -k", 2 },
	{ "opc " K1 " " OP1 " -s 000000000001", "opc takes no -s", 2 },
	{ "vector " KEY1 "-s 00000000002", "SQN is 11 hex digits, must be 12",
	    2 },
	{ "vector " KEY1 "-s 0000000000200", "SQN is 13 hex digits", 2 },
	{ "vector " KEY1 "-a 80000", "AMF is 5 hex digits, must be 4", 2 },
	{ "vector " KEY1 "-c " OP1, "OPc is not that of K and OP", 2 },
	{ "vector -k " K1, "OPc is missing", 2 },
	{ "vector -o " OP1, "vector needs K", 2 },
	{ "vector " KEY1 K1, "vector takes 0 operands", 2 },
	{ "vector " KEY1 "-r", "-r needs a value", 2 },
	{ "vector -z", "no option -z", 2 },
	{ "check " KEY1 "-r " RAND1, "check needs AUTN: give -n", 2 },
	{ "check " KEY1 "-n " AUTN1, "check needs RAND: give -r", 2 },
	{ "auts " KEY1 "-r " RAND1, "auts needs SQN: give -s", 2 },
	{ "resync " KEY1 "-r " RAND1, "resync needs AUTS: give -t", 2 },
	{ "resync " KEY1 "-r " RAND1 " -t 451e8bec04381c32aa77c814555f00",
	    "AUTS is 30 hex digits, must be 28", 2 },
	{ "response " KEY1 USER, "nonce is missing", 2 },
	{ "response " USER "-N " NONCE1, "K is missing", 2 },
	{ "response " KEY1 "-d x -N " NONCE1, "response needs user", 2 },
	{ "response " KEY1 "-u x -N " NONCE1, "response needs realm", 2 },
	{ "response " KEY1 USER "-N !", "nonce is not base64", 2 },
	/* 31 octets, one below RAND || AUTN */
	{ "response " KEY1 USER
	  "-N I1U8vpY3qJ0hiuZNrke/NaponGSDUQAAn4l+8uekxQ==",
	    "nonce holds 31 octets, must be 32", 2 },
	{ "vector -f /nonexistent/keys", "/nonexistent/keys: No such file", 2 },
	{ "vector -f /", "/: Is a directory", 2 },
	{ "frobnicate", "no such command", 2 },
	{ "", "a command is missing", 2 },
};

START_TEST(wrong_is_refused_with_the_reason)
{
	struct run r = run(NULL, "aka %s", refused[_i].args);
	ck_refuses(&r, refused[_i].code, refused[_i].words);
	ck_assert_ptr_null(strstr(r.err, K1));
	ck_assert_ptr_null(strstr(r.err, OP1));
}
END_TEST

START_TEST(keys_come_from_stdin_with_comments_and_blanks)
{
	static const char keys[] = "# SIM 1\n\n  k=" K1 "\t# the key\r\n"
				   "OP1 = no\n";
	static const char good[] = "# SIM 1\n\n  k=" K1 "\t# the key\r\n"
				   "op   =   " OP1;
	struct run r = run(good, "aka opc -f -");
	ck_prints(&r, "opc  = " OPC1 "\n");
	r = run(keys, "aka opc -f -");
	ck_refuses(&r, 2, "stdin:4: unknown name");
}
END_TEST

START_TEST(faults_of_a_file_name_their_lines)
{
	struct run r = run("k = 1\n\nop\nsqn = g\n", "aka vector -f -");
	ck_refuses(&r, 2, "stdin:1: K is 1 hex digits, must be 32");
	ck_refuses(&r, 2, "stdin:3: must be `name = value`");
	ck_refuses(&r, 2, "stdin:4: digit 1 of SQN is none");
}
END_TEST

START_TEST(last_of_two_values_counts)
{
	struct run r =
	    run("k = " OP1 "\nk = " K1 "\n", "aka opc -k %s -f - -o " OP1, OP1);
	ck_prints(&r, "opc  = " OPC1 "\n");
	r = run("op = " K1 "\nk = " K1 "\n", "aka opc -f - -o " OP1);
	ck_prints(&r, "opc  = " OPC1 "\n");
}
END_TEST

START_TEST(upper_case_digits_are_read)
{
	struct run r = run(NULL, "aka opc 465B5CE8B199B49FAA5F0A2EE238A6BC "
				 "CDC202D5123E20F62B6D676AC72CB318");
	ck_prints(&r, "opc  = " OPC1 "\n");
}
END_TEST

static struct run
run_file(char *text, size_t len)
{
	static const char *const args[] = { "aka", "opc", "-f", "-", NULL };
	return run_args(text, len, args);
}

START_TEST(file_may_have_16384_octets_and_no_more)
{
	static const char keys[] = "k=" K1 "\nop=" OP1 "\n";
	static char text[FILE_MAX + 1];
	memset(text, '\n', sizeof(text));
	memcpy(text, keys, sizeof(keys) - 1);
	struct run r = run_file(text, FILE_MAX);
	ck_prints(&r, "opc  = " OPC1 "\n");
	r = run_file(text, FILE_MAX + 1);
	ck_refuses(&r, 2, "stdin: must not be over 16384 octets");
}
END_TEST

START_TEST(file_with_nul_is_refused)
{
	char text[] = "k=" K1 "\nop=" OP1 "\n\0";
	struct run r = run_file(text, sizeof(text) - 1);
	ck_refuses(&r, 2, "stdin: has a NUL octet");
}
END_TEST

START_TEST(text_may_have_255_characters_and_no_more)
{
	char user[TEXT_MAX + 2];
	memset(user, 'u', sizeof(user));
	user[TEXT_MAX] = '\0';
	struct run r =
	    run(NULL, "aka response " KEY1 "-u %s -d x -N " NONCE1, user);
	ck_assert_int_eq(r.code, 0);
	r = run(NULL, "aka response " KEY1 "-u x -i x -d %s -N " NONCE1, user);
	ck_assert_int_eq(r.code, 0);
	r = run(NULL, "aka response " KEY1 "-u x -d %s -N " NONCE1, user);
	ck_refuses(&r, 2, "realm is too long for a URI of it, give -i");
	user[TEXT_MAX] = 'u';
	user[TEXT_MAX + 1] = '\0';
	r = run(NULL, "aka response " KEY1 "-u %s -d x -N " NONCE1, user);
	ck_refuses(&r, 2, "user has 256 characters, must be 1 to 255");
}
END_TEST

START_TEST(empty_value_is_refused)
{
	static const char *const args[] = { "aka", "vector", "-k", "", NULL };
	struct run r = run_args(NULL, 0, args);
	ck_refuses(&r, 2, "K is 0 hex digits, must be 32");
	r = run("user =\n", "aka response -f -");
	ck_refuses(&r, 2, "stdin:1: user has 0 characters");
}
END_TEST

/* What the examples of the help print, in the help's order. */
static const char *const examples[] = {
	"opc  = " OPC1 "\n",
	"autn = " AUTN1 "\n",
	"res  = a54211d5e3ba50bf\n",
	"auts = 451e8bec04381c32aa77c814555f\n",
	"sqn  = 00000000a003\n",
	"response = ",
};

START_TEST(help_has_an_example_of_each_command_that_works)
{
	struct run help = run(NULL, "aka -h");
	const char *p = help.out;
	size_t n = 0;
	ck_assert_int_eq(help.code, 0);
	while ((p = strstr(p, "example: ")) != NULL) {
		char line[1024];
		p += strlen("example: ");
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(p, "\n"), p);
		struct run r = run_line(NULL, line);
		ck_assert_int_eq(r.code, 0);
		ck_assert_uint_lt(n, sizeof(examples) / sizeof(examples[0]));
		ck_assert_ptr_nonnull(strstr(r.out, examples[n++]));
	}
	ck_assert_uint_eq(n, sizeof(examples) / sizeof(examples[0]));
}
END_TEST

START_TEST(help_of_a_command_is_about_it_alone)
{
	struct run r = run(NULL, "aka check -h");
	ck_assert_int_eq(r.code, 0);
	ck_assert_ptr_nonnull(strstr(r.out, "example: aka check "));
	ck_assert_ptr_null(strstr(r.out, "example: aka vector "));
}
END_TEST

static TCase *
usage(void)
{
	TCase *t = tcase_create("usage");
	tcase_add_loop_test(t, wrong_is_refused_with_the_reason, 0,
	    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(t, keys_come_from_stdin_with_comments_and_blanks);
	tcase_add_test(t, faults_of_a_file_name_their_lines);
	tcase_add_test(t, last_of_two_values_counts);
	tcase_add_test(t, upper_case_digits_are_read);
	tcase_add_test(t, file_may_have_16384_octets_and_no_more);
	tcase_add_test(t, file_with_nul_is_refused);
	tcase_add_test(t, text_may_have_255_characters_and_no_more);
	tcase_add_test(t, empty_value_is_refused);
	tcase_add_test(t, help_has_an_example_of_each_command_that_works);
	tcase_add_test(t, help_of_a_command_is_about_it_alone);
	return t;
}

int
main(void)
{
	Suite *s = suite_create("aka usage");
	suite_add_tcase(s, usage());
	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
