/*
 * What goes from the old tables of a reload to the new ones, by the names of
 * IMPIs.  The old ones are the store's while they are carried from.
 */
#ifndef STORE_CARRY_H
#define STORE_CARRY_H

#include "store/load.h"

/* The same private identity in other tables, or NULL. */
struct store_impi *carry_impi(const struct tables *from,
    const struct store_impi *, const struct tables *to);
/* Where an old subscription went; NULL: nowhere. */
struct sub *carry_find(
    const struct tables *from, const struct sub *old, const struct tables *to);
/* Gives a new subscription the registration, journal positions and SQNs that
 * its identities have in the store; SQNs only once, later ones by carry_sqn().
 * NULL, or what is wrong. */
const char *carry_sub(struct store *, struct tables *to, struct sub *);
/* An SQN has changed in the store, and was this before; one that is not in the
 * new tables is remembered.  False: out of memory. */
bool carry_sqn(struct store *, const struct tables *to,
    const struct store_impi *old, uint64_t seq, uint8_t left);
/* Remembers how far those of an old subscription have come that the new tables
 * don't have.  False: out of memory. */
bool carry_orphans(
    struct store *, const struct tables *to, const struct sub *old);
/* Puts a copy of an old subscription that is hssd's own into the new tables,
 * with its state.  False with what is wrong, and with the file that it is about
 * or NULL.  hooks tell the numbers that names have there. */
bool carry_own(struct store *, const struct store_hooks *, struct tables *to,
    const struct sub *old, const char **file, char what[LOAD_FAULT_LEN]);
/* Journals what an old subscription is in the store now, if that is something
 * else: *last is the record's position then.  False: the journal takes nothing
 * at present. */
bool carry_loss(struct store *, const struct tables *from,
    const struct sub *old, uint64_t *last);

#endif
