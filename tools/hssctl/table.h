/* Aligned columns on stdout. */
#ifndef HSSCTL_TABLE_H
#define HSSCTL_TABLE_H

#include <jansson.h>

enum { TABLE_COLUMNS_MAX = 8 };

struct table_column {
	const char *title;
	const char *key; /* in each row's object */
};

/* Widths grow from one page to the next. */
struct table {
	const char *indent;
	struct table_column columns[TABLE_COLUMNS_MAX]; /* title NULL ends */
	int widths[TABLE_COLUMNS_MAX];
	int lines; /* printed so far, the head included */
};

/* A line for each object of an array, after the head if that is due.  Texts,
 * whole numbers, true as yes, arrays of texts with a comma between; what is
 * absent, null, false or empty shows as "-". */
void table_print(struct table *, const json_t *rows);
/* Such a value as a text that lives until the fourth call from here. */
const char *table_text(const json_t *value);

#endif
