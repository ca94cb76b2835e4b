/*
 * Checking service profiles, shared between profile*.c (private to cx/).
 */
#ifndef CX_PROFILE_H
#define CX_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx/cx.h"

struct xml;

enum {
	PROFILE_FILE_MAX = 262144,  /* octets of a file, comments included */
	PROFILE_TEXT_MAX = 32768,   /* octets kept of it, to leave half of a
				       Diameter message to identities */
	PROFILE_VALUE_MAX = 2048,   /* octets of one value */
	PROFILE_PATTERN_MAX = 255,  /* characters that an S-CSCF copes with */
	PROFILE_CRITERIA_MAX = 128, /* InitialFilterCriteria of a profile */
	PROFILE_REPEAT_MAX = 256,   /* any other element that may repeat */
	PROFILE_DEPTH_MAX = 16,     /* elements inside elements */
	PROFILE_NAME_MAX = 64,      /* octets of a name, without .xml */
	PROFILES_MAX = 4096,        /* of a folder */
};

/* What an element holds: elements (those of the rows with it as parent) or a
 * value. */
enum profile_type {
	PROFILE_ROOT, /* ServiceProfile after its PublicIdentity elements */
	PROFILE_CNSA,
	PROFILE_CNSA_EXT,
	PROFILE_SERVICE_IDS,
	PROFILE_IFC,
	PROFILE_TRIGGER,
	PROFILE_SPT,
	PROFILE_SPT_EXT,
	PROFILE_SIP_HEADER,
	PROFILE_SDP,
	PROFILE_AS,
	PROFILE_AS_EXT,
	PROFILE_ROOT_EXT,
	PROFILE_OPEN, /* the last Extension of a chain: anything */

	PROFILE_MARKER, /* first of the values: present and empty */
	PROFILE_BOOLEAN,
	PROFILE_NATURAL,
	PROFILE_0_1,
	PROFILE_0_2,
	PROFILE_0_4,
	PROFILE_TOKEN, /* text without white space around it */
	PROFILE_TEXT,  /* text as it is */
	PROFILE_PATTERN,
	PROFILE_SIP_URI,
};

/* A row of the schema.  Elements of one step exclude each other; a higher step
 * comes later; min and max count the elements of the step. */
struct profile_row {
	enum profile_type parent;
	uint8_t step;
	const char *name;
	uint16_t min, max;
	enum profile_type type;
};
enum { PROFILE_STEPS = 5 };

extern const struct profile_row profile_rows[];
extern const size_t profile_nrows;
const struct profile_row *profile_row(
    enum profile_type parent, const char *name);

/* An element that is open. */
struct profile_frame {
	char name[64];
	enum profile_type type;
	unsigned line;
	unsigned step;                  /* of the last child */
	uint16_t counts[PROFILE_STEPS]; /* children of each step */
	bool empty;
};

/* Where faults go, and how many there are. */
struct profile_report {
	const char *file;
	cx_fault_fn *fn; /* or NULL */
	void *arg;
	size_t n;
};
void profile_fault(struct profile_report *, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Order and number of one more child of an element. */
void profile_count(struct profile_report *, unsigned line,
    struct profile_frame *, const struct profile_row *);
/* Tells of children that have to be there, when the element closes. */
void profile_missing(struct profile_report *, const struct profile_frame *);
/* Tells that an element holds none of this name. */
void profile_unknown(struct profile_report *, unsigned line,
    const struct profile_frame *, const char *name);

/* NULL, or what is wrong with a value of this type and what would be right.
 * The value is NUL-terminated and not empty. */
const char *profile_value_fault(enum profile_type, const char *value);

/*
 * Checks the text of a file and writes it normalised: no comments, no white
 * space between elements.  Tells every fault (of which `file` is the name) and
 * returns their number; 0: out is whole.
 */
size_t profile_check(const char *file, const char *text, size_t len,
    struct xml *out, cx_fault_fn *, void *arg);

#endif
