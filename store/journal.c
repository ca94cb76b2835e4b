/*
 * The journal's life: the folder and its lock, appending, closing.  Reading
 * is in replay.c, the snapshot in compact.c, the writer thread in writer.c, the
 * files it appends to in segment.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_impl.h"

enum { BUF_CAP_MIN = 4096, PATH_CAP = 4096, FAULT_CAP = 256, PID_CAP = 16 };

void
journal_fault(const struct journal *j, const char *name, unsigned line,
    const char *format, ...)
{
	char path[PATH_CAP], what[FAULT_CAP];
	snprintf(path, sizeof(path), "%s%s%s", j->dir, name ? "/" : "",
	    name ? name : "");
	va_list ap;
	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	j->fault(j->fault_arg, path, line, what);
}

static bool
open_folder(struct journal *j)
{
	if (mkdir(j->dir, 0700) < 0 && errno != EEXIST) {
		journal_fault(
		    j, NULL, 0, "cannot be made: %s", strerror(errno));
		return false;
	}
	j->dirfd = open(j->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dirfd < 0)
		journal_fault(
		    j, NULL, 0, "cannot be opened: %s", strerror(errno));
	return j->dirfd >= 0;
}

/* Who holds the lock; the holder has written its pid into the file. */
static void
fault_locked(struct journal *j)
{
	char pid[PID_CAP];
	ssize_t n = pread(j->lockfd, pid, sizeof(pid) - 1, 0);
	pid[n > 0 ? n : 0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	journal_fault(j, "lock", 0, "is held by process %s",
	    pid[0] != '\0' ? pid : "(unknown)");
}

static bool
lock(struct journal *j)
{
	j->lockfd =
	    openat(j->dirfd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (j->lockfd < 0) {
		journal_fault(
		    j, "lock", 0, "cannot be opened: %s", strerror(errno));
		return false;
	}
	if (flock(j->lockfd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			fault_locked(j);
		else
			journal_fault(j, "lock", 0, "cannot be locked: %s",
			    strerror(errno));
		return false;
	}
	char pid[PID_CAP];
	int n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (pwrite(j->lockfd, pid, (size_t)n, 0) != n ||
	    ftruncate(j->lockfd, n) < 0) {
		journal_fault(
		    j, "lock", 0, "cannot be written: %s", strerror(errno));
		return false;
	}
	return true;
}

/* What was replayed counts as durable, and so does the journal's name. */
static bool
settle(struct journal *j)
{
	bool ok = j->io.sync(j->fd) == 0 && j->io.sync(j->dirfd) == 0;
	if (!ok)
		journal_fault(
		    j, "journal", 0, "cannot be synced: %s", strerror(errno));
	return ok;
}

static int
real_open(int dirfd, const char *name, int flags)
{
	return openat(dirfd, name, flags, 0600);
}

static int
real_rename(int dirfd, const char *from, const char *to)
{
	return renameat(dirfd, from, dirfd, to);
}

static int
real_unlink(int dirfd, const char *name)
{
	return unlinkat(dirfd, name, 0);
}

static void
set_io(struct journal_io *to, const struct journal_io *from)
{
	static const struct journal_io real = { write, fdatasync, fsync,
		real_open, real_rename, real_unlink, ftruncate,
		JOURNAL_RETRY_MS };
	*to = from != NULL ? *from : real;
	to->write = to->write != NULL ? to->write : real.write;
	to->datasync = to->datasync != NULL ? to->datasync : real.datasync;
	to->sync = to->sync != NULL ? to->sync : real.sync;
	to->open = to->open != NULL ? to->open : real.open;
	to->rename = to->rename != NULL ? to->rename : real.rename;
	to->unlink = to->unlink != NULL ? to->unlink : real.unlink;
	to->truncate = to->truncate != NULL ? to->truncate : real.truncate;
	to->retry_ms = to->retry_ms != 0 ? to->retry_ms : real.retry_ms;
}

static struct journal *
new_journal(const char *dir, const struct journal_io *io)
{
	struct journal *j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NULL;
	j->dirfd = j->lockfd = j->fd = -1;
	j->limit = JOURNAL_SNAPSHOT_AT;
	set_io(&j->io, io);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&j->mutex, NULL);
	pthread_cond_init(&j->work, &attr);
	pthread_cond_init(&j->snapshot.more, &attr);
	pthread_cond_init(&j->told, &attr);
	pthread_condattr_destroy(&attr);
	j->eventfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	j->dir = strdup(dir);
	return j;
}

struct journal *
journal_open(const char *dir, const struct journal_io *io,
    journal_record_fn *record, void *arg, struct store_report *report,
    store_fault_fn *fault, void *fault_arg)
{
	struct journal *j = new_journal(dir, io);
	if (j == NULL || j->dir == NULL || j->eventfd < 0) {
		fault(fault_arg, dir, 0, "no memory or descriptor is left");
		journal_close(j);
		return NULL;
	}
	j->fault = fault;
	j->fault_arg = fault_arg;
	report->torn = 0;
	if (open_folder(j) && lock(j) &&
	    journal_replay(j, record, arg, report) && settle(j)) {
		/* What a crash may have left. */
		j->io.unlink(j->dirfd, "state.new");
		j->io.unlink(j->dirfd, "journal.new");
		return j;
	}
	journal_close(j);
	return NULL;
}

bool
journal_thread(pthread_t *thread, void *(*run)(void *), struct journal *j)
{
	/* Signals are the loop's. */
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	bool ok = pthread_create(thread, NULL, run, j) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return ok;
}

bool
journal_start(struct journal *j, enum store_durability mode)
{
	j->mode = mode;
	j->started = journal_thread(&j->thread, journal_writer, j);
	return j->started;
}

bool
journal_buf_room(struct journal_buf *buf, size_t len)
{
	if (len <= buf->cap - buf->len)
		return true;
	size_t cap = buf->cap != 0 ? buf->cap : BUF_CAP_MIN;
	while (cap - buf->len < len)
		cap *= 2;
	char *octets = realloc(buf->octets, cap);
	if (octets == NULL)
		return false;
	buf->octets = octets;
	buf->cap = cap;
	return true;
}

/* Appends n payloads, a newline between. */
static uint64_t
append_locked(struct journal *j, const char *payloads, size_t len, size_t n)
{
	if (atomic_load(&j->failing) != 0 ||
	    !journal_buf_room(&j->pending, len + 1))
		return 0;
	if (j->pending.len == 0)
		pthread_cond_signal(&j->work);
	memcpy(j->pending.octets + j->pending.len, payloads, len);
	j->pending.len += len;
	j->pending.octets[j->pending.len++] = '\n';
	j->unsynced += len + 1;
	return j->appended += n;
}

bool
journal_allows(const char *payload, size_t len)
{
	return len <= JOURNAL_LINE_MAX && memchr(payload, '\n', len) == NULL &&
	       memchr(payload, '\0', len) == NULL;
}

uint64_t
journal_append(struct journal *j, const char *payload, size_t len)
{
	uint64_t position = 0;
	if (!j->started || !journal_allows(payload, len))
		return 0;
	pthread_mutex_lock(&j->mutex);
	if (j->unsynced + len + 1 <= JOURNAL_PENDING_MAX)
		position = append_locked(j, payload, len, 1);
	pthread_mutex_unlock(&j->mutex);
	return position;
}

/* How many payloads these are; 0: one of them is too long. */
static size_t
count_payloads(const char *payloads, size_t len)
{
	const char *at = payloads, *end = payloads + len;
	for (size_t n = 1;; n++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline != NULL ? newline : end;
		if (stop - at > JOURNAL_LINE_MAX)
			return 0;
		if (newline == NULL)
			return n;
		at = newline + 1;
	}
}

uint64_t
journal_append_lines(struct journal *j, const char *payloads, size_t len)
{
	uint64_t position = 0;
	if (!j->started || len > JOURNAL_PENDING_MAX ||
	    memchr(payloads, '\0', len) != NULL)
		return 0;
	size_t n = count_payloads(payloads, len);
	if (n == 0)
		return 0;
	pthread_mutex_lock(&j->mutex);
	if (j->unsynced < JOURNAL_PENDING_MAX)
		position = append_locked(j, payloads, len, n);
	pthread_mutex_unlock(&j->mutex);
	return position;
}

uint64_t
journal_durable(const struct journal *j)
{
	return atomic_load(&j->durable);
}

int
journal_failing(const struct journal *j)
{
	return atomic_load(&j->failing);
}

void
journal_written(const struct journal *j, uint64_t *octets, uint64_t *syncs)
{
	*octets = atomic_load(&j->octets);
	*syncs = atomic_load(&j->syncs);
}

int
journal_fd(const struct journal *j)
{
	return j->eventfd;
}

void
journal_wake(struct journal *j)
{
	uint64_t one = 1;
	/* EAGAIN is a counter that is full, and so readable already. */
	while (write(j->eventfd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
}

void
journal_woken(struct journal *j)
{
	uint64_t count;
	while (read(j->eventfd, &count, sizeof(count)) < 0 && errno == EINTR)
		continue;
}

static void
hurry_locked(struct journal *j)
{
	if (journal_durable(j) == j->appended)
		return;
	j->urgent = true;
	pthread_cond_signal(&j->work);
}

void
journal_hurry(struct journal *j)
{
	if (j->mode != STORE_ASYNC)
		return;
	pthread_mutex_lock(&j->mutex);
	hurry_locked(j);
	pthread_mutex_unlock(&j->mutex);
}

bool
journal_sync(struct journal *j)
{
	pthread_mutex_lock(&j->mutex);
	hurry_locked(j);
	while (journal_durable(j) < j->appended && journal_failing(j) == 0)
		pthread_cond_wait(&j->told, &j->mutex);
	bool ok = journal_durable(j) == j->appended;
	pthread_mutex_unlock(&j->mutex);
	return ok;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	pthread_mutex_lock(&j->mutex);
	j->stop = true;
	pthread_cond_signal(&j->work);
	pthread_cond_signal(&j->snapshot.more);
	pthread_mutex_unlock(&j->mutex);
	if (j->started)
		pthread_join(j->thread, NULL);
	if (j->snapshot.started)
		pthread_join(j->snapshot.thread, NULL);
	close_fd(j->fd);
	close_fd(j->lockfd);
	close_fd(j->dirfd);
	close_fd(j->eventfd);
	pthread_cond_destroy(&j->work);
	pthread_cond_destroy(&j->snapshot.more);
	pthread_cond_destroy(&j->told);
	pthread_mutex_destroy(&j->mutex);
	free(j->pending.octets);
	free(j->taken.octets);
	free(j->snapshot.buf.octets);
	free(j->dir);
	free(j);
}
