/*
 * XML into a bounded buffer (XML 1.0, clauses 2.2 and 2.4): every value that
 * goes into a user profile passes xml_text().  Attributes, comments and
 * declarations are not made here.
 */
#include "cx/xml.h"

#include <stdint.h>
#include <string.h>

/* Lead octets of UTF-8 (RFC 3629): how many follow and which scalar is the
 * first that needs so many. */
static const struct lead {
	uint8_t mask, bits;
	unsigned follow;
	uint32_t first;
} leads[] = {
	{ 0xe0, 0xc0, 1, 0x80 },
	{ 0xf0, 0xe0, 2, 0x800 },
	{ 0xf8, 0xf0, 3, 0x10000 },
};

static bool
is_char(uint32_t c)
{
	if (c < 0x20 || c == 0x7f)
		return c == '\t' || c == '\n';
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) && c != 0xfffe &&
	       c != 0xffff;
}

/* Octets of the character at s, 0 if it is none that XML may hold. */
static size_t
char_len(const uint8_t *s, size_t len)
{
	if (s[0] < 0x80)
		return is_char(s[0]) ? 1 : 0;
	for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
		const struct lead *l = &leads[i];
		if ((s[0] & l->mask) != l->bits)
			continue;
		if (len <= l->follow)
			return 0;
		uint32_t c = s[0] & (uint8_t)~l->mask;
		for (unsigned k = 1; k <= l->follow; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[k] & 0x3f);
		}
		return c >= l->first && is_char(c) ? l->follow + 1 : 0;
	}
	return 0;
}

static const char *
escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return NULL;
	}
}

void
xml_raw(struct xml *x, const char *s, size_t len)
{
	if (x->full || len > x->cap - x->len) {
		x->full = true;
		return;
	}
	memcpy(x->p + x->len, s, len);
	x->len += len;
}

void
xml_markup(struct xml *x, const char *s)
{
	xml_raw(x, s, strlen(s));
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Do eight octets stand for themselves: ASCII, neither control characters nor
 * markup?  Of each octet the highest bit says so; '<' and '>' differ in one bit
 * alone. */
static bool
is_plain_word(uint64_t word)
{
	uint64_t w = word & EACH(0x7f), from_space = w + EACH(0x80 - ' ');
	uint64_t not_del = (w ^ EACH(0x7f)) + EACH(0x7f);
	uint64_t not_ampersand = (w ^ EACH('&')) + EACH(0x7f);
	uint64_t not_angle = ((w | EACH('<' ^ '>')) ^ EACH('>')) + EACH(0x7f);

	return (~word & from_space & not_del & not_ampersand & not_angle &
		   EACH(0x80)) == EACH(0x80);
}

static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && escape_of(c) == NULL;
}

/* Octets from s on that stand for themselves; nearly all do. */
static size_t
plain_len(const char *s, size_t len)
{
	uint64_t word;
	size_t n = 0;

	for (; len - n >= sizeof word; n += sizeof word) {
		memcpy(&word, s + n, sizeof word);
		if (!is_plain_word(word))
			break;
	}
	while (n < len && is_plain(s[n]))
		n++;
	return n;
}

void
xml_text(struct xml *x, const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t plain = plain_len(s + i, len - i);

		if (plain > 0) {
			xml_raw(x, s + i, plain);
			i += plain;
			continue;
		}

		size_t n = char_len((const uint8_t *)s + i, len - i);
		const char *escape = escape_of(s[i]);

		if (escape != NULL)
			xml_markup(x, escape);
		else if (n == 0)
			xml_markup(x, "?");
		else
			xml_raw(x, s + i, n);
		i += n == 0 ? 1 : n;
	}
}

/* A tag in one piece: a document has more tags than texts. */
static void
put_tag(struct xml *x, const char *open, size_t open_len, const char *name)
{
	size_t name_len = strlen(name), len = open_len + name_len + 1;
	char *p = x->p + x->len;

	if (x->full || len > x->cap - x->len) {
		x->full = true;
		return;
	}
	memcpy(p, open, open_len);
	memcpy(p + open_len, name, name_len);
	p[len - 1] = '>';
	x->len += len;
}

void
xml_begin(struct xml *x, const char *name)
{
	put_tag(x, "<", 1, name);
}

void
xml_end(struct xml *x, const char *name)
{
	put_tag(x, "</", 2, name);
}

void
xml_element(struct xml *x, const char *name, const char *s, size_t len)
{
	xml_begin(x, name);
	xml_text(x, s, len);
	xml_end(x, name);
}
