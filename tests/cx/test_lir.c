/* TS 29.228, 6.1.4.1, step by step. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

START_TEST(unknown_identity_is_5001)
{
	lir("sip:nobody@ims.example");
	expect_experimental(CX_USER_UNKNOWN);
	expect_none(CX(SERVER_NAME));
}
END_TEST

START_TEST(registered_user_is_at_its_scscf)
{
	registration(ALICE, ALICE_SIP);
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
	lir(ALICE_TEL);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(not_registered_and_no_services_is_5003)
{
	lir(ALICE_SIP);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
	expect_none(CX(SERVER_NAME));
	expect_none(CX(SERVER_CAPABILITIES));
}
END_TEST

START_TEST(set_that_is_not_registered_is_5003_beside_one_that_is)
{
	registration(ALICE, ALICE_SIP);
	lir(ALICE_2);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(unregistered_services_without_scscf_are_2003)
{
	lir(BOB_SIP);
	expect_experimental(CX_UNREGISTERED_SERVICE);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(unregistered_services_with_scscf_are_there)
{
	sar_at(NULL, BOB_SIP, SAT_UNREGISTERED_USER, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	lir(BOB_SIP);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(originating_request_finds_an_scscf)
{
	struct dia_writer *w = fx_begin(CX_LIR, "as.ims.example");

	dia_put_u32(w, CX(ORIGINATING_REQUEST), 0);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	fx_send();
	expect_experimental(CX_UNREGISTERED_SERVICE);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

static void
lir_with(const struct dia_def *def, uint32_t number, const char *impu)
{
	struct dia_writer *w = fx_begin(CX_LIR, "as.ims.example");

	dia_put_u32(w, def, number);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	fx_send();
}

START_TEST(originating_request_finds_the_scscf_of_another_set)
{
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	lir_with(CX(ORIGINATING_REQUEST), 0, ALICE_2);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(unregistered_services_find_the_scscf_of_another_set)
{
	sar_at(GRACE, GRACE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	lir(GRACE_2);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(unregistered_is_at_its_scscf_without_services)
{
	sar(NULL, ALICE_SIP, SAT_UNREGISTERED_USER);
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(type_is_like_none)
{
	registration(ALICE, ALICE_SIP);
	lir_with(CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION, ALICE_SIP);
	expect_result(DIA_SUCCESS);
	lir_with(CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION_AND_CAPABILITIES,
	    ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
	expect_none(CX(SERVER_CAPABILITIES));
}
END_TEST

START_TEST(originating_request_of_another_value_is_5004)
{
	lir_with(CX(ORIGINATING_REQUEST), 1, ALICE_SIP);
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_failed(CX(ORIGINATING_REQUEST));
}
END_TEST

START_TEST(odd_identities_are_5001)
{
	static char lengthy[60001];

	memset(lengthy, 'a', sizeof lengthy - 1);
	lir("");
	expect_experimental(CX_USER_UNKNOWN);
	lir(lengthy);
	expect_experimental(CX_USER_UNKNOWN);
	memcpy(lengthy, "sip:", 4);
	lir(lengthy);
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(service_identity_is_served)
{
	lir(PSI_SIP);
	expect_experimental(CX_UNREGISTERED_SERVICE);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(pending_authentication_is_no_registration)
{
	mar(ALICE, ALICE_SIP, "unknown");
	expect_result(DIA_SUCCESS);
	lir(ALICE_SIP);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

int
main(void)
{
	return RUN("cx/lir", fx_open, fx_close, unknown_identity_is_5001,
	    registered_user_is_at_its_scscf,
	    not_registered_and_no_services_is_5003,
	    set_that_is_not_registered_is_5003_beside_one_that_is,
	    unregistered_services_without_scscf_are_2003,
	    unregistered_services_with_scscf_are_there,
	    originating_request_finds_an_scscf,
	    originating_request_finds_the_scscf_of_another_set,
	    unregistered_services_find_the_scscf_of_another_set,
	    unregistered_is_at_its_scscf_without_services, type_is_like_none,
	    originating_request_of_another_value_is_5004,
	    odd_identities_are_5001, service_identity_is_served,
	    pending_authentication_is_no_registration);
}
