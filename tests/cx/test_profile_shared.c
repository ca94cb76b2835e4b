/*
 * Shared sets of filter criteria and groups of aliases (TS 29.228, 7.19 and
 * B.2.1): what an S-CSCF gets that knows them, and one that does not.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cx/profile.h"
#include "cx/userdata.h"
#include "store/store.h"
#include "tests/cx/lint.h"
#include "tests/run.h"

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
#define IFC(priority)                                                    \
	"<InitialFilterCriteria><Priority>" priority                     \
	"</Priority><ApplicationServer><ServerName>sip:as" priority ".h" \
	"</ServerName></ApplicationServer></InitialFilterCriteria>"
#define IDS(inside) "<Extension>" inside "</Extension>"
#define ID(n) "<SharedIFCSetID>" n "</SharedIFCSetID>"

static char dir[LINT_PATH], shared[LINT_PATH + 16];
static char told[8192];
static size_t nfaults;

static void
setup(void)
{
	lint_make_dir(dir);
	snprintf(shared, sizeof shared, "%s/shared", dir);
	told[0] = '\0';
}

static void
teardown(void)
{
	if (access(shared, F_OK) == 0)
		lint_remove_dir(shared);
	lint_remove_dir(dir);
}

static void
on_told(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(told);

	/* files as the folder knows them */
	snprintf(told + len, sizeof told - len, "%s:%u: %s\n",
	    file + strlen(dir), line, what);
}

static void
put(const char *in, const char *name, const char *text)
{
	if (in == shared)
		mkdir(shared, 0700);
	lint_write(in, name, text, strlen(text));
}

static struct cx_profiles *
load(void)
{
	return cx_profiles_load(dir, &nfaults, on_told, NULL);
}

/* What each kind of S-CSCF gets of the profile "a". */
static void
expect(const char *knows, const char *knows_not)
{
	struct cx_profiles *p = load();
	size_t len;

	ck_assert_str_eq(told, "");
	ck_assert_uint_eq(nfaults, 0);
	ck_assert_str_eq(cx_profile_text(p, 0, &len), knows);
	ck_assert_uint_eq(len, strlen(knows));
	ck_assert_str_eq(cx_profile_whole(p, 0, &len), knows_not);
	ck_assert_uint_eq(len, strlen(knows_not));
	cx_profiles_free(p);
}

START_TEST(criteria_of_a_shared_set_stand_behind_those_of_the_profile)
{
	put(shared, "7.xml", IFC("1") "\n<!-- two -->" IFC("0"));
	put(dir, "a.xml", IFC("2") IDS(ID("7")));
	expect(IFC("2") IDS(ID("7")), IFC("2") IFC("1") IFC("0"));
}
END_TEST

START_TEST(other_extensions_stay)
{
	put(shared, "0.xml", IFC("0"));
	put(shared, "2147483647.xml", IFC("1"));
	put(dir, "a.xml",
	    IDS(ID("0") ID("2147483647") IDS("<Other>x</Other>")));
	expect(IDS(ID("0") ID("2147483647") IDS("<Other>x</Other>")),
	    IFC("0") IFC("1") IDS(IDS("<Other>x</Other>")));
}
END_TEST

START_TEST(profile_without_shared_sets_is_the_same_for_all)
{
	put(shared, "0.xml", IFC("0"));
	put(dir, "a.xml", IFC("0") IDS(IDS("<Other>x</Other>")));
	expect(IFC("0") IDS(IDS("<Other>x</Other>")),
	    IFC("0") IDS(IDS("<Other>x</Other>")));
}
END_TEST

START_TEST(without_the_folder_the_sets_are_those_of_the_scscf)
{
	put(dir, "a.xml", IFC("0") IDS(ID("7")));
	expect(IFC("0") IDS(ID("7")), IFC("0") IDS(ID("7")));
}
END_TEST

START_TEST(two_profiles_may_share_a_set)
{
	struct cx_profiles *p;
	size_t len;

	put(shared, "7.xml", IFC("9"));
	put(dir, "a.xml", IFC("1") IDS(ID("7")));
	put(dir, "b.xml", IFC("2") IDS(ID("7")));
	p = load();
	ck_assert_str_eq(told, "");
	ck_assert_str_eq(cx_profile_whole(p, 0, &len), IFC("1") IFC("9"));
	ck_assert_str_eq(cx_profile_whole(p, 1, &len), IFC("2") IFC("9"));
	cx_profiles_free(p);
}
END_TEST

START_TEST(faults_name_file_and_line)
{
	struct cx_profiles *p;

	put(shared, "7.xml", IFC("1"));
	put(shared, "8.xml",
	    "<CoreNetworkServicesAuthorization>"
	    "<SubscribedMediaProfileId>1"
	    "</SubscribedMediaProfileId>"
	    "</CoreNetworkServicesAuthorization>" IFC("2"));
	put(shared, "9.xml", "");
	put(shared, "010.xml", IFC("3"));
	put(shared, "2147483648.xml", IFC("3"));
	put(shared, "x.xml", IFC("3"));
	put(dir, "a.xml", IFC("1") "\n" IDS("\n" ID("7")));
	put(dir, "b.xml", IFC("0") "\n" IDS(ID("8")));
	put(dir, "c.xml", IDS(ID("7") "\n" ID("7")));
	put(dir, "d.xml", IDS(ID("11")));
	p = load();
	ck_assert_uint_eq(nfaults, 9);
	ck_assert_int_eq(cx_profiles_find(p, "a"), -1);
	ck_assert_int_eq(cx_profiles_find(p, "d"), -1);
	cx_profiles_free(p);

	static const char *const faults[] = {
		"/shared/8.xml:0: a shared set holds InitialFilterCriteria "
		"and nothing else",
		"/shared/9.xml:0: a shared set holds",
		"/shared:0: \"010.xml\" is no name of a shared set: a number "
		"from 0 to 2147483647 and then .xml",
		"/shared:0: \"2147483648.xml\" is no name",
		"/shared:0: \"x.xml\" is no name",
		"/a.xml:3: Priority 1 of shared set 7 is in use already",
		"/b.xml:2: SharedIFCSetID 8 has no good file shared/8.xml",
		"/c.xml:2: Priority 1 of shared set 7 is in use already",
		"/d.xml:1: SharedIFCSetID 11 has no good file shared/11.xml",
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		ck_assert_msg(strstr(told, faults[i]) != NULL, "%s not in %s",
		    faults[i], told);
}
END_TEST

/* So many criteria, from a priority on. */
static void
many(char *text, unsigned from, unsigned n)
{
	*text = '\0';
	for (unsigned i = 0; i < n; i++)
		text += sprintf(text,
		    "<InitialFilterCriteria><Priority>%u</Priority>"
		    "<ApplicationServer><ServerName>sip:a</ServerName>"
		    "</ApplicationServer></InitialFilterCriteria>",
		    from + i);
}

START_TEST(criteria_of_profile_and_sets_have_a_limit)
{
	for (unsigned more = 0; more < 2; more++) {
		char text[32768];
		struct cx_profiles *p;

		many(text, 0, PROFILE_CRITERIA_MAX / 2 + more);
		put(shared, "1.xml", text);
		many(text, 1000, PROFILE_CRITERIA_MAX / 2);
		strcat(text, IDS(ID("1")));
		put(dir, "a.xml", text);
		told[0] = '\0';
		p = load();
		ck_assert_uint_eq(nfaults, more);
		ck_assert((strstr(told, "over 128") != NULL) == (more == 1));
		cx_profiles_free(p);
	}
}
END_TEST

/* A profile and a set whose texts are so long together. */
static size_t
load_long(size_t len)
{
	static const char begin[] =
	    "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer>"
	    "<ServerName>sip:a</ServerName><ServiceInfo>";
	static const char end[] = "</ServiceInfo></ApplicationServer>"
				  "</InitialFilterCriteria>";
	static char text[2 * PROFILE_TEXT_MAX];
	size_t left = len, n = 0, at = 0;

	/* criteria of a little over 2000 octets, the last as it comes out */
	for (; left > 4400; n++) {
		size_t value = 2000;

		at += (size_t)sprintf(text + at,
		    "<InitialFilterCriteria><Priority>%zu</Priority>"
		    "<ApplicationServer><ServerName>sip:a</ServerName>"
		    "<ServiceInfo>%0*d%s",
		    n + 1, (int)value, 0, end);
		left = len - at;
	}
	text[at] = '\0';
	strcat(text, IDS(ID("1")));
	put(dir, "a.xml", text);

	size_t rest = left - (sizeof begin - 1) - (sizeof end - 1);
	size_t first = rest < 2000 ? rest : 2000;

	sprintf(text, "%s%0*d%s", begin, (int)first, 0, end);
	if (rest > first) {
		size_t more =
		    rest - first - (sizeof begin - 1) - (sizeof end - 1) - 2;
		sprintf(text + strlen(text),
		    "<InitialFilterCriteria><Priority>900</Priority>"
		    "<ApplicationServer><ServerName>sip:a</ServerName>"
		    "<ServiceInfo>%0*d%s",
		    (int)more, 0, end);
	}
	put(shared, "1.xml", text);
	told[0] = '\0';

	struct cx_profiles *p = load();
	size_t whole = 0;

	if (nfaults == 0)
		cx_profile_whole(p, 0, &whole);
	cx_profiles_free(p);
	return whole;
}

START_TEST(profile_with_its_sets_has_a_limit)
{
	ck_assert_uint_eq(load_long(PROFILE_TEXT_MAX), PROFILE_TEXT_MAX);
	ck_assert_uint_eq(load_long(PROFILE_TEXT_MAX + 1), 0);
	ck_assert_ptr_nonnull(strstr(told,
	    "with its shared sets the profile is over 32768 octets long"));
}
END_TEST

/* --- The document --- */

static char xml[65536];

static const char *
document(struct store_impu *impus, unsigned n, bool knows)
{
	const struct store_sub sub = { .impus = impus, .nimpus = (uint8_t)n };
	struct store_impi impi = { .name = name("alice@example.org") };
	const struct cx_userdata_for to = { .shared = knows, .alias = knows };
	struct cx_profiles *p = load();
	size_t len =
	    cx_userdata_for(xml, sizeof xml - 1, NULL, p, &sub, 0, &impi, &to);

	cx_profiles_free(p);
	ck_assert_uint_gt(len, 0);
	xml[len] = '\0';
	lint_write(dir, "document", xml, len);
	ck_assert_msg(lint_valid(dir, "document"), "not valid: %s", xml);
	return xml;
}

START_TEST(documents_of_both_kinds_are_valid)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a@h"), .display = "A & B" },
		{ .name = name("tel:+1"), .barred = true },
		{ .name = name("sip:b@h"), .profile = 1 },
		{ .name = name("sip:p@h"), .profile = 1, .psi = true },
		{ .name = name("sip:!.*!@h"), .profile = 1, .wildcard = true },
		{ .name = name("sip:c@h") },
		{ .name = name("sip:other@h"), .set = 1 },
		{ .name = name("tel:+2") },
	};

	put(shared, "7.xml", IFC("9"));
	put(dir, "a.xml", IFC("1") IDS(ID("7")));
	put(dir, "b.xml", "");
	document(impus, 8, false);
	ck_assert_ptr_null(strstr(xml, "AliasIdentityGroupID"));
	ck_assert_ptr_null(strstr(xml, "SharedIFCSetID"));
	ck_assert_ptr_nonnull(strstr(xml, IFC("1") IFC("9")));
	document(impus, 8, true);
	ck_assert_ptr_nonnull(strstr(xml, IFC("1") IDS(ID("7"))));
	ck_assert_ptr_null(strstr(xml, IFC("9")));
	ck_assert_ptr_nonnull(strstr(xml,
	    "sip:a@h</Identity><Extension><Extension><DisplayName>A &amp; B"
	    "</DisplayName><AliasIdentityGroupID>1.1</AliasIdentityGroupID>"
	    "</Extension></Extension>"));
	ck_assert_ptr_nonnull(strstr(xml,
	    "tel:+1</Identity><Extension><Extension><AliasIdentityGroupID>1.1"
	    "</AliasIdentityGroupID></Extension></Extension>"));
	/* alone among a service and a wildcard */
	ck_assert_ptr_nonnull(
	    strstr(xml, "sip:b@h</Identity></PublicIdentity>"));
	ck_assert_ptr_null(strstr(xml, "1.2"));
	/* the third ServiceProfile, in spite of what is of another set */
	ck_assert_ptr_nonnull(strstr(xml,
	    "sip:c@h</Identity><Extension><Extension><AliasIdentityGroupID>1.3"));
	ck_assert_ptr_nonnull(strstr(xml,
	    "tel:+2</Identity><Extension><Extension><AliasIdentityGroupID>1.3"));
}
END_TEST

START_TEST(wildcard_keeps_its_place_beside_aliases)
{
	struct store_impu impus[] = {
		{ .name = name("sip:a@h") },
		{ .name = name("sip:b@h") },
		{ .name = name("sip:!.*!@h"),
		    .wildcard = true,
		    .display = "W" },
	};

	put(dir, "a.xml", "");
	document(impus, 3, true);
	ck_assert_ptr_nonnull(strstr(xml,
	    "<IdentityType>4</IdentityType><Extension><DisplayName>W"
	    "</DisplayName><Extension><WildcardedIMPU>"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		criteria_of_a_shared_set_stand_behind_those_of_the_profile,
		other_extensions_stay,
		profile_without_shared_sets_is_the_same_for_all,
		without_the_folder_the_sets_are_those_of_the_scscf,
		two_profiles_may_share_a_set,
		faults_name_file_and_line,
		criteria_of_profile_and_sets_have_a_limit,
		profile_with_its_sets_has_a_limit,
		documents_of_both_kinds_are_valid,
		wildcard_keeps_its_place_beside_aliases,
	};

	return run_cases("cx/profile_shared", setup, teardown, tests,
	    sizeof tests / sizeof tests[0]);
}
