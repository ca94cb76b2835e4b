/*
 * What a load shows: a line of progress on a terminal, a table of rates and
 * latencies by kind of request, the results counted.  With JSON an object a
 * row.
 */
#include "tools/cxclient/load_show.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>

static const struct {
	const char *key, *head;
	double share;
} shares[] = {
	{ "p50-us", "p50", .5 },
	{ "p90-us", "p90", .9 },
	{ "p99-us", "p99", .99 },
	{ "p99.9-us", "p99.9", .999 },
	{ "max-us", "max", 1 },
};
enum { NSHARES = sizeof shares / sizeof shares[0], VERDICT_CAP = 96 };

void
load_show_progress(FILE *f, const struct load_progress *p)
{
	(void)fprintf(f,
	    "\r%5.0f s  %8.0f/s  %u in flight  %u connection%s%s  ", p->at_s,
	    p->since_s > 0 ? (double)p->answers / p->since_s : 0, p->inflight,
	    p->connections, p->connections == 1 ? "" : "s",
	    p->warmup ? "  (warm-up)" : "");
	(void)fflush(f);
}

void
load_show_progress_end(FILE *f)
{
	(void)fputs("\r\033[K", f);
	(void)fflush(f);
}

static void
show_row(const struct show *s, const char *name, const struct load_hist *h,
    double rate)
{
	if (s->json) {
		show_begin(s, name, true, "latency");
		show_number(s, "answers", h->count);
		show_ms(s, "rate", rate);
	} else {
		(void)fprintf(s->out, "%-4s %9llu %9.0f", name,
		    (unsigned long long)h->count, rate);
	}
	for (size_t i = 0; i < NSHARES; i++) {
		double us = (double)load_hist_at(h, shares[i].share) / 1000;

		if (s->json)
			show_ms(s, shares[i].key, us);
		else
			(void)fprintf(s->out, " %8.0f", us);
	}
	show_end(s);
}

static void
show_result(const struct show *s, const char *kind, bool ok,
    const char *verdict, uint64_t count)
{
	if (count == 0)
		return;
	if (s->json) {
		show_begin(s, kind, ok, verdict);
		show_number(s, "count", count);
		show_end(s);
		return;
	}
	(void)fprintf(s->out, "%-4s %9llu  %s\n", kind,
	    (unsigned long long)count, verdict);
}

static void
show_results(const struct show *s, const char *kind, const struct load_count *c)
{
	for (unsigned i = 0; i < c->ncodes; i++) {
		const struct load_code *code = &c->codes[i];
		const char *name =
		    code->experimental
			? cx_result_name(code->code)
			: dia_value_name(BASE(RESULT_CODE)->values, code->code);
		char verdict[VERDICT_CAP];

		(void)snprintf(verdict, sizeof verdict, "%u %s", code->code,
		    name != NULL ? name : "(unknown)");
		show_result(
		    s, kind, code->code / 1000 == 2, verdict, code->count);
	}
	show_result(s, kind, false, "other results", c->others);
	show_result(s, kind, false, "answers without a result", c->malformed);
	show_result(s, kind, false, "time-outs", c->timeouts);
	show_result(s, kind, false, "lost with their connection", c->lost);
}

/* Answers that came after the last request was sent count for latency, not for
 * the rate: each kind has its share of those that came in time. */
static double
rate_of(const struct load_hist *h, const struct load_tally *t, uint64_t in_time,
    double seconds)
{
	if (t->total == 0 || seconds <= 0)
		return 0;
	return (double)h->count * (double)in_time / (double)t->total / seconds;
}

void
load_show_table(const struct show *s, const struct load_tally *t,
    uint64_t in_time, double seconds)
{
	struct load_hist *all = calloc(1, sizeof *all);

	if (!s->json) {
		(void)fprintf(s->out, "%-4s %9s %9s", "", "answers", "per s");
		for (size_t i = 0; i < NSHARES; i++)
			(void)fprintf(s->out, " %8s", shares[i].head);
		(void)fputs("  us\n", s->out);
	}
	for (size_t i = 0; i < LOAD_KINDS; i++) {
		const struct load_hist *h = &t->kind[i].hist;

		if (h->count > 0)
			show_row(s, load_kind_name((enum load_kind)i), h,
			    rate_of(h, t, in_time, seconds));
		if (all != NULL)
			load_hist_merge(all, h);
	}
	if (all != NULL)
		show_row(s, "all", all, rate_of(all, t, in_time, seconds));
	free(all);
	for (size_t i = 0; i < LOAD_KINDS; i++)
		show_results(s, load_kind_name((enum load_kind)i), &t->kind[i]);
	show_result(s, "all", false, "late or foreign answers", t->late);
}
