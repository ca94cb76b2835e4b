/*
 * One section of a subscribers file, made once and then changed digit by digit
 * for each subscriber.
 */
#ifndef SUBGEN_SECTION_H
#define SUBGEN_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IMSI_LEN = 15,
	SECTION_IMPUS_MAX = 64, /* as many as hssd takes */
	SECTION_CAP = 64 * 1024,
};

/* What the users are. */
struct section_about {
	const char *first; /* IMSI_LEN digits */
	const char *realm;
	bool digest;     /* a password, not a SIM */
	const char *key; /* of a SIM: "op" or "opc" */
	const char *impus[SECTION_IMPUS_MAX];
	size_t nimpus;
	uint64_t count;
};

/* Where the last digits of the IMSI stand. */
struct section_spot {
	size_t at, width;
};

struct section {
	size_t len, nspots;
	struct section_spot spots[SECTION_IMPUS_MAX + 8];
	char imsi[IMSI_LEN];
	char text[SECTION_CAP];
};

/* Makes the section of the first user.  NULL, or what is wrong. */
const char *section_make(struct section *, const struct section_about *);
/* Makes it that of the next IMSI. */
void section_next(struct section *);

#endif
