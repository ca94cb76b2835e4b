/*
 * The snapshot: `state` is written anew and the journal starts empty.
 *
 * Each file is written under another name, synced, renamed and its folder
 * synced, the state first.  A crash between the two leaves the new state and
 * the old journal: all of its records are in the state, and replaying them
 * again ends with the same, because the last one about a thing wins.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/journal_impl.h"

static int
new_file(struct journal *j, const char *name)
{
	int fd = openat(j->dirfd, name,
	    O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		journal_fault(
		    j, name, 0, "cannot be made: %s", strerror(errno));
	return fd;
}

/* What was written to fd takes the place of `name`.  *placed tells whether
 * the name is the new file's, which it may be even on failure. */
static bool
place(
    struct journal *j, int fd, const char *from, const char *name, bool *placed)
{
	*placed = false;
	if (!journal_out_flush(j) || j->io.sync(fd) < 0)
		return false;
	if (renameat(j->dirfd, from, j->dirfd, name) < 0)
		return false;
	*placed = true;
	return j->io.sync(j->dirfd) == 0;
}

bool
journal_fresh(struct journal *j)
{
	int fd = new_file(j, "journal.new");
	if (fd < 0)
		return false;
	journal_out_to(j, fd);
	bool placed = false;
	bool ok =
	    journal_out_octets(j, JOURNAL_HEADER, strlen(JOURNAL_HEADER)) &&
	    place(j, fd, "journal.new", "journal", &placed);
	if (!ok)
		journal_fault(j, "journal.new", 0,
		    "cannot take the journal's place: %s", strerror(errno));
	if (!placed) {
		close(fd);
		return false;
	}
	if (j->fd >= 0)
		close(j->fd);
	j->fd = fd;
	j->size = j->synced = strlen(JOURNAL_HEADER);
	j->unsure = !ok;
	return ok;
}

bool
journal_put(struct journal *j, const char *payload, size_t len)
{
	if (j->put_err != 0)
		return false;
	if (len > JOURNAL_LINE_MAX || memchr(payload, '\n', len) != NULL ||
	    memchr(payload, '\0', len) != NULL)
		j->put_err = EINVAL;
	else if (!journal_out_line(j, 0, payload, len))
		j->put_err = errno;
	j->put++;
	return j->put_err == 0;
}

static bool
put_end(struct journal *j)
{
	char end[32];
	int n =
	    snprintf(end, sizeof(end), "%s%" PRIu64 "\n", STATE_END, j->put);
	return journal_out_octets(j, end, (size_t)n);
}

static bool
write_state(struct journal *j, journal_emit_fn *emit, void *arg)
{
	int fd = new_file(j, "state.new");
	if (fd < 0)
		return false;
	journal_out_to(j, fd);
	j->put = 0;
	j->put_err = 0;
	bool placed = false;
	journal_out_octets(j, STATE_HEADER, strlen(STATE_HEADER));
	bool emitted = emit(arg, j);
	errno = j->put_err;
	bool ok = emitted && j->put_err == 0 && put_end(j) &&
		  place(j, fd, "state.new", "state", &placed);
	/* What emit() refuses of its own is the caller's to tell. */
	if (!ok && (emitted || j->put_err != 0))
		journal_fault(j, "state.new", 0,
		    "cannot take the state's place: %s", strerror(errno));
	if (!placed)
		unlinkat(j->dirfd, "state.new", 0);
	close(fd);
	return ok;
}

static bool
emit_nothing(void *arg, struct journal *j)
{
	return true;
}

bool
journal_fresh_state(struct journal *j)
{
	return write_state(j, emit_nothing, NULL);
}

bool
journal_compact(struct journal *j, journal_emit_fn *emit, void *arg)
{
	return write_state(j, emit, arg) && journal_fresh(j);
}
