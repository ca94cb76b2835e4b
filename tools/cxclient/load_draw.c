/*
 * Which request comes next.  A user's requests all take one connection, so the
 * server handles them in the order in which they were made.  At random means
 * the same order for the same seed (xorshift64*).
 */
#include "tools/cxclient/load_draw.h"

#include "cx/avps.h"
#include "tools/cxclient/values.h"

#include <string.h>

enum { TYPE_CAP = 64 /* octets of a type's name and its NUL */ };

bool
load_types_read(struct load_draw *draw, const char *text)
{
	uint32_t types[LOAD_TYPES_MAX];
	unsigned n = 0;

	for (;; text++) {
		char name[TYPE_CAP] = "";
		size_t len = strcspn(text, ",");
		struct dia_u32 type;

		if (n == LOAD_TYPES_MAX || len == 0 || len >= sizeof name)
			return false;
		memcpy(name, text, len);
		if (!value_type(
			name, CX(SERVER_ASSIGNMENT_TYPE)->values, &type))
			return false;
		types[n++] = type.value;
		text += len;
		if (*text == '\0')
			break;
	}
	memcpy(draw->types, types, n * sizeof *types);
	draw->ntypes = n;
	return true;
}

/* A number below n. */
static uint32_t
throw_dice(struct load_draw *draw, uint32_t n)
{
	uint64_t d = draw->dice;

	d ^= d >> 12;
	d ^= d << 25;
	d ^= d >> 27;
	draw->dice = d;
	return (uint32_t)((d * UINT64_C(2685821657736338717)) >> 32) % n;
}

static uint32_t
user_of(struct load_draw *draw, unsigned lane, uint32_t *turn)
{
	if (lane >= draw->count)
		return lane % draw->count;

	uint32_t of_lane = (draw->count - lane - 1) / draw->lanes + 1;
	uint32_t nth =
	    draw->dice != 0 ? throw_dice(draw, of_lane) : *turn % of_lane;

	*turn = (*turn + 1) % of_lane;
	return lane + nth * draw->lanes;
}

struct load_ask
load_draw_next(struct load_draw *draw, unsigned lane, uint32_t *turn)
{
	uint32_t user = user_of(draw, lane, turn);
	uint32_t type = draw->turn % draw->ntypes;
	uint32_t name = draw->turn % draw->names;

	draw->turn++;
	if (draw->dice != 0) {
		type = throw_dice(draw, draw->ntypes);
		name = throw_dice(draw, draw->names);
	}
	return (struct load_ask){
		.kind = load_mix_next(&draw->mix),
		.type = draw->types[type],
		.name = name + 1,
		.user = (uint64_t)draw->first + user,
	};
}
