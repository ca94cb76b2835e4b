/*
 * Octets from the hex digits of a test vector, and comparison with them.
 */
#ifndef HEX_H
#define HEX_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HEX_MAX = 64 }; /* octets of the longest value */

static inline uint8_t
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = strchr(digits, c);
	ck_assert_msg(c != '\0' && p != NULL, "no hex digit: '%c'", c);
	return (uint8_t)(p - digits);
}

static inline void
hex_get(uint8_t *out, size_t len, const char *text)
{
	ck_assert_uint_eq(strlen(text), 2 * len);
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 |
				   hex_digit(text[2 * i + 1]));
}

static inline uint64_t
hex_number(const char *text)
{
	uint64_t n = 0;
	for (; *text != '\0'; text++)
		n = n << 4 | hex_digit(*text);
	return n;
}

/* Fails the test, naming what, unless the octets are those of text. */
static inline void
hex_is(const void *octets, const char *text, const char *what)
{
	uint8_t want[HEX_MAX];
	size_t len = strlen(text) / 2;
	ck_assert_uint_le(len, sizeof(want));
	hex_get(want, len, text);
	ck_assert_msg(
	    memcmp(octets, want, len) == 0, "%s is not %s", what, text);
}

#endif
