/*
 * What the files of the journal share: its struct, and the functions by which
 * journal.c, replay.c, compact.c and writer.c use each other.  Nobody else
 * includes this.
 */
#ifndef STORE_JOURNAL_IMPL_H
#define STORE_JOURNAL_IMPL_H

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>

#include "store/journal.h"

#define JOURNAL_HEADER "hssd journal 1\n"
#define STATE_HEADER "hssd state 1\n"
#define STATE_END "end " /* and the number of records; no checksum has an n */

enum {
	JOURNAL_CRC_LEN = 8,   /* hexadecimal digits */
	JOURNAL_MARK_MAX = 20, /* decimal digits */
	/* octets of a line, newline included */
	JOURNAL_LINE_CAP =
	    JOURNAL_CRC_LEN + 1 + JOURNAL_MARK_MAX + 1 + JOURNAL_LINE_MAX + 1,
	JOURNAL_OUT_CAP = 65536, /* octets of one write */
};

/* Lines on their way to a file. */
struct journal_out {
	int fd;
	size_t len;     /* of buf, not yet written */
	uint64_t total; /* octets since journal_out_to() */
	char buf[JOURNAL_OUT_CAP];
};

/* Payloads, each with a newline after it. */
struct journal_buf {
	char *octets;
	size_t len, cap;
};

struct journal {
	struct journal_io io;
	char *dir;
	store_fault_fn *fault;
	void *fault_arg;
	int dirfd, lockfd, fd, eventfd;
	uint64_t size;          /* octets of the journal known to be on disk */
	bool unsure;            /* a crash may bring the old journal back */
	uint64_t put;           /* records of the snapshot being written */
	int put_err;            /* errno of the first that failed */
	struct journal_out out; /* of the snapshot, then of the writer */

	pthread_t thread;
	bool started;
	bool dirty;               /* the writer's: octets may lie past size */
	struct journal_buf taken; /* the writer's */

	pthread_mutex_t mutex; /* of the following */
	pthread_cond_t work;   /* something is pending, or stop */
	pthread_cond_t synced; /* durable or failing changed */
	bool stop;
	struct journal_buf pending;
	size_t unsynced; /* octets of pending and taken */
	uint64_t appended;

	_Atomic uint64_t durable;
	_Atomic int failing;
	_Atomic uint64_t octets, syncs; /* see journal_written() */
};

/* journal.c: tells a fault of a file of the folder; name NULL is the folder. */
void journal_fault(const struct journal *, const char *name, unsigned line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* replay.c: reads `state` and `journal` and cuts a torn tail; makes both if
 * there is neither.  Opens journal->fd.  False after telling the fault. */
bool journal_replay(
    struct journal *, journal_record_fn *, void *arg, struct store_report *);

/* compact.c: an empty snapshot, and an empty journal in journal->fd, each
 * put in place so that a crash leaves the old or the new one.  False after
 * telling the fault. */
bool journal_fresh_state(struct journal *);
bool journal_fresh(struct journal *);

/* writer.c: octets and lines through journal->out.  False leaves errno. */
void journal_out_to(struct journal *, int fd);
bool journal_out_octets(struct journal *, const char *octets, size_t len);
bool journal_out_line(
    struct journal *, uint64_t mark, const char *payload, size_t len);
bool journal_out_flush(struct journal *);
/* writer.c: the thread; arg is the journal. */
void *journal_writer(void *arg);

#endif
