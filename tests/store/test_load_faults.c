/*
 * The operator's files: every fault, told with its line and what would be
 * right; limits and one past; all or nothing.
 */
#include "tests/store/store_fixture.h"

#include "store/load.h"

#include <stdio.h>

#define K "k = 000102030405060708090a0b0c0d0e0f\n"
#define OPC "opc = 101112131415161718191a1b1c1d1e1f\n"
#define HEAD "[a]\nimpi = a@h\n" K OPC /* lines 1 to 4 */
#define IMPU "impu = sip:a@h\n"

static const struct {
	const char *text, *told;
} cases[] = {
	/* --- lines and sections --- */
	{ "impi = a@h\n",
	    "subs:1: impi stands before the first section; begin one with "
	    "[name]\n" },
	{ HEAD IMPU "nonsense\n",
	    "subs:6: a line must be [name], key = value or # comment\n" },
	{ HEAD IMPU "a\001b\n",
	    "subs:6: octet 2 of the line is a control character\n" },
	{ HEAD IMPU "#\xff\n", "subs:6: octet 2 of the line is not UTF-8\n" },
	{ HEAD IMPU "#\xc0\x80\n",
	    "subs:6: octet 2 of the line is not UTF-8\n" },
	{ HEAD IMPU "# \xed\xa0\x80\n",
	    "subs:6: octet 3 of the line is not UTF-8\n" },
	{ HEAD IMPU "#\xe2\x82", "subs:6: octet 2 of the line is not UTF-8\n" },
	{ "[]\n",
	    "subs:1: a section must begin as [name], with a name of 1 to 255 "
	    "octets\n" },
	{ "[a\n",
	    "subs:1: a section must begin as [name], with a name of 1 to 255 "
	    "octets\n" },
	{ "[a] b\n",
	    "subs:1: a section must begin as [name], with a name of 1 to 255 "
	    "octets\n" },
	{ "[a]]\n",
	    "subs:1: a section must begin as [name], with a name of 1 to 255 "
	    "octets\n" },
	{ HEAD IMPU "password2 = x\n",
	    "subs:6: unknown key `password2`; there are impi, impu, profile, "
	    "unregistered-services, scscf, capabilities, charging, visited, "
	    "barred, loose-route, privileged-sender and, under an impi, scheme, k, op, opc, amf, sqn, "
	    "password, ha1, line-identifier, framed-ip\n" },
	{ "[a]\n", "subs:1: the section has no impi\n"
		   "subs:1: the section has no impu\n" },
	{ "[a]\n" IMPU, "subs:1: the section has no impi\n" },
	{ HEAD, "subs:1: the section has no impu\n" },
	{ HEAD IMPU "barred = yes\nbarred = yes\n",
	    "subs:7: barred stands twice for this section; once is right\n" },
	{ HEAD IMPU "loose-route = 1\n",
	    "subs:6: loose-route must be yes or no, not `1`\n" },
	{ HEAD IMPU "privileged-sender = \n",
	    "subs:6: privileged-sender has no value\n" },
	{ HEAD IMPU "barred =\n", "subs:6: barred has no value\n" },
	/* --- keys under an impi --- */
	{ "[a]\n" K, "subs:2: k must stand under an impi\n" },
	{ HEAD K IMPU,
	    "subs:5: k stands twice for this impi; once is right\n" },
	{ "[a]\nimpi = a@h\nk = 00\n" OPC IMPU,
	    "subs:3: k has 2 characters and must have 32 hexadecimal "
	    "digits\n" },
	{ "[a]\nimpi = a@h\nk = 000102030405060708090a0b0c0d0e0g\n" OPC IMPU,
	    "subs:3: k has a character that is no hexadecimal digit\n" },
	{ "[a]\nimpi = a@h\n" K "op = 0\n" IMPU,
	    "subs:4: op has 1 characters and must have 32 hexadecimal "
	    "digits\n" },
	{ HEAD IMPU "amf = 80000\n",
	    "subs:6: amf has 5 characters and must have 4 hexadecimal "
	    "digits\n" },
	{ HEAD IMPU "sqn = 20\n",
	    "subs:6: sqn has 2 characters and must have 12 hexadecimal "
	    "digits\n" },
	{ HEAD IMPU "scheme = md5\n",
	    "subs:6: scheme must be aka, digest, nass or giba, not `md5`\n" },
	{ "[a]\nimpi = a@h\n" IMPU,
	    "subs:2: the credential is missing: scheme = aka takes k and op "
	    "or opc\n" },
	{ "[a]\nimpi = a@h\n" K IMPU,
	    "subs:2: the credential is missing: scheme = aka takes k and op "
	    "or opc\n" },
	{ "[a]\nimpi = a@h\n" OPC IMPU,
	    "subs:2: the credential is missing: scheme = aka takes k and op "
	    "or opc\n" },
	{ HEAD "op = 101112131415161718191a1b1c1d1e1f\n" IMPU,
	    "subs:2: two credentials: scheme = aka takes k and op or opc, "
	    "not both\n" },
	{ HEAD "password = x\n" IMPU,
	    "subs:2: password does not go with scheme = aka, which takes k "
	    "and op or opc\n" },
	{ "[a]\nimpi = a@h\nscheme = digest\n" IMPU,
	    "subs:2: the credential is missing: scheme = digest takes "
	    "password or ha1\n" },
	{ "[a]\nimpi = a@h\nscheme = digest\npassword = x\n" K IMPU,
	    "subs:2: k does not go with scheme = digest, which takes "
	    "password or ha1\n" },
	{ "[a]\nimpi = a@h\nscheme = digest\npassword = x\n"
	  "ha1 = 000102030405060708090a0b0c0d0e0f\n" IMPU,
	    "subs:2: two credentials: scheme = digest takes password or ha1, "
	    "not both\n" },
	{ "[a]\nimpi = a@h\nscheme = nass\n" IMPU,
	    "subs:2: the credential is missing: scheme = nass takes "
	    "line-identifier\n" },
	{ "[a]\nimpi = a@h\nscheme = giba\n" IMPU,
	    "subs:2: the credential is missing: scheme = giba takes "
	    "framed-ip\n" },
	{ "[a]\nimpi = a@h\nscheme = giba\nframed-ip = 1.2.3\n" IMPU,
	    "subs:4: framed-ip must be an IPv4 or IPv6 address, not "
	    "`1.2.3`\n" },
	/* --- keys of the section --- */
	{ HEAD IMPU "barred = maybe\n",
	    "subs:6: barred must be yes or no, not `maybe`\n" },
	{ HEAD IMPU "unregistered-services = on\n",
	    "subs:6: unregistered-services must be yes or no, not `on`\n" },
	{ HEAD IMPU "profile = silver\n",
	    "subs:6: profile `silver` is not known; it must be one of the "
	    "profiles folder\n" },
	{ HEAD IMPU "charging = none\n",
	    "subs:6: charging `none` is not known; hssd.conf must have such "
	    "a charging section\n" },
	{ HEAD IMPU "scscf = scscf.example.org\n",
	    "subs:6: scscf must be a SIP URI of at most 255 octets, as "
	    "sip:scscf.example.org:6060\n" },
	{ HEAD IMPU "capabilities = 1\n",
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n" },
	{ HEAD IMPU "capabilities = {1}\n",
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n" },
	{ HEAD IMPU "capabilities = {mandatory -1}\n",
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n" },
	{ HEAD IMPU "capabilities = {mandatory 4294967296}\n",
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n" },
	{ HEAD IMPU "capabilities = {optional 1 mandatory 2}\n",
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n" },
	/* --- impu --- */
	{ HEAD "impu = alice\n",
	    "subs:5: impu must begin with a SIP or tel URI of at most 255 "
	    "octets, as sip:alice@example.org or tel:+15550001\n" },
	{ HEAD "impu = sip:a@h bar\n",
	    "subs:5: `bar` is no flag of impu; there are barred, set=, "
	    "profile=, display=, default, psi, wildcard, inactive and "
	    "as=\n" },
	{ HEAD "impu = sip:a@h barred=yes\n",
	    "subs:5: barred takes no value\n" },
	{ HEAD "impu = sip:a@h set\n", "subs:5: set needs a value\n" },
	{ HEAD "impu = sip:a@h psi psi\n",
	    "subs:5: psi stands twice for this impu; once is right\n" },
	{ HEAD "impu = sip:a@h set=0\n",
	    "subs:5: set=0 must be a number from 1 to 16\n" },
	{ HEAD "impu = sip:a@h set=17\n",
	    "subs:5: set=17 must be a number from 1 to 16\n" },
	{ HEAD "impu = sip:a@h set=1x\n",
	    "subs:5: set=1x must be a number from 1 to 16\n" },
	{ HEAD "impu = sip:a@h profile=silver\n",
	    "subs:5: profile `silver` is not known; it must be one of the "
	    "profiles folder\n" },
	{ HEAD "impu = sip:a@h display=\"\"\n",
	    "subs:5: display has 0 octets and must have 1 to 255\n" },
	{ HEAD "impu = sip:a@h display=\"x\n",
	    "subs:5: display=\" needs a closing quote and a space after "
	    "it\n" },
	{ HEAD "impu = sip:a@h display=\"x\\\n",
	    "subs:5: display=\" needs a closing quote and a space after "
	    "it\n" },
	{ HEAD "impu = sip:a@h display=\"x\"barred\n",
	    "subs:5: display=\" needs a closing quote and a space after "
	    "it\n" },
	{ HEAD "impu = sip:a@h default barred\n",
	    "subs:5: a barred impu cannot be the default of its set\n" },
	{ HEAD "impu = sip:a!b@h wildcard\n",
	    "subs:5: a wildcard needs its expression between two '!', as in "
	    "sip:chat-!.*!@example.org\n" },
	{ HEAD "impu = sip:!a!.h wildcard\n",
	    "subs:5: the expression of a wildcard must be in its user part, "
	    "as in sip:chat-!.*!@example.org\n" },
	{ HEAD "impu = sip:!a!@b!c!.h wildcard\n",
	    "subs:5: the expression of a wildcard must be in its user part, "
	    "as in sip:chat-!.*!@example.org\n" },
	{ HEAD "impu = sip:a!(!@h wildcard\n",
	    "subs:5: a ( has no ) after it\n" },
	{ HEAD "impu = tel:+1!(a{255}){255}! wildcard\n",
	    "subs:5: the expression is too long, or its repetitions are too "
	    "many\n" },
	{ HEAD "impu = sip:a@h inactive\n",
	    "subs:5: inactive and as= go only with psi: a user is barred\n" },
	{ HEAD "impu = sip:a@h as=sip:as.h\n",
	    "subs:5: inactive and as= go only with psi: a user is barred\n" },
	{ HEAD "impu = sip:a@h psi as=as.h\n",
	    "subs:5: as= must be a SIP URI of at most 255 octets, as "
	    "sip:as.example.org:5060\n" },
	{ HEAD "impu = sip:a@h default\nimpu = sip:b@h default\n",
	    "subs:6: set 1 has a default impu already\n" },
	/* --- twice --- */
	{ HEAD IMPU "[a]\nimpi = b@h\n" K OPC "impu = sip:b@h\n",
	    "subs:6: section [a] is at subs:1 already\n" },
	{ HEAD IMPU "[b]\nimpi = a@H\n" K OPC "impu = sip:b@h\n",
	    "subs:7: impi a@h is at subs:2 already\n" },
	{ HEAD IMPU "[b]\nimpi = b@h\n" K OPC "impu = SIP:%61@H;x\n",
	    "subs:10: impu sip:a@h is at subs:5 already\n" },
	{ HEAD IMPU IMPU, "subs:6: impu sip:a@h is at subs:5 already\n" },
	{ HEAD IMPU "impi = a@h\n" K OPC,
	    "subs:6: impi a@h is at subs:2 already\n" },
};

START_TEST(fault_is_told_exactly)
{
	load_text(cases[_i].text);
	ck_assert_str_eq(faults, cases[_i].told);
	ck_assert_uint_eq(store_count(store), 0);
}
END_TEST

START_TEST(secrets_are_not_told)
{
	load_text("[a]\nimpi = a@h\nk = topsecret\nop = topsecret\n"
		  "opc = topsecret\nha1 = topsecret\nsqn = topsecret\n"
		  "password = topsecret\npassword = topsecret\n");
	ck_assert_uint_gt(nfaults, 5);
	ck_assert_ptr_null(strstr(faults, "topsecret"));
}
END_TEST

static void
note_into(void *arg, const char *file, unsigned line, const char *what)
{
	snprintf(arg, 1024, "%s:%u: %s", file, line, what);
}

START_TEST(the_other_place_may_be_in_another_file)
{
	static const char two[] =
	    "[b]\nimpi = b@h\n" K OPC "impu = tel:+1(555)0001\n";
	const char *const files[] = { "one", "two" };
	char told[1024];

	put_file("one", "\n" ALICE, sizeof ALICE);
	put_file("two", two, sizeof two - 1);
	ck_assert_uint_eq(store_load(store, files, 2, note_into, told), 1);
	ck_assert_str_eq(told, "two:5: impu tel:+15550001 is at one:7 already");
}
END_TEST

START_TEST(missing_file_and_folder_are_told)
{
	char told[1024];
	const char *const missing[] = { "nowhere" }, *const dir[] = { "." };

	ck_assert_uint_eq(store_load(store, missing, 1, note_into, told), 1);
	ck_assert_str_eq(
	    told, "nowhere:0: cannot be opened: No such file or directory");
	ck_assert_uint_eq(store_load(store, dir, 1, note_into, told), 1);
	ck_assert_str_eq(told, ".:0: cannot be read: Is a directory");
}
END_TEST

START_TEST(every_octet_of_a_line_is_looked_at)
{
	static const uint8_t octets[] = { 0, 1, 8, '\t', '\r', 0x1f, ' ', '~',
		0x7f, 0x80, 0xff };
	const char *const files[] = { "subs" };
	char line[21], told[1024], want[64];

	for (size_t i = 0; i < sizeof octets * 20; i++) {
		uint8_t c = octets[i / 20];
		size_t at = 1 + i % 20;
		bool good = c == '\t' || c == '\r' || c == ' ' || c == '~';

		memset(line, '#', sizeof line);
		line[at] = (char)c;
		put_file("subs", line, sizeof line);
		told[0] = want[0] = '\0';
		if (!good)
			snprintf(want, sizeof want,
			    "subs:1: octet %zu of the line is %s", at + 1,
			    c < 0x80 ? "a control character" : "not UTF-8");
		store_load(store, files, 1, note_into, told);
		ck_assert_str_eq(told, want);
	}
}
END_TEST

START_TEST(a_hundred_faults_are_told_and_the_rest_counted)
{
	static char text[LOAD_FAULTS_MAX * 2 + 8];

	for (int i = 0; i < LOAD_FAULTS_MAX; i++)
		strcat(text, "x\n");
	ck_assert_uint_eq(load_text(text), LOAD_FAULTS_MAX);
	ck_assert_ptr_null(strstr(faults, "more"));
	strcat(text, "x\nx\n");
	ck_assert_uint_eq(load_text(text), LOAD_FAULTS_MAX + 1);
	ck_assert_ptr_nonnull(
	    strstr(faults, "subs:0: 2 more faults are not told\n"));
}
END_TEST

/* Loads this text with len times the octet in the place of its "%s". */
static size_t
load_run(const char *format, int c, size_t len)
{
	static char text[3 * LINES_MAX];
	const char *gap = strstr(format, "%s");
	size_t before = (size_t)(gap - format);

	memcpy(text, format, before);
	memset(text + before, c, len);
	strcpy(text + before + len, gap + 2);
	return load_text(text);
}

START_TEST(texts_at_their_limit_and_one_past)
{
	static const struct {
		const char *format, *told;
		size_t max;
	} limits[] = {
		{ "[%s]\nimpi = a@h\n" K OPC IMPU,
		    "subs:1: a section must begin as [name], with a name of "
		    "1 to 255 octets\n",
		    255 },
		{ "[a]\nimpi = %s@h\n" K OPC IMPU,
		    "subs:2: impi has 256 octets and must have at most 255\n",
		    253 },
		{ HEAD "impu = sip:%s@h\n",
		    "subs:5: impu must begin with a SIP or tel URI of at "
		    "most 255 octets, as sip:alice@example.org or "
		    "tel:+15550001\n",
		    249 },
		{ HEAD "impu = sip:a@h display=%s\n",
		    "subs:5: display has 256 octets and must have 1 to 255\n",
		    255 },
		{ "[a]\nimpi = a@h\nscheme = digest\npassword = %s\n" IMPU,
		    "subs:4: password has 256 octets and must have at most "
		    "255\n",
		    255 },
		{ "[a]\nimpi = a@h\nscheme = nass\n"
		  "line-identifier = %s\n" IMPU,
		    "subs:4: line-identifier has 256 octets and must have at "
		    "most 255\n",
		    255 },
		{ HEAD IMPU "scscf = sip:%s\n",
		    "subs:6: scscf must be a SIP URI of at most 255 octets, "
		    "as sip:scscf.example.org:6060\n",
		    251 },
		{ HEAD IMPU "visited = %s\n",
		    "subs:6: a network of visited has 256 octets and must "
		    "have at most 255\n",
		    255 },
		{ HEAD IMPU "#%s\n",
		    "subs:6: the line has more than 4096 octets\n",
		    LINES_MAX - 1 },
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		ck_assert_uint_eq(
		    load_run(limits[i].format, 'x', limits[i].max), 0);
		load_run(limits[i].format, 'x', limits[i].max + 1);
		ck_assert_str_eq(faults, limits[i].told);
	}
}
END_TEST

START_TEST(a_line_longer_than_a_block_is_one_fault)
{
	static char text[3 * LINES_BLOCK];

	memset(text, '#', sizeof text - 1);
	memcpy(text, ALICE, sizeof ALICE - 1);
	memcpy(text + sizeof text - 10, "\nx\n", 4);
	load_text(text);
	ck_assert_str_eq(faults,
	    "subs:7: the line has more than 4096 octets\n"
	    "subs:8: a line must be [name], key = value or # comment\n");
}
END_TEST

/* A section with so many of each. */
static size_t
load_many(int nimpis, int nimpus, int nsets, int ncaps)
{
	static char text[1 << 16];
	int len = snprintf(text, sizeof text, "[a]\n");

	for (int i = 0; i < nimpis; i++)
		len += sprintf(text + len, "impi = %d@h\n" K OPC, i);
	for (int i = 0; i < nimpus; i++)
		len += sprintf(
		    text + len, "impu = sip:%d@h set=%d\n", i, i % nsets + 1);
	len += sprintf(text + len, "capabilities = {mandatory");
	for (int i = 0; i < ncaps; i++)
		len += sprintf(text + len, " %d", i);
	sprintf(text + len, "}\n");
	return load_text(text);
}

START_TEST(counts_at_their_limit_and_one_past)
{
	ck_assert_uint_eq(load_many(STORE_IMPIS_MAX, STORE_IMPUS_MAX,
			      STORE_SETS_MAX, STORE_CAPS_MAX),
	    0);
	ck_assert_uint_eq(impi("15@h")->index, 15);
	ck_assert_uint_eq(impu("sip:63@h")->set, 15);
	ck_assert_uint_eq(store_capabilities(impi("0@h")->sub)[15], 15);
	load_many(STORE_IMPIS_MAX + 1, 1, 1, 0);
	ck_assert_str_eq(faults, "subs:50: more than 16 impi in one section\n");
	load_many(1, STORE_IMPUS_MAX + 1, 1, 0);
	ck_assert_str_eq(faults, "subs:69: more than 64 impu in one section\n");
	load_many(1, 1, 1, STORE_CAPS_MAX + 1);
	ck_assert_str_eq(faults,
	    "subs:6: capabilities must be at most 16 numbers as in "
	    "{mandatory 1 2 optional 3}\n");
}
END_TEST

/* Ten IMPIs that take 499 octets and a comma each; the last one some more. */
static size_t
load_long_names(int more)
{
	static char text[1 << 14];
	int len = sprintf(text, "[a]\n" IMPU);

	for (int i = 0; i < 10; i++) {
		len += sprintf(text + len, "impi = %d", i);
		for (int j = 0; j < 80; j++)
			len += sprintf(text + len, "\xc3\xa4");
		len += sprintf(
		    text + len, "%0*d\n" K OPC, i < 9 ? 18 : 18 + more, i);
	}
	return load_text(text);
}

START_TEST(names_of_impis_must_fit_into_a_record)
{
	ck_assert_uint_eq(load_long_names(0), 0);
	ck_assert_uint_eq(load_long_names(1), 1);
	ck_assert_str_eq(faults,
	    "subs:1: the names of its impis take 5001 octets in the journal "
	    "and must take at most 5000\n");
}
END_TEST

START_TEST(a_reload_with_a_fault_changes_nothing)
{
	load_good(ALICE BOB);

	const struct store_impi *before = impi("alice@example.org");

	ck_assert(registers(impi("alice@example.org")->sub, "sip:s", 1));
	ck_assert_uint_eq(load_text(BOB "nonsense\n"), 1);
	ck_assert_ptr_eq(impi("alice@example.org"), before);
	ck_assert_str_eq(scscf_of(before->sub), "sip:s");
	ck_assert_uint_eq(store_count(store), 2);
	ck_assert_uint_eq(store->scscfs.count, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("load_faults");
	TCase *tc = tcase_create("load_faults");

	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_loop_test(
	    tc, fault_is_told_exactly, 0, (int)(sizeof cases / sizeof *cases));
	tcase_add_test(tc, secrets_are_not_told);
	tcase_add_test(tc, the_other_place_may_be_in_another_file);
	tcase_add_test(tc, missing_file_and_folder_are_told);
	tcase_add_test(tc, every_octet_of_a_line_is_looked_at);
	tcase_add_test(tc, a_hundred_faults_are_told_and_the_rest_counted);
	tcase_add_test(tc, texts_at_their_limit_and_one_past);
	tcase_add_test(tc, a_line_longer_than_a_block_is_one_fault);
	tcase_add_test(tc, counts_at_their_limit_and_one_past);
	tcase_add_test(tc, names_of_impis_must_fit_into_a_record);
	tcase_add_test(tc, a_reload_with_a_fault_changes_nothing);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
