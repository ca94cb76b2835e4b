/*
 * How long many things took: a log-linear histogram.
 */
#ifndef CXCLIENT_LOAD_HIST_H
#define CXCLIENT_LOAD_HIST_H

#include <stdint.h>

enum {
	LOAD_HIST_STEPS = 128, /* of each power of two: an error below 1 % */
	LOAD_HIST_BITS = 40,   /* values below 2^40 ns, 18 minutes */
	LOAD_HIST_BUCKETS = LOAD_HIST_STEPS * (LOAD_HIST_BITS - 6),
};

/* Zeroes are an empty histogram. */
struct load_hist {
	uint64_t count, max_ns;
	uint64_t buckets[LOAD_HIST_BUCKETS];
};

/* Values past the range count as its largest; max_ns is exact. */
void load_hist_add(struct load_hist *, uint64_t ns);
void load_hist_merge(struct load_hist *, const struct load_hist *other);
/* The value that this share of all (0 to 1) doesn't exceed: at least the exact
 * one, at most 1 % above it.  0 of an empty histogram. */
uint64_t load_hist_at(const struct load_hist *, double share);

#endif
