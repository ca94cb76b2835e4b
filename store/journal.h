/*
 * Append-only text journal with a snapshot beside it: lines in, lines out.
 * Knows nothing of subscribers.
 *
 * A folder holds `state` (the snapshot), `journal` (what was appended since)
 * and `lock`.  Records are replayed in order and the last one about a thing
 * wins, so replaying a record that the snapshot knows already does no harm.
 *
 * A line of either file is CRC32C, a space, MARK, a space, the payload and a
 * newline: the checksum as eight hexadecimal digits, of all between it and
 * the newline; MARK in decimal, the octets of the journal that were on disk
 * when the line was written (0 in `state`).  So a damaged line that lies
 * before the MARK of a later one had been synced, and one that doesn't is
 * what a crash leaves of the last group: a torn tail.
 *
 * One thread calls everything here; the journal's own thread writes.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "store/store.h"

enum {
	JOURNAL_LINE_MAX = 8192,        /* octets of a payload */
	JOURNAL_PENDING_MAX = 16 << 20, /* octets appended, not yet durable */
};

struct journal;

/*
 * What the disk does, as write(2), fdatasync(2) and fsync(2); a test injects
 * faults here.  A member that is NULL is the real one.  datasync is asked for
 * the journal's groups, sync for new files and the folder.
 */
struct journal_io {
	ssize_t (*write)(int fd, const void *, size_t);
	int (*datasync)(int fd);
	int (*sync)(int fd);
};

/*
 * Takes one payload at open: NUL-terminated, without newline, writable, gone
 * after the call.  Returns NULL, or a static sentence about what is wrong
 * with it, which is told with file and line and refuses the start.
 */
typedef const char *journal_record_fn(void *arg, char *payload);

/*
 * Opens the folder (made with mode 0700 if missing, its parents are not),
 * takes its lock, replays `state` and `journal` and cuts a torn tail.
 * report->replayed counts up, report->torn is set.  io is copied; NULL is the
 * real disk.  NULL after telling the fault: no permission, a lock held (named
 * by its pid), damage (file and line), a payload refused.  fault and
 * fault_arg must live until journal_start(); journal_compact() uses them.
 */
struct journal *journal_open(const char *dir, const struct journal_io *io,
    journal_record_fn *, void *arg, struct store_report *, store_fault_fn *,
    void *fault_arg);

/*
 * Replaces `state` by what emit() puts, then starts an empty journal.  A
 * crash at any step leaves files that replay to the same.  Call it at most
 * once, between open and start.  False after telling the fault, or when
 * emit() returned false: the journal goes on with the old files, if
 * journal_start() agrees.
 */
typedef bool journal_emit_fn(void *arg, struct journal *);
bool journal_compact(struct journal *, journal_emit_fn *, void *arg);
/* One record of the snapshot, inside emit() only.  False: the disk fails, the
 * payload is too long or has a newline or NUL; the compaction fails then. */
bool journal_put(struct journal *, const char *payload, size_t len);

/* Starts the writer thread.  False: no thread is to be had, or a compaction
 * failed so late that a crash could lose what is appended now. */
bool journal_start(struct journal *);

/*
 * Appends one payload of at most JOURNAL_LINE_MAX octets, without newline or
 * NUL; copies it.  Returns its position: 1 for the first since open, then one
 * more each time.  0, and nothing appended: not started, the disk is failing,
 * too much is pending, the payload is not allowed, out of memory.
 */
uint64_t journal_append(struct journal *, const char *payload, size_t len);
/*
 * The same for several payloads with a newline between, len octets of at most
 * JOURNAL_PENDING_MAX together: they stand side by side in one file, and a
 * crash leaves all of them or the first ones.  Returns the position of the
 * last.  Too much is pending only if it was JOURNAL_PENDING_MAX before.
 */
uint64_t journal_append_lines(
    struct journal *, const char *payloads, size_t len);

/* All up to this position is on disk.  Callable from any thread. */
uint64_t journal_durable(const struct journal *);
/* An eventfd, readable whenever journal_durable() or journal_failing() may
 * have changed; journal_woken() empties it. */
int journal_fd(const struct journal *);
void journal_woken(struct journal *);
/* 0, or the errno of the disk at present.  What is pending stays so and is
 * tried again each second. */
int journal_failing(const struct journal *);
/* Waits until all that was appended is durable.  False: the disk is failing. */
bool journal_sync(struct journal *);

/* Writes what is pending, or gives up when the disk fails; unlocks, frees.
 * NULL is fine. */
void journal_close(struct journal *);

#endif
