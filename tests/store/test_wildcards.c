/*
 * Finding the identity (TS 29.228, 7.2; TS 23.003, 13.4 and 13.5): exact
 * before wildcarded, the longest literal prefix first.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

#define KEYS                                     \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n"
#define HEAD "[w]\nimpi = w@h\n" KEYS

/* The identity that a text is matched to, "" for none. */
static const char *
matched(const char *text)
{
	static char name[STORE_NAME_MAX + 1];
	const struct store_impu *found =
	    store_match_impu(store, text, strlen(text));

	if (found == NULL)
		return "";
	store_name(store, &found->name, name, sizeof name);
	return name;
}

START_TEST(exact_identity_wins)
{
	load_good(HEAD "impu = sip:!.*!@h wildcard\nimpu = sip:a@h\n"
		       "impu = sip:b@h psi\n");
	ck_assert_str_eq(matched("sip:a@h"), "sip:a@h");
	ck_assert_str_eq(matched("SIP:%61@H:5060;x=y"), "sip:a@h");
	ck_assert_str_eq(matched("sip:b@h"), "sip:b@h");
	ck_assert_str_eq(matched("sip:c@h"), "sip:!.*!@h");
	ck_assert_str_eq(matched("sip:!.*!@h"), "sip:!.*!@h");
	ck_assert_ptr_null(store_find_impu(store, "sip:c@h", 7));
}
END_TEST

START_TEST(longest_literal_prefix_wins)
{
	load_good(HEAD "impu = sip:!.*!@h wildcard\n"
		       "impu = sip:ab!.*!@h wildcard\n"
		       "impu = sip:a!.*!@h wildcard\n"
		       "impu = sip:ab!.!-x@h wildcard\n");
	ck_assert_str_eq(matched("sip:abc@h"), "sip:ab!.*!@h");
	ck_assert_str_eq(matched("sip:ab@h"), "sip:ab!.*!@h");
	ck_assert_str_eq(matched("sip:a@h"), "sip:a!.*!@h");
	ck_assert_str_eq(matched("sip:x@h"), "sip:!.*!@h");
	/* of equal prefixes the first in the file */
	ck_assert_str_eq(matched("sip:abc-x@h"), "sip:ab!.*!@h");
}
END_TEST

START_TEST(shorter_prefix_is_tried_when_the_longer_does_not_match)
{
	load_good(HEAD "impu = sip:ab![0-9]+!@h wildcard\n"
		       "impu = sip:a!.*!@h wildcard\n");
	ck_assert_str_eq(matched("sip:ab1@h"), "sip:ab![0-9]+!@h");
	ck_assert_str_eq(matched("sip:abx@h"), "sip:a!.*!@h");
}
END_TEST

START_TEST(all_of_the_identity_has_to_match)
{
	load_good(HEAD "impu = sip:a!.!-b@h wildcard\n");
	ck_assert_str_eq(matched("sip:ax-b@h"), "sip:a!.!-b@h");
	ck_assert_str_eq(matched("sip:ax-b@hh"), "");
	ck_assert_str_eq(matched("sip:ax-b@x.h"), "");
	ck_assert_str_eq(matched("sip:ax-bb@h"), "");
	ck_assert_str_eq(matched("sip:xax-b@h"), "");
	ck_assert_str_eq(matched("sip:a-b@h"), "");
	ck_assert_str_eq(matched("sips:ax-b@h"), "");
	ck_assert_str_eq(matched("tel:+1"), "");
	ck_assert_str_eq(matched("nonsense"), "");
	ck_assert_str_eq(matched("sip:h"), "");
}
END_TEST

START_TEST(domains_do_not_mix)
{
	load_good(HEAD "impu = sip:a!.*!@h wildcard\n"
		       "impu = sip:a!.*!@i wildcard\n");
	ck_assert_str_eq(matched("sip:ab@h"), "sip:a!.*!@h");
	ck_assert_str_eq(matched("sip:ab@I"), "sip:a!.*!@i");
	ck_assert_str_eq(matched("sip:ab@j"), "");
}
END_TEST

START_TEST(numbers_are_matched_without_separators)
{
	load_good(HEAD "impu = tel:+1555![0-9]{4}! wildcard\n");
	ck_assert_str_eq(matched("tel:+1-555-00.01"), "tel:+1555![0-9]{4}!");
	ck_assert_str_eq(matched("tel:+15550001;ext=1"), "tel:+1555![0-9]{4}!");
	ck_assert_str_eq(matched("tel:+155500011"), "");
}
END_TEST

START_TEST(the_longest_identity_is_matched)
{
	char text[STORE_NAME_MAX + 2];

	load_good(HEAD "impu = sip:!(a|a)*!@h wildcard\n");
	memset(text, 'a', sizeof text);
	memcpy(text, "sip:", 4);
	memcpy(text + STORE_NAME_MAX - 2, "@h", 3);
	ck_assert_str_eq(matched(text), "sip:!(a|a)*!@h");
	memcpy(text + STORE_NAME_MAX - 2, "a@h", 4);
	ck_assert_str_eq(matched(text), "");
}
END_TEST

START_TEST(prefix_may_be_as_long_as_an_identity_can_have_it)
{
	char subs[2048], text[STORE_NAME_MAX + 1];
	const char *end = "!.?!@h"; /* and four for the scheme */
	int n = STORE_NAME_MAX - 4 - (int)strlen(end);

	snprintf(
	    subs, sizeof subs, HEAD "impu = sip:%0*d%s wildcard\n", n, 0, end);
	load_good(subs);
	snprintf(text, sizeof text, "sip:%0*d@h", n, 0);
	ck_assert_str_ne(matched(text), "");
	snprintf(text, sizeof text, "sip:%0*dx@h", n, 0);
	ck_assert_str_ne(matched(text), "");
}
END_TEST

/* The text of so many wildcards that begin alike. */
static const char *
alike(unsigned n)
{
	static char subs[4096];
	size_t len = (size_t)sprintf(subs, HEAD);

	for (unsigned i = 0; i < n; i++)
		len += (size_t)sprintf(
		    subs + len, "impu = sip:a!x{%u}!@h wildcard\n", i + 1);
	return subs;
}

START_TEST(wildcards_that_begin_alike_have_a_limit)
{
	load_good(alike(WILDCARDS_ALIKE_MAX));
	ck_assert_str_eq(matched("sip:axxxxxxxxxxxxxxxx@h"), "sip:a!x{16}!@h");
	ck_assert_uint_eq(load_text(alike(WILDCARDS_ALIKE_MAX + 1)), 1);
	ck_assert_str_eq(
	    faults, "subs:21: more than 16 wildcards begin so in one domain\n");
}
END_TEST

START_TEST(reload_changes_what_is_matched)
{
	load_good(HEAD "impu = sip:a!.*!@h wildcard\n");
	load_good(HEAD "impu = sip:b!.*!@h wildcard\n");
	ck_assert_str_eq(matched("sip:ax@h"), "");
	ck_assert_str_eq(matched("sip:bx@h"), "sip:b!.*!@h");
	load_good(ALICE);
	ck_assert_str_eq(matched("sip:bx@h"), "");
}
END_TEST

START_TEST(services_have_a_server_and_a_state)
{
	load_good(
	    HEAD "impu = sip:a@h psi as=sip:as.h:5070\n"
		 "impu = sip:b@h psi inactive display=B as=\"sip:b.h;lr\"\n"
		 "impu = sip:c@h display=C\n");
	ck_assert_str_eq(store_impu_as(impu("sip:a@h")), "sip:as.h:5070");
	ck_assert_str_eq(impu("sip:a@h")->display, "");
	ck_assert(!impu("sip:a@h")->inactive);
	ck_assert_str_eq(store_impu_as(impu("sip:b@h")), "sip:b.h;lr");
	ck_assert_str_eq(impu("sip:b@h")->display, "B");
	ck_assert(impu("sip:b@h")->inactive);
	ck_assert_ptr_null(store_impu_as(impu("sip:c@h")));
	ck_assert_str_eq(impu("sip:c@h")->display, "C");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		exact_identity_wins,
		longest_literal_prefix_wins,
		shorter_prefix_is_tried_when_the_longer_does_not_match,
		all_of_the_identity_has_to_match,
		domains_do_not_mix,
		numbers_are_matched_without_separators,
		the_longest_identity_is_matched,
		prefix_may_be_as_long_as_an_identity_can_have_it,
		wildcards_that_begin_alike_have_a_limit,
		reload_changes_what_is_matched,
		services_have_a_server_and_a_state,
	};

	return run_store_tests(
	    "wildcards", tests, sizeof tests / sizeof *tests);
}
