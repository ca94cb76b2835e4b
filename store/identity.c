/*
 * Canonical form of identities (TS 23.003, 13.3 and 13.4; TS 29.228, 7.2;
 * RFC 3261, 19.1.4; RFC 3966, 5).
 *
 * Left out: the password of a SIP URI and parameters within its user part
 * (";npdi@") belong to the user here, so they match nothing provisioned
 * without them.  A context of local numbers is ignored as any parameter is.
 */
#include "store/identity.h"

#include "store/octets.h"

#include <string.h>

/* The form as far as it is written, and what is left of the text. */
struct form {
	char *out;
	size_t len;
	const char *pos, *end;
	bool verbatim; /* between two '!' */
	bool bad;
};

/* What an octet is; UPPER is the bit that makes it lower case. */
enum {
	HOST = 1 << 0, /* in a host: what is more than a letter of it */
	TEL = 1 << 1,  /* in a number: the same */
	UPPER = 1 << 5,
};

static const uint8_t kinds[256] = {
	['!'] = TEL,
	['%'] = HOST | TEL,
	['('] = TEL,
	[')'] = TEL,
	['-'] = TEL,
	['.'] = TEL,
	['/'] = TEL,
	[':'] = HOST | TEL,
	[';'] = HOST | TEL,
	['?'] = HOST | TEL,
	['@'] = HOST | TEL,
	['A' ... 'Z'] = UPPER,
	['['] = HOST,
	[']'] = HOST,
};

static char
lower(char c)
{
	return (char)(c | (kinds[(uint8_t)c] & UPPER));
}

/* Whether no octet is below n or DEL, or has one of these bits. */
static bool
is_clean(const char *text, size_t len, uint8_t n, uint8_t bits)
{
	uint64_t found = 0, seen = 0;

	for (uint64_t x; len >= sizeof x; text += sizeof x, len -= sizeof x) {
		x = octets_load(text);
		found |= octets_below(x, n) | octets_equal(x, 0x7f);
		seen |= x;
	}
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		found |= c < n || c == 0x7f ? 0x80 : 0;
		seen |= c;
	}
	return (found & OCTETS_TOPS) == 0 && (seen & bits * OCTETS_ONES) == 0;
}

/* Of each of eight octets the highest bit: is it one of these ASCII octets? */
static inline uint64_t
between(uint64_t x, uint8_t from, uint8_t to)
{
	uint64_t low = x & 0x7f * OCTETS_ONES;

	return (low + (0x80u - from) * OCTETS_ONES) &
	       ~(low + (0x7fu - to) * OCTETS_ONES) & ~x & OCTETS_TOPS;
}

/* Not 0 if one of eight octets may be of the kind HOST. */
static inline uint64_t
host_marks(uint64_t x)
{
	return between(x, '%', '%') | between(x, ':', '@') |
	       between(x, '[', ']');
}

static int
hex_digit(char c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_alnum(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* RFC 3261, 25.1: unreserved */
static bool
is_unreserved(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("-_.!~*'()", c) != NULL);
}

static void
put(struct form *f, char c)
{
	if (f->len == STORE_NAME_MAX)
		f->bad = true;
	else
		f->out[f->len++] = c;
}

/* Eight octets at a time as long as none is of this kind; how many.  Numbers
 * are too short to be worth it. */
static size_t
lower_words(char *out, const char *text, size_t max, unsigned kind)
{
	uint64_t x;
	size_t len = 0;

	for (; kind != TEL && max - len >= sizeof x; len += sizeof x) {
		memcpy(&x, text + len, sizeof x);
		if (kind == HOST && host_marks(x) != 0)
			break;
		x |= between(x, 'A', 'Z') >> 2; /* UPPER */
		memcpy(out + len, &x, sizeof x);
	}
	return len;
}

/* All octets before the first of this kind, or before the end. */
static void
put_lower(struct form *f, unsigned kind)
{
	size_t room = STORE_NAME_MAX - f->len;
	size_t left = (size_t)(f->end - f->pos);
	size_t max = left < room ? left : room;
	char *out = f->out + f->len;
	size_t len = lower_words(out, f->pos, max, kind);

	for (; len < max; len++) {
		uint8_t k = kinds[(uint8_t)f->pos[len]];

		if ((k & kind) != 0)
			break;
		out[len] = (char)(f->pos[len] | (k & UPPER));
	}
	f->pos += len;
	f->len += len;
	if (len == room && len < left)
		f->bad |= (kinds[(uint8_t)*f->pos] & kind) == 0;
}

static void
put_text(struct form *f, size_t len)
{
	if (len > STORE_NAME_MAX - f->len) {
		f->bad = true;
		return;
	}
	memcpy(f->out + f->len, f->pos, len);
	f->len += len;
	f->pos += len;
}

/* "%41" is "A", "%3b" is "%3B". */
static void
put_escape(struct form *f)
{
	int high = f->end - f->pos > 2 ? hex_digit(f->pos[1]) : -1;
	int low = high >= 0 ? hex_digit(f->pos[2]) : -1;

	if (low < 0) {
		f->bad = true;
		return;
	}

	char c = (char)(high * 16 + low);

	if (is_unreserved(c) && c != '!') {
		put(f, c);
	} else {
		put(f, '%');
		put(f, "0123456789ABCDEF"[high]);
		put(f, "0123456789ABCDEF"[low]);
	}
	f->pos += 2;
}

/* Whether what follows this octet is inside of an expression; a '!' without
 * another one after it is an octet like any. */
static bool
is_inside(bool inside, const char *pos, const char *end)
{
	if (*pos != '!')
		return inside;
	return !inside && memchr(pos + 1, '!', (size_t)(end - pos - 1)) != NULL;
}

/* Everything before the '@' that ends the user part. */
static void
put_user(struct form *f, const char *at)
{
	f->verbatim = false;
	for (; f->pos < at && !f->bad; f->pos++) {
		f->verbatim = is_inside(f->verbatim, f->pos, at);
		if (*f->pos == '%' && !f->verbatim)
			put_escape(f);
		else
			put(f, *f->pos);
	}
}

/* A host name or address; port, parameters and headers are cut. */
static void
put_host(struct form *f)
{
	size_t start = f->len;
	bool reference = f->pos < f->end && *f->pos == '['; /* IPv6 */

	for (; !f->bad; f->pos++) {
		put_lower(f, HOST);
		if (f->pos == f->end || *f->pos == ';' || *f->pos == '?' ||
		    (*f->pos == ':' && !reference))
			break;
		if (*f->pos == ']')
			reference = false;
		if (*f->pos == '@' || *f->pos == '%')
			f->bad = true;
		put(f, *f->pos);
	}
	if (f->len == start || reference)
		f->bad = true;
}

/* The '@' after the user part, or NULL; one in a regular expression is not
 * it, nor is one in parameters or headers of a URI without user. */
static const char *
find_at(const char *pos, const char *end)
{
	bool inside = false;

	for (; pos < end; pos++) {
		inside = is_inside(inside, pos, end);
		if (*pos == '@' && !inside)
			return pos;
	}
	return NULL;
}

/* Neither escapes nor expressions. */
static bool
is_plain(const char *user, size_t len)
{
	return memchr(user, '%', len) == NULL && memchr(user, '!', len) == NULL;
}

static void
put_sip(struct form *f)
{
	const char *at = memchr(f->pos, '@', (size_t)(f->end - f->pos));
	bool plain = at != NULL && is_plain(f->pos, (size_t)(at - f->pos));

	if (at != NULL && !plain)
		at = find_at(f->pos, f->end);
	if (at == f->pos)
		f->bad = true;
	if (at != NULL) {
		if (plain)
			put_text(f, (size_t)(at - f->pos));
		else
			put_user(f, at);
		put(f, '@');
		f->pos = at + 1;
	}
	put_host(f);
}

static void
put_digit(struct form *f, char c)
{
	switch (c) {
	case '-':
	case '.':
	case '(':
	case ')': /* RFC 3966, 5: visual-separator */
		break;
	case '@':
	case '/':
	case '?':
	case ':':
	case '%':
		f->bad = true;
		break;
	default:
		put(f, c);
	}
}

static void
put_tel(struct form *f)
{
	size_t start = f->len;

	for (; !f->bad; f->pos++) {
		if (!f->verbatim)
			put_lower(f, TEL);
		if (f->pos == f->end)
			break;
		f->verbatim = is_inside(f->verbatim, f->pos, f->end);
		if (*f->pos == ';' && !f->verbatim)
			break;
		if (f->verbatim)
			put(f, *f->pos);
		else
			put_digit(f, lower(*f->pos));
	}
	if (f->len == start || (f->len == start + 1 && f->out[start] == '+'))
		f->bad = true;
}

static bool
is_scheme(const char *text, const char *scheme, size_t len)
{
	size_t i = 0;

	while (i < len && lower(text[i]) == scheme[i])
		i++;
	return i == len;
}

size_t
identity_impu(char form[STORE_NAME_MAX], const void *text, size_t len)
{
	static const struct {
		const char *scheme;
		size_t len;
		void (*put)(struct form *);
	} schemes[] = {
		{ "sip:", 4, put_sip },
		{ "sips:", 5, put_sip },
		{ "tel:", 4, put_tel },
	};
	struct form f = { .out = form, .pos = text };

	/* visible ASCII only, as URIs are */
	if (len == 0 || !is_clean(text, len, ' ' + 1, 0x80))
		return 0;
	f.end = f.pos + len;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (len < schemes[i].len ||
		    !is_scheme(text, schemes[i].scheme, schemes[i].len))
			continue;
		memcpy(form, schemes[i].scheme, schemes[i].len);
		f.len = schemes[i].len;
		f.pos += f.len;
		schemes[i].put(&f);
		return f.bad ? 0 : f.len;
	}
	return 0;
}

size_t
identity_impi(char form[STORE_NAME_MAX], const void *text, size_t len)
{
	const char *at = memrchr(text, '@', len);
	size_t local = at != NULL ? (size_t)(at - (const char *)text) : len;
	struct form f = { .out = form, .pos = text };

	if (len == 0 || len > STORE_NAME_MAX || !is_clean(text, len, ' ', 0))
		return 0;
	f.end = f.pos + len;
	put_text(&f, local);
	put_lower(&f, 0);
	return f.len;
}
