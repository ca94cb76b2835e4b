/* TS 29.228, 6.1.4.1, step by step. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

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
	    originating_request_finds_an_scscf, service_identity_is_served,
	    pending_authentication_is_no_registration);
}
