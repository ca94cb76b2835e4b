/*
 * The server's life: load, open, run, close, and reload in between.
 */
#include "tools/hssd/server.h"

#include "cx/cx.h"
#include "diameter/log.h"
#include "tools/hssd/control.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DISK_QUIET_S = 60 }; /* between two complaints about one disk */

void
fault_print(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	if (line > 0)
		fprintf(stderr, "%s:%u: %s\n", file, line, what);
	else
		fprintf(stderr, "%s: %s\n", file, what);
}

size_t
server_load(struct server *sv, const char *conf_file)
{
	size_t nfaults;

	sv->conf_file = conf_file;
	nfaults = conf_load(&sv->conf, conf_file, fault_print, NULL);
	if (nfaults > 0)
		return nfaults;
	sv->profiles = load_profiles(&sv->conf, &nfaults, fault_print, NULL);
	sv->load = (struct load){ &sv->conf, sv->profiles };

	struct store_hooks hooks = load_hooks(&sv->load);

	sv->store = store_new(&hooks);
	if (sv->store == NULL) {
		fault_print(NULL, "hssd", 0, strerror(ENOMEM));
		return nfaults + 1;
	}
	return nfaults + store_load(sv->store, sv->conf.subscribers,
			     sv->conf.nsubscribers, fault_print, NULL);
}

/* --- The disk --- */

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A failing one is told once, until one is done. */
static void
tell_work(struct server *sv, const struct store_work *work)
{
	switch (work->step) {
	case STORE_SNAPSHOT_NOTHING:
		break;
	case STORE_SNAPSHOT_BEGUN:
		sv->snapshot_ms = now_ms();
		log_info("store: %s: the journal has grown: a new state is "
			 "being written, the old one has %llu octets",
		    sv->conf.store, (unsigned long long)work->octets);
		break;
	case STORE_SNAPSHOT_DONE:
		sv->snapshot_failing = false;
		log_info("store: %s: the new state of %llu octets is in place "
			 "after %llu ms",
		    sv->conf.store, (unsigned long long)work->octets,
		    (unsigned long long)(now_ms() - sv->snapshot_ms));
		break;
	case STORE_SNAPSHOT_FAILED:
		if (!sv->snapshot_failing)
			log_warnx("store: %s: the new state cannot be written: "
				  "%s; the journal grows on and it is tried "
				  "again",
			    sv->conf.store, strerror(work->error));
		sv->snapshot_failing = true;
		break;
	}
}

/* A slice of the store's work in a turn of the loop. */
static void
on_work(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval soon = { 0, 0 };
	struct server *sv = arg;
	struct store_work work;

	(void)fd;
	(void)what;
	if (store_work(sv->store, &work))
		event_add(sv->working, &soon);
	tell_work(sv, &work);
}

/* Tells what the disk can promise to the answers that wait for it. */
static void
on_stored(evutil_socket_t fd, short what, void *arg)
{
	struct server *sv = arg;
	time_t now = time(NULL);

	(void)fd;
	(void)what;
	store_woken(sv->store);
	if (!event_pending(sv->working, EV_TIMEOUT, NULL))
		on_work(-1, 0, sv);
	dia_node_release(sv->node, store_durable(sv->store));

	control_stored(sv->control);

	int error = store_failing(sv->store);

	if (error == 0) {
		if (sv->disk_failing)
			log_info(
			    "store: %s: the disk works again", sv->conf.store);
		sv->disk_failing = false;
		return;
	}
	dia_node_refuse(sv->node);
	if (!sv->disk_failing || now - sv->disk_told_s >= DISK_QUIET_S) {
		log_warnx("store: %s: %s; requests that change state get 5012",
		    sv->conf.store, strerror(error));
		sv->disk_told_s = now;
	}
	sv->disk_failing = true;
}

static bool
open_store(struct server *sv)
{
	static const enum store_durability durability[] = {
		[CONF_SYNC] = STORE_SYNC,
		[CONF_ASYNC] = STORE_ASYNC,
		[CONF_NONE] = STORE_NONE,
	};
	struct store_report report;

	store_set_durability(sv->store, durability[sv->conf.durability]);
	if (!store_set_sqn_step(sv->store, sv->conf.sqn_step) ||
	    !store_open(sv->store, sv->conf.store, &report, fault_print, NULL))
		return false;
	log_info("store: %s: %zu subscriptions, %zu records read",
	    sv->conf.store, store_count(sv->store), report.replayed);
	if (report.forgotten > 0)
		log_info("store: %zu records of subscriptions that are gone",
		    report.forgotten);
	if (report.torn > 0)
		log_warnx("store: %zu octets of unfinished records cut off "
			  "the journal's end",
		    report.torn);
	sv->stored = event_new(
	    sv->base, store_fd(sv->store), EV_READ | EV_PERSIST, on_stored, sv);
	sv->working = event_new(sv->base, -1, 0, on_work, sv);
	if (sv->stored == NULL || sv->working == NULL)
		return false;
	event_active(sv->working, EV_TIMEOUT, 1);
	return event_add(sv->stored, NULL) == 0;
}

/* --- Diameter --- */

static bool
open_node(struct server *sv)
{
	struct dia_node_conf conf = {
		.id = sv->conf.id,
		.product = "hssd",
		.vendor = CX_VENDOR,
		.firmware = 1,
		.state_id = (uint32_t)time(NULL),
		.watchdog_s = sv->conf.watchdog_s,
		.unknown_peers = sv->conf.unknown_peers,
		.max_message = DIA_MESSAGE_MAX,
	};
	struct cx_conf cx_conf = load_cx_conf(&sv->conf);
	struct dia_app app;
	bool ok;

	sv->cx = cx_new(&cx_conf, sv->store, sv->profiles);
	sv->node = dia_node_new(sv->base, &conf);
	if (sv->cx == NULL || sv->node == NULL) {
		log_warnx("hssd: %s", strerror(ENOMEM));
		return false;
	}
	cx_attach(sv->cx, sv->node);
	cx_app(sv->cx, &app);
	ok = dia_node_add_app(sv->node, &app);
	for (size_t i = 0; ok && i < sv->conf.npeers; i++)
		ok = dia_node_add_peer(sv->node, &sv->conf.peers[i]);
	for (size_t i = 0; ok && i < sv->conf.nlistens; i++)
		ok = dia_node_listen(sv->node, sv->conf.listens[i]);
	if (ok)
		dia_node_start(sv->node);
	return ok;
}

/* --- Signals --- */

static void
on_stopped(void *arg)
{
	struct server *sv = arg;

	event_base_loopexit(sv->base, NULL);
}

static void
on_stop(evutil_socket_t sig, short what, void *arg)
{
	struct server *sv = arg;

	(void)what;
	if (sv->stopping)
		return;
	log_info("hssd: %s: stopping", strsignal((int)sig));
	sv->stopping = true;
	dia_node_stop(sv->node, on_stopped, sv);
}

static void
on_reload(evutil_socket_t sig, short what, void *arg)
{
	struct server *sv = arg;

	(void)sig;
	(void)what;
	if (sv->stopping || server_reload(sv, &(struct reload_told){ NULL }))
		return;
	log_info("hssd: reload: one goes on, another follows it");
	sv->reload_again = true;
}

static void
on_state(evutil_socket_t sig, short what, void *arg)
{
	struct server *sv = arg;
	int error = store_failing(sv->store);

	(void)sig;
	(void)what;
	log_info("store: %s: %zu subscriptions, disk %s", sv->conf.store,
	    store_count(sv->store), error == 0 ? "works" : strerror(error));
	dia_node_log_state(sv->node);
}

static bool
watch_signals(struct server *sv)
{
	static const struct {
		int sig;
		event_callback_fn fn;
	} rows[SERVER_SIGNALS] = {
		{ SIGTERM, on_stop },
		{ SIGINT, on_stop },
		{ SIGHUP, on_reload },
		{ SIGUSR1, on_state },
	};

	for (int i = 0; i < SERVER_SIGNALS; i++) {
		/* What libevent puts back in the end: a second TERM must not
		 * kill a server that is closing its store. */
		signal(rows[i].sig, SIG_IGN);
		sv->signals[i] =
		    evsignal_new(sv->base, rows[i].sig, rows[i].fn, sv);
		if (sv->signals[i] == NULL ||
		    evsignal_add(sv->signals[i], NULL) != 0)
			return false;
	}
	return true;
}

/* Keys that this version reads and checks, but does not act on. */
static void
tell_unused(const struct conf *conf)
{
	if (conf->http != NULL)
		log_info("hssd: http = %s: no HTTP is served by this version",
		    conf->http);
}

bool
server_open(struct server *sv)
{
	umask(077);
	sv->base = event_base_new();
	if (sv->base == NULL) {
		log_warn("hssd: event loop");
		return false;
	}
	if (!open_store(sv) || !watch_signals(sv) || !open_node(sv))
		return false;
	if (sv->conf.control != NULL) {
		sv->control = control_open(sv);
		if (sv->control == NULL)
			return false;
	}
	tell_unused(&sv->conf);
	sv->started_s = time(NULL);
	return true;
}

bool
server_run(struct server *sv)
{
	log_info("hssd %s: %s: ready", HSSD_VERSION, sv->conf.id.host);

	bool ok = event_base_dispatch(sv->base) >= 0;

	log_info("hssd: stopped");
	return ok;
}

void
server_close(struct server *sv)
{
	dia_node_free(sv->node);
	server_reload_stop(sv);
	cx_free(sv->cx);
	control_close(sv->control);
	for (int i = 0; i < SERVER_SIGNALS; i++) {
		if (sv->signals[i] != NULL)
			event_free(sv->signals[i]);
	}
	if (sv->stored != NULL)
		event_free(sv->stored);
	if (sv->working != NULL)
		event_free(sv->working);
	store_close(sv->store);
	cx_profiles_free(sv->profiles);
	if (sv->base != NULL)
		event_base_free(sv->base);
	conf_free(&sv->fresh);
	conf_free(&sv->conf);
	*sv = (struct server){ 0 };
}
