/*
 * The journal's writer: the thread that puts what is appended on disk.  Each
 * turn takes all that was appended since the last one, writes it, syncs once
 * and reports the position (group commit).  With STORE_ASYNC a turn syncs only
 * when somebody waits, a second has passed or much is unsynced; with STORE_NONE
 * only the last one does, and that before a new journal.
 *
 * What is not synced stays taken.  When the disk fails it is written again
 * every JOURNAL_RETRY_MS, from where the journal was known to be good: a system
 * that could not sync octets may have thrown them away.  So nothing is lost and
 * nothing changes its place.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/crc32c.h"
#include "store/journal_impl.h"

enum {
	ASYNC_MS = 1000, /* between syncs that nobody waits for */
	ASYNC_MAX = JOURNAL_PENDING_MAX / 2, /* octets taken, not synced */
	KEEP_CAP = 1 << 20, /* octets of a buffer worth keeping */
};

/* A turn of the writer. */
struct turn {
	bool sync; /* and not only written */
	bool roll; /* the journal is to become journal.old */
	bool last;
};

static struct timespec
after(unsigned ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static bool
is_past(const struct timespec *t)
{
	struct timespec now = after(0);
	return now.tv_sec > t->tv_sec ||
	       (now.tv_sec == t->tv_sec && now.tv_nsec >= t->tv_nsec);
}

/* Whether what was written before this turn has to be synced now. */
static bool
is_due(const struct journal *j)
{
	return j->mode == STORE_ASYNC && j->taken.len > 0 &&
	       (j->urgent || j->taken.len > ASYNC_MAX || is_past(&j->due));
}

static void
wait_for_work(struct journal *j)
{
	while (j->pending.len == 0 && !j->stop && !is_due(j) &&
	       j->snapshot.roll != ROLL_ASKED) {
		if (j->mode == STORE_ASYNC && j->taken.len > 0)
			pthread_cond_timedwait(&j->work, &j->mutex, &j->due);
		else
			pthread_cond_wait(&j->work, &j->mutex);
	}
}

/* Moves what is pending behind what is taken.  False: out of memory, which
 * the next sync cures. */
static bool
join(struct journal *j)
{
	if (j->taken.len == 0) {
		struct journal_buf empty = j->taken;
		j->taken = j->pending;
		j->pending = empty;
	} else if (j->pending.len > 0) {
		if (!journal_buf_room(&j->taken, j->pending.len))
			return false;
		memcpy(j->taken.octets + j->taken.len, j->pending.octets,
		    j->pending.len);
		j->taken.len += j->pending.len;
		j->pending.len = 0;
	}
	j->position = j->appended;
	return true;
}

static struct turn
take(struct journal *j)
{
	struct turn t = { .sync = j->mode == STORE_SYNC };
	pthread_mutex_lock(&j->mutex);
	wait_for_work(j);
	if (j->taken.len == 0)
		j->due = after(ASYNC_MS);
	bool all = join(j);
	t.last = j->stop && all;
	t.roll = j->snapshot.roll == ROLL_ASKED && all;
	t.sync = t.sync || t.roll || t.last || !all || is_due(j);
	if (all)
		j->urgent = false;
	pthread_mutex_unlock(&j->mutex);
	return t;
}

/* Cuts off what an earlier try left, which may be half a line. */
static bool
cut(struct journal *j)
{
	if (j->dirty && j->io.truncate(j->fd, (off_t)j->size) < 0)
		return false;
	j->dirty = true;
	return true;
}

static bool
write_lines(struct journal *j)
{
	const char *at = j->taken.octets + j->written;
	const char *end = j->taken.octets + j->taken.len;
	if (at == end && !j->dirty)
		return true;
	if (!cut(j))
		return false;
	journal_out_to(&j->out, &j->io, j->fd);
	if (!journal_out_lines(&j->out, j->synced, at, end) ||
	    !journal_out_flush(&j->out))
		return false;
	j->size += j->out.total;
	j->written = j->taken.len;
	j->dirty = false;
	if (j->mode == STORE_NONE)
		atomic_fetch_add(&j->octets, j->out.total);
	return true;
}

static bool
sync_lines(struct journal *j)
{
	if (j->synced == j->size)
		return true;
	if (j->io.datasync(j->fd) == 0) {
		if (j->mode != STORE_NONE)
			atomic_fetch_add(&j->octets, j->size - j->synced);
		j->synced = j->size;
		atomic_fetch_add(&j->syncs, 1);
		return true;
	}
	/* With STORE_NONE they are not kept: what is written must do. */
	if (j->mode != STORE_NONE) {
		j->size = j->synced;
		j->written = 0;
		j->dirty = true;
	}
	return false;
}

static void
forget_taken(struct journal *j)
{
	j->unsynced -= j->taken.len;
	j->taken.len = j->written = 0;
	if (j->taken.cap > KEEP_CAP) {
		free(j->taken.octets);
		j->taken = (struct journal_buf){ 0 };
	}
}

static void
report_done(struct journal *j, bool synced)
{
	bool done = synced || j->mode == STORE_NONE;
	atomic_store(&j->grown, j->size);
	pthread_mutex_lock(&j->mutex);
	bool changed = atomic_exchange(&j->failing, 0) != 0 || done;
	if (done) {
		forget_taken(j);
		atomic_store(&j->durable, j->position);
	}
	pthread_cond_broadcast(&j->told);
	pthread_mutex_unlock(&j->mutex);
	if (changed)
		journal_wake(j);
}

static void
roll(struct journal *j)
{
	bool ok = journal_roll(j);
	int err = errno;
	pthread_mutex_lock(&j->mutex);
	j->snapshot.roll = ok ? ROLL_DONE : ROLL_FAILED;
	j->snapshot.err = ok ? 0 : err;
	pthread_mutex_unlock(&j->mutex);
	journal_wake(j);
}

/* Reports the failure and waits for the next try.  False: it was the last. */
static bool
report_failing(struct journal *j, int err)
{
	struct timespec until = after(j->io.retry_ms);
	pthread_mutex_lock(&j->mutex);
	bool again = !j->stop;
	bool changed = atomic_exchange(&j->failing, err) != err;
	pthread_cond_broadcast(&j->told);
	if (changed)
		journal_wake(j);
	int rc = 0;
	while (!j->stop && rc == 0)
		rc = pthread_cond_timedwait(&j->work, &j->mutex, &until);
	pthread_mutex_unlock(&j->mutex);
	return again;
}

void *
journal_writer(void *arg)
{
	struct journal *j = arg;
	struct turn t = { 0 };
	while (!t.last) {
		t = take(j);
		while (!write_lines(j) || (t.sync && !sync_lines(j)))
			if (!report_failing(j, errno != 0 ? errno : EIO))
				return NULL;
		report_done(j, t.sync);
		if (t.roll)
			roll(j);
	}
	return NULL;
}
