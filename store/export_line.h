/* A line of a section that is being written. */
#ifndef STORE_EXPORT_LINE_H
#define STORE_EXPORT_LINE_H

#include "store/lines.h"
#include "store/store.h"

struct export_line {
	store_line_fn *fn;
	void *arg;
	size_t len;
	char buf[LINES_MAX]; /* what is beyond is cut off */
};

void line_put(struct export_line *, const char *text, size_t len);
void line_text(struct export_line *, const char *text);
void line_hex(struct export_line *, const uint8_t *octets, size_t len);
void line_number(struct export_line *, uint32_t);
/* Hands it on, and begins the next one. */
void line_end(struct export_line *);

#endif
