/*
 * Sections on their way from the lines of a file to the tables, and the faults
 * found among them, in their order.
 */
#ifndef STORE_LOAD_BATCH_H
#define STORE_LOAD_BATCH_H

#include "store/lines.h"
#include "store/store.h"

enum {
	LOAD_FAULT_LEN = 1024, /* octets of one, the NUL included */
	LOAD_BATCH_ITEMS = 512,
	LOAD_BATCH_CAP = 1 << 17, /* octets of what they say */
};

/* A private identity and what stands under it; what `given` has no bit for
 * is not set.  Texts but form end in NUL. */
struct load_impi {
	unsigned line;
	uint32_t given; /* bit per row of the table of keys */
	enum store_scheme scheme;
	bool has_op, has_password; /* instead of opc and ha1 */
	uint8_t k[16], op[16], opc[16], ha1[16], amf[2];
	uint8_t addr[16], addrlen;
	uint64_t seq, hash; /* hash: of the form */
	size_t len, rawlen, passwordlen, line_identifierlen;
	char *form;
	char *raw; /* as the file has it */
	char *password;
	char *line_identifier;
};

struct load_impu {
	unsigned line, set; /* set from 1 */
	int profile;        /* -1: that of the section */
	bool barred, psi, wildcard, inactive, is_default;
	uint64_t hash;           /* of the form */
	size_t len, display_len; /* display_len 0: none */
	size_t as_len;           /* 0: none */
	char *form;
	char *display;
	char *as;
};

struct load_section {
	unsigned line, end; /* where it began, and where what follows does */
	uint64_t hash;      /* of the name */
	uint32_t given;
	bool bad; /* a fault was told: it is not built */
	bool barred, unreg_services, loose_route, privileged;
	int profile, charging;
	size_t namelen, scscflen, visitedlen;
	unsigned nmandatory, noptional;
	unsigned nimpis, nimpus;
	uint32_t *caps;
	char *name;
	char *scscf;
	char *visited;
	struct load_impi *impis;
	struct load_impu *impus;
};

/* A section without fault, or a fault. */
struct load_item {
	unsigned file, line;
	const struct load_section *section; /* NULL: what is wrong */
	const char *what;
};

struct load_batch {
	size_t nitems, used;
	uint64_t read; /* octets of the files until now */
	struct load_item items[LOAD_BATCH_ITEMS];
	_Alignas(max_align_t) char octets[LOAD_BATCH_CAP];
};

/* Adds a copy.  False: there is no room; an empty batch has some for any. */
bool load_batch_section(
    struct load_batch *, unsigned file, const struct load_section *);
bool load_batch_fault(struct load_batch *, unsigned file, unsigned line,
    const char *what, size_t len);
/* Empties and wipes it. */
void load_batch_clear(struct load_batch *);

#endif
