/* A queue of octets that grows on demand up to a limit (private). */
#ifndef DIAMETER_BUF_H
#define DIAMETER_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: empty, holding no memory. */
struct dia_buf {
	uint8_t *p;
	size_t start, end, cap; /* octets in use: p[start] to p[end - 1] */
};

size_t dia_buf_len(const struct dia_buf *);
const uint8_t *dia_buf_at(const struct dia_buf *);
/* Appends.  False, and nothing appended, when it would hold more than max
 * octets or there is no memory. */
bool dia_buf_put(struct dia_buf *, const void *, size_t len, size_t max);
/* Takes len octets, which must be there, from the front. */
void dia_buf_drop(struct dia_buf *, size_t len);
/* Forgets everything and gives the memory back. */
void dia_buf_free(struct dia_buf *);

#endif
