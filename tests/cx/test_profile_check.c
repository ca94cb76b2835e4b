/*
 * One service profile: faults by line and words, what is kept of a good file,
 * and limits.  What is kept is judged by xmllint with the schema too.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx/profile.h"
#include "cx/xml.h"
#include "tests/cx/lint.h"

#define CNF "<ConditionTypeCNF>0</ConditionTypeCNF>"
#define AS \
	"<ApplicationServer><ServerName>sip:as</ServerName></ApplicationServer>"
/* A criterion with this TriggerPoint, or this SPT. */
#define IFC(inside)                                               \
	"<InitialFilterCriteria><Priority>0</Priority>" inside AS \
	"</InitialFilterCriteria>"
#define TRIGGER(inside) IFC("<TriggerPoint>" CNF inside "</TriggerPoint>")
#define SPT(inside) TRIGGER("<SPT><Group>0</Group>" inside "</SPT>")

/* All faults of the last check: "line: what\n" each. */
static char faults[16384];
static char kept[PROFILE_TEXT_MAX + 1];
static struct profile_shape shape;

static void
on_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	ck_assert_str_eq(file, "x.xml");
	snprintf(faults + len, sizeof faults - len, "%u: %s\n", line, what);
}

static size_t
check_octets(const char *text, size_t len)
{
	struct xml out = { kept, 0, PROFILE_TEXT_MAX, false };

	faults[0] = '\0';
	size_t n =
	    profile_check("x.xml", text, len, &out, &shape, on_fault, NULL);
	kept[out.len] = '\0';
	return n;
}

static size_t
check(const char *text)
{
	return check_octets(text, strlen(text));
}

/* What is kept of a good profile; xmllint agrees that it is good. */
static const char *
good(const char *text)
{
	char dir[LINT_PATH];
	char *xml = NULL;

	ck_assert_msg(check(text) == 0, "%s", faults);
	lint_make_dir(dir);
	int len = asprintf(&xml,
	    "<IMSSubscription><PrivateID>a@b</PrivateID><ServiceProfile>"
	    "<PublicIdentity><Identity>sip:a@b</Identity></PublicIdentity>%s"
	    "</ServiceProfile></IMSSubscription>",
	    kept);
	ck_assert_int_gt(len, 0);
	lint_write(dir, "document", xml, (size_t)len);
	free(xml);
	ck_assert_msg(lint_valid(dir, "document"), "not valid: %s", kept);
	lint_remove_dir(dir);
	return kept;
}

static const char whole[] =
    "<CoreNetworkServicesAuthorization><SubscribedMediaProfileId>1"
    "</SubscribedMediaProfileId><Extension><ListOfServiceIds><ServiceId>urn:x"
    "</ServiceId></ListOfServiceIds></Extension>"
    "</CoreNetworkServicesAuthorization>"
    "<InitialFilterCriteria><Priority>0</Priority><TriggerPoint>"
    "<ConditionTypeCNF>1</ConditionTypeCNF><SPT><ConditionNegated>0"
    "</ConditionNegated><Group>0</Group><Group>1</Group><Method>REGISTER"
    "</Method><Extension><RegistrationType>0</RegistrationType>"
    "<RegistrationType>2</RegistrationType></Extension></SPT><SPT><Group>2"
    "</Group><SIPHeader><Header>Accept-Contact</Header><Content>.*mmtel.*"
    "</Content></SIPHeader></SPT><SPT><Group>2</Group><SessionCase>4"
    "</SessionCase></SPT><SPT><Group>2</Group><SessionDescription><Line>m"
    "</Line><Content>video .*</Content></SessionDescription></SPT><SPT><Group>"
    "3</Group><RequestURI>^sip:(a|b)@</RequestURI></SPT></TriggerPoint>"
    "<ApplicationServer><ServerName>sips:as.example.org;transport=tcp"
    "</ServerName><DefaultHandling>1</DefaultHandling><ServiceInfo> a=1 "
    "</ServiceInfo><Extension><IncludeRegisterRequest>"
    "</IncludeRegisterRequest></Extension></ApplicationServer>"
    "<ProfilePartIndicator>1</ProfilePartIndicator></InitialFilterCriteria>"
    "<Extension><SharedIFCSetID>2147483647</SharedIFCSetID><Extension><Other>"
    "<Thing>x</Thing></Other></Extension></Extension>";

START_TEST(whole_schema_is_kept_as_it_is)
{
	ck_assert_str_eq(good(whole), whole);
}
END_TEST

START_TEST(white_space_and_comments_are_not_kept)
{
	ck_assert_str_eq(
	    good("\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n"
		 "<!-- one -->\n<InitialFilterCriteria>\n"
		 "\t<Priority> 7 <!-- two --></Priority>\r\n <?pi x?>"
		 "<ApplicationServer><ServerName>\nsip:as\n</ServerName>"
		 "<ServiceInfo><![CDATA[<a&b>]]></ServiceInfo>"
		 "</ApplicationServer></InitialFilterCriteria>\n"),
	    "<InitialFilterCriteria><Priority>7</Priority><ApplicationServer>"
	    "<ServerName>sip:as</ServerName><ServiceInfo>&lt;a&amp;b&gt;"
	    "</ServiceInfo></ApplicationServer></InitialFilterCriteria>");
}
END_TEST

START_TEST(booleans_are_kept_as_digits)
{
	ck_assert_ptr_nonnull(
	    strstr(good(IFC("<TriggerPoint><ConditionTypeCNF>true"
			    "</ConditionTypeCNF><SPT><ConditionNegated>false"
			    "</ConditionNegated><Group>0</Group><Method>INVITE"
			    "</Method></SPT></TriggerPoint>")),
		"<ConditionTypeCNF>1</ConditionTypeCNF><SPT>"
		"<ConditionNegated>0</ConditionNegated>"));
}
END_TEST

START_TEST(empty_profile_is_good)
{
	ck_assert_str_eq(good(""), "");
	ck_assert_str_eq(good(" \n<!-- nothing -->\n"), "");
}
END_TEST

static const struct bad {
	const char *text;
	const char *fault; /* begins one of the faults */
} bads[] = {
	/* What kills a real S-CSCF */
	{ TRIGGER("<SPT><Method>INVITE</Method></SPT>"),
	    "1: SPT has no Group" },
	{ "\n<InitialFilterCriteria>\n<Priority/>" AS
	  "</InitialFilterCriteria>",
	    "3: Priority is empty" },
	{ IFC("<TriggerPoint>" CNF "</TriggerPoint>"),
	    "1: TriggerPoint has no SPT" },
	{ TRIGGER("<SPT/>"), "1: SPT is empty" },
	{ SPT("<Method> \n</Method>"), "1: Method is empty" },
	{ SPT("<Method>INVITE</Method><Extension/>"), "1: Extension is empty" },
	{ "<Extension><Extension><X/></Extension></Extension>",
	    "1: X is empty" },

	/* Order and number */
	{ TRIGGER("<SPT><Group>0</Group><ConditionNegated>0</ConditionNegated>"
		  "<Method>INVITE</Method></SPT>"),
	    "1: ConditionNegated is out of order: SPT holds in this order: "
	    "ConditionNegated, Group, RequestURI or Method or" },
	{ "<Extension><SharedIFCSetID>1</SharedIFCSetID></Extension>\n" IFC(""),
	    "2: InitialFilterCriteria is out of order" },
	{ "<InitialFilterCriteria><Priority>1</Priority>"
	  "</InitialFilterCriteria>",
	    "1: InitialFilterCriteria has no ApplicationServer" },
	{ "<InitialFilterCriteria>" AS "</InitialFilterCriteria>",
	    "1: InitialFilterCriteria has no Priority" },
	{ IFC("<TriggerPoint><SPT><Group>0</Group><Method>A</Method></SPT>"
	      "</TriggerPoint>"),
	    "1: TriggerPoint has no ConditionTypeCNF" },
	{ IFC("<Priority>1</Priority>"),
	    "1: InitialFilterCriteria holds at most 1 of Priority" },
	{ SPT("<Method>A</Method><SessionCase>0</SessionCase>"),
	    "1: SPT holds at most 1 of RequestURI or Method or" },
	{ SPT(""), "1: SPT has no RequestURI or Method" },
	{ SPT("<SIPHeader><Content>x</Content></SIPHeader>"),
	    "1: SIPHeader has no Header" },
	{ SPT("<SessionDescription><Content>x</Content></SessionDescription>"),
	    "1: SessionDescription has no Line" },
	{ SPT("<Method>REGISTER</Method><Extension><RegistrationType>0"
	      "</RegistrationType><RegistrationType>1</RegistrationType>"
	      "<RegistrationType>2</RegistrationType></Extension>"),
	    "1: Extension holds at most 2 of RegistrationType" },
	{ SPT("<Method>INVITE</Method><Extension><RegistrationType>0"
	      "</RegistrationType></Extension>"),
	    "1: RegistrationType goes only with Method REGISTER" },
	{ IFC("") "\n" IFC(""), "2: Priority 0 is that of the "
				"InitialFilterCriteria of line 1 too" },

	/* What does not belong there */
	{ IFC("<Foo/>"), "1: Foo is no element of InitialFilterCriteria, which "
			 "holds in this order: Priority, TriggerPoint, " },
	{ "<ServiceProfile>" IFC("") "</ServiceProfile>",
	    "1: ServiceProfile is put around" },
	{ "<PublicIdentity/>", "1: PublicIdentity is made of impu" },
	{ IFC("") "text", "1: ServiceProfile holds elements, not text" },
	{ IFC("text"), "1: InitialFilterCriteria holds elements, not text" },
	{ "<Extension a='1'><SharedIFCSetID>1</SharedIFCSetID></Extension>",
	    "1: Extension has the attribute a" },
	{ "<x:Extension xmlns:x='urn:x'/>",
	    "1: x:Extension is no element that" },
	{ SPT("<Method><b/></Method>"),
	    "1: Method holds a value, not the element b" },

	/* Values */
	{ SPT("<SessionCase>5</SessionCase>"),
	    "1: SessionCase is \"5\": 0 to 4" },
	{ SPT("<SessionCase>-1</SessionCase>"), "1: SessionCase is \"-1\"" },
	{ SPT("<SessionCase>10</SessionCase>"), "1: SessionCase is \"10\"" },
	{ SPT("<Method>REGISTER</Method><Extension><RegistrationType>3"
	      "</RegistrationType></Extension>"),
	    "1: RegistrationType is \"3\": 0, 1 or 2" },
	{ "<Extension><SharedIFCSetID>2147483648</SharedIFCSetID></Extension>",
	    "1: SharedIFCSetID is \"2147483648\": a whole number from 0 to" },
	{ "<Extension><SharedIFCSetID>1x</SharedIFCSetID></Extension>",
	    "1: SharedIFCSetID is \"1x\"" },
	{ IFC("<TriggerPoint><ConditionTypeCNF>2</ConditionTypeCNF><SPT><Group>"
	      "0</Group><Method>A</Method></SPT></TriggerPoint>"),
	    "1: ConditionTypeCNF is \"2\": 0 or 1" },
	{ SPT("<RequestURI>(a</RequestURI>"),
	    "1: RequestURI is \"(a\": no extended regular expression" },
	{ "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
	  "<ServerName>as.example.org</ServerName></ApplicationServer>"
	  "</InitialFilterCriteria>",
	    "1: ServerName is \"as.example.org\": a SIP URI" },
	{ "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
	  "<ServerName>sip:a b</ServerName><DefaultHandling>2</DefaultHandling>"
	  "<Extension><IncludeRegisterRequest>1</IncludeRegisterRequest>"
	  "</Extension></ApplicationServer></InitialFilterCriteria>",
	    "1: IncludeRegisterRequest stands alone" },

	/* Not well-formed */
	{ "\n<InitialFilterCriteria>\n",
	    "3: InitialFilterCriteria of line 2 is not closed" },
	{ "<Extension>\n</Priority>", "2: Extension of line 1 is not closed" },
	{ "</ServiceProfile><ServiceProfile>",
	    "1: junk after document element: ServiceProfile is closed" },
	{ "</ServiceProfile>",
	    "1: not well-formed (invalid token): ServiceProfile is closed" },
	{ "a < b", "1: not well-formed" },
	{ "\n<!DOCTYPE x [<!ENTITY a 'b'>]>",
	    "2: not well-formed (invalid token): a DTD is not allowed" },
	{ "<Extension><SharedIFCSetID>&one;</SharedIFCSetID></Extension>",
	    "1: undefined entity" },
	{ "\xff", "1: not well-formed" },
	{ "<?xml version='1.0' encoding='latin1'?>", "1: the encoding has to" },
	{ "<?xml version='1.0'\n?>\n<Foo/>", "3: Foo is no element" },
};

START_TEST(fault_is_told_with_its_line)
{
	const struct bad *b = &bads[_i];
	const char *at = faults;

	ck_assert_uint_gt(check(b->text), 0);
	while (at != NULL && strncmp(at, b->fault, strlen(b->fault)) != 0) {
		at = strchr(at, '\n');
		at = at != NULL && at[1] != '\0' ? at + 1 : NULL;
	}
	ck_assert_msg(
	    at != NULL, "wanted \"%s\", told \"%s\"", b->fault, faults);
}
END_TEST

START_TEST(every_fault_is_told)
{
	ck_assert_uint_eq(
	    check("<Foo/>\n<InitialFilterCriteria><Priority>x</Priority>\n"
		  "<ProfilePartIndicator>2</ProfilePartIndicator>\n"
		  "</InitialFilterCriteria>\n<Bar>"),
	    6);
	ck_assert_str_eq(faults,
	    "1: Foo is no element of ServiceProfile, which holds in this "
	    "order: CoreNetworkServicesAuthorization, InitialFilterCriteria, "
	    "Extension\n"
	    "2: Priority is \"x\": a whole number from 0 to 2147483647 is "
	    "wanted\n"
	    "3: ProfilePartIndicator is \"2\": 0 or 1 is wanted\n"
	    "2: InitialFilterCriteria has no ApplicationServer: it needs one\n"
	    "5: Bar is no element of ServiceProfile, which holds in this "
	    "order: CoreNetworkServicesAuthorization, InitialFilterCriteria, "
	    "Extension\n"
	    "5: mismatched tag\n");
}
END_TEST

START_TEST(no_truncation_is_good_but_at_an_end)
{
	size_t cnsa = (size_t)(strstr(whole, "<InitialFilter") - whole);
	size_t ifc = (size_t)(strstr(whole, "</InitialFilterCriteria>") -
			      whole + strlen("</InitialFilterCriteria>"));

	for (size_t len = 0; len < sizeof whole - 1; len++) {
		char *exact = malloc(len + 1);
		memcpy(exact, whole, len);
		size_t n = check_octets(exact, len);
		free(exact);
		bool end = len == 0 || len == cnsa || len == ifc;
		ck_assert_msg((n == 0) == end, "%zu octets: %zu", len, n);
	}
}
END_TEST

START_TEST(nul_octet_is_no_text)
{
	ck_assert_uint_eq(check_octets("\0", 1), 1);
}
END_TEST

/* before, n times c, after */
static char *
padded(const char *before, size_t n, char c, const char *after, size_t *len)
{
	*len = strlen(before) + n + strlen(after);
	char *text = malloc(*len + 1);
	ck_assert_ptr_nonnull(text);
	memcpy(text, before, strlen(before));
	memset(text + strlen(before), c, n);
	memcpy(text + strlen(before) + n, after, strlen(after) + 1);
	return text;
}

static size_t
check_padded(const char *before, size_t n, char c, const char *after)
{
	size_t len;
	char *text = padded(before, n, c, after, &len);
	size_t nfaults = check_octets(text, len);

	free(text);
	return nfaults;
}

START_TEST(pattern_has_at_most_255_characters)
{
	static const char before[] =
	    "<InitialFilterCriteria><Priority>0"
	    "</Priority><TriggerPoint>" CNF "<SPT><Group>0</Group><RequestURI>";
	static const char after[] =
	    "</RequestURI></SPT></TriggerPoint>" AS "</InitialFilterCriteria>";

	ck_assert_uint_eq(
	    check_padded(before, PROFILE_PATTERN_MAX, 'a', after), 0);
	ck_assert_uint_eq(
	    check_padded(before, PROFILE_PATTERN_MAX + 1, 'a', after), 1);
}
END_TEST

START_TEST(value_has_at_most_2048_octets)
{
	static const char before[] = "<InitialFilterCriteria><Priority>0"
				     "</Priority><ApplicationServer>"
				     "<ServerName>sip:a</ServerName>"
				     "<ServiceInfo>";
	static const char after[] = "</ServiceInfo></ApplicationServer>"
				    "</InitialFilterCriteria>";

	ck_assert_uint_eq(
	    check_padded(before, PROFILE_VALUE_MAX, 'a', after), 0);
	ck_assert_uint_eq(
	    check_padded(before, PROFILE_VALUE_MAX + 1, 'a', after), 1);
}
END_TEST

START_TEST(white_space_between_elements_has_no_limit_of_a_value)
{
	ck_assert_uint_eq(
	    check_padded("<Extension>", 3 * PROFILE_VALUE_MAX, '\n',
		"<SharedIFCSetID>1</SharedIFCSetID></Extension>"),
	    0);
	ck_assert_uint_eq(
	    check_padded("<Extension>", 3 * PROFILE_VALUE_MAX, '\n',
		"x<SharedIFCSetID>1</SharedIFCSetID></Extension>"),
	    1);
}
END_TEST

START_TEST(file_has_at_most_262144_octets)
{
	ck_assert_uint_eq(check_padded("", PROFILE_FILE_MAX, ' ', ""), 0);
	ck_assert_uint_eq(check_padded("", PROFILE_FILE_MAX + 1, ' ', ""), 1);
}
END_TEST

/* Elements n deep in an open extension. */
static size_t
check_depth(unsigned n)
{
	char text[4096] = "<Extension>";

	for (unsigned i = 1; i < n - 1; i++)
		strcat(text, "<Extension>");
	strcat(text, "<X>1</X>");
	for (unsigned i = 1; i < n; i++)
		strcat(text, "</Extension>");
	return check(text);
}

START_TEST(elements_nest_at_most_15_deep)
{
	ck_assert_uint_eq(check_depth(PROFILE_DEPTH_MAX - 1), 0);
	ck_assert_uint_eq(check_depth(PROFILE_DEPTH_MAX), 1);
	ck_assert_uint_gt(check_depth(PROFILE_DEPTH_MAX + 50), 0);
}
END_TEST

/* n criteria, or n groups of one SPT: number of faults */
static size_t
check_repeated(unsigned n, bool criteria)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	if (!criteria)
		fputs("<InitialFilterCriteria><Priority>0</Priority>"
		      "<TriggerPoint>" CNF "<SPT>",
		    f);
	for (unsigned i = 0; i < n && criteria; i++)
		fprintf(f,
		    "<InitialFilterCriteria><Priority>%u</Priority>"
		    "<ApplicationServer><ServerName>sip:a</ServerName>"
		    "</ApplicationServer></InitialFilterCriteria>",
		    i);
	for (unsigned i = 0; i < n && !criteria; i++)
		fprintf(f, "<Group>%u</Group>", i);
	if (!criteria)
		fputs("<Method>A</Method></SPT></TriggerPoint>" AS
		      "</InitialFilterCriteria>",
		    f);
	fclose(f);
	n = (unsigned)check_octets(text, size);
	free(text);
	return n;
}

START_TEST(element_repeats_at_most_256_times)
{
	ck_assert_uint_eq(check_repeated(PROFILE_REPEAT_MAX, false), 0);
	ck_assert_uint_eq(check_repeated(PROFILE_REPEAT_MAX + 1, false), 1);
	ck_assert_uint_eq(check_repeated(PROFILE_REPEAT_MAX + 9, false), 1);
}
END_TEST

START_TEST(profile_has_at_most_128_criteria)
{
	ck_assert_uint_eq(check_repeated(PROFILE_CRITERIA_MAX, true), 0);
	ck_assert_uint_eq(check_repeated(PROFILE_CRITERIA_MAX + 1, true), 1);
}
END_TEST

START_TEST(text_that_is_kept_has_at_most_32768_octets)
{
	struct xml out = { kept, 0, 0, false };
	size_t len = strlen(whole);

	out.cap = len;
	ck_assert_uint_eq(
	    profile_check("x.xml", whole, len, &out, &shape, NULL, NULL), 0);
	out = (struct xml){ kept, 0, len - 1, false };
	ck_assert_uint_eq(
	    profile_check("x.xml", whole, len, &out, &shape, NULL, NULL), 1);
	ck_assert_int_eq(PROFILE_TEXT_MAX, 32768);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cx/profile_check");
	TCase *t = tcase_create("profile_check");

	tcase_set_timeout(t, 30);
	tcase_add_test(t, whole_schema_is_kept_as_it_is);
	tcase_add_test(t, white_space_and_comments_are_not_kept);
	tcase_add_test(t, booleans_are_kept_as_digits);
	tcase_add_test(t, empty_profile_is_good);
	tcase_add_loop_test(t, fault_is_told_with_its_line, 0,
	    (int)(sizeof bads / sizeof bads[0]));
	tcase_add_test(t, every_fault_is_told);
	tcase_add_test(t, no_truncation_is_good_but_at_an_end);
	tcase_add_test(t, nul_octet_is_no_text);
	tcase_add_test(t, pattern_has_at_most_255_characters);
	tcase_add_test(t, value_has_at_most_2048_octets);
	tcase_add_test(t, white_space_between_elements_has_no_limit_of_a_value);
	tcase_add_test(t, file_has_at_most_262144_octets);
	tcase_add_test(t, elements_nest_at_most_15_deep);
	tcase_add_test(t, element_repeats_at_most_256_times);
	tcase_add_test(t, profile_has_at_most_128_criteria);
	tcase_add_test(t, text_that_is_kept_has_at_most_32768_octets);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
