/*
 * Values of aka: the table of their names, their checks, files of them.
 *
 * A fault never repeats the value, for it may be a key.
 */
#include "tools/aka/values.h"

#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"

/* clang-format off */
const struct value_kind value_kinds[NVALUES] = {
	/* letter, name, title, digits, secret, what */
	[VALUE_K] = { 'k', "k", "K", 32, true, "key of the SIM" },
	[VALUE_OP] = { 'o', "op", "OP", 32, true, "constant of the operator" },
	[VALUE_OPC] = { 'c', "opc", "OPc", 32, true, "OP made the SIM's own with K" },
	[VALUE_SQN] = { 's', "sqn", "SQN", 12, false, "sequence number" },
	[VALUE_AMF] = { 'a', "amf", "AMF", 4, false, "authentication management field" },
	[VALUE_RAND] = { 'r', "rand", "RAND", 32, false, "the challenge" },
	[VALUE_AUTN] = { 'n', "autn", "AUTN", 32, false, "the network's token" },
	[VALUE_AUTS] = { 't', "auts", "AUTS", 28, false, "the SIM's token for resynchronisation" },
	[VALUE_RES] = { 'x', "res", "RES", 16, true, "the SIM's answer" },
	[VALUE_USER] = { 'u', "user", "user", 0, false, "private identity (IMPI)" },
	[VALUE_REALM] = { 'd', "realm", "realm", 0, false, "home domain" },
	[VALUE_METHOD] = { 'm', "method", "method", 0, false, "SIP method" },
	[VALUE_URI] = { 'i', "uri", "URI", 0, false, "digest-uri" },
	[VALUE_NONCE] = { 'N', "nonce", "nonce", 0, false, "base64 of RAND || AUTN" },
	[VALUE_NC] = { 'l', "nc", "nc", 8, false, "nonce count" },
	[VALUE_CNONCE] = { 'C', "cnonce", "cnonce", 0, false, "the client's nonce; brings qop=auth" },
};
/* clang-format on */

/* Other names that occur in output. */
static const struct {
	const char *name;
	enum value value; /* NVALUES: not used as input */
} aliases[] = {
	{ "xres", VALUE_RES },
	{ "ck", NVALUES },
	{ "ik", NVALUES },
	{ "response", NVALUES },
};

/* A file while it is read: wiped as a whole. */
struct file {
	size_t len;
	char text[VALUES_FILE_MAX + 2]; /* one too many, and NUL */
};

static unsigned
nibble(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : ((unsigned)c & 15) + 9;
}

static bool
check_digits(const struct value_kind *kind, const char *text, const char *where)
{
	size_t n = 0;
	for (; text[n] != '\0'; n++) {
		if (isxdigit((unsigned char)text[n]))
			continue;
		warnx("%s: digit %zu of %s is none, must be 0-9 or a-f", where,
		    n + 1, kind->title);
		return false;
	}
	if (n == kind->digits)
		return true;
	warnx("%s: %s is %zu hex digits, must be %zu", where, kind->title, n,
	    kind->digits);
	return false;
}

static bool
check_text(const struct value_kind *kind, const char *text, const char *where)
{
	size_t len = strlen(text);
	if (len > 0 && len <= VALUE_MAX)
		return true;
	warnx("%s: %s has %zu characters, must be 1 to %d", where, kind->title,
	    len, VALUE_MAX);
	return false;
}

enum value
value_of_letter(int letter)
{
	unsigned v = 0;
	while (v < NVALUES && value_kinds[v].letter != letter)
		v++;
	return (enum value)v;
}

bool
value_given(const struct values *values, enum value v)
{
	return values->text[v][0] != '\0';
}

bool
value_set(
    struct values *values, enum value v, const char *text, const char *where)
{
	const struct value_kind *kind = &value_kinds[v];
	bool ok = kind->digits > 0 ? check_digits(kind, text, where)
				   : check_text(kind, text, where);
	if (ok)
		memcpy(values->text[v], text, strlen(text) + 1);
	return ok;
}

void
value_octets(const struct values *values, enum value v, uint8_t *out)
{
	const char *text = values->text[v];
	for (size_t i = 0; i < value_kinds[v].digits / 2; i++)
		out[i] = (uint8_t)(nibble(text[2 * i]) << 4 |
				   nibble(text[2 * i + 1]));
}

/* False if the name is unknown. */
static bool
find_name(enum value *v, const char *name)
{
	for (unsigned i = 0; i < NVALUES; i++)
		if (strcmp(value_kinds[i].name, name) == 0) {
			*v = (enum value)i;
			return true;
		}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcmp(aliases[i].name, name) == 0) {
			*v = aliases[i].value;
			return true;
		}
	return false;
}

/* Cuts blanks off both ends, in place. */
static char *
trim(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	size_t len = strlen(s);
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

/* A comment starts at the line's head or after a blank. */
static void
cut_comment(char *line)
{
	for (char *p = line; *p != '\0'; p++)
		if (*p == '#' && (p == line || isspace((unsigned char)p[-1]))) {
			*p = '\0';
			return;
		}
}

static bool
read_line(struct values *values, char *line, const char *where)
{
	enum value v;
	cut_comment(line);
	char *name = trim(line), *equals = strchr(name, '=');
	if (*name == '\0')
		return true;
	if (equals == NULL) {
		warnx("%s: must be `name = value`", where);
		return false;
	}
	*equals = '\0';
	if (!find_name(&v, trim(name))) {
		warnx(
		    "%s: unknown name, see aka -h for those there are", where);
		return false;
	}
	return v == NVALUES || value_set(values, v, trim(equals + 1), where);
}

static bool
read_lines(struct values *values, char *text, const char *path)
{
	bool ok = true;
	for (unsigned n = 1; text != NULL; n++) {
		char where[VALUE_MAX];
		char *end = strchr(text, '\n');
		if (end != NULL)
			*end++ = '\0';
		snprintf(where, sizeof(where), "%s:%u", path, n);
		ok = read_line(values, text, where) && ok;
		text = end;
	}
	return ok;
}

/* Reads until the end or one octet too many. */
static bool
slurp(struct file *file, int fd)
{
	ssize_t got = 1;
	file->len = 0;
	while (got > 0 && file->len <= VALUES_FILE_MAX) {
		got = read(fd, file->text + file->len,
		    VALUES_FILE_MAX + 1 - file->len);
		if (got > 0)
			file->len += (size_t)got;
	}
	file->text[file->len] = '\0';
	return got >= 0;
}

bool
values_read(struct values *values, const char *path)
{
	struct file file;
	bool ok = false, std = strcmp(path, "-") == 0;
	const char *name = std ? "stdin" : path;
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !slurp(&file, fd))
		warn("%s", name);
	else if (file.len > VALUES_FILE_MAX)
		warnx("%s: must not be over %d octets", name, VALUES_FILE_MAX);
	else if (strlen(file.text) < file.len)
		warnx("%s: has a NUL octet, must be text", name);
	else
		ok = read_lines(values, file.text, name);
	if (fd >= 0 && !std)
		close(fd);
	wipe(&file, sizeof(file));
	return ok;
}
