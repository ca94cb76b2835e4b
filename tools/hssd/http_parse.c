/*
 * The head of an HTTP request (RFC 9112, 2 to 6), taken apart where it lies.
 *
 * Strict: no folded lines, no space before a colon, no octet below a space.
 */
#include "tools/hssd/http_parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
refuse(struct http_head *h, int status, const char *what)
{
	h->status = status;
	h->what = what;
	return false;
}

/* token (RFC 9110, 5.6.2) */
static bool
is_token(const char *s)
{
	static const char allowed[] =
	    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return s[0] != '\0' && s[strspn(s, allowed)] == '\0';
}

/* 1*DIGIT; false also where it is beyond max. */
static bool
get_length(const char *s, size_t *length)
{
	size_t n = 0;

	if (s[0] == '\0' || s[strspn(s, "0123456789")] != '\0')
		return false;
	for (; *s != '\0'; s++)
		n = n > SIZE_MAX / 16 ? n : n * 10 + (size_t)(*s - '0');
	*length = n;
	return true;
}

/* What the fields of a request say. */
struct fields {
	bool host, length;
};

static bool
take_field(struct http_head *h, struct fields *f, const char *name,
    const char *value, size_t body_max)
{
	size_t length;

	if (strcasecmp(name, "Host") == 0) {
		if (f->host)
			return refuse(h, 400, "two Host fields");
		f->host = true;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		return refuse(h, 411,
		    "a body is taken with Content-Length only, not in chunks");
	} else if (strcasecmp(name, "Expect") == 0) {
		return refuse(h, 417, "no Expect field is supported");
	} else if (strcasecmp(name, "Content-Length") == 0) {
		if (!get_length(value, &length))
			return refuse(h, 400, "Content-Length is no number");
		if (f->length && length != h->length)
			return refuse(h, 400, "two Content-Lengths");
		if (length > body_max)
			return refuse(h, 413, "the body is too long");
		f->length = true;
		h->length = length;
	}
	return true;
}

/* `Name: value`, the space around the value left out. */
static bool
parse_field(struct http_head *h, struct fields *f, char *line, size_t body_max)
{
	char *colon = strchr(line, ':');

	if (colon == NULL)
		return refuse(h, 400, "a field without a colon");
	*colon = '\0';
	if (!is_token(line))
		return refuse(h, 400, "a malformed name of a field");

	char *value = colon + 1 + strspn(colon + 1, " \t");
	size_t len = strlen(value);

	while (len > 0 && strchr(" \t", value[len - 1]) != NULL)
		value[--len] = '\0';
	return take_field(h, f, line, value, body_max);
}

/* `METHOD /path?query HTTP/1.x` */
static bool
parse_line(struct http_head *h, char *line, bool *needs_host)
{
	char *target = strchr(line, ' ');
	char *version = target != NULL ? strchr(target + 1, ' ') : NULL;

	if (version == NULL)
		return refuse(h, 400, "not a request line of HTTP");
	*target++ = '\0';
	*version++ = '\0';
	if (!is_token(line))
		return refuse(h, 400, "a malformed method");
	if (strncmp(version, "HTTP/", 5) != 0)
		return refuse(h, 400, "not a request line of HTTP");
	if (strcmp(version, "HTTP/1.1") != 0 &&
	    strcmp(version, "HTTP/1.0") != 0)
		return refuse(h, 505, "only HTTP/1.1 and HTTP/1.0 are spoken");
	if (target[0] != '/')
		return refuse(h, 400, "the target does not begin with /");
	*needs_host = version[7] == '1';
	h->method = line;
	h->path = target;
	h->query = target + strcspn(target, "?");
	if (*h->query == '?')
		*h->query++ = '\0';
	return true;
}

/* Ends the line at its CR LF and returns the next; NULL: octets that no line
 * may have. */
static char *
cut_line(char *line, const char *end)
{
	char *p = line;

	while (
	    p < end && ((unsigned char)*p >= ' ' || *p == '\t') && *p != 0x7f)
		p++;
	if (end - p < 2 || p[0] != '\r' || p[1] != '\n')
		return NULL;
	*p = '\0';
	return p + 2;
}

bool
http_parse(struct http_head *h, char *text, size_t len, size_t body_max)
{
	static const char control[] = "a control character in the head";
	const char *end = text + len;
	struct fields fields = { false, false };
	bool needs_host;
	char *line = text, *next = cut_line(line, end);

	*h = (struct http_head){ .status = 200 };
	if (next == NULL)
		return refuse(h, 400, control);
	if (!parse_line(h, line, &needs_host))
		return false;
	for (line = next; line < end; line = next) {
		next = cut_line(line, end);
		if (next == NULL)
			return refuse(h, 400, control);
		if (*line == '\0')
			break;
		if (!parse_field(h, &fields, line, body_max))
			return false;
	}
	if (needs_host && !fields.host)
		return refuse(h, 400, "RFC 9112 3.2: no Host field");
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
http_decode(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		int high, low;

		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		high = hex_digit(text[1]);
		low = high >= 0 ? hex_digit(text[2]) : -1;
		if (low < 0 || (high == 0 && low == 0))
			return false;
		*out++ = (char)(high << 4 | low);
		text += 2;
	}
	*out = '\0';
	return true;
}
