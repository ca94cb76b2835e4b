/*
 * The journal's writer: lines to octets, and the thread that puts them on
 * disk.  Each turn takes all that was appended since the last one, writes it,
 * syncs once and reports the position (group commit).
 *
 * While the disk fails the group stays taken.  It is tried again each second,
 * from where the journal was known to be good, so that nothing is lost and
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
	RETRY_S = 1,
	KEEP_CAP = 1 << 20, /* octets of a buffer worth keeping */
};

void
journal_out_to(struct journal *j, int fd)
{
	j->out.fd = fd;
	j->out.len = 0;
	j->out.total = 0;
}

bool
journal_out_flush(struct journal *j)
{
	struct journal_out *out = &j->out;
	for (size_t at = 0; at < out->len;) {
		ssize_t n = j->io.write(out->fd, out->buf + at, out->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	out->len = 0;
	return true;
}

bool
journal_out_octets(struct journal *j, const char *octets, size_t len)
{
	struct journal_out *out = &j->out;
	if (len > sizeof(out->buf) - out->len && !journal_out_flush(j))
		return false;
	memcpy(out->buf + out->len, octets, len);
	out->len += len;
	out->total += len;
	return true;
}

bool
journal_out_line(
    struct journal *j, uint64_t mark, const char *payload, size_t len)
{
	char head[JOURNAL_CRC_LEN + 1 + JOURNAL_MARK_MAX + 1 + 1];
	char *text = head + JOURNAL_CRC_LEN + 1;
	int n = snprintf(text, JOURNAL_MARK_MAX + 2, "%" PRIu64 " ", mark);
	uint32_t crc = crc32c(crc32c(0, text, (size_t)n), payload, len);
	for (int i = JOURNAL_CRC_LEN; i-- > 0; crc >>= 4)
		head[i] = "0123456789abcdef"[crc & 15];
	head[JOURNAL_CRC_LEN] = ' ';
	return journal_out_octets(j, head, JOURNAL_CRC_LEN + 1 + (size_t)n) &&
	       journal_out_octets(j, payload, len) &&
	       journal_out_octets(j, "\n", 1);
}

/* Waits for something to write; false when there is no more to come. */
static bool
take(struct journal *j, uint64_t *position)
{
	pthread_mutex_lock(&j->mutex);
	while (j->pending.len == 0 && !j->stop)
		pthread_cond_wait(&j->work, &j->mutex);
	struct journal_buf empty = j->taken;
	j->taken = j->pending;
	j->pending = empty;
	*position = j->appended;
	pthread_mutex_unlock(&j->mutex);
	return j->taken.len > 0;
}

/* Cuts off what an earlier try left, which may be half a line. */
static bool
cut(struct journal *j)
{
	if (j->dirty && ftruncate(j->fd, (off_t)j->size) < 0)
		return false;
	j->dirty = true;
	return true;
}

static bool
write_lines(struct journal *j)
{
	const char *at = j->taken.octets, *end = at + j->taken.len;
	journal_out_to(j, j->fd);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)(newline - at);
		if (!journal_out_line(j, j->size, at, len))
			return false;
		at = newline + 1;
	}
	return journal_out_flush(j);
}

static bool
write_group(struct journal *j)
{
	if (!cut(j) || !write_lines(j) || j->io.datasync(j->fd) < 0)
		return false;
	j->size += j->out.total;
	j->dirty = false;
	atomic_fetch_add(&j->octets, j->out.total);
	atomic_fetch_add(&j->syncs, 1);
	return true;
}

static void
wake(struct journal *j)
{
	uint64_t one = 1;
	/* EAGAIN is a counter that is full, and so readable already. */
	while (write(j->eventfd, &one, sizeof(one)) < 0 && errno == EINTR)
		continue;
}

static void
report_durable(struct journal *j, uint64_t position)
{
	pthread_mutex_lock(&j->mutex);
	j->unsynced -= j->taken.len;
	atomic_store(&j->durable, position);
	atomic_store(&j->failing, 0);
	pthread_cond_broadcast(&j->synced);
	pthread_mutex_unlock(&j->mutex);
	wake(j);
	j->taken.len = 0;
	if (j->taken.cap > KEEP_CAP) {
		free(j->taken.octets);
		j->taken = (struct journal_buf){ 0 };
	}
}

/* Reports the failure and waits for the next try.  False: it was the last. */
static bool
report_failing(struct journal *j, int err)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += RETRY_S;
	pthread_mutex_lock(&j->mutex);
	bool again = !j->stop;
	bool changed = atomic_exchange(&j->failing, err) != err;
	pthread_cond_broadcast(&j->synced);
	if (changed)
		wake(j);
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
	uint64_t position;
	while (take(j, &position)) {
		while (!write_group(j))
			if (!report_failing(j, errno != 0 ? errno : EIO))
				return NULL;
		report_durable(j, position);
	}
	return NULL;
}
