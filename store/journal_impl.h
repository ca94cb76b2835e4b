/*
 * What the files of the journal share: its struct, and the functions by which
 * journal.c, journal_out.c, replay.c, segment.c, compact.c and writer.c use
 * each other; journal_in.h has those of reading.
 * Nobody else includes this.
 */
#ifndef STORE_JOURNAL_IMPL_H
#define STORE_JOURNAL_IMPL_H

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <time.h>

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
	const struct journal_io *io;
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

/* What the loop asks the writer for: a new journal. */
enum journal_roll { ROLL_DONE, ROLL_ASKED, ROLL_FAILED };

struct snapshot {
	enum journal_snapshot phase; /* NONE, WAIT for the new journal, WALK */
	bool old;                    /* there is a journal.old */
	bool wanted;                 /* however short the journal is */
	bool started;                /* the thread */
	pthread_t thread;
	uint64_t octets;     /* of the state in place */
	time_t not_before_s; /* CLOCK_MONOTONIC: the next try */

	/* Under the journal's mutex. */
	enum journal_roll roll;
	pthread_cond_t more;    /* puts, or the end of them */
	struct journal_buf buf; /* what was put, not yet taken */
	uint64_t records;       /* put */
	bool full;              /* the loop waits for room */
	bool ended;             /* all is put */
	bool finished;          /* the thread is done */
	int err;                /* errno of what failed, or 0 */
};

struct journal {
	struct journal_io io;
	char *dir;
	store_fault_fn *fault;
	void *fault_arg;
	int dirfd, lockfd, fd, eventfd;
	enum store_durability mode;
	uint64_t limit; /* octets at which a journal is long */
	struct snapshot snapshot;

	pthread_t thread;
	bool started;

	/* The writer's. */
	struct journal_out out;
	bool renamed;             /* fd is that of journal.old */
	struct journal_buf taken; /* not known to be on disk */
	size_t written;           /* octets of it that are in the file */
	uint64_t position;        /* of its last payload */
	uint64_t size;            /* octets of the journal, whole groups */
	uint64_t synced;          /* octets of it known to be on disk */
	bool dirty;               /* octets may lie past size */
	struct timespec due;      /* when to sync what nobody waits for */

	pthread_mutex_t mutex; /* of the following */
	pthread_cond_t work;   /* something is pending, urgent, or stop */
	pthread_cond_t told;   /* durable or failing changed */
	bool stop;
	bool urgent; /* somebody waits for what was appended */
	struct journal_buf pending;
	size_t unsynced; /* octets of pending and taken */
	uint64_t appended;

	_Atomic uint64_t grown; /* octets of the journal */
	_Atomic uint64_t durable;
	_Atomic int failing;
	_Atomic uint64_t octets, syncs; /* see journal_written() */
};

/* journal.c: tells a fault of a file of the folder; name NULL is the folder. */
void journal_fault(const struct journal *, const char *name, unsigned line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* journal.c: room for len octets more; false: out of memory. */
bool journal_buf_room(struct journal_buf *, size_t len);

/* journal.c: whether a payload is short enough and of one line. */
bool journal_allows(const char *payload, size_t len);
/* journal.c: a thread that gets no signals.  False: none is to be had. */
bool journal_thread(pthread_t *, void *(*)(void *), struct journal *);
/* journal.c: makes journal_fd() readable. */
void journal_wake(struct journal *);

/* replay.c: reads `state`, journal.old and `journal` and cuts a torn tail;
 * makes what is missing.  Opens journal->fd.  False after telling the fault. */
bool journal_replay(
    struct journal *, journal_record_fn *, void *arg, struct store_report *);

/* segment.c: an empty file to append to; -1 leaves errno. */
int journal_new_file(struct journal *, const char *name);
/* segment.c: gives a file that is synced its name.  False leaves errno; the
 * name may be the new one's or not. */
bool journal_place(struct journal *, const char *from, const char *name);
/* segment.c: an empty journal in journal->fd, at open.  False after telling
 * the fault. */
bool journal_fresh(struct journal *);
/* segment.c: for the writer, when all it wrote is synced: the journal becomes
 * journal.old, and an empty one takes its place.  False leaves errno; appending
 * goes on as before and it can be tried again. */
bool journal_roll(struct journal *);

/* compact.c: an empty state, at open.  False after telling the fault. */
bool journal_fresh_state(struct journal *);

/* journal_out.c: octets and lines to a file.  False leaves errno. */
void journal_out_to(struct journal_out *, const struct journal_io *, int fd);
bool journal_out_octets(struct journal_out *, const char *octets, size_t len);
/* Payloads with a newline after each, up to `end`. */
bool journal_out_lines(
    struct journal_out *, uint64_t mark, const char *at, const char *end);
bool journal_out_flush(struct journal_out *);
/* writer.c: the thread; arg is the journal. */
void *journal_writer(void *arg);

#endif
