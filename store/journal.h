/*
 * Append-only text journal with a snapshot beside it: lines in, lines out.
 * Knows nothing of subscribers.
 *
 * A folder holds `state` (the snapshot), `journal` (what was appended since)
 * and `lock`, and while a new snapshot is made journal.old, what was appended
 * before it began.  Records are replayed in this order, state, journal.old,
 * journal, and the last one about a thing wins, so replaying a record that the
 * snapshot knows already does no harm.
 *
 * A line of any of them is CRC32C, a space, MARK, a space, the payload and a
 * newline: the checksum as eight hexadecimal digits, of all between it and
 * the newline; MARK in decimal, the octets of the journal that were on disk
 * when the line was written (0 in `state`), in this very file.  So a damaged
 * line that lies before the MARK of a later one had been synced, and one that
 * doesn't is what a crash leaves of the last group: a torn tail.  Before all
 * lines stands one that names the file's kind and version; behind those of
 * `state` one that says `end` and how many there are.
 *
 * One thread calls everything here; the journal's own threads write.
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
	/* A journal of so many octets, and no fewer than the state, has grown:
	 * so all is written twice at most. */
	JOURNAL_SNAPSHOT_AT = 4 << 20,
	JOURNAL_SNAPSHOT_MAX = 1 << 20, /* octets put, not yet written */
	JOURNAL_SNAPSHOT_RETRY_S = 60,  /* after one that failed */
	JOURNAL_RETRY_MS = 1000,        /* between tries to write what failed */
};

struct journal;

/*
 * What the disk does, as write(2), fdatasync(2), fsync(2), openat(2) to make a
 * file, renameat(2), unlinkat(2) and ftruncate(2); a test injects faults here.
 * A member that is NULL or 0 is the real one.  datasync is asked for the
 * journal's groups, sync for new files and the folder.  All threads call them.
 */
struct journal_io {
	ssize_t (*write)(int fd, const void *, size_t);
	int (*datasync)(int fd);
	int (*sync)(int fd);
	int (*open)(int dirfd, const char *name, int flags);
	int (*rename)(int dirfd, const char *from, const char *to);
	int (*unlink)(int dirfd, const char *name);
	int (*truncate)(int fd, off_t len);
	unsigned retry_ms; /* instead of JOURNAL_RETRY_MS */
};

/*
 * Takes one payload at open: NUL-terminated, without newline, writable, gone
 * after the call.  Returns NULL, or a static sentence about what is wrong
 * with it, which is told with file and line and refuses the start.
 */
typedef const char *journal_record_fn(void *arg, char *payload);

/*
 * Opens the folder (made with mode 0700 if missing, its parents are not),
 * takes its lock, replays what it holds and cuts a torn tail.
 * report->replayed counts up, report->torn is set.  io is copied; NULL is the
 * real disk.  NULL after telling the fault: no permission, a lock held (named
 * by its pid), damage (file and line), a payload refused.  fault and
 * fault_arg are used during the call alone.
 */
struct journal *journal_open(const char *dir, const struct journal_io *io,
    journal_record_fn *, void *arg, struct store_report *, store_fault_fn *,
    void *fault_arg);

/* Starts the writer thread.  False: no thread is to be had. */
bool journal_start(struct journal *, enum store_durability);

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

/* Somebody waits for what was appended: with STORE_ASYNC it is synced at once,
 * which it is with STORE_SYNC anyhow. */
void journal_hurry(struct journal *);

/* All up to this position is on disk, or with STORE_NONE is written.  Callable
 * from any thread. */
uint64_t journal_durable(const struct journal *);
/* An eventfd, readable whenever journal_durable(), journal_failing() or
 * journal_snapshot_step() may have changed; journal_woken() empties it. */
int journal_fd(const struct journal *);
void journal_woken(struct journal *);
/* 0, or the errno of the disk at present.  What is pending stays so and is
 * tried again every JOURNAL_RETRY_MS. */
int journal_failing(const struct journal *);
/* What appending has cost since the start: octets of the journal on disk, and
 * how often they were synced. */
void journal_written(const struct journal *, uint64_t *octets, uint64_t *syncs);
/* Waits until all that was appended is durable.  False: the disk is failing. */
bool journal_sync(struct journal *);

/* --- Snapshots, while appending goes on --- */

/* Whether it is worth while now: the journal is long, or one that failed has
 * left something behind and some time has passed. */
bool journal_has_grown(const struct journal *);
/* It is worth while soon: what was replayed says things that are not so. */
void journal_want_snapshot(struct journal *);
/* Octets of the state in place. */
uint64_t journal_snapshot_octets(const struct journal *);
/* Begins one; none is under way.  Nothing may be put before
 * journal_snapshot_step() asks for it: what is in memory by then has no record
 * that will be thrown away. */
void journal_snapshot_begin(struct journal *);
/* How it is getting on.  DONE and FAILED (errno says why) are told once and
 * end it. */
enum journal_snapshot {
	SNAPSHOT_NONE, /* is under way */
	SNAPSHOT_WAIT, /* until journal_fd() is readable */
	SNAPSHOT_WALK, /* put, and there is room */
	SNAPSHOT_DONE,
	SNAPSHOT_FAILED,
};
enum journal_snapshot journal_snapshot_step(struct journal *);
/* One record; it may be told again when it has changed, and need not be told
 * if it was appended since the walk began.  There is room for it even without
 * journal_snapshot_room().  False: the snapshot is failing, the payload is not
 * allowed, out of memory; it fails then. */
bool journal_put(struct journal *, const char *payload, size_t len);
/* Whether one should go on putting in this turn of the loop. */
bool journal_snapshot_room(struct journal *);
/* All is put. */
void journal_snapshot_end(struct journal *);

/* Writes what is pending and syncs, or gives up when the disk fails; unlocks,
 * frees.  NULL is fine. */
void journal_close(struct journal *);

#endif
