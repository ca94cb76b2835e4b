/* What the files of store/ share. */
#ifndef STORE_LOCAL_H
#define STORE_LOCAL_H

#include "store/journal.h"
#include "store/orphans.h"
#include "store/record.h"
#include "store/restoration.h"
#include "store/tables.h"

struct reload;

/* How far a snapshot has come; all zero: not begun. */
struct snapshot_walk {
	struct arena_walk subs;
	bool subs_done;
	uint32_t orphans, restorations; /* told of their lists */
};

struct store {
	struct store_hooks hooks;
	uint64_t key[2];    /* of all hash tables */
	unsigned sqn_step;  /* vectors that a record allows */
	uint64_t sqn_ahead; /* of the last record written ahead of need */
	struct tables *tables;
	struct scscfs scscfs;
	struct orphans orphans;
	struct restorations restorations;
	struct journal *journal; /* NULL: in memory alone */
	enum store_durability durability;
	struct snapshot_walk walk;
	bool lost;             /* a record said more than what is provisioned */
	struct reload *reload; /* one that goes on, or NULL */
	store_change_fn *change; /* or NULL */
	void *change_arg;
};

/* store_open() on a disk of one's own; NULL is the real one. */
bool store_open_io(struct store *, const char *dir, const struct journal_io *,
    struct store_report *, store_fault_fn *, void *arg);

/* Journals a record that is about this subscription.  False: not written. */
bool store_append(
    struct store *, struct sub *, const char *payload, size_t len);
/* The same for one that must be waited for, however durable changes are. */
bool store_append_awaited(
    struct store *, struct sub *, const char *payload, size_t len);
/* The same for one that nobody waits for yet: its position.  0: not written. */
uint64_t store_append_ahead(struct store *, const char *payload, size_t len);
/* What is told about a subscription waits for this position from now on. */
void store_await(struct store *, struct sub *, uint64_t position);

/* --- reg.c --- */

/* Whether nothing is assigned or registered. */
bool reg_is_empty(const struct store_reg *);
/* Puts the record of a registration, with a NUL after it.  Its length; 0:
 * nothing is assigned or registered, and nothing put. */
size_t reg_text(
    char buf[RECORD_MAX + 1], const struct tables *, const struct sub *);
/* Makes a record's registration that of the subscription in these tables
 * which its IMPIs belong to, by name; what is not provisioned is left out.
 * *sub: it, or NULL.  Returns NULL or a sentence about what is wrong. */
const char *reg_restore(
    struct store *, struct tables *, const struct record *, struct sub **sub);

/* The same for this subscription alone; *carried: the record is its own. */
const char *reg_carry(struct store *, struct tables *, const struct record *,
    struct sub *, bool *carried);
/* Makes nothing assigned or registered. */
void reg_clear(struct store *, struct tables *, struct sub *);

/* --- restore.c --- */

/* Drops what belongs to registrations that these sets don't have. */
void restore_end(struct store *, const struct names *, const struct sub *,
    const struct store_set *);
/* Takes a record back.  NULL, or a sentence about what is wrong; *known: is
 * its private identity provisioned? */
const char *restore_replay(struct store *, const struct record *, bool *known);
/* Drops what belongs to nobody who is registered: of n entries from *at on,
 * which moves on.  False: that was the last. */
bool restore_prune(struct store *, uint32_t *at, size_t n);
/* Puts what one entry of the list has into a snapshot.  Returns what it costs
 * of a slice; 0: it failed. */
unsigned restore_emit(struct store *, struct journal *, uint32_t i);

/* --- snapshot.c --- */

/* A slice of the walk costs so much at most, but for its last step: a record
 * SNAPSHOT_RECORD, a look at something 1. */
enum { SNAPSHOT_SLICE = 1024, SNAPSHOT_RECORD = 8 };

/* The walk of a snapshot that is under way begins again: the tables are not
 * those it began in. */
void snapshot_restart(struct store *);

/* --- sqn.c --- */

enum { SQN_NONE = 255 }; /* store_impi.left: no SQN was ever given out */

#define SQN_SEQ_MAX (((uint64_t)1 << 43) - 1)

/* The last SEQ that the journal allows. */
uint64_t sqn_ceiling(const struct store_impi *);
/* Every SEQ up to this one may be used up already. */
void sqn_restore(struct store_impi *, uint64_t ceiling, bool reset);

/* --- reload.c --- */

/* Registration, restoration information or journal position of a subscription
 * have changed while a reload goes on. */
void reload_mirror(struct store *, const struct sub *);
/* The SQN of a private identity has; it was these before. */
void reload_mirror_sqn(
    struct store *, const struct store_impi *, uint64_t seq, uint8_t left);

#endif
