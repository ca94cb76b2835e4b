/*
 * Reading everything again while the server runs (HUP): subscribers, profiles,
 * the pool of S-CSCFs, charging functions, visited networks.  All of it takes
 * effect at once or, with any fault, none of it.
 */
#include "tools/hssd/server.h"

#include "cx/cx.h"
#include "diameter/log.h"

#include <string.h>

static bool
same_text(const char *a, const char *b)
{
	return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

static bool
same_list(const char *const *a, size_t na, const char *const *b, size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++) {
		if (strcmp(a[i], b[i]) != 0)
			return false;
	}
	return true;
}

static bool
same_peers(const struct conf *old, const struct conf *new)
{
	if (old->npeers != new->npeers)
		return false;
	for (size_t i = 0; i < old->npeers; i++) {
		const struct dia_peer_conf *a = &old->peers[i];
		const struct dia_peer_conf *b = &new->peers[i];

		if (!same_text(a->host, b->host) ||
		    !same_text(a->realm, b->realm) ||
		    !same_list(a->from, a->nfrom, b->from, b->nfrom) ||
		    !same_text(a->connect, b->connect))
			return false;
	}
	return true;
}

/* Tells what has changed but needs a new start to take effect. */
static void
tell_needs_start(const struct conf *old, const struct conf *new,
    const struct reload_told *told)
{
	const struct {
		const char *key;
		bool same;
	} rows[] = {
		{ "identity", same_text(old->id.host, new->id.host) },
		{ "realm", same_text(old->id.realm, new->id.realm) },
		{ "listen", same_list(old->listens, old->nlistens, new->listens,
				new->nlistens) },
		{ "store", same_text(old->store, new->store) },
		{ "control", same_text(old->control, new->control) },
		{ "sqn-step", old->sqn_step == new->sqn_step },
		{ "log", old->syslog == new->syslog },
		{ "unknown-peers", old->unknown_peers == new->unknown_peers },
		{ "watchdog", old->watchdog_s == new->watchdog_s },
		{ "durability", old->durability == new->durability },
		{ "peer", same_peers(old, new) },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].same)
			continue;
		log_warnx("hssd: reload: a changed %s takes effect at "
			  "the next start",
		    rows[i].key);
		if (told->needs_start != NULL)
			told->needs_start(told->arg, rows[i].key);
	}
}

/* Standard error may be nobody's by now: faults go where the log goes. */
static void
fault_log(void *arg, const char *file, unsigned line, const char *what)
{
	const struct reload_told *told = arg;

	if (line > 0)
		log_warnx("hssd: reload: %s:%u: %s", file, line, what);
	else
		log_warnx("hssd: reload: %s: %s", file, what);
	if (told->fault != NULL)
		told->fault(told->arg, file, line, what);
}

/* The old until the new is known to be right; true: the new is in use. */
static bool
load_again(
    struct server *sv, const struct conf *fresh, struct reload_told *told)
{
	struct load old = sv->load;
	size_t nfaults;
	struct cx_profiles *profiles =
	    load_profiles(fresh, &nfaults, fault_log, told);

	struct cx_conf cx_conf = load_cx_conf(fresh);
	struct cx_changes *changes =
	    cx_changes_begin(sv->cx, &cx_conf, profiles);

	sv->load = (struct load){ fresh, profiles };
	if (nfaults == 0)
		nfaults = store_load(sv->store, fresh->subscribers,
		    fresh->nsubscribers, fault_log, told);
	if (nfaults > 0) {
		log_warnx(
		    "hssd: reload: %zu faults, nothing is changed", nfaults);
		sv->load = old;
		cx_changes_end(changes, false);
		cx_profiles_free(profiles);
		return false;
	}

	cx_reconfigure(sv->cx, &cx_conf, profiles);
	cx_changes_end(changes, true);
	cx_profiles_free(sv->profiles);
	sv->profiles = profiles;
	return true;
}

bool
server_reload(struct server *sv, struct reload_told *told)
{
	struct conf fresh = { 0 };
	size_t nfaults = conf_load(&fresh, sv->conf_file, fault_log, told);

	if (nfaults > 0) {
		log_warnx(
		    "hssd: reload: %zu faults, nothing is changed", nfaults);
		return false;
	}

	tell_needs_start(&sv->conf, &fresh, told);
	fresh.id = sv->conf.id; /* also for what is computed from the realm */
	if (!load_again(sv, &fresh, told)) {
		conf_free(&fresh);
		return false;
	}
	/* What the node was given stays in sv->conf; the rest is here now. */
	conf_free(&sv->fresh);
	sv->fresh = fresh;
	sv->load.conf = &sv->fresh;
	sv->reloads++;
	log_info("hssd: reloaded: %zu subscriptions", store_count(sv->store));
	return true;
}
