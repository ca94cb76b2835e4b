/*
 * A folder of service profiles: which files are read, how they are found.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cx/profile.h"
#include "cx/userdata.h"
#include "tests/cx/lint.h"

static const char criteria[] =
    "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
    "<ServerName>sip:as</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>";

static char told[4096];

static void
on_folder_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(told);

	ck_assert_ptr_eq(arg, told);
	snprintf(
	    told + len, sizeof told - len, "%s:%u: %s\n", file, line, what);
}

START_TEST(folder_gives_good_profiles_by_name)
{
	char dir[LINT_PATH], name[PROFILE_NAME_MAX + 6], path[LINT_PATH + 128];
	size_t nfaults, len;

	lint_make_dir(dir);
	lint_write(dir, "b.xml", criteria, sizeof criteria - 1);
	lint_write(dir, "a.xml", "", 0);
	lint_write(dir, "bad.xml", "\n<Foo/>", 7);
	lint_write(dir, "a b.xml", "", 0);
	lint_write(dir, ".hidden.xml", "<", 1);
	lint_write(dir, "README", "<", 1);
	memset(name, 'n', sizeof name);
	strcpy(name + PROFILE_NAME_MAX, ".xml");
	lint_write(dir, name, "", 0);
	strcpy(name + PROFILE_NAME_MAX, "n.xml");
	lint_write(dir, name, "", 0);
	snprintf(path, sizeof path, "%s/dir.xml", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);

	told[0] = '\0';
	struct cx_profiles *p =
	    cx_profiles_load(dir, &nfaults, on_folder_fault, told);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(nfaults, 4);
	ck_assert_ptr_nonnull(strstr(told, "/bad.xml:2: Foo is no element"));
	ck_assert_ptr_nonnull(strstr(told, "\"a b.xml\" is no name"));
	ck_assert_ptr_nonnull(strstr(told, "/dir.xml:0: cannot be read: not a "
					   "regular file"));
	ck_assert_int_eq(cx_profiles_find(p, "a"), 0);
	ck_assert_int_eq(cx_profiles_find(p, "b"), 1);
	name[PROFILE_NAME_MAX] = '\0';
	ck_assert_int_eq(cx_profiles_find(p, name), 2);
	ck_assert_int_eq(cx_profiles_find(p, "bad"), -1);
	ck_assert_int_eq(cx_profiles_find(p, ""), -1);
	ck_assert_int_eq(cx_profiles_find(p, "z"), -1);
	ck_assert_str_eq(cx_profile_text(p, 0, &len), "");
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(cx_profile_text(p, 1, &len), criteria);
	ck_assert_uint_eq(len, sizeof criteria - 1);
	ck_assert_str_eq(cx_profile_text(p, 3, &len), "");
	ck_assert_uint_eq(len, 0);
	cx_profiles_free(p);
	lint_remove_dir(dir);
}
END_TEST

START_TEST(folder_that_is_missing_is_a_fault)
{
	size_t nfaults;

	told[0] = '\0';
	ck_assert_ptr_null(
	    cx_profiles_load("/nonexistent", &nfaults, on_folder_fault, told));
	ck_assert_uint_eq(nfaults, 1);
	ck_assert_str_eq(told,
	    "/nonexistent:0: the folder of profiles cannot be read: No such "
	    "file or directory\n");
	cx_profiles_free(NULL);
}
END_TEST

START_TEST(no_profiles_hold_no_profile)
{
	size_t len = 1;

	ck_assert_int_eq(cx_profiles_find(NULL, "a"), -1);
	ck_assert_str_eq(cx_profile_text(NULL, 0, &len), "");
	ck_assert_uint_eq(len, 0);
}
END_TEST

START_TEST(folder_has_at_most_4096_profiles)
{
	char dir[LINT_PATH], name[32];
	size_t nfaults;

	lint_make_dir(dir);
	for (int i = 0; i < PROFILES_MAX; i++) {
		snprintf(name, sizeof name, "p%d.xml", i);
		lint_write(dir, name, "", 0);
	}
	struct cx_profiles *p = cx_profiles_load(dir, &nfaults, NULL, NULL);
	ck_assert_uint_eq(nfaults, 0);
	ck_assert_int_ge(cx_profiles_find(p, "p4095"), 0);
	cx_profiles_free(p);
	lint_write(dir, "one-more.xml", "", 0);
	p = cx_profiles_load(dir, &nfaults, NULL, NULL);
	ck_assert_uint_eq(nfaults, 1);
	cx_profiles_free(p);
	lint_remove_dir(dir);
}
END_TEST

START_TEST(sample_profiles_are_good)
{
	const char *samples = getenv("SAMPLES");
	char path[LINT_PATH];
	size_t nfaults, len;

	ck_assert_msg(samples != NULL, "SAMPLES is not set");
	snprintf(path, sizeof path, "%s/profiles", samples);
	struct cx_profiles *p = cx_profiles_load(path, &nfaults, NULL, NULL);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(nfaults, 0);
	int number = cx_profiles_find(p, "default");
	ck_assert_int_ge(number, 0);
	/* a lab without application server is left in peace */
	ck_assert_ptr_nonnull(strstr(cx_profile_text(p, (unsigned)number, &len),
	    "<DefaultHandling>0</DefaultHandling>"));
	cx_profiles_free(p);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cx/profile");
	TCase *t = tcase_create("profile");

	tcase_set_timeout(t, 30);
	tcase_add_test(t, folder_gives_good_profiles_by_name);
	tcase_add_test(t, folder_that_is_missing_is_a_fault);
	tcase_add_test(t, no_profiles_hold_no_profile);
	tcase_add_test(t, folder_has_at_most_4096_profiles);
	tcase_add_test(t, sample_profiles_are_good);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
