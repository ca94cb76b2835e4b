/*
 * Expressions of wildcarded identities: what POSIX says of them, by hand and
 * by regexec(3) as a second opinion, and what they may cost at most.
 */
#include "tests/store/store_fixture.h"

#include "store/pattern.h"

#include <regex.h>
#include <stdio.h>

static struct pattern_code code;

static bool
compiles(const char *text)
{
	return pattern_compile(&code, text, strlen(text)) == NULL;
}

static bool
matches(const char *text)
{
	return pattern_match(
	    code.ops, code.nops, code.sets, text, strlen(text));
}

static const struct {
	const char *pattern, *yes, *no; /* texts, a space between */
} rows[] = {
	{ "!.*!", "a abc !", "" },
	{ "!.+!@h", "a@h ab@h @@h", "@h a@H a@hh xa@" },
	{ "-!a|bc|!-", "-a- -bc- --", "-b- -abc- a" },
	{ "!(a|b)*c!", "c ac babac", "ab cc" },
	{ "!a{2}!", "aa", "a aaa" },
	{ "!a{2,}b!", "aab aaaab", "ab b" },
	{ "!a{0,2}b!", "b ab aab", "aaab" },
	{ "!(ab|c){2,3}!", "abab cc abcab", "ab cccc" },
	{ "!a{0}b!", "b", "ab" },
	{ "!(a*)*b!", "b aab", "a" },
	{ "!(a*)+(b?){2,}!", "a bbb aab", "ba" },
	{ "![0-9a-f]+!", "0 9af", "g A" },
	{ "![^0-9]!", "a -", "1" },
	{ "![]x]!", "] x", "a" },
	{ "![^]x]!", "a", "] x" },
	{ "![a-]!", "a -", "b" },
	{ "![[:digit:][:upper:]]+!", "0A", "a :" },
	{ "![\\]+!", "\\", "a" },
	{ "!a\\.b\\*\\!-c\\!", "", "a.b*" },
	{ "!\\.\\(\\[!", ".([", "a([" },
	{ "!((a)(b(c|d)))?!e", "e abce abde", "abe" },
	{ "!.!-!..!", "a-bc", "a-b ab-c" },
	{ ".*!x!", ".*x", "aax" },
	{ "!a!b!c", "ab!c", "abc" },
	{ "!!x", "x", "y" },
	{ "!()!x", "x", "y" },
};

START_TEST(expressions_match_as_posix_says)
{
	char text[64];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool ok = compiles(rows[i].pattern);

		if (*rows[i].yes == '\0' && !ok)
			continue; /* a '!' ends it, escaped or not */
		ck_assert_msg(ok, "%s", rows[i].pattern);
		for (int want = 0; want < 2; want++) {
			strcpy(text, want ? rows[i].yes : rows[i].no);
			for (char *s = strtok(text, " "); s != NULL;
			     s = strtok(NULL, " "))
				ck_assert_msg(matches(s) == want, "%s %s",
				    rows[i].pattern, s);
		}
	}
}
END_TEST

START_TEST(what_is_no_expression_is_refused)
{
	static const char *const bad[] = { "!(!", "!)!", "!a)(!", "!*a!", "!+!",
		"!a|*!", "!(*a)!", "!{2}!", "!a{!", "!a{2!", "!a{,2}!",
		"!a{2,1}!", "!a{256}!", "!a{x}!", "![!", "![]!", "![^]!",
		"![a!", "![b-a]!", "![[:none:]]!", "![[.a.]]!", "![[=a=]]!",
		"!\\!", "!(a)\\1!", "!\\w!", "!^a!", "!a$!" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!compiles(bad[i]), "%s", bad[i]);
}
END_TEST

/* `a{n}` and its end are n + 1 operations. */
START_TEST(operations_have_a_limit)
{
	char text[64];

	ck_assert(compiles("!a{255}b{255}c!"));
	ck_assert_uint_eq(code.nops, PATTERN_OPS_MAX);
	ck_assert(!compiles("!a{255}b{255}cd!"));
	ck_assert(!compiles("!((a{255}){255}){255}!"));
	ck_assert(!compiles("!(a|b|c){255}{255}!"));
	for (int i = 0; i < 40; i++) {
		snprintf(text, sizeof text, "!((a|bc){%d}(d?){%d}|e){%d}!", i,
		    i, 7 * i);
		compiles(text);
		ck_assert_uint_le(code.nops, PATTERN_OPS_MAX);
	}
}
END_TEST

static void
repeat(char *to, const char *what, int n)
{
	for (int i = 0; i < n; i++)
		to = stpcpy(to, what);
}

START_TEST(sets_groups_and_branches_have_a_limit)
{
	static const struct {
		const char *what, *after;
		int max;
	} limits[] = {
		{ "[ab]", "", PATTERN_SETS_MAX },
		{ "(", ")", PATTERN_DEPTH_MAX - 1 },
		{ "|", "", PATTERN_BRANCHES_MAX },
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		for (int more = 0; more < 2; more++) {
			char text[256] = "!";
			int n = limits[i].max + more;

			repeat(text + 1, limits[i].what, n);
			strcat(text, "x");
			repeat(text + strlen(text), limits[i].after, n);
			strcat(text, "!");
			ck_assert_msg(
			    compiles(text) == (more == 0), "%s", text);
		}
	}
}
END_TEST

/* What makes a matcher that goes back, or that keeps its states, take years
 * or gigabytes. */
START_TEST(evil_expressions_cost_little)
{
	static const char *const evil[] = { "!(a|aa)+$!", "!(a*)*(a*)*(a*)*b!",
		"!(a|a|a|a|a)*b!", "!(.*)(.*)(.*)(.*)(.*)b!",
		"!(a|b)*a(a|b){60}!", "!(a?){120}a{120}!" };
	char text[256];

	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		if (!compiles(evil[i]))
			continue;
		for (unsigned seed = 0; seed < 50; seed++) {
			for (size_t k = 0; k < 255; k++)
				text[k] =
				    (k * (seed + 3) / 7 + seed) % 3 ? 'a' : 'b';
			text[255] = '\0';
			matches(text);
		}
	}
}
END_TEST

static unsigned state = 1;

static unsigned
draw(unsigned n)
{
	state = state * 1103515245 + 12345;
	return (state >> 16) % n;
}

/* An expression of a few pieces, right by itself; never empty. */
static void
make_expression(char *to)
{
	static const char *const pieces[] = { "a", "b", ".", "[ab]", "[^a]",
		"(a|b)", "(ab|c)", "(a|(b|c)*)", "\\.", "[[:alpha:]]" };
	static const char *const repeats[] = { "", "", "", "*", "+", "?", "{2}",
		"{1,3}", "{0,1}", "{2,}", "|" };

	for (unsigned n = 1 + draw(5); n > 0; n--) {
		to = stpcpy(to, pieces[draw(sizeof pieces / sizeof *pieces)]);
		to =
		    stpcpy(to, repeats[draw(sizeof repeats / sizeof *repeats)]);
	}
	stpcpy(to, "a");
}

START_TEST(regexec_is_of_the_same_opinion)
{
	char expression[256], wild[300], posix[300], text[16];
	unsigned n = 0;

	for (int i = 0; i < 3000; i++) {
		regex_t regex;

		make_expression(expression);
		snprintf(wild, sizeof wild, "!%s!", expression);
		snprintf(posix, sizeof posix, "^(%s)$", expression);
		ck_assert_msg(compiles(wild), "%s", wild);
		ck_assert_int_eq(
		    regcomp(&regex, posix, REG_EXTENDED | REG_NOSUB), 0);
		for (int k = 0; k < 20; k++) {
			size_t len = draw(8);

			for (size_t m = 0; m < len; m++)
				text[m] = "abc."[draw(4)];
			text[len] = '\0';

			bool want = regexec(&regex, text, 0, NULL, 0) == 0;

			ck_assert_msg(
			    matches(text) == want, "%s of %s", wild, text);
			n += want;
		}
		regfree(&regex);
	}
	ck_assert_uint_gt(n, 1000);
}
END_TEST

/* Every text of a few octets that mean something: no crash. */
START_TEST(any_text_compiles_or_is_refused)
{
	static const char octets[] = "a!()|*{}1,[]^-\\:.";
	char text[32];

	for (int i = 0; i < 200000; i++) {
		size_t len = draw(sizeof text);

		for (size_t k = 0; k < len; k++)
			text[k] = octets[draw(sizeof octets - 1)];
		text[0] = '!';
		if (pattern_compile(&code, text, len) == NULL)
			pattern_match(
			    code.ops, code.nops, code.sets, "aa1-a", 5);
		ck_assert_uint_le(code.nops, PATTERN_OPS_MAX);
		ck_assert_uint_le(code.nsets, PATTERN_SETS_MAX);
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		expressions_match_as_posix_says,
		what_is_no_expression_is_refused,
		operations_have_a_limit,
		sets_groups_and_branches_have_a_limit,
		evil_expressions_cost_little,
		regexec_is_of_the_same_opinion,
		any_text_compiles_or_is_refused,
	};

	return run_store_tests("pattern", tests, sizeof tests / sizeof *tests);
}
