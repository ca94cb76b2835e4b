/* Wildcarded identities and services (TS 29.228, 7.2, 7.2b, 6.1.4.1). */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

#define EXTENSION "sip:+15559@ims.example"

START_TEST(wildcard_is_not_for_uar_and_mar)
{
	uar(PBX, EXTENSION, NONE);
	expect_experimental(CX_USER_UNKNOWN);
	uar(PBX, PBX_WILD, NONE);
	expect_experimental(CX_USER_UNKNOWN);
	mar(PBX, EXTENSION, "unknown");
	expect_experimental(CX_USER_UNKNOWN);
	mar(PBX, PBX_WILD, "unknown");
	expect_experimental(CX_USER_UNKNOWN);
	expect_none(CX(SIP_AUTH_DATA_ITEM));
}
END_TEST

START_TEST(wildcarded_user_is_located_with_its_set)
{
	lir(EXTENSION);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
	expect_none(CX(WILDCARDED_PUBLIC_IDENTITY));
	registration(PBX, PBX_SIP);
	lir(EXTENSION);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), PBX_WILD);
	expect_none(CX(LIA_FLAGS));
	lir("tel:+1-555-9");
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), PBX_TEL);
	lir(PBX_SIP);
	expect_none(CX(WILDCARDED_PUBLIC_IDENTITY));
}
END_TEST

START_TEST(distinct_user_is_not_the_wildcarded_one)
{
	lir(ALICE_TEL); /* tel:+15550001 belongs to tel:+1555!.*!, too */
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
	registration(ALICE, ALICE_SIP);
	lir(ALICE_TEL);
	expect_result(DIA_SUCCESS);
	expect_none(CX(WILDCARDED_PUBLIC_IDENTITY));
}
END_TEST

START_TEST(wildcarded_service_is_2003_with_its_wildcard)
{
	lir("sip:conf-17@ims.example");
	expect_experimental(CX_UNREGISTERED_SERVICE);
	expect_text(CX(SERVER_NAME), SCSCF);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), CONF_WILD);
}
END_TEST

START_TEST(wildcarded_service_is_served_under_the_name_asked_for)
{
	sar(NULL, "sip:conf-%31%37@IMS.example:5060", SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), CONF_WILD);
	ck_assert_ptr_nonnull(strstr(xml(),
	    "<Identity>sip:conf-17@ims.example</Identity><Extension>"
	    "<IdentityType>2</IdentityType><WildcardedPSI>" CONF_WILD
	    "</WildcardedPSI></Extension>"));
	lir("sip:conf-18@ims.example");
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(wildcarded_user_is_registered_under_the_name_asked_for)
{
	sar(PBX, EXTENSION, SAT_REGISTRATION);
	expect_result(DIA_SUCCESS);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), PBX_WILD);
	ck_assert_ptr_nonnull(strstr(xml(),
	    "<Identity>" EXTENSION "</Identity><Extension><IdentityType>4"
	    "</IdentityType><Extension><Extension><WildcardedIMPU>" PBX_WILD
	    "</WildcardedIMPU>"));
	/* those that nobody asked for stand as themselves */
	ck_assert_ptr_nonnull(strstr(xml(), "<Identity>" PBX_TEL "<"));
	lir(PBX_SIP);
	expect_result(DIA_SUCCESS);
}
END_TEST

/* A SAR with Wildcarded-Public-Identity. */
static void
sar_wild(const char *impu, const char *wildcard, uint32_t type)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(WILDCARDED_PUBLIC_IDENTITY), wildcard);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), type);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	fx_send();
}

START_TEST(wildcard_of_the_request_is_used_as_it_is)
{
	sar_wild("sip:conf-17@ims.example", CONF_LOBBY, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), CONF_LOBBY);
	ck_assert_ptr_nonnull(
	    strstr(xml(), "<Identity>sip:conf-17@ims.example</Identity>"));
	sar_wild("sip:conf-17@ims.example", "sip:conf-!x!@ims.example",
	    SAT_UNREGISTERED_USER);
	expect_experimental(CX_USER_UNKNOWN);
	sar_wild(ALICE_SIP, ALICE_SIP, SAT_UNREGISTERED_USER);
	expect_experimental(CX_USER_UNKNOWN);
	sar_wild("sip:conf-17@ims.example", "", SAT_UNREGISTERED_USER);
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(identity_that_is_none_is_not_put_beside_a_wildcard)
{
	sar_wild("nonsense", CONF_WILD, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	ck_assert_ptr_nonnull(strstr(xml(), "<Identity>" CONF_WILD "<"));
}
END_TEST

START_TEST(wildcard_alone_is_not_all_of_the_user)
{
	struct dia_writer *w;

	lir(CONF_DIRECT);
	sar(NULL, "sip:conf-17@ims.example", SAT_UNREGISTERED_USER);
	sar(NULL, "sip:lobby-1@ims.example", SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	w = fx_begin(CX_SAR, SCSCF_HOST);
	dia_put_str(w, BASE(USER_NAME), CONF);
	dia_put_str(w, CX(WILDCARDED_PUBLIC_IDENTITY), CONF_LOBBY);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(
	    w, CX(SERVER_ASSIGNMENT_TYPE), SAT_ADMINISTRATIVE_DEREGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 1);
	fx_send();
	expect_result(DIA_SUCCESS);
	lir("sip:conf-17@ims.example"); /* still there */
	expect_result(DIA_SUCCESS);
	w = fx_begin(CX_SAR, SCSCF_HOST);
	dia_put_str(w, CX(WILDCARDED_PUBLIC_IDENTITY), CONF_WILD);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_USER_DEREGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 1);
	fx_send();
	expect_result(DIA_MISSING_AVP);
	expect_failed(CX(PUBLIC_IDENTITY));
	lir("sip:conf-17@ims.example");
	expect_result(DIA_SUCCESS);
}
END_TEST

START_TEST(several_identities_tell_no_wildcard)
{
	struct dia_writer *w;

	registration(PBX, PBX_SIP);
	w = fx_begin(CX_SAR, SCSCF_HOST);
	dia_put_str(w, CX(PUBLIC_IDENTITY), PBX_SIP);
	dia_put_str(w, CX(PUBLIC_IDENTITY), EXTENSION);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_TIMEOUT_DEREGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 1);
	fx_send();
	expect_result(DIA_SUCCESS);
	expect_none(CX(WILDCARDED_PUBLIC_IDENTITY));
}
END_TEST

START_TEST(service_at_a_server_is_reached_directly)
{
	lir(CONF_DIRECT);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), CONF_AS);
	ck_assert_mem_eq(value(CX(LIA_FLAGS)).p, "\0\0\0\1", 4);
	expect_none(CX(WILDCARDED_PUBLIC_IDENTITY));
	lir("sip:lobby-3@ims.example");
	expect_text(CX(SERVER_NAME), CONF_AS);
	expect_text(CX(WILDCARDED_PUBLIC_IDENTITY), CONF_LOBBY);
	ck_assert_uint_eq(count(CX(LIA_FLAGS)), 1);
}
END_TEST

START_TEST(service_that_originates_needs_an_scscf)
{
	struct dia_writer *w = fx_begin(CX_LIR, "as.ims.example");

	dia_put_u32(w, CX(ORIGINATING_REQUEST), 0);
	dia_put_str(w, CX(PUBLIC_IDENTITY), CONF_DIRECT);
	fx_send();
	expect_experimental(CX_UNREGISTERED_SERVICE);
	expect_text(CX(SERVER_NAME), SCSCF);
	expect_none(CX(LIA_FLAGS));
}
END_TEST

START_TEST(inactive_service_is_5001)
{
	lir(CONF_OFF);
	expect_experimental(CX_USER_UNKNOWN);
	for (uint32_t type = SAT_REGISTRATION; type < SAT_COUNT; type++) {
		sar(NULL, CONF_OFF, type);
		if (type != SAT_UNREGISTERED_USER && type < 4)
			continue; /* User-Name is missing */
		if (type == SAT_AUTHENTICATION_FAILURE ||
		    type == SAT_AUTHENTICATION_TIMEOUT)
			continue;
		expect_experimental(CX_USER_UNKNOWN);
	}
}
END_TEST

START_TEST(wildcarded_service_cannot_register)
{
	sar(CONF, "sip:conf-17@ims.example", SAT_REGISTRATION);
	expect_experimental(CX_IN_ASSIGNMENT_TYPE);
	expect_none(CX(USER_DATA));
	lir("sip:conf-17@ims.example");
	expect_experimental(CX_UNREGISTERED_SERVICE);
}
END_TEST

int
main(void)
{
	return RUN("cx/wildcard", fx_open, fx_close,
	    wildcard_is_not_for_uar_and_mar,
	    wildcarded_user_is_located_with_its_set,
	    distinct_user_is_not_the_wildcarded_one,
	    wildcarded_service_is_2003_with_its_wildcard,
	    wildcarded_service_is_served_under_the_name_asked_for,
	    wildcarded_user_is_registered_under_the_name_asked_for,
	    wildcard_of_the_request_is_used_as_it_is,
	    identity_that_is_none_is_not_put_beside_a_wildcard,
	    wildcard_alone_is_not_all_of_the_user,
	    several_identities_tell_no_wildcard,
	    service_at_a_server_is_reached_directly,
	    service_that_originates_needs_an_scscf, inactive_service_is_5001,
	    wildcarded_service_cannot_register);
}
