/*
 * Requests of ours that wait for their answers (private): found by
 * Hop-by-Hop Identifier, by peer, and by the time they are due.  No sockets
 * and no clock in here.
 */
#ifndef DIAMETER_PENDING_H
#define DIAMETER_PENDING_H

#include <sys/queue.h>

#include "diameter/diameter.h"

enum {
	DIA_PENDING_MAX = 8192,      /* of a node */
	DIA_PEER_PENDING_MAX = 1024, /* of a peer */
};

struct dia_peer;
TAILQ_HEAD(dia_pending_list, dia_pending);

struct dia_pending {
	TAILQ_ENTRY(dia_pending) link; /* of its peer, or of those ended */
	struct dia_pending *next;      /* of its bucket */
	struct dia_peer *peer;         /* that has it, or NULL */
	size_t place;                  /* in the heap */
	uint64_t due_ms;
	uint32_t hbh, e2e, code, app;
	enum dia_outcome outcome; /* once it has ended */
	dia_answer_fn *answer;
	void *arg;
	char *dest_host; /* in its own memory; NULL: none */
	size_t len;
	uint8_t msg[];
};

struct dia_pendings {
	struct dia_pending **buckets; /* DIA_PENDING_MAX, by hbh */
	struct dia_pending **heap;    /* the first is due first */
	size_t n;
};

/* False: no memory. */
bool dia_pendings_init(struct dia_pendings *);
/* They must be empty, or never have been set up. */
void dia_pendings_free(struct dia_pendings *);
/* hbh and due_ms are set; there must be fewer than DIA_PENDING_MAX. */
void dia_pendings_add(struct dia_pendings *, struct dia_pending *);
void dia_pendings_remove(struct dia_pendings *, struct dia_pending *);
/* NULL: none has that Hop-by-Hop Identifier. */
struct dia_pending *dia_pendings_find(
    const struct dia_pendings *, uint32_t hbh);
/* The one due first, or NULL. */
struct dia_pending *dia_pendings_first(const struct dia_pendings *);

#endif
