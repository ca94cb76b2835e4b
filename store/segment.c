/*
 * The files that are appended to: `journal`, and `journal.old` which it was
 * before a compaction began.
 *
 * A new file is written under another name, synced, renamed and its folder
 * synced.  The journal's change of name is a step of its own, so there is a
 * time without a `journal`, or with one that nobody may append to because a
 * crash could take its name away.  Until that is over journal.old is appended
 * to, and it is as good a journal as the other when it stands alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/journal_impl.h"

int
journal_new_file(struct journal *j, const char *name)
{
	return j->io.open(
	    j->dirfd, name, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC);
}

static void
close_quietly(int fd)
{
	int err = errno;
	close(fd);
	errno = err;
}

bool
journal_place(struct journal *j, const char *from, const char *name)
{
	return j->io.rename(j->dirfd, from, name) == 0 &&
	       j->io.sync(j->dirfd) == 0;
}

/* journal.new, which has a header and is synced; -1 leaves errno. */
static int
new_journal(struct journal *j)
{
	int fd = journal_new_file(j, "journal.new");
	if (fd < 0)
		return -1;
	journal_out_to(&j->out, &j->io, fd);
	if (journal_out_octets(
		&j->out, JOURNAL_HEADER, strlen(JOURNAL_HEADER)) &&
	    journal_out_flush(&j->out) && j->io.sync(fd) == 0)
		return fd;
	close_quietly(fd);
	return -1;
}

static void
go_on_with(struct journal *j, int fd)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = fd;
	j->size = j->synced = strlen(JOURNAL_HEADER);
	atomic_store(&j->grown, j->size);
}

bool
journal_fresh(struct journal *j)
{
	int fd = new_journal(j);
	if (fd >= 0 && journal_place(j, "journal.new", "journal")) {
		go_on_with(j, fd);
		return true;
	}
	journal_fault(j, "journal.new", 0,
	    "cannot take the journal's place: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

bool
journal_roll(struct journal *j)
{
	int fd = new_journal(j);
	if (fd < 0)
		return false;
	if (!j->renamed)
		j->renamed =
		    j->io.rename(j->dirfd, "journal", "journal.old") == 0;
	if (!j->renamed || j->io.sync(j->dirfd) < 0 ||
	    !journal_place(j, "journal.new", "journal")) {
		close_quietly(fd);
		return false;
	}
	j->renamed = false;
	go_on_with(j, fd);
	return true;
}
