/*
 * A queue of octets, contiguous, for what a connection could not yet read to
 * the end or write.  An empty queue keeps a little memory for the next turn
 * and gives back more than that.
 */
#include "diameter/buf.h"

#include <stdlib.h>
#include <string.h>

enum { BUF_LEAST = 512, BUF_KEEP = 16384 };

size_t
dia_buf_len(const struct dia_buf *b)
{
	return b->end - b->start;
}

const uint8_t *
dia_buf_at(const struct dia_buf *b)
{
	return b->p + b->start;
}

static bool
grow(struct dia_buf *b, size_t need)
{
	size_t cap = b->cap > 0 ? b->cap : BUF_LEAST;

	while (cap < need)
		cap *= 2;

	uint8_t *p = realloc(b->p, cap);

	if (p == NULL)
		return false;
	b->p = p;
	b->cap = cap;
	return true;
}

bool
dia_buf_put(struct dia_buf *b, const void *octets, size_t len, size_t max)
{
	size_t used = dia_buf_len(b);

	if (len == 0)
		return true;
	if (used > max || len > max - used)
		return false;
	if (len > b->cap - b->end && b->start > 0) {
		memmove(b->p, b->p + b->start, used);
		b->start = 0;
		b->end = used;
	}
	if (len > b->cap - b->end && !grow(b, used + len))
		return false;
	memcpy(b->p + b->end, octets, len);
	b->end += len;
	return true;
}

void
dia_buf_drop(struct dia_buf *b, size_t len)
{
	b->start += len;
	if (b->start < b->end)
		return;
	if (b->cap > BUF_KEEP)
		dia_buf_free(b);
	b->start = b->end = 0;
}

void
dia_buf_free(struct dia_buf *b)
{
	free(b->p);
	*b = (struct dia_buf){ 0 };
}
