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

#include "store/crc32c.h"
#include "store/journal_impl.h"

enum { CHUNK = 65536 };

/* In the order of replay. */
enum { STATE, OLD, JOURNAL, FILES };

/* A file being read by lines. */
struct source {
	struct journal *journal;
	const char *name;
	int fd;
	unsigned line;  /* of what next_line() gave, from 1 */
	uint64_t start; /* its place in the file */
	bool keep_tail; /* a later file says that all of it was on disk */
	size_t at, len; /* in buf: what is not yet given, and its end */
	char buf[CHUNK + JOURNAL_LINE_CAP];
};

/* END is no octet more; CUT is octets without a newline where a line can
 * still have one, and they stay where they are. */
enum got { GOT_LINE, GOT_END, GOT_CUT, GOT_ERROR };

static bool
open_source(struct source *s, struct journal *j, const char *name, int flags)
{
	s->journal = j;
	s->name = name;
	s->line = 0;
	s->start = 0;
	s->at = s->len = 0;
	s->fd = openat(j->dirfd, name, flags | O_CLOEXEC);
	if (s->fd < 0 && errno != ENOENT)
		journal_fault(
		    j, name, 0, "cannot be opened: %s", strerror(errno));
	return s->fd >= 0 || errno == ENOENT;
}

static bool
fault_read(struct source *s)
{
	journal_fault(s->journal, s->name, s->line, "cannot be read: %s",
	    strerror(errno));
	return false;
}

/* Fills buf; returns false at the end of the file and on error. */
static bool
fill(struct source *s, bool *failed)
{
	memmove(s->buf, s->buf + s->at, s->len - s->at);
	s->len -= s->at;
	s->at = 0;
	ssize_t n;
	do
		n = read(s->fd, s->buf + s->len, sizeof(s->buf) - s->len);
	while (n < 0 && errno == EINTR);
	*failed = n < 0;
	s->len += n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* The next line, its newline made a NUL. */
static enum got
next_line(struct source *s, char **line, size_t *len)
{
	s->line++;
	for (;;) {
		char *from = s->buf + s->at;
		char *newline = memchr(from, '\n', s->len - s->at);
		if (newline != NULL) {
			*newline = '\0';
			*line = from;
			*len = (size_t)(newline - from);
			s->at += *len + 1;
			return GOT_LINE;
		}
		if (s->len - s->at >= JOURNAL_LINE_CAP)
			return GOT_CUT;
		bool failed;
		if (fill(s, &failed))
			continue;
		if (failed)
			return GOT_ERROR;
		return s->at == s->len ? GOT_END : GOT_CUT;
	}
}

/* The digits of a checksum; false when they are not such. */
static bool
hex(const char *digits, uint32_t *value)
{
	uint32_t v = 0;
	for (int i = 0; i < JOURNAL_CRC_LEN; i++) {
		char c = digits[i];
		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*value = v;
	return true;
}

/* Where the payload of a good line begins; 0 for a line that is not good. */
static size_t
parse(const char *line, size_t len, uint64_t *mark)
{
	const size_t text = JOURNAL_CRC_LEN + 1;
	uint32_t crc;
	if (len < text || line[text - 1] != ' ' || !hex(line, &crc))
		return 0;
	size_t at = text;
	uint64_t value = 0;
	while (at < len && line[at] >= '0' && line[at] <= '9')
		value = value * 10 + (uint64_t)(line[at++] - '0');
	if (at == text || at == len || line[at] != ' ')
		return 0;
	if (crc32c(0, line + text, len - text) != crc)
		return 0;
	*mark = value;
	return at + 1;
}

static bool
give(struct source *s, char *payload, journal_record_fn *record, void *arg,
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
is_end(struct source *s, const char *line, size_t len, uint64_t count)
{
	char end[32];
	snprintf(end, sizeof(end), "%s%" PRIu64, STATE_END, count);
	char *more;
	size_t more_len;
	return len == strlen(end) && memcmp(line, end, len) == 0 &&
	       next_line(s, &more, &more_len) == GOT_END;
}

static bool
state_fault(struct source *s, enum got got)
{
	if (got == GOT_ERROR)
		return fault_read(s);
	journal_fault(s->journal, s->name, s->line,
	    got == GOT_END   ? "is damaged: the end marker is missing"
	    : got == GOT_CUT ? "is damaged: the line is cut"
			     : "is damaged: the line is not as written");
	return false;
}

static bool
replay_state(struct source *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	char *line;
	size_t len;
	enum got got = next_line(s, &line, &len);
	if (got != GOT_LINE || !is_header(line, len, STATE_HEADER))
		return state_fault(s, got);
	for (uint64_t count = 0;; count++) {
		got = next_line(s, &line, &len);
		if (got != GOT_LINE)
			return state_fault(s, got);
		uint64_t mark;
		size_t at = parse(line, len, &mark);
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
	       parse(octets, (size_t)(newline - octets), &mark) != 0 &&
	       mark > start;
}

/* Looks for that proof in all that follows `start`; uses up s->buf. */
static bool
look_for_proof(struct source *s, uint64_t start, bool *proof)
{
	*proof = false;
	for (uint64_t from = start;; from += CHUNK) {
		size_t len = 0;
		ssize_t n;
		do {
			n = pread(s->fd, s->buf + len, sizeof(s->buf) - len,
			    (off_t)(from + len));
			len += n > 0 ? (size_t)n : 0;
		} while (n > 0 || (n < 0 && errno == EINTR));
		if (n < 0)
			return fault_read(s);
		for (size_t i = 0; i < len && i < CHUNK && !*proof; i++)
			*proof = proves(s->buf + i, len - i, start);
		if (*proof || len <= CHUNK)
			return true;
	}
}

/* From a bad line on: a torn tail is cut off, damage is told. */
static bool
cut_tail(struct source *s, struct store_report *report)
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
replay_header(struct source *s, enum got got, const char *line, size_t len,
    struct store_report *report, bool *fresh)
{
	if (got == GOT_ERROR)
		return fault_read(s);
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
replay_lines(struct source *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	for (s->start = strlen(JOURNAL_HEADER);;) {
		char *line = NULL;
		size_t len = 0;
		enum got got = next_line(s, &line, &len);
		if (got == GOT_ERROR)
			return fault_read(s);
		if (got == GOT_END)
			return true;
		uint64_t mark = 0;
		size_t at = got == GOT_LINE ? parse(line, len, &mark) : 0;
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
replay_journal(struct source *s, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	struct journal *j = s->journal;
	char *line = NULL;
	size_t len = 0;
	bool fresh = false;
	enum got got = next_line(s, &line, &len);
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
replay_old(struct source *s, bool last, journal_record_fn *record, void *arg,
    struct store_report *report)
{
	char *line = NULL;
	size_t len = 0;
	enum got got = next_line(s, &line, &len);
	if (got == GOT_ERROR)
		return fault_read(s);
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
check_missing(const struct source s[FILES], size_t records)
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
file_len(const struct source *s)
{
	struct stat st;
	return s->fd >= 0 && fstat(s->fd, &st) == 0 ? st.st_size : 0;
}

static bool
replay_files(struct source s[FILES], journal_record_fn *record, void *arg,
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
	struct source *s = calloc(FILES, sizeof(*s));
	if (s == NULL) {
		journal_fault(j, NULL, 0, "no memory is left to read it");
		return false;
	}
	for (int i = 0; i < FILES; i++)
		s[i].fd = -1;
	bool ok = open_source(&s[STATE], j, "state", O_RDONLY) &&
		  open_source(&s[OLD], j, "journal.old", O_RDWR) &&
		  open_source(&s[JOURNAL], j, "journal", O_RDWR | O_APPEND) &&
		  replay_files(s, record, arg, report);
	for (int i = 0; i < FILES; i++)
		if (s[i].fd >= 0)
			close(s[i].fd);
	free(s);
	return ok;
}
