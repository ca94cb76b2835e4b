/*
 * Reading `state`, journal.old and `journal` back at open.
 *
 * Any fault in `state` is damage: it was whole before it got its name; and in
 * journal.old, when the journal has records, because it was synced before they
 * were appended.  A bad line of the last journal is damage when a good line
 * after it says that the bad one was on disk before, and else a torn tail: what
 * a crash leaves of the last group, whose blocks reach the disk in any order.
 * That proof is looked for at every octet from the bad line on, because the
 * fault may be a newline.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_in.h"

/* In the order of replay. */
enum { STATE, OLD, JOURNAL, FILES };

static bool
give(struct journal_in *s, char *payload, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	const char *wrong = record(arg, payload);
	if (wrong != NULL) {
		journal_fault(s->journal, s->name, s->line, "%s", wrong);
		return false;
	}
	report->replayed++;
	return true;
}

/* Whether this is the header, given without its newline. */
static bool
is_header(const char *line, size_t len, const char *header)
{
	return len == strlen(header) - 1 && memcmp(line, header, len) == 0;
}

/* The end marker counts the records and is the last line. */
static bool
is_end(struct journal_in *s, const char *line, size_t len, uint64_t count)
{
	char end[32];
	snprintf(end, sizeof(end), "%s%" PRIu64, STATE_END, count);
	char *more;
	size_t more_len;
	return len == strlen(end) && memcmp(line, end, len) == 0 &&
	       journal_in_line(s, &more, &more_len) == GOT_END;
}

static bool
state_fault(struct journal_in *s, enum journal_got got)
{
	if (got == GOT_ERROR)
		return journal_in_fault(s);
	journal_fault(s->journal, s->name, s->line,
	    got == GOT_END   ? "is damaged: the end marker is missing"
	    : got == GOT_CUT ? "is damaged: the line is cut"
			     : "is damaged: the line is not as written");
	return false;
}

static bool
replay_state(struct journal_in *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	char *line;
	size_t len;
	enum journal_got got = journal_in_line(s, &line, &len);
	if (got != GOT_LINE || !is_header(line, len, STATE_HEADER))
		return state_fault(s, got);
	for (uint64_t count = 0;; count++) {
		got = journal_in_line(s, &line, &len);
		if (got != GOT_LINE)
			return state_fault(s, got);
		uint64_t mark;
		size_t at = journal_in_parse(line, len, &mark);
		if (at == 0)
			return is_end(s, line, len, count) ||
			       state_fault(s, got);
		if (!give(s, line + at, record, arg, report))
			return false;
	}
}

/* Whether a good line starts here that says more than `start` was synced. */
static bool
proves(const char *octets, size_t len, uint64_t start)
{
	if (len <= JOURNAL_CRC_LEN || octets[JOURNAL_CRC_LEN] != ' ')
		return false;
	size_t cap = len < JOURNAL_LINE_CAP ? len : JOURNAL_LINE_CAP;
	const char *newline = memchr(octets, '\n', cap);
	uint64_t mark;
	return newline != NULL &&
	       journal_in_parse(octets, (size_t)(newline - octets), &mark) !=
		   0 &&
	       mark > start;
}

/* Looks for that proof in all that follows `start`; uses up s->buf. */
static bool
look_for_proof(struct journal_in *s, uint64_t start, bool *proof)
{
	*proof = false;
	for (uint64_t from = start;; from += JOURNAL_IN_CHUNK) {
		size_t len = 0;
		ssize_t n;
		do {
			n = pread(s->fd, s->buf + len, sizeof(s->buf) - len,
			    (off_t)(from + len));
			len += n > 0 ? (size_t)n : 0;
		} while (n > 0 || (n < 0 && errno == EINTR));
		if (n < 0)
			return journal_in_fault(s);
		for (size_t i = 0; i < len && i < JOURNAL_IN_CHUNK && !*proof;
		     i++)
			*proof = proves(s->buf + i, len - i, start);
		if (*proof || len <= JOURNAL_IN_CHUNK)
			return true;
	}
}

/* From a bad line on: a torn tail is cut off, damage is told. */
static bool
cut_tail(struct journal_in *s, struct store_report *report)
{
	bool proof = s->keep_tail;
	if (!proof && !look_for_proof(s, s->start, &proof))
		return false;
	if (proof) {
		journal_fault(s->journal, s->name, s->line,
		    "is damaged: the line is not as written, yet it was on "
		    "disk before a later one was written");
		return false;
	}
	off_t end = lseek(s->fd, 0, SEEK_END);
	if (end < 0 || s->journal->io.truncate(s->fd, (off_t)s->start) < 0) {
		journal_fault(s->journal, s->name, s->line, "cannot be cut: %s",
		    strerror(errno));
		return false;
	}
	report->torn += (size_t)((uint64_t)end - s->start);
	return true;
}

/* A journal so short that its header is cut has never held a record. */
static bool
replay_header(struct journal_in *s, enum journal_got got, const char *line,
    size_t len, struct store_report *report, bool *fresh)
{
	if (got == GOT_ERROR)
		return journal_in_fault(s);
	if (got == GOT_LINE && is_header(line, len, JOURNAL_HEADER))
		return true;
	size_t left = s->len - s->at;
	*fresh = got != GOT_LINE && left < strlen(JOURNAL_HEADER) &&
		 memcmp(s->buf + s->at, JOURNAL_HEADER, left) == 0;
	if (*fresh)
		report->torn = left;
	else
		journal_fault(s->journal, s->name, s->line,
		    "is damaged: the header is not \"hssd journal 1\"");
	return *fresh;
}

/* All lines behind the header. */
static bool
replay_lines(struct journal_in *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	for (s->start = strlen(JOURNAL_HEADER);;) {
		char *line = NULL;
		size_t len = 0;
		enum journal_got got = journal_in_line(s, &line, &len);
		if (got == GOT_ERROR)
			return journal_in_fault(s);
		if (got == GOT_END)
			return true;
		uint64_t mark = 0;
		size_t at =
		    got == GOT_LINE ? journal_in_parse(line, len, &mark) : 0;
		if (at == 0)
			return cut_tail(s, report);
		if (mark > s->start) {
			journal_fault(s->journal, s->name, s->line,
			    "is damaged: octets before the line are missing");
			return false;
		}
		if (!give(s, line + at, record, arg, report))
			return false;
		s->start += len + 1;
	}
}

static bool
replay_journal(struct journal_in *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	struct journal *j = s->journal;
	char *line = NULL;
	size_t len = 0;
	bool fresh = false;
	enum journal_got got = journal_in_line(s, &line, &len);
	if (!replay_header(s, got, line, len, report, &fresh))
		return false;
	if (fresh)
		return journal_fresh(j);
	if (!replay_lines(s, record, arg, report))
		return false;
	j->fd = s->fd;
	j->size = j->synced = s->start;
	atomic_store(&j->grown, j->size);
	s->fd = -1;
	return true;
}

/* It is torn only if a crash came before the journal's first record; and from
 * now on it is on disk as a whole. */
static bool
replay_old(struct journal_in *s, bool last, journal_record_fn *record,
    void *arg, struct store_report *report)
{
	char *line = NULL;
	size_t len = 0;
	enum journal_got got = journal_in_line(s, &line, &len);
	if (got == GOT_ERROR)
		return journal_in_fault(s);
	if (got != GOT_LINE || !is_header(line, len, JOURNAL_HEADER)) {
		journal_fault(s->journal, s->name, s->line,
		    "is damaged: the header is not \"hssd journal 1\"");
		return false;
	}
	s->keep_tail = !last;
	if (!replay_lines(s, record, arg, report))
		return false;
	s->journal->snapshot.old = true;
	if (s->journal->io.sync(s->fd) == 0)
		return true;
	journal_fault(
	    s->journal, s->name, 0, "cannot be synced: %s", strerror(errno));
	return false;
}

/* None is ever missing alone, but for a crash of the first start; and the
 * journal while it changes its name. */
static bool
check_missing(const struct journal_in s[FILES], size_t records)
{
	bool journal = s[JOURNAL].fd >= 0 || s[OLD].fd >= 0;
	if (s[STATE].fd < 0 && journal)
		journal_fault(
		    s->journal, "state", 0, "is missing beside the journal");
	else if (s[STATE].fd >= 0 && !journal && records > 0)
		journal_fault(
		    s->journal, "journal", 0, "is missing beside the state");
	else
		return true;
	return false;
}

static off_t
file_len(const struct journal_in *s)
{
	struct stat st;
	return s->fd >= 0 && fstat(s->fd, &st) == 0 ? st.st_size : 0;
}

static bool
replay_files(struct journal_in s[FILES], journal_record_fn *record, void *arg,
    struct store_report *report)
{
	struct journal *j = s->journal;
	size_t before = report->replayed;
	bool last = file_len(&s[JOURNAL]) <= (off_t)strlen(JOURNAL_HEADER);
	j->snapshot.octets = (uint64_t)file_len(&s[STATE]);
	if (s[STATE].fd >= 0 && !replay_state(&s[STATE], record, arg, report))
		return false;
	if (!check_missing(s, report->replayed - before))
		return false;
	if (s[OLD].fd >= 0 && !replay_old(&s[OLD], last, record, arg, report))
		return false;
	if (s[JOURNAL].fd >= 0)
		return replay_journal(&s[JOURNAL], record, arg, report);
	return (s[STATE].fd >= 0 || journal_fresh_state(j)) && journal_fresh(j);
}

bool
journal_replay(struct journal *j, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	struct journal_in *s = calloc(FILES, sizeof(*s));
	if (s == NULL) {
		journal_fault(j, NULL, 0, "no memory is left to read it");
		return false;
	}
	for (int i = 0; i < FILES; i++)
		s[i].fd = -1;
	bool ok =
	    journal_in_open(&s[STATE], j, "state", O_RDONLY) &&
	    journal_in_open(&s[OLD], j, "journal.old", O_RDWR) &&
	    journal_in_open(&s[JOURNAL], j, "journal", O_RDWR | O_APPEND) &&
	    replay_files(s, record, arg, report);
	for (int i = 0; i < FILES; i++)
		if (s[i].fd >= 0)
			close(s[i].fd);
	free(s);
	return ok;
}
