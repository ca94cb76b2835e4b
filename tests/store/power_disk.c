/* A disk whose power can be cut afterwards. */
#include "tests/store/power_disk.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPS_CAP = 8192, INODES_CAP = 512 };

enum kind { OPEN, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, SYNC_FOLDER };

struct op {
	enum kind kind;
	int inode; /* ours: an index */
	char name[POWER_NAME_CAP], to[POWER_NAME_CAP];
	char *octets; /* written */
	size_t at, len;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool is_dead;
static struct op ops[OPS_CAP];
static unsigned nops;
static ino_t inodes[INODES_CAP]; /* the system's */
static int ninodes;
static struct power_image start;

/* --- Remembering --- */

void
power_hold(void)
{
	pthread_mutex_lock(&mutex);
}

void
power_go_on(void)
{
	pthread_mutex_unlock(&mutex);
}

void
power_die(bool dead)
{
	pthread_mutex_lock(&mutex);
	is_dead = dead;
	pthread_mutex_unlock(&mutex);
}

/* Begins a call; false: the disk is dead. */
static bool
begin(void)
{
	pthread_mutex_lock(&mutex);
	if (!is_dead)
		return true;
	pthread_mutex_unlock(&mutex);
	errno = EIO;
	return false;
}

static struct op *
remember(enum kind kind)
{
	ck_assert_uint_lt(nops, OPS_CAP);
	ops[nops] = (struct op){ .kind = kind, .inode = -1 };
	return &ops[nops++];
}

/* Ours for a file that is open; files of the image come first, by name. */
static int
inode_of(int fd)
{
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	for (int i = 0; i < ninodes; i++) {
		if (inodes[i] == st.st_ino)
			return i;
	}

	char link[64], path[256];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);

	ssize_t n = readlink(link, path, sizeof path - 1);

	path[n > 0 ? n : 0] = '\0';

	const char *name = strrchr(path, '/') + 1;

	for (unsigned i = 0; i < start.nfiles; i++) {
		if (inodes[i] == 0 && strcmp(start.files[i].name, name) == 0) {
			inodes[i] = st.st_ino;
			return (int)i;
		}
	}
	ck_assert_int_lt(ninodes, INODES_CAP);
	inodes[ninodes] = st.st_ino;
	return ninodes++;
}

static ssize_t
power_write_call(int fd, const void *octets, size_t len)
{
	struct stat st;

	if (!begin())
		return -1;
	ck_assert_int_eq(fstat(fd, &st), 0);

	ssize_t n = write(fd, octets, len);

	ck_assert_int_eq(n, (ssize_t)len);

	struct op *op = remember(WRITE);

	op->inode = inode_of(fd);
	op->at = (size_t)st.st_size;
	op->len = len;
	op->octets = malloc(len);
	memcpy(op->octets, octets, len);
	pthread_mutex_unlock(&mutex);
	return n;
}

static int
power_sync(int fd)
{
	struct stat st;

	if (!begin())
		return -1;
	ck_assert_int_eq(fstat(fd, &st), 0);
	if (S_ISDIR(st.st_mode))
		remember(SYNC_FOLDER);
	else
		remember(SYNC)->inode = inode_of(fd);
	pthread_mutex_unlock(&mutex);
	return 0;
}

static int
power_open(int dirfd, const char *name, int flags)
{
	struct stat st;

	if (!begin())
		return -1;

	bool is_new = fstatat(dirfd, name, &st, 0) < 0;
	int fd = openat(dirfd, name, flags, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	/* The system may give it the number of one that is gone. */
	for (int i = 0; is_new && i < ninodes; i++) {
		if (inodes[i] == st.st_ino)
			inodes[i] = (ino_t)-1;
	}

	struct op *op = remember(OPEN);

	op->inode = inode_of(fd);
	strcpy(op->name, name);
	pthread_mutex_unlock(&mutex);
	return fd;
}

static int
power_rename(int dirfd, const char *from, const char *to)
{
	if (!begin())
		return -1;

	int fd = openat(dirfd, from, O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);

	struct op *op = remember(RENAME);

	op->inode = inode_of(fd);
	close(fd);
	strcpy(op->name, from);
	strcpy(op->to, to);
	ck_assert_int_eq(renameat(dirfd, from, dirfd, to), 0);
	pthread_mutex_unlock(&mutex);
	return 0;
}

static int
power_unlink(int dirfd, const char *name)
{
	if (!begin())
		return -1;

	int rc = unlinkat(dirfd, name, 0);

	if (rc == 0)
		strcpy(remember(UNLINK)->name, name);
	pthread_mutex_unlock(&mutex);
	return rc;
}

static int
power_truncate(int fd, off_t len)
{
	if (!begin())
		return -1;

	struct op *op = remember(TRUNCATE);

	op->inode = inode_of(fd);
	op->len = (size_t)len;

	int rc = ftruncate(fd, len);

	pthread_mutex_unlock(&mutex);
	return rc;
}

const struct journal_io power_io = { power_write_call, power_sync, power_sync,
	power_open, power_rename, power_unlink, power_truncate };

static void
copy_image(struct power_image *to, const struct power_image *from)
{
	*to = *from;
	for (unsigned i = 0; i < from->nfiles; i++) {
		to->files[i].octets = malloc(from->files[i].len + 1);
		memcpy(to->files[i].octets, from->files[i].octets,
		    from->files[i].len);
	}
}

void
power_begin(const struct power_image *image)
{
	for (unsigned i = 0; i < nops; i++)
		free(ops[i].octets);
	power_image_free(&start);
	nops = 0;
	copy_image(&start, image);
	memset(inodes, 0, sizeof inodes);
	ninodes = (int)start.nfiles;
}

unsigned
power_calls(void)
{
	return nops;
}

/* --- The cut --- */

struct content {
	char *octets;
	size_t len, cap;
};

static void
grow(struct content *c, size_t len, int filler)
{
	if (len > c->cap) {
		c->cap = 2 * len;
		c->octets = realloc(c->octets, c->cap);
	}
	if (len > c->len) {
		memset(c->octets + c->len, filler, len - c->len);
		c->len = len;
	}
}

static void
put(struct content *c, size_t at, const char *octets, size_t len)
{
	grow(c, at + len, 0);
	memcpy(c->octets + at, octets, len);
}

typedef unsigned chance_fn(unsigned below);

/* How much a cut takes of what was not synced. */
enum mood { TAKES_ALL, TAKES_NONE, TAKES_SOME, MOODS };

static bool
keeps(enum mood mood, chance_fn *chance)
{
	return mood == TAKES_NONE || (mood == TAKES_SOME && chance(2) == 0);
}

/* Where to tear: behind a line at times, or anywhere. */
static size_t
tear(const struct op *op, chance_fn *chance)
{
	size_t at = chance((unsigned)op->len + 1);

	while (chance(3) == 0 && at > 0 && at < op->len &&
	       op->octets[at - 1] != '\n')
		at++;
	return at;
}

/* A write that was not synced: there, not there, torn, and what the file
 * has grown by may be anything. */
static void
put_some(
    struct content *c, const struct op *op, enum mood mood, chance_fn *chance)
{
	static const int fillers[] = { 0, 0xff, 'x', '\n' };

	if (keeps(mood, chance)) {
		put(c, op->at, op->octets, op->len);
		return;
	}
	if (mood == TAKES_ALL || chance(3) == 0)
		return;

	size_t from = chance(4) == 0 ? tear(op, chance) : 0;
	size_t to = tear(op, chance);

	if (chance(3) == 0)
		grow(c, op->at + op->len, fillers[chance(4)]);
	if (from < to)
		put(c, op->at + from, op->octets + from, to - from);
}

/* An inode's octets: all up to its last sync, then what the mood keeps. */
static void
make_content(struct content *c, int inode, unsigned calls, enum mood mood,
    chance_fn *chance)
{
	unsigned synced = 0;

	for (unsigned i = 0; i < calls; i++) {
		if (ops[i].inode == inode && ops[i].kind == SYNC)
			synced = i;
	}
	if (inode < (int)start.nfiles)
		put(c, 0, start.files[inode].octets, start.files[inode].len);
	for (unsigned i = 0; i < calls; i++) {
		const struct op *op = &ops[i];
		bool cuts = op->kind == TRUNCATE || op->kind == OPEN;

		if (op->inode != inode)
			continue;
		if (cuts && (i < synced || keeps(mood, chance))) {
			grow(c, op->len, 0);
			c->len = op->len;
		}
		if (op->kind == WRITE && i < synced)
			put(c, op->at, op->octets, op->len);
		else if (op->kind == WRITE)
			put_some(c, op, mood, chance);
	}
}

struct entry {
	char name[POWER_NAME_CAP];
	int inode;
};
struct folder {
	struct entry entries[POWER_FILES];
	unsigned n;
};

static void
drop_name(struct folder *f, const char *name)
{
	for (unsigned i = 0; i < f->n; i++) {
		if (strcmp(f->entries[i].name, name) == 0) {
			f->entries[i] = f->entries[--f->n];
			return;
		}
	}
}

static void
add_name(struct folder *f, const char *name, int inode)
{
	drop_name(f, name);
	ck_assert_uint_lt(f->n, POWER_FILES);
	strcpy(f->entries[f->n].name, name);
	f->entries[f->n++].inode = inode;
}

static void
change_folder(struct folder *f, const struct op *op)
{
	if (op->kind == OPEN)
		add_name(f, op->name, op->inode);
	if (op->kind == UNLINK)
		drop_name(f, op->name);
	if (op->kind == RENAME) {
		drop_name(f, op->name);
		add_name(f, op->to, op->inode);
	}
}

/* The names: all changes up to the folder's last sync, any of the others. */
static void
make_folder(struct folder *f, unsigned calls, enum mood mood, chance_fn *chance)
{
	unsigned synced = 0;

	*f = (struct folder){ 0 };
	for (unsigned i = 0; i < start.nfiles; i++)
		add_name(f, start.files[i].name, (int)i);
	for (unsigned i = 0; i < calls; i++) {
		if (ops[i].kind == SYNC_FOLDER)
			synced = i;
	}
	for (unsigned i = 0; i < calls; i++) {
		if (i < synced || keeps(mood, chance))
			change_folder(f, &ops[i]);
	}
}

void
power_cut(struct power_image *image, unsigned calls, chance_fn *chance)
{
	struct folder folder;

	*image = (struct power_image){ 0 };
	make_folder(&folder, calls, chance(MOODS), chance);
	for (unsigned i = 0; i < folder.n; i++) {
		struct power_file *file = &image->files[image->nfiles++];
		struct content c = { malloc(1), 0, 1 };

		make_content(
		    &c, folder.entries[i].inode, calls, chance(MOODS), chance);
		strcpy(file->name, folder.entries[i].name);
		file->octets = c.octets;
		file->len = c.len;
	}
}

void
power_image_free(struct power_image *image)
{
	for (unsigned i = 0; i < image->nfiles; i++)
		free(image->files[i].octets);
	*image = (struct power_image){ 0 };
}

void
power_write(const struct power_image *image, const char *dir)
{
	static const char *const names[] = { "state", "state.new", "journal",
		"journal.new", "journal.old" };
	char path[64];

	mkdir(dir, 0700);
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	for (unsigned i = 0; i < image->nfiles; i++) {
		const struct power_file *file = &image->files[i];

		snprintf(path, sizeof path, "%s/%s", dir, file->name);

		int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(
		    write(fd, file->octets, file->len), (ssize_t)file->len);
		close(fd);
	}
}
