/*
 * Values and addresses of cxclient's options, at their limits and past them.
 */
#include "tools/cxclient/sctp.h"
#include "tools/cxclient/values.h"

#include <check.h>
#include <string.h>

static const struct dia_name names[] = {
	{ 0, "NO_ASSIGNMENT" },
	{ 2, "RE_REGISTRATION" },
	{ 0, NULL },
};

START_TEST(number_is_decimal_and_of_32_bits)
{
	static const char *const wrong[] = { "", "-1", "+1", " 1", "1 ", "0x1",
		"x", "4294967296", "99999999999999999999999" };
	struct dia_u32 n = { 0 };

	ck_assert(value_number("4294967295", &n));
	ck_assert(n.set);
	ck_assert_uint_eq(n.value, UINT32_MAX);
	ck_assert(value_number("0", &n));
	ck_assert_uint_eq(n.value, 0);
	n = (struct dia_u32){ 7, false };
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!value_number(wrong[i], &n), "%s", wrong[i]);
	ck_assert_uint_eq(n.value, 7);
	ck_assert(!n.set);
}
END_TEST

START_TEST(hex_has_exactly_its_digits)
{
	static const uint8_t expected[3] = { 0x00, 0xaf, 0x9C };
	struct hex hex = { 0 };

	ck_assert(!value_hex("00af9", 3, &hex));
	ck_assert(!value_hex("00af9c0", 3, &hex));
	ck_assert(!value_hex("00af9g", 3, &hex));
	ck_assert(!value_hex("0x00af", 3, &hex));
	ck_assert(!value_hex("", 3, &hex));
	ck_assert(!hex.set);
	ck_assert(value_hex("00aF9C", 3, &hex));
	ck_assert(hex.set);
	ck_assert_mem_eq(hex.v, expected, sizeof expected);
}
END_TEST

START_TEST(type_has_a_name_or_a_number)
{
	struct dia_u32 n = { 0 };

	ck_assert(value_type("re-registration", names, &n));
	ck_assert_uint_eq(n.value, 2);
	ck_assert(value_type("ReRegistration", names, &n));
	ck_assert(value_type("no_assignment", names, &n));
	ck_assert_uint_eq(n.value, 0);
	ck_assert(value_type("2", names, &n));
	ck_assert_uint_eq(n.value, 2);
	ck_assert(!value_type("1", names, &n));
	ck_assert(!value_type("re-registrations", names, &n));
	ck_assert(!value_type("re", names, &n));
	ck_assert(!value_type("", names, &n));
	ck_assert(!value_type("-", names, &n));
}
END_TEST

static void
assert_address(const char *text, const char *host, const char *port)
{
	char h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	ck_assert_msg(tcp_address(text, h, p), "%s", text);
	ck_assert_str_eq(h, host);
	ck_assert_str_eq(p, port);
}

START_TEST(address_may_do_without_port)
{
	assert_address("127.0.0.1", "127.0.0.1", "3868");
	assert_address("127.0.0.1:3870", "127.0.0.1", "3870");
	assert_address("hss:1", "hss", "1");
	assert_address("hss:65535", "hss", "65535");
	assert_address("[::1]", "::1", "3868");
	assert_address("[::1]:3870", "::1", "3870");
	assert_address("::1", "::1", "3868");
}
END_TEST

START_TEST(address_that_is_none_is_refused)
{
	static const char *const wrong[] = { "", ":", ":3868", "[]", "[::1",
		"[::1]3868", "[::1]:", "hss:", "hss:0", "hss:65536", "hss:x",
		"hss:-1", "hss:00003868" };
	char h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!tcp_address(wrong[i], h, p), "%s", wrong[i]);
}
END_TEST

START_TEST(host_of_the_limit_is_taken_and_no_longer_one)
{
	char text[TCP_HOST_CAP + 1], h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	memset(text, 'h', sizeof text);
	text[TCP_HOST_CAP] = '\0';
	ck_assert(!tcp_address(text, h, p));
	text[TCP_HOST_CAP - 1] = '\0';
	ck_assert(tcp_address(text, h, p));
	ck_assert_str_eq(h, text);
}
END_TEST

static void
assert_sctp(const char *text, const char *host, const char *port)
{
	char h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	ck_assert_msg(sctp_address(text, h, p), "%s", text);
	ck_assert_str_eq(h, host);
	ck_assert_str_eq(p, port);
}

START_TEST(sctp_takes_several_addresses_of_one_port)
{
	assert_sctp("sctp://127.0.0.1", "127.0.0.1", "3868");
	assert_sctp("sctp://127.0.0.1:1", "127.0.0.1", "1");
	assert_sctp(
	    "sctp://127.0.0.1,127.0.0.2:3870", "127.0.0.1,127.0.0.2", "3870");
	assert_sctp("sctp://[::1]", "[::1]", "3868");
	assert_sctp("sctp://10.0.0.1,[::1]:3870", "10.0.0.1,[::1]", "3870");
	assert_sctp("sctp://[::1],10.0.0.1:3870", "[::1],10.0.0.1", "3870");
}
END_TEST

START_TEST(sctp_address_that_is_none_is_refused)
{
	static const char *const wrong[] = { "", "127.0.0.1",
		"sctp:", "sctp://", "sctp://:3868", "sctp://127.0.0.1,",
		"sctp://::1", "sctp://[::1", "sctp://127.0.0.1:0",
		"tcp://127.0.0.1" };
	char h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!sctp_address(wrong[i], h, p), "%s", wrong[i]);
}
END_TEST

START_TEST(sctp_list_of_the_limit_is_taken_and_no_longer_one)
{
	char text[TCP_HOST_CAP + 8], h[TCP_HOST_CAP], p[TCP_PORT_CAP];

	memset(text, '1', sizeof text);
	memcpy(text, "sctp://", 7);
	text[100] = ',';
	text[7 + TCP_HOST_CAP] = '\0';
	ck_assert(!sctp_address(text, h, p));
	text[7 + TCP_HOST_CAP - 1] = '\0';
	ck_assert(sctp_address(text, h, p));
	ck_assert_str_eq(h, text + 7);
}
END_TEST

START_TEST(sctp_wants_addresses_in_numbers)
{
	const char *why = "";

	ck_assert_int_eq(sctp_connect("localhost", "1", 0, &why), -1);
	ck_assert_str_ne(why, "");
	ck_assert_int_eq(sctp_connect("::1,::1,::1,::1,::1", "1", 0, &why), -1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("values");
	TCase *tc = tcase_create("values");
	SRunner *sr = srunner_create(s);

	tcase_add_test(tc, number_is_decimal_and_of_32_bits);
	tcase_add_test(tc, hex_has_exactly_its_digits);
	tcase_add_test(tc, type_has_a_name_or_a_number);
	tcase_add_test(tc, address_may_do_without_port);
	tcase_add_test(tc, address_that_is_none_is_refused);
	tcase_add_test(tc, sctp_takes_several_addresses_of_one_port);
	tcase_add_test(tc, sctp_address_that_is_none_is_refused);
	tcase_add_test(tc, sctp_list_of_the_limit_is_taken_and_no_longer_one);
	tcase_add_test(tc, sctp_wants_addresses_in_numbers);
	tcase_add_test(tc, host_of_the_limit_is_taken_and_no_longer_one);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
