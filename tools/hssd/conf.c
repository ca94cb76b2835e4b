/*
 * hssd.conf into plain structs, fit for the node and the Cx application.  The
 * keys and their checks are in conf_parse.c; here is what their values mean
 * together.
 */
#include "tools/hssd/conf.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tools/hssd/conf_check.h"
#include "tools/hssd/conf_parse.h"

/* What a conf points into: libconfuse's tree has the strings. */
struct block {
	struct block *next;
	max_align_t octets[];
};
struct owned {
	cfg_t *cfg;
	struct block *blocks;
	bool out_of_memory;
};

static void
free_owned(struct owned *o)
{
	while (o != NULL && o->blocks != NULL) {
		struct block *next = o->blocks->next;
		free(o->blocks);
		o->blocks = next;
	}
	if (o != NULL)
		cfg_free(o->cfg);
	free(o);
}

/* Zeroed memory that lives as long as the conf; NULL is noted. */
static void *
own(struct owned *o, size_t n, size_t size)
{
	struct block *b = calloc(1, sizeof *b + n * size);

	if (b == NULL) {
		o->out_of_memory = true;
		return NULL;
	}
	b->next = o->blocks;
	o->blocks = b;
	return b->octets;
}

/* The values of a list; NULL and 0 if it has none. */
static const char *const *
strings(struct owned *o, cfg_t *cfg, const char *key, size_t *n)
{
	unsigned size = cfg_size(cfg, key);
	const char **list = size > 0 ? own(o, size, sizeof *list) : NULL;

	*n = 0;
	if (list == NULL)
		return NULL;
	for (unsigned i = 0; i < size; i++)
		list[(*n)++] = cfg_getnstr(cfg, key, i);
	return list;
}

/* Relative paths are relative to the file. */
static const char *
path_of(struct owned *o, const struct conf_load *load, const char *path)
{
	if (path == NULL || path[0] == '/' || load->folder == 0)
		return path;
	size_t len = (size_t)load->folder + strlen(path) + 1;
	char *joined = own(o, len, 1);
	if (joined != NULL)
		snprintf(joined, len, "%.*s%s", load->folder, load->file, path);
	return joined;
}

static const char *const *
paths(struct owned *o, const struct conf_load *load, const char *key, size_t *n)
{
	const char *const *list = strings(o, o->cfg, key, n);
	const char **joined = *n > 0 ? own(o, *n, sizeof *joined) : NULL;

	for (size_t i = 0; i < *n && joined != NULL; i++)
		joined[i] = path_of(o, load, list[i]);
	return joined;
}

/* The place of a checked word in its list. */
static unsigned
choice(cfg_t *cfg, const char *key, const char *const *words)
{
	const char *value = cfg_getstr(cfg, key);
	int i = value != NULL ? conf_choice(value, words) : 0;

	return i < 0 ? 0 : (unsigned)i;
}

static void
fill_scscfs(struct conf *conf, struct owned *o)
{
	size_t n = cfg_size(o->cfg, "scscf");
	struct cx_scscf *list = own(o, n, sizeof *list);

	for (unsigned i = 0; i < n && list != NULL; i++) {
		cfg_t *cfg = cfg_getnsec(o->cfg, "scscf", i);
		unsigned size = cfg_size(cfg, "capabilities");
		uint32_t *numbers = own(o, size, sizeof *numbers);
		list[i].name = cfg_title(cfg);
		list[i].capabilities = numbers;
		for (unsigned k = 0; k < size && numbers != NULL; k++)
			if (conf_number(cfg_getnstr(cfg, "capabilities", k),
				UINT32_MAX, &numbers[k]))
				list[i].ncapabilities++;
	}
	conf->scscfs = list;
	conf->nscscfs = list != NULL ? n : 0;
}

static void
fill_peers(struct conf *conf, struct owned *o, struct conf_load *load)
{
	size_t n = cfg_size(o->cfg, "peer");
	struct dia_peer_conf *list = own(o, n, sizeof *list);

	for (unsigned i = 0; i < n && list != NULL; i++) {
		cfg_t *cfg = cfg_getnsec(o->cfg, "peer", i);
		list[i].host = cfg_title(cfg);
		list[i].realm = cfg_getstr(cfg, "realm");
		list[i].from = strings(o, cfg, "from", &list[i].nfrom);
		list[i].connect = cfg_getstr(cfg, "connect");
		for (unsigned k = 0; k < i; k++)
			if (strcasecmp(list[k].host, list[i].host) == 0)
				conf_fault(load,
				    conf_title_line(load, "peer", list[i].host),
				    "peer \"%s\" is there twice: capitals "
				    "don't tell names apart",
				    list[i].host);
	}
	conf->peers = list;
	conf->npeers = list != NULL ? n : 0;
}

/* A secondary function only stands in for a primary one. */
static void
check_charging(struct conf_load *load, const struct cx_charging *c)
{
	unsigned line = conf_title_line(load, "charging", c->name);

	if (c->primary_ecf == NULL && c->secondary_ecf != NULL)
		conf_fault(load, line,
		    "charging \"%s\" has secondary-ecf alone: name it "
		    "primary-ecf",
		    c->name);
	if (c->primary_ccf == NULL && c->secondary_ccf != NULL)
		conf_fault(load, line,
		    "charging \"%s\" has secondary-ccf alone: name it "
		    "primary-ccf",
		    c->name);
	if (c->primary_ecf == NULL && c->secondary_ecf == NULL &&
	    c->primary_ccf == NULL && c->secondary_ccf == NULL)
		conf_fault(load, line,
		    "charging \"%s\" is empty: give it primary-ccf or "
		    "primary-ecf",
		    c->name);
}

static void
fill_chargings(struct conf *conf, struct owned *o, struct conf_load *load)
{
	size_t n = cfg_size(o->cfg, "charging");
	struct cx_charging *list = own(o, n, sizeof *list);

	for (unsigned i = 0; i < n && list != NULL; i++) {
		cfg_t *cfg = cfg_getnsec(o->cfg, "charging", i);
		list[i].name = cfg_title(cfg);
		list[i].primary_ecf = cfg_getstr(cfg, "primary-ecf");
		list[i].secondary_ecf = cfg_getstr(cfg, "secondary-ecf");
		list[i].primary_ccf = cfg_getstr(cfg, "primary-ccf");
		list[i].secondary_ccf = cfg_getstr(cfg, "secondary-ccf");
		check_charging(load, &list[i]);
	}
	conf->chargings = list;
	conf->nchargings = list != NULL ? n : 0;
}

static void
fill_visited(struct conf *conf, struct owned *o, struct conf_load *load)
{
	if (cfg_size(o->cfg, "visited") == 0)
		return;
	cfg_t *cfg = cfg_getsec(o->cfg, "visited");
	conf->visited = strings(o, cfg, "allow", &conf->nvisited);
	unsigned line = conf_title_line(load, "visited", "");
	if (conf->nvisited == 0 && line > 0)
		conf_fault(load, line,
		    "visited is empty: give it allow = {...}, or remove it to "
		    "allow every network");
}

static void
fill(struct conf *conf, struct owned *o, struct conf_load *load)
{
	cfg_t *cfg = o->cfg;
	uint32_t watchdog = CONF_WATCHDOG, step = STORE_SQN_STEP;

	conf->id.host = cfg_getstr(cfg, "identity");
	conf->id.realm = cfg_getstr(cfg, "realm");
	conf->listens = strings(o, cfg, "listen", &conf->nlistens);
	conf->subscribers = paths(o, load, "subscribers", &conf->nsubscribers);
	conf->profiles = path_of(o, load, cfg_getstr(cfg, "profiles"));
	conf->store = path_of(o, load, cfg_getstr(cfg, "store"));
	conf->control = path_of(o, load, cfg_getstr(cfg, "control"));
	conf->http = cfg_getstr(cfg, "http");
	if (cfg_getstr(cfg, "watchdog") != NULL)
		conf_number(
		    cfg_getstr(cfg, "watchdog"), CONF_WATCHDOG_MAX, &watchdog);
	conf->watchdog_s = watchdog;
	if (cfg_getstr(cfg, "sqn-step") != NULL)
		conf_number(
		    cfg_getstr(cfg, "sqn-step"), STORE_SQN_STEP_MAX, &step);
	conf->sqn_step = step;
	conf->unknown_peers =
	    choice(cfg, "unknown-peers", conf_unknown_peers_words);
	conf->durability = choice(cfg, "durability", conf_durability_words);
	conf->push_fallback =
	    choice(cfg, "push-fallback", conf_push_fallback_words);
	conf->syslog = choice(cfg, "log", conf_log_words) == 1;
	fill_scscfs(conf, o);
	fill_peers(conf, o, load);
	fill_chargings(conf, o, load);
	fill_visited(conf, o, load);
}

/* The text of a file, NUL-terminated; NULL after telling why not. */
static char *
read_file(struct conf_load *load)
{
	FILE *f = fopen(load->file, "re");
	char *text = malloc(CONF_FILE_MAX + 2 + CONF_SPARE);
	size_t len = 0;
	bool ok = false;

	if (f == NULL || text == NULL) {
		conf_fault(load, 0, "cannot be read: %s", strerror(errno));
		goto out;
	}
	len = fread(text, 1, CONF_FILE_MAX + 1, f);
	text[len] = '\0';
	if (ferror(f))
		conf_fault(load, 0, "cannot be read: %s", strerror(errno));
	else if (len > CONF_FILE_MAX)
		conf_fault(load, 0, "is over %d octets long", CONF_FILE_MAX);
	else if (strlen(text) != len)
		conf_fault(load, 0, "holds a NUL octet: it is no text");
	else
		ok = true;
out:
	if (f != NULL)
		fclose(f);
	if (!ok) {
		free(text);
		text = NULL;
	}
	return text;
}

size_t
conf_load(struct conf *conf, const char *file, conf_fault_fn *fn, void *arg)
{
	const char *slash = strrchr(file, '/');
	struct conf_load load = { .file = file, .fn = fn, .arg = arg };
	struct owned *o = calloc(1, sizeof *o);

	memset(conf, 0, sizeof *conf);
	load.folder = slash != NULL ? (int)(slash + 1 - file) : 0;
	load.text = read_file(&load);
	if (load.text != NULL && o != NULL)
		o->cfg = conf_parse(&load);
	if (o != NULL && o->cfg != NULL)
		fill(conf, o, &load);
	if (o == NULL || o->out_of_memory)
		conf_fault(&load, 0, "out of memory");
	else if (o->cfg == NULL && load.nfaults == 0)
		conf_fault(&load, 0, "out of memory");
	free(load.text);
	conf->owned = o;
	if (load.nfaults > 0)
		conf_free(conf);
	return load.nfaults;
}

void
conf_free(struct conf *conf)
{
	free_owned(conf->owned);
	memset(conf, 0, sizeof *conf);
}
