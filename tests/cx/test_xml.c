/*
 * Character data: what is escaped, wherever it stands, and what XML cannot
 * hold.
 */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "cx/xml.h"
#include "tests/run.h"

enum { TEXT_MAX = 26, OUT_CAP = 8 * TEXT_MAX };

/* What an octet becomes, in out; letters before and behind it. */
static void
assert_octet(size_t len, size_t at, char octet, const char *becomes)
{
	char text[TEXT_MAX], out[OUT_CAP], want[OUT_CAP];
	struct xml x = { out, 0, sizeof out, false };

	memset(text, 'a', len);
	text[at] = octet;
	xml_text(&x, text, len);
	memset(want, 'a', sizeof want);
	memcpy(want + at, becomes, strlen(becomes));
	ck_assert(!x.full);
	ck_assert_uint_eq(x.len, len - 1 + strlen(becomes));
	ck_assert_mem_eq(out, want, x.len);
}

static const char *
becomes(char text[2], int octet)
{
	text[0] = (char)octet;
	text[1] = '\0';
	if (octet == '&')
		return "&amp;";
	if (octet == '<')
		return "&lt;";
	if (octet == '>')
		return "&gt;";
	if (octet == '\t' || octet == '\n')
		return text;
	return octet < ' ' || octet >= 0x7f ? "?" : text;
}

START_TEST(octet_is_escaped_wherever_it_stands)
{
	char text[2];

	for (size_t len = 1; len <= TEXT_MAX; len++) {
		for (size_t at = 0; at < len; at++) {
			for (int c = 1; c <= UINT8_MAX; c++)
				assert_octet(
				    len, at, (char)c, becomes(text, c));
		}
	}
}
END_TEST

START_TEST(tags_and_text_fit_to_the_octet_or_not_at_all)
{
	static const char want[] = "<Name>a&lt;b</Name>";
	char out[sizeof want];

	for (size_t cap = 0; cap < sizeof out; cap++) {
		struct xml x = { out, 0, cap, false };

		xml_element(&x, "Name", "a<b", 3);
		ck_assert(x.len <= cap);
		ck_assert(x.full == (cap < sizeof want - 1));
		if (!x.full)
			ck_assert_mem_eq(out, want, x.len);
	}
}
END_TEST

int
main(void)
{
	return RUN("cx/xml", NULL, NULL, octet_is_escaped_wherever_it_stands,
	    tags_and_text_fit_to_the_octet_or_not_at_all);
}
