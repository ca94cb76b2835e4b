/*
 * Matching a text: all places of the list of operations that it can be at are
 * followed at once, octet by octet, after Thompson.
 */
#include "store/pattern.h"

/* The places that an octet may be at. */
struct places {
	uint16_t n;
	uint16_t list[PATTERN_OPS_MAX];
};

/* Adds a place and all that are reached from it without an octet.  seen: the
 * octet, from 1, before which an operation was reached last. */
static void
reach(const struct pattern_op *ops, struct places *to, uint16_t *seen,
    uint16_t now, unsigned at)
{
	uint16_t stack[PATTERN_OPS_MAX + 1];
	unsigned n = 0;

	stack[n++] = (uint16_t)at;
	while (n > 0) {
		unsigned i = stack[--n];
		const struct pattern_op *op = &ops[i];

		if (seen[i] == now)
			continue;
		seen[i] = now;
		if (op->kind != PATTERN_JUMP && op->kind != PATTERN_SPLIT) {
			to->list[to->n++] = (uint16_t)i;
			continue;
		}
		/* At most one place more than it has taken: no overflow. */
		stack[n++] = (uint16_t)((int)i + op->to);
		if (op->kind == PATTERN_SPLIT)
			stack[n++] = (uint16_t)(i + 1);
	}
}

static bool
takes(const struct pattern_op *op, const pattern_set *sets, uint8_t c)
{
	switch (op->kind) {
	case PATTERN_OCTET:
		return op->arg == c;
	case PATTERN_ANY:
		return true;
	case PATTERN_SET:
		return (sets[op->arg][c / 8] >> c % 8 & 1) != 0;
	default:
		return false;
	}
}

bool
pattern_match(const struct pattern_op *ops, size_t nops,
    const pattern_set *sets, const char *text, size_t len)
{
	uint16_t seen[PATTERN_OPS_MAX] = { 0 };
	struct places both[2], *from = &both[0], *to = &both[1];

	from->n = 0;
	if (nops == 0 || nops > PATTERN_OPS_MAX || len >= UINT16_MAX)
		return false;
	reach(ops, from, seen, 1, 0);
	for (size_t i = 0; i < len && from->n > 0; i++) {
		struct places *swap = from;

		to->n = 0;
		for (uint16_t k = 0; k < from->n; k++) {
			unsigned at = from->list[k];

			if (takes(&ops[at], sets, (uint8_t)text[i]))
				reach(ops, to, seen, (uint16_t)(i + 2), at + 1);
		}
		from = to;
		to = swap;
	}
	for (uint16_t k = 0; k < from->n; k++) {
		if (ops[from->list[k]].kind == PATTERN_DONE)
			return true;
	}
	return false;
}
