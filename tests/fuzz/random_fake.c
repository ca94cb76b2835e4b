/*
 * A random source and a clock that repeat themselves, so that an input gives
 * the same results every time.  Linked into a target, they stand in for
 * crypto/random.c and for the system's getrandom() and time().
 */
#include "tests/fuzz/fuzz.h"

#include <sys/random.h>
#include <time.h>

#include "crypto/crypto.h"

enum { START = 1767225600 /* 2026-01-01 00:00:00 UTC */ };

static uint64_t state;

void
fuzz_rewind(void)
{
	state = 1;
}

/* SplitMix64 */
static uint8_t
next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint8_t)(z >> 56);
}

bool
random_bytes(void *out, size_t len)
{
	for (uint8_t *p = out; len > 0; len--)
		*p++ = next();
	return true;
}

ssize_t
getrandom(void *out, size_t len, unsigned flags)
{
	(void)flags;
	return random_bytes(out, len) ? (ssize_t)len : -1;
}

time_t
time(time_t *now)
{
	if (now != NULL)
		*now = START;
	return START;
}
