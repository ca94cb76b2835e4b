/* Values a client should not send, but may: empty, at a limit and one past
 * it, in the wrong place. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx/local.h"

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

/* A SAR that ends registrations, with n times the same identity. */
static void
sar_repeated(unsigned n)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	for (unsigned i = 0; i < n; i++)
		dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_USER_DEREGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	fx_send();
}

START_TEST(as_many_identities_as_a_list_holds)
{
	registration(ALICE, ALICE_SIP);
	sar_repeated(DIA_LIST_MAX + 1);
	expect_result(DIA_AVP_OCCURS_TOO_MANY_TIMES);
	expect_failed(CX(PUBLIC_IDENTITY));
	ck_assert_uint_eq(reg_of(ALICE).sets[0].registered, 1);
	sar_repeated(DIA_LIST_MAX);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(reg_of(ALICE).sets[0].registered, 0);
}
END_TEST

START_TEST(empty_identities_are_5001)
{
	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar("", ALICE_SIP, type);
		expect_experimental(CX_USER_UNKNOWN);
		expect_none(BASE(USER_NAME));
		sar(ALICE, "", type);
		expect_experimental(CX_USER_UNKNOWN);
		expect_none(CX(PUBLIC_IDENTITY));
		expect_text(BASE(USER_NAME), ALICE);
	}
	mar("", ALICE_SIP, "unknown");
	expect_experimental(CX_USER_UNKNOWN);
	mar(ALICE, "", "unknown");
	expect_experimental(CX_USER_UNKNOWN);
	ck_assert_ptr_null(reg_of(ALICE).scscf.name);
}
END_TEST

START_TEST(identities_of_any_length_are_5001)
{
	static char name[30001];
	static const size_t lens[] = { STORE_NAME_MAX, STORE_NAME_MAX + 1,
		sizeof name - 1 };

	for (unsigned i = 0; i < 3; i++) {
		memset(name, 'a', sizeof name);
		name[lens[i]] = '\0';
		mar(name, ALICE_SIP, "unknown");
		expect_experimental(CX_USER_UNKNOWN);
		expect_text(BASE(USER_NAME), name);
		sar(name, ALICE_SIP, SAT_REGISTRATION);
		expect_experimental(CX_USER_UNKNOWN);
		memcpy(name, "sip:", 4);
		sar(ALICE, name, SAT_REGISTRATION);
		expect_experimental(CX_USER_UNKNOWN);
		expect_text(CX(PUBLIC_IDENTITY), name);
	}
}
END_TEST

START_TEST(name_of_an_scscf_has_255_octets_at_most)
{
	static char name[STORE_NAME_MAX + 2];

	memset(name, 'a', sizeof name - 1);
	memcpy(name, "sip:", 4);
	for (uint32_t type = 0; type < SAT_COUNT; type++) {
		sar_at(ALICE, ALICE_SIP, type, name, SCSCF_HOST);
		expect_result(DIA_INVALID_AVP_VALUE);
		expect_failed(CX(SERVER_NAME));
		sar_at(ALICE, ALICE_SIP, type, "", SCSCF_HOST);
		expect_result(DIA_INVALID_AVP_VALUE);
	}
	ck_assert_ptr_null(reg_of(ALICE).scscf.name);
	name[STORE_NAME_MAX] = '\0';
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, name, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_str_eq(reg_of(ALICE).scscf.name, name);
}
END_TEST

START_TEST(host_of_an_scscf_has_255_octets_at_most)
{
	static char host[STORE_NAME_MAX + 2];

	memset(host, 'a', sizeof host - 1);
	mar_at(ALICE, ALICE_SIP, SCSCF, host);
	expect_result(DIA_UNABLE_TO_COMPLY);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, SCSCF, host);
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(USER_DATA));
	expect_none(CX(SIP_AUTH_DATA_ITEM));
	ck_assert_ptr_null(reg_of(ALICE).scscf.name);
	host[STORE_NAME_MAX] = '\0';
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, SCSCF, host);
	expect_result(DIA_SUCCESS);
	ck_assert_str_eq(reg_of(ALICE).scscf.host, host);
}
END_TEST

START_TEST(schemes_that_are_nearly_right_are_5006)
{
	static const char *const odd[] = { "", " ", "SIP", "SIP Digest ",
		"Digest-AKAv1-MD", "Digest-AKAv1-MD55", "unknow" };

	for (unsigned i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		mar(ALICE, ALICE_SIP, odd[i]);
		expect_experimental(CX_AUTH_SCHEME_NOT_SUPPORTED);
		ck_assert_ptr_null(reg_of(ALICE).scscf.name);
	}
}
END_TEST

START_TEST(service_identity_gets_no_vectors)
{
	mar(PSI, PSI_SIP, "unknown");
	expect_experimental(CX_USER_UNKNOWN);
	ck_assert_ptr_null(reg_of(PSI).scscf.name);
}
END_TEST

START_TEST(two_items_are_5009)
{
	struct dia_writer *w = fx_begin(CX_MAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	for (unsigned i = 0; i < 2; i++) {
		dia_open(w, CX(SIP_AUTH_DATA_ITEM));
		dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "unknown");
		dia_close(w);
	}
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 1);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	fx_send();
	expect_result(DIA_AVP_OCCURS_TOO_MANY_TIMES);
	expect_failed(CX(SIP_AUTH_DATA_ITEM));
}
END_TEST

START_TEST(pcscf_restoration_is_only_for_unregistered_users)
{
	for (uint32_t type = 1; type <= 2; type++) {
		struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

		dia_put_str(w, BASE(USER_NAME), ALICE);
		dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
		dia_put_str(w, CX(SERVER_NAME), SCSCF);
		dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), type);
		dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
		dia_put_u32(w, CX(SAR_FLAGS), UINT32_MAX);
		fx_send();
		expect_result(DIA_SUCCESS);
		ck_assert_uint_eq(reg_of(ALICE).sets[0].registered, 1);
	}
	/* Bits that mean nothing are ignored (TS 29.229, 6.3.63). */
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_UNREGISTERED_USER);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	dia_put_u32(w, CX(SAR_FLAGS), UINT32_MAX - 1);
	fx_send();
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(reg_of(ALICE).sets[0].registered, 1);
}
END_TEST

START_TEST(undefined_flags_make_no_emergency)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_BARRED);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	dia_put_u32(w, CX(UAR_FLAGS), UINT32_MAX - UAR_EMERGENCY);
	fx_send();
	expect_result(DIA_AUTHORIZATION_REJECTED);
}
END_TEST

/* A LIR of nothing but an unknown AVP with M, its value so long. */
static void
lir_of_unknown(size_t len)
{
	static uint8_t octets[DIA_MESSAGE_MAX];
	const struct dia_header hdr = {
		.flags = DIA_R | DIA_P, .code = CX_LIR, .app = CX_APP
	};
	const struct dia_def strange = { 4242, 10415, DIA_OCTETS, DIA_V | DIA_M,
		"Strange", NULL };
	struct dia_writer w;
	uint8_t *room;

	dia_begin(&w, octets, sizeof octets, &hdr);
	room = dia_put_room(&w, &strange, len);
	ck_assert_ptr_nonnull(room);
	memset(room, 'a', len);
	fx_send_octets(octets, dia_end(&w));
	expect_result(DIA_AVP_UNSUPPORTED);
}

START_TEST(fault_that_does_not_fit_is_told_without_the_avp)
{
	lir_of_unknown(65000);
	ck_assert_uint_eq(count(BASE(FAILED_AVP)), 1);
	lir_of_unknown(DIA_MESSAGE_MAX - DIA_HEADER_LEN - DIA_VAVP_LEN);
	ck_assert_uint_eq(count(BASE(FAILED_AVP)), 0);
}
END_TEST

/* --- Limits of ours --- */

static unsigned
count_in(struct dia_slice group, const struct dia_def *def)
{
	struct dia_reader r;
	struct dia_avp avp;
	unsigned n = 0;

	dia_read(&r, group);
	while (dia_next(&r, &avp))
		n += avp.code == def->code && avp.vendor == def->vendor;
	return n;
}

START_TEST(eight_scscfs_are_offered_at_most)
{
	static const struct cx_scscf pool[CX_NAMES_MAX + 1] = {
		{ "sip:0", NULL, 0 },
		{ "sip:1", NULL, 0 },
		{ "sip:2", NULL, 0 },
		{ "sip:3", NULL, 0 },
		{ "sip:4", NULL, 0 },
		{ "sip:5", NULL, 0 },
		{ "sip:6", NULL, 0 },
		{ "sip:7", NULL, 0 },
		{ "sip:8", NULL, 0 },
	};
	struct cx_conf conf = fx_cx()->conf;

	conf.scscfs = pool;
	for (unsigned n = CX_NAMES_MAX - 1; n <= CX_NAMES_MAX + 1; n++) {
		conf.nscscfs = n;
		cx_reconfigure(fx_cx(), &conf, fx_cx()->profiles);
		uar(ALICE, ALICE_SIP, UAT_REGISTRATION_AND_CAPABILITIES);
		expect_result(DIA_SUCCESS);
		ck_assert_uint_eq(
		    count_in(value(CX(SERVER_CAPABILITIES)), CX(SERVER_NAME)),
		    n < CX_NAMES_MAX ? n : CX_NAMES_MAX);
	}
}
END_TEST

static void
told(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	ck_abort_msg("%s:%u: %s", file, line, what);
}

enum { CRITERIA = 30 };

/* A profile whose ServiceInfos have so many octets together. */
static void
write_profile(const char *path, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	for (unsigned i = 0; i < CRITERIA; i++) {
		size_t part = len / (CRITERIA - i);

		fprintf(f,
		    "<InitialFilterCriteria><Priority>%02u</Priority>"
		    "<ApplicationServer><ServerName>sip:as</ServerName>"
		    "<ServiceInfo>%0*u</ServiceInfo></ApplicationServer>"
		    "</InitialFilterCriteria>\n",
		    i, (int)part, 0u);
		len -= part;
	}
	ck_assert_int_eq(fclose(f), 0);
}

/* The profiles of the fixture, with so many octets together. */
static struct cx_profiles *
lengthy_profiles(size_t len)
{
	char dir[] = "/tmp/hssd-odd-XXXXXX", path[64], second[64];
	struct cx_profiles *profiles;
	size_t nfaults;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/default.xml", dir);
	snprintf(second, sizeof second, "%s/second.xml", dir);
	write_profile(path, len / 2);
	write_profile(second, len - len / 2);
	profiles = cx_profiles_load(dir, &nfaults, told, NULL);
	ck_assert_ptr_nonnull(profiles);
	unlink(path);
	unlink(second);
	rmdir(dir);
	return profiles;
}

/* Registers Frank with such profiles; length of User-Data, or 0. */
static size_t
register_with(size_t len)
{
	const struct cx_profiles *usual = fx_cx()->profiles;
	struct cx_profiles *profiles = lengthy_profiles(len);
	struct cx_conf conf = fx_cx()->conf;

	cx_reconfigure(fx_cx(), &conf, profiles);
	sar(FRANK, FRANK_SIP, SAT_REGISTRATION);
	cx_reconfigure(fx_cx(), &conf, usual);
	cx_profiles_free(profiles);
	return value(CX(USER_DATA)).len;
}

START_TEST(profile_that_does_not_fit_registers_nobody)
{
	size_t empty = register_with(2 * CRITERIA) - 2 * CRITERIA;

	sar(FRANK, FRANK_SIP, SAT_USER_DEREGISTRATION);
	ck_assert_uint_eq(register_with(CX_USERDATA_MAX - empty + 1), 0);
	expect_result(DIA_UNABLE_TO_COMPLY);
	ck_assert_uint_eq(reg_of(FRANK).sets[0].registered, 0);
	ck_assert_ptr_null(reg_of(FRANK).scscf.name);
	ck_assert_uint_eq(
	    register_with(CX_USERDATA_MAX - empty), CX_USERDATA_MAX);
	expect_result(DIA_SUCCESS);
}
END_TEST

int
main(void)
{
	return RUN("cx/odd", fx_open, fx_close,
	    as_many_identities_as_a_list_holds, empty_identities_are_5001,
	    identities_of_any_length_are_5001,
	    name_of_an_scscf_has_255_octets_at_most,
	    host_of_an_scscf_has_255_octets_at_most,
	    schemes_that_are_nearly_right_are_5006,
	    service_identity_gets_no_vectors, two_items_are_5009,
	    pcscf_restoration_is_only_for_unregistered_users,
	    undefined_flags_make_no_emergency,
	    fault_that_does_not_fit_is_told_without_the_avp,
	    eight_scscfs_are_offered_at_most,
	    profile_that_does_not_fit_registers_nobody);
}
