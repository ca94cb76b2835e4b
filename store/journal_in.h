/*
 * Lines out of a file of the journal's folder, at open.
 */
#ifndef STORE_JOURNAL_IN_H
#define STORE_JOURNAL_IN_H

#include "store/journal_impl.h"

enum { JOURNAL_IN_CHUNK = 65536 };

/* A file being read by lines. */
struct journal_in {
	struct journal *journal;
	const char *name;
	int fd;
	unsigned line;  /* of what journal_in_line() gave, from 1 */
	uint64_t start; /* its place in the file */
	bool keep_tail; /* a later file says that all of it was on disk */
	size_t at, len; /* in buf: what is not yet given, and its end */
	char buf[JOURNAL_IN_CHUNK + JOURNAL_LINE_CAP];
};

/* END is no octet more; CUT is octets without a newline where a line can
 * still have one, and they stay where they are. */
enum journal_got { GOT_LINE, GOT_END, GOT_CUT, GOT_ERROR };

/* Opens one of the folder for reading; a file that is missing has fd -1.  False
 * after telling the fault. */
bool journal_in_open(
    struct journal_in *, struct journal *, const char *name, int flags);
/* Tells that it cannot be read; false. */
bool journal_in_fault(struct journal_in *);
/* The next line, its newline made a NUL. */
enum journal_got journal_in_line(struct journal_in *, char **line, size_t *len);
/* Where the payload of a good line begins; 0 for a line that is not good. */
size_t journal_in_parse(const char *line, size_t len, uint64_t *mark);

#endif
