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

/* What there is in a text that was checked. */
struct profile_shape {
	size_t extension;  /* where its Extension begins; the end without one */
	size_t shared_end; /* behind the last SharedIFCSetID, 0 without */
	bool only_criteria; /* nothing but InitialFilterCriteria */
	unsigned nshared, npriorities;
	struct {
		uint32_t number;
		unsigned line;
	} shared[PROFILE_REPEAT_MAX];
	uint32_t priorities[PROFILE_CRITERIA_MAX];
};

/*
 * Checks the text of a file and writes it normalised: no comments, no white
 * space between elements.  Tells every fault (of which `file` is the name) and
 * returns their number; 0: out and shape are whole.
 */
size_t profile_check(const char *file, const char *text, size_t len,
    struct xml *out, struct profile_shape *, cx_fault_fn *, void *arg);

/* Octets of a byte order mark and an XML declaration, which may not stand
 * inside our root; adds their lines. */
size_t profile_prologue(
    struct profile_report *, unsigned *lines, const char *text, size_t len);
/* What to say behind expat's word about an error (enum XML_Error) at this
 * octet; closed: the root is. */
const char *profile_hint(
    int e, size_t at, bool closed, const char *text, size_t len);

/* --- Folders --- */

struct profile {
	char *name; /* without .xml */
	char *text; /* NULL: faulty */
	size_t len;
	char *whole; /* with the criteria of shared sets; NULL: as text */
	size_t whole_len;
	struct profile_shape *shape; /* of a shared set */
};

struct cx_profiles {
	struct profile *list; /* by name */
	size_t n, cap;
};

/* A folder being read: where its faults go, and how many there are. */
struct profile_folder {
	cx_fault_fn *fn;
	void *arg;
	size_t n;
	const struct cx_profiles *shared; /* NULL: there are none */
	bool is_shared;                   /* it is these that are read */
};

extern const char profile_suffix[5]; /* of the name of a file */

void profile_tell_line(struct profile_folder *, const char *file, unsigned line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
#define profile_tell(r, file, ...) profile_tell_line(r, file, 0, __VA_ARGS__)
/* A copy with a NUL behind; NULL: out of memory. */
char *profile_copy(const char *text, size_t len);
/* What is left to do with a text that was checked: a profile gets the criteria
 * of its shared sets, a shared set keeps its shape.  buf: PROFILE_TEXT_MAX
 * octets to work in.  False after telling. */
bool profile_finish(struct profile *, struct profile_shape *, const char *path,
    char *buf, struct profile_folder *);

#endif
