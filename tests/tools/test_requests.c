/*
 * The requests of cxclient, AVP by AVP against the grammars of TS 29.229, 6.1,
 * and one of them octet by octet.
 */
#include "cx/avps.h"
#include "tools/cxclient/requests.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 1024 };

static const struct call call = { 0x01020304, 0x05060708, "c.ex;1;2" };
static const struct sender alice = {
	.id = { "c.ex", "ex" },
	.realm = "ex",
	.impi = "al@ex",
	.impu = "sip:al@ex",
	.server_name = "sip:s.ex",
};

static const uint8_t authorization[REQUEST_AUTHORIZATION_LEN] = { 0x23,
	0x55, [16] = 0x45, [29] = 0x5f };

#define HEAD                                                     \
	"  Session-Id (263) M = \"c.ex;1;2\"\n"                  \
	"  Vendor-Specific-Application-Id (260) M {\n"           \
	"    Vendor-Id (266) M = 10415\n"                        \
	"    Auth-Application-Id (258) M = 16777216\n"           \
	"  }\n"                                                  \
	"  Auth-Session-State (277) M = 1 NO_STATE_MAINTAINED\n" \
	"  Origin-Host (264) M = \"c.ex\"\n"                     \
	"  Origin-Realm (296) M = \"ex\"\n"
#define REALM "  Destination-Realm (283) M = \"ex\"\n"
#define IMPI "  User-Name (1) M = \"al@ex\"\n"
#define IMPU "  Public-Identity (601/10415) M = \"sip:al@ex\"\n"
#define SERVER "  Server-Name (602/10415) M = \"sip:s.ex\"\n"

/* The text of a message without its first line. */
static void
assert_text(
    const uint8_t *octets, size_t len, const char *head, const char *expected)
{
	char text[4096];
	struct dia_msg msg;
	struct dia_fault fault;

	ck_assert(dia_parse(&msg, octets, len, &fault));
	ck_assert_uint_lt(
	    dia_print(text, sizeof text, &cx_dict, &msg, DIA_PRINT_SECRETS),
	    sizeof text);

	char *body = strchr(text, '\n') + 1;

	ck_assert_msg(strncmp(text, head, strlen(head)) == 0, "%s", text);
	ck_assert_str_eq(body, expected);
}

START_TEST(uar_leaves_out_what_is_default)
{
	const struct uar uar = { .visited = "ex" };
	uint8_t buf[CAP];

	assert_text(buf, request_uar(buf, CAP, &call, &alice, &uar),
	    "UAR version 1 length 172 flags RP-- code 300 app 16777216 hbh "
	    "0x01020304 e2e 0x05060708\n",
	    HEAD REALM IMPI IMPU
	    "  Visited-Network-Identifier (600/10415) M = \"ex\"\n");
}
END_TEST

START_TEST(uar_has_type_and_flags_when_asked)
{
	const struct uar uar = {
		.visited = "ex",
		.type = { UAT_REGISTRATION, true },
		.flags = { UAR_EMERGENCY, true },
	};
	struct sender from = alice;
	uint8_t buf[CAP];

	from.host = "hss.ex";
	assert_text(buf, request_uar(buf, CAP, &call, &from, &uar), "UAR ",
	    HEAD "  Destination-Host (293) M = \"hss.ex\"\n" REALM IMPI IMPU
		 "  Visited-Network-Identifier (600/10415) M = \"ex\"\n"
		 "  User-Authorization-Type (623/10415) M = 0 REGISTRATION\n"
		 "  UAR-Flags (637/10415) = 1\n");
}
END_TEST

START_TEST(mar_asks_for_a_scheme)
{
	const struct mar mar = { .scheme = "SIP Digest", .items = 1 };
	uint8_t buf[CAP];

	assert_text(buf, request_mar(buf, CAP, &call, &alice, &mar),
	    "MAR version 1 ",
	    HEAD REALM IMPI IMPU
	    "  SIP-Auth-Data-Item (612/10415) M {\n"
	    "    SIP-Authentication-Scheme (608/10415) M = \"SIP Digest\"\n"
	    "  }\n"
	    "  SIP-Number-Auth-Items (607/10415) M = 1\n" SERVER);
}
END_TEST

START_TEST(mar_resynchronises_with_30_octets)
{
	const struct mar mar = {
		.scheme = "Digest-AKAv1-MD5",
		.items = 2,
		.authorization = authorization,
	};
	uint8_t buf[CAP];

	assert_text(buf, request_mar(buf, CAP, &call, &alice, &mar), "MAR ",
	    HEAD REALM IMPI IMPU
	    "  SIP-Auth-Data-Item (612/10415) M {\n"
	    "    SIP-Authentication-Scheme (608/10415) M = "
	    "\"Digest-AKAv1-MD5\"\n"
	    "    SIP-Authorization (610/10415) M = 0x2355000000000000000000"
	    "000000000045000000000000000000000000"
	    "5f\n"
	    "  }\n"
	    "  SIP-Number-Auth-Items (607/10415) M = 2\n" SERVER);
}
END_TEST

START_TEST(sar_may_do_without_user_name)
{
	const struct sar sar = { .type = SAT_UNREGISTERED_USER };
	struct sender from = alice;
	uint8_t buf[CAP];

	from.impi = NULL;
	assert_text(buf, request_sar(buf, CAP, &call, &from, &sar), "SAR ",
	    HEAD REALM IMPU SERVER
	    "  Server-Assignment-Type (614/10415) M = 3 UNREGISTERED_USER\n"
	    "  User-Data-Already-Available (624/10415) M = 0 "
	    "USER_DATA_NOT_AVAILABLE\n");
}
END_TEST

START_TEST(sar_says_that_the_profile_is_there)
{
	const struct sar sar = { SAT_RE_REGISTRATION, true };
	uint8_t buf[CAP];

	assert_text(buf, request_sar(buf, CAP, &call, &alice, &sar), "SAR ",
	    HEAD REALM IMPI IMPU SERVER
	    "  Server-Assignment-Type (614/10415) M = 2 RE_REGISTRATION\n"
	    "  User-Data-Already-Available (624/10415) M = 1 "
	    "USER_DATA_ALREADY_AVAILABLE\n");
}
END_TEST

START_TEST(lir_has_the_public_identity_alone)
{
	const struct lir lir = { 0 };
	const struct lir originating = { .originating = true };
	uint8_t buf[CAP];

	assert_text(buf, request_lir(buf, CAP, &call, &alice, &lir), "LIR ",
	    HEAD REALM IMPU);
	assert_text(buf, request_lir(buf, CAP, &call, &alice, &originating),
	    "LIR ",
	    HEAD REALM
	    "  Originating-Request (633/10415) M = 0 ORIGINATING\n" IMPU);
}
END_TEST

/* Laid out by hand from RFC 6733, 3 and 4. */
START_TEST(lir_is_right_octet_by_octet)
{
	static const uint8_t expected[] =
	    "\x01\x00\x00\x8c\xc0\x00\x01\x2e\x01\x00\x00\x00"
	    "\x01\x02\x03\x04\x05\x06\x07\x08"
	    "\x00\x00\x01\x07\x40\x00\x00\x10"
	    "c.ex;1;2"
	    "\x00\x00\x01\x04\x40\x00\x00\x20"
	    "\x00\x00\x01\x0a\x40\x00\x00\x0c\x00\x00\x28\xaf"
	    "\x00\x00\x01\x02\x40\x00\x00\x0c\x01\x00\x00\x00"
	    "\x00\x00\x01\x15\x40\x00\x00\x0c\x00\x00\x00\x01"
	    "\x00\x00\x01\x08\x40\x00\x00\x0c"
	    "c.ex"
	    "\x00\x00\x01\x28\x40\x00\x00\x0a"
	    "ex\0\0"
	    "\x00\x00\x01\x1b\x40\x00\x00\x0a"
	    "ex\0\0"
	    "\x00\x00\x02\x59\xc0\x00\x00\x15\x00\x00\x28\xaf"
	    "sip:al@ex\0\0";
	const struct lir lir = { 0 };
	uint8_t buf[CAP];

	ck_assert_uint_eq(
	    request_lir(buf, CAP, &call, &alice, &lir), sizeof expected);
	ck_assert_mem_eq(buf, expected, sizeof expected);
}
END_TEST

START_TEST(request_fits_exactly_or_not_at_all)
{
	const struct mar mar = {
		.scheme = "Digest-AKAv1-MD5",
		.items = 1,
		.authorization = authorization,
	};
	const struct uar uar = { .visited = "ex" };
	const struct sar sar = { .type = SAT_REGISTRATION };
	const struct lir lir = { 0 };
	uint8_t buf[CAP];
	size_t u = request_uar(buf, CAP, &call, &alice, &uar);
	size_t m = request_mar(buf, CAP, &call, &alice, &mar);
	size_t s = request_sar(buf, CAP, &call, &alice, &sar);
	size_t l = request_lir(buf, CAP, &call, &alice, &lir);

	for (size_t cap = 0; cap < m + 4; cap++) {
		uint8_t *room = malloc(cap > 0 ? cap : 1);

		ck_assert_ptr_nonnull(room);
		ck_assert_uint_eq(request_uar(room, cap, &call, &alice, &uar),
		    cap < u ? 0 : u);
		ck_assert_uint_eq(request_mar(room, cap, &call, &alice, &mar),
		    cap < m ? 0 : m);
		ck_assert_uint_eq(request_sar(room, cap, &call, &alice, &sar),
		    cap < s ? 0 : s);
		ck_assert_uint_eq(request_lir(room, cap, &call, &alice, &lir),
		    cap < l ? 0 : l);
		free(room);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("requests");
	TCase *tc = tcase_create("requests");
	SRunner *sr = srunner_create(s);

	tcase_add_test(tc, uar_leaves_out_what_is_default);
	tcase_add_test(tc, uar_has_type_and_flags_when_asked);
	tcase_add_test(tc, mar_asks_for_a_scheme);
	tcase_add_test(tc, mar_resynchronises_with_30_octets);
	tcase_add_test(tc, sar_may_do_without_user_name);
	tcase_add_test(tc, sar_says_that_the_profile_is_there);
	tcase_add_test(tc, lir_has_the_public_identity_alone);
	tcase_add_test(tc, lir_is_right_octet_by_octet);
	tcase_add_test(tc, request_fits_exactly_or_not_at_all);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);

	int failures = srunner_ntests_failed(sr);

	srunner_free(sr);
	return failures == 0 ? 0 : 1;
}
