/*
 * User-Data: what cx_userdata() writes, judged by xmllint with the schema, and
 * by its text.  store_name() here is a stand-in: the `domain` of a name is
 * the number of its text.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx/cx.h"
#include "cx/userdata.h"
#include "store/store.h"
#include "tests/cx/lint.h"

static const char *texts[256]; /* of names, by their `domain` */
static unsigned ntexts;

size_t
store_name(
    const struct store *s, const struct store_name *n, char *buf, size_t cap)
{
	return (size_t)snprintf(buf, cap, "%s", texts[n->domain]);
}

static struct store_name
name(const char *text)
{
	ck_assert_uint_lt(ntexts, sizeof texts / sizeof *texts);
	texts[ntexts] = text;
	return (struct store_name){ .domain = ntexts++ & 0xffffff };
}

static const char criteria[] =
    "<InitialFilterCriteria><Priority>1</Priority><TriggerPoint>"
    "<ConditionTypeCNF>0</ConditionTypeCNF><SPT><Group>0</Group>"
    "<Method>INVITE</Method></SPT></TriggerPoint><ApplicationServer>"
    "<ServerName>sip:as.example.org</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>";

static char dir[LINT_PATH];
static struct cx_profiles *profiles; /* 0: criteria, 1: empty */
static struct store_impi impi;
static char xml[65536];

static void
setup(void)
{
	size_t nfaults;

	ntexts = 0;
	impi.name = name("alice@example.org");
	lint_make_dir(dir);
	lint_write(dir, "a.xml", criteria, sizeof criteria - 1);
	lint_write(dir, "b.xml", "", 0);
	profiles = cx_profiles_load(dir, &nfaults, NULL, NULL);
	ck_assert_ptr_nonnull(profiles);
	ck_assert_uint_eq(nfaults, 0);
}

static void
teardown(void)
{
	cx_profiles_free(profiles);
	lint_remove_dir(dir);
}

/* The document of a set as text; it has to be valid. */
static const char *
document(struct store_impu *impus, unsigned n, unsigned set)
{
	const struct store_sub sub = { .impus = impus, .nimpus = (uint8_t)n };
	size_t len =
	    cx_userdata(xml, sizeof xml - 1, NULL, profiles, &sub, set, &impi);

	ck_assert_uint_gt(len, 0);
	xml[len] = '\0';
	lint_write(dir, "document", xml, len);
	ck_assert_msg(lint_valid(dir, "document"), "not valid: %s", xml);
	return xml;
}

#define HEAD                                                          \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><IMSSubscription>" \
	"<PrivateID>alice@example.org</PrivateID>"
#define BEGIN HEAD "<ServiceProfile>"
#define NEXT "</ServiceProfile><ServiceProfile>"
#define END "</ServiceProfile></IMSSubscription>"
#define IDENTITY(name) \
	"<PublicIdentity><Identity>" name "</Identity></PublicIdentity>"

START_TEST(one_identity_is_one_profile)
{
	struct store_impu impus[] = { { .name = name("sip:a@example.org"),
	    .profile = 1 } };

	ck_assert_str_eq(
	    document(impus, 1, 0), BEGIN IDENTITY("sip:a@example.org") END);
}
END_TEST

START_TEST(equal_profiles_in_a_row_share_one)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a@example.org"), .profile = 1 },
		{ .name = name("tel:+15550001"), .profile = 1 },
		{ .name = name("sip:b@example.org"), .profile = 0 },
		{ .name = name("sip:c@example.org"), .profile = 1 },
	};
	char want[4096];

	snprintf(want, sizeof want, "%s%s%s",
	    BEGIN IDENTITY("sip:a@example.org") IDENTITY("tel:+15550001")
		NEXT IDENTITY("sip:b@example.org"),
	    criteria, NEXT IDENTITY("sip:c@example.org") END);
	ck_assert_str_eq(document(impus, 4, 0), want);
}
END_TEST

START_TEST(other_sets_are_left_out)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a@example.org"), .profile = 1 },
		{ .name = name("sip:b@example.org"), .profile = 1, .set = 1 },
		{ .name = name("sip:c@example.org"), .profile = 1 },
	};

	ck_assert_str_eq(
	    document(impus, 3, 1), BEGIN IDENTITY("sip:b@example.org") END);
}
END_TEST

START_TEST(set_without_identity_is_nothing)
{
	struct store_impu impus[] = { { .name = name("sip:a@example.org") } };
	const struct store_sub sub = { .impus = impus, .nimpus = 1 };

	ck_assert_uint_eq(
	    cx_userdata(xml, sizeof xml, NULL, profiles, &sub, 1, &impi), 0);
}
END_TEST

START_TEST(barring_stands_before_the_identity)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a@example.org"), .barred = true },
		{ .name = name("sip:b@example.org") },
	};

	ck_assert_ptr_nonnull(strstr(document(impus, 2, 0),
	    "<PublicIdentity><BarringIndication>1</BarringIndication>"
	    "<Identity>sip:a@example.org</Identity>"));
	ck_assert_ptr_nonnull(strstr(xml, IDENTITY("sip:b@example.org")));
}
END_TEST

START_TEST(display_name_is_two_extensions_deep)
{
	struct store_impu impus[] = { { .name = name("sip:a@example.org"),
	    .display = "Al & <Bo> \"x\"" } };

	ck_assert_ptr_nonnull(strstr(document(impus, 1, 0),
	    "</Identity><Extension><Extension><DisplayName>Al &amp; &lt;Bo&gt; "
	    "\"x\"</DisplayName></Extension></Extension></PublicIdentity>"));
}
END_TEST

START_TEST(empty_display_name_is_no_element)
{
	struct store_impu impus[] = { { .name = name("sip:a@example.org"),
	    .display = "" } };

	ck_assert_ptr_null(strstr(document(impus, 1, 0), "<Extension>"));
}
END_TEST

START_TEST(psi_and_wildcards_have_their_type)
{
	struct store_impu impus[] = {
		{ .name = name("sip:psi@example.org"), .psi = true },
		{ .name = name("sip:conf!.*!@example.org"),
		    .psi = true,
		    .wildcard = true,
		    .display = "C" },
		{ .name = name("sip:ann!.*!@example.org"), .wildcard = true },
	};

	ck_assert_ptr_nonnull(strstr(document(impus, 3, 0),
	    "sip:psi@example.org</Identity><Extension><IdentityType>1"
	    "</IdentityType></Extension>"));
	ck_assert_ptr_nonnull(strstr(xml,
	    "<Extension><IdentityType>2</IdentityType><WildcardedPSI>sip:conf"
	    "!.*!@example.org</WildcardedPSI><Extension><DisplayName>C"
	    "</DisplayName></Extension></Extension>"));
	ck_assert_ptr_nonnull(strstr(xml,
	    "<Extension><IdentityType>4</IdentityType><Extension><Extension>"
	    "<WildcardedIMPU>sip:ann!.*!@example.org</WildcardedIMPU>"));
}
END_TEST

/* RFC 3629: overlong forms, surrogates, a lone tail, a cut character; XML 1.0,
 * 2.2: control characters. */
START_TEST(what_xml_cannot_hold_becomes_a_question_mark)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Z\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80",
		    "Z\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "a\x01"
		  "b\x7f",
		    "a?b?" },
		{ "\xc0\x80", "??" },
		{ "\xe0\x80\x80", "???" },
		{ "\xed\xa0\x80", "???" },
		{ "\xef\xbf\xbe", "???" },
		{ "\xf4\x90\x80\x80", "????" },
		{ "\x80x", "?x" },
		{ "x\xe2\x82", "x??" },
		{ "\xff", "?" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct store_impu impus[] = { { .name =
						    name("sip:a@example.org"),
		    .display = rows[i].in } };
		char want[128];
		snprintf(want, sizeof want, "<DisplayName>%s</DisplayName>",
		    rows[i].out);
		ck_assert_ptr_nonnull(strstr(document(impus, 1, 0), want));
	}
}
END_TEST

START_TEST(name_with_markup_is_escaped)
{
	struct store_impu impus[] = { { .name =
					    name("sip:a&b<@example.org") } };

	ck_assert_ptr_nonnull(strstr(document(impus, 1, 0),
	    "<Identity>sip:a&amp;b&lt;@example.org</Identity>"));
}
END_TEST

START_TEST(any_capacity_is_enough_or_nothing)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a&b@example.org"), .display = "<A>" },
		{ .name = name("sip:b@example.org"), .profile = 1 },
	};
	const struct store_sub sub = { .impus = impus, .nimpus = 2 };
	size_t whole =
	    cx_userdata(xml, sizeof xml, NULL, profiles, &sub, 0, &impi);

	ck_assert_uint_gt(whole, 0);
	for (size_t cap = 0; cap <= whole; cap++) {
		char *exact = malloc(cap + 1); /* a sanitizer sees its end */
		ck_assert_uint_eq(
		    cx_userdata(exact, cap, NULL, profiles, &sub, 0, &impi),
		    cap < whole ? 0 : whole);
		free(exact);
	}
}
END_TEST

/* The longest names in the most identities, each octet escaped to five. */
START_TEST(largest_subscription_fits_only_what_is_given)
{
	static char text[STORE_NAME_MAX + 1];
	struct store_impu impus[STORE_IMPUS_MAX];

	memset(text, '&', sizeof text - 1);
	memcpy(text, "sip:a@", 6);
	for (unsigned i = 0; i < STORE_IMPUS_MAX; i++)
		impus[i] =
		    (struct store_impu){ .name = name(text), .profile = 1 };
	const struct store_sub sub = { .impus = impus,
		.nimpus = STORE_IMPUS_MAX };
	ck_assert_uint_eq(
	    cx_userdata(xml, sizeof xml, NULL, profiles, &sub, 0, &impi), 0);
	memset(text + 6, 'x', sizeof text - 7);
	document(impus, STORE_IMPUS_MAX, 0);
}
END_TEST

START_TEST(xmllint_refuses_what_an_scscf_refuses)
{
	static const char group[] = BEGIN IDENTITY(
	    "sip:a@b") "<InitialFilterCriteria><Priority>1</Priority><TriggerPoint>"
		       "<ConditionTypeCNF>0</ConditionTypeCNF><SPT><Method>INVITE"
		       "</Method></SPT></TriggerPoint><ApplicationServer><ServerName>"
		       "sip:x</ServerName></ApplicationServer></InitialFilterCriteria>" END;

	lint_write(dir, "document", group, sizeof group - 1);
	ck_assert(!lint_valid(dir, "document"));
	lint_write(dir, "document", "<IMSSubscription>", 17);
	ck_assert(!lint_valid(dir, "document"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cx/userdata");
	TCase *t = tcase_create("userdata");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, one_identity_is_one_profile);
	tcase_add_test(t, equal_profiles_in_a_row_share_one);
	tcase_add_test(t, other_sets_are_left_out);
	tcase_add_test(t, set_without_identity_is_nothing);
	tcase_add_test(t, barring_stands_before_the_identity);
	tcase_add_test(t, display_name_is_two_extensions_deep);
	tcase_add_test(t, empty_display_name_is_no_element);
	tcase_add_test(t, psi_and_wildcards_have_their_type);
	tcase_add_test(t, what_xml_cannot_hold_becomes_a_question_mark);
	tcase_add_test(t, name_with_markup_is_escaped);
	tcase_add_test(t, any_capacity_is_enough_or_nothing);
	tcase_add_test(t, largest_subscription_fits_only_what_is_given);
	tcase_add_test(t, xmllint_refuses_what_an_scscf_refuses);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
