/*
 * CRC32C against the vectors of RFC 3720, B.4, and the usual check value.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "store/crc32c.h"

START_TEST(check_value_is_known)
{
	ck_assert_uint_eq(crc32c(0, "123456789", 9), 0xe3069283);
}
END_TEST

START_TEST(vectors_of_rfc_3720)
{
	uint8_t zeros[32] = { 0 }, ones[32], up[32], down[32];
	memset(ones, 0xff, sizeof(ones));
	for (uint8_t i = 0; i < 32; i++) {
		up[i] = i;
		down[i] = 31 - i;
	}
	ck_assert_uint_eq(crc32c(0, zeros, 32), 0x8a9136aa);
	ck_assert_uint_eq(crc32c(0, ones, 32), 0x62a8ab43);
	ck_assert_uint_eq(crc32c(0, up, 32), 0x46dd794e);
	ck_assert_uint_eq(crc32c(0, down, 32), 0x113fdb5c);
}
END_TEST

START_TEST(nothing_changes_nothing)
{
	ck_assert_uint_eq(crc32c(0, "", 0), 0);
	ck_assert_uint_eq(crc32c(0xe3069283, "", 0), 0xe3069283);
}
END_TEST

START_TEST(parts_give_what_the_whole_gives)
{
	const char *whole = "123456789";
	for (size_t i = 0; i <= 9; i++)
		ck_assert_uint_eq(
		    crc32c(crc32c(0, whole, i), whole + i, 9 - i), 0xe3069283);
}
END_TEST

START_TEST(table_and_instruction_agree)
{
	uint8_t octets[100];
	for (uint8_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 167 + 13);
	for (size_t from = 0; from < 9; from++)
		for (size_t len = 0; len <= sizeof(octets) - from; len++)
			ck_assert_uint_eq(crc32c(1, octets + from, len),
			    crc32c_table(1, octets + from, len));
	ck_assert_uint_eq(crc32c_table(0, "123456789", 9), 0xe3069283);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("crc32c");
	TCase *tc = tcase_create("crc32c");
	tcase_add_test(tc, check_value_is_known);
	tcase_add_test(tc, vectors_of_rfc_3720);
	tcase_add_test(tc, nothing_changes_nothing);
	tcase_add_test(tc, table_and_instruction_agree);
	tcase_add_test(tc, parts_give_what_the_whole_gives);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
