/*
 * What happened, step by step: a line a step for people, an object a line for
 * machines.
 */
#ifndef CXCLIENT_SHOW_H
#define CXCLIENT_SHOW_H

#include "diameter/codec.h"

#include <stdio.h>

struct show {
	FILE *out;
	bool json, colour;
};

/* A step: its name ("UAR"), how it went, and the outcome in words.  Then any
 * number of facts, then show_end().  A fact whose value is NULL or absent is
 * left out.  Texts of the server are escaped. */
void show_begin(
    const struct show *, const char *step, bool ok, const char *outcome);
void show_text(const struct show *, const char *key, const char *);
void show_slice(const struct show *, const char *key, struct dia_slice);
void show_hex(const struct show *, const char *key, const void *, size_t len);
void show_number(const struct show *, const char *key, uint64_t);
void show_ms(const struct show *, const char *key, double);
void show_end(const struct show *);

#endif
