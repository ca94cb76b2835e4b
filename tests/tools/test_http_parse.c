/* The head of an HTTP request, taken apart. */
#include "tests/run.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/hssd/http_parse.h"

enum { BODY_MAX = 100, HEAD_MAX = 1024 };

static struct http_head head;

/* A copy of just the octets: the sanitizer sees what is read beyond. */
static int
parse(const char *text, size_t len)
{
	static char *copy;

	free(copy);
	copy = malloc(len + 1);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (http_parse(&head, copy, len, BODY_MAX))
		return 200;
	ck_assert_ptr_nonnull(head.what);
	return head.status;
}

static int
parse_text(const char *text)
{
	return parse(text, strlen(text));
}

START_TEST(request_is_taken_apart)
{
	ck_assert_int_eq(parse_text("POST /a/b?c=d HTTP/1.1\r\nhOST: x\r\n"
				    "Content-Length: 12\r\nX:\r\n\r\n"),
	    200);
	ck_assert_str_eq(head.method, "POST");
	ck_assert_str_eq(head.path, "/a/b");
	ck_assert_str_eq(head.query, "c=d");
	ck_assert_uint_eq(head.length, 12);
}
END_TEST

START_TEST(request_without_query_has_an_empty_one)
{
	ck_assert_int_eq(parse_text("GET /a HTTP/1.0\r\n\r\n"), 200);
	ck_assert_str_eq(head.query, "");
	ck_assert_uint_eq(head.length, 0);
}
END_TEST

START_TEST(body_at_its_limit_is_taken_one_more_is_413)
{
	char text[HEAD_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof text,
		    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
		    BODY_MAX + i);
		ck_assert_int_eq(parse_text(text), i == 0 ? 200 : 413);
	}
}
END_TEST

/* 2^64 and more do not wrap around to a small length. */
START_TEST(lengths_beyond_64_bits_are_413)
{
	static const char *const lengths[] = { "18446744073709551615",
		"18446744073709551616", "18446744073709551617",
		"184467440737095516160", "99999999999999999999999999999999" };
	char text[HEAD_MAX];

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		snprintf(text, sizeof text,
		    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n",
		    lengths[i]);
		ck_assert_int_eq(parse_text(text), 413);
	}
}
END_TEST

/* Every part of a head is refused or taken, and nothing beyond it is read. */
START_TEST(truncated_heads_are_refused)
{
	static const char text[] = "GET /a?b HTTP/1.1\r\nHost: x\r\n"
				   "Content-Length: 5\r\n\r\n";

	for (size_t len = 0; len < sizeof text - 1; len++) {
		int status = parse(text, len);
		bool whole_lines = len > 2 && text[len - 1] == '\n';

		ck_assert_msg(status == 400 || status == 505 || whole_lines,
		    "%zu octets: %d", len, status);
	}
}
END_TEST

START_TEST(control_characters_are_refused)
{
	static const char text[] = "GET /a HTTP/1.1\r\nHost: xyz\r\n\r\n";

	for (int c = 0; c < 256; c++) {
		char spoiled[sizeof text];
		bool control = (c < ' ' && c != '\t') || c == 0x7f;

		memcpy(spoiled, text, sizeof text);
		spoiled[24] = (char)c;
		ck_assert_int_eq(
		    parse(spoiled, sizeof text - 1), control ? 400 : 200);
	}
}
END_TEST

START_TEST(decoding_takes_two_hex_digits)
{
	static const struct {
		const char *text, *decoded; /* NULL: refused */
	} rows[] = {
		{ "", "" },
		{ "a%20b", "a b" },
		{ "%41%4a%4A", "AJJ" },
		{ "%2541", "%41" },
		{ "%ff", "\xff" },
		{ "%", NULL },
		{ "%4", NULL },
		{ "%4g", NULL },
		{ "%g4", NULL },
		{ "%%41", NULL },
		{ "a%00b", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *text = strdup(rows[i].text);

		ck_assert_ptr_nonnull(text);
		ck_assert(http_decode(text) == (rows[i].decoded != NULL));
		if (rows[i].decoded != NULL)
			ck_assert_str_eq(text, rows[i].decoded);
		free(text);
	}
}
END_TEST

int
main(void)
{
	return RUN("tools/http_parse", NULL, NULL, request_is_taken_apart,
	    request_without_query_has_an_empty_one,
	    body_at_its_limit_is_taken_one_more_is_413,
	    lengths_beyond_64_bits_are_413, truncated_heads_are_refused,
	    control_characters_are_refused, decoding_takes_two_hex_digits);
}
