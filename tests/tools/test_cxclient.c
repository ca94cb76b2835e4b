/*
 * cxclient from its arguments to its exit status, against a server that goes
 * wrong when told to.
 */
#include "cx/avps.h"
#include "tests/tools/harness.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- usage --- */

START_TEST(wrong_usage_exits_2)
{
	static const char *const lines[] = {
		"cxclient",
		"cxclient frobnicate",
		"cxclient uar mar" ALICE,
		"cxclient uar",
		"cxclient uar -i alice",
		"cxclient lir",
		"cxclient uar --nonsense" ALICE,
		"cxclient uar -i",
		"cxclient uar --type everything" ALICE,
		"cxclient sar --type 12" ALICE,
		"cxclient sar --type -1" ALICE,
		"cxclient sar --visited x" ALICE,
		"cxclient uar --originating" ALICE,
		"cxclient uar -w 0" ALICE,
		"cxclient uar -w 3601" ALICE,
		"cxclient uar -w 4294967297" ALICE,
		"cxclient uar -s 127.0.0.1:0" ALICE,
		"cxclient uar -s 127.0.0.1:65536" ALICE,
		"cxclient uar -s [::1" ALICE,
		"cxclient uar -s [::1]x" ALICE,
		"cxclient uar -s :3868" ALICE,
		"cxclient mar --items x" ALICE,
		"cxclient mar --auts 00" ALICE,
		"cxclient mar --auts 451e8bec04381c32aa77c814555f" ALICE,
		"cxclient mar --k " K ALICE,
		"cxclient mar --opc " OPC ALICE,
		"cxclient mar --k " K " --op " OP " --opc " OPC ALICE,
		"cxclient mar --k " K "00 --opc " OPC ALICE,
		"cxclient register" ALICE,
		"cxclient register --sqn-ms 0000000g0000" SIM ALICE,
		"cxclient -P /nowhere/at/all lir" ALICE,
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		ck_assert_msg(run_client(lines[i]) == 2, "%s", lines[i]);
		ck_assert_str_ne(complained, "");
		ck_assert_str_eq(said, "");
	}
}
END_TEST

START_TEST(password_of_the_limit_is_taken_and_no_longer_one)
{
	char line[512], password[257];

	memset(password, 'p', sizeof password);
	password[256] = '\0';
	(void)snprintf(line, sizeof line,
	    "cxclient register --password %s" ALICE, password);
	ck_assert_int_eq(run_client(line), 2);
	assert_says(complained, "1 to 255 octets");
	password[255] = '\0';
	(void)snprintf(
	    line, sizeof line, "register --password %s" ALICE, password);
	ck_assert_int_eq(run_faulty(FAULT_REFUSE, CX_UAR, line), 1);
}
END_TEST

START_TEST(help_names_every_command)
{
	ck_assert_int_eq(run_client("cxclient --help"), 0);
	assert_says(said, "uar");
	assert_says(said, "register");
	assert_says(said, "--sqn-ms");
	ck_assert_int_eq(run_client("cxclient -V"), 0);
	assert_says(said, "cxclient ");
}
END_TEST

START_TEST(no_server_exits_2)
{
	struct fake f = new_fake(FAULT_NONE, 0);
	char line[128];

	ck_assert(fake_start(&f));
	fake_stop(&f);
	(void)snprintf(
	    line, sizeof line, "cxclient -s 127.0.0.1:%u lir" ALICE, f.port);
	ck_assert_int_eq(run_client(line), 2);
	assert_says(complained, "no server at 127.0.0.1");
}
END_TEST

/* --- single requests --- */

START_TEST(each_command_succeeds)
{
	ck_assert_int_eq(run_faulty(FAULT_NONE, 0, "uar" ALICE), 0);
	assert_says(said, "UAR  2001 FIRST_REGISTRATION");
	assert_says(said, " mandatory=1 optional=2");
	ck_assert_int_eq(run_faulty(FAULT_NONE, 0, "mar --items 3" ALICE), 0);
	assert_says(said, "MAR  2001 SUCCESS");
	assert_says(said, " items=3");
	ck_assert_int_eq(run_faulty(FAULT_NONE, 0, "sar" ALICE), 0);
	assert_says(said, " identities=1");
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "lir -p sip:alice@example.org"), 0);
	assert_says(said, " server-name=sip:scscf.example.org:6060");
	ck_assert_str_eq(complained, "");
}
END_TEST

START_TEST(assignment_types_have_names_and_numbers)
{
	struct fake f = new_fake(FAULT_NONE, 0);

	ck_assert_int_eq(
	    run_against(&f, "sar --type user-deregistration" ALICE), 0);
	ck_assert_uint_eq(f.last_sat, SAT_USER_DEREGISTRATION);
	f = new_fake(FAULT_NONE, 0);
	ck_assert_int_eq(run_against(&f, "sar --type 11" ALICE), 0);
	ck_assert_uint_eq(f.last_sat, SAT_DEREGISTRATION_TOO_MUCH_DATA);
	f = new_fake(FAULT_NONE, 0);
	ck_assert_int_eq(run_against(&f, "uar --type capabilities" ALICE), 0);
	ck_assert_uint_eq(f.last_uat, UAT_REGISTRATION_AND_CAPABILITIES);
}
END_TEST

START_TEST(mar_with_a_key_checks_every_vector)
{
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "mar --items 2" SIM ALICE), 0);
	assert_says(said, "sqn=000000000021 seq=1 ind=1 amf=8000");
	assert_says(said, "sqn=000000000042 seq=2 ind=2 amf=8000");
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "mar --amf 8001" SIM ALICE), 1);
	assert_says(complained, "AMF");
}
END_TEST

START_TEST(json_is_an_object_a_line)
{
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "--json lir -p sip:alice@example.org"),
	    0);
	assert_says(said,
	    "{\"step\":\"LIR\",\"ok\":true,\"outcome\":\"2001 "
	    "SUCCESS\",\"result\":2001,"
	    "\"impu\":\"sip:alice@example.org\","
	    "\"server-name\":\"sip:scscf.example.org:6060\",\"ms\":");
	ck_assert_int_eq(
	    run_faulty(FAULT_REFUSE, CX_LIR, "--json lir" ALICE), 1);
	assert_says(said, "\"result\":5001,\"vendor\":10415");
	assert_says(said, "{\"step\":\"end\",\"ok\":false,");
	assert_says(said, "no such \\u001b[31muser");
	assert_silent_on(said, "\033");
}
END_TEST

START_TEST(keys_show_only_when_asked_for)
{
	ck_assert_int_eq(run_faulty(FAULT_NONE, 0, "mar -v -x" SIM ALICE), 0);
	assert_says(said, "octets hidden");
	assert_silent_on(said, "xres=");
	/* Confidentiality-Key's header, then zeroes */
	assert_says(said, "02 71");
	ck_assert_str_eq(complained, "");
	ck_assert_int_eq(
	    run_faulty(FAULT_NONE, 0, "mar -v -x -K" SIM ALICE), 0);
	assert_silent_on(said, "octets hidden");
	assert_says(said, "xres=");
	assert_says(complained, "keys are shown");
}
END_TEST

/* --- what a server does wrong --- */

static const struct {
	enum fault fault;
	uint32_t at;
	const char *line, *says;
} wrongs[] = {
	{ FAULT_CER_REFUSED, 0, "lir", "the CEA says 5010" },
	{ FAULT_CER_WITHOUT_CX, 0, "lir", "does not offer Cx" },
	{ FAULT_CER_SILENT, 0, "lir -w 1", "does not answer" },
	{ FAULT_SILENT, CX_LIR, "lir -w 1", "LIR: the server does not answer" },
	{ FAULT_CLOSE, CX_LIR, "lir", "LIR: the server closed the connection" },
	{ FAULT_CLOSE_WITHIN, CX_LIR, "lir", "within a message" },
	{ FAULT_LENGTH_TOO_SHORT, CX_LIR, "lir", "malformed Message Length" },
	{ FAULT_LENGTH_ODD, CX_LIR, "lir", "malformed Message Length" },
	{ FAULT_LENGTH_TOO_LONG, CX_LIR, "lir", "malformed Message Length" },
	{ FAULT_VERSION, CX_LIR, "lir", "version is not 1" },
	{ FAULT_AVP_LENGTH, CX_LIR, "lir", "malformed" },
	{ FAULT_HOP_BY_HOP, CX_LIR, "lir -w 1", "foreign hop-by-hop" },
	{ FAULT_FLOOD, CX_LIR, "lir -w 1", "foreign hop-by-hop" },
	{ FAULT_END_TO_END, CX_LIR, "lir", "end-to-end" },
	{ FAULT_COMMAND, CX_LIR, "lir", "is to command 303, not 302" },
	{ FAULT_APPLICATION, CX_LIR, "lir", "is of application" },
	{ FAULT_SESSION, CX_LIR, "lir", "another Session-Id" },
	{ FAULT_NO_RESULT, CX_LIR, "lir", "no result" },
	{ FAULT_TWO_RESULTS, CX_LIR, "lir", "a Result-Code and an" },
	{ FAULT_REFUSE, CX_UAR, "uar", "UAR refused: 5001 ERROR_USER_UNKNOWN" },
	{ FAULT_REFUSE, CX_MAR, "mar", "MAR refused: 5001 ERROR_USER_UNKNOWN" },
	{ FAULT_REFUSE, CX_SAR, "sar", "SAR refused: 5001 ERROR_USER_UNKNOWN" },
	{ FAULT_REFUSE, CX_LIR, "lir", "LIR refused: 5001 ERROR_USER_UNKNOWN" },
	{ FAULT_PROTOCOL, CX_LIR, "lir", "LIR refused: 3002" },
	{ FAULT_DPR, CX_LIR, "lir", "goodbye" },
	{ FAULT_REFUSE, CX_UAR, "register" SIM, "UAR refused" },
	{ FAULT_REFUSE, CX_MAR, "register" SIM, "MAR refused" },
	{ FAULT_REFUSE, CX_SAR, "register" SIM, "SAR refused" },
	{ FAULT_MAC, 0, "register" SIM, "wrong MAC" },
	{ FAULT_XRES, 0, "register" SIM, "XRES" },
	{ FAULT_CK, 0, "register" SIM, "Confidentiality-Key" },
	{ FAULT_IK, 0, "register" SIM, "Integrity-Key" },
	{ FAULT_NO_ITEM, 0, "mar", "no SIP-Auth-Data-Item" },
	{ FAULT_ITEM_COUNT, 0, "mar", "SIP-Number-Auth-Items is 2, but" },
	{ FAULT_AUTHENTICATE_SHORT, 0, "register" SIM, "not RAND and AUTN" },
	{ FAULT_OTHER_SERVER, 0, "register" SIM, "names sip:other" },
	{ FAULT_NO_PROFILE, 0, "register" SIM, "no User-Data" },
	{ FAULT_FOREIGN_PROFILE, 0, "register" SIM, "does not name" },
};

START_TEST(fault_of_the_server_exits_1_and_is_named)
{
	char line[256];

	(void)snprintf(line, sizeof line, "%s" ALICE, wrongs[_i].line);
	ck_assert_int_eq(run_faulty(wrongs[_i].fault, wrongs[_i].at, line), 1);
	assert_says(complained, wrongs[_i].says);
	assert_silent_on(complained, "\033");
}
END_TEST

START_TEST(silence_lasts_as_long_as_was_said)
{
	struct timespec begin, end;

	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	ck_assert_int_eq(run_faulty(FAULT_CER_SILENT, 0, "lir -w 1" ALICE), 1);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);

	double s = (double)(end.tv_sec - begin.tv_sec) +
		   (double)(end.tv_nsec - begin.tv_nsec) / 1e9;

	ck_assert(s > 0.9 && s < 3.0);
}
END_TEST

START_TEST(requests_of_the_server_are_answered_meanwhile)
{
	struct fake f = new_fake(FAULT_WATCHDOG, CX_LIR);

	ck_assert_int_eq(run_against(&f, "lir" ALICE), 0);
	ck_assert_uint_eq(f.dwas, 1);
	ck_assert_uint_eq(f.rtas, 1);
	ck_assert_uint_eq(f.unsupported, 1);
}
END_TEST

START_TEST(answer_may_come_in_pieces)
{
	ck_assert_int_eq(
	    run_faulty(FAULT_OCTET_BY_OCTET, CX_LIR, "lir" ALICE), 0);
}
END_TEST

START_TEST(relay_will_do)
{
	ck_assert_int_eq(run_faulty(FAULT_CER_RELAY, 0, "lir" ALICE), 0);
}
END_TEST

/* --- capture --- */

static uint32_t
be(const uint8_t *p, size_t len)
{
	uint32_t value = 0;

	while (len-- > 0)
		value = value << 8 | *p++;
	return value;
}

/* Sequence numbers of both directions continue without a gap. */
static unsigned
check_frames(const uint8_t *p, size_t len)
{
	uint32_t next[2] = { 0, 0 };
	unsigned n = 0;

	while (len > 0) {
		ck_assert_uint_ge(len, 16);

		size_t frame = be(p + 8, 4);

		ck_assert_uint_le(frame, len - 16);

		const uint8_t *ip = p + 16 + 14, *tcp = ip + 20;
		size_t payload = frame - 54;
		bool server = be(tcp, 2) == 3868;

		ck_assert_uint_eq(be(p + 16 + 12, 2), 0x0800);
		ck_assert_uint_eq(be(ip + 2, 2), 40 + payload);
		ck_assert_uint_eq(be(tcp + (server ? 0 : 2), 2), 3868);
		ck_assert(next[server] == 0 || be(tcp + 4, 4) == next[server]);
		next[server] = be(tcp + 4, 4) + (uint32_t)payload +
			       ((tcp[13] & 2) != 0 ? 1 : 0);
		p += 16 + frame;
		len -= 16 + frame;
		n++;
	}
	return n;
}

START_TEST(capture_has_every_message)
{
	static uint8_t octets[65536];
	char path[] = "/tmp/cxclient-test-XXXXXX", line[128];
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	(void)snprintf(line, sizeof line, "lir -P %s" ALICE, path);
	ck_assert_int_eq(run_faulty(FAULT_NONE, 0, line), 0);

	ssize_t len = read(fd, octets, sizeof octets);

	(void)close(fd);
	(void)unlink(path);
	ck_assert_int_gt(len, 24);
	ck_assert_uint_eq(be(octets, 4), 0xa1b2c3d4);
	ck_assert_uint_eq(be(octets + 20, 4), 1);
	/* SYN, SYN ACK, ACK; CER, CEA, LIR, LIA, DPR, DPA */
	ck_assert_uint_eq(check_frames(octets + 24, (size_t)len - 24), 9);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cxclient");
	TCase *tc = tcase_create("cxclient");
	SRunner *sr = srunner_create(s);

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, NULL, forget_output);
	tcase_add_test(tc, wrong_usage_exits_2);
	tcase_add_test(tc, password_of_the_limit_is_taken_and_no_longer_one);
	tcase_add_test(tc, help_names_every_command);
	tcase_add_test(tc, no_server_exits_2);
	tcase_add_test(tc, each_command_succeeds);
	tcase_add_test(tc, assignment_types_have_names_and_numbers);
	tcase_add_test(tc, mar_with_a_key_checks_every_vector);
	tcase_add_test(tc, json_is_an_object_a_line);
	tcase_add_test(tc, keys_show_only_when_asked_for);
	tcase_add_loop_test(tc, fault_of_the_server_exits_1_and_is_named, 0,
	    (int)(sizeof wrongs / sizeof wrongs[0]));
	tcase_add_test(tc, silence_lasts_as_long_as_was_said);
	tcase_add_test(tc, requests_of_the_server_are_answered_meanwhile);
	tcase_add_test(tc, answer_may_come_in_pieces);
	tcase_add_test(tc, relay_will_do);
	tcase_add_test(tc, capture_has_every_message);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
