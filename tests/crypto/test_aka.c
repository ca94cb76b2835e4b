/*
 * AKA from both sides over every published key (vectors.h): what one side
 * makes the other opens, and nothing but that.
 */
#include "crypto/crypto.h"

#include <check.h>
#include <stdlib.h>

#include "tests/crypto/hex.h"
#include "tests/crypto/vectors.h"

static const uint64_t sqn_max = 0xffffffffffff; /* 48 bits */

/* A set and the vector made of it. */
struct given {
	struct milenage_key key;
	uint8_t rand[16], amf[2], auts[14];
	uint64_t sqn;
	struct aka_vector v;
};

static struct given
given(const struct vector *v)
{
	struct given g;
	hex_get(g.key.k, 16, v->k);
	hex_get(g.key.opc, 16, v->opc);
	hex_get(g.rand, 16, v->rand);
	hex_get(g.amf, 2, v->amf);
	hex_get(g.auts, 14, v->auts);
	g.sqn = hex_number(v->sqn);
	ck_assert_int_eq(
	    aka_vector(&g.v, &g.key, g.rand, g.sqn, g.amf), AKA_OK);
	return g;
}

/* Everything that aka_check() gives. */
struct opened {
	uint64_t sqn;
	uint8_t amf[2], res[8], ck[16], ik[16];
};

static enum aka_result
open_autn(struct opened *o, const struct milenage_key *key,
    const uint8_t rand[16], const uint8_t autn[16])
{
	return aka_check(
	    key, rand, autn, &o->sqn, o->amf, o->res, o->ck, o->ik);
}

START_TEST(vector_is_as_published)
{
	const struct vector *v = &vectors[_i];
	struct given g = given(v);
	hex_is(g.v.rand, v->rand, v->set);
	hex_is(g.v.autn, v->autn, v->set);
	hex_is(g.v.xres, v->f2, v->set);
	hex_is(g.v.ck, v->f3, v->set);
	hex_is(g.v.ik, v->f4, v->set);
}
END_TEST

START_TEST(rand_may_be_in_the_vector)
{
	struct given g = given(&vectors[_i]);
	struct aka_vector v;
	memset(&v, 0, sizeof(v));
	memcpy(v.rand, g.rand, 16);
	ck_assert_int_eq(aka_vector(&v, &g.key, v.rand, g.sqn, g.amf), AKA_OK);
	ck_assert_mem_eq(&v, &g.v, sizeof(v));
}
END_TEST

START_TEST(check_opens_what_vector_made)
{
	const struct vector *v = &vectors[_i];
	struct given g = given(v);
	struct opened o;
	ck_assert_int_eq(open_autn(&o, &g.key, g.rand, g.v.autn), AKA_OK);
	ck_assert_uint_eq(o.sqn, g.sqn);
	ck_assert_mem_eq(o.amf, g.amf, 2);
	hex_is(o.res, v->f2, v->set);
	hex_is(o.ck, v->f3, v->set);
	hex_is(o.ik, v->f4, v->set);
}
END_TEST

START_TEST(check_works_without_outputs)
{
	struct given g = given(&vectors[_i]);
	ck_assert_int_eq(
	    aka_check(&g.key, g.rand, g.v.autn, NULL, NULL, NULL, NULL, NULL),
	    AKA_OK);
}
END_TEST

START_TEST(any_bit_of_autn_flipped_is_bad_mac)
{
	struct given g = given(&vectors[_i]);
	for (unsigned bit = 0; bit < 8 * AKA_AUTN_LEN; bit++) {
		struct opened o, before;
		memset(&o, 0xa5, sizeof(o));
		memset(&before, 0xa5, sizeof(before));
		g.v.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_int_eq(
		    open_autn(&o, &g.key, g.rand, g.v.autn), AKA_BAD_MAC);
		ck_assert_mem_eq(&o, &before, sizeof(o));
		g.v.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

START_TEST(any_bit_of_rand_flipped_is_bad_mac)
{
	struct given g = given(&vectors[_i]);
	for (unsigned bit = 0; bit < 8 * AKA_RAND_LEN; bit++) {
		struct opened o;
		uint64_t sqn = 1;
		g.rand[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_int_eq(
		    open_autn(&o, &g.key, g.rand, g.v.autn), AKA_BAD_MAC);
		ck_assert_int_eq(
		    aka_resync(&sqn, &g.key, g.rand, g.auts), AKA_BAD_MAC);
		ck_assert_uint_eq(sqn, 1);
		g.rand[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

START_TEST(auts_is_as_published)
{
	const struct vector *v = &vectors[_i];
	struct given g = given(v);
	uint8_t auts[14];
	ck_assert_int_eq(aka_auts(auts, &g.key, g.rand, g.sqn), AKA_OK);
	hex_is(auts, v->auts, v->set);
}
END_TEST

START_TEST(resync_opens_what_auts_made)
{
	static const uint64_t sqns[] = { 0, 1, 31, 32, 0xa003, 0x7fffffffffff,
		0x800000000000, 0xffffffffffff };
	struct given g = given(&vectors[_i]);
	for (size_t i = 0; i < sizeof(sqns) / sizeof(sqns[0]); i++) {
		uint8_t auts[14];
		uint64_t sqn = ~sqns[i];
		ck_assert_int_eq(
		    aka_auts(auts, &g.key, g.rand, sqns[i]), AKA_OK);
		ck_assert_int_eq(
		    aka_resync(&sqn, &g.key, g.rand, auts), AKA_OK);
		ck_assert_uint_eq(sqn, sqns[i]);
	}
}
END_TEST

START_TEST(any_bit_of_auts_flipped_is_bad_mac)
{
	struct given g = given(&vectors[_i]);
	for (unsigned bit = 0; bit < 8 * AKA_AUTS_LEN; bit++) {
		uint64_t sqn = 0xa5a5;
		g.auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_int_eq(
		    aka_resync(&sqn, &g.key, g.rand, g.auts), AKA_BAD_MAC);
		ck_assert_uint_eq(sqn, 0xa5a5);
		g.auts[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

START_TEST(another_key_is_bad_mac)
{
	struct given g = given(&vectors[_i]);
	struct milenage_key k = g.key, opc = g.key;
	struct opened o;
	uint64_t sqn;
	k.k[15] ^= 1;
	opc.opc[15] ^= 1;
	ck_assert_int_eq(open_autn(&o, &k, g.rand, g.v.autn), AKA_BAD_MAC);
	ck_assert_int_eq(open_autn(&o, &opc, g.rand, g.v.autn), AKA_BAD_MAC);
	ck_assert_int_eq(aka_resync(&sqn, &k, g.rand, g.auts), AKA_BAD_MAC);
	ck_assert_int_eq(aka_resync(&sqn, &opc, g.rand, g.auts), AKA_BAD_MAC);
}
END_TEST

START_TEST(sqn_of_48_bits_passes_and_of_49_does_not)
{
	static const struct aka_vector zero_vector;
	static const uint8_t zero_auts[14];
	struct given g = given(&vectors[_i]);
	struct opened o;
	uint8_t auts[14];
	ck_assert_int_eq(
	    aka_vector(&g.v, &g.key, g.rand, sqn_max, g.amf), AKA_OK);
	ck_assert_int_eq(open_autn(&o, &g.key, g.rand, g.v.autn), AKA_OK);
	ck_assert_uint_eq(o.sqn, sqn_max);
	ck_assert_int_eq(
	    aka_vector(&g.v, &g.key, g.rand, sqn_max + 1, g.amf), AKA_CRYPTO);
	ck_assert_mem_eq(&g.v, &zero_vector, sizeof(g.v));
	ck_assert_int_eq(aka_auts(auts, &g.key, g.rand, sqn_max), AKA_OK);
	ck_assert_int_eq(
	    aka_auts(auts, &g.key, g.rand, sqn_max + 1), AKA_CRYPTO);
	ck_assert_mem_eq(auts, zero_auts, sizeof(auts));
}
END_TEST

/* AUTS of SIMs, computed by another implementation with set 20's key. */
static const struct {
	const char *rand, *auts;
	uint64_t sqn_ms;
	enum aka_result result;
} sims[] = {
	{ "9fddc72092c6ad036b6e464789315b78", "4f2039392ddd4bb4316ed4a14688", 1,
	    AKA_OK },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "43681ad3daf006bcde405a207267",
	    42, AKA_OK },
	{ "9fddc72092c6ad036b6e464789315b78", "4f2039392ddd4bb4316ed4a14689", 0,
	    AKA_BAD_MAC },
};

START_TEST(auts_of_other_sims_opens)
{
	struct milenage_key key;
	uint8_t rand[16], auts[14];
	uint64_t sqn = 0;
	hex_get(key.k, 16, "90dca4eda45b53cf0f12d7c9c3bc6a89");
	hex_get(key.opc, 16, "cb9cccc4b9258e6dca4760379fb82581");
	hex_get(rand, 16, sims[_i].rand);
	hex_get(auts, 14, sims[_i].auts);
	ck_assert_int_eq(aka_resync(&sqn, &key, rand, auts), sims[_i].result);
	ck_assert_uint_eq(sqn, sims[_i].sqn_ms);
}
END_TEST

/* A registration with resynchronisation, by another implementation; set 1's
 * key, AMF 0000.  TS 33.102, 6.3.3 and 6.3.5. */
START_TEST(whole_resynchronisation_is_as_computed_elsewhere)
{
	static const uint8_t amf[2];
	struct given g = given(&vectors[0]);
	uint8_t auts[14], rand[16];
	uint64_t sqn_ms = 0;
	/* First challenge, SEQ 1, IND 1. */
	ck_assert_int_eq(aka_vector(&g.v, &g.key, g.rand, 0x21, amf), AKA_OK);
	hex_is(g.v.autn, "aa689c64835100009f897ef2e7a4c5f8", "first AUTN");
	/* The SIM is at SEQ 0x500, IND 3. */
	ck_assert_int_eq(aka_auts(auts, &g.key, g.rand, 0xa003), AKA_OK);
	hex_is(auts, "451e8bec04381c32aa77c814555f", "AUTS");
	ck_assert_int_eq(aka_resync(&sqn_ms, &g.key, g.rand, auts), AKA_OK);
	ck_assert_uint_eq(sqn_ms, 0xa003);
	/* Second challenge, SEQ 0x501, IND 4. */
	hex_get(rand, 16, "000102030405060708090a0b0c0d0e0f");
	ck_assert_int_eq(aka_vector(&g.v, &g.key, rand, 0xa024, amf), AKA_OK);
	hex_is(g.v.autn, "023b63f58cab000091c7c96e8c4dfa8f", "AUTN");
	hex_is(g.v.xres, "a8866ac46a440436", "XRES");
	hex_is(g.v.ck, "a7d7da9a748d21568a8f7819501ca549", "CK");
	hex_is(g.v.ik, "d21b068dd75e73b0dbfdd97bed105e33", "IK");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("aka");
	TCase *t = tcase_create("vector");
	tcase_add_loop_test(t, vector_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, rand_may_be_in_the_vector, 0, NVECTORS);
	tcase_add_loop_test(t, check_opens_what_vector_made, 0, NVECTORS);
	tcase_add_loop_test(t, check_works_without_outputs, 0, NVECTORS);
	tcase_add_loop_test(t, any_bit_of_autn_flipped_is_bad_mac, 0, NVECTORS);
	tcase_add_loop_test(t, any_bit_of_rand_flipped_is_bad_mac, 0, NVECTORS);
	tcase_add_loop_test(t, another_key_is_bad_mac, 0, NVECTORS);
	tcase_add_loop_test(
	    t, sqn_of_48_bits_passes_and_of_49_does_not, 0, NVECTORS);
	suite_add_tcase(s, t);
	t = tcase_create("resynchronisation");
	tcase_add_loop_test(t, auts_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, resync_opens_what_auts_made, 0, NVECTORS);
	tcase_add_loop_test(t, any_bit_of_auts_flipped_is_bad_mac, 0, NVECTORS);
	tcase_add_loop_test(t, auts_of_other_sims_opens, 0, 3);
	tcase_add_test(t, whole_resynchronisation_is_as_computed_elsewhere);
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
