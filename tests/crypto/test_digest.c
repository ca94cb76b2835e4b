/*
 * Digests against RFC 2617's example (3.5), SIP Digest and AKAv1-MD5 computed
 * by another implementation.
 */
#include "crypto/crypto.h"

#include <check.h>
#include <stdlib.h>

#include "tests/crypto/hex.h"

#define IMPI "001010000000001@ims.mnc001.mcc001.3gppnetwork.org"
#define HOME "ims.mnc001.mcc001.3gppnetwork.org"

/* ha1 is of the password, response of qop "auth". */
static const struct {
	const char *user, *realm, *password, *method, *uri, *nonce, *cnonce;
	const char *ha1, *response;
} digests[] = {
	/* RFC 2617, 3.5 */
	{ "Mufasa", "testrealm@host.com", "Circle Of Life", "GET",
	    "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "0a4f113b",
	    "939e7578ed9e3c518a452acee763bce9",
	    "6629fae49393a05397450978507c4ef1" },
	{ "alice@ims.example.com", "ims.example.com", "s3cret", "REGISTER",
	    "sip:ims.example.com", "MTIzNDU2Nzg5MA==", "f00dcafe",
	    "14f1a1bc8e582cc2dbd81215bda6787f",
	    "91723abc30c98ce42bd1d43bec723564" },
	/* A SIM that resynchronises has no password (RFC 3310, 3.4). */
	{ IMPI, HOME, "", "REGISTER", "sip:" HOME,
	    "I1U8vpY3qJ0hiuZNrke/NaponGSDUQAAn4l+8uekxfg=", "0a4f113b",
	    "6580ce225d6806500bf0e45504f9a545",
	    "a7f1b577561b73fe0f9a99ba4d2888e9" },
};

/* AKAv1-MD5: ha1 is of RES. */
static const struct {
	const char *res, *nonce, *cnonce, *ha1, *response, *short_response;
} akas[] = {
	{ "a54211d5e3ba50bf", "I1U8vpY3qJ0hiuZNrke/NaponGSDUQAAn4l+8uekxfg=",
	    "0a4f113b", "da00069eb0de6587da7e09ef503c29db",
	    "2fbf5b4ab4b11816217f923ce8a995ef",
	    "26e19a878da8982d53be9cc3d3162629" },
	{ "a8866ac46a440436", "AAECAwQFBgcICQoLDA0ODwI7Y/WMqwAAkcfJboxN+o8=",
	    "7d5f2c01", "9de9f3a72babda51aeaac136da86b76a",
	    "f5a35dcfe1acc145c2b2d3958715ad5a",
	    "15fe7afa2637a05f8f2f626679afa8ce" },
};

enum {
	NDIGESTS = sizeof(digests) / sizeof(digests[0]),
	NAKAS = sizeof(akas) / sizeof(akas[0]),
};

static const char nc[] = "00000001", reg[] = "REGISTER", uri[] = "sip:" HOME;

START_TEST(ha1_of_a_password_is_as_published)
{
	uint8_t ha1[16];
	ck_assert(digest_ha1(ha1, digests[_i].user, digests[_i].realm,
	    digests[_i].password, strlen(digests[_i].password)));
	hex_is(ha1, digests[_i].ha1, digests[_i].user);
}
END_TEST

START_TEST(ha1_of_no_password_needs_no_pointer)
{
	uint8_t ha1[16];
	ck_assert(digest_ha1(ha1, IMPI, HOME, NULL, 0));
	hex_is(ha1, "6580ce225d6806500bf0e45504f9a545", "HA1");
}
END_TEST

/* MD5("u:r:a\0b") by md5sum(1). */
START_TEST(password_is_octets_not_text)
{
	uint8_t ha1[16];
	ck_assert(digest_ha1(ha1, "u", "r", "a\0b", 3));
	hex_is(ha1, "653b891b6bea0f5950e49cba4609a5d4", "HA1");
}
END_TEST

START_TEST(response_with_qop_is_as_published)
{
	uint8_t ha1[16];
	char hex[33];
	hex_get(ha1, 16, digests[_i].ha1);
	ck_assert(digest_response(hex, ha1, digests[_i].method, digests[_i].uri,
	    digests[_i].nonce, nc, digests[_i].cnonce, "auth"));
	ck_assert_str_eq(hex, digests[_i].response);
}
END_TEST

/* RFC 2617's example without qop: MD5 of its HA1, nonce and HA2. */
START_TEST(response_without_qop_needs_no_nc_and_cnonce)
{
	uint8_t ha1[16];
	char hex[33];
	hex_get(ha1, 16, digests[0].ha1);
	ck_assert(digest_response(hex, ha1, digests[0].method, digests[0].uri,
	    digests[0].nonce, NULL, NULL, NULL));
	ck_assert_str_eq(hex, "670fd8c2df070c60b045671b8b24ff02");
}
END_TEST

START_TEST(ha1_of_aka_takes_res_as_octets)
{
	uint8_t res[8], ha1[16];
	hex_get(res, 8, akas[_i].res);
	ck_assert(digest_ha1(ha1, IMPI, HOME, res, 8));
	hex_is(ha1, akas[_i].ha1, "HA1");
}
END_TEST

START_TEST(aka_response_is_as_computed_elsewhere)
{
	uint8_t res[8];
	char hex[33];
	hex_get(res, 8, akas[_i].res);
	ck_assert(digest_aka_response(hex, IMPI, HOME, res, reg, uri,
	    akas[_i].nonce, nc, akas[_i].cnonce, "auth"));
	ck_assert_str_eq(hex, akas[_i].response);
	ck_assert(digest_aka_response(
	    hex, IMPI, HOME, res, reg, uri, akas[_i].nonce, NULL, NULL, NULL));
	ck_assert_str_eq(hex, akas[_i].short_response);
}
END_TEST

/* rspauth's A2 has no method (RFC 2617, 3.2.3). */
START_TEST(rspauth_is_a_response_without_method)
{
	uint8_t ha1[16];
	char hex[33];
	hex_get(ha1, 16, akas[0].ha1);
	ck_assert(digest_response(
	    hex, ha1, "", uri, akas[0].nonce, nc, akas[0].cnonce, "auth"));
	ck_assert_str_eq(hex, "a6910fe6b6458d0447d1105da9cc4695");
}
END_TEST

START_TEST(every_part_counts)
{
	uint8_t res[8];
	char hex[9][33];
	const char *n = akas[0].nonce, *c = akas[0].cnonce, *q = "auth";
	hex_get(res, 8, akas[0].res);
	ck_assert(
	    digest_aka_response(hex[0], "x", HOME, res, reg, uri, n, nc, c, q));
	ck_assert(
	    digest_aka_response(hex[1], IMPI, "x", res, reg, uri, n, nc, c, q));
	ck_assert(digest_aka_response(
	    hex[2], IMPI, HOME, res, "x", uri, n, nc, c, q));
	ck_assert(digest_aka_response(
	    hex[3], IMPI, HOME, res, reg, "x", n, nc, c, q));
	ck_assert(digest_aka_response(
	    hex[4], IMPI, HOME, res, reg, uri, "x", nc, c, q));
	ck_assert(digest_aka_response(
	    hex[5], IMPI, HOME, res, reg, uri, n, "x", c, q));
	ck_assert(digest_aka_response(
	    hex[6], IMPI, HOME, res, reg, uri, n, nc, "x", q));
	ck_assert(digest_aka_response(
	    hex[7], IMPI, HOME, res, reg, uri, n, nc, c, "x"));
	res[7] ^= 1;
	ck_assert(digest_aka_response(
	    hex[8], IMPI, HOME, res, reg, uri, n, nc, c, q));
	for (unsigned i = 0; i < 9; i++) {
		ck_assert_str_ne(hex[i], akas[0].response);
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(hex[i], hex[j]);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("digest");
	TCase *t = tcase_create("password");
	tcase_add_loop_test(t, ha1_of_a_password_is_as_published, 0, NDIGESTS);
	tcase_add_test(t, ha1_of_no_password_needs_no_pointer);
	tcase_add_test(t, password_is_octets_not_text);
	tcase_add_loop_test(t, response_with_qop_is_as_published, 0, NDIGESTS);
	tcase_add_test(t, response_without_qop_needs_no_nc_and_cnonce);
	suite_add_tcase(s, t);
	t = tcase_create("aka");
	tcase_add_loop_test(t, ha1_of_aka_takes_res_as_octets, 0, NAKAS);
	tcase_add_loop_test(t, aka_response_is_as_computed_elsewhere, 0, NAKAS);
	tcase_add_test(t, rspauth_is_a_response_without_method);
	tcase_add_test(t, every_part_counts);
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
