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
get_bool(struct load *l, const char *key, bool *out, const char *value)
{
	*out = strcmp(value, "yes") == 0;
	if (*out || strcmp(value, "no") == 0)
		return true;
	load_fault(l, l->line, "%s must be yes or no, not `%s`", key, value);
	return false;
}

static void
key_profile(struct load *l, char *value)
{
	l->section.profile = load_profile(l, l->line, value);
}

static void
key_unregistered(struct load *l, char *value)
{
	get_bool(l, "unregistered-services", &l->section.unreg_services, value);
}

static void
key_barred(struct load *l, char *value)
{
	get_bool(l, "barred", &l->section.barred, value);
}

static void
key_loose_route(struct load *l, char *value)
{
	get_bool(l, "loose-route", &l->section.loose_route, value);
}

static void
key_privileged(struct load *l, char *value)
{
	get_bool(l, "privileged-sender", &l->section.privileged, value);
}

static void
key_scscf(struct load *l, char *value)
{
	struct load_section *s = &l->section;
	char form[STORE_NAME_MAX];
	size_t len = strlen(value);

	if (len > STORE_NAME_MAX || strncasecmp(value, "sip", 3) != 0 ||
	    identity_impu(form, value, len) == 0) {
		load_fault(l, l->line,
		    "scscf must be a SIP URI of at most %d octets, as "
		    "sip:scscf.example.org:6060",
		    STORE_NAME_MAX);
		return;
	}
	memcpy(s->scscf, value, len);
	s->scscflen = len;
}

static void
key_charging(struct load *l, char *value)
{
	const struct store_hooks *hooks = l->hooks;
	int id = hooks->charging(hooks->arg, value);

	if (id < 1 || id > UINT16_MAX)
		load_fault(l, l->line,
		    "charging `%s` is not known; hssd.conf must have such a "
		    "charging section",
		    value);
	else
		l->section.charging = id;
}

static void
key_visited(struct load *l, char *value)
{
	struct load_section *s = &l->section;
	char *word;

	s->visitedlen = 0;
	while ((word = strsep(&value, " \t,")) != NULL) {
		size_t len = strlen(word);

		if (len == 0)
			continue;
		if (len > STORE_NAME_MAX) {
			load_fault(l, l->line,
			    "a network of visited has %zu octets and must "
			    "have at most %d",
			    len, STORE_NAME_MAX);
			return;
		}
		if (s->visitedlen > 0)
			s->visited[s->visitedlen++] = ' ';
		memcpy(s->visited + s->visitedlen, word, len);
		s->visitedlen += len;
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
get_capabilities(struct load_section *s, char *value)
{
	unsigned *kind = NULL;
	size_t len = strlen(value);
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
key_capabilities(struct load *l, char *value)
{
	if (!get_capabilities(&l->section, value))
		load_fault(l, l->line,
		    "capabilities must be at most %d numbers as in "
		    "{mandatory 1 2 optional 3}",
		    STORE_CAPS_MAX);
}

static const struct {
	const char *name;
	bool repeats;
	void (*set)(struct load *, char *value);
} keys[] = {
	{ "impi", true, load_impi },
	{ "impu", true, load_impu },
	{ "profile", false, key_profile },
	{ "unregistered-services", false, key_unregistered },
	{ "scscf", false, key_scscf },
	{ "capabilities", false, key_capabilities },
	{ "charging", false, key_charging },
	{ "visited", false, key_visited },
	{ "barred", false, key_barred },
	{ "loose-route", false, key_loose_route },
	{ "privileged-sender", false, key_privileged },
};
enum { NKEYS = sizeof keys / sizeof *keys };
_Static_assert(NKEYS <= 32, "bits of `given`");

bool
load_first(struct load *l, uint32_t *given, unsigned row, const char *key,
    const char *of, const char *value)
{
	if ((*given >> row & 1) != 0) {
		load_fault(l, l->line,
		    "%s stands twice for this %s; once is right", key, of);
		return false;
	}
	*given |= 1u << row;
	if (*value == '\0')
		load_fault(l, l->line, "%s has no value", key);
	return *value != '\0';
}

void
load_key(struct load *l, const char *key, char *value)
{
	uint32_t repeats = 0;
	unsigned i = 0;

	if (load_impi_key(l, key, value))
		return;
	while (i < NKEYS && !load_is_key(key, keys[i].name))
		i++;
	if (i == NKEYS)
		load_fault(l, l->line,
		    "unknown key `%s`; there are impi, impu, profile, "
		    "unregistered-services, scscf, capabilities, charging, "
		    "visited, barred, loose-route, privileged-sender and, under an impi, %s",
		    key, load_impi_keys());
	else if (load_first(l, keys[i].repeats ? &repeats : &l->section.given,
		     i, key, "section", value))
		keys[i].set(l, value);
}
