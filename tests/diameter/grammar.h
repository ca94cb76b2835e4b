/*
 * A grammar to scan against, and the struct it fills.
 */
#ifndef TESTS_DIAMETER_GRAMMAR_H
#define TESTS_DIAMETER_GRAMMAR_H

#include "tests/diameter/octets.h"

/* What the grammar fills. */
struct request {
	struct dia_slice session_id, origin_host, user_name;
	struct dia_slice scheme, auth_item;
	struct dia_u32 sat, vendor, drmp, features;
	struct dia_list impus;
};

enum { NGRAMMAR = 12 };
extern const struct dia_field grammar[NGRAMMAR];

extern struct octets o;
extern struct request req;
extern struct dia_fault fault;

/* A Session-Id in o, which the grammar requires. */
void setup(void);
/* Scans o where it lies in memory of just its size, which stays; fills req or
 * fault. */
bool scan(void);
/* Groups inside groups, of a kind that may repeat, added to o. */
void add_nested(unsigned depth);

#endif
