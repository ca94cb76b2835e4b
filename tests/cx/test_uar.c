/* TS 29.228, 6.1.1.1, step by step. */
#include "cx/local.h"
#include "tests/cx/fixture.h"
#include "tests/run.h"

static void
uar_from(
    const char *impi, const char *impu, const char *network, uint32_t flags)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), impi);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), network);
	dia_put_u32(w, CX(UAR_FLAGS), flags);
	fx_send();
}

START_TEST(unknown_private_identity_is_5001)
{
	uar("nobody@ims.example", ALICE_SIP, NONE);
	expect_experimental(CX_USER_UNKNOWN);
	expect_none(CX(SERVER_NAME));
}
END_TEST

START_TEST(unknown_public_identity_is_5001)
{
	uar(ALICE, "sip:nobody@ims.example", NONE);
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(service_identity_is_5001)
{
	uar(PSI, PSI_SIP, NONE);
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(identities_of_two_users_are_5002)
{
	uar(ALICE, BOB_SIP, NONE);
	expect_experimental(CX_IDENTITIES_DONT_MATCH);
}
END_TEST

START_TEST(set_with_barred_identities_only_is_rejected)
{
	uar(ALICE, ALICE_BARRED, NONE);
	expect_result(DIA_AUTHORIZATION_REJECTED);
}
END_TEST

START_TEST(emergency_passes_barring_and_roaming)
{
	uar_from(ALICE, ALICE_BARRED, "home.example", UAR_EMERGENCY);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar_from(EVE, EVE_SIP, "far.example", UAR_EMERGENCY);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar_from(DAVE, DAVE_SIP, "home.example", UAR_EMERGENCY);
	expect_experimental(CX_FIRST_REGISTRATION);
}
END_TEST

START_TEST(barred_subscription_is_rejected)
{
	uar(DAVE, DAVE_SIP, NONE);
	expect_result(DIA_AUTHORIZATION_REJECTED);
}
END_TEST

START_TEST(network_outside_the_list_is_5004)
{
	uar_from(EVE, EVE_SIP, "far.example", 0);
	expect_experimental(CX_ROAMING_NOT_ALLOWED);
	uar_from(EVE, EVE_SIP, "other", 0);
	expect_experimental(CX_ROAMING_NOT_ALLOWED);
}
END_TEST

START_TEST(listed_network_is_allowed_quoted_and_in_any_case)
{
	uar_from(EVE, EVE_SIP, "other.example", 0);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar_from(EVE, EVE_SIP, "\"HOME.example\"", 0);
	expect_experimental(CX_FIRST_REGISTRATION);
}
END_TEST

START_TEST(first_registration_names_an_scscf_of_the_pool)
{
	uar(ALICE, ALICE_SIP, NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_text(CX(SERVER_NAME), SCSCF);
	expect_none(CX(SERVER_CAPABILITIES));
}
END_TEST

START_TEST(type_0_is_like_none)
{
	uar(ALICE, ALICE_SIP, UAT_REGISTRATION);
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(fixed_scscf_goes_before_the_pool)
{
	uar(CAROL, CAROL_SIP, NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_text(CX(SERVER_NAME), "sip:fixed.ims.example");
}
END_TEST

START_TEST(capability_that_no_scscf_has_is_left_to_the_icscf)
{
	uar(EVE, EVE_SIP, NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_none(CX(SERVER_NAME));
	ck_assert_uint_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(MANDATORY_CAPABILITY)).len, 4);
}
END_TEST

START_TEST(pending_authentication_is_subsequent)
{
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	uar(ALICE, ALICE_SIP, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(registered_is_subsequent)
{
	registration(ALICE, ALICE_SIP);
	uar(ALICE, ALICE_SIP, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(other_set_of_a_registered_user_goes_to_the_same_scscf)
{
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	uar(ALICE, ALICE_2, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(unregistered_with_scscf_is_subsequent)
{
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	uar(BOB, BOB_SIP, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(deregistration_of_who_is_not_registered_is_5003)
{
	uar(ALICE, ALICE_SIP, UAT_DE_REGISTRATION);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(deregistration_names_the_scscf_and_ends_nothing)
{
	registration(ALICE, ALICE_SIP);
	for (int i = 0; i < 2; i++) {
		uar(ALICE, ALICE_TEL, UAT_DE_REGISTRATION);
		expect_result(DIA_SUCCESS);
		expect_text(CX(SERVER_NAME), SCSCF);
	}
}
END_TEST

START_TEST(deregistration_of_another_set_is_5003)
{
	registration(ALICE, ALICE_SIP);
	uar(ALICE, ALICE_2, UAT_DE_REGISTRATION);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(deregistration_does_not_look_at_roaming)
{
	struct dia_writer *w;

	registration(EVE, EVE_SIP);
	w = fx_begin(CX_UAR, "icscf.ims.example");
	dia_put_str(w, BASE(USER_NAME), EVE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), EVE_SIP);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "far.example");
	dia_put_u32(w, CX(USER_AUTHORIZATION_TYPE), UAT_DE_REGISTRATION);
	fx_send();
	expect_result(DIA_SUCCESS);
}
END_TEST

START_TEST(steps_come_in_order)
{
	uar("nobody@ims.example", "sip:nobody@ims.example", NONE);
	expect_experimental(CX_USER_UNKNOWN);
	uar("", ALICE_SIP, NONE);
	expect_experimental(CX_USER_UNKNOWN);
	uar(ALICE, "", NONE);
	expect_experimental(CX_USER_UNKNOWN);
	/* 5001 before 5002, 5002 before barring, that before roaming */
	uar(ALICE, PSI_SIP, NONE);
	expect_experimental(CX_USER_UNKNOWN);
	uar(BOB, ALICE_BARRED, NONE);
	expect_experimental(CX_IDENTITIES_DONT_MATCH);
}
END_TEST

START_TEST(barred_identity_with_another_in_its_set_may_register)
{
	uar(FRANK, FRANK_BARRED, NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	registration(FRANK, FRANK_BARRED);
	uar(FRANK, FRANK_SIP, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
}
END_TEST

START_TEST(barring_is_checked_for_every_type)
{
	for (int type = 0; type <= 2; type++) {
		uar(ALICE, ALICE_BARRED, type);
		expect_result(DIA_AUTHORIZATION_REJECTED);
		expect_none(CX(SERVER_NAME));
		expect_none(CX(SERVER_CAPABILITIES));
	}
}
END_TEST

START_TEST(capabilities_are_for_those_who_may_register)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), EVE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), EVE_SIP);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "far.example");
	dia_put_u32(
	    w, CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION_AND_CAPABILITIES);
	fx_send();
	expect_experimental(CX_ROAMING_NOT_ALLOWED);
	expect_none(CX(SERVER_CAPABILITIES));
	uar(DAVE, DAVE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	expect_result(DIA_AUTHORIZATION_REJECTED);
}
END_TEST

START_TEST(networks_of_the_configuration_are_for_those_without_a_list)
{
	static const char *const visited[] = { "home.example", "x.example" };
	struct cx_conf conf = fx_cx()->conf;

	conf.visited = visited;
	conf.nvisited = 2;
	cx_reconfigure(fx_cx(), &conf, fx_cx()->profiles);
	uar_from(ALICE, ALICE_SIP, "\"X.example\"", 0);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar_from(ALICE, ALICE_SIP, "other.example", 0);
	expect_experimental(CX_ROAMING_NOT_ALLOWED);
	uar_from(EVE, EVE_SIP, "other.example", 0);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar_from(EVE, EVE_SIP, "x.example", 0);
	expect_experimental(CX_ROAMING_NOT_ALLOWED);
}
END_TEST

START_TEST(odd_networks_are_on_no_list)
{
	static const char *const odd[] = { "", "\"", "\"\"", " ",
		"home.example other.example", "home.exampl", "home.examplee",
		"\"home.example" };

	for (unsigned i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		uar_from(EVE, EVE_SIP, odd[i], 0);
		expect_experimental(CX_ROAMING_NOT_ALLOWED);
	}
}
END_TEST

START_TEST(unregistered_is_found_by_a_deregistration)
{
	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	uar(BOB, BOB_SIP, UAT_DE_REGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(other_set_of_an_unregistered_user_goes_to_the_same_scscf)
{
	sar_at(NULL, FRANK_SIP, SAT_UNREGISTERED_USER, OTHER, OTHER_HOST);
	uar(FRANK, FRANK_2, NONE);
	expect_experimental(CX_SUBSEQUENT_REGISTRATION);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(pending_authentication_is_no_registration_to_end)
{
	mar(ALICE, ALICE_SIP, "unknown");
	uar(ALICE, ALICE_SIP, UAT_DE_REGISTRATION);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
	expect_none(CX(SERVER_NAME));
}
END_TEST

START_TEST(scscf_that_failed_is_offered_last)
{
	static const struct cx_scscf pool[] = { { SCSCF, NULL, 0 },
		{ OTHER, NULL, 0 } };
	struct cx_conf conf = fx_cx()->conf;

	registration(ALICE, ALICE_SIP);
	uar(ALICE, ALICE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	ck_assert(dia_slice_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(SERVER_NAME)), SCSCF));
	conf.scscfs = pool;
	conf.nscscfs = 2;
	cx_reconfigure(fx_cx(), &conf, fx_cx()->profiles);
	uar(ALICE, ALICE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	ck_assert(dia_slice_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(SERVER_NAME)), OTHER));
	conf.nscscfs = 0;
	cx_reconfigure(fx_cx(), &conf, fx_cx()->profiles);
	uar(FRANK, FRANK_SIP, NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_none(CX(SERVER_NAME));
	expect_none(CX(SERVER_CAPABILITIES));
}
END_TEST

START_TEST(capabilities_asked_for_come_without_server_name)
{
	registration(CAROL, CAROL_SIP);
	uar(CAROL, CAROL_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	expect_result(DIA_SUCCESS);
	expect_none(CX(SERVER_NAME));
	ck_assert_uint_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(MANDATORY_CAPABILITY)).p[3],
	    1);
	ck_assert_uint_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(OPTIONAL_CAPABILITY)).p[3], 3);
}
END_TEST

START_TEST(without_capabilities_the_pool_is_offered)
{
	uar(ALICE, ALICE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	expect_result(DIA_SUCCESS);
	ck_assert(dia_slice_eq(
	    value_in(CX(SERVER_CAPABILITIES), CX(SERVER_NAME)), SCSCF));
}
END_TEST

START_TEST(identity_is_found_in_any_form)
{
	uar("alice@IMS.Example", "SIP:alice@IMS.example:5060;user=phone", NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
	uar(ALICE, "tel:+1-555-0001;phone-context=x", NONE);
	expect_experimental(CX_FIRST_REGISTRATION);
}
END_TEST

int
main(void)
{
	return RUN("cx/uar", fx_open, fx_close,
	    unknown_private_identity_is_5001, unknown_public_identity_is_5001,
	    service_identity_is_5001, identities_of_two_users_are_5002,
	    set_with_barred_identities_only_is_rejected,
	    emergency_passes_barring_and_roaming,
	    barred_subscription_is_rejected, network_outside_the_list_is_5004,
	    listed_network_is_allowed_quoted_and_in_any_case,
	    first_registration_names_an_scscf_of_the_pool, type_0_is_like_none,
	    fixed_scscf_goes_before_the_pool,
	    capability_that_no_scscf_has_is_left_to_the_icscf,
	    pending_authentication_is_subsequent, registered_is_subsequent,
	    other_set_of_a_registered_user_goes_to_the_same_scscf,
	    unregistered_with_scscf_is_subsequent,
	    deregistration_of_who_is_not_registered_is_5003,
	    deregistration_names_the_scscf_and_ends_nothing,
	    deregistration_of_another_set_is_5003,
	    deregistration_does_not_look_at_roaming, steps_come_in_order,
	    barred_identity_with_another_in_its_set_may_register,
	    barring_is_checked_for_every_type,
	    capabilities_are_for_those_who_may_register,
	    networks_of_the_configuration_are_for_those_without_a_list,
	    odd_networks_are_on_no_list,
	    unregistered_is_found_by_a_deregistration,
	    other_set_of_an_unregistered_user_goes_to_the_same_scscf,
	    pending_authentication_is_no_registration_to_end,
	    scscf_that_failed_is_offered_last,
	    capabilities_asked_for_come_without_server_name,
	    without_capabilities_the_pool_is_offered,
	    identity_is_found_in_any_form);
}
