/*
 * The value of `impu =`: a SIP or tel URI, then flags, some with a value,
 * which may be quoted.
 */
#include "store/load.h"

#include "store/identity.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char blanks[] = " \t";

/* Cuts the quoted text at s out, undoing \" and \\; what follows it, or NULL
 * if the quote is not closed. */
static char *
unquote(char *s)
{
	char *out = s;

	for (s++; *s != '"'; s++) {
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		if (*s == '\0')
			return NULL;
		*out++ = *s;
	}
	*out = '\0';
	return s + 1;
}

/* The next word and its value, or NULL if it has none; false: a quote is not
 * closed or followed by something. */
static bool
next_word(char **pos, char **word, char **value)
{
	char *s = *pos + strspn(*pos, blanks);

	*word = s;
	*value = NULL;
	s += strcspn(s, "= \t");
	if (*s == '=') {
		*s++ = '\0';
		*value = s;
		if (*s == '"') {
			s = unquote(s);
			if (s == NULL ||
			    (*s != '\0' && strchr(blanks, *s) == NULL))
				return false;
		} else {
			s += strcspn(s, blanks);
		}
	}
	if (*s != '\0')
		*s++ = '\0';
	*pos = s;
	return true;
}

int
load_profile(struct load_reader *r, unsigned line, const char *name)
{
	const struct store_hooks *hooks = r->hooks;
	int id = hooks->profile(hooks->arg, name);

	if (id < 0 || id > UINT16_MAX) {
		load_wrong(r, line,
		    "profile `%s` is not known; it must be one of the "
		    "profiles folder",
		    name);
		return -1;
	}
	if (!labels_note(r->profiles, (uint16_t)id, name))
		load_wrong(r, line, "out of memory");
	return id;
}

static void
flag_set(struct load_reader *r, struct load_impu *impu, char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n < 1 ||
	    n > STORE_SETS_MAX) {
		load_wrong(r, r->line, "set=%s must be a number from 1 to %d",
		    value, STORE_SETS_MAX);
		return;
	}
	impu->set = (unsigned)n;
}

static void
flag_profile(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->profile = load_profile(r, r->line, value);
}

static void
flag_display(struct load_reader *r, struct load_impu *impu, char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len > STORE_NAME_MAX) {
		load_wrong(r, r->line,
		    "display has %zu octets and must have 1 to %d", len,
		    STORE_NAME_MAX);
		return;
	}
	impu->display_len = len;
	memcpy(impu->display, value, len);
}

static void
flag_barred(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->barred = true;
}

static void
flag_default(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->is_default = true;
}

static void
flag_psi(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->psi = true;
}

static void
flag_inactive(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->inactive = true;
}

static void
flag_as(struct load_reader *r, struct load_impu *impu, char *value)
{
	char form[STORE_NAME_MAX];
	size_t len = strlen(value);

	if (len > STORE_NAME_MAX || strncasecmp(value, "sip", 3) != 0 ||
	    identity_impu(form, value, len) == 0) {
		load_wrong(r, r->line,
		    "as= must be a SIP URI of at most %d octets, as "
		    "sip:as.example.org:5060",
		    STORE_NAME_MAX);
		return;
	}
	impu->as_len = len;
	memcpy(impu->as, value, len);
}

static void
flag_wildcard(struct load_reader *r, struct load_impu *impu, char *value)
{
	impu->wildcard = true;
}

static const struct {
	const char *name;
	bool has_value;
	void (*set)(struct load_reader *, struct load_impu *, char *value);
} flags[] = {
	{ "barred", false, flag_barred },
	{ "set", true, flag_set },
	{ "profile", true, flag_profile },
	{ "display", true, flag_display },
	{ "default", false, flag_default },
	{ "psi", false, flag_psi },
	{ "wildcard", false, flag_wildcard },
	{ "inactive", false, flag_inactive },
	{ "as", true, flag_as },
};
enum { NFLAGS = sizeof flags / sizeof *flags };

/* seen: bit per flag that stood before. */
static void
set_flag(struct load_reader *r, struct load_impu *impu, unsigned *seen,
    const char *word, char *value)
{
	unsigned i = 0;

	while (i < NFLAGS && strcmp(word, flags[i].name) != 0)
		i++;
	if (i == NFLAGS)
		load_wrong(r, r->line,
		    "`%s` is no flag of impu; there are barred, set=, "
		    "profile=, display=, default, psi, wildcard, inactive and "
		    "as=",
		    word);
	else if (flags[i].has_value != (value != NULL))
		load_wrong(r, r->line, "%s %s", word,
		    value != NULL ? "takes no value" : "needs a value");
	else if ((*seen & 1u << i) != 0)
		load_wrong(r, r->line,
		    "%s stands twice for this impu; once is right", word);
	else
		flags[i].set(r, impu, value);
	if (i < NFLAGS)
		*seen |= 1u << i;
}

static void
set_flags(struct load_reader *r, struct load_impu *impu, char *pos)
{
	unsigned seen = 0;
	char *word, *value;

	while (*(pos += strspn(pos, blanks)) != '\0') {
		if (!next_word(&pos, &word, &value)) {
			load_wrong(r, r->line,
			    "%s=\" needs a closing quote and a space "
			    "after it",
			    word);
			return;
		}
		set_flag(r, impu, &seen, word, value);
	}
}

static void
check_flags(struct load_reader *r, const struct load_impu *impu)
{
	const char *wrong =
	    impu->wildcard ? wildcards_check(&r->pattern, impu->form, impu->len)
			   : NULL;

	if (impu->is_default && impu->barred)
		load_wrong(r, r->line,
		    "a barred impu cannot be the default of its set");
	if (!impu->psi && (impu->inactive || impu->as_len > 0))
		load_wrong(r, r->line,
		    "inactive and as= go only with psi: a user is barred");
	if (wrong != NULL)
		load_wrong(r, r->line, "%s", wrong);
}

static size_t
uri_len(const char *value, size_t len)
{
	const char *space = memchr(value, ' ', len);
	const char *tab;

	if (space != NULL)
		len = (size_t)(space - value);
	tab = memchr(value, '\t', len);
	return tab != NULL ? (size_t)(tab - value) : len;
}

void
load_impu(struct load_reader *r, char *value, size_t value_len)
{
	struct load_section *s = &r->section;
	struct load_impu *impu = &s->impus[s->nimpus];
	size_t len = uri_len(value, value_len);

	if (s->nimpus == STORE_IMPUS_MAX) {
		load_wrong(r, r->line, "more than %d impu in one section",
		    STORE_IMPUS_MAX);
		return;
	}
	impu->line = r->line;
	impu->set = 1;
	impu->profile = -1;
	impu->barred = impu->psi = impu->wildcard = impu->is_default = false;
	impu->inactive = false;
	impu->display_len = impu->as_len = 0;
	impu->len = identity_impu(impu->form, value, len);
	if (impu->len == 0) {
		load_wrong(r, r->line,
		    "impu must begin with a SIP or tel URI of at most %d "
		    "octets, as sip:alice@example.org or tel:+15550001",
		    STORE_NAME_MAX);
		return;
	}
	if (memchr(impu->form, '"', impu->len) != NULL) {
		/* RFC 3986, 2; and a line could not be told apart otherwise. */
		load_wrong(
		    r, r->line, "a URI has no \"; %%22 is how it is written");
		return;
	}
	impu->hash = hash_sip(r->key, impu->form, impu->len);
	s->nimpus++;
	set_flags(r, impu, value + len);
	check_flags(r, impu);
}
