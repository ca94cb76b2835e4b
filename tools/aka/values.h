/*
 * What aka computes with: named values from options and files, checked as they
 * come and kept as text.
 */
#ifndef VALUES_H
#define VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VALUE_MAX = 255,         /* characters of a value */
	VALUES_FILE_MAX = 16384, /* octets of a file of them */
};

enum value {
	VALUE_K,
	VALUE_OP,
	VALUE_OPC,
	VALUE_SQN,
	VALUE_AMF,
	VALUE_RAND,
	VALUE_AUTN,
	VALUE_AUTS,
	VALUE_RES,
	VALUE_USER,
	VALUE_REALM,
	VALUE_METHOD,
	VALUE_URI,
	VALUE_NONCE,
	VALUE_NC,
	VALUE_CNONCE,
	NVALUES,
};

struct value_kind {
	char letter;       /* of its option */
	const char *name;  /* in files and output */
	const char *title; /* as the specifications call it */
	size_t digits;     /* exactly so many hex digits; 0: any text */
	bool secret;
	const char *what; /* a line of help */
};

/* One row for each enum value. */
extern const struct value_kind value_kinds[NVALUES];

struct values {
	char text[NVALUES][VALUE_MAX + 1]; /* "": not given */
};

/* The value of an option, NVALUES if there is none. */
enum value value_of_letter(int letter);
bool value_given(const struct values *, enum value);
/* Checks and keeps a value; a later one replaces it.  False: refused, and
 * stderr says why, where (such as "-k") in front. */
bool value_set(
    struct values *, enum value, const char *text, const char *where);
/* The digits/2 octets of a value that was given and has digits. */
void value_octets(const struct values *, enum value, uint8_t *out);
/* Values from a file of lines `name = value`, "-" for standard input; `#`
 * starts a comment.  Everything aka prints can be read.  False: said on
 * stderr. */
bool values_read(struct values *, const char *path);

#endif
