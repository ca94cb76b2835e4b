/*
 * What the journal's tests share: a folder, a disk that fails when told to,
 * and what replay gave.  One journal is open at a time.
 */
#ifndef TESTS_JOURNAL_FIXTURE_H
#define TESTS_JOURNAL_FIXTURE_H

#include <semaphore.h>
#include <stdatomic.h>

#include "store/journal.h"

enum { FILE_CAP = 1 << 16, RETRY_MS = 100 };

/* The injected disk.  The real one gets what is not failed. */
struct disk {
	_Atomic int write_errno;    /* writes fail with it, unless 0 */
	_Atomic int datasync_errno; /* datasyncs fail with it, unless 0 */
	_Atomic int write_good;     /* first so many writes work; < 0: all */
	_Atomic size_t write_max;   /* octets one write takes; 0: all */
	_Atomic int writes, datasyncs, syncs; /* calls */
	_Atomic int synced;                   /* datasyncs that returned 0 */
	_Atomic bool gated; /* each datasync takes one from gate first */
	sem_t gate, reached;
	int crash_at; /* the process exits before the so-manieth call; 0: no */
	int fail_at;  /* that call fails with EIO; 0: none */
	_Atomic int calls;
	char trace[2048]; /* "sync state.new, " ... */
};
extern struct disk disk;
extern const struct journal_io disk_io;

/* What the present journal told. */
struct told {
	struct store_report report;
	unsigned faults; /* and the last one: */
	unsigned line;
	char file[256], what[256];
	char records[FILE_CAP]; /* payloads replayed, a newline after each */
	const char *refuse;     /* the payload to find fault with */
};
extern struct told told;
extern char dir[64];            /* the journal's folder; its parent is made */
extern struct journal *journal; /* NULL when not open */

void setup(void);
void teardown(void);
/* Forgets what was told, opens dir on the injected disk. */
bool open_journal(void);
/* The same, and starts, both of which must work. */
void start_journal(void);
void close_journal(void);
/* Appends text, which must be taken; returns its position. */
uint64_t append(const char *text);
/* Waits at most five seconds for the position, failing the test otherwise. */
void wait_durable(uint64_t position);
/* The same for journal_failing(). */
void wait_failing(int err);
/* One step of a wait of *left steps, each 10 ms at most; false: it is over. */
bool wait_some(unsigned *left);
/* Whole files of the folder. */
size_t read_file(const char *name, char *buf, size_t cap);
void write_file(const char *name, const char *octets, size_t len);
/* Whether the last fault is of this file (NULL: the folder). */
bool fault_is_of(const char *name);
/* A journal "1" / "2a" "2b" "2c" / "3", a slash being a sync; closed. */
void write_generations(void);
/* A good line as the format has it; returns its octets. */
size_t put_line(char *at, size_t cap, unsigned long mark, const char *payload);
/* The line an octet is on, from 1, and where that line starts. */
unsigned line_of(const char *octets, size_t at, size_t *start);

#endif
