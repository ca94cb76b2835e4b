/*
 * Octets nobody can guess: CTR_DRBG (NIST SP 800-90A) seeded by the system.
 *
 * They are drawn a pool at a time, since one call of the generator costs about
 * as much for 16 octets as for a thousand.  What leaves the pool is wiped from
 * it.  The generator reseeds itself every so many calls; a child of fork()
 * starts afresh, pool included.  One thread.
 */
#include "crypto/crypto.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

enum {
	POOL_LEN = 1024, /* the most that one call gives */
	RESEED_CALLS = 1024,
};

static_assert(POOL_LEN <= MBEDTLS_CTR_DRBG_MAX_REQUEST, "pool too long");

static struct {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	bool seeded;
	size_t left;
	uint8_t pool[POOL_LEN];
} source;

/* Apart from source, since they outlive what is forgotten. */
static bool watching; /* for forks */
static bool forked;

static void
note_fork(void)
{
	forked = true;
}

static void
forget(void)
{
	if (source.seeded) {
		mbedtls_ctr_drbg_free(&source.drbg);
		mbedtls_entropy_free(&source.entropy);
	}
	wipe(&source, sizeof(source));
}

static bool
seed(void)
{
	const pid_t pid = getpid();
	forget();
	watching = watching || pthread_atfork(NULL, NULL, note_fork) == 0;
	if (!watching)
		return false;
	forked = false;
	source.seeded = true;
	mbedtls_entropy_init(&source.entropy);
	mbedtls_ctr_drbg_init(&source.drbg);
	mbedtls_ctr_drbg_set_reseed_interval(&source.drbg, RESEED_CALLS);
	if (mbedtls_ctr_drbg_seed(&source.drbg, mbedtls_entropy_func,
		&source.entropy, (const uint8_t *)&pid, sizeof(pid)) == 0)
		return true;
	forget();
	return false;
}

static bool
refill(void)
{
	source.left = 0;
	if (mbedtls_ctr_drbg_random(&source.drbg, source.pool, POOL_LEN) != 0) {
		forget();
		return false;
	}
	source.left = POOL_LEN;
	return true;
}

/* Takes up to len octets out of the pool. */
static size_t
take(uint8_t *out, size_t len)
{
	if (len > source.left)
		len = source.left;
	source.left -= len;
	memcpy(out, source.pool + source.left, len);
	wipe(source.pool + source.left, len);
	return len;
}

bool
random_bytes(void *out, size_t len)
{
	bool ok = (source.seeded && !forked) || seed();
	for (size_t done = 0; ok && done < len;) {
		done += take((uint8_t *)out + done, len - done);
		if (done < len)
			ok = refill();
	}
	if (!ok)
		wipe(out, len);
	return ok;
}
