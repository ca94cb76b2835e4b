/*
 * Subscribers in memory, their state made durable by a journal.
 *
 * Two owners: the operator's subscriber files are only read; the folder given
 * to store_open() is hssd's own and holds `state` (snapshot), `journal`
 * (append-only, one checksummed text line a record), at times journal.old
 * (what a snapshot under way will hold) and `lock`.  Registrations and SQNs are
 * there, and subscriptions that were imported, with their keys.
 *
 * One thread owns all that is in memory and calls everything here; threads of
 * the store's own put records on disk, and read files during a reload.  A
 * change is in memory at once and durable later: store_position() says what to
 * wait for.
 *
 * The store knows nothing of Diameter, of crypto or of logging.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STORE_NAME_MAX = 255, /* octets of an identity or S-CSCF name */
	STORE_IMPIS_MAX = 16, /* of one subscription */
	STORE_IMPUS_MAX = 64,
	STORE_SETS_MAX = 16,          /* implicit registration sets */
	STORE_CAPS_MAX = 16,          /* capabilities of a subscription */
	STORE_SCSCFS_MAX = 4096,      /* different S-CSCFs assigned at a time */
	STORE_RESTORATION_MAX = 2048, /* octets kept for an S-CSCF */
	STORE_SQN_STEP = 64,          /* vectors a journal record allows */
	STORE_SQN_STEP_MAX = 254,     /* see store_impi.left */
	STORE_SQN_IND_BITS = 5,       /* TS 33.102, C.1.1: SQN = SEQ || IND */
};

enum store_scheme { STORE_AKA, STORE_DIGEST, STORE_NASS, STORE_GIBA };
enum store_state { STORE_NOT_REGISTERED, STORE_REGISTERED, STORE_UNREGISTERED };

/* What an answer waits for before it promises that state has changed. */
enum store_durability {
	STORE_SYNC,  /* that the change is on disk */
	STORE_ASYNC, /* nothing; the disk has it about a second later */
	STORE_NONE,  /* nothing; it is written, when on disk nobody knows */
};

struct store;
struct store_sub;

/* An identity in its canonical form; store_name() makes text of it.  It stands
 * with its subscription: a copy elsewhere has no local part. */
struct store_name {
	uint32_t domain : 24; /* interned: what follows the last '@', or 0 */
	uint32_t len : 8;     /* of the local part */
	uint16_t line;        /* of its file, counted from the section's head */
	uint16_t local;       /* octets from here to the local part */
};

/* What stands before the '@': len octets, not NUL-terminated. */
static inline const char *
store_name_local(const struct store_name *name)
{
	return (const char *)name + name->local;
}

/* Private identity and its credential.  Read-only outside store/. */
struct store_impi {
	struct store_name name;
	struct store_sub *sub;
	union {
		struct {
			uint8_t k[16], opc[16];
		} aka;
		uint8_t ha1[16];             /* SIP Digest */
		const char *line_identifier; /* NASS-Bundled */
		struct {
			uint8_t addr[16];
			uint8_t len; /* 4 or 16 */
		} framed_ip;         /* GIBA */
	} u;
	uint64_t seq; /* last SEQ given out */
	enum store_scheme scheme : 8;
	uint8_t index; /* in sub->impis, and bit in the registration masks */
	uint8_t amf[2];
	uint8_t left;  /* SEQs after seq that the journal allows; see sqn.c */
	uint8_t ahead; /* the last of them, which came ahead of need */
};

/* Public identity.  Read-only outside store/. */
struct store_impu {
	struct store_name name;
	struct store_sub *sub;
	const char *display; /* or NULL; "" before store_impu_as() */
	uint16_t profile;    /* as store_hooks.profile numbered it */
	uint8_t set;         /* index into the registration's sets */
	bool barred : 1, psi : 1, wildcard : 1;
	bool inactive : 1; /* a service that is switched off */
	bool has_as : 1;   /* its text follows that of display */
};

/* The S-CSCF of a subscription and the Diameter node it is reached at. */
struct store_scscf {
	const char *name, *host, *realm; /* Server-Name, Origin-Host, -Realm */
};

/* What a subscription's registration is, whole: the unit of change. */
struct store_set {
	uint16_t registered; /* bit per IMPI: registered with it */
	uint16_t pending;    /* bit per IMPI: authentication pending */
	bool unregistered;   /* S-CSCF kept for an unregistered user */
};
struct store_reg {
	struct store_scscf scscf; /* name NULL: none assigned */
	bool reassign; /* another S-CSCF may take its place (TS 29.228, 6.1) */
	unsigned nsets;
	struct store_set sets[STORE_SETS_MAX];
};

/* A subscription.  Read-only outside store/.  impis and impus stand in the
 * file's order, but the default IMPU of each set comes first in it. */
struct store_sub {
	uint32_t piece; /* the store's own */
	uint8_t nimpis, nimpus, nsets;
	uint8_t nmandatory, noptional;
	bool barred : 1;         /* the whole subscription */
	bool unreg_services : 1; /* services while not registered */
	bool loose_route : 1;    /* Loose-Route-Indication */
	bool privileged : 1;     /* Priviledged-Sender-Indication */
	bool reassign : 1;       /* see store_reg */
	bool own : 1;            /* hssd's own, not of the operator's files */
	uint16_t charging;       /* as store_hooks.charging numbered it, or 0 */
	const char *name;        /* its section */
	struct store_impi *impis;
	struct store_impu *impus;
	const char *fixed_scscf; /* scscf = of the file, or NULL */
	const char *visited;     /* networks, a space between; NULL: all */
};

/* The mandatory ones, then the optional; they stand behind the IMPUs. */
static inline uint32_t *
store_capabilities(const struct store_sub *sub)
{
	return (uint32_t *)(void *)(sub->impus + sub->nimpus);
}

/* What the store cannot do itself.  Each returns false or -1 when it fails
 * or does not know the name; the fault then names file and line.  While large
 * files are loaded, profile and charging are called by another thread, maybe
 * at the same time as opc and ha1. */
struct store_hooks {
	bool (*opc)(void *arg, uint8_t opc[16], const uint8_t k[16],
	    const uint8_t op[16]);
	bool (*ha1)(
	    void *arg, uint8_t ha1[16], const char *impi, const char *password);
	int (*profile)(void *arg, const char *name);  /* 0.. */
	int (*charging)(void *arg, const char *name); /* 1.. */
	void *arg;
};

/* Told of every fault of a file: `what` is a sentence, line 0 is unknown. */
typedef void store_fault_fn(
    void *arg, const char *file, unsigned line, const char *what);

/* What store_open() found.  The caller logs it; the store never logs. */
struct store_report {
	size_t replayed;  /* records of state and journal */
	size_t forgotten; /* records of subscriptions that are gone */
	size_t torn;      /* octets cut off the journal's end */
};

/* An empty store; NULL when out of memory.  hooks is copied. */
struct store *store_new(const struct store_hooks *);
/* Stops the threads when all is durable (or failing), frees; NULL is fine. */
void store_close(struct store *);

/*
 * Reads the operator's files into an empty store, or into a full one: then
 * registrations and SQNs carry over by identity, and the store is changed only
 * if there is no fault at all.  Pointers got before are invalid after that.
 * All stands still meanwhile: for the start.  Returns the number of faults
 * told: at most a hundred, and then one that counts the others.
 */
size_t store_load(struct store *, const char *const *files, size_t nfiles,
    store_fault_fn *, void *arg);

/*
 * The same beside everything else: a thread reads the files, and steps of at
 * most n subscriptions do what only the store's owner can.  Until SWAPPED the
 * store is as it was and takes all changes; from then on it is the new one,
 * and pointers got before are invalid.  Faults are told by steps; a disk that
 * fails refuses the swap.
 *
 * Begin returns false when one goes on already, or without a thread or memory
 * for it.  These hooks are called by the thread; their arg and the files must
 * live until the end.
 */
enum store_reload {
	STORE_RELOAD_NONE,    /* none goes on */
	STORE_RELOAD_MORE,    /* there is something to do at once */
	STORE_RELOAD_WAITS,   /* for its thread, or for the journal */
	STORE_RELOAD_SWAPPED, /* just now; there is more to do */
	STORE_RELOAD_DONE,    /* the end, all went well */
	STORE_RELOAD_FAILED,  /* the end, faults were told */
};
bool store_reload_begin(struct store *, const struct store_hooks *,
    const char *const *files, size_t nfiles, store_fault_fn *, void *arg);
enum store_reload store_reload_step(struct store *, size_t n);
bool store_reloading(const struct store *);
/* An eventfd, readable when the thread is ready and a step is due; -1: no
 * reload goes on.  It is not told when the journal is. */
int store_reload_fd(const struct store *);
/* Gives up, for the exit; store_close() does it, too.  Before the swap nothing
 * has changed then; after it, a subscription that was dropped and comes back
 * at the next start may find the registration it had. */
void store_reload_stop(struct store *);

/*
 * Told on reload, after the swap, of every subscription that had an S-CSCF
 * then, and of what it has become: NULL if it was dropped.  Both can be read,
 * names with the store that stands before each, during the call alone.  Of
 * the old store nothing but names and lookups.  An import or a deletion tells
 * the same of those that it is about to take out; its result says whether it
 * came to that.
 */
typedef void store_change_fn(void *arg, const struct store *old_store,
    const struct store_sub *old, const struct store *new_store,
    const struct store_sub *new);
void store_on_change(struct store *, store_change_fn *, void *arg);

/*
 * How durable changes are; STORE_SYNC if never called.  Before store_open().
 * What says that SQNs may be used is waited for with all of them, so that none
 * is used twice: with STORE_ASYNC until it is on disk, with STORE_NONE until it
 * is written, so that only the system's end can repeat one.  store_close()
 * always syncs.
 */
void store_set_durability(struct store *, enum store_durability);
enum store_durability store_durability(const struct store *);

/*
 * Opens hssd's own folder (made if missing), takes its lock, replays state
 * and journal, cuts a torn tail, starts the writer.  False after
 * telling the fault: damage, a lock held by another process, no permission.
 * Load first: what is not provisioned now loses its registration.  Without
 * this a store works in memory alone (tests, -n).
 */
bool store_open(struct store *, const char *dir, struct store_report *,
    store_fault_fn *, void *arg);

/* --- Looking up --- */

/* Pointers to a subscription, and to what is its own, live until the next
 * reload, until an import replaces it, until it is deleted. */

struct store_impi *store_find_impi(
    const struct store *, const void *name, size_t len);
/* Exact, by canonical form (TS 29.228 7.2, TS 23.003 13.4): the scheme, host
 * and tel separators don't matter, parameters and port are ignored. */
struct store_impu *store_find_impu(
    const struct store *, const void *name, size_t len);
/* Both at once, each NULL if there is none: among millions, that hardly takes
 * longer than one of them. */
struct store_pair {
	const void *impi, *impu;
	size_t impi_len, impu_len;
};
void store_find_pair(const struct store *, const struct store_pair *,
    struct store_impi **, struct store_impu **);
/* As store_find_impu(), and if there is no such identity, the wildcarded one
 * (`wildcard`) that it belongs to: whose expression matches all of it, with the
 * longest literal prefix (TS 23.003, 13.4 and 13.5). */
struct store_impu *store_match_impu(
    const struct store *, const void *name, size_t len);
/* By the name of its section. */
struct store_sub *store_find_sub(
    const struct store *, const void *name, size_t len);
/* The canonical form of a public identity; its length in octets, 0 if the text
 * is no such identity. */
size_t store_impu_form(char form[STORE_NAME_MAX], const void *name, size_t len);
/* The application server of a service identity (`as=`), or NULL. */
const char *store_impu_as(const struct store_impu *);
/* Copies an identity's text, NUL-terminated; returns its length in octets,
 * which may exceed cap (then the copy is cut). */
size_t store_name(
    const struct store *, const struct store_name *, char *buf, size_t cap);
size_t store_count(const struct store *);      /* subscriptions */
size_t store_registered(const struct store *); /* those with a registered set */
/* Every subscription once; stops when the callback returns false. */
typedef bool store_each_fn(void *arg, const struct store_sub *);
void store_each(const struct store *, store_each_fn *, void *arg);
/* A walk that may pause: all zero to begin with, or behind a subscription.  The
 * order is that of the files as long as none is imported; whatever comes or
 * goes meanwhile, those that stay are met once.  A successful reload ends it.
 */
struct store_walk {
	size_t chunk;
	uint32_t ref;
};
struct store_walk store_behind(const struct store *, const struct store_sub *);
/* The next one, or NULL at the end. */
const struct store_sub *store_next(const struct store *, struct store_walk *);

/* --- Provisioning at run time --- */

enum { STORE_IMPORT_MAX = 4 << 20 }; /* octets of a text */

enum store_result {
	STORE_DONE,
	STORE_FAULTS,  /* told */
	STORE_NOT_OWN, /* it is of the operator's files */
	STORE_BUSY,    /* a reload goes on */
	STORE_NO_DISK, /* store_failing() says why; 0: too much waits for it */
	STORE_NO_MEMORY,
};

struct store_import {
	const char *name; /* of the text, in faults */
	const char *text; /* as a subscribers file */
	size_t len;
	store_fault_fn *fault;
	void *arg;
	/* What has come of it. */
	size_t added, replaced; /* subscriptions; added counts all of them */
	uint64_t position;      /* of the journal: durable from there on */
};

/*
 * Puts subscriptions in that are hssd's own from then on, kept in its folder.
 * One of the same name that is its own already is replaced: registration and
 * SQNs go on by identity as on a reload, and store_on_change() is told.  With
 * any result but STORE_DONE nothing has changed (STORE_NO_MEMORY in the very
 * last step: but at the next start it is there, whole).  Pointers to what was
 * replaced are invalid.
 */
enum store_result store_import(struct store *, struct store_import *);
/* Takes out one that is hssd's own; the same holds.  How far its SQNs have
 * come is remembered. */
enum store_result store_delete(
    struct store *, struct store_sub *, uint64_t *position);
/* The operator's file of a subscription, until the next reload; NULL: it is
 * hssd's own. */
const char *store_file(const struct store *, const struct store_sub *);

/* --- As text --- */

/* One line, without its end, of at most 4096 octets; gone after the call. */
typedef void store_line_fn(void *arg, const char *line, size_t len);
/* The section of a subscribers file that makes this subscription, in a
 * canonical form: loaded and exported again, it gives the same octets.  It has
 * the keys.  state: with what is registered, as comments. */
void store_export(const struct store *, const struct store_sub *, bool state,
    store_line_fn *, void *arg);

/* --- Registration state --- */

/* The present state; its strings live until the next store_put_reg(). */
void store_get_reg(const struct store_sub *, struct store_reg *);
/* Makes reg the state: journal record, then memory; nothing if it is equal.
 * It has the sets that store_get_reg() gave.  False, and nothing changed: the
 * disk is failing, there are STORE_SCSCFS_MAX S-CSCFs, one of its names is
 * longer than STORE_NAME_MAX or the first is empty.  The strings are copied. */
bool store_put_reg(
    struct store *, struct store_sub *, const struct store_reg *);
enum store_state store_set_state(const struct store_set *);

/* --- S-CSCF restoration information (TS 23.380, 4.2) --- */

/* What was put for a private identity in a set of its subscription, counted
 * from 0: octets that mean nothing to the store, until the next change of it.
 * NULL and *len 0: none, or it is not registered there. */
const void *store_restoration(
    const struct store *, const struct store_impi *, unsigned set, size_t *len);
/* Puts it in the place of what was there: journal record, then memory; len 0
 * removes it.  It goes when the private identity is no more registered there.
 * False, and nothing changed: the disk is failing, more octets than
 * STORE_RESTORATION_MAX, out of memory. */
bool store_put_restoration(struct store *, struct store_impi *, unsigned set,
    const void *octets, size_t len);

/* --- SQN (TS 33.102, C.3, profile 2) --- */

/* How many vectors a journal record allows, 1 to STORE_SQN_STEP_MAX; at first
 * STORE_SQN_STEP.  More means less to write, and that a crash skips more: one
 * step and a half at most.  False, and nothing changed: another number. */
bool store_set_sqn_step(struct store *, unsigned step);
/* n SQNs in a row for one IMPI, SEQ growing by one, all with this IND: *first
 * is the first, each next one 32 more.  None is ever given out twice, whatever
 * is pulled.  False: SEQ is used up or the disk is failing. */
bool store_next_sqn(struct store *, struct store_impi *, unsigned ind,
    unsigned n, uint64_t *first);
/* After a proven resynchronisation: the next SEQ follows that of sqn_ms. */
bool store_resync(struct store *, struct store_impi *, uint64_t sqn_ms);

/* --- Durability --- */

/* The journal position that all told about this subscription depends on; 0
 * when that is durable already or need not be. */
uint64_t store_position(const struct store *, const struct store_sub *);
/* Everything up to this position is durable, or with STORE_NONE written. */
uint64_t store_durable(const struct store *);
/* An eventfd, readable whenever store_durable(), store_failing() or
 * store_work() may have something new; store_woken() empties it.  -1 before
 * store_open(). */
int store_fd(const struct store *);
void store_woken(struct store *);
/* 0, or the errno of the disk at present. */
int store_failing(const struct store *);
/* Octets that changes have taken on disk since the start, and how often they
 * were synced; 0 before store_open(). */
void store_written(const struct store *, uint64_t *octets, uint64_t *syncs);
/* Waits until all that was changed is durable; for tests and the exit. */
bool store_sync(struct store *);

/* --- Compaction --- */

/* What store_work() has to tell. */
struct store_work {
	enum {
		STORE_SNAPSHOT_NOTHING,
		STORE_SNAPSHOT_BEGUN,
		STORE_SNAPSHOT_DONE,
		STORE_SNAPSHOT_FAILED, /* all is as before; tried again later */
	} step;
	uint64_t octets; /* of `state`: begun, the old one; done, the new */
	int error;       /* errno: failed */
};
/*
 * Keeps the journal short: writes a new snapshot when it has grown, a slice at
 * each call, less than a millisecond.  Call it whenever store_fd() is readable,
 * after store_open(), and soon again when it returns true.
 */
bool store_work(struct store *, struct store_work *);

#endif
