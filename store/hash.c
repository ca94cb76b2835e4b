/*
 * Table from a text to a 32-bit reference.
 *
 * A slot is the upper half of the hash, which says where it belongs, and the
 * reference, so neither growing nor removing looks at a text, and looking up
 * hardly ever at a foreign one.  Linear probing; at most six in seven slots
 * are in use.  Removing closes the gap.
 *
 * While the table grows there are two arrays.  The old one is emptied from
 * its start; its entries stand there in the order of where they belong, so
 * they go to the new one in order as well.
 */
#include "store/hash.h"

#include "store/pages.h"

#include <stdlib.h>

enum {
	SLOTS_MIN = 16,
	LINE_SLOTS = 8,         /* in a line of the cache */
	LARGE = 2 * PAGES_HUGE, /* octets of an array on huge pages */
};

struct hash_slot {
	uint32_t upper;
	uint32_t ref; /* 0 is free */
};

/* Octets of so many slots, as they are allocated. */
static size_t
array_len(uint32_t nslots)
{
	size_t len = nslots * sizeof(struct hash_slot);

	return len < LARGE ? len
			   : (len + PAGES_HUGE - 1) & ~(size_t)(PAGES_HUGE - 1);
}

static struct hash_slot *
take_array(uint32_t nslots)
{
	size_t len = array_len(nslots);

	return len < LARGE ? calloc(1, len) : pages_take(len, 0);
}

static void
give_array(struct hash_slot *slots, uint32_t nslots)
{
	size_t len = array_len(nslots);

	if (len < LARGE)
		free(slots);
	else
		pages_give(slots, len);
}

/* Where the upper half of a hash belongs. */
static uint32_t
home(uint32_t upper, uint32_t nslots)
{
	return (uint32_t)((uint64_t)upper * nslots >> 32);
}

/* The same in the old array: what belongs to its emptied part stands at the
 * end of that, if anywhere. */
static uint32_t
old_home(const struct hash *h, uint32_t upper)
{
	uint32_t i = home(upper, h->nold);

	return i < h->moved ? h->moved : i;
}

/* The slot of a text, or the free one where it would go.  Some slot is always
 * free, so this ends. */
static uint32_t
find_text(const struct hash *h, const struct hash_slot *slots, uint32_t nslots,
    uint32_t i, uint32_t upper, const void *text, size_t len)
{
	for (;; i = i + 1 < nslots ? i + 1 : 0) {
		const struct hash_slot *s = &slots[i];

		if (s->ref == 0 ||
		    (s->upper == upper && h->is(h->arg, s->ref, text, len)))
			return i;
	}
}

/* The slot of a reference, or a free one. */
static uint32_t
find_ref(
    const struct hash_slot *slots, uint32_t nslots, uint32_t i, uint32_t ref)
{
	while (slots[i].ref != 0 && slots[i].ref != ref)
		i = i + 1 < nslots ? i + 1 : 0;
	return i;
}

/* The reference of a text in the old array, or 0. */
static uint32_t
find_old(const struct hash *h, uint32_t upper, const void *text, size_t len)
{
	if (h->old == NULL)
		return 0;

	uint32_t i = old_home(h, upper);

	return h->old[find_text(h, h->old, h->nold, i, upper, text, len)].ref;
}

/* Puts an entry that is not there yet. */
static void
put(struct hash_slot *slots, uint32_t nslots, struct hash_slot entry)
{
	slots[find_ref(slots, nslots, home(entry.upper, nslots), entry.ref)] =
	    entry;
}

/* Whether i lies behind `from`, and not behind `to`, going round. */
static bool
is_between(uint32_t from, uint32_t i, uint32_t to)
{
	return from <= to ? from < i && i <= to : from < i || i <= to;
}

/* Frees a slot, and moves those behind it that then would not be found. */
static void
close_gap(struct hash_slot *slots, uint32_t nslots, uint32_t gap)
{
	uint32_t i = gap;

	for (;;) {
		i = i + 1 < nslots ? i + 1 : 0;
		if (slots[i].ref == 0)
			break;
		if (is_between(gap, home(slots[i].upper, nslots), i))
			continue;
		slots[gap] = slots[i];
		gap = i;
	}
	slots[gap] = (struct hash_slot){ 0 };
}

static void
end_growth(struct hash *h)
{
	if (h->old != NULL)
		give_array(h->old, h->nold);
	h->old = NULL;
	h->nold = h->moved = 0;
}

/* Gives back what was emptied since; all at the end would take too long. */
static void
drop_emptied(struct hash *h, uint32_t since)
{
	size_t from = since * sizeof *h->old / PAGES_HUGE;
	size_t to = h->moved * sizeof *h->old / PAGES_HUGE;

	if (to > from && array_len(h->nold) >= LARGE)
		pages_drop((char *)h->old + from * PAGES_HUGE,
		    (to - from) * PAGES_HUGE);
}

/* Moves so many slots, and at the beginning all up to the first free one: what
 * belongs to the end of the array and went round stands there. */
static void
move(struct hash *h, uint32_t n)
{
	bool round = h->moved == 0;
	uint32_t since = h->moved;

	if (h->old == NULL)
		return;
	while (h->moved < h->nold && (n > 0 || round)) {
		struct hash_slot *s = &h->old[h->moved++];

		if (s->ref != 0)
			put(h->slots, h->nslots, *s);
		else
			round = false;
		*s = (struct hash_slot){ 0 };
		n -= n > 0;
	}
	drop_emptied(h, since);
	if (h->moved == h->nold)
		end_growth(h);
}

/* Slots for this many entries: a seventh stays free. */
static uint32_t
slots_for(uint32_t count)
{
	uint32_t n = count + count / 6 + 1;

	return n < SLOTS_MIN ? SLOTS_MIN : n;
}

/* Begins to move to an array of this many slots. */
static bool
resize(struct hash *h, uint32_t nslots)
{
	struct hash_slot *slots = take_array(nslots);

	if (slots == NULL)
		return false;
	h->old = h->slots;
	h->nold = h->nslots;
	h->slots = slots;
	h->nslots = nslots;
	return true;
}

/* The half more that a table grows by lasts until long after the moves. */
static bool
make_room(struct hash *h)
{
	if (h->count >= HASH_ENTRIES_MAX)
		return false;
	if (slots_for(h->count + 1) <= h->nslots)
		return true;

	uint32_t more = h->count / 2 + 1;
	uint32_t count = h->count < HASH_ENTRIES_MAX - more ? h->count + more
							    : HASH_ENTRIES_MAX;

	move(h, h->nold);
	return resize(h, slots_for(count));
}

void
hash_init(
    struct hash *h, const uint64_t key[2], hash_is_fn *is, const void *arg)
{
	*h = (struct hash){ .key = { key[0], key[1] }, .is = is, .arg = arg };
}

uint32_t
hash_find_as(const struct hash *h, uint64_t hash, const void *text, size_t len)
{
	if (h->count == 0 || len > HASH_TEXT_MAX)
		return 0;

	uint32_t upper = (uint32_t)(hash >> 32);
	uint32_t i = find_text(
	    h, h->slots, h->nslots, home(upper, h->nslots), upper, text, len);

	return h->slots[i].ref != 0 ? h->slots[i].ref
				    : find_old(h, upper, text, len);
}

/* Few runs go further than half a line. */
void
hash_prefetch(const struct hash *h, uint64_t hash)
{
	uint32_t i = home((uint32_t)(hash >> 32), h->nslots);

	if (h->slots != NULL) {
		__builtin_prefetch(&h->slots[i], 1);
		__builtin_prefetch(&h->slots[i] + LINE_SLOTS / 2, 1);
	}
}

uint64_t
hash_of(const struct hash *h, const void *text, size_t len)
{
	uint64_t hash = hash_sip(h->key, text, len);

	hash_prefetch(h, hash);
	return hash;
}

uint32_t
hash_find(const struct hash *h, const void *text, size_t len)
{
	return hash_find_as(h, hash_of(h, text, len), text, len);
}

bool
hash_add(struct hash *h, uint64_t hash, const void *text, size_t len,
    uint32_t ref, uint32_t *there)
{
	uint32_t upper = (uint32_t)(hash >> 32);

	*there = 0;
	if (len > HASH_TEXT_MAX || !make_room(h))
		return false;
	move(h, HASH_MOVES);

	uint32_t i = find_text(
	    h, h->slots, h->nslots, home(upper, h->nslots), upper, text, len);

	*there = h->slots[i].ref;
	if (*there == 0)
		*there = find_old(h, upper, text, len);
	if (*there != 0)
		return false;
	h->slots[i] = (struct hash_slot){ upper, ref };
	h->count++;
	return true;
}

bool
hash_remove(struct hash *h, uint64_t hash, uint32_t ref)
{
	uint32_t upper = (uint32_t)(hash >> 32);

	if (h->count == 0)
		return false;
	move(h, HASH_MOVES);

	uint32_t i = find_ref(h->slots, h->nslots, home(upper, h->nslots), ref);

	if (h->slots[i].ref != 0) {
		close_gap(h->slots, h->nslots, i);
		h->count--;
		return true;
	}
	if (h->old == NULL)
		return false;
	i = find_ref(h->old, h->nold, old_home(h, upper), ref);
	if (h->old[i].ref == 0)
		return false;
	close_gap(h->old, h->nold, i);
	h->count--;
	return true;
}

bool
hash_reserve(struct hash *h, uint64_t count)
{
	uint32_t nslots = slots_for(
	    count < HASH_ENTRIES_MAX ? (uint32_t)count : HASH_ENTRIES_MAX);

	if (nslots <= h->nslots)
		return true;
	move(h, h->nold);
	if (!resize(h, nslots))
		return false;
	move(h, h->nold);
	return true;
}

bool
hash_fit(struct hash *h)
{
	uint32_t nslots = slots_for(h->count);

	move(h, h->nold);
	if (nslots == h->nslots)
		return true;
	if (!resize(h, nslots))
		return false;
	move(h, h->nold);
	return true;
}

size_t
hash_octets(const struct hash *h)
{
	return (h->slots != NULL ? array_len(h->nslots) : 0) +
	       (h->old != NULL ? array_len(h->nold) : 0);
}

void
hash_free(struct hash *h)
{
	end_growth(h);
	if (h->slots != NULL)
		give_array(h->slots, h->nslots);
	h->slots = NULL;
	h->nslots = h->count = 0;
}
