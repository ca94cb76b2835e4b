/*
 * Subscriptions that come in and go at run time, those that are hssd's own:
 * what the files that do it share (private).
 */
#ifndef STORE_PROVISION_H
#define STORE_PROVISION_H

#include "store/load.h"
#include "store/local.h"
#include "store/secret.h"

/* --- provision_check.c --- */

/* Tells a fault for each section that was read, and each identity in it, that
 * belongs to one of these tables that it does not replace. */
void provision_check(struct load *, const struct tables *);

/* --- provision_apply.c --- */

/* The own subscription that one of the same name would replace, or NULL. */
struct sub *provision_old(const struct tables *, const struct sub *);
/* Before one goes: remembers how far its SQNs have come, and adds the record
 * of its registration to regs, with a NUL after it.  False: out of memory, and
 * no harm done. */
bool provision_keep(struct store *, const struct sub *, struct secret *regs);
/* Puts a copy of one from other tables into the store's, whose identities
 * nobody has there; SQNs go on from where they were.  NULL: out of memory. */
struct sub *provision_adopt(
    struct store *, const struct tables *from, const struct sub *);
/* Gives the registrations of those that went to those that have their private
 * identities now, and journals what is different then.  What nobody has is
 * left in regs. */
void provision_settle(struct store *, struct secret *regs);
/* Appends the octets of a record that says that nobody is registered any more
 * of those a record is about. */
bool provision_add_end(struct secret *, const char *reg);

/* --- provision_carry.c --- */

/* Puts a copy of one that is hssd's own into tables that a reload has made of
 * the operator's files.  NULL with what is wrong, and with the file that it is
 * about or NULL: an identity is there, a profile is not. */
struct sub *provision_carry(const struct store_hooks *,
    const struct tables *from, const struct sub *, struct tables *to,
    const char **file, char what[LOAD_FAULT_LEN]);

/* --- provision_replay.c --- */

/* Takes records of provisioning from the journal. */
struct provision_replay;
/* NULL: out of memory. */
struct provision_replay *provision_replay_new(struct store *);
/* One of them, or any other record.  NULL, or what is wrong, until the next
 * call. */
const char *provision_replay(struct provision_replay *, const struct record *);
/* Tells what is still in conflict with the operator's files: the number of
 * faults. */
size_t provision_replay_end(
    struct provision_replay *, const char *dir, store_fault_fn *, void *arg);
/* NULL is fine. */
void provision_replay_free(struct provision_replay *);

/* --- provision_records.c --- */

/* Adds the records of an import of all of these tables, or of one of them,
 * each with a newline after it.  False: out of memory. */
bool provision_records(struct secret *, const struct tables *);
bool provision_records_of(
    struct secret *, const struct tables *, const struct sub *);

#endif
