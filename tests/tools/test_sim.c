/*
 * The SIM of cxclient: which SQN it accepts (TS 33.102, C.2), what it answers
 * to the others; the phone with a password.
 */
#include "tools/cxclient/sim.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

/* TS 35.208, set 1 */
static const struct milenage_key key = {
	{ 0x46, 0x5b, 0x5c, 0xe8, 0xb1, 0x99, 0xb4, 0x9f, 0xaa, 0x5f, 0x0a,
	    0x2e, 0xe2, 0x38, 0xa6, 0xbc },
	{ 0xcd, 0x63, 0xcb, 0x71, 0x95, 0x4a, 0x9f, 0x4e, 0x48, 0xa5, 0x99,
	    0x4e, 0x37, 0xa0, 0x2b, 0xaf },
};
static const uint8_t rand1[16] = { 0x23, 0x55, 0x3c, 0xbe, 0x96, 0x37, 0xa8,
	0x9d, 0x21, 0x8a, 0xe6, 0x4d, 0xae, 0x47, 0xbf, 0x35 };

static struct sim sim;
static struct sim_answer answer;

static void
insert(void)
{
	sim_init(&sim, &key);
}

static enum sim_result
challenge(uint64_t seq, unsigned ind)
{
	static const uint8_t amf[2] = { 0x80, 0 };
	struct aka_vector v;

	ck_assert_int_eq(
	    aka_vector(&v, &key, rand1, seq << SIM_IND_BITS | ind, amf),
	    AKA_OK);
	return sim_challenge(&sim, v.rand, v.autn, &answer);
}

/* What the home network reads out of the AUTS of the last challenge. */
static uint64_t
sqn_ms(void)
{
	uint64_t sqn = 0;

	ck_assert_int_eq(aka_resync(&sqn, &key, rand1, answer.auts), AKA_OK);
	return sqn;
}

START_TEST(fresh_sqn_is_accepted)
{
	/* TS 35.208, set 1: RES, CK, IK */
	static const uint8_t res[8] = { 0xa5, 0x42, 0x11, 0xd5, 0xe3, 0xba,
		0x50, 0xbf };

	ck_assert_int_eq(challenge(1, 1), SIM_OK);
	ck_assert_uint_eq(answer.sqn, 0x21);
	ck_assert_mem_eq(answer.res, res, sizeof res);
	ck_assert_uint_eq(answer.amf[0], 0x80);
	ck_assert_int_eq(challenge(2, 2), SIM_OK);
}
END_TEST

START_TEST(sqn_zero_is_never_fresh)
{
	ck_assert_int_eq(challenge(0, 1), SIM_SYNC_FAILURE);
}
END_TEST

START_TEST(replay_gives_auts_and_no_keys)
{
	static const uint8_t none[16] = { 0 };

	ck_assert_int_eq(challenge(5, 3), SIM_OK);
	ck_assert_int_eq(challenge(5, 3), SIM_SYNC_FAILURE);
	ck_assert_uint_eq(sqn_ms(), 5 << SIM_IND_BITS | 3);
	ck_assert_mem_eq(answer.res, none, sizeof answer.res);
	ck_assert_mem_eq(answer.ck, none, sizeof answer.ck);
	ck_assert_mem_eq(answer.ik, none, sizeof answer.ik);
}
END_TEST

/* 33.102 6.3.5 with the figures of a card at SEQ 0x500, IND 3. */
START_TEST(auts_is_that_of_the_published_computation)
{
	static const uint8_t auts[14] = { 0x45, 0x1e, 0x8b, 0xec, 0x04, 0x38,
		0x1c, 0x32, 0xaa, 0x77, 0xc8, 0x14, 0x55, 0x5f };

	sim_set_sqn(&sim, 0xa003);
	ck_assert_int_eq(challenge(1, 1), SIM_SYNC_FAILURE);
	ck_assert_mem_eq(answer.auts, auts, sizeof auts);
}
END_TEST

START_TEST(each_ind_has_its_own_seq)
{
	ck_assert_int_eq(challenge(10, 1), SIM_OK);
	ck_assert_int_eq(challenge(4, 2), SIM_OK);
	ck_assert_int_eq(challenge(4, 2), SIM_SYNC_FAILURE);
	/* AUTS has the highest of all */
	ck_assert_uint_eq(sqn_ms(), 10 << SIM_IND_BITS | 1);
	ck_assert_int_eq(challenge(5, 2), SIM_OK);
	ck_assert_int_eq(challenge(10, 1), SIM_SYNC_FAILURE);
	ck_assert_int_eq(challenge(1, 31), SIM_OK);
}
END_TEST

START_TEST(seq_may_jump_by_delta_and_no_further)
{
	sim_set_sqn(&sim, 7 << SIM_IND_BITS);
	ck_assert_int_eq(challenge(7 + SIM_DELTA + 1, 1), SIM_SYNC_FAILURE);
	ck_assert_uint_eq(sqn_ms(), 7 << SIM_IND_BITS);
	ck_assert_int_eq(challenge(7 + SIM_DELTA, 1), SIM_OK);
}
END_TEST

START_TEST(new_card_takes_any_first_seq)
{
	ck_assert_int_eq(challenge((UINT64_C(1) << 43) - 1, 31), SIM_OK);
	ck_assert_uint_eq(answer.sqn, (UINT64_C(1) << SIM_SQN_BITS) - 1);
}
END_TEST

START_TEST(set_sqn_holds_for_every_ind)
{
	sim_set_sqn(&sim, 9 << SIM_IND_BITS | 4);
	for (unsigned ind = 0; ind < SIM_IND_COUNT; ind++) {
		ck_assert_int_eq(challenge(9, ind), SIM_SYNC_FAILURE);
		ck_assert_uint_eq(sqn_ms(), 9 << SIM_IND_BITS | 4);
	}
}
END_TEST

START_TEST(any_wrong_bit_of_autn_is_a_bad_mac)
{
	static const uint8_t amf[2] = { 0x80, 0 };
	struct aka_vector v;

	ck_assert_int_eq(aka_vector(&v, &key, rand1, 0x21, amf), AKA_OK);
	for (unsigned bit = 0; bit < 128; bit++) {
		v.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_int_eq(
		    sim_challenge(&sim, v.rand, v.autn, &answer), SIM_BAD_MAC);
		v.autn[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* and none of them was remembered */
	ck_assert_int_eq(sim_challenge(&sim, v.rand, v.autn, &answer), SIM_OK);
}
END_TEST

static bool
phone(const char *realm, const char *ha1)
{
	return phone_challenge("alice@ims.example.com", "s3cret", realm,
	    strlen(realm), ha1, strlen(ha1));
}

START_TEST(phone_agrees_with_its_ha1_alone)
{
	ck_assert(phone("ims.example.com", "14f1a1bc8e582cc2dbd81215bda6787f"));
	ck_assert(phone("ims.example.com", "14F1A1BC8E582CC2DBD81215BDA6787F"));
	ck_assert(
	    !phone("ims.example.org", "14f1a1bc8e582cc2dbd81215bda6787f"));
	ck_assert(
	    !phone("ims.example.com", "14f1a1bc8e582cc2dbd81215bda6787e"));
	ck_assert(!phone("ims.example.com", "14f1a1bc8e582cc2dbd81215bda6787"));
	ck_assert(
	    !phone("ims.example.com", "14f1a1bc8e582cc2dbd81215bda6787ff"));
	ck_assert(
	    !phone("ims.example.com", "14f1a1bc8e582cc2dbd81215bda6787x"));
	ck_assert(!phone("ims.example.com", ""));
}
END_TEST

START_TEST(realm_of_the_limit_is_read_and_no_longer_one)
{
	char realm[SIM_REALM_MAX + 2];
	uint8_t ha1[DIGEST_HA1_LEN];
	char hex[DIGEST_HEX_LEN + 1];

	memset(realm, 'r', sizeof realm);
	realm[SIM_REALM_MAX] = '\0';
	ck_assert(digest_ha1(ha1, "alice@ims.example.com", realm, "s3cret", 6));
	for (size_t i = 0; i < sizeof ha1; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", ha1[i]);
	ck_assert(phone(realm, hex));
	realm[SIM_REALM_MAX] = 'r';
	realm[SIM_REALM_MAX + 1] = '\0';
	ck_assert(digest_ha1(ha1, "alice@ims.example.com", realm, "s3cret", 6));
	for (size_t i = 0; i < sizeof ha1; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", ha1[i]);
	ck_assert(!phone(realm, hex));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim");
	TCase *tc = tcase_create("sim");
	SRunner *sr = srunner_create(s);

	tcase_add_checked_fixture(tc, insert, NULL);
	tcase_add_test(tc, fresh_sqn_is_accepted);
	tcase_add_test(tc, sqn_zero_is_never_fresh);
	tcase_add_test(tc, replay_gives_auts_and_no_keys);
	tcase_add_test(tc, auts_is_that_of_the_published_computation);
	tcase_add_test(tc, each_ind_has_its_own_seq);
	tcase_add_test(tc, seq_may_jump_by_delta_and_no_further);
	tcase_add_test(tc, new_card_takes_any_first_seq);
	tcase_add_test(tc, set_sqn_holds_for_every_ind);
	tcase_add_test(tc, any_wrong_bit_of_autn_is_a_bad_mac);
	tcase_add_test(tc, phone_agrees_with_its_ha1_alone);
	tcase_add_test(tc, realm_of_the_limit_is_read_and_no_longer_one);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
