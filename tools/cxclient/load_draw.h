/*
 * The next request of a load: its kind, its user, what it says.
 */
#ifndef CXCLIENT_LOAD_DRAW_H
#define CXCLIENT_LOAD_DRAW_H

#include "tools/cxclient/load_plan.h"

enum {
	LOAD_TYPES_MAX = 16,  /* assignment types of a load */
	LOAD_NAMES_MAX = 100, /* S-CSCFs that a load plays */
};

/* Zeroes but for the mix, one type, and the others at least 1. */
struct load_draw {
	struct load_mix mix;
	uint32_t types[LOAD_TYPES_MAX]; /* of the SARs */
	unsigned ntypes;
	uint32_t names;        /* S-CSCFs, numbered from 1 */
	uint32_t first, count; /* users */
	unsigned lanes;        /* connections */
	bool once;             /* users, then it is over */
	bool random;           /* users, types and names; not in turn */
	uint64_t seed;
	uint32_t turn; /* of types and names */
};

/* What a request is to be. */
struct load_ask {
	enum load_kind kind;
	uint32_t type, name;
	uint64_t user;
};

/* "registration,5": a list of Server-Assignment-Types by name or number.
 * False, and nothing stored: it is none. */
bool load_types_read(struct load_draw *, const char *text);
/* Whether there is another one for this connection. */
bool load_draw_more(const struct load_draw *, unsigned lane, uint32_t turn);
/* The next one for this connection, counted from 0; *turn is its own, 0 at
 * first.  A user has one connection, as far as there are as many users. */
struct load_ask load_draw_next(
    struct load_draw *, unsigned lane, uint32_t *turn);

#endif
