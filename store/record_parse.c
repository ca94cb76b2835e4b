/*
 * Journal records as text: reading them.  A checksum has been there before,
 * so a fault here is a record that something else wrote.
 */
#include "store/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undoes the escapes in place, and puts a NUL behind.  False: a bad one. */
static bool
unescape_octets(char *text, size_t *len)
{
	char *out = strchrnul(text, '%');

	for (const char *in = out; *in != '\0'; in++) {
		char c = *in;

		if (c == '%') {
			int high = hex_digit(in[1]);
			int low = high >= 0 ? hex_digit(in[2]) : -1;

			if (low < 0)
				return false;
			c = (char)(high * 16 + low);
			in += 2;
		}
		*out++ = c;
	}
	*out = '\0';
	*len = (size_t)(out - text);
	return true;
}

/* The same for a name: false also for one with a NUL, empty or too long. */
static bool
unescape(char *name)
{
	size_t len;

	return unescape_octets(name, &len) && len > 0 &&
	       len <= STORE_NAME_MAX && memchr(name, '\0', len) == NULL;
}

static bool
get_impis(struct record *r, char *list)
{
	char *name;

	while ((name = strsep(&list, ",")) != NULL) {
		if (r->nimpis == STORE_IMPIS_MAX || !unescape(name))
			return false;
		r->impis[r->nimpis++] = name;
	}
	return r->nimpis > 0;
}

static bool
get_number(const char *s, int base, uint64_t max, uint64_t *value)
{
	char *end;

	/* strtoull() takes signs and spaces, too. */
	if (hex_digit(*s) < 0 && !(base == 16 && *s >= 'a' && *s <= 'f'))
		return false;
	errno = 0;
	*value = strtoull(s, &end, base);
	return errno == 0 && *end == '\0' && *value <= max;
}

/* A mask that speaks only of IMPIs in the list. */
static bool
get_mask(const struct record *r, const char *s, uint16_t *mask)
{
	uint64_t n;

	if (!get_number(s, 16, ((uint64_t)1 << r->nimpis) - 1, &n))
		return false;
	*mask = (uint16_t)n;
	return true;
}

static bool
get_name(char *value, const char **name)
{
	*name = value;
	return unescape(value);
}

/* One word after the list; set is the one that words are about, or NULL. */
static bool
get_word(struct record *r, char *word, struct store_set **set)
{
	char *value = strchr(word, '=');
	uint64_t n;

	if (value == NULL) {
		if (strcmp(word, "reassign") == 0) {
			r->reg.reassign = true;
			return true;
		}
		if (*set == NULL || strcmp(word, "unregistered") != 0)
			return false;
		(*set)->unregistered = true;
		return true;
	}
	*value++ = '\0';
	if (strcmp(word, "scscf") == 0)
		return get_name(value, &r->reg.scscf.name);
	if (strcmp(word, "host") == 0)
		return get_name(value, &r->reg.scscf.host);
	if (strcmp(word, "realm") == 0)
		return get_name(value, &r->reg.scscf.realm);
	if (strcmp(word, "set") == 0) {
		if (!get_number(value, 10, STORE_SETS_MAX, &n) || n == 0)
			return false;
		*set = &r->reg.sets[n - 1];
		return true;
	}
	if (*set != NULL && strcmp(word, "registered") == 0)
		return get_mask(r, value, &(*set)->registered);
	if (*set != NULL && strcmp(word, "pending") == 0)
		return get_mask(r, value, &(*set)->pending);
	return false;
}

static const char *
parse_sub(struct record *r, char *rest)
{
	struct store_set *set = NULL;
	char *word;

	r->reg.nsets = STORE_SETS_MAX;
	while ((word = strsep(&rest, " ")) != NULL) {
		if (!get_word(r, word, &set))
			return "a word of a `sub` record is not understood";
	}
	return NULL;
}

static const char *
parse_sqn(struct record *r, char *rest)
{
	char *number = strsep(&rest, " ");

	if (number == NULL ||
	    !get_number(number, 10, ((uint64_t)1 << 43) - 1, &r->seq))
		return "a `sqn` record has no SEQ of at most 43 bits";
	r->kind = RECORD_SQN;
	r->reset = rest != NULL;
	if (r->reset && strcmp(rest, "reset") != 0)
		return "a word of a `sqn` record is not understood";
	return NULL;
}

static const char *
parse_restoration(struct record *r, char *rest)
{
	char *number = strsep(&rest, " ");
	uint64_t n;

	if (number == NULL || !get_number(number, 10, STORE_SETS_MAX, &n) ||
	    n == 0)
		return "a `restoration` record has no number of a set";
	r->kind = RECORD_RESTORATION;
	r->set = (unsigned)n - 1;
	if (rest == NULL)
		return NULL;
	if (!unescape_octets(rest, &r->octets_len) || r->octets_len == 0 ||
	    r->octets_len > STORE_RESTORATION_MAX)
		return "the octets of a `restoration` record are not as "
		       "written";
	r->octets = rest;
	return NULL;
}

static const char *
parse_import(struct record *r, const char *rest)
{
	r->kind = RECORD_IMPORT;
	return get_number(rest, 10, RECORD_LINES_MAX, &r->nlines) &&
		       r->nlines > 0
		   ? NULL
		   : "an `import` record has no number of lines";
}

static const char *
parse_delete(struct record *r, char *rest)
{
	r->kind = RECORD_DELETE;
	r->text = rest;
	return unescape(rest) ? NULL
			      : "the name of a section is not as written";
}

/* A record about no private identity; false: it is none of those. */
static bool
parse_provision(
    struct record *r, const char *type, char *rest, const char **wrong)
{
	*wrong = NULL;
	if (strcmp(type, "import") == 0) {
		*wrong = parse_import(r, rest);
	} else if (strcmp(type, "+") == 0) {
		r->kind = RECORD_LINE;
		r->text = rest;
	} else if (strcmp(type, "delete") == 0) {
		*wrong = parse_delete(r, rest);
	} else {
		return false;
	}
	return true;
}

const char *
record_parse(struct record *r, char *payload)
{
	*r = (struct record){ 0 };

	const char *wrong;
	char *type = strsep(&payload, " ");

	if (payload != NULL && parse_provision(r, type, payload, &wrong))
		return wrong;

	char *list = payload != NULL ? strsep(&payload, " ") : NULL;

	if (list == NULL || !get_impis(r, list))
		return "a record has no list of IMPIs";
	if (strcmp(type, "sub") == 0)
		return parse_sub(r, payload);
	if (strcmp(type, "sqn") == 0)
		return parse_sqn(r, payload);
	if (strcmp(type, "restoration") == 0)
		return parse_restoration(r, payload);
	return "a record is of no kind that there is";
}
