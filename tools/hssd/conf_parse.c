/*
 * hssd.conf: which keys there are and what each may be, as a table; the syntax
 * is libconfuse's.
 *
 * libconfuse stops at its first fault.  So the text is read several times:
 * first only to find keys that nobody knows and sections that are there twice,
 * each blanked out once told; then for the values, which are all strings to
 * libconfuse and checked here.  Only a fault of syntax ends the search.
 */
#include "tools/hssd/conf_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/hssd/conf_check.h"

struct key {
	const char *section; /* NULL: top level */
	const char *name;
	conf_check_fn *check;
	unsigned max;       /* values of a list, 0: one value */
	const char *needed; /* example of a key that must be there */
};

/* clang-format off */
static const struct key keys[] = {
	{ NULL, "identity", conf_fqdn_fault, 0,
	    "\"hss.ims.mnc001.mcc001.3gppnetwork.org\"" },
	{ NULL, "realm", conf_fqdn_fault, 0,
	    "\"ims.mnc001.mcc001.3gppnetwork.org\"" },
	{ NULL, "listen", conf_listen_fault, CONF_LISTEN_MAX,
	    "{\"tcp://127.0.0.1:3868\"}" },
	{ NULL, "subscribers", conf_path_fault, CONF_SUBSCRIBERS_MAX, NULL },
	{ NULL, "profiles", conf_path_fault, 0, NULL },
	{ NULL, "store", conf_path_fault, 0, "\"/var/lib/hssd\"" },
	{ NULL, "control", conf_path_fault, 0, NULL },
	{ NULL, "http", conf_http_fault, 0, NULL },
	{ NULL, "unknown-peers", conf_unknown_peers_fault, 0, NULL },
	{ NULL, "watchdog", conf_watchdog_fault, 0, NULL },
	{ NULL, "durability", conf_durability_fault, 0, NULL },
	{ NULL, "sqn-step", conf_sqn_step_fault, 0, NULL },
	{ NULL, "push-fallback", conf_push_fallback_fault, 0, NULL },
	{ NULL, "log", conf_log_fault, 0, NULL },
	{ "scscf", "capabilities", conf_capability_fault,
	    CONF_CAPABILITIES_MAX, NULL },
	{ "peer", "realm", conf_fqdn_fault, 0, NULL },
	{ "peer", "from", conf_cidr_fault, CONF_FROM_MAX, NULL },
	{ "peer", "connect", conf_listen_fault, 0, NULL },
	{ "charging", "primary-ecf", conf_diameter_fault, 0, NULL },
	{ "charging", "secondary-ecf", conf_diameter_fault, 0, NULL },
	{ "charging", "primary-ccf", conf_diameter_fault, 0, NULL },
	{ "charging", "secondary-ccf", conf_diameter_fault, 0, NULL },
	{ "visited", "allow", conf_fqdn_fault, CONF_VISITED_MAX, NULL },
};

static const struct section {
	const char *name;
	cfg_flag_t flags;
	const char *title; /* what it is, NULL: has none */
	conf_check_fn *check;
	unsigned max;
} sections[] = {
	{ "scscf", CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES,
	    "S-CSCF", conf_sip_fault, CONF_SCSCF_MAX },
	{ "peer", CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES,
	    "peer", conf_fqdn_fault, CONF_PEER_MAX },
	{ "charging", CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES,
	    "charging", conf_word_fault, CONF_CHARGING_MAX },
	{ "visited", CFGF_NONE, NULL, NULL, 1 },
};
/* clang-format on */

enum {
	NKEYS = sizeof keys / sizeof keys[0],
	NSECTIONS = sizeof sections / sizeof sections[0],
	SEEN = 1 << 30, /* our mark in an option's flags */
};

/* libconfuse's options of one level each, made of the tables. */
struct options {
	cfg_opt_t top[NKEYS + NSECTIONS + 1];
	cfg_opt_t inner[NSECTIONS][NKEYS + 1];
};

/* One reading.  libconfuse hands no argument to its callbacks. */
static struct reading {
	struct conf_load *load;
	bool tell;     /* check values */
	bool again;    /* a fault that can be blanked out */
	bool failed;   /* its line and text are set */
	unsigned line; /* of the first fault of syntax */
	char what[256];
	char name[128];   /* unknown key, or "" */
	char section[32]; /* where it is, "root" at top level */
} reading;

void
conf_fault(struct conf_load *load, unsigned line, const char *fmt, ...)
{
	char what[768];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	load->nfaults++;
	if (load->fn != NULL)
		load->fn(load->arg, load->file, line, what);
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const struct key *
find_key(const cfg_t *cfg, const char *name)
{
	for (size_t s = 0; s <= NSECTIONS; s++) {
		const char *section = s < NSECTIONS ? sections[s].name : NULL;
		if (section != NULL && strcmp(cfg->name, section) != 0)
			continue;
		for (size_t k = 0; k < NKEYS; k++)
			if (same(keys[k].section, section) &&
			    strcmp(keys[k].name, name) == 0)
				return &keys[k];
	}
	return NULL;
}

/* A path has to fit when it stands behind the folder of the file, and one of a
 * socket into its address. */
static bool
check_path(unsigned line, const struct key *key, const char *value)
{
	struct conf_load *load = reading.load;
	size_t len = strlen(value);
	size_t max =
	    strcmp(key->name, "control") == 0 ? CONF_SOCKET_MAX : CONF_PATH_MAX;

	if (value[0] != '/')
		len += (size_t)load->folder;
	if (len <= max)
		return true;
	conf_fault(load, line,
	    "%s: the path has %zu octets with its folder, at most %zu are "
	    "possible",
	    key->name, len, max);
	return false;
}

static void
check_value(
    const cfg_t *cfg, const struct key *key, cfg_opt_t *opt, const char *value)
{
	struct conf_load *load = reading.load;
	unsigned line = (unsigned)cfg->line, n = opt->nvalues;
	const char *wanted = key->check(value);

	if (wanted != NULL)
		conf_fault(load, line, "%s = \"%.300s\": %s", key->name, value,
		    wanted);
	else if (key->check == conf_path_fault)
		check_path(line, key, value);
	if (n == 1 && (opt->flags & SEEN) != 0)
		conf_fault(load, line,
		    "%s is there twice: keep one, with all its values",
		    key->name);
	opt->flags |= SEEN;
	if (key->max > 0 && n == key->max + 1)
		conf_fault(load, line, "%s: at most %u values are possible",
		    key->name, key->max);
	for (unsigned i = 0; i + 1 < n; i++)
		if (opt->values[i]->string != NULL &&
		    strcmp(opt->values[i]->string, value) == 0) {
			conf_fault(load, line,
			    "%s: \"%.300s\" is there twice: remove one",
			    key->name, value);
			break;
		}
}

/* libconfuse copies the result. */
static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	const struct key *key = find_key(cfg, opt->name);

	if (reading.tell && key != NULL)
		check_value(cfg, key, opt, value);
	*(const char **)result = value;
	return 0;
}

/* A section without title is libconfuse's to merge; here it is a fault. */
static int
on_section(cfg_t *cfg, cfg_opt_t *opt)
{
	if (reading.tell && (opt->flags & SEEN) != 0)
		conf_fault(reading.load, (unsigned)cfg->line,
		    "%s ends here and is there twice: keep one", opt->name);
	opt->flags |= SEEN;
	return 0;
}

static void on_error(cfg_t *, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	bool unknown = strcmp(fmt, "no such option '%s'") == 0;
	va_list name;

	if (reading.failed)
		return; /* what follows from the first */
	va_copy(name, ap);
	if (unknown)
		snprintf(reading.name, sizeof reading.name, "%s",
		    va_arg(name, const char *));
	va_end(name);
	snprintf(reading.section, sizeof reading.section, "%s",
	    cfg != NULL && cfg->name != NULL ? cfg->name : "");
	reading.again =
	    unknown || strcmp(fmt, "found duplicate title '%s'") == 0;
	reading.failed = true;
	reading.line = cfg != NULL ? (unsigned)cfg->line : 0;
	vsnprintf(reading.what, sizeof reading.what, fmt, ap);
}

static void
make_options(struct options *o)
{
	size_t ntop = 0, ninner[NSECTIONS] = { 0 };
	const cfg_opt_t end = CFG_END();

	for (size_t k = 0; k < NKEYS; k++) {
		cfg_flag_t list = keys[k].max > 0 ? CFGF_LIST : CFGF_NONE;
		const cfg_opt_t opt = CFG_STR_CB(
		    keys[k].name, NULL, CFGF_NODEFAULT | list, on_value);
		if (keys[k].section == NULL)
			o->top[ntop++] = opt;
		for (size_t s = 0; s < NSECTIONS; s++)
			if (same(keys[k].section, sections[s].name))
				o->inner[s][ninner[s]++] = opt;
	}
	for (size_t s = 0; s < NSECTIONS; s++) {
		cfg_opt_t opt =
		    CFG_SEC(sections[s].name, o->inner[s], sections[s].flags);
		if (sections[s].title == NULL)
			opt.validcb = on_section;
		o->top[ntop++] = opt;
		o->inner[s][ninner[s]] = end;
	}
	o->top[ntop] = end;
}

/* One reading of the text; NULL and reading.failed at its first fault. */
static cfg_t *
read_text(struct conf_load *load, bool tell)
{
	struct options options;

	reading = (struct reading){ .load = load, .tell = tell };
	make_options(&options);
	cfg_t *cfg = cfg_init(options.top, CFGF_NONE);
	if (cfg == NULL)
		return NULL;
	cfg_set_error_function(cfg, on_error);
	if (cfg_parse_buf(cfg, load->text) == CFG_SUCCESS)
		return cfg;
	cfg_free(cfg);
	return NULL;
}

/* The keys and sections that may stand where the unknown one does. */
static const char *
known(char *buf, size_t cap)
{
	bool top = strcmp(reading.section, "root") == 0;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t k = 0; k < NKEYS && len < cap; k++)
		if (top ? keys[k].section == NULL
			: same(keys[k].section, reading.section))
			len += (size_t)snprintf(buf + len, cap - len, "%s%s",
			    len == 0 ? "" : ", ", keys[k].name);
	for (size_t s = 0; top && s < NSECTIONS && len < cap; s++)
		len += (size_t)snprintf(
		    buf + len, cap - len, ", %s", sections[s].name);
	return buf;
}

static void
tell_again(struct conf_load *load)
{
	char buf[256];

	if (reading.name[0] != '\0')
		conf_fault(load, reading.line,
		    "\"%s\" is no key here: there are %s", reading.name,
		    known(buf, sizeof buf));
	else
		conf_fault(load, reading.line,
		    "%s: keep one section of that title", reading.what);
}

/* libconfuse takes the end of the file for that of a section: a key that no
 * section has, put behind it, shows the difference. */
static bool
check_closed(struct conf_load *load)
{
	static const char mark[] = "the end";
	size_t len = strlen(load->text);

	snprintf(load->text + len, CONF_SPARE, "\nidentity = \"%s\"", mark);
	cfg_t *cfg = read_text(load, false);
	load->text[len] = '\0';
	const char *last = cfg != NULL ? cfg_getstr(cfg, "identity") : NULL;
	bool closed = last != NULL && strcmp(last, mark) == 0;
	if (cfg == NULL)
		conf_fault(load, reading.line > 1 ? reading.line - 1 : 0,
		    "the file ends inside a section %s: add }",
		    reading.section);
	else if (!closed)
		conf_fault(load, 0, "the file ends inside a value");
	cfg_free(cfg);
	return closed;
}

/* Tells unknown keys and double sections, until the text has none.  False:
 * a fault of syntax has been told. */
static bool
find_unknown(struct conf_load *load)
{
	for (unsigned i = 0; i <= CONF_UNKNOWN_MAX; i++) {
		cfg_t *cfg = read_text(load, false);
		if (cfg != NULL) {
			cfg_free(cfg);
			return check_closed(load);
		}
		if (!reading.failed) {
			conf_fault(load, 0, "out of memory");
			return false;
		}
		if (!reading.again)
			break;
		tell_again(load);
		conf_blank(load->text, reading.line, reading.name);
	}
	if (!reading.again)
		conf_fault(load, reading.line,
		    "%s: wanted is key = \"value\", key = {\"value\", ...} or "
		    "section \"title\" { ... }",
		    reading.what);
	return false;
}

static void
check_titles(struct conf_load *load, cfg_t *cfg, const struct section *s)
{
	unsigned n = cfg_size(cfg, s->name);

	for (unsigned i = 0; i < n && s->check != NULL; i++) {
		const char *title = cfg_title(cfg_getnsec(cfg, s->name, i));
		const char *wanted = s->check(title);
		unsigned line = conf_title_line(load, s->name, title);
		if (wanted != NULL)
			conf_fault(load, line, "%s \"%.300s\": %s", s->title,
			    title, wanted);
		if (i == s->max)
			conf_fault(load, line,
			    "at most %u sections %s are possible", s->max,
			    s->name);
	}
}

cfg_t *
conf_parse(struct conf_load *load)
{
	if (!conf_uncomment(load->text)) {
		conf_fault(load, 0, "the file ends inside a comment: add */");
		return NULL;
	}

	bool whole = find_unknown(load);
	cfg_t *cfg = read_text(load, true);

	if (cfg == NULL || !whole) {
		cfg_free(cfg);
		return NULL;
	}
	for (size_t s = 0; s < NSECTIONS; s++)
		check_titles(load, cfg, &sections[s]);
	for (size_t k = 0; k < NKEYS; k++)
		if (keys[k].needed != NULL && cfg_size(cfg, keys[k].name) == 0)
			conf_fault(load, 0, "%s is missing: add %s = %s",
			    keys[k].name, keys[k].name, keys[k].needed);
	return cfg;
}
