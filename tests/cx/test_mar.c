/* TS 29.228, 6.3.1, step by step; step 4 is in test_resync.c. */
#include "tests/cx/sim.h"
#include "tests/run.h"

#include <string.h>

#include "store/store.h"

START_TEST(unknown_private_identity_is_5001)
{
	mar("nobody@ims.example", ALICE_SIP, "unknown");
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(unknown_public_identity_is_5001)
{
	mar(ALICE, "sip:nobody@ims.example", "unknown");
	expect_experimental(CX_USER_UNKNOWN);
}
END_TEST

START_TEST(identities_of_two_users_are_5002)
{
	mar(ALICE, BOB_SIP, "unknown");
	expect_experimental(CX_IDENTITIES_DONT_MATCH);
}
END_TEST

START_TEST(every_answer_has_both_identities_as_asked)
{
	static const char *const impus[] = { ALICE_SIP, BOB_SIP,
		"sip:nobody@ims.example" };

	for (unsigned i = 0; i < 3; i++) {
		mar(ALICE, impus[i], "unknown");
		expect_text(BASE(USER_NAME), ALICE);
		expect_text(CX(PUBLIC_IDENTITY), impus[i]);
	}
}
END_TEST

START_TEST(refused_request_gets_no_items)
{
	mar(ALICE, BOB_SIP, "unknown");
	expect_none(CX(SIP_NUMBER_AUTH_ITEMS));
	expect_none(CX(SIP_AUTH_DATA_ITEM));
}
END_TEST

START_TEST(aka_answer_holds_what_the_sim_computes)
{
	mar(ALICE, ALICE_SIP, "Digest-AKAv1-MD5");
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(count(CX(SIP_AUTH_DATA_ITEM)), 1);
	ck_assert_uint_eq(value(CX(SIP_NUMBER_AUTH_ITEMS)).p[3], 1);
	ck_assert_uint_eq(item(CX(SIP_ITEM_NUMBER)).p[3], 1);
	ck_assert(dia_slice_eq(
	    item(CX(SIP_AUTHENTICATION_SCHEME)), "Digest-AKAv1-MD5"));
	ck_assert_uint_gt(sqn_of_answer(), 0);
}
END_TEST

START_TEST(aka_subscriber_answers_schemes_that_leave_the_choice)
{
	static const char *const schemes[] = { "unknown", "Unknown",
		"Digest-MD5", "Digest", "HTTP_DIGEST_MD5", "digest-akav1-md5",
		"Digest-AKAv2-MD5", "Digest-AKAv2-SHA-256",
		"Digest-AKAv2-SHA-512-256" };

	for (unsigned i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		mar(ALICE, ALICE_SIP, schemes[i]);
		expect_result(DIA_SUCCESS);
		ck_assert(dia_slice_eq(
		    item(CX(SIP_AUTHENTICATION_SCHEME)), "Digest-AKAv1-MD5"));
	}
}
END_TEST

START_TEST(scheme_the_user_has_not_is_5006)
{
	mar(ALICE, ALICE_SIP, "SIP Digest");
	expect_experimental(CX_AUTH_SCHEME_NOT_SUPPORTED);
	mar(BOB, BOB_SIP, "Digest-AKAv1-MD5");
	expect_experimental(CX_AUTH_SCHEME_NOT_SUPPORTED);
	mar(ALICE, ALICE_SIP, "NASS-Bundled");
	expect_experimental(CX_AUTH_SCHEME_NOT_SUPPORTED);
	mar(ALICE, ALICE_SIP, "ROT13");
	expect_experimental(CX_AUTH_SCHEME_NOT_SUPPORTED);
	expect_text(BASE(USER_NAME), ALICE);
}
END_TEST

START_TEST(sqn_grows_by_one_seq_with_one_ind)
{
	uint64_t last, next;

	mar(ALICE, ALICE_SIP, "unknown");
	last = sqn_of_answer();
	for (int i = 0; i < 200; i++) {
		mar(ALICE, ALICE_SIP, "unknown");
		next = sqn_of_answer();
		ck_assert_uint_eq(next, last + 32);
		last = next;
	}
}
END_TEST

START_TEST(another_scscf_gets_another_ind)
{
	uint64_t one, other;

	mar(ALICE, ALICE_SIP, "unknown");
	one = sqn_of_answer();
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	other = sqn_of_answer();
	ck_assert_uint_eq(other >> 5, (one >> 5) + 1);
	ck_assert_uint_ne(other & 31, one & 31);
}
END_TEST

static void
mar_items(uint32_t n)
{
	struct dia_writer *w = fx_begin(CX_MAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "unknown");
	dia_close(w);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), n);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	fx_send();
}

START_TEST(several_vectors_are_numbered_and_in_order)
{
	struct dia_reader r;
	struct dia_avp avp, number;
	uint64_t last = 0;
	uint8_t n = 0;

	mar_items(3);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(value(CX(SIP_NUMBER_AUTH_ITEMS)).p[3], 3);
	dia_read(&r, fx_answer()->avps);
	while (dia_next(&r, &avp)) {
		if (avp.code != CX(SIP_AUTH_DATA_ITEM)->code)
			continue;
		ck_assert(dia_find(
		    avp.data, CX(SIP_ITEM_NUMBER)->code, CX_VENDOR, &number));
		ck_assert_uint_eq(number.data.p[3], ++n);

		uint64_t sqn = check_vector(avp.data);

		ck_assert_uint_gt(sqn, last);
		last = sqn;
	}
	ck_assert_uint_eq(n, 3);
}
END_TEST

START_TEST(five_vectors_are_the_most)
{
	mar_items(5);
	ck_assert_uint_eq(count(CX(SIP_AUTH_DATA_ITEM)), 5);
	mar_items(6);
	ck_assert_uint_eq(count(CX(SIP_AUTH_DATA_ITEM)), 5);
	ck_assert_uint_eq(value(CX(SIP_NUMBER_AUTH_ITEMS)).p[3], 5);
	mar_items(UINT32_MAX);
	ck_assert_uint_eq(count(CX(SIP_AUTH_DATA_ITEM)), 5);
}
END_TEST

START_TEST(no_vectors_asked_for_is_5004)
{
	mar_items(0);
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_failed(CX(SIP_NUMBER_AUTH_ITEMS));
}
END_TEST

START_TEST(digest_answer_holds_ha1_and_no_password)
{
	struct dia_avp ha1, realm, qop;
	struct dia_slice digest;

	mar(BOB, BOB_SIP, "SIP Digest");
	expect_result(DIA_SUCCESS);
	ck_assert(
	    dia_slice_eq(item(CX(SIP_AUTHENTICATION_SCHEME)), "SIP Digest"));
	digest = item(CX(SIP_DIGEST_AUTHENTICATE));
	ck_assert(dia_find(digest, CX(DIGEST_HA1)->code, 0, &ha1));
	ck_assert(dia_find(digest, CX(DIGEST_REALM)->code, 0, &realm));
	ck_assert(dia_find(digest, CX(DIGEST_QOP)->code, 0, &qop));
	/* md5sum of "bob@ims.example:ims.example:s3cret" */
	ck_assert(dia_slice_eq(ha1.data, "246410a4973194e1cf443eb33bff68f3"));
	ck_assert(dia_slice_eq(realm.data, REALM));
	ck_assert(dia_slice_eq(qop.data, "auth"));
	ck_assert_ptr_null(item(CX(SIP_ITEM_NUMBER)).p);
}
END_TEST

START_TEST(digest_subscriber_answers_the_old_private_scheme)
{
	mar(BOB, BOB_SIP, "Digest-MD5");
	expect_result(DIA_SUCCESS);
	ck_assert(
	    dia_slice_eq(item(CX(SIP_AUTHENTICATION_SCHEME)), "SIP Digest"));
}
END_TEST

START_TEST(line_and_address_are_handed_out)
{
	struct dia_avp avp;

	mar(CAROL, CAROL_SIP, "NASS-Bundled");
	expect_result(DIA_SUCCESS);
	ck_assert(dia_find(value(CX(SIP_AUTH_DATA_ITEM)),
	    CX(LINE_IDENTIFIER)->code, CX_VENDOR_ETSI, &avp));
	ck_assert(dia_slice_eq(avp.data, "line-0815"));
	mar(DAVE, DAVE_SIP, "Early-IMS-Security");
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(item(CX(FRAMED_IP_ADDRESS)).len, 4);
	ck_assert_mem_eq(item(CX(FRAMED_IP_ADDRESS)).p, "\xc0\x00\x02\x04", 4);
}
END_TEST

START_TEST(whole_ipv6_address_is_a_prefix_of_128_bits)
{
	static const uint8_t prefix[18] = { 0, 128, 0x20, 0x01, 0x0d,
		0xb8, [17] = 4 };

	mar(HEIDI, HEIDI_SIP, "unknown");
	expect_result(DIA_SUCCESS);
	ck_assert_ptr_null(item(CX(FRAMED_IP_ADDRESS)).p);
	ck_assert_uint_eq(item(CX(FRAMED_IPV6_PREFIX)).len, sizeof prefix);
	ck_assert_mem_eq(item(CX(FRAMED_IPV6_PREFIX)).p, prefix, sizeof prefix);
}
END_TEST

START_TEST(mar_for_an_unregistered_user_moves_it_and_leaves_it_so)
{
	struct store_impi *bob = store_find_impi(fx_store(), BOB, strlen(BOB));
	struct store_reg reg;

	sar(NULL, BOB_SIP, SAT_UNREGISTERED_USER);
	expect_result(DIA_SUCCESS);
	mar_at(BOB, BOB_SIP, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	store_get_reg(bob->sub, &reg);
	ck_assert_str_eq(reg.scscf.name, OTHER);
	ck_assert_str_eq(reg.scscf.host, OTHER_HOST);
	ck_assert(reg.sets[0].unregistered);
	ck_assert_uint_eq(reg.sets[0].pending, 1);
}
END_TEST

START_TEST(new_host_of_the_scscf_is_remembered)
{
	struct store_impi *bob = store_find_impi(fx_store(), BOB, strlen(BOB));
	struct store_reg reg;

	mar_at(BOB, BOB_SIP, SCSCF, SCSCF_HOST);
	mar_at(BOB, BOB_SIP, SCSCF, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	store_get_reg(bob->sub, &reg);
	ck_assert_str_eq(reg.scscf.host, OTHER_HOST);
	/* The realm in place of a name is no news. */
	mar_at(BOB, BOB_SIP, "sip:" REALM, OTHER_HOST);
	store_get_reg(bob->sub, &reg);
	ck_assert_str_eq(reg.scscf.name, SCSCF);
}
END_TEST

START_TEST(registered_user_at_another_scscf_moves_there)
{
	registration(ALICE, ALICE_SIP);
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	expect_text(CX(SERVER_NAME), OTHER);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
}
END_TEST

START_TEST(renewed_authentication_changes_no_state)
{
	struct store_impi *alice;
	struct store_reg reg;

	registration(ALICE, ALICE_SIP);
	mar(ALICE, ALICE_SIP, "unknown");
	alice = store_find_impi(fx_store(), ALICE, strlen(ALICE));
	store_get_reg(alice->sub, &reg);
	ck_assert_uint_eq(reg.sets[0].pending, 0);
	ck_assert_uint_eq(reg.sets[0].registered, 1);
}
END_TEST

START_TEST(request_without_vectors_left_changes_no_state)
{
	struct store_impi *alice =
	    store_find_impi(fx_store(), ALICE, strlen(ALICE));
	struct store_reg reg;

	ck_assert(store_resync(fx_store(), alice, 0xffffffffffff));
	mar(ALICE, ALICE_SIP, "unknown");
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(SIP_AUTH_DATA_ITEM));
	store_get_reg(alice->sub, &reg);
	ck_assert_ptr_null(reg.scscf.name);
	ck_assert_uint_eq(reg.sets[0].pending, 0);
}
END_TEST

START_TEST(line_and_address_leave_nothing_pending)
{
	struct store_impi *carol;
	struct store_reg reg;

	mar(CAROL, CAROL_SIP, "NASS-Bundled");
	carol = store_find_impi(fx_store(), CAROL, strlen(CAROL));
	store_get_reg(carol->sub, &reg);
	ck_assert_uint_eq(reg.sets[0].pending, 0);
	ck_assert_str_eq(reg.scscf.name, SCSCF);
}
END_TEST

START_TEST(server_name_unfit_for_a_header_is_5004)
{
	static char lengthy[STORE_NAME_MAX + 2];

	memset(lengthy, 'a', sizeof lengthy - 1);
	memcpy(lengthy, "sip:", 4);
	mar_at(ALICE, ALICE_SIP, lengthy, SCSCF_HOST);
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_failed(CX(SERVER_NAME));
	lengthy[STORE_NAME_MAX] = '\0';
	mar_at(ALICE, ALICE_SIP, lengthy, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	mar_at(ALICE, ALICE_SIP, "sip:a\r\nb", SCSCF_HOST);
	expect_result(DIA_INVALID_AVP_VALUE);
	mar_at(ALICE, ALICE_SIP, "<sip:a>", SCSCF_HOST);
	expect_result(DIA_INVALID_AVP_VALUE);
	mar_at(ALICE, ALICE_SIP, "", SCSCF_HOST);
	expect_result(DIA_INVALID_AVP_VALUE);
}
END_TEST

int
main(void)
{
	return RUN("cx/mar", fx_open, fx_close,
	    unknown_private_identity_is_5001, unknown_public_identity_is_5001,
	    identities_of_two_users_are_5002,
	    every_answer_has_both_identities_as_asked,
	    refused_request_gets_no_items,
	    aka_answer_holds_what_the_sim_computes,
	    aka_subscriber_answers_schemes_that_leave_the_choice,
	    scheme_the_user_has_not_is_5006, sqn_grows_by_one_seq_with_one_ind,
	    another_scscf_gets_another_ind,
	    several_vectors_are_numbered_and_in_order,
	    five_vectors_are_the_most, no_vectors_asked_for_is_5004,
	    digest_answer_holds_ha1_and_no_password,
	    digest_subscriber_answers_the_old_private_scheme,
	    line_and_address_are_handed_out,
	    whole_ipv6_address_is_a_prefix_of_128_bits,
	    mar_for_an_unregistered_user_moves_it_and_leaves_it_so,
	    new_host_of_the_scscf_is_remembered,
	    registered_user_at_another_scscf_moves_there,
	    renewed_authentication_changes_no_state,
	    request_without_vectors_left_changes_no_state,
	    line_and_address_leave_nothing_pending,
	    server_name_unfit_for_a_header_is_5004);
}
