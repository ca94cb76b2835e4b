/*
 * What crypto/ leaves behind when mbedTLS fails, at each of the calls it makes.
 *
 * The linker puts the functions here in front of the library's (--wrap); they
 * fail once a number of calls is used up.
 */
#include "crypto/crypto.h"

#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/md.h>

enum { CALLS_MAX = 10000 }; /* more than any function here makes */

static int calls_left = INT_MAX;

static bool
fails(void)
{
	return calls_left-- <= 0;
}

#define WRAP(function, params, args)                          \
	int __real_##function params;                         \
	int __wrap_##function params;                         \
	int __wrap_##function params                          \
	{                                                     \
		return fails() ? -1 : __real_##function args; \
	}

WRAP(mbedtls_aes_setkey_enc,
    (mbedtls_aes_context * aes, const uint8_t *key, unsigned bits),
    (aes, key, bits))
WRAP(mbedtls_aes_crypt_ecb,
    (mbedtls_aes_context * aes, int mode, const uint8_t in[16],
	uint8_t out[16]),
    (aes, mode, in, out))
WRAP(mbedtls_md_setup,
    (mbedtls_md_context_t * md, const mbedtls_md_info_t *info, int hmac),
    (md, info, hmac))
WRAP(mbedtls_md_starts, (mbedtls_md_context_t * md), (md))
WRAP(mbedtls_md_update,
    (mbedtls_md_context_t * md, const uint8_t *in, size_t len), (md, in, len))
WRAP(mbedtls_md_finish, (mbedtls_md_context_t * md, uint8_t *out), (md, out))
WRAP(mbedtls_ctr_drbg_seed,
    (mbedtls_ctr_drbg_context * drbg,
	int (*entropy)(void *, unsigned char *, size_t), void *arg,
	const uint8_t *custom, size_t len),
    (drbg, entropy, arg, custom, len))
WRAP(mbedtls_ctr_drbg_random, (void *drbg, uint8_t *out, size_t len),
    (drbg, out, len))

static const struct milenage_key key = { { 1 }, { 2 } };
static const uint8_t rand16[16], sqn6[6], amf[2], zeros[128];

/* One function of crypto/: writes to out and tells whether it worked. */
typedef bool call_fn(uint8_t *out);

static bool
call_opc(uint8_t *out)
{
	return milenage_opc(out, key.k, rand16);
}

static bool
call_f1(uint8_t *out)
{
	return milenage_f1(&key, rand16, sqn6, amf, out, out + 8);
}

static bool
call_f2345(uint8_t *out)
{
	return milenage_f2345(
	    &key, rand16, out, out + 8, out + 24, out + 40, out + 46);
}

static bool
call_vector(uint8_t *out)
{
	struct aka_vector v;
	memcpy(&v, out, sizeof(v));
	enum aka_result result = aka_vector(&v, &key, rand16, 32, amf);
	ck_assert_int_ne(result, AKA_BAD_MAC);
	memcpy(out, &v, sizeof(v));
	return result == AKA_OK;
}

static bool
call_auts(uint8_t *out)
{
	enum aka_result result = aka_auts(out, &key, rand16, 32);
	ck_assert_int_ne(result, AKA_BAD_MAC);
	return result == AKA_OK;
}

static bool
call_ha1(uint8_t *out)
{
	return digest_ha1(out, "user", "realm", "password", 8);
}

static bool
call_response(uint8_t *out)
{
	return digest_response((char *)out, rand16, "REGISTER", "sip:x", "n",
	    "00000001", "c", "auth");
}

static bool
call_aka_response(uint8_t *out)
{
	return digest_aka_response((char *)out, "user", "realm", rand16,
	    "REGISTER", "sip:x", "n", NULL, NULL, NULL);
}

/* calls: of the library, each of which fails in turn. */
static const struct {
	call_fn *call;
	size_t len;
	int calls;
} zeroing[] = {
	{ call_opc, 16, 2 },
	{ call_f1, 16, 3 },
	{ call_f2345, 52, 6 },
	{ call_vector, sizeof(struct aka_vector), 6 },
	{ call_auts, AKA_AUTS_LEN, 3 + 3 },
	{ call_ha1, 16, 3 + 5 },
	{ call_response, 33, 3 + 3 + 3 + 11 },
	{ call_aka_response, 33, 3 + 5 + 3 + 3 + 3 + 5 },
};

START_TEST(result_is_zeroed_whichever_call_fails)
{
	int n = 0;
	bool ok = false;
	for (; !ok && n < CALLS_MAX; n++) {
		uint8_t out[128];
		memset(out, 0xa5, sizeof(out));
		calls_left = n;
		ok = zeroing[_i].call(out);
		calls_left = INT_MAX;
		ck_assert_int_eq(memcmp(out, zeros, zeroing[_i].len) == 0, !ok);
		ck_assert_uint_eq(out[zeroing[_i].len], 0xa5);
	}
	ck_assert_int_eq(n - 1, zeroing[_i].calls);
}
END_TEST

START_TEST(check_leaves_results_alone_whichever_call_fails)
{
	struct aka_vector v;
	enum aka_result result = AKA_CRYPTO;
	ck_assert_int_eq(aka_vector(&v, &key, rand16, 32, amf), AKA_OK);
	int n = 0;
	for (; result == AKA_CRYPTO && n < CALLS_MAX; n++) {
		uint64_t sqn = 1;
		uint8_t out[2 + 8 + 16 + 16] = { 0 };
		calls_left = n;
		result = aka_check(&key, rand16, v.autn, &sqn, out, out + 2,
		    out + 10, out + 26);
		calls_left = INT_MAX;
		ck_assert_int_ne(result, AKA_BAD_MAC);
		ck_assert_uint_eq(sqn, result == AKA_OK ? 32 : 1);
		ck_assert_int_eq(
		    memcmp(out, zeros, sizeof(out)) == 0, result != AKA_OK);
	}
	ck_assert_int_eq(n - 1, 5 + 3);
}
END_TEST

START_TEST(resync_leaves_sqn_alone_whichever_call_fails)
{
	uint8_t auts[14];
	enum aka_result result = AKA_CRYPTO;
	ck_assert_int_eq(aka_auts(auts, &key, rand16, 32), AKA_OK);
	int n = 0;
	for (; result == AKA_CRYPTO && n < CALLS_MAX; n++) {
		uint64_t sqn = 1;
		calls_left = n;
		result = aka_resync(&sqn, &key, rand16, auts);
		calls_left = INT_MAX;
		ck_assert_int_ne(result, AKA_BAD_MAC);
		ck_assert_uint_eq(sqn, result == AKA_OK ? 32 : 1);
	}
	ck_assert_int_eq(n - 1, 3 + 3);
}
END_TEST

/* Seeding and two pools of 1024 octets: three calls, and those in between if
 * mbedTLS is linked statically. */
START_TEST(random_without_entropy_gives_zeros_and_recovers)
{
	static uint8_t out[1025], none[sizeof(out)];
	int n = 0;
	bool ok = false;
	for (; !ok && n < CALLS_MAX; n++) {
		memset(out, 0xa5, sizeof(out));
		calls_left = n;
		ok = random_bytes(out, sizeof(out));
		calls_left = INT_MAX;
		ck_assert_int_eq(memcmp(out, none, sizeof(out)) == 0, !ok);
	}
	ck_assert(ok);
	ck_assert_int_ge(n - 1, 3);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("failure");
	TCase *t = tcase_create("failure");
	tcase_add_loop_test(t, result_is_zeroed_whichever_call_fails, 0,
	    sizeof(zeroing) / sizeof(zeroing[0]));
	tcase_add_test(t, check_leaves_results_alone_whichever_call_fails);
	tcase_add_test(t, resync_leaves_sqn_alone_whichever_call_fails);
	tcase_add_test(t, random_without_entropy_gives_zeros_and_recovers);
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
