/* Requests against their grammars (TS 29.229, 6.1), and what answers have in
 * common. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

/* A UAR that succeeds, but for what a test adds before fx_send(). */
static struct dia_writer *
good_uar(void)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	return w;
}

static void
expect_header(uint8_t flags)
{
	ck_assert_uint_eq(fx_answer()->hdr.flags, flags);
	ck_assert_uint_eq(fx_answer()->hdr.app, CX_APP);
	ck_assert_uint_eq(fx_answer()->hdr.hbh, 0x11223344);
	ck_assert_uint_eq(fx_answer()->hdr.e2e, 0x55667788);
	expect_text(BASE(SESSION_ID), "client.ims.example;1;2");
	expect_text(BASE(ORIGIN_HOST), "hss.ims.example");
	expect_text(BASE(ORIGIN_REALM), REALM);
}

/* Of Cx: its application, no state, both identities. */
static void
expect_cx_form(void)
{
	expect_header(DIA_P);
	ck_assert_uint_eq(count(BASE(VENDOR_SPECIFIC_APPLICATION_ID)), 1);
	ck_assert_uint_eq(value(BASE(AUTH_SESSION_STATE)).p[3], 1);
	expect_text(BASE(USER_NAME), ALICE);
	expect_text(CX(PUBLIC_IDENTITY), ALICE_SIP);
}

START_TEST(good_request_is_answered_in_cx_form)
{
	good_uar();
	fx_send();
	expect_experimental(CX_FIRST_REGISTRATION);
	expect_header(DIA_P);
	ck_assert_uint_eq(value(BASE(AUTH_SESSION_STATE)).p[3], 1);
}
END_TEST

START_TEST(commands_that_only_an_hss_sends_are_3001)
{
	static const uint32_t codes[] = { CX_RTR, CX_PPR, 299, 306 };

	for (unsigned i = 0; i < 4; i++) {
		fx_begin(codes[i], "icscf.ims.example");
		fx_send();
		expect_result(DIA_COMMAND_UNSUPPORTED);
		expect_header(DIA_P | DIA_E);
	}
}
END_TEST

START_TEST(missing_avp_is_5005_with_an_example)
{
	struct dia_writer *w = fx_begin(CX_UAR, "icscf.ims.example");

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	fx_send();
	expect_result(DIA_MISSING_AVP);
	expect_failed(CX(VISITED_NETWORK_IDENTIFIER));
	expect_cx_form();
}
END_TEST

START_TEST(avp_of_an_answer_is_5008)
{
	static const enum base_avp avps[] = { BASE_RESULT_CODE,
		BASE_ERROR_REPORTING_HOST };

	for (unsigned i = 0; i < 2; i++) {
		const struct dia_def *def = &dia_base_defs[avps[i]];
		struct dia_writer *w = good_uar();

		if (def->type == DIA_U32)
			dia_put_u32(w, def, 2001);
		else
			dia_put_str(w, def, "host.ims.example");
		fx_send();
		expect_result(DIA_AVP_NOT_ALLOWED);
		expect_failed(def);
		expect_cx_form();
	}
}
END_TEST

START_TEST(second_user_name_is_5009)
{
	struct dia_writer *w = good_uar();

	dia_put_str(w, BASE(USER_NAME), "second@ims.example");
	fx_send();
	expect_result(DIA_AVP_OCCURS_TOO_MANY_TIMES);
	ck_assert(dia_slice_eq(
	    value_in(BASE(FAILED_AVP), BASE(USER_NAME)), "second@ims.example"));
	expect_cx_form();
}
END_TEST

START_TEST(unknown_avp_with_m_is_5001)
{
	const struct dia_def strange = { 4242, 10415, DIA_OCTETS, DIA_V | DIA_M,
		"Strange", NULL };
	struct dia_writer *w = good_uar();

	dia_put_str(w, &strange, "what");
	fx_send();
	expect_result(DIA_AVP_UNSUPPORTED);
	expect_failed(&strange);
	expect_cx_form();
}
END_TEST

START_TEST(unknown_avp_without_m_is_ignored)
{
	/* As Kamailio sends it in every SAR */
	const struct dia_def call_id = { 494, 50, DIA_OCTETS, DIA_V, "Call-Id",
		NULL };
	struct dia_writer *w = good_uar();

	dia_put_str(w, &call_id, "3848276298220188511");
	fx_send();
	expect_experimental(CX_FIRST_REGISTRATION);
}
END_TEST

START_TEST(number_of_another_length_is_5014)
{
	struct dia_writer *w = good_uar();

	dia_put(w, CX(USER_AUTHORIZATION_TYPE), "\0\0\0", 3);
	fx_send();
	expect_result(DIA_INVALID_AVP_LENGTH);
	expect_failed(CX(USER_AUTHORIZATION_TYPE));
	expect_cx_form();
}
END_TEST

START_TEST(value_outside_an_enumeration_is_5004)
{
	struct dia_writer *w = good_uar();

	dia_put_u32(w, CX(USER_AUTHORIZATION_TYPE), 3);
	fx_send();
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_failed(CX(USER_AUTHORIZATION_TYPE));
	expect_cx_form();
}
END_TEST

START_TEST(text_that_is_not_utf8_is_5004)
{
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");

	dia_put_str(w, CX(PUBLIC_IDENTITY), "sip:\xc3\x28@ims.example");
	fx_send();
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_none(CX(PUBLIC_IDENTITY));
}
END_TEST

START_TEST(application_of_another_is_5004)
{
	const struct dia_header hdr = {
		.flags = DIA_R | DIA_P, .code = CX_LIR, .app = CX_APP
	};
	static uint8_t buf[1024];
	struct dia_writer w;

	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_str(&w, BASE(SESSION_ID), "client.ims.example;1;2");
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), 16777217);
	dia_close(&w);
	dia_put_u32(&w, BASE(AUTH_SESSION_STATE), 1);
	dia_put_str(&w, BASE(ORIGIN_HOST), "icscf.ims.example");
	dia_put_str(&w, BASE(ORIGIN_REALM), REALM);
	dia_put_str(&w, BASE(DESTINATION_REALM), REALM);
	dia_put_str(&w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	fx_send_octets(buf, dia_end(&w));
	expect_result(DIA_INVALID_AVP_VALUE);
	expect_failed(BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	expect_text(CX(PUBLIC_IDENTITY), ALICE_SIP);
}
END_TEST

START_TEST(vendor_bit_with_vendor_zero_is_3009)
{
	const struct dia_def odd = { 1000, 0, DIA_OCTETS, DIA_V, "Odd", NULL };
	struct dia_writer *w = good_uar();

	dia_put_str(w, &odd, "octets");
	fx_send();
	expect_result(DIA_INVALID_AVP_BITS);
	expect_header(DIA_P | DIA_E);
}
END_TEST

START_TEST(scheme_is_needed_in_the_item)
{
	struct dia_writer *w = fx_begin(CX_MAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_u32(w, CX(SIP_ITEM_NUMBER), 1);
	dia_close(w);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 1);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	fx_send();
	expect_result(DIA_MISSING_AVP);
	expect_cx_form();
}
END_TEST

START_TEST(proxies_come_back_in_order)
{
	struct dia_writer *w = good_uar();

	for (unsigned i = 0; i < 2; i++) {
		dia_open(w, BASE(PROXY_INFO));
		dia_put_str(w, BASE(PROXY_HOST), i == 0 ? "a.x" : "b.x");
		dia_put_str(w, BASE(PROXY_STATE), "state");
		dia_close(w);
	}
	fx_send();
	ck_assert_uint_eq(count(BASE(PROXY_INFO)), 2);
	ck_assert(
	    dia_slice_eq(value_in(BASE(PROXY_INFO), BASE(PROXY_HOST)), "a.x"));
}
END_TEST

/* --- The log --- */

/* Sends the request that was begun n times; what the log said of it. */
static const char *
logged(unsigned n)
{
	static char text[32768];
	FILE *f = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t len;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(saved, 0);
	fflush(stderr);
	ck_assert_int_ge(dup2(fileno(f), STDERR_FILENO), 0);
	while (n-- > 0) {
		struct dia_slice rq = fx_request();

		fx_send_octets(rq.p, rq.len);
	}
	fflush(stderr);
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	close(saved);
	rewind(f);
	len = fread(text, 1, sizeof text - 1, f);
	text[len] = '\0';
	fclose(f);
	return text;
}

static void
expect_logged(const char *what)
{
	const char *text = logged(1);

	ck_assert_msg(strstr(text, what) != NULL, "no '%s' in: %s", what, text);
}

START_TEST(refused_request_is_logged_with_names_result_and_step)
{
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");

	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	expect_logged("cx: LIR of icscf.ims.example for - / " ALICE_SIP
		      ": Experimental 5003 ERROR_IDENTITY_NOT_REGISTERED "
		      "(6.1.4.1 step 4: ");
}
END_TEST

START_TEST(steps_that_procedures_share_are_logged_with_a_clause)
{
	static const char *const impus[] = { "sip:nobody@ims.example", BOB_SIP,
		PSI_SIP };
	struct dia_writer *w;

	for (unsigned i = 0; i < 3; i++) {
		w = fx_begin(CX_UAR, "icscf.ims.example");
		dia_put_str(w, BASE(USER_NAME), ALICE);
		dia_put_str(w, CX(PUBLIC_IDENTITY), impus[i]);
		dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
		expect_logged(" (29.228 7.");
	}
}
END_TEST

START_TEST(names_are_shown_to_128_octets)
{
	for (size_t len = 128; len <= 129; len++) {
		struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");
		char name[130] = "", line[256];

		memset(name, 'a', len);
		snprintf(
		    line, sizeof line, " / %.128s: Experimental 5001 ", name);
		dia_put_str(w, CX(PUBLIC_IDENTITY), name);
		expect_logged(line);
	}
}
END_TEST

START_TEST(twenty_refusals_a_second_are_logged)
{
	static const char word[] = "ERROR_USER_UNKNOWN";
	struct dia_writer *w = fx_begin(CX_LIR, "icscf.ims.example");
	const char *text;
	unsigned n = 0;
	time_t second;

	dia_put_str(w, CX(PUBLIC_IDENTITY), "sip:nobody@ims.example");
	/* All in one second; at its end, in the next. */
	do {
		second = time(NULL);
		while (time(NULL) == second)
			usleep(1000);
		second++;
		text = logged(21);
	} while (time(NULL) != second);
	while ((text = strstr(text, word)) != NULL) {
		text += sizeof word - 1;
		n++;
	}
	ck_assert_uint_eq(n, 20);
	while (time(NULL) == second)
		usleep(1000);
	expect_logged("cx: 1 more requests refused in that second");
}
END_TEST

START_TEST(longest_names_leave_room_for_the_result_in_the_log)
{
	static char name[50000];
	struct dia_writer *w;

	memset(name, 'a', sizeof name - 1);
	w = fx_begin(CX_UAR, name);
	dia_put_str(w, BASE(USER_NAME), "b");
	dia_put_str(w, CX(PUBLIC_IDENTITY), "c");
	dia_put_str(w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	expect_logged(": Experimental 5001 ERROR_USER_UNKNOWN (");
}
END_TEST

START_TEST(protocol_error_is_logged_with_its_clause)
{
	const struct dia_def odd = { 1000, 0, DIA_OCTETS, DIA_V, "Odd", NULL };

	dia_put_str(good_uar(), &odd, "octets");
	expect_logged(ALICE_SIP ": 3009 (RFC 6733 4.1: ");
	fx_begin(CX_RTR, "icscf.ims.example");
	expect_logged("cx: RTR of - for - / -: 3001 (29.229 6.1");
}
END_TEST

/* Whatever is cut off or set to nonsense, the answer is whole and names one
 * result, and nobody becomes registered. */
static void
survives(const uint8_t *octets, size_t len)
{
	uint8_t *copy = malloc(len);
	struct dia_msg msg;
	struct dia_fault fault;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, octets, len);
	if (dia_parse(&msg, copy, len, &fault)) {
		fx_send_octets(copy, len);
		ck_assert_uint_eq(
		    count(BASE(RESULT_CODE)) + count(BASE(EXPERIMENTAL_RESULT)),
		    1);
	}
	free(copy);
}

static void
put_length(uint8_t *octets, size_t len)
{
	octets[1] = (uint8_t)(len >> 16);
	octets[2] = (uint8_t)(len >> 8);
	octets[3] = (uint8_t)len;
}

START_TEST(no_truncation_or_octet_breaks_the_answer)
{
	static uint8_t octets[2048];
	struct dia_slice rq;

	mar(ALICE, ALICE_SIP, "Digest-AKAv1-MD5");
	rq = fx_request();
	ck_assert_uint_le(rq.len, sizeof octets);
	memcpy(octets, rq.p, rq.len);
	for (size_t len = 20; len <= rq.len; len += 4) {
		put_length(octets, len);
		survives(octets, len);
	}
	for (size_t i = 20; i < rq.len; i++) {
		static const uint8_t odd[] = { 0, 1, 7, 0x7f, 0xff };
		uint8_t was = octets[i];

		for (unsigned k = 0; k < sizeof odd; k++) {
			octets[i] = odd[k];
			survives(octets, rq.len);
		}
		octets[i] = was;
	}
}
END_TEST

int
main(void)
{
	return RUN("cx/dispatch", fx_open, fx_close,
	    good_request_is_answered_in_cx_form,
	    commands_that_only_an_hss_sends_are_3001,
	    missing_avp_is_5005_with_an_example, avp_of_an_answer_is_5008,
	    second_user_name_is_5009, unknown_avp_with_m_is_5001,
	    unknown_avp_without_m_is_ignored, number_of_another_length_is_5014,
	    value_outside_an_enumeration_is_5004, text_that_is_not_utf8_is_5004,
	    application_of_another_is_5004, vendor_bit_with_vendor_zero_is_3009,
	    scheme_is_needed_in_the_item, proxies_come_back_in_order,
	    refused_request_is_logged_with_names_result_and_step,
	    steps_that_procedures_share_are_logged_with_a_clause,
	    names_are_shown_to_128_octets, twenty_refusals_a_second_are_logged,
	    longest_names_leave_room_for_the_result_in_the_log,
	    protocol_error_is_logged_with_its_clause,
	    no_truncation_or_octet_breaks_the_answer);
}
