/*
 * The fixture of the journal's tests.
 */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/store/journal_fixture.h"
#include "store/crc32c.h"

struct disk disk;
struct told told;
char dir[64];
struct journal *journal;

static char parent[32];

static void
trace(const char *call, const char *name)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&mutex);
	size_t len = strlen(disk.trace);
	snprintf(
	    disk.trace + len, sizeof(disk.trace) - len, "%s %s, ", call, name);
	pthread_mutex_unlock(&mutex);
}

/* Counts a call and does what was planned for it. */
static bool
step_name(const char *call, const char *name)
{
	int number = atomic_fetch_add(&disk.calls, 1) + 1;
	if (disk.crash_at == number)
		_exit(42);
	if (number < 32)
		trace(call, name);
	errno = EIO;
	return disk.fail_at != number;
}

static bool
step(const char *call, int fd)
{
	char link[32], path[256];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	const char *name = strrchr(path, '/');
	return step_name(call, name != NULL ? name + 1 : "?");
}

static ssize_t
disk_write(int fd, const void *octets, size_t len)
{
	if (!step("write", fd))
		return -1;
	int number = atomic_fetch_add(&disk.writes, 1);
	int good = atomic_load(&disk.write_good);
	int err = atomic_load(&disk.write_errno);
	if (err != 0 && (good < 0 || number >= good)) {
		errno = err;
		return -1;
	}
	size_t max = atomic_load(&disk.write_max);
	return write(fd, octets, max != 0 && max < len ? max : len);
}

static int
disk_datasync(int fd)
{
	if (!step("datasync", fd))
		return -1;
	atomic_fetch_add(&disk.datasyncs, 1);
	if (atomic_load(&disk.gated)) {
		sem_post(&disk.reached);
		while (sem_wait(&disk.gate) < 0)
			continue;
	}
	int err = atomic_load(&disk.datasync_errno);
	if (err != 0) {
		errno = err;
		return -1;
	}
	atomic_fetch_add(&disk.synced, 1);
	return 0;
}

/* The tests crash processes, not machines: the page cache is disk enough. */
static int
disk_sync(int fd)
{
	if (!step("sync", fd))
		return -1;
	atomic_fetch_add(&disk.syncs, 1);
	return 0;
}

static int
disk_open(int dirfd, const char *name, int flags)
{
	return step_name("open", name) ? openat(dirfd, name, flags, 0600) : -1;
}

static int
disk_rename(int dirfd, const char *from, const char *to)
{
	return step_name("rename", from) ? renameat(dirfd, from, dirfd, to)
					 : -1;
}

static int
disk_unlink(int dirfd, const char *name)
{
	return step_name("unlink", name) ? unlinkat(dirfd, name, 0) : -1;
}

static int
disk_truncate(int fd, off_t len)
{
	return step("truncate", fd) ? ftruncate(fd, len) : -1;
}

const struct journal_io disk_io = { disk_write, disk_datasync, disk_sync,
	disk_open, disk_rename, disk_unlink, disk_truncate, RETRY_MS };

void
setup(void)
{
	memset(&disk, 0, sizeof(disk));
	disk.write_good = -1;
	sem_init(&disk.gate, 0, 0);
	sem_init(&disk.reached, 0, 0);
	memset(&told, 0, sizeof(told));
	journal = NULL;
	strcpy(parent, "/tmp/journalXXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(parent));
	snprintf(dir, sizeof(dir), "%s/store", parent);
}

void
teardown(void)
{
	close_journal();
	static const char *const names[] = { "state", "state.new", "journal",
		"journal.new", "journal.old", "lock" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (unlink(path) < 0 && errno == EISDIR)
			rmdir(path);
	}
	if (rmdir(dir) < 0 && errno == ENOTDIR)
		unlink(dir);
	ck_assert_int_eq(rmdir(parent), 0);
	sem_destroy(&disk.gate);
	sem_destroy(&disk.reached);
}

static const char *
record(void *arg, char *payload)
{
	ck_assert_ptr_eq(arg, &told);
	if (told.refuse != NULL && strcmp(payload, told.refuse) == 0)
		return "names no subscriber";
	size_t len = strlen(told.records);
	snprintf(
	    told.records + len, sizeof(told.records) - len, "%s\n", payload);
	return NULL;
}

static void
fault(void *arg, const char *file, unsigned line, const char *what)
{
	ck_assert_ptr_eq(arg, &told);
	told.faults++;
	told.line = line;
	snprintf(told.file, sizeof(told.file), "%s", file);
	snprintf(told.what, sizeof(told.what), "%s", what);
}

bool
open_journal(void)
{
	const char *refuse = told.refuse;
	memset(&told.report, 0, sizeof(told.report));
	told.faults = told.line = 0;
	told.file[0] = told.what[0] = told.records[0] = '\0';
	told.refuse = refuse;
	journal = journal_open(
	    dir, &disk_io, record, &told, &told.report, fault, &told);
	ck_assert_int_eq(journal == NULL, told.faults > 0);
	ck_assert_uint_le(told.faults, 1);
	return journal != NULL;
}

void
start_journal(void)
{
	ck_assert_msg(
	    open_journal(), "%s:%u: %s", told.file, told.line, told.what);
	ck_assert(journal_start(journal, STORE_SYNC));
}

void
close_journal(void)
{
	journal_close(journal);
	journal = NULL;
}

uint64_t
append(const char *text)
{
	uint64_t position = journal_append(journal, text, strlen(text));
	ck_assert_uint_ne(position, 0);
	return position;
}

/* One step of a wait that goes on for five seconds at most. */
bool
wait_some(unsigned *left)
{
	struct pollfd pfd = { .fd = journal_fd(journal), .events = POLLIN };
	if (poll(&pfd, 1, 10) > 0)
		journal_woken(journal);
	return (*left)-- > 0;
}

void
wait_durable(uint64_t position)
{
	unsigned left = 500;
	while (journal_durable(journal) < position)
		ck_assert(wait_some(&left));
}

void
wait_failing(int err)
{
	unsigned left = 500;
	while (journal_failing(journal) != err)
		ck_assert(wait_some(&left));
}

static int
open_file(const char *name, int flags)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, flags, 0600);
	ck_assert_int_ge(fd, 0);
	return fd;
}

size_t
read_file(const char *name, char *buf, size_t cap)
{
	int fd = open_file(name, O_RDONLY);
	ssize_t n = read(fd, buf, cap);
	ck_assert(n >= 0 && (size_t)n < cap);
	buf[n] = '\0';
	close(fd);
	return (size_t)n;
}

void
write_file(const char *name, const char *octets, size_t len)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path); /* which is faster than to cut it */
	int fd = open_file(name, O_WRONLY | O_CREAT | O_TRUNC);
	ck_assert_int_eq(write(fd, octets, len), (ssize_t)len);
	close(fd);
}

bool
fault_is_of(const char *name)
{
	char path[128];
	snprintf(path, sizeof(path), "%s%s%s", dir, name != NULL ? "/" : "",
	    name != NULL ? name : "");
	return told.faults == 1 && strcmp(told.file, path) == 0;
}

void
write_generations(void)
{
	start_journal();
	disk.gated = true;
	append("record 1");
	sem_wait(&disk.reached);
	append("record 2a");
	append("record 2b");
	append("record 2c");
	sem_post(&disk.gate);
	sem_wait(&disk.reached);
	append("record 3");
	disk.gated = false;
	sem_post(&disk.gate);
	ck_assert(journal_sync(journal));
	close_journal();
}

size_t
put_line(char *at, size_t cap, unsigned long mark, const char *payload)
{
	char text[JOURNAL_LINE_MAX + 64];
	int n = snprintf(text, sizeof(text), "%lu %s", mark, payload);
	return (size_t)snprintf(
	    at, cap, "%08x %s\n", crc32c(0, text, (size_t)n), text);
}

unsigned
line_of(const char *octets, size_t at, size_t *start)
{
	unsigned number = 1;
	*start = 0;
	for (size_t i = 0; i < at; i++)
		if (octets[i] == '\n') {
			number++;
			*start = i + 1;
		}
	return number;
}
