/*
 * What a load shows: progress, then a table.
 */
#ifndef CXCLIENT_LOAD_SHOW_H
#define CXCLIENT_LOAD_SHOW_H

#include "tools/cxclient/load_tally.h"
#include "tools/cxclient/show.h"

struct load_progress {
	double at_s;
	uint64_t answers; /* since the last one */
	double since_s;
	unsigned inflight, connections;
	bool warmup;
};

/* One line, which overwrites the one before. */
void load_show_progress(FILE *, const struct load_progress *);
void load_show_progress_end(FILE *);
/* Rates and latencies by kind, then results.  in_time: answers within the
 * measured seconds. */
void load_show_table(const struct show *, const struct load_tally *,
    uint64_t in_time, double seconds);

#endif
