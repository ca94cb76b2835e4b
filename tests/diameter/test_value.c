/*
 * The reader's values: each type at its length, one short and one long, and
 * their content.
 */
#include "tests/diameter/octets.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct dia_avp
avp_of(const void *value, size_t len)
{
	return (struct dia_avp){ .data = { value, len } };
}

START_TEST(u32_takes_exactly_four_octets)
{
	static const uint8_t b[] = { 0x89, 0xab, 0xcd, 0xef, 0 };
	uint32_t value = 7;

	for (size_t len = 0; len <= 5; len++) {
		struct dia_avp avp = avp_of(b, len);

		if (len != 4) {
			ck_assert(!dia_get_u32(&avp, &value));
			ck_assert_uint_eq(value, 7);
		}
	}

	struct dia_avp avp = avp_of(b, 4);

	ck_assert(dia_get_u32(&avp, &value));
	ck_assert_uint_eq(value, 0x89abcdef);
}
END_TEST

START_TEST(u64_takes_exactly_eight_octets)
{
	static const uint8_t b[] = { 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
		0x98, 0 };
	uint64_t value = 7;

	for (size_t len = 0; len <= 9; len++) {
		struct dia_avp avp = avp_of(b, len);

		if (len != 8) {
			ck_assert(!dia_get_u64(&avp, &value));
			ck_assert_uint_eq(value, 7);
		}
	}

	struct dia_avp avp = avp_of(b, 8);

	ck_assert(dia_get_u64(&avp, &value));
	ck_assert(value == 0x89abcdeffedcba98);
}
END_TEST

START_TEST(address_is_ipv4_of_6_or_ipv6_of_18_octets)
{
	static const uint8_t v4[] = { 0, 1, 127, 0, 0, 1, 9 };
	static const uint8_t v6[19] = { 0, 2, [17] = 1, [18] = 9 };
	struct sockaddr_storage ss;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;

	for (size_t len = 0; len <= 7; len++) {
		struct dia_avp avp = avp_of(v4, len);

		ck_assert(dia_get_addr(&avp, &ss) == (len == 6));
	}
	ck_assert_int_eq(ss.ss_family, AF_INET);
	memcpy(&sin, &ss, sizeof sin);
	ck_assert_uint_eq(ntohl(sin.sin_addr.s_addr), INADDR_LOOPBACK);

	for (size_t len = 0; len <= 19; len++) {
		struct dia_avp avp = avp_of(v6, len);

		ck_assert(dia_get_addr(&avp, &ss) == (len == 18));
	}
	ck_assert_int_eq(ss.ss_family, AF_INET6);
	memcpy(&sin6, &ss, sizeof sin6);
	ck_assert_mem_eq(&sin6.sin6_addr, &in6addr_loopback, 16);
}
END_TEST

START_TEST(address_of_another_family_has_no_socket_address)
{
	struct sockaddr_storage ss;
	struct dia_avp avp = avp_of("\0\x08"
				    "4915",
	    6);

	ck_assert(!dia_get_addr(&avp, &ss));
}
END_TEST

static const struct {
	enum dia_type type;
	const char *value;
	size_t len;
	uint32_t result;
} values[] = {
	{ DIA_OCTETS, "", 0, 0 },
	{ DIA_OCTETS, "\xff", 1, 0 },
	{ DIA_UTF8, "", 0, 0 },
	{ DIA_UTF8, "a\x7f", 2, 0 },
	{ DIA_UTF8, "\xc2\x80", 2, 0 },
	{ DIA_UTF8, "\xdf\xbf", 2, 0 },
	{ DIA_UTF8, "\xe0\xa0\x80", 3, 0 },
	{ DIA_UTF8, "\xed\x9f\xbf", 3, 0 },
	{ DIA_UTF8, "\xee\x80\x80", 3, 0 },
	{ DIA_UTF8, "\xf0\x90\x80\x80", 4, 0 },
	{ DIA_UTF8, "\xf4\x8f\xbf\xbf", 4, 0 },
	{ DIA_UTF8, "\x80", 1, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xc2", 1, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8,
	    "\xc2"
	    "a",
	    2, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xc0\x80", 2, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xc1\xbf", 2, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xe0\x9f\xbf", 3, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xed\xa0\x80", 3, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xf0\x8f\xbf\xbf", 4, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xf4\x90\x80\x80", 4, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xf8\x88\x80\x80\x80", 5, DIA_INVALID_AVP_VALUE },
	{ DIA_UTF8, "\xff", 1, DIA_INVALID_AVP_VALUE },
	{ DIA_IDENTITY, "", 0, DIA_INVALID_AVP_LENGTH },
	{ DIA_IDENTITY, "a", 1, 0 },
	{ DIA_IDENTITY, "hss.example.org", 15, 0 },
	{ DIA_IDENTITY, "a b", 3, DIA_INVALID_AVP_VALUE },
	{ DIA_IDENTITY, "a\0", 2, DIA_INVALID_AVP_VALUE },
	{ DIA_IDENTITY, "a\x7f", 2, DIA_INVALID_AVP_VALUE },
	{ DIA_IDENTITY, "\xc3\xa4", 2, DIA_INVALID_AVP_VALUE },
	{ DIA_URI, "aaa://h", 7, 0 },
	{ DIA_URI, "AAAS://h:1;transport=tcp", 24, 0 },
	{ DIA_URI, "aaa://", 6, DIA_INVALID_AVP_VALUE },
	{ DIA_URI, "aaas://", 7, DIA_INVALID_AVP_VALUE },
	{ DIA_URI, "sip:x@example.org", 17, DIA_INVALID_AVP_VALUE },
	{ DIA_URI, "aaa://h h", 9, DIA_INVALID_AVP_VALUE },
	{ DIA_URI, "", 0, DIA_INVALID_AVP_VALUE },
	{ DIA_ADDRESS, "\0", 1, DIA_INVALID_AVP_LENGTH },
	{ DIA_ADDRESS, "\0\1\x7f\0\0\1", 6, 0 },
	{ DIA_ADDRESS, "\0\1\x7f\0\0", 5, DIA_INVALID_AVP_LENGTH },
	{ DIA_ADDRESS, "\0\2\x7f\0\0\1", 6, DIA_INVALID_AVP_LENGTH },
	{ DIA_ADDRESS,
	    "\0\x08"
	    "49",
	    4, 0 },
	{ DIA_TIME, "\0\0\0\0", 4, 0 },
	{ DIA_TIME, "\0\0\0", 3, DIA_INVALID_AVP_LENGTH },
	{ DIA_U32, "\0\0\0\0", 4, 0 },
	{ DIA_U32, "\0\0\0\0\0", 5, DIA_INVALID_AVP_LENGTH },
	{ DIA_I32, "", 0, DIA_INVALID_AVP_LENGTH },
	{ DIA_U64, "\0\0\0\0\0\0\0\0", 8, 0 },
	{ DIA_U64, "\0\0\0\0", 4, DIA_INVALID_AVP_LENGTH },
	{ DIA_ENUM, "\0\0\0\5", 4, 0 },
	{ DIA_ENUM, "\0\0\0\4", 4, DIA_INVALID_AVP_VALUE },
	{ DIA_ENUM, "\0\0\5", 3, DIA_INVALID_AVP_LENGTH },
	{ DIA_GROUPED, "", 0, 0 },
};

START_TEST(value_is_checked_against_its_type)
{
	static const struct dia_name names[] = { { 5, "FIVE" }, { 0, NULL } };
	const struct dia_def def = { .type = values[_i].type, .values = names };
	uint8_t *p = exactly(values[_i].value, values[_i].len);
	struct dia_avp avp = avp_of(p, values[_i].len);

	ck_assert_uint_eq(dia_check_value(&def, &avp), values[_i].result);
	free(p);
}
END_TEST

enum { TEXT_MAX = 40 };

/* A text of letters but for some octets, checked. */
static uint32_t
check_text(const struct dia_def *def, size_t len, size_t at, const char *octets)
{
	uint8_t *text = malloc(len); /* so that it ends where it ends */
	struct dia_avp avp = avp_of(text, len);

	ck_assert_ptr_nonnull(text);
	memset(text, 'a', len);
	memcpy(text + at, octets, strlen(octets));

	uint32_t result = dia_check_value(def, &avp);

	free(text);
	return result;
}

START_TEST(octet_is_checked_wherever_it_stands)
{
	for (size_t len = 1; len <= TEXT_MAX; len++) {
		for (size_t at = 0; at < len; at++) {
			for (int c = 1; c <= UINT8_MAX; c++) {
				const char octet[] = { (char)c, 0 };
				bool ascii = c < 0x80;
				bool visible = c > ' ' && c < 0x7f;

				ck_assert((check_text(BASE(SESSION_ID), len, at,
					       octet) == 0) == ascii);
				ck_assert((check_text(BASE(ORIGIN_HOST), len,
					       at, octet) == 0) == visible);
			}
		}
	}
}
END_TEST

START_TEST(character_is_checked_wherever_it_stands)
{
	for (size_t len = 4; len <= TEXT_MAX; len++) {
		for (size_t at = 0; at <= len - 4; at++) {
			ck_assert_uint_eq(check_text(BASE(SESSION_ID), len, at,
					      "\xf0\x9f\x98\x80"),
			    0);
			ck_assert_uint_eq(check_text(BASE(SESSION_ID), len, at,
					      "\xf0\x9f\x98"),
			    DIA_INVALID_AVP_VALUE);
		}
	}
}
END_TEST

START_TEST(slices_compare_with_text)
{
	struct dia_slice s = dia_slice_str("Hss.Example");

	ck_assert_uint_eq(s.len, 11);
	ck_assert(dia_slice_eq(s, "Hss.Example"));
	ck_assert(!dia_slice_eq(s, "hss.example"));
	ck_assert(!dia_slice_eq(s, "Hss.Exampl"));
	ck_assert(!dia_slice_eq(s, "Hss.Example."));
	ck_assert(dia_slice_eq_nocase(s, "hSS.eXAMPLE"));
	ck_assert(!dia_slice_eq_nocase(s, "hss.examplf"));
	ck_assert(dia_slice_eq((struct dia_slice){ NULL, 0 }, ""));
	ck_assert(dia_slice_eq_nocase((struct dia_slice){ NULL, 0 }, ""));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("value");
	TCase *t = tcase_create("value");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, u32_takes_exactly_four_octets);
	tcase_add_test(t, u64_takes_exactly_eight_octets);
	tcase_add_test(t, address_is_ipv4_of_6_or_ipv6_of_18_octets);
	tcase_add_test(t, address_of_another_family_has_no_socket_address);
	tcase_add_loop_test(t, value_is_checked_against_its_type, 0,
	    sizeof values / sizeof values[0]);
	tcase_add_test(t, octet_is_checked_wherever_it_stands);
	tcase_add_test(t, character_is_checked_wherever_it_stands);
	tcase_add_test(t, slices_compare_with_text);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
