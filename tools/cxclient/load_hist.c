/*
 * A log-linear histogram: values below 256 ns have a bucket each, every power
 * of two above has 128 buckets of the same width.  Adding is a shift and an
 * increment.
 */
#include "tools/cxclient/load_hist.h"

#include <stddef.h>

enum { EXACT_BITS = 8 /* values of so many bits are kept exactly */ };

static unsigned
bits_of(uint64_t value)
{
	return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

static size_t
bucket_of(uint64_t ns)
{
	unsigned bits = bits_of(ns);

	if (bits > LOAD_HIST_BITS)
		return LOAD_HIST_BUCKETS - 1;

	unsigned shift = bits > EXACT_BITS ? bits - EXACT_BITS : 0;

	return (size_t)shift * LOAD_HIST_STEPS + (size_t)(ns >> shift);
}

/* The largest value that falls into the bucket. */
static uint64_t
top_of(size_t bucket)
{
	size_t shift = bucket / LOAD_HIST_STEPS;

	shift -= shift > 0;

	uint64_t step = bucket - shift * LOAD_HIST_STEPS;

	return ((step + 1) << shift) - 1;
}

void
load_hist_add(struct load_hist *h, uint64_t ns)
{
	h->count++;
	h->buckets[bucket_of(ns)]++;
	if (ns > h->max_ns)
		h->max_ns = ns;
}

void
load_hist_merge(struct load_hist *h, const struct load_hist *other)
{
	h->count += other->count;
	if (other->max_ns > h->max_ns)
		h->max_ns = other->max_ns;
	for (size_t i = 0; i < LOAD_HIST_BUCKETS; i++)
		h->buckets[i] += other->buckets[i];
}

uint64_t
load_hist_at(const struct load_hist *h, double share)
{
	uint64_t want = (uint64_t)(share * (double)h->count);
	uint64_t seen = 0;

	want += (double)want < share * (double)h->count;
	if (want == 0 && h->count > 0)
		want = 1;
	for (size_t i = 0; i < LOAD_HIST_BUCKETS && want > 0; i++) {
		seen += h->buckets[i];
		if (seen >= want)
			return top_of(i) < h->max_ns ? top_of(i) : h->max_ns;
	}
	return h->max_ns;
}
