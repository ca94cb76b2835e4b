/*
 * What the files that read the operator's subscribers share.
 *
 * Two halves: a reader makes sections of lines (load_read.c, load_keys.c,
 * load_impi.c, load_impu.c, load_section.c) and puts them into batches, in
 * their order among the faults; load.c takes batches and builds tables of them
 * (load_build.c).  Of large files the reader is a thread of its own
 * (load_ring.c).
 */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "store/lines.h"
#include "store/load_batch.h"
#include "store/local.h"

#include <stdatomic.h>
#include <string.h>

enum { LOAD_FAULTS_MAX = 100 /* told; the others are counted */ };

/* Where the texts of the section at hand are. */
struct load_impi_room {
	char form[STORE_NAME_MAX];
	char raw[STORE_NAME_MAX + 1];
	char password[STORE_NAME_MAX + 1];
	char line_identifier[STORE_NAME_MAX + 1];
};
struct load_impu_room {
	char form[STORE_NAME_MAX];
	char display[STORE_NAME_MAX];
	char as[STORE_NAME_MAX];
};
struct load_room {
	uint32_t caps[STORE_CAPS_MAX];
	char name[STORE_NAME_MAX];
	char scscf[STORE_NAME_MAX];
	char visited[LINES_MAX];
	/* One more of each takes what is beyond the limit. */
	struct load_impi impis[STORE_IMPIS_MAX + 1];
	struct load_impu impus[STORE_IMPUS_MAX + 1];
	struct load_impi_room impi_texts[STORE_IMPIS_MAX + 1];
	struct load_impu_room impu_texts[STORE_IMPUS_MAX + 1];
};

/* A full batch for an empty one; NULL: the load is over. */
typedef struct load_batch *load_flush_fn(void *arg, struct load_batch *);

/* The half that reads; of the tables it knows only the key of their hashes,
 * and the names of profiles and charging sections, which are its own until all
 * is read. */
struct load_reader {
	const struct store_hooks *hooks;
	uint64_t key[2];
	struct labels *profiles, *chargings;
	const char *const *files;
	size_t nfiles;
	const char *text; /* in the place of the only file, or NULL */
	size_t text_len;
	load_flush_fn *flush;
	void *arg;
	struct load_batch *batch; /* NULL: the load is over */

	unsigned file, line; /* at present */
	uint64_t octets;     /* of the lines until now */
	int default_profile; /* -1: not asked for yet */
	struct lines lines;
	struct pattern_code pattern; /* of the impu at hand */
	struct load_section section; /* line 0: none has begun */
	struct load_room room;       /* for it */
};

/* Where a section that is built was. */
struct load_place {
	uint32_t ref;
	unsigned line, file;
};

/* What to make tables of.  All of it lives until the end. */
struct load_plan {
	const uint64_t *key; /* of their hash tables */
	const struct store_hooks *hooks;
	const char *const *files;
	size_t nfiles;
	const atomic_bool *cancel; /* true: it ends soon; or NULL */
	store_fault_fn *fault;
	void *arg;
};

/* The half that builds. */
struct load {
	const struct load_plan *plan;
	struct load_plan text; /* for a text */
	struct tables *tables; /* being built */
	const char *name;      /* files, where it is the only one */
	const char *const *files;
	struct load_reader *reader; /* of texts */
	struct load_batch *batch;   /* when there is no ring */
	unsigned file, line;        /* at present */
	store_fault_fn *fault;
	void *arg;
	size_t faults, told;
	bool no_memory;
	uint64_t octets; /* of the files, until the tables have room for them */
	struct load_place *places;
	size_t nplaces, places_cap;
	const struct load_section *section; /* at present */
};

/* --- load.c --- */

/* Reads files into new tables, and touches nothing else: any thread may.
 * Returns the number of faults told; with any, or cancelled, *tables is
 * NULL. */
size_t load_tables(const struct load_plan *, struct tables **tables);

/* Tells a fault at a line of the file at hand. */
void load_fault(struct load *, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Tells once that there is no memory; the load is over then. */
void load_no_memory(struct load *);

/* Reads texts into tables, which may be there already: begin, any number of
 * texts, end, which returns the number of faults told.  A name stands for the
 * text in faults and must live until the end.  Begin returns NULL when memory
 * is out. */
struct load *load_begin(const struct store *, struct tables *, const char *name,
    store_fault_fn *, void *arg);
void load_more(struct load *, const char *text, size_t len);
size_t load_end(struct load *);

/* --- load_build.c --- */

/* Puts the section into the tables, or tells that it or an identity of it is
 * there already.  False: out of memory. */
bool load_build(struct load *);

/* --- load_read.c --- */

/* Reads all files, batch after batch. */
void load_read(struct load_reader *);
/* Puts a fault at a line of the file being read into the batch; the section is
 * bad then. */
void load_wrong(struct load_reader *, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts the section into the batch. */
void load_put(struct load_reader *);

/* --- load_keys.c --- */

static inline bool
load_is_key(const char *key, size_t len, const char *name, size_t name_len)
{
	return len == name_len && memcmp(key, name, len) == 0;
}

/* One `key = value`, both trimmed and NUL-terminated. */
void load_key(struct load_reader *, const char *key, size_t key_len,
    char *value, size_t len);
/* Marks a row of a key table as given.  False after telling the fault: it was
 * given before to the same `of`, or has no value. */
bool load_first(struct load_reader *, uint32_t *given, unsigned row,
    const char *key, const char *of, const char *value);

/* --- load_impi.c --- */

/* The value of impi. */
void load_impi(struct load_reader *, char *value, size_t len);
/* A key that stands under an impi; false: it is none of those. */
bool load_impi_key(struct load_reader *, const char *key, size_t key_len,
    char *value, size_t len);
/* The names of those keys. */
const char *load_impi_keys(void);
/* Faults for what goes with another scheme, and for what is missing. */
void load_check_impi(struct load_reader *, const struct load_impi *);

/* --- load_impu.c --- */

/* The value of impu: URI and flags. */
void load_impu(struct load_reader *, char *value, size_t len);
/* The number of a profile; -1 after telling the fault. */
int load_profile(struct load_reader *, unsigned line, const char *name);

/* --- load_section.c --- */

/* Checks the section and puts it into the batch, unless it is bad; nothing if
 * none has begun. */
void load_section_end(struct load_reader *);

/* How many sets the IMPUs of a section are in. */
unsigned load_nsets(const struct load_section *);
/* The default IMPU of a set, counted from 1; -1: the set is empty. */
int load_default(const struct load_section *, unsigned set);

/* --- load_ring.c --- */

struct load_ring;

/* Has a thread of its own read; NULL: there is none to have. */
struct load_ring *load_ring_new(struct load_reader *);
/* The next batch of the reader, who gets back the one before it; NULL: that
 * was the last. */
struct load_batch *load_ring_next(struct load_ring *);
/* Ends the reader, be it at the end or not. */
void load_ring_free(struct load_ring *);

#endif
