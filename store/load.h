/* What the files that read the operator's subscribers share. */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "store/lines.h"
#include "store/local.h"

#include <string.h>

enum {
	LOAD_FAULTS_MAX = 100, /* told; the others are counted */
	LOAD_FAULT_LEN = 1024, /* octets of one, the NUL included */
};

/* A private identity and what stands under it; what `given` has no bit for
 * is not set. */
struct load_impi {
	unsigned line;
	uint32_t given; /* bit per row of the table of keys */
	enum store_scheme scheme;
	bool has_op, has_password; /* instead of opc and ha1 */
	uint8_t k[16], op[16], opc[16], ha1[16], amf[2];
	uint8_t addr[16], addrlen;
	uint64_t seq, hash; /* hash: of the form */
	size_t len, rawlen;
	char form[STORE_NAME_MAX];
	char raw[STORE_NAME_MAX + 1]; /* as the file has it */
	char password[STORE_NAME_MAX + 1];
	char line_identifier[STORE_NAME_MAX + 1];
};

struct load_impu {
	unsigned line, set; /* set from 1 */
	int profile;        /* -1: that of the section */
	bool barred, psi, wildcard, inactive, is_default;
	uint64_t hash;           /* of the form */
	size_t len, display_len; /* display_len 0: none */
	size_t as_len;           /* 0: none */
	char form[STORE_NAME_MAX];
	char display[STORE_NAME_MAX];
	char as[STORE_NAME_MAX];
};

/* The section being read. */
struct load_section {
	unsigned line; /* 0: none has begun */
	uint64_t hash; /* of the name */
	uint32_t given;
	bool bad; /* a fault was told: it is not built */
	bool barred, unreg_services, loose_route, privileged;
	int profile, charging;
	size_t namelen, scscflen, visitedlen;
	unsigned nmandatory, noptional;
	uint32_t caps[STORE_CAPS_MAX];
	unsigned nimpis, nimpus;
	char name[STORE_NAME_MAX];
	char scscf[STORE_NAME_MAX];
	char visited[LINES_MAX];
	/* One more of each takes what is beyond the limit. */
	struct load_impi impis[STORE_IMPIS_MAX + 1];
	struct load_impu impus[STORE_IMPUS_MAX + 1];
};

/* Where a section that is built was. */
struct load_place {
	uint32_t ref;
	unsigned line, file;
};

struct load {
	struct store *store;
	struct tables *tables; /* being built */
	const char *const *files;
	unsigned file, line; /* at present */
	store_fault_fn *fault;
	void *arg;
	size_t faults, told;
	bool no_memory;
	int default_profile; /* -1: not asked for yet */
	struct load_place *places;
	size_t nplaces, places_cap;
	struct load_section section;
	struct lines lines;
	struct pattern_code pattern; /* of the impu at hand */
};

/* Tells a fault at a line of the file being read; the section is bad then. */
void load_fault(struct load *, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Tells once that there is no memory; the load is over then. */
void load_no_memory(struct load *);

/* --- load_keys.c --- */

/* Most keys differ in their first letter, which costs no call. */
static inline bool
load_is_key(const char *a, const char *b)
{
	return *a == *b && strcmp(a, b) == 0;
}

/* One `key = value`, both trimmed. */
void load_key(struct load *, const char *key, char *value);
/* Marks a row of a key table as given.  False after telling the fault: it was
 * given before to the same `of`, or has no value. */
bool load_first(struct load *, uint32_t *given, unsigned row, const char *key,
    const char *of, const char *value);

/* --- load_impi.c --- */

/* The value of impi. */
void load_impi(struct load *, char *value);
/* A key that stands under an impi; false: it is none of those. */
bool load_impi_key(struct load *, const char *key, char *value);
/* The names of those keys. */
const char *load_impi_keys(void);
/* Faults for what goes with another scheme, and for what is missing. */
void load_check_impi(struct load *, const struct load_impi *);

/* --- load_impu.c --- */

/* The value of impu: URI and flags. */
void load_impu(struct load *, char *value);
/* The number of a profile; -1 after telling the fault. */
int load_profile(struct load *, unsigned line, const char *name);

/* --- load_section.c --- */

/* Checks the section and builds it; nothing if none has begun. */
void load_section_end(struct load *);

/* How many sets the IMPUs of a section are in. */
unsigned load_nsets(const struct load_section *);
/* The default IMPU of a set, counted from 1; -1: the set is empty. */
int load_default(const struct load_section *, unsigned set);

/* --- load_build.c --- */

/* Puts the section into the tables, or tells that it or an identity of it is
 * there already.  False: out of memory. */
bool load_build(struct load *);

/* --- reload.c --- */

/* Carries registrations and SQNs from the store's tables into the new ones,
 * and journals what is lost on the way.  NULL, or why it cannot be. */
const char *reload_carry(struct store *, struct tables *);

#endif
