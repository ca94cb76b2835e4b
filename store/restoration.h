/*
 * S-CSCF restoration information (TS 23.380, 4.2; TS 29.228, 6.1.2.1): octets
 * that an S-CSCF leaves with the registration of a private identity in an
 * implicit set, for the one that takes its place.
 *
 * Kept beside the subscriptions, since few have any.
 */
#ifndef STORE_RESTORATION_H
#define STORE_RESTORATION_H

#include "store/hash.h"

struct restoration_piece {
	struct restoration_piece *next;
	uint16_t len;
	uint8_t set; /* from 0 */
	uint8_t octets[];
};

/* Of one private identity; it stays when its last piece is gone. */
struct restoration {
	struct restoration_piece *pieces;
	char *impi; /* canonical form, not NUL-terminated */
	uint8_t len;
};

struct restorations {
	struct restoration *list;
	uint32_t count, cap;
	struct hash index;
};

/* Must stay where it is until restorations_free(). */
void restorations_init(struct restorations *, const uint64_t key[2]);
/* NULL: there is none. */
const struct restoration_piece *restorations_find(
    const struct restorations *, const char *impi, size_t len, unsigned set);
/* A piece to give to restorations_put(); NULL: out of memory. */
struct restoration_piece *restorations_piece(
    unsigned set, const void *octets, size_t len);
/* The identity's entry, made if need be; NULL: out of memory. */
struct restoration *restorations_entry(
    struct restorations *, const char *impi, size_t len);
/* Puts a piece in the place of that of its set, and owns it. */
void restorations_put(struct restoration *, struct restoration_piece *);
void restorations_drop(
    struct restorations *, const char *impi, size_t len, unsigned set);
void restorations_free(struct restorations *);

#endif
