/* Supported-Features of requests (TS 29.229, 7.2.1). */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

/* Appends Supported-Features; flags are DIA_V with or without DIA_M. */
static void
put_features(
    struct dia_writer *w, uint8_t flags, uint32_t vendor, uint32_t bits)
{
	struct dia_def def = *CX(SUPPORTED_FEATURES);

	def.flags = flags;
	dia_open(w, &def);
	dia_put_u32(w, BASE(VENDOR_ID), vendor);
	dia_put_u32(w, CX(FEATURE_LIST_ID), 1);
	dia_put_u32(w, CX(FEATURE_LIST), bits);
	dia_close(w);
}

static struct dia_writer *
begin_sar(void)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_REGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	return w;
}

START_TEST(features_told_are_no_demand)
{
	put_features(begin_sar(), DIA_V, CX_VENDOR, 0xffffffff);
	fx_send();
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(count(CX(SUPPORTED_FEATURES)), 1);
	ck_assert_mem_eq(value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST)).p,
	    "\0\0\0\x0f", 4);
}
END_TEST

/* The flags of the first AVP of this kind. */
static uint8_t
flags_of(const struct dia_def *def)
{
	struct dia_avp avp;

	ck_assert(dia_find(fx_answer()->avps, def->code, def->vendor, &avp));
	return avp.flags;
}

START_TEST(features_are_told_only_when_asked_for)
{
	begin_sar();
	fx_send();
	expect_result(DIA_SUCCESS);
	expect_none(CX(SUPPORTED_FEATURES));
}
END_TEST

START_TEST(features_are_those_of_the_command)
{
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");

	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	put_features(w, DIA_V | DIA_M, CX_VENDOR, 1);
	fx_send();
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
	ck_assert_mem_eq(value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST)).p,
	    "\0\0\0\4", 4);
	ck_assert_uint_eq(flags_of(CX(SUPPORTED_FEATURES)), DIA_V);
	w = fx_begin(CX_UAR, "icscf.ims.example");
	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	put_features(w, DIA_V, CX_VENDOR, 0);
	fx_send();
	expect_experimental(CX_FIRST_REGISTRATION);
	ck_assert_mem_eq(value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST)).p,
	    "\0\0\0\4", 4);
}
END_TEST

/* A MAR has no features: none are told, and those of others no demand. */
START_TEST(mar_has_no_features)
{
	struct dia_writer *w = fx_begin(CX_MAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "unknown");
	dia_close(w);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 1);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	put_features(w, DIA_V | DIA_M, CX_VENDOR, 15);
	fx_send();
	expect_result(DIA_SUCCESS);
	expect_none(CX(SUPPORTED_FEATURES));
}
END_TEST

/* A SAR about frank, whose set has two profiles; the second names set 7. */
static void
sar_frank(uint32_t features)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), FRANK);
	dia_put_str(w, CX(PUBLIC_IDENTITY), FRANK_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_REGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	put_features(w, DIA_V, CX_VENDOR, features);
	fx_send();
	expect_result(DIA_SUCCESS);
}

START_TEST(shared_sets_go_as_numbers_to_who_knows_them)
{
	sar_frank(1);
	ck_assert_ptr_nonnull(strstr(xml(), "<SharedIFCSetID>7<"));
	ck_assert_ptr_null(strstr(xml(), "sip:shared.ims.example"));
	sar_frank(0xe);
	ck_assert_ptr_null(strstr(xml(), "SharedIFCSetID"));
	ck_assert_ptr_nonnull(strstr(xml(), "sip:shared.ims.example"));
}
END_TEST

START_TEST(aliases_are_told_to_who_knows_them)
{
	struct dia_writer *w = begin_sar();

	put_features(w, DIA_V, CX_VENDOR, 2);
	fx_send();
	expect_result(DIA_SUCCESS);
	ck_assert_ptr_nonnull(
	    strstr(xml(), "<AliasIdentityGroupID>1.1</AliasIdentityGroupID>"));
	w = begin_sar();
	put_features(w, DIA_V, CX_VENDOR, 0xd);
	fx_send();
	expect_result(DIA_SUCCESS);
	ck_assert_ptr_null(strstr(xml(), "AliasIdentityGroupID"));
}
END_TEST

START_TEST(features_we_have_may_be_demanded)
{
	put_features(begin_sar(), DIA_V | DIA_M, CX_VENDOR, 15);
	fx_send();
	expect_result(DIA_SUCCESS);
	ck_assert_mem_eq(value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST)).p,
	    "\0\0\0\x0f", 4);
}
END_TEST

START_TEST(features_demanded_are_5011_with_all_of_ours)
{
	for (unsigned bit = 4; bit < 32; bit++) {
		put_features(begin_sar(), DIA_V | DIA_M, CX_VENDOR, 1u << bit);
		fx_send();
		expect_experimental(CX_FEATURE_UNSUPPORTED);
		expect_text(BASE(USER_NAME), ALICE);
		expect_text(CX(PUBLIC_IDENTITY), ALICE_SIP);
		expect_none(CX(USER_DATA));
		ck_assert_mem_eq(
		    value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST_ID)).p,
		    "\0\0\0\1", 4);
		ck_assert_mem_eq(
		    value_in(CX(SUPPORTED_FEATURES), CX(FEATURE_LIST)).p,
		    "\0\0\0\x0f", 4);
		ck_assert_uint_eq(flags_of(CX(SUPPORTED_FEATURES)), DIA_V);
	}
	lir(ALICE_SIP);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(one_demand_among_many_is_seen)
{
	struct dia_writer *w = begin_sar();

	put_features(w, DIA_V, CX_VENDOR, 1);
	put_features(w, DIA_V | DIA_M, CX_VENDOR, 0);
	put_features(w, DIA_V | DIA_M, 13019, 4);
	fx_send();
	expect_experimental(CX_FEATURE_UNSUPPORTED);
	ck_assert_uint_eq(count(CX(SUPPORTED_FEATURES)), 1);
}
END_TEST

START_TEST(demand_for_nothing_is_met)
{
	put_features(begin_sar(), DIA_V | DIA_M, CX_VENDOR, 0);
	fx_send();
	expect_result(DIA_SUCCESS);
}
END_TEST

int
main(void)
{
	return RUN("cx/features", fx_open, fx_close,
	    features_told_are_no_demand, features_are_told_only_when_asked_for,
	    features_are_those_of_the_command, mar_has_no_features,
	    features_we_have_may_be_demanded,
	    shared_sets_go_as_numbers_to_who_knows_them,
	    aliases_are_told_to_who_knows_them,
	    features_demanded_are_5011_with_all_of_ours,
	    one_demand_among_many_is_seen, demand_for_nothing_is_met);
}
