/*
 * Care for secrets: what wipe() zeroes and same() tells apart.
 */
#include "crypto/crypto.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(wipe_zeroes_its_octets_and_no_others)
{
	for (size_t len = 0; len <= 30; len++) {
		uint8_t buf[32];
		memset(buf, 0xa5, sizeof(buf));
		wipe(buf + 1, len);
		for (size_t i = 0; i < sizeof(buf); i++)
			ck_assert_uint_eq(
			    buf[i], i >= 1 && i <= len ? 0 : 0xa5);
	}
}
END_TEST

START_TEST(wipe_of_nothing_is_allowed)
{
	wipe(NULL, 0);
	ck_assert(same(NULL, NULL, 0));
}
END_TEST

START_TEST(same_sees_every_bit)
{
	uint8_t a[16], b[16];
	memset(a, 0x3c, sizeof(a));
	memcpy(b, a, sizeof(b));
	ck_assert(same(a, b, sizeof(a)));
	for (unsigned bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert(!same(a, b, sizeof(a)));
		ck_assert(same(a, b, bit / 8));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("secret");
	TCase *t = tcase_create("secret");
	tcase_add_test(t, wipe_zeroes_its_octets_and_no_others);
	tcase_add_test(t, wipe_of_nothing_is_allowed);
	tcase_add_test(t, same_sees_every_bit);
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
