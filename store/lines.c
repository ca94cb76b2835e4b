/* Lines of a file that may hold secrets. */
#include "store/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool
lines_open(struct lines *l, const char *path)
{
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	l->eof = l->skipping = false;
	l->pos = l->len = 0;
	return l->fd >= 0;
}

void
lines_open_text(struct lines *l, const char *text, size_t len)
{
	l->fd = -1;
	l->text = text;
	l->text_len = len;
	l->eof = l->skipping = false;
	l->pos = l->len = 0;
}

/* As read(2) does. */
static ssize_t
read_more(struct lines *l, char *buf, size_t cap)
{
	if (l->fd >= 0)
		return read(l->fd, buf, cap);
	if (cap > l->text_len)
		cap = l->text_len;
	memcpy(buf, l->text, cap);
	l->text += cap;
	l->text_len -= cap;
	return (ssize_t)cap;
}

/* Moves what is left to the front and reads more behind it. */
static bool
refill(struct lines *l)
{
	ssize_t n;

	l->len -= l->pos;
	memmove(l->block, l->block + l->pos, l->len);
	l->pos = 0;
	do {
		n = read_more(l, l->block + l->len, LINES_BLOCK - l->len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return false;
	l->eof = n == 0;
	l->len += (size_t)n;
	return true;
}

/* Cuts the line that ends at `end` out of the block. */
static enum lines_result
cut(struct lines *l, char *end, char **line, size_t *len)
{
	*line = l->block + l->pos;
	*len = (size_t)(end - *line);
	l->pos += *len + (l->pos + *len < l->len);
	*end = '\0';
	if (!l->skipping && *len <= LINES_MAX)
		return LINES_OK;
	l->skipping = false;
	return LINES_LONG;
}

enum lines_result
lines_next(struct lines *l, char **line, size_t *len)
{
	for (;;) {
		char *start = l->block + l->pos;
		size_t left = l->len - l->pos;
		char *end = memchr(start, '\n', left);

		if (end != NULL)
			return cut(l, end, line, len);
		if (l->eof && left == 0 && !l->skipping)
			return LINES_END;
		if (l->eof)
			return cut(l, start + left, line, len);
		if (left > LINES_MAX) {
			l->skipping = true;
			l->pos = l->len;
		}
		if (!refill(l))
			return LINES_ERROR;
	}
}

void
lines_close(struct lines *l)
{
	explicit_bzero(l->block, sizeof l->block);
	if (l->fd >= 0)
		close(l->fd);
}
