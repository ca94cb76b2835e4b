/*
 * A load: keeps a window of requests in flight on every connection, or sends
 * at a rate whatever the answers do.  With a rate a request's time counts from
 * when it was due, so a server that stalls cannot hide what it kept waiting.
 * Warm-up, measured time, then a wait for the last answers.
 */
#include "tools/cxclient/load.h"

#include "tools/cxclient/load_lane.h"
#include "tools/cxclient/load_show.h"
#include "tools/cxclient/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)
#define TICK (SECOND / 10)

struct load {
	const struct options *o;
	struct load_draw draw;
	struct load_record record;
	struct load_tally *tally;
	struct load_lane *lanes[LOAD_CONNECTIONS_MAX];
	unsigned nlanes, turn;
	bool sending;
	uint64_t begin_ns, sent; /* with a rate: the start, how many since */
	uint64_t ticked_ns;      /* the last look at the clock's things */
	FILE *progress;          /* or NULL */
	uint64_t shown_ns, answered; /* the last progress, answers until then */
};

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int signo)
{
	(void)signo;
	interrupted = 1;
}

static void
put(struct load *load, unsigned i, uint64_t start_ns)
{
	struct load_lane *lane = load->lanes[i];
	struct load_ask ask = load_draw_next(&load->draw, i, &lane->turn);

	load_lane_put(lane, &ask, start_ns);
}

static bool
has_more(const struct load *load, unsigned i)
{
	return load_draw_more(&load->draw, i, load->lanes[i]->turn);
}

/* With --once there is an end. */
static bool
all_sent(const struct load *load)
{
	for (unsigned i = 0; i < load->nlanes; i++) {
		if (has_more(load, i))
			return false;
	}
	return true;
}

/* The next connection in turn that has room; false: none. */
static bool
free_lane(struct load *load, unsigned *found)
{
	for (unsigned i = 0; i < load->nlanes; i++) {
		*found = load->turn++ % load->nlanes;
		if (has_more(load, *found) &&
		    load_lane_room(load->lanes[*found], LOAD_WINDOW_MAX))
			return true;
	}
	return false;
}

static uint64_t
due_ns(const struct load *load)
{
	return load->begin_ns + load->sent * SECOND / load->o->rate.value;
}

static void
fill(struct load *load, uint64_t now)
{
	unsigned lane;

	load->sending = load->sending && !all_sent(load);
	if (!load->sending)
		return;
	if (load->o->rate.set) {
		while (due_ns(load) <= now && free_lane(load, &lane)) {
			put(load, lane, due_ns(load));
			load->sent++;
		}
		return;
	}
	for (unsigned i = 0; i < load->nlanes; i++) {
		while (has_more(load, i) &&
		       load_lane_room(load->lanes[i], load->o->window.value))
			put(load, i, now);
	}
}

static unsigned
inflight(const struct load *load, unsigned *open)
{
	unsigned n = 0;

	*open = 0;
	for (unsigned i = 0; i < load->nlanes; i++) {
		n += load->lanes[i]->inflight;
		*open += load->lanes[i]->open;
	}
	return n;
}

static void
show_progress(struct load *load, uint64_t now)
{
	struct load_progress p = {
		.at_s = (double)(now - load->begin_ns) / SECOND,
		.answers = load->tally->total - load->answered,
		.since_s = (double)(now - load->shown_ns) / SECOND,
		.warmup = !load->lanes[0]->measuring,
	};

	if (load->progress == NULL || now - load->shown_ns < SECOND)
		return;
	p.inflight = inflight(load, &p.connections);
	load_show_progress(load->progress, &p);
	load->shown_ns = now;
	load->answered = load->tally->total;
}

static void
tick(struct load *load, uint64_t now)
{
	uint64_t wait_ns = load->o->wait_s.value * SECOND;

	if (now - load->ticked_ns < TICK)
		return;
	load->ticked_ns = now;
	for (unsigned i = 0; i < load->nlanes; i++)
		load_lane_expire(load->lanes[i], now - wait_ns);
	show_progress(load, now);
}

/* Until something comes, a request is due, or the next tick. */
static void
await(struct load *load, uint64_t now)
{
	struct pollfd fds[LOAD_CONNECTIONS_MAX];
	uint64_t until = now + TICK;

	for (unsigned i = 0; i < load->nlanes; i++) {
		const struct load_lane *lane = load->lanes[i];

		fds[i] = (struct pollfd){
			.fd = lane->open ? lane->link.fd : -1,
			.events =
			    (short)(POLLIN | (lane->out_len > 0 ? POLLOUT : 0)),
		};
	}
	if (load->sending && load->o->rate.set && due_ns(load) < until)
		until = due_ns(load) > now ? due_ns(load) : now + TICK / 1000;

	const struct timespec wait = { .tv_nsec = (long)(until - now) };

	if (ppoll(fds, load->nlanes, &wait, NULL) <= 0)
		return;
	for (unsigned i = 0; i < load->nlanes; i++) {
		if ((fds[i].revents & ~POLLOUT) != 0)
			load_lane_read(load->lanes[i]);
	}
}

/* Until then, INT, or the end of the last connection; without sending also
 * until the last answer.  Returns the time. */
static uint64_t
turn_until(struct load *load, uint64_t end_ns)
{
	uint64_t now = load_now_ns();
	unsigned open, left = inflight(load, &open);

	while (now < end_ns && open > 0 && (load->sending || left > 0) &&
	       !(load->sending && interrupted)) {
		fill(load, now);
		for (unsigned i = 0; i < load->nlanes; i++)
			load_lane_flush(load->lanes[i]);
		tick(load, now);
		await(load, now);
		if (load->record.file != NULL)
			(void)fflush(load->record.file);
		now = load_now_ns();
		left = inflight(load, &open);
	}
	return now;
}

static bool
make_lane(struct load *load, struct load_lane *lane, unsigned index)
{
	const struct options *o = load->o;
	int len = index == 0 ? snprintf(lane->origin, sizeof lane->origin, "%s",
				   o->origin_host)
			     : snprintf(lane->origin, sizeof lane->origin,
				   "%u.%s", index, o->origin_host);
	const struct load_about about = {
		.from = {
			.id = { lane->origin, o->realm },
			.realm = o->realm,
			.host = o->destination_host,
			.impi = o->impi,
			.impu = o->impu,
			.server_name = o->server_name,
		},
		.uar = { .visited = o->visited },
		.mar = { .scheme = o->scheme, .items = o->items.value },
		.sar = { .type = load->draw.types[0] },
	};
	bool ok = len > 0 && (size_t)len < sizeof lane->origin;

	for (size_t k = 0; ok && k < LOAD_KINDS; k++) {
		if (load->draw.mix.weight[k] > 0)
			ok = load_request_make(
			    &lane->requests[k], (enum load_kind)k, &about);
	}
	lane->tally = load->tally;
	lane->record = o->record != NULL ? &load->record : NULL;
	lane->link.id = about.from.id;
	lane->link.wait_ms = o->wait_s.value * 1000;
	lane->link.fd = -1;
	return ok;
}

static int
open_lanes(struct load *load, FILE *err)
{
	const struct options *o = load->o;

	for (unsigned i = 0; i < o->connections.value; i++) {
		struct load_lane *lane = calloc(1, sizeof *lane);

		if (lane == NULL || !make_lane(load, lane, i)) {
			free(lane);
			(void)fputs("cxclient: a request does not fit\n", err);
			return RUN_REFUSED;
		}
		load->lanes[load->nlanes++] = lane;

		enum link_result r = load_lane_open(lane, o->host, o->port);

		if (r == LINK_OK)
			continue;
		(void)fprintf(err, "cxclient: %s\n", lane->link.why);
		return r == LINK_NO_SERVER ? RUN_USAGE : RUN_REFUSED;
	}
	return RUN_OK;
}

/* Warm-up, measured time, last answers. */
static void
run_phases(struct load *load, const struct show *show)
{
	uint64_t start = load_now_ns(), stop, in_time;

	load->begin_ns = load->shown_ns = load->ticked_ns = start;
	load->sending = true;
	if (load->o->warmup.value > 0)
		start =
		    turn_until(load, start + load->o->warmup.value * SECOND);
	for (unsigned i = 0; i < load->nlanes; i++)
		load->lanes[i]->measuring = true;
	stop = turn_until(load, start + load->o->duration.value * SECOND);
	in_time = load->tally->total;
	load->sending = false;
	for (unsigned i = 0; i < load->nlanes; i++)
		load_lane_flush(load->lanes[i]);
	(void)turn_until(
	    load, stop + load->o->wait_s.value * SECOND + 2 * TICK);
	if (load->progress != NULL)
		load_show_progress_end(load->progress);
	load_show_table(
	    show, load->tally, in_time, (double)(stop - start) / SECOND);
}

static int
verdict(const struct load *load, FILE *err)
{
	uint64_t failed = load_tally_failed(load->tally);
	unsigned open;

	(void)inflight(load, &open);
	if (open < load->nlanes)
		(void)fprintf(err,
		    "cxclient: the server closed %u of %u "
		    "connections\n",
		    load->nlanes - open, load->nlanes);
	else if (failed > 0)
		(void)fprintf(err, "cxclient: %llu requests failed\n",
		    (unsigned long long)failed);
	else if (load->tally->total == 0)
		(void)fputs("cxclient: no answers\n", err);
	else
		return RUN_OK;
	return RUN_REFUSED;
}

/* INT ends the load once, the program when it comes again. */
static int
run_lanes(struct load *load, const struct show *show, FILE *err)
{
	struct sigaction act = { .sa_handler = on_interrupt }, old;
	int status = open_lanes(load, err);

	act.sa_flags = (int)SA_RESETHAND;
	interrupted = 0;
	if (status == RUN_OK && sigaction(SIGINT, &act, &old) == 0) {
		run_phases(load, show);
		(void)sigaction(SIGINT, &old, NULL);
		status = verdict(load, err);
	}
	for (unsigned i = 0; i < load->nlanes; i++) {
		load_lane_close(load->lanes[i]);
		free(load->lanes[i]);
	}
	return status;
}

/* False, after a line to err: the record cannot be written, or not whole. */
static bool
open_record(struct load *load, FILE *err)
{
	const struct options *o = load->o;
	struct load_record *r = &load->record;

	if (o->record == NULL)
		return true;
	r->has_key = o->k.set;
	memcpy(r->key.k, o->k.v, sizeof r->key.k);
	memcpy(r->key.opc, o->opc.v, sizeof r->key.opc);
	if (o->op.set && !milenage_opc(r->key.opc, r->key.k, o->op.v))
		return false;
	r->file = fopen(o->record, "we");
	if (r->file == NULL)
		(void)fprintf(
		    err, "cxclient: %s: %s\n", o->record, strerror(errno));
	return r->file != NULL;
}

static bool
close_record(struct load *load, FILE *err)
{
	struct load_record *r = &load->record;
	bool ok = r->file == NULL || !ferror(r->file);

	ok = (r->file == NULL || fclose(r->file) == 0) && ok;
	wipe(&r->key, sizeof r->key);
	if (!ok)
		(void)fprintf(
		    err, "cxclient: %s: not written whole\n", load->o->record);
	return ok;
}

int
load_run(struct options *o, const struct show *show, FILE *err)
{
	struct load load = { .o = o };
	int status = RUN_REFUSED;

	if (!load_check(o, &load.draw, err))
		return RUN_USAGE;
	if (isatty(fileno(err)) == 1)
		load.progress = err;
	load.tally = calloc(1, sizeof *load.tally);
	if (load.tally == NULL)
		(void)fputs("cxclient: out of memory\n", err);
	else if (open_record(&load, err))
		status = run_lanes(&load, show, err);
	if (!close_record(&load, err))
		status = RUN_REFUSED;
	free(load.tally);
	return status;
}
