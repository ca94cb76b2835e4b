/*
 * Names behind numbers that the store's user gave: of profiles and of
 * charging sections.  What is exported, or carried into tables with other
 * numbers, goes by name.
 */
#ifndef STORE_LABELS_H
#define STORE_LABELS_H

#include <stdbool.h>
#include <stdint.h>

struct labels {
	char **texts; /* NULL: never noted */
	uint32_t n;
};

/* Keeps a copy of the name of a number, once.  False: out of memory. */
bool labels_note(struct labels *, uint16_t number, const char *name);
/* NULL: never noted. */
const char *labels_text(const struct labels *, uint16_t number);
void labels_free(struct labels *);

#endif
