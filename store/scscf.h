/* S-CSCFs that are assigned at present, each stored once. */
#ifndef STORE_SCSCF_H
#define STORE_SCSCF_H

#include "store/store.h"

struct scscf {
	char *name, *host, *realm; /* an unknown host or realm is "" */
	uint64_t hash;
	size_t users;   /* subscriptions that it is assigned to */
	unsigned index; /* in the list */
};

struct scscfs {
	uint64_t key[2]; /* of the hash */
	unsigned count;
	struct scscf *list[STORE_SCSCFS_MAX];
};

/* The one of these names, with a user more.  NULL: the name is empty, one is
 * longer than STORE_NAME_MAX, there are STORE_SCSCFS_MAX of them, or out of
 * memory. */
struct scscf *scscf_get(struct scscfs *, const struct store_scscf *);
/* One user less; without any it is freed.  NULL is fine. */
void scscf_drop(struct scscfs *, struct scscf *);
/* Frees them all, whatever their users. */
void scscfs_free(struct scscfs *);
/* Whether it has these names; both may be NULL, meaning none assigned. */
bool scscf_same(const struct scscf *, const struct store_scscf *);

#endif
