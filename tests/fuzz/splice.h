/*
 * Where the AVPs of a run of messages stand, and how to put octets in and out
 * of it with all lengths around them kept right, or on purpose not.
 */
#ifndef TESTS_FUZZ_SPLICE_H
#define TESTS_FUZZ_SPLICE_H

#include "diameter/codec.h"

enum { PIECES_MAX = 256, MESSAGES_MAX = 64 };

/* One AVP of the message looked at; offsets count from the run's start. */
struct piece {
	size_t at, len; /* with its padding; what is there of it */
	size_t value, value_len;
	unsigned depth; /* groups around it */
	size_t groups[DIA_DEPTH_MAX];
	bool group;
};

struct run {
	uint8_t *p;
	size_t len, cap;
	bool keep_lengths;
	size_t message; /* the one looked at */
	size_t message_len;
	struct piece pieces[PIECES_MAX];
	unsigned npieces;
};

/* Is it a group?  Of any AVP that a dictionary of ours has. */
typedef bool is_group_fn(uint32_t code, uint32_t vendor);

/* Offsets of the messages; at least one, whatever the octets are, unless
 * there are none. */
unsigned run_messages(const struct run *, size_t at[MESSAGES_MAX]);
/* Looks at the message at this offset. */
void run_look(struct run *, size_t at, is_group_fn *);
/*
 * Replaces old_len octets at this offset by others.  depth and groups: what is
 * around them, whose lengths change with keep_lengths.  False: no room.
 */
bool run_splice(struct run *, size_t at, size_t old_len, const uint8_t *octets,
    size_t len, unsigned depth, const size_t *groups);

#endif
