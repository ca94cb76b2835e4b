/*
 * A disk that remembers what it was told and when, so that its power can be cut
 * afterwards, at any instant: what was synced stays, of the rest any part.
 *
 * The calls are also made for real, in a folder of the page cache; the syncs
 * are not.
 */
#ifndef TESTS_POWER_DISK_H
#define TESTS_POWER_DISK_H

#include "store/journal.h"

enum {
	POWER_FILES = 8,     /* names in the folder */
	POWER_NAME_CAP = 16, /* octets of a name */
};

/* What a folder holds. */
struct power_file {
	char name[POWER_NAME_CAP];
	char *octets;
	size_t len;
};
struct power_image {
	struct power_file files[POWER_FILES];
	unsigned nfiles;
};

extern const struct journal_io power_io;

/* Forgets all; the folder holds the image, all of it on disk. */
void power_begin(const struct power_image *);
/* Dead, it fails all calls and forgets them, as if the process had been
 * killed: what was written stays, synced or not. */
void power_die(bool dead);
/* How many calls have come since: instants at which to cut. */
unsigned power_calls(void);
/* Holds the disk up: calls wait meanwhile. */
void power_hold(void);
void power_go_on(void);
/* What is there when the power was cut after so many calls; chance() gives
 * numbers below its argument. */
void power_cut(
    struct power_image *, unsigned calls, unsigned (*chance)(unsigned below));
void power_image_free(struct power_image *);
/* Makes a folder hold an image and nothing else of the journal's. */
void power_write(const struct power_image *, const char *dir);

#endif
