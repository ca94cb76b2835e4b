/*
 * The keys of a section: a row says what a key is called and what takes its
 * value.
 */
#include "store/load.h"

#include "store/identity.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
get_bool(struct load_reader *r, const char *key, bool *out, const char *value)
{
	*out = strcmp(value, "yes") == 0;
	if (*out || strcmp(value, "no") == 0)
		return true;
	load_wrong(r, r->line, "%s must be yes or no, not `%s`", key, value);
	return false;
}

static void
key_profile(struct load_reader *r, char *value, size_t len)
{
	r->section.profile = load_profile(r, r->line, value);
}

static void
key_unregistered(struct load_reader *r, char *value, size_t len)
{
	get_bool(r, "unregistered-services", &r->section.unreg_services, value);
}

static void
key_barred(struct load_reader *r, char *value, size_t len)
{
	get_bool(r, "barred", &r->section.barred, value);
}

static void
key_loose_route(struct load_reader *r, char *value, size_t len)
{
	get_bool(r, "loose-route", &r->section.loose_route, value);
}

static void
key_privileged(struct load_reader *r, char *value, size_t len)
{
	get_bool(r, "privileged-sender", &r->section.privileged, value);
}

static void
key_scscf(struct load_reader *r, char *value, size_t len)
{
	struct load_section *s = &r->section;
	char form[STORE_NAME_MAX];

	if (len > STORE_NAME_MAX || strncasecmp(value, "sip", 3) != 0 ||
	    identity_impu(form, value, len) == 0) {
		load_wrong(r, r->line,
		    "scscf must be a SIP URI of at most %d octets, as "
		    "sip:scscf.example.org:6060",
		    STORE_NAME_MAX);
		return;
	}
	memcpy(s->scscf, value, len);
	s->scscflen = len;
}

static void
key_charging(struct load_reader *r, char *value, size_t len)
{
	const struct store_hooks *hooks = r->hooks;
	int id = hooks->charging(hooks->arg, value);

	if (id < 1 || id > UINT16_MAX)
		load_wrong(r, r->line,
		    "charging `%s` is not known; hssd.conf must have such a "
		    "charging section",
		    value);
	else if (!labels_note(r->chargings, (uint16_t)id, value))
		load_wrong(r, r->line, "out of memory");
	else
		r->section.charging = id;
}

static void
key_visited(struct load_reader *r, char *value, size_t len)
{
	struct load_section *s = &r->section;
	char *word;

	s->visitedlen = 0;
	while ((word = strsep(&value, " \t,")) != NULL) {
		size_t word_len = strlen(word);

		if (word_len == 0)
			continue;
		if (word_len > STORE_NAME_MAX) {
			load_wrong(r, r->line,
			    "a network of visited has %zu octets and must "
			    "have at most %d",
			    word_len, STORE_NAME_MAX);
			return;
		}
		if (s->visitedlen > 0)
			s->visited[s->visitedlen++] = ' ';
		memcpy(s->visited + s->visitedlen, word, word_len);
		s->visitedlen += word_len;
	}
}

/* One number of capabilities; false: it is none, or one too many. */
static bool
get_capability(struct load_section *s, const char *word)
{
	char *end;
	unsigned long long n = strtoull(word, &end, 10);
	unsigned count = s->nmandatory + s->noptional;

	if (*word < '0' || *word > '9' || *end != '\0' || n > UINT32_MAX ||
	    count == STORE_CAPS_MAX)
		return false;
	s->caps[count] = (uint32_t)n;
	return true;
}

static bool
get_capabilities(struct load_section *s, char *value, size_t len)
{
	unsigned *kind = NULL;
	char *word;

	s->nmandatory = s->noptional = 0;
	if (len < 2 || value[0] != '{' || value[len - 1] != '}')
		return false;
	value[len - 1] = '\0';
	value++;
	while ((word = strsep(&value, " \t,")) != NULL) {
		if (*word == '\0')
			continue;
		if (strcmp(word, "mandatory") == 0 && s->noptional == 0) {
			kind = &s->nmandatory;
			continue;
		}
		if (strcmp(word, "optional") == 0) {
			kind = &s->noptional;
			continue;
		}
		if (kind == NULL || !get_capability(s, word))
			return false;
		++*kind;
	}
	return true;
}

static void
key_capabilities(struct load_reader *r, char *value, size_t len)
{
	if (!get_capabilities(&r->section, value, len))
		load_wrong(r, r->line,
		    "capabilities must be at most %d numbers as in "
		    "{mandatory 1 2 optional 3}",
		    STORE_CAPS_MAX);
}

#define NAME(text) text, sizeof text - 1

static const struct {
	const char *name;
	size_t len;
	bool repeats;
	void (*set)(struct load_reader *, char *value, size_t len);
} keys[] = {
	{ NAME("impi"), true, load_impi },
	{ NAME("impu"), true, load_impu },
	{ NAME("profile"), false, key_profile },
	{ NAME("unregistered-services"), false, key_unregistered },
	{ NAME("scscf"), false, key_scscf },
	{ NAME("capabilities"), false, key_capabilities },
	{ NAME("charging"), false, key_charging },
	{ NAME("visited"), false, key_visited },
	{ NAME("barred"), false, key_barred },
	{ NAME("loose-route"), false, key_loose_route },
	{ NAME("privileged-sender"), false, key_privileged },
};
enum { NKEYS = sizeof keys / sizeof *keys };
_Static_assert(NKEYS <= 32, "bits of `given`");

bool
load_first(struct load_reader *r, uint32_t *given, unsigned row,
    const char *key, const char *of, const char *value)
{
	if ((*given >> row & 1) != 0) {
		load_wrong(r, r->line,
		    "%s stands twice for this %s; once is right", key, of);
		return false;
	}
	*given |= 1u << row;
	if (*value == '\0')
		load_wrong(r, r->line, "%s has no value", key);
	return *value != '\0';
}

void
load_key(struct load_reader *r, const char *key, size_t key_len, char *value,
    size_t len)
{
	uint32_t repeats = 0;
	unsigned i = 0;

	if (load_impi_key(r, key, key_len, value, len))
		return;
	while (
	    i < NKEYS && !load_is_key(key, key_len, keys[i].name, keys[i].len))
		i++;
	if (i == NKEYS)
		load_wrong(r, r->line,
		    "unknown key `%s`; there are impi, impu, profile, "
		    "unregistered-services, scscf, capabilities, charging, "
		    "visited, barred, loose-route, privileged-sender and, "
		    "under an impi, %s",
		    key, load_impi_keys());
	else if (load_first(r, keys[i].repeats ? &repeats : &r->section.given,
		     i, key, "section", value))
		keys[i].set(r, value, len);
}
