/*
 * Which characters a text may have (RFC 3629, 4; RFC 6733, 4.3.1).  Nearly all
 * texts are ASCII, so eight octets at a time are looked at, which costs a third
 * of what one at a time does: of each octet of a word the highest bit says
 * whether the octet is one that is looked for.
 */
#include "diameter/text.h"

#include <string.h>

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Octets above ASCII. */
static uint64_t
above_ascii(uint64_t word)
{
	return word & EACH(0x80);
}

/* Octets that are no visible ASCII: up to ' ', or from DEL on.  Octets of
 * seven bits borrow nothing from each other below, nor carry. */
static uint64_t
invisible(uint64_t word)
{
	uint64_t low = EACH(0x80) + (word & EACH(0x7f)) - EACH(' ' + 1);
	uint64_t del = (word & EACH(0x7f)) + EACH(1);

	return (~low | del | word) & EACH(0x80);
}

/* How many octets at the beginning are not meant, as far as that is seen word
 * by word; the last word may begin in the one before. */
static size_t
skip(struct dia_slice s, uint64_t (*meant)(uint64_t))
{
	uint64_t word;
	size_t n = 0;

	if (s.len < sizeof word)
		return 0;
	while (n < s.len) {
		size_t at = n < s.len - sizeof word ? n : s.len - sizeof word;

		memcpy(&word, s.p + at, sizeof word);
		if (meant(word) != 0)
			return n;
		n = at + sizeof word;
	}
	return n;
}

/* Octets of the UTF-8 character at p (RFC 3629, 4); 0 if it is none. */
static size_t
utf8_len(const uint8_t *p, size_t left)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t n = 1; n <= 4; n++) {
		if ((p[0] & forms[n - 1].mask) != forms[n - 1].lead)
			continue;
		if (n > left)
			return 0;

		uint32_t c = p[0] & (uint8_t)~forms[n - 1].mask;

		for (size_t i = 1; i < n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (p[i] & 0x3f);
		}
		if (c < forms[n - 1].least || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return 0;
		return n;
	}
	return 0;
}

bool
text_is_utf8(struct dia_slice s)
{
	for (size_t i = skip(s, above_ascii); i < s.len;) {
		size_t n = s.p[i] < 0x80 ? 1 : utf8_len(s.p + i, s.len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

bool
text_is_visible(struct dia_slice s)
{
	for (size_t i = skip(s, invisible); i < s.len; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	}
	return true;
}
