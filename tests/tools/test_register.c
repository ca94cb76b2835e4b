/*
 * Registrations of cxclient with a server that does its part.
 */
#include "cx/avps.h"
#include "tests/tools/harness.h"

#include <check.h>

START_TEST(registration_goes_through_all_steps)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	ck_assert_int_eq(run_against(&f, "register" SIM ALICE), 0);
	ck_assert_uint_eq(f.uars, 2);
	ck_assert_uint_eq(f.mars, 1);
	ck_assert_uint_eq(f.sars, 1);
	ck_assert_uint_eq(f.last_sat, SAT_REGISTRATION);
	ck_assert_uint_eq(f.dprs, 1);
	ck_assert_str_eq(f.server_name, "sip:scscf.example.org:6060");
}
END_TEST

START_TEST(op_gives_the_same_as_opc)
{
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "register --k " K " --op " OP ALICE), 0);
}
END_TEST

START_TEST(sqn_ahead_of_the_server_resynchronises)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	ck_assert_int_eq(
	    run_against(&f, "register --sqn-ms 00000000a003" SIM ALICE), 0);
	ck_assert_uint_eq(f.mars, 2);
	assert_says(said, "synchronisation failure");
	assert_says(said, "sqn-ms=00000000a003");
	assert_says(said, " resync=yes");
	assert_says(said, "seq=1281 ind=0");
}
END_TEST

START_TEST(resynchronisation_without_effect_fails)
{
	ck_assert_int_eq(run_faulty(FAULT_NO_RESYNC, 0,
			     "register --sqn-ms 00000000a003" SIM ALICE),
	    1);
	assert_says(complained, "after a resynchronisation too");
}
END_TEST

START_TEST(reregistration_and_deregistration_follow)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	ck_assert_int_eq(
	    run_against(&f, "register --reregister --deregister" SIM ALICE), 0);
	ck_assert_uint_eq(f.uars, 4);
	ck_assert_uint_eq(f.mars, 2);
	ck_assert_uint_eq(f.sars, 3);
	ck_assert_uint_eq(f.last_uat, UAT_DE_REGISTRATION);
	ck_assert_uint_eq(f.last_sat, SAT_USER_DEREGISTRATION);
}
END_TEST

START_TEST(password_user_registers)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	f.ha1 = HA1;
	f.impu = "sip:alice@ims.example.com";
	ck_assert_int_eq(run_against(&f, "register" PASSWORD_USER), 0);
	assert_says(said, "digest response accepted");
	f = new_fake(FAULT_HA1, 0);
	f.ha1 = HA1;
	ck_assert_int_eq(run_against(&f, "register" PASSWORD_USER), 1);
	assert_says(complained, "Digest-HA1");
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "register" PASSWORD_USER), 1);
	assert_says(complained, "there is no K");
}
END_TEST

START_TEST(bundled_user_registers_without_challenge)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	f.nass = true;
	ck_assert_int_eq(
	    run_against(&f, "register --scheme NASS-Bundled" ALICE), 0);
	assert_says(said, "no challenge");
}
END_TEST

START_TEST(named_server_is_kept)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	ck_assert_int_eq(
	    run_against(&f, "register -S sip:mine.example.org" SIM ALICE), 0);
	ck_assert_str_eq(f.server_name, "sip:mine.example.org");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("register");
	TCase *tc = tcase_create("register");
	SRunner *sr = srunner_create(s);

	tcase_add_checked_fixture(tc, NULL, forget_output);
	tcase_add_test(tc, registration_goes_through_all_steps);
	tcase_add_test(tc, op_gives_the_same_as_opc);
	tcase_add_test(tc, sqn_ahead_of_the_server_resynchronises);
	tcase_add_test(tc, resynchronisation_without_effect_fails);
	tcase_add_test(tc, reregistration_and_deregistration_follow);
	tcase_add_test(tc, password_user_registers);
	tcase_add_test(tc, bundled_user_registers_without_challenge);
	tcase_add_test(tc, named_server_is_kept);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
