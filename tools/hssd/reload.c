/*
 * Reading everything again while the server runs (HUP): subscribers, profiles,
 * the pool of S-CSCFs, charging functions, visited networks.  All of it takes
 * effect at once or, with any fault, none of it.
 *
 * What is small is read in one go; the store takes its time, a slice in each
 * turn of the loop, and requests are answered meanwhile.
 */
#include "tools/hssd/server.h"

#include "cx/cx.h"
#include "diameter/log.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	STEP = 64,        /* subscriptions between two looks at the clock */
	SLICE_US = 1000,  /* of a turn of the loop */
	PAUSE_US = 10000, /* when there is nothing to do for the moment */
};

/* One that goes on. */
struct server_reload {
	struct server *sv;
	struct reload_told told;
	struct conf conf;             /* new; from the swap on the old one, */
	struct cx_profiles *profiles; /* and these, too */
	struct load load; /* where the store's thread looks names up */
	struct cx_changes *changes;
	struct event *turn;
	size_t nfaults;
};

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
	struct server_reload *r = arg;

	r->nfaults++;
	if (line > 0)
		log_warnx("hssd: reload: %s:%u: %s", file, line, what);
	else
		log_warnx("hssd: reload: %s: %s", file, what);
	if (r->told.fault != NULL)
		r->told.fault(r->told.arg, file, line, what);
}

static void
free_reload(struct server_reload *r)
{
	r->sv->reload = NULL;
	if (r->turn != NULL)
		event_free(r->turn);
	cx_profiles_free(r->profiles);
	conf_free(&r->conf);
	free(r);
}

static void
finish(struct server_reload *r, bool good)
{
	struct server *sv = r->sv;
	const struct reload_told told = r->told;

	cx_changes_end(r->changes, good);
	if (good)
		log_info("hssd: reloaded: %zu subscriptions",
		    store_count(sv->store));
	else
		log_warnx(
		    "hssd: reload: %zu faults, nothing is changed", r->nfaults);
	free_reload(r);
	if (told.done != NULL)
		told.done(told.arg, good);
	if (!sv->reload_again)
		return;
	sv->reload_again = false;
	server_reload(sv, &(struct reload_told){ NULL });
}

/* The store has changed to the new subscribers: so does all else.  What the
 * node was given at the start stays in sv->conf. */
static void
swap(struct server_reload *r)
{
	struct server *sv = r->sv;
	struct cx_conf cx_conf = load_cx_conf(&r->conf);
	struct cx_profiles *profiles = sv->profiles;
	struct conf conf = sv->fresh;

	cx_reconfigure(sv->cx, &cx_conf, r->profiles);
	sv->profiles = r->profiles;
	sv->fresh = r->conf;
	sv->load = (struct load){ &sv->fresh, sv->profiles };
	r->profiles = profiles;
	r->conf = conf;
}

static int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct server_reload *r = arg;
	struct store *store = r->sv->store;
	int64_t end = now_us() + SLICE_US;
	enum store_reload got;

	(void)fd;
	(void)what;
	if (r->sv->stopping)
		return;
	do {
		got = store_reload_step(store, STEP);
		if (got == STORE_RELOAD_SWAPPED)
			swap(r);
	} while (got == STORE_RELOAD_SWAPPED ||
		 (got == STORE_RELOAD_MORE && now_us() < end));
	if (got == STORE_RELOAD_DONE || got == STORE_RELOAD_FAILED) {
		finish(r, got == STORE_RELOAD_DONE);
		return;
	}

	const struct timeval tv = {
		.tv_usec = got == STORE_RELOAD_WAITS ? PAUSE_US : 0,
	};

	event_add(r->turn, &tv);
}

/* False: no thread or no memory. */
static bool
begin(struct server_reload *r)
{
	struct server *sv = r->sv;
	struct cx_conf cx_conf = load_cx_conf(&r->conf);

	r->load = (struct load){ &r->conf, r->profiles };

	struct store_hooks hooks = load_hooks(&r->load);

	if (!store_reload_begin(sv->store, &hooks, r->conf.subscribers,
		r->conf.nsubscribers, fault_log, r))
		return false;
	r->turn = event_new(
	    sv->base, store_reload_fd(sv->store), EV_READ, on_turn, r);
	if (r->turn == NULL ||
	    event_add(r->turn, &(struct timeval){ .tv_usec = PAUSE_US }) != 0) {
		store_reload_stop(sv->store);
		return false;
	}
	r->changes = cx_changes_begin(sv->cx, &cx_conf, r->profiles);
	return true;
}

static void
load(struct server_reload *r)
{
	struct server *sv = r->sv;
	size_t nfaults;

	if (conf_load(&r->conf, sv->conf_file, fault_log, r) > 0)
		return;
	tell_needs_start(&sv->conf, &r->conf, &r->told);
	r->conf.id = sv->conf.id; /* also for what is computed from the realm */
	r->profiles = load_profiles(&r->conf, &nfaults, fault_log, r);
}

bool
server_reload(struct server *sv, const struct reload_told *told)
{
	if (sv->reload != NULL)
		return false;

	struct server_reload *r = calloc(1, sizeof *r);

	if (r == NULL) {
		log_warnx("hssd: reload: out of memory, nothing is changed");
		if (told->done != NULL)
			told->done(told->arg, false);
		return true;
	}
	sv->reload = r;
	r->sv = sv;
	r->told = *told;
	log_info("hssd: reload: reading all files again");
	load(r);
	if (r->nfaults == 0 && !begin(r))
		fault_log(r, sv->conf_file, 0,
		    "there is no thread or no memory to read the subscribers");
	if (r->nfaults > 0)
		finish(r, false);
	return true;
}

void
server_reload_stop(struct server *sv)
{
	if (sv->reload == NULL)
		return;
	store_reload_stop(sv->store);
	cx_changes_end(sv->reload->changes, false);
	free_reload(sv->reload);
}
