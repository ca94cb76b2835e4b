/* Lines of a file that may hold secrets: no copy of one outlives the reader. */
#ifndef STORE_LINES_H
#define STORE_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum {
	LINES_MAX = 4096,     /* octets of a line, its end not counted */
	LINES_BLOCK = 1 << 16 /* octets read at a time */
};

enum lines_result { LINES_OK, LINES_END, LINES_LONG, LINES_ERROR };

struct lines {
	int fd;           /* -1: of a text */
	const char *text; /* what is left of it */
	size_t text_len;
	bool eof, skipping; /* skipping: the rest of a line that is too long */
	size_t pos, len;
	char block[LINES_BLOCK + 1];
};

/* False: errno says why. */
bool lines_open(struct lines *, const char *path);
/* The same for a text of the caller's, which stays where it is until the
 * end. */
void lines_open_text(struct lines *, const char *text, size_t len);
/* The next line, NUL-terminated, without its end; it may be changed and lives
 * until the next call.  LINES_LONG: the line is skipped.  LINES_ERROR: errno
 * says why. */
enum lines_result lines_next(struct lines *, char **line, size_t *len);
/* Wipes the block. */
void lines_close(struct lines *);

#endif
