/*
 * S-CSCF restoration (TS 29.228, 6.1.1.1 step 4, 6.1.2.1 steps 6 to 8,
 * 6.1.4.1 step 3; TS 23.380).
 */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

#include "store/store.h"

enum { RESTORATION = 4 }; /* bit of Feature-List */

static void
put_features(struct dia_writer *w)
{
	dia_open(w, CX(SUPPORTED_FEATURES));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, CX(FEATURE_LIST_ID), 1);
	dia_put_u32(w, CX(FEATURE_LIST), RESTORATION);
	dia_close(w);
}

static void
put_info(struct dia_writer *w, const char *impi, const char *contact)
{
	dia_open(w, CX(SCSCF_RESTORATION_INFO));
	dia_put_str(w, BASE(USER_NAME), impi);
	dia_open(w, CX(RESTORATION_INFO));
	dia_put_str(w, CX(PATH), "<sip:pcscf.ims.example;lr>");
	dia_put_str(w, CX(CONTACT), contact);
	dia_close(w);
	dia_close(w);
}

/* A SAR with the feature; contact NULL: no information. */
static struct dia_writer *
begin(const char *impi, const char *impu, uint32_t type, const char *contact)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	if (impi != NULL)
		dia_put_str(w, BASE(USER_NAME), impi);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), type);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	put_features(w);
	if (contact != NULL)
		put_info(w, impi, contact);
	return w;
}

static void
send(const char *impi, const char *impu, uint32_t type, const char *contact)
{
	begin(impi, impu, type, contact);
	fx_send();
}

/* How many pieces of information the answer has. */
static unsigned
pieces(void)
{
	return count(CX(SCSCF_RESTORATION_INFO));
}

static void
expect_info(const char *impi, const char *contact)
{
	struct dia_reader r;
	struct dia_avp avp, name, info, found;

	dia_read(&r, fx_answer()->avps);
	while (dia_next(&r, &avp)) {
		if (avp.code != CX(SCSCF_RESTORATION_INFO)->code)
			continue;
		ck_assert(dia_find(avp.data, 1, 0, &name));
		if (!dia_slice_eq(name.data, impi))
			continue;
		ck_assert(dia_find(
		    avp.data, CX(RESTORATION_INFO)->code, CX_VENDOR, &info));
		ck_assert(
		    dia_find(info.data, CX(CONTACT)->code, CX_VENDOR, &found));
		ck_assert(dia_slice_eq(found.data, contact));
		return;
	}
	ck_abort_msg("no information of %s", impi);
}

START_TEST(information_comes_back_to_who_asks_for_the_profile)
{
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 0); /* it has just sent it */
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 1);
	expect_info(ALICE, "sip:1");
	send(NULL, ALICE_TEL, SAT_UNREGISTERED_USER, NULL);
	expect_result(DIA_SUCCESS);
	expect_info(ALICE, "sip:1");
	lir(ALICE_SIP); /* registered all the same */
	expect_result(DIA_SUCCESS);
}
END_TEST

START_TEST(information_is_replaced_by_the_next)
{
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	send(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, "sip:2");
	send(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, NULL);
	expect_result(DIA_SUCCESS);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	ck_assert_uint_eq(pieces(), 1);
	expect_info(ALICE, "sip:2");
}
END_TEST

START_TEST(information_ends_with_its_registration)
{
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	send(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION, NULL);
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, NULL);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 0);
}
END_TEST

START_TEST(without_the_feature_nothing_is_kept_or_told)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_REGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	put_info(w, ALICE, "sip:1");
	fx_send();
	expect_result(DIA_SUCCESS);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	ck_assert_uint_eq(pieces(), 0);
	send(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, "sip:1");
	sar(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 0);
}
END_TEST

START_TEST(several_private_identities_get_that_of_the_others)
{
	send(FRANK, FRANK_SIP, SAT_REGISTRATION, "sip:1");
	expect_none(CX(ASSOCIATED_REGISTERED_IDENTITIES));
	send(FRANK_PAD, FRANK_SIP, SAT_REGISTRATION, "sip:2");
	ck_assert_uint_eq(pieces(), 1);
	expect_info(FRANK, "sip:1");
	ck_assert_uint_eq(count(CX(ASSOCIATED_REGISTERED_IDENTITIES)), 1);
	ck_assert(dia_slice_eq(
	    value_in(CX(ASSOCIATED_REGISTERED_IDENTITIES), BASE(USER_NAME)),
	    FRANK));
	send(FRANK, FRANK_SIP, SAT_RE_REGISTRATION, NULL);
	ck_assert_uint_eq(pieces(), 2);
	expect_none(CX(ASSOCIATED_REGISTERED_IDENTITIES));
	send(NULL, FRANK_SIP, SAT_UNREGISTERED_USER, NULL);
	ck_assert_uint_eq(pieces(), 2);
	expect_info(FRANK_PAD, "sip:2");
}
END_TEST

START_TEST(sets_do_not_share_information)
{
	send(FRANK, FRANK_SIP, SAT_REGISTRATION, "sip:1");
	send(FRANK, FRANK_2, SAT_REGISTRATION, NULL);
	send(FRANK, FRANK_2, SAT_NO_ASSIGNMENT, NULL);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 0);
}
END_TEST

START_TEST(multiple_registration_of_a_lost_scscf_is_5007_with_all_it_needs)
{
	struct dia_writer *w;

	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	w = begin(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:2");
	dia_put_u32(w, CX(MULTIPLE_REGISTRATION_INDICATION), 1);
	fx_send();
	expect_experimental(CX_IN_ASSIGNMENT_TYPE);
	ck_assert_uint_eq(pieces(), 1);
	expect_info(ALICE, "sip:1");
	ck_assert_ptr_nonnull(strstr(xml(), ALICE_SIP));
	expect_text(BASE(USER_NAME), ALICE);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	expect_info(ALICE, "sip:1");
}
END_TEST

START_TEST(multiple_registration_without_information_registers)
{
	for (uint32_t value = 0; value < 2; value++) {
		struct dia_writer *w =
		    begin(ALICE, ALICE_SIP, SAT_REGISTRATION, NULL);

		dia_put_u32(w, CX(MULTIPLE_REGISTRATION_INDICATION), value);
		fx_send();
		expect_result(DIA_SUCCESS);
	}
}
END_TEST

START_TEST(first_registration_is_no_multiple_one)
{
	struct dia_writer *w;

	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	w = begin(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:2");
	dia_put_u32(w, CX(MULTIPLE_REGISTRATION_INDICATION), 0);
	fx_send();
	expect_result(DIA_SUCCESS);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	expect_info(ALICE, "sip:2");
}
END_TEST

START_TEST(information_of_somebody_else_is_5004)
{
	struct dia_writer *w = begin(ALICE, ALICE_SIP, SAT_REGISTRATION, NULL);

	put_info(w, BOB, "sip:1");
	fx_send();
	expect_result(DIA_INVALID_AVP_VALUE);
	ck_assert_uint_eq(count(BASE(FAILED_AVP)), 1);
	lir(ALICE_SIP);
	expect_experimental(CX_IDENTITY_NOT_REGISTERED);
}
END_TEST

START_TEST(information_without_its_parts_is_5005)
{
	struct dia_writer *w = begin(ALICE, ALICE_SIP, SAT_REGISTRATION, NULL);

	dia_open(w, CX(SCSCF_RESTORATION_INFO));
	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_close(w);
	fx_send();
	expect_result(DIA_MISSING_AVP);
	w = begin(ALICE, ALICE_SIP, SAT_REGISTRATION, NULL);
	dia_open(w, CX(SCSCF_RESTORATION_INFO));
	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_open(w, CX(RESTORATION_INFO));
	dia_put_str(w, CX(PATH), "<sip:p>");
	dia_close(w);
	dia_close(w);
	fx_send();
	expect_result(DIA_MISSING_AVP);
}
END_TEST

/* The longest contact that leaves the information at its limit. */
static const char *
long_contact(size_t more)
{
	static char contact[STORE_RESTORATION_MAX + 1];
	/* User-Name, Restoration-Info, Path, the header of Contact */
	size_t rest =
	    8 + ((strlen(ALICE) + 3) & ~(size_t)3) + 12 + 12 +
	    ((strlen("<sip:pcscf.ims.example;lr>") + 3) & ~(size_t)3) + 12;

	memset(contact, 'c', sizeof contact - 1);
	contact[STORE_RESTORATION_MAX - rest + more] = '\0';
	return contact;
}

START_TEST(information_beyond_the_limit_is_not_kept_yet_registers)
{
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, long_contact(0));
	expect_result(DIA_SUCCESS);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	ck_assert_uint_eq(pieces(), 1);
	expect_info(ALICE, long_contact(0));
	send(ALICE, ALICE_SIP, SAT_RE_REGISTRATION, long_contact(1));
	expect_result(DIA_SUCCESS);
	send(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, NULL);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(pieces(), 0);
}
END_TEST

/* Type 2 of an I-CSCF that has the feature. */
static void
uar_lost(const char *impi, const char *impu)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), impi);
	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	dia_put_u32(
	    w, CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION_AND_CAPABILITIES);
	put_features(w);
	fx_send();
}

static void
lir_lost(const char *impu)
{
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");

	dia_put_str(w, CX(PUBLIC_IDENTITY), impu);
	dia_put_u32(
	    w, CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION_AND_CAPABILITIES);
	put_features(w);
	fx_send();
}

static bool
is_pending(const char *impu)
{
	struct store_reg reg;

	store_get_reg(
	    store_find_impu(fx_store(), impu, strlen(impu))->sub, &reg);
	return reg.reassign;
}

START_TEST(lost_scscf_is_replaced_after_uar)
{
	registration(ALICE, ALICE_SIP);
	uar_lost(ALICE, ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_none(CX(SERVER_NAME));
	ck_assert_uint_eq(count(CX(SERVER_CAPABILITIES)), 1);
	ck_assert(is_pending(ALICE_SIP));
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
	lir(ALICE_SIP);
	expect_text(CX(SERVER_NAME), OTHER);
	sar(ALICE, ALICE_SIP, SAT_REGISTRATION);
	expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(lost_scscf_is_replaced_after_lir)
{
	send(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:1");
	lir_lost(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_none(CX(SERVER_NAME));
	ck_assert_uint_eq(count(CX(SERVER_CAPABILITIES)), 1);
	ck_assert(is_pending(ALICE_SIP));

	struct dia_writer *w = fx_begin(CX_SAR, OTHER_HOST);

	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), OTHER);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_UNREGISTERED_USER);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	put_features(w);
	fx_send();
	expect_result(DIA_SUCCESS);
	expect_info(ALICE, "sip:1");
	ck_assert(!is_pending(ALICE_SIP));
	lir(ALICE_SIP);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(reassignment_needs_an_icscf_with_the_feature)
{
	registration(ALICE, ALICE_SIP);
	uar(ALICE, ALICE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
}
END_TEST

START_TEST(without_an_scscf_nothing_is_pending)
{
	uar_lost(ALICE, ALICE_SIP);
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
	lir_lost(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(count(CX(SERVER_CAPABILITIES)), 1);
	ck_assert(!is_pending(ALICE_SIP));
}
END_TEST

START_TEST(refused_users_are_not_reassigned)
{
	uar_lost(ALICE, BOB_SIP);
	expect_experimental(CX_IDENTITIES_DONT_MATCH);
	lir_lost("sip:nobody@ims.example");
	expect_experimental(CX_USER_UNKNOWN);
	uar_lost(DAVE, DAVE_SIP);
	expect_result(DIA_AUTHORIZATION_REJECTED);
}
END_TEST

START_TEST(authentication_by_another_ends_what_is_pending)
{
	registration(ALICE, ALICE_SIP);
	lir_lost(ALICE_SIP);
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
	lir(ALICE_SIP);
	expect_text(CX(SERVER_NAME), OTHER);
}
END_TEST

START_TEST(authentication_by_the_same_ends_what_is_pending)
{
	registration(ALICE, ALICE_SIP);
	lir_lost(ALICE_SIP);
	mar(ALICE, ALICE_SIP, "unknown");
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
}
END_TEST

START_TEST(profile_goes_to_another_while_reassignment_is_pending)
{
	registration(ALICE, ALICE_SIP);
	sar_at(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, OTHER, OTHER_HOST);
	expect_result(DIA_UNABLE_TO_COMPLY);
	lir_lost(ALICE_SIP);
	sar_at(ALICE, ALICE_SIP, SAT_NO_ASSIGNMENT, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert(is_pending(ALICE_SIP)); /* unchanged */
	lir(ALICE_SIP);
	expect_text(CX(SERVER_NAME), SCSCF);
}
END_TEST

START_TEST(de_registration_ends_what_is_pending)
{
	registration(ALICE, ALICE_SIP);
	lir_lost(ALICE_SIP);
	sar(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION);
	expect_result(DIA_SUCCESS);
	ck_assert(!is_pending(ALICE_SIP));
}
END_TEST

START_TEST(indications_go_with_the_profile)
{
	sar(GRACE, GRACE_SIP, SAT_REGISTRATION);
	expect_result(DIA_SUCCESS);
	ck_assert_mem_eq(value(CX(LOOSE_ROUTE_INDICATION)).p, "\0\0\0\1", 4);
	ck_assert_mem_eq(
	    value(CX(PRIVILEDGED_SENDER_INDICATION)).p, "\0\0\0\1", 4);
	sar(GRACE, GRACE_SIP, SAT_USER_DEREGISTRATION);
	expect_none(CX(LOOSE_ROUTE_INDICATION));
	expect_none(CX(PRIVILEDGED_SENDER_INDICATION));
	sar(ALICE, ALICE_SIP, SAT_REGISTRATION);
	expect_none(CX(LOOSE_ROUTE_INDICATION));
	expect_none(CX(PRIVILEDGED_SENDER_INDICATION));
}
END_TEST

int
main(void)
{
	return RUN("cx/restoration", fx_open, fx_close,
	    information_comes_back_to_who_asks_for_the_profile,
	    information_is_replaced_by_the_next,
	    information_ends_with_its_registration,
	    without_the_feature_nothing_is_kept_or_told,
	    several_private_identities_get_that_of_the_others,
	    sets_do_not_share_information,
	    multiple_registration_of_a_lost_scscf_is_5007_with_all_it_needs,
	    multiple_registration_without_information_registers,
	    first_registration_is_no_multiple_one,
	    information_of_somebody_else_is_5004,
	    information_without_its_parts_is_5005,
	    information_beyond_the_limit_is_not_kept_yet_registers,
	    lost_scscf_is_replaced_after_uar, lost_scscf_is_replaced_after_lir,
	    reassignment_needs_an_icscf_with_the_feature,
	    without_an_scscf_nothing_is_pending,
	    refused_users_are_not_reassigned,
	    authentication_by_another_ends_what_is_pending,
	    authentication_by_the_same_ends_what_is_pending,
	    profile_goes_to_another_while_reassignment_is_pending,
	    de_registration_ends_what_is_pending,
	    indications_go_with_the_profile);
}
