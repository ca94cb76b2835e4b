/*
 * What every test program ends with: its cases, run one by one in processes of
 * their own.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <check.h>
#include <stdlib.h>

/* setup and teardown may be NULL; both run around every case. */
static inline int
run_cases(const char *name, void (*setup)(void), void (*teardown)(void),
    const TTest *const *cases, size_t ncases)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < ncases; i++)
		tcase_add_test(tc, cases[i]);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);

	int nfailed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return nfailed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* RUN(name, setup, teardown, case, ...): the exit status for main(). */
#define RUN(name, setup, teardown, ...) \
	run_cases((name), (setup), (teardown), \
	    (const TTest *const[]){ __VA_ARGS__ }, \
	    sizeof((const TTest *const[]){ __VA_ARGS__ }) / \
		sizeof(const TTest *))

#endif
