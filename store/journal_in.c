/* Lines out of a file of the journal's folder. */
#include "store/journal_in.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/crc32c.h"

bool
journal_in_open(
    struct journal_in *s, struct journal *j, const char *name, int flags)
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

bool
journal_in_fault(struct journal_in *s)
{
	journal_fault(s->journal, s->name, s->line, "cannot be read: %s",
	    strerror(errno));
	return false;
}

/* Fills buf; returns false at the end of the file and on error. */
static bool
fill(struct journal_in *s, bool *failed)
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
enum journal_got
journal_in_line(struct journal_in *s, char **line, size_t *len)
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
size_t
journal_in_parse(const char *line, size_t len, uint64_t *mark)
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
