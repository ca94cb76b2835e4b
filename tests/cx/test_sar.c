/* TS 29.228, 6.1.2.1: its steps, and its table of Server-Assignment-Types. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

#include "cx/local.h"

static const char *const state_names[] = { "NR", "R", "U" };

static struct store_reg
reg_of(const char *impi)
{
	struct store_impi *found =
	    store_find_impi(fx_store(), impi, strlen(impi));
	struct store_reg reg;

	ck_assert_ptr_nonnull(found);
	store_get_reg(found->sub, &reg);
	return reg;
}

static void
expect_state(
    const char *impi, unsigned set, enum store_state state, const char *scscf)
{
	struct store_reg reg = reg_of(impi);
	enum store_state is = store_set_state(&reg.sets[set]);

	ck_assert_msg(is == state, "%s set %u is %s, not %s", impi, set,
	    state_names[is], state_names[state]);
	if (scscf == NULL)
		ck_assert_ptr_null(reg.scscf.name);
	else
		ck_assert_str_eq(reg.scscf.name, scscf);
}

/* A whole SAR with what sar() leaves out. */
static void
sar_with(const char *impi, const char *const *impus, unsigned nimpus,
    uint32_t type, uint32_t available, uint32_t flags)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	if (impi != NULL)
		dia_put_str(w, BASE(USER_NAME), impi);
	for (unsigned i = 0; i < nimpus; i++)
		dia_put_str(w, CX(PUBLIC_IDENTITY), impus[i]);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), type);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), available);
	dia_put_u32(w, CX(SAR_FLAGS), flags);
	fx_send();
}

static const uint32_t ends[] = { SAT_TIMEOUT_DEREGISTRATION,
	SAT_USER_DEREGISTRATION, SAT_ADMINISTRATIVE_DEREGISTRATION,
	SAT_DEREGISTRATION_TOO_MUCH_DATA };
static const uint32_t ends_keeping[] = { SAT_TIMEOUT_DEREGISTRATION_STORE,
	SAT_USER_DEREGISTRATION_STORE };

/* --- Steps 1 to 3 --- */

START_TEST(unknown_identities_are_5001)
{
	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar("nobody@ims.example", ALICE_SIP, type);
		expect_experimental(CX_USER_UNKNOWN);
		sar(ALICE, "sip:nobody@ims.example", type);
		expect_experimental(CX_USER_UNKNOWN);
		expect_none(CX(USER_DATA));
	}
}
END_TEST

START_TEST(identities_of_two_users_are_5002)
{
	static const char *const two[] = { ALICE_SIP, BOB_SIP };

	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar(ALICE, BOB_SIP, type);
		expect_experimental(CX_IDENTITIES_DONT_MATCH);
	}
	sar_with(NULL, two, 2, SAT_USER_DEREGISTRATION, 0, 0);
	expect_experimental(CX_IDENTITIES_DONT_MATCH);
}
END_TEST

START_TEST(neither_identity_is_5005)
{
	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar(NULL, NULL, type);
		expect_result(DIA_MISSING_AVP);
		expect_failed(CX(PUBLIC_IDENTITY));
	}
}
END_TEST

START_TEST(types_that_need_a_public_identity_say_so)
{
	static const uint32_t types[] = { 0, 1, 2, 3, 9, 10 };

	for (unsigned i = 0; i < 6; i++) {
		sar(ALICE, NULL, types[i]);
		expect_result(DIA_MISSING_AVP);
		expect_failed(CX(PUBLIC_IDENTITY));
		expect_text(BASE(USER_NAME), ALICE);
	}
}
END_TEST

START_TEST(types_that_need_a_private_identity_say_so)
{
	static const uint32_t types[] = { 0, 1, 2, 9, 10 };

	for (unsigned i = 0; i < 5; i++) {
		sar(NULL, ALICE_SIP, types[i]);
		expect_result(DIA_MISSING_AVP);
		expect_failed(BASE(USER_NAME));
	}
}
END_TEST

START_TEST(two_public_identities_are_5009_but_for_deregistrations)
{
	static const char *const two[] = { ALICE_SIP, ALICE_2 };

	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		bool many = (type >= 4 && type <= 8) || type == 11;

		sar_with(ALICE, two, 2, type, 0, 0);
		if (many) {
			expect_result(DIA_SUCCESS);
			continue;
		}
		expect_result(DIA_AVP_OCCURS_TOO_MANY_TIMES);
		ck_assert(dia_slice_eq(
		    value_in(BASE(FAILED_AVP), CX(PUBLIC_IDENTITY)), ALICE_2));
	}
}
END_TEST

START_TEST(steps_1_to_3_come_in_order)
{
	static const char *const with_nobody[] = { BOB_SIP,
		"sip:nobody@ims.example" };
	static const char *const with_bob[] = { ALICE_SIP, BOB_SIP };

	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar_with(ALICE, with_nobody, 2, type, 0, 0);
		expect_experimental(CX_USER_UNKNOWN);
		sar_with(ALICE, with_bob, 2, type, 0, 0);
		expect_experimental(CX_IDENTITIES_DONT_MATCH);
	}
}
END_TEST

START_TEST(types_of_other_applications_are_5004)
{
	for (uint32_t type = SAT_COUNT; type < 16; type++) {
		sar(ALICE, ALICE_SIP, type);
		expect_result(DIA_INVALID_AVP_VALUE);
		expect_failed(CX(SERVER_ASSIGNMENT_TYPE));
	}
	sar(ALICE, ALICE_SIP, UINT32_MAX);
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, NULL);
}
END_TEST

/* --- Steps 5 and 6 --- */

START_TEST(service_identity_cannot_register)
{
	sar(PSI, PSI_SIP, SAT_REGISTRATION);
	expect_experimental(CX_IN_ASSIGNMENT_TYPE);
	sar(PSI, PSI_SIP, SAT_RE_REGISTRATION);
	expect_experimental(CX_IN_ASSIGNMENT_TYPE);
	sar(NULL, PSI_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_state(PSI, 0, STORE_UNREGISTERED, SCSCF);
}
END_TEST

START_TEST(other_scscf_is_5005_and_told_who_is_assigned)
{
	registration(ALICE, ALICE_SIP);
	for (uint32_t type = 1; type <= 3; type++) {
		sar_at(ALICE, ALICE_SIP, type, OTHER, OTHER_HOST);
		expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
		expect_text(CX(SERVER_NAME), SCSCF);
		sar_at(ALICE, ALICE_SIP, type, OTHER, SCSCF_HOST);
		expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
	}
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
}
END_TEST

START_TEST(realm_for_a_name_in_mar_is_the_same_scscf)
{
	mar_at(ALICE, ALICE_SIP, "sip:" REALM, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	sar(ALICE, ALICE_SIP, SAT_REGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
	mar_at(ALICE, ALICE_SIP, "sip:" REALM, SCSCF_HOST);
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
	mar_at(ALICE, ALICE_SIP, "sip:" REALM, OTHER_HOST);
	sar(ALICE, ALICE_SIP, SAT_REGISTRATION);
	expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
}
END_TEST

START_TEST(realm_for_a_name_in_sar_leaves_the_name_known)
{
	registration(ALICE, ALICE_SIP);
	sar_at(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, "sip:" REALM, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
	sar_at(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION, "sip:" REALM,
	    SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, NULL);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:" REALM, SCSCF_HOST);
	expect_state(ALICE, 0, STORE_REGISTERED, "sip:" REALM);
}
END_TEST

START_TEST(realm_for_a_name_outlives_a_move_to_another_realm)
{
	struct store_reg reg = reg_of(ALICE);
	struct store_impi *alice =
	    store_find_impi(fx_store(), ALICE, strlen(ALICE));

	reg.scscf = (struct store_scscf){ SCSCF, SCSCF_HOST, "old.example" };
	ck_assert(store_put_reg(fx_store(), alice->sub, &reg));
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:" REALM, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
	ck_assert_str_eq(reg_of(ALICE).scscf.realm, REALM);
}
END_TEST

START_TEST(deregistration_by_a_stranger_is_5012)
{
	registration(ALICE, ALICE_SIP);
	for (uint32_t type = 4; type < SAT_COUNT; type++) {
		sar_at(ALICE, ALICE_SIP, type, OTHER, OTHER_HOST);
		expect_result(DIA_UNABLE_TO_COMPLY);
	}
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
}
END_TEST

START_TEST(deregistration_by_the_host_of_the_scscf_is_taken)
{
	registration(ALICE, ALICE_SIP);
	sar_at(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION, OTHER, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, NULL);
}
END_TEST

START_TEST(scscf_whose_host_is_unknown_is_known_by_name)
{
	struct store_reg reg = reg_of(ALICE);
	struct store_impi *alice =
	    store_find_impi(fx_store(), ALICE, strlen(ALICE));

	reg.scscf.name = SCSCF;
	reg.sets[0].registered = 1;
	ck_assert(store_put_reg(fx_store(), alice->sub, &reg));
	sar_at(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION, OTHER, OTHER_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
	sar(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, NULL);
}
END_TEST

/* --- The table: each type from each state --- */

START_TEST(registration_from_every_state_is_registered)
{
	for (uint32_t type = 1; type <= 2; type++) {
		sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
		sar(BOB, BOB_SIP, type);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		sar(BOB, BOB_SIP, type);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
		sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
		expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
		sar(BOB, BOB_SIP, type);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		ck_assert(!reg_of(BOB).sets[0].unregistered);
	}
}
END_TEST

START_TEST(registration_ends_the_pending_authentication_of_its_user)
{
	mar(BOB, BOB_SIP, "unknown");
	mar(BOB_PAD, BOB_SIP, "unknown");
	ck_assert_uint_eq(reg_of(BOB).sets[0].pending, 3);
	sar(BOB, BOB_SIP, SAT_REGISTRATION);
	ck_assert_uint_eq(reg_of(BOB).sets[0].pending, 2);
	ck_assert_uint_eq(reg_of(BOB).sets[0].registered, 1);
}
END_TEST

START_TEST(unregistered_user_from_every_state)
{
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
	sar(BOB, BOB_SIP, SAT_REGISTRATION);
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
}
END_TEST

START_TEST(pcscf_restoration_makes_a_registered_user_unregistered)
{
	static const char *const one[] = { BOB_SIP };

	registration(BOB, BOB_SIP);
	sar_with(BOB, one, 1, SAT_UNREGISTERED_USER, 0, 1);
	expect_result(DIA_SUCCESS);
	expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
}
END_TEST

START_TEST(deregistration_from_every_state_is_not_registered)
{
	for (unsigned i = 0; i < 4; i++) {
		sar(BOB, BOB_SIP, ends[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
		registration(BOB, BOB_SIP);
		sar(BOB, BOB_SIP, ends[i]);
		expect_result(DIA_SUCCESS);
		expect_none(CX(USER_DATA));
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
		sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
		sar(BOB, BOB_SIP, ends[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
	}
}
END_TEST

START_TEST(deregistration_of_one_device_leaves_the_other)
{
	for (unsigned i = 0; i < 4; i++) {
		registration(BOB, BOB_SIP);
		registration(BOB_PAD, BOB_SIP);
		sar(BOB, BOB_SIP, ends[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		sar(BOB_PAD, BOB_SIP, ends[i]);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
	}
}
END_TEST

START_TEST(deregistration_without_a_device_is_of_all)
{
	registration(BOB, BOB_SIP);
	registration(BOB_PAD, BOB_SIP);
	sar(NULL, BOB_SIP, SAT_ADMINISTRATIVE_DEREGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
}
END_TEST

START_TEST(deregistration_without_identity_is_of_all_sets)
{
	registration(ALICE, ALICE_SIP);
	sar(ALICE, ALICE_2, SAT_REGISTRATION);
	sar(ALICE, NULL, SAT_USER_DEREGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, NULL);
	expect_state(ALICE, 1, STORE_NOT_REGISTERED, NULL);
}
END_TEST

START_TEST(deregistration_of_one_set_leaves_the_other)
{
	registration(ALICE, ALICE_SIP);
	sar(ALICE, ALICE_2, SAT_REGISTRATION);
	sar(ALICE, ALICE_TEL, SAT_USER_DEREGISTRATION);
	expect_state(ALICE, 0, STORE_NOT_REGISTERED, SCSCF);
	lir(ALICE_2);
	expect_result(DIA_SUCCESS);
	lir(ALICE_SIP);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(deregistration_that_keeps_the_scscf_is_unregistered)
{
	for (unsigned i = 0; i < 2; i++) {
		sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
		sar(BOB, BOB_SIP, ends_keeping[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
		registration(BOB, BOB_SIP);
		registration(BOB_PAD, BOB_SIP);
		sar(BOB, BOB_SIP, ends_keeping[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		sar(BOB_PAD, BOB_SIP, ends_keeping[i]);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
		sar(BOB, BOB_SIP, ends_keeping[i]);
		expect_state(BOB, 0, STORE_UNREGISTERED, SCSCF);
	}
}
END_TEST

START_TEST(failed_authentication_ends_nothing_but_itself)
{
	for (uint32_t type = 9; type <= 10; type++) {
		mar(BOB, BOB_SIP, "unknown");
		sar(BOB, BOB_SIP, type);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_NOT_REGISTERED, NULL);
		registration(BOB, BOB_SIP);
		mar(BOB_PAD, BOB_SIP, "unknown");
		sar(BOB_PAD, BOB_SIP, type);
		expect_result(DIA_SUCCESS);
		expect_state(BOB, 0, STORE_REGISTERED, SCSCF);
		ck_assert_uint_eq(reg_of(BOB).sets[0].pending, 0);
		sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
	}
}
END_TEST

START_TEST(no_assignment_gives_the_profile_to_the_assigned_scscf)
{
	sar(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT);
	expect_result(DIA_UNABLE_TO_COMPLY);
	registration(ALICE, ALICE_SIP);
	sar(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT);
	expect_result(DIA_SUCCESS);
	ck_assert_ptr_nonnull(strstr(xml(), ALICE_SIP));
	sar_at(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, OTHER, OTHER_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(USER_DATA));
	expect_state(ALICE, 0, STORE_REGISTERED, SCSCF);
}
END_TEST

/* --- What goes back (table 6.1.2.2) --- */

START_TEST(profile_has_the_identities_of_the_set_in_order)
{
	const char *sip, *tel;

	registration(ALICE, ALICE_TEL);
	sip = strstr(xml(), ALICE_SIP);
	tel = strstr(xml(), ALICE_TEL);
	ck_assert_ptr_nonnull(sip);
	ck_assert_ptr_nonnull(tel);
	ck_assert(sip < tel);
	ck_assert_ptr_null(strstr(xml(), ALICE_2));
	ck_assert_ptr_nonnull(
	    strstr(xml(), "<PrivateID>" ALICE "</PrivateID>"));
	ck_assert_ptr_nonnull(strstr(xml(), "sip:as.ims.example"));
}
END_TEST

START_TEST(profile_is_left_out_where_it_is_available)
{
	static const char *const one[] = { ALICE_SIP };

	registration(ALICE, ALICE_SIP);
	sar_with(ALICE, one, 1, SAT_RE_REGISTRATION, 1, 0);
	expect_result(DIA_SUCCESS);
	expect_none(CX(USER_DATA));
	expect_none(CX(CHARGING_INFORMATION));
	expect_text(BASE(USER_NAME), ALICE);
}
END_TEST

START_TEST(charging_functions_go_with_the_profile)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(
	    dia_slice_eq(value_in(CX(CHARGING_INFORMATION),
			     CX(PRIMARY_CHARGING_COLLECTION_FUNCTION_NAME)),
		"aaa://ccf.ims.example:3868"));
	registration(CAROL, CAROL_SIP);
	expect_none(CX(CHARGING_INFORMATION));
}
END_TEST

START_TEST(charging_section_without_functions_is_left_out)
{
	static const struct cx_charging empty = { .name = "default" };
	struct cx_conf conf = fx_cx()->conf;

	conf.chargings = &empty;
	cx_reconfigure(fx_cx(), &conf, fx_cx()->profiles);
	registration(ALICE, ALICE_SIP);
	expect_none(CX(CHARGING_INFORMATION));
	ck_assert_ptr_nonnull(strstr(xml(), ALICE_SIP));
}
END_TEST

START_TEST(user_with_two_devices_has_associated_identities)
{
	registration(BOB, BOB_SIP);
	ck_assert(dia_slice_eq(
	    value_in(CX(ASSOCIATED_IDENTITIES), BASE(USER_NAME)), BOB));
	registration(ALICE, ALICE_SIP);
	expect_none(CX(ASSOCIATED_IDENTITIES));
}
END_TEST

START_TEST(private_identity_is_chosen_where_none_is_named)
{
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_text(BASE(USER_NAME), BOB);
	expect_text(CX(PUBLIC_IDENTITY), BOB_SIP);
	registration(BOB_PAD, BOB_SIP);
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_text(BASE(USER_NAME), BOB_PAD);
}
END_TEST

START_TEST(new_host_of_the_scscf_is_remembered)
{
	registration(ALICE, ALICE_SIP);
	ck_assert_str_eq(reg_of(ALICE).scscf.host, SCSCF_HOST);
	sar_at(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, SCSCF, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_str_eq(reg_of(ALICE).scscf.host, OTHER_HOST);
	ck_assert_str_eq(reg_of(ALICE).scscf.realm, REALM);
}
END_TEST

int
main(void)
{
	return RUN("cx/sar", fx_open, fx_close, unknown_identities_are_5001,
	    identities_of_two_users_are_5002, neither_identity_is_5005,
	    types_that_need_a_public_identity_say_so,
	    types_that_need_a_private_identity_say_so,
	    two_public_identities_are_5009_but_for_deregistrations,
	    steps_1_to_3_come_in_order, types_of_other_applications_are_5004,
	    service_identity_cannot_register,
	    other_scscf_is_5005_and_told_who_is_assigned,
	    realm_for_a_name_in_mar_is_the_same_scscf,
	    realm_for_a_name_in_sar_leaves_the_name_known,
	    realm_for_a_name_outlives_a_move_to_another_realm,
	    deregistration_by_a_stranger_is_5012,
	    deregistration_by_the_host_of_the_scscf_is_taken,
	    scscf_whose_host_is_unknown_is_known_by_name,
	    registration_from_every_state_is_registered,
	    registration_ends_the_pending_authentication_of_its_user,
	    unregistered_user_from_every_state,
	    pcscf_restoration_makes_a_registered_user_unregistered,
	    deregistration_from_every_state_is_not_registered,
	    deregistration_of_one_device_leaves_the_other,
	    deregistration_without_a_device_is_of_all,
	    deregistration_without_identity_is_of_all_sets,
	    deregistration_of_one_set_leaves_the_other,
	    deregistration_that_keeps_the_scscf_is_unregistered,
	    failed_authentication_ends_nothing_but_itself,
	    no_assignment_gives_the_profile_to_the_assigned_scscf,
	    profile_has_the_identities_of_the_set_in_order,
	    profile_is_left_out_where_it_is_available,
	    charging_functions_go_with_the_profile,
	    charging_section_without_functions_is_left_out,
	    user_with_two_devices_has_associated_identities,
	    private_identity_is_chosen_where_none_is_named,
	    new_host_of_the_scscf_is_remembered);
}
