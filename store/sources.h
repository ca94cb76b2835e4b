/* Which file each subscription of some tables is of.  They were read file by
 * file, so where each file begins says it all. */
#ifndef STORE_SOURCES_H
#define STORE_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	char *file;
	uint32_t first; /* reference of its first subscription */
};

/* All zero is empty. */
struct sources {
	struct source *list;
	size_t n;
};

/* A subscription with this reference, above all before, is the first of a
 * file.  False: out of memory. */
bool sources_note(struct sources *, const char *file, uint32_t ref);
/* The file of a subscription; NULL: not known. */
const char *sources_find(const struct sources *, uint32_t ref);
void sources_free(struct sources *);

#endif
