/* The clock of time-outs (private). */
#ifndef DIAMETER_CLOCK_H
#define DIAMETER_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds that never go back, a few of them late. */
static inline uint64_t
dia_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

#endif
