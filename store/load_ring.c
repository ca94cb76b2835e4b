/*
 * A reader in a thread of its own, a few batches ahead of whoever builds.
 */
#include "store/load.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { NBATCHES = 4 };

struct load_ring {
	struct load_reader *reader;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Counted, so that the place of one is its number modulo NBATCHES. */
	unsigned filled, emptied;
	bool taken;      /* the first full one is being looked at */
	bool done, over; /* there are no more; nobody wants them */
	struct load_batch batches[NBATCHES];
};

/* The reader's next batch, once it is empty. */
static struct load_batch *
flush(void *arg, struct load_batch *batch)
{
	struct load_ring *ring = arg;

	pthread_mutex_lock(&ring->lock);
	ring->filled++;
	pthread_cond_signal(&ring->changed);
	while (ring->filled - ring->emptied == NBATCHES && !ring->over)
		pthread_cond_wait(&ring->changed, &ring->lock);

	bool over = ring->over;

	pthread_mutex_unlock(&ring->lock);
	return over ? NULL : &ring->batches[ring->filled % NBATCHES];
}

static void *
run(void *arg)
{
	struct load_ring *ring = arg;

	load_read(ring->reader);
	pthread_mutex_lock(&ring->lock);
	if (!ring->over)
		ring->filled++;
	ring->done = true;
	pthread_cond_signal(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

/* Signals are for those who wait for them. */
static bool
start(struct load_ring *ring)
{
	sigset_t all, old;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0)
		return false;

	bool ok = pthread_create(&ring->thread, NULL, run, ring) == 0;

	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

struct load_ring *
load_ring_new(struct load_reader *reader)
{
	struct load_ring *ring = calloc(1, sizeof *ring);

	if (ring == NULL)
		return NULL;
	ring->reader = reader;
	reader->flush = flush;
	reader->arg = ring;
	reader->batch = &ring->batches[0];
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->changed, NULL);
	if (start(ring))
		return ring;
	pthread_cond_destroy(&ring->changed);
	pthread_mutex_destroy(&ring->lock);
	free(ring);
	return NULL;
}

struct load_batch *
load_ring_next(struct load_ring *ring)
{
	struct load_batch *batch = NULL;

	if (ring->taken)
		load_batch_clear(&ring->batches[ring->emptied % NBATCHES]);
	pthread_mutex_lock(&ring->lock);
	if (ring->taken) {
		ring->emptied++;
		pthread_cond_signal(&ring->changed);
	}
	while (ring->filled == ring->emptied && !ring->done)
		pthread_cond_wait(&ring->changed, &ring->lock);
	ring->taken = ring->filled != ring->emptied;
	if (ring->taken)
		batch = &ring->batches[ring->emptied % NBATCHES];
	pthread_mutex_unlock(&ring->lock);
	return batch;
}

void
load_ring_free(struct load_ring *ring)
{
	if (ring == NULL)
		return;
	pthread_mutex_lock(&ring->lock);
	ring->over = true;
	pthread_cond_signal(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
	pthread_join(ring->thread, NULL);
	pthread_cond_destroy(&ring->changed);
	pthread_mutex_destroy(&ring->lock);
	for (unsigned i = 0; i < NBATCHES; i++)
		load_batch_clear(&ring->batches[i]);
	free(ring);
}
