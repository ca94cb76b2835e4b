/*
 * The snapshot: `state` is written anew by a thread that lives no longer, from
 * what the loop puts into a buffer, while appending goes on.
 *
 *  1. The writer makes `journal` journal.old and goes on with an empty one
 *     (segment.c).  Replay is state, journal.old, journal.
 *  2. The loop puts a record of everything there is.  It all was appended
 *     before, or is in the new journal too.
 *  3. The thread writes state.new, syncs it, gives it its name and syncs the
 *     folder; journal.old has nothing more to say and is removed.
 *
 * A crash at any step leaves files that replay to the same: a record that the
 * state knows already does no harm, because the last one about a thing wins.
 * A step that fails leaves journal.old, which the next snapshot takes in
 * instead of step 1.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/journal_impl.h"

enum {
	WAKE_AT = 65536,     /* octets put before the thread looks at them */
	SYNC_EACH = 4 << 20, /* octets: no sync of one file lasts long */
};

/* Waits for more to write.  False: that was all, or it is to end. */
static bool
take_puts(struct journal *j, struct journal_buf *buf)
{
	struct snapshot *s = &j->snapshot;
	pthread_mutex_lock(&j->mutex);
	while (s->buf.len < WAKE_AT && !s->ended && s->err == 0 && !j->stop)
		pthread_cond_wait(&s->more, &j->mutex);
	struct journal_buf full = s->buf;
	s->buf = *buf;
	s->buf.len = 0;
	*buf = full;
	if (j->stop && s->err == 0)
		s->err = ECANCELED;
	int err = s->err;
	bool waits = s->full;
	s->full = false;
	pthread_mutex_unlock(&j->mutex);
	if (waits)
		journal_wake(j);
	errno = err;
	return err == 0 && buf->len > 0;
}

static bool
write_puts(struct journal *j, struct journal_out *out, struct journal_buf *buf)
{
	uint64_t synced = 0;
	while (take_puts(j, buf)) {
		if (!journal_out_lines(
			out, 0, buf->octets, buf->octets + buf->len))
			return false;
		if (out->total - synced < SYNC_EACH)
			continue;
		if (!journal_out_flush(out) || j->io.sync(out->fd) < 0)
			return false;
		synced = out->total;
	}
	return errno == 0;
}

static bool
put_end(struct journal_out *out, uint64_t records)
{
	char end[32];
	int n =
	    snprintf(end, sizeof(end), "%s%" PRIu64 "\n", STATE_END, records);
	return journal_out_octets(out, end, (size_t)n);
}

/* Header, records, end marker; synced. */
static bool
write_all(struct journal *j, struct journal_out *out)
{
	struct journal_buf buf = { 0 };
	bool ok = journal_out_octets(out, STATE_HEADER, strlen(STATE_HEADER)) &&
		  write_puts(j, out, &buf);
	free(buf.octets);
	return ok && put_end(out, j->snapshot.records) &&
	       journal_out_flush(out) && j->io.sync(out->fd) == 0;
}

/* Makes `state` anew.  False leaves errno. */
static bool
write_state(struct journal *j)
{
	struct journal_out *out = malloc(sizeof(*out));
	int fd = out != NULL ? journal_new_file(j, "state.new") : -1;
	if (fd < 0) {
		free(out);
		return false;
	}
	journal_out_to(out, &j->io, fd);
	bool ok = write_all(j, out) && journal_place(j, "state.new", "state");
	int err = errno;
	if (ok)
		j->snapshot.octets = out->total;
	else
		j->io.unlink(j->dirfd, "state.new");
	close(fd);
	free(out);
	errno = err;
	return ok;
}

bool
journal_fresh_state(struct journal *j)
{
	j->snapshot.ended = true;
	bool ok = write_state(j);
	if (!ok)
		journal_fault(j, "state.new", 0,
		    "cannot take the state's place: %s", strerror(errno));
	return ok;
}

static void *
snapshot_thread(void *arg)
{
	struct journal *j = arg;
	bool ok = write_state(j) && j->io.unlink(j->dirfd, "journal.old") == 0;
	int err = errno;
	pthread_mutex_lock(&j->mutex);
	if (!ok)
		j->snapshot.err = err != 0 ? err : EIO;
	j->snapshot.finished = true;
	pthread_mutex_unlock(&j->mutex);
	journal_wake(j);
	return NULL;
}

static bool
start_thread(struct journal *j)
{
	struct snapshot *s = &j->snapshot;
	s->ended = s->full = s->finished = false;
	s->err = 0;
	s->records = 0;
	s->buf.len = 0;
	s->started = journal_thread(&s->thread, snapshot_thread, j);
	return s->started;
}

static time_t
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

bool
journal_has_grown(const struct journal *j)
{
	const struct snapshot *s = &j->snapshot;
	uint64_t limit = j->limit > s->octets ? j->limit : s->octets;
	if (s->phase != SNAPSHOT_NONE || !j->started ||
	    journal_failing(j) != 0 || now_s() < s->not_before_s)
		return false;
	return s->old || s->wanted || atomic_load(&j->grown) >= limit;
}

void
journal_want_snapshot(struct journal *j)
{
	j->snapshot.wanted = true;
}

uint64_t
journal_snapshot_octets(const struct journal *j)
{
	return j->snapshot.octets;
}

/* Ends it; what is there stays, and is tried again later. */
static enum journal_snapshot
fail(struct journal *j, int err)
{
	j->snapshot.phase = SNAPSHOT_NONE;
	j->snapshot.not_before_s = now_s() + JOURNAL_SNAPSHOT_RETRY_S;
	errno = err;
	return SNAPSHOT_FAILED;
}

void
journal_snapshot_begin(struct journal *j)
{
	struct snapshot *s = &j->snapshot;
	s->phase = SNAPSHOT_WAIT;
	pthread_mutex_lock(&j->mutex);
	s->roll = s->old ? ROLL_DONE : ROLL_ASKED;
	pthread_cond_signal(&j->work);
	pthread_mutex_unlock(&j->mutex);
	if (s->old) /* nobody else does */
		journal_wake(j);
}

/* Before the walk: the writer has to have done its part. */
static enum journal_snapshot
step_roll(struct journal *j)
{
	struct snapshot *s = &j->snapshot;
	pthread_mutex_lock(&j->mutex);
	enum journal_roll roll = s->roll;
	int err = s->err;
	pthread_mutex_unlock(&j->mutex);
	if (roll == ROLL_ASKED)
		return SNAPSHOT_WAIT;
	if (roll == ROLL_FAILED)
		return fail(j, err);
	s->old = true;
	if (!start_thread(j))
		return fail(j, EAGAIN);
	return s->phase = SNAPSHOT_WALK;
}

static enum journal_snapshot
finish(struct journal *j)
{
	struct snapshot *s = &j->snapshot;
	pthread_join(s->thread, NULL);
	s->started = false;
	if (s->err != 0)
		return fail(j, s->err);
	s->phase = SNAPSHOT_NONE;
	s->old = s->wanted = false;
	return SNAPSHOT_DONE;
}

enum journal_snapshot
journal_snapshot_step(struct journal *j)
{
	struct snapshot *s = &j->snapshot;
	if (s->phase == SNAPSHOT_NONE)
		return SNAPSHOT_NONE;
	if (s->phase == SNAPSHOT_WAIT)
		return step_roll(j);
	pthread_mutex_lock(&j->mutex);
	bool finished = s->finished;
	s->full = s->buf.len >= JOURNAL_SNAPSHOT_MAX;
	bool waits = s->full || s->ended || s->err != 0;
	pthread_mutex_unlock(&j->mutex);
	if (finished)
		return finish(j);
	return waits ? SNAPSHOT_WAIT : SNAPSHOT_WALK;
}

static int
put_locked(struct journal *j, const char *payload, size_t len)
{
	struct snapshot *s = &j->snapshot;
	if (s->err != 0)
		return s->err;
	if (!journal_allows(payload, len))
		return EINVAL;
	if (!journal_buf_room(&s->buf, len + 1))
		return ENOMEM;
	memcpy(s->buf.octets + s->buf.len, payload, len);
	s->buf.len += len;
	s->buf.octets[s->buf.len++] = '\n';
	s->records++;
	return 0;
}

bool
journal_put(struct journal *j, const char *payload, size_t len)
{
	struct snapshot *s = &j->snapshot;
	pthread_mutex_lock(&j->mutex);
	size_t before = s->buf.len;
	s->err = put_locked(j, payload, len);
	bool ok = s->err == 0;
	if (!ok || (before < WAKE_AT && s->buf.len >= WAKE_AT))
		pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&j->mutex);
	return ok;
}

void
journal_snapshot_end(struct journal *j)
{
	pthread_mutex_lock(&j->mutex);
	j->snapshot.ended = true;
	pthread_cond_signal(&j->snapshot.more);
	pthread_mutex_unlock(&j->mutex);
}

bool
journal_snapshot_room(struct journal *j)
{
	pthread_mutex_lock(&j->mutex);
	bool room = j->snapshot.buf.len < JOURNAL_SNAPSHOT_MAX;
	pthread_mutex_unlock(&j->mutex);
	return room;
}
