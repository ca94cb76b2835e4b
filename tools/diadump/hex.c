/*
 * Hex text: digits in pairs, with white space and colons between them, or the
 * output of xxd, hexdump -C, tcpdump -x and the like, with offsets in front
 * and characters behind.  A line that is none of that, or an offset of 0, ends
 * a run of octets.
 *
 * A run that begins like an IP packet (tcpdump -x) is read as one.
 */
#include "tools/diadump/dump.h"

#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

struct run {
	uint8_t *p;
	size_t len;
	unsigned line; /* where it begins */
	bool offsets;  /* its lines have offsets */
};

struct line {
	const char *p, *end;
};

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t
count_spaces(const struct line *l)
{
	const char *p = l->p;

	while (p < l->end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return (size_t)(p - l->p);
}

static size_t
count_digits(const struct line *l)
{
	const char *p = l->p;

	while (p < l->end && digit(*p) >= 0)
		p++;
	return (size_t)(p - l->p);
}

/* What stands in front of a line: none, one that ends in a colon, one that
 * ends in spaces. */
enum offset { OFFSET_NONE, OFFSET_COLON, OFFSET_SPACES };

/* The value of digits; those of od are octal and seven, or six. */
static size_t
offset_value(const char *digits, size_t n)
{
	size_t base = n == 7 ? 8 : 16, value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * base + (size_t)digit(digits[i]);
	return value;
}

/* Takes the offset off a line.  One without a colon must be 0 or follow the
 * octets before it. */
static enum offset
take_offset(struct line *l, size_t before, size_t *value)
{
	struct line at = *l;
	bool prefix = at.end - at.p > 2 && at.p[0] == '0' && at.p[1] == 'x';

	if (prefix)
		at.p += 2;

	const char *digits = at.p;
	size_t n = count_digits(&at);
	enum offset is = OFFSET_NONE;

	at.p += n;
	if (n < 4 || n > 8)
		return OFFSET_NONE;
	*value = offset_value(digits, n);
	if (at.p < at.end && *at.p == ':' &&
	    (at.end - at.p == 1 || isspace((unsigned char)at.p[1]))) {
		is = OFFSET_COLON;
		at.p++;
	} else if (!prefix && count_spaces(&at) >= (n == 6 || n == 7 ? 1 : 2) &&
		   (*value == 0 || *value == before)) {
		is = OFFSET_SPACES;
	}
	if (is != OFFSET_NONE)
		*l = at;
	return is;
}

/* One group of digit pairs with colons in it, appended at out; how many octets,
 * or 0 if it is something else. */
static size_t
take_group(struct line *l, uint8_t *out)
{
	size_t n = 0;

	while (l->end - l->p >= 2 && digit(l->p[0]) >= 0) {
		int low = digit(l->p[1]);

		if (low < 0)
			return 0;
		out[n++] = (uint8_t)(digit(l->p[0]) << 4 | low);
		l->p += 2;
		if (l->p < l->end && *l->p == ':')
			l->p++;
	}
	if (l->p < l->end && !isspace((unsigned char)*l->p))
		return 0;
	return n;
}

/* All octets of a line, its offset taken off; how many, or 0 if a line without
 * an offset holds anything else. */
static size_t
take_octets(struct line *l, enum offset offset, uint8_t *out)
{
	size_t gap = offset == OFFSET_COLON ? 2 : 3;
	size_t n = 0;

	for (l->p += count_spaces(l); l->p < l->end;) {
		size_t got = *l->p == '|' ? 0 : take_group(l, out + n);

		if (got == 0)
			return offset == OFFSET_NONE ? 0 : n;
		n += got;

		size_t spaces = count_spaces(l);

		l->p += spaces;
		if (offset != OFFSET_NONE && spaces >= gap)
			break;
	}
	return n;
}

static void
flush(struct dump *d, struct run *run)
{
	if (run->len > 0) {
		d->line = run->line;
		if (run->p[0] >> 4 == 4 || run->p[0] >> 4 == 6) {
			struct flows *flows = flows_new(d);

			packet_dump(
			    flows, d, LINKTYPE_RAW, run->p, run->len, 0);
			flows_free(flows);
		} else {
			dump_octets(d, run->p, run->len, 0);
		}
	}
	run->len = 0;
}

static void
read_line(struct dump *d, struct run *run, struct line l, unsigned number)
{
	size_t value = 0, n = 0;

	l.p += count_spaces(&l);
	if (l.p == l.end)
		return;

	enum offset offset = take_offset(&l, run->len, &value);

	if (offset != OFFSET_NONE && value == 0)
		flush(d, run);
	/* hexdump ends with a lone offset. */
	if (run->len == 0 || run->offsets == (offset != OFFSET_NONE))
		n = take_octets(&l, offset, run->p + run->len);
	if (n == 0) {
		flush(d, run);
	} else if (run->len == 0) {
		run->line = number;
		run->offsets = offset != OFFSET_NONE;
	}
	run->len += n;
}

bool
hex_is(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] < ' ' && p[i] != '\n' && p[i] != '\r' && p[i] != '\t')
			return false;
	}
	return len > 0;
}

void
hex_dump(struct dump *d, const uint8_t *p, size_t len)
{
	/* Two digits make an octet. */
	struct run run = { .p = malloc(len / 2 + 1) };
	const char *at = (const char *)p, *end = at + len;

	if (run.p == NULL)
		err(2, NULL);
	for (unsigned number = 1; at < end; number++) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		struct line l = { at, eol != NULL ? eol : end };

		read_line(d, &run, l, number);
		at = l.end + 1;
	}
	flush(d, &run);
	free(run.p);
}
