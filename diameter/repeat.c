/*
 * The answers lie one behind the other in a ring; offsets in it only grow, so
 * an offset alone says whether its entry has been overwritten.  The index is a
 * hash table of sets of four slots by End-to-End Identifier: it is looked
 * at for each request, and the ring only where an identifier is the same.
 * Names are compared in full: the hash decides nothing but the place.
 */
#include "diameter/repeat.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WAYS = 4, ALIGN = 8, HOST_MAX = 255 };
#define HEAD_START (2 * (uint64_t)DIA_REPEAT_OCTETS) /* no slot's yet */

struct slot {
	uint64_t at;       /* offset of its entry; 0: none */
	uint64_t position; /* the answer waits for */
	uint32_t e2e, time_s;
};

/* In the ring: this, then the Origin-Host, then the answer. */
struct entry {
	uint32_t answer_len, app, code;
	uint8_t host_len;
	bool t;
};

struct dia_repeats {
	uint8_t *ring;
	struct slot *slots;
	uint64_t head; /* where the next entry begins */
	uint64_t last; /* the greatest position */
};

struct dia_repeats *
dia_repeats_new(void)
{
	struct dia_repeats *all = calloc(1, sizeof *all);

	if (all == NULL)
		return NULL;
	all->ring = malloc(DIA_REPEAT_OCTETS);
	all->slots = calloc(DIA_REPEAT_SLOTS, sizeof all->slots[0]);
	all->head = HEAD_START;
	if (all->ring != NULL && all->slots != NULL)
		return all;
	dia_repeats_free(all);
	return NULL;
}

void
dia_repeats_free(struct dia_repeats *all)
{
	if (all == NULL)
		return;

	uint64_t used = all->head - HEAD_START;

	if (all->ring != NULL)
		explicit_bzero(all->ring,
		    used < DIA_REPEAT_OCTETS ? used : DIA_REPEAT_OCTETS);
	free(all->ring);
	free(all->slots);
	free(all);
}

/* The WAYS slots an identifier may be in.  Clients count identifiers up. */
static struct slot *
set_of(const struct dia_repeats *all, uint32_t e2e)
{
	return &all->slots[e2e * WAYS % DIA_REPEAT_SLOTS];
}

static uint8_t *
octets_at(const struct dia_repeats *all, uint64_t at)
{
	return all->ring + at % DIA_REPEAT_OCTETS;
}

static bool
is_there(const struct dia_repeats *all, uint64_t at)
{
	return all->head <= at + DIA_REPEAT_OCTETS;
}

static struct dia_slice
session_of(struct dia_slice avps)
{
	struct dia_avp avp = { 0 };

	dia_find(avps, BASE(SESSION_ID)->code, 0, &avp);
	return avp.data;
}

/* Is the entry of that identifier really of the same request? */
static bool
is_same(const struct entry *e, const uint8_t *octets, const struct dia_msg *req,
    struct dia_slice origin)
{
	const uint8_t *answer = octets + sizeof *e + e->host_len;
	struct dia_slice avps = { answer + DIA_HEADER_LEN,
		e->answer_len - DIA_HEADER_LEN };
	struct dia_slice was = session_of(avps), is = session_of(req->avps);

	return e->app == req->hdr.app && e->code == req->hdr.code &&
	       e->host_len == origin.len &&
	       strncasecmp((const char *)octets + sizeof *e,
		   (const char *)origin.p, origin.len) == 0 &&
	       was.len == is.len &&
	       (is.len == 0 || memcmp(was.p, is.p, is.len) == 0);
}

bool
dia_repeats_find(const struct dia_repeats *all,
    const struct dia_repeat_key *key, uint64_t released,
    struct dia_repeat *found)
{
	const struct dia_header *hdr = &key->req->hdr;
	const struct slot *set = set_of(all, hdr->e2e);

	for (unsigned i = 0; i < WAYS; i++) {
		struct entry e;

		if (set[i].e2e != hdr->e2e || !is_there(all, set[i].at) ||
		    key->now_s - set[i].time_s >= DIA_REPEAT_S)
			continue;

		const uint8_t *octets = octets_at(all, set[i].at);

		memcpy(&e, octets, sizeof e);
		if (((hdr->flags & DIA_T) == 0 && !e.t &&
			set[i].position <= released) ||
		    !is_same(&e, octets, key->req, key->origin))
			continue;
		*found = (struct dia_repeat){
			.answer = { octets + sizeof e + e.host_len,
			    e.answer_len },
			.position = set[i].position,
		};
		return true;
	}
	return false;
}

/* Room at the head, in one piece. */
static uint64_t
take(struct dia_repeats *all, size_t size)
{
	uint64_t left = DIA_REPEAT_OCTETS - all->head % DIA_REPEAT_OCTETS;

	if (size > left)
		all->head += left;
	all->head += size;
	return all->head - size;
}

/* The slot of an identifier with the oldest entry: offsets are ages. */
static struct slot *
oldest(struct slot *set)
{
	struct slot *slot = set;

	for (unsigned i = 1; i < WAYS; i++) {
		if (set[i].at < slot->at)
			slot = &set[i];
	}
	return slot;
}

void
dia_repeats_keep(struct dia_repeats *all, const struct dia_repeat_key *key,
    const struct dia_repeat *kept)
{
	const struct dia_header *hdr = &key->req->hdr;
	struct entry e = {
		.answer_len = (uint32_t)kept->answer.len,
		.app = hdr->app,
		.code = hdr->code,
		.host_len = (uint8_t)key->origin.len,
		.t = (hdr->flags & DIA_T) != 0,
	};
	size_t size = sizeof e + key->origin.len + kept->answer.len;

	if (key->origin.p == NULL || key->origin.len > HOST_MAX ||
	    size > DIA_REPEAT_OCTETS / 2)
		return;

	struct slot *slot = oldest(set_of(all, hdr->e2e));
	uint64_t at = take(all, (size + ALIGN - 1) / ALIGN * ALIGN);
	uint8_t *p = octets_at(all, at);

	memcpy(p, &e, sizeof e);
	memcpy(p + sizeof e, key->origin.p, key->origin.len);
	memcpy(
	    p + sizeof e + key->origin.len, kept->answer.p, kept->answer.len);
	*slot = (struct slot){ at, kept->position, hdr->e2e, key->now_s };
	if (kept->position > all->last)
		all->last = kept->position;
}

void
dia_repeats_refuse(struct dia_repeats *all, uint64_t released)
{
	if (all->last <= released)
		return;
	for (size_t i = 0; i < DIA_REPEAT_SLOTS; i++) {
		if (all->slots[i].position > released)
			all->slots[i].at = 0;
	}
	all->last = released;
}
