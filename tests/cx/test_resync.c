/* TS 29.228, 6.3.1, step 4: resynchronisation. */
#include "tests/cx/sim.h"
#include "tests/run.h"

#include <string.h>

/* A resynchronisation: what the SIM answers to the last challenge. */
static void
resync(const uint8_t *octets, size_t len, bool top, const char *server,
    const char *host)
{
	struct dia_writer *w = fx_begin(CX_MAR, host);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "unknown");
	if (!top)
		dia_put(w, CX(SIP_AUTHORIZATION), octets, len);
	dia_close(w);
	if (top)
		dia_put(w, CX(SIP_AUTHORIZATION), octets, len);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 1);
	dia_put_str(w, CX(SERVER_NAME), server);
	fx_send();
}

static void
make_resync(uint8_t both[30], uint64_t sqn_ms)
{
	struct dia_slice challenge = item(CX(SIP_AUTHENTICATE));

	memcpy(both, challenge.p, 16);
	ck_assert_int_eq(aka_auts(both + 16, &sim, both, sqn_ms), AKA_OK);
}

START_TEST(resync_continues_after_the_sim)
{
	uint64_t sqn_ms = (uint64_t)0x12345 << 5 | 3;
	uint8_t both[30];

	mar(ALICE, ALICE_SIP, "unknown");
	make_resync(both, sqn_ms);
	resync(both, sizeof both, false, SCSCF, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(sqn_of_answer() >> 5, 0x12346);
	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert_uint_eq(sqn_of_answer() >> 5, 0x12347);
}
END_TEST

START_TEST(resync_beside_the_item_is_taken_too)
{
	uint8_t both[30];

	mar(ALICE, ALICE_SIP, "unknown");
	make_resync(both, (uint64_t)0x500 << 5);
	resync(both, sizeof both, true, SCSCF, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(sqn_of_answer() >> 5, 0x501);
}
END_TEST

START_TEST(resync_in_hex_is_taken_too)
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t both[30], hex[60];

	mar(ALICE, ALICE_SIP, "unknown");
	make_resync(both, (uint64_t)0x700 << 5);
	for (unsigned i = 0; i < 30; i++) {
		hex[2 * i] = (uint8_t)digits[both[i] >> 4];
		hex[2 * i + 1] = (uint8_t)digits[both[i] & 15];
	}
	resync(hex, sizeof hex, false, SCSCF, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(sqn_of_answer() >> 5, 0x701);
}
END_TEST

START_TEST(resync_in_what_is_nearly_hex_is_5004)
{
	/* Beside the digits; with bit 5 set 0x10 would be '0' */
	static const char odd[] = "/:@G`g\x10\x19";
	char hex[60];

	mar(ALICE, ALICE_SIP, "unknown");
	memset(hex, '0', sizeof hex);
	for (size_t i = 0; i < sizeof odd; i++) {
		hex[7] = odd[i];
		resync(
		    (const uint8_t *)hex, sizeof hex, false, SCSCF, SCSCF_HOST);
		expect_result(DIA_INVALID_AVP_VALUE);
		expect_failed(CX(SIP_AUTHORIZATION));
	}
}
END_TEST

START_TEST(forged_resync_is_5012_and_moves_nothing)
{
	uint8_t both[30];
	uint64_t before;

	mar(ALICE, ALICE_SIP, "unknown");
	before = sqn_of_answer();
	make_resync(both, (uint64_t)0x12345 << 5);
	for (unsigned bit = 0; bit < 30 * 8; bit += 7) {
		both[bit / 8] ^= (uint8_t)(1u << bit % 8);
		resync(both, sizeof both, false, SCSCF, SCSCF_HOST);
		expect_result(DIA_UNABLE_TO_COMPLY);
		expect_none(CX(SIP_AUTH_DATA_ITEM));
		both[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert_uint_eq(sqn_of_answer(), before + 32);
}
END_TEST

START_TEST(resync_to_a_challenge_of_nobody_is_5012)
{
	uint64_t before;
	uint8_t both[30];

	mar(ALICE, ALICE_SIP, "unknown");
	before = sqn_of_answer();
	make_resync(both, (uint64_t)0x12345 << 5);
	memset(both, 0x77, 16);
	ck_assert_int_eq(
	    aka_auts(both + 16, &sim, both, (uint64_t)0x12345 << 5), AKA_OK);
	resync(both, sizeof both, false, SCSCF, SCSCF_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert_uint_eq(sqn_of_answer(), before + 32);
}
END_TEST

START_TEST(resync_to_the_eighth_challenge_back_is_taken)
{
	uint8_t both[30];

	for (int later = 7; later <= 8; later++) {
		mar(ALICE, ALICE_SIP, "unknown");
		make_resync(both, (uint64_t)0x12345 << 5);
		for (int i = 0; i < later; i++)
			mar(ALICE, ALICE_SIP, "unknown");
		resync(both, sizeof both, false, SCSCF, SCSCF_HOST);
		expect_result(later == 7 ? DIA_SUCCESS : DIA_UNABLE_TO_COMPLY);
	}
}
END_TEST

START_TEST(resync_of_another_length_is_5004)
{
	uint8_t both[61] = { 0 };
	static const size_t lens[] = { 0, 14, 29, 31, 59, 61 };

	mar(ALICE, ALICE_SIP, "unknown");
	for (unsigned i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		resync(both, lens[i], false, SCSCF, SCSCF_HOST);
		expect_result(DIA_INVALID_AVP_VALUE);
		expect_failed(CX(SIP_AUTHORIZATION));
		resync(both, lens[i], true, SCSCF, SCSCF_HOST);
		expect_result(DIA_INVALID_AVP_VALUE);
		expect_failed(CX(SIP_AUTHORIZATION));
	}
}
END_TEST

START_TEST(resync_by_an_scscf_not_assigned_is_5012)
{
	uint8_t both[30];
	uint64_t before;

	mar(ALICE, ALICE_SIP, "unknown");
	before = sqn_of_answer();
	make_resync(both, (uint64_t)0x12345 << 5);
	resync(both, sizeof both, false, OTHER, OTHER_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	resync(both, sizeof both, false, OTHER, SCSCF_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert_uint_eq(sqn_of_answer(), before + 32);
}
END_TEST

START_TEST(resync_without_any_scscf_is_5012)
{
	uint8_t both[30] = { 0 };

	resync(both, sizeof both, false, SCSCF, SCSCF_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
}
END_TEST

int
main(void)
{
	return RUN("cx/resync", fx_open, fx_close,
	    resync_continues_after_the_sim, resync_beside_the_item_is_taken_too,
	    resync_in_hex_is_taken_too, resync_in_what_is_nearly_hex_is_5004,
	    forged_resync_is_5012_and_moves_nothing,
	    resync_to_a_challenge_of_nobody_is_5012,
	    resync_to_the_eighth_challenge_back_is_taken,
	    resync_of_another_length_is_5004,
	    resync_by_an_scscf_not_assigned_is_5012,
	    resync_without_any_scscf_is_5012);
}
