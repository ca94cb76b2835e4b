/*
 * Random octets: all asked for and no others, never again the same, also after
 * fork().
 */
#include "crypto/crypto.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	POOL = 1024, /* random.c draws as much at a time */
	GUARD = 0xa5,
};

/* The lengths around the pool's, and some that cross its end. */
static const size_t lens[] = { 0, 1, 16, POOL - 1, POOL, POOL + 1, 2 * POOL,
	3 * POOL + 7 };

START_TEST(exactly_what_was_asked_for_is_written)
{
	static uint8_t buf[4 * POOL];
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		memset(buf, GUARD, sizeof(buf));
		ck_assert(random_bytes(buf + 1, lens[i]));
		ck_assert_uint_eq(buf[0], GUARD);
		for (size_t j = lens[i] + 1; j < sizeof(buf); j++)
			ck_assert_uint_eq(buf[j], GUARD);
	}
}
END_TEST

START_TEST(nothing_may_be_asked_for)
{
	ck_assert(random_bytes(NULL, 0));
}
END_TEST

/* Every octet of the longest length has all its bits both ways in 64 draws;
 * that a bit does not is one chance in 2^63. */
START_TEST(every_bit_is_drawn)
{
	static uint8_t ones[3 * POOL + 7], zeros[sizeof(ones)];
	static uint8_t buf[sizeof(ones)];
	for (unsigned n = 0; n < 64; n++) {
		ck_assert(random_bytes(buf, sizeof(buf)));
		for (size_t i = 0; i < sizeof(buf); i++) {
			ones[i] |= buf[i];
			zeros[i] |= (uint8_t)~buf[i];
		}
	}
	for (size_t i = 0; i < sizeof(buf); i++) {
		ck_assert_uint_eq(ones[i], 0xff);
		ck_assert_uint_eq(zeros[i], 0xff);
	}
}
END_TEST

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, AKA_RAND_LEN);
}

START_TEST(no_rand_comes_twice)
{
	enum { DRAWS = 50000 }; /* many pools, and past a reseeding */
	static uint8_t rands[DRAWS][AKA_RAND_LEN];
	for (size_t i = 0; i < DRAWS; i++)
		ck_assert(random_bytes(rands[i], AKA_RAND_LEN));
	qsort(rands, DRAWS, AKA_RAND_LEN, compare);
	for (size_t i = 1; i < DRAWS; i++)
		ck_assert_int_ne(compare(rands[i - 1], rands[i]), 0);
}
END_TEST

/* Draws in a child, which inherits whatever is in the pool. */
static void
draw_in_child(uint8_t out[AKA_RAND_LEN])
{
	int fds[2], status;
	ck_assert_int_eq(pipe(fds), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		uint8_t x[AKA_RAND_LEN];
		bool ok = random_bytes(x, sizeof(x)) &&
			  write(fds[1], x, sizeof(x)) == (ssize_t)sizeof(x);
		_exit(ok ? 0 : 1);
	}
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], out, AKA_RAND_LEN), AKA_RAND_LEN);
	close(fds[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(parent_and_children_draw_differently)
{
	uint8_t first[AKA_RAND_LEN], x[3][AKA_RAND_LEN];
	ck_assert(random_bytes(first, sizeof(first)));
	draw_in_child(x[0]);
	draw_in_child(x[1]);
	ck_assert(random_bytes(x[2], sizeof(x[2])));
	ck_assert_int_ne(compare(x[0], x[1]), 0);
	ck_assert_int_ne(compare(x[0], x[2]), 0);
	ck_assert_int_ne(compare(x[1], x[2]), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("random");
	TCase *t = tcase_create("random");
	tcase_add_test(t, exactly_what_was_asked_for_is_written);
	tcase_add_test(t, nothing_may_be_asked_for);
	tcase_add_test(t, every_bit_is_drawn);
	tcase_add_test(t, no_rand_comes_twice);
	tcase_add_test(t, parent_and_children_draw_differently);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
