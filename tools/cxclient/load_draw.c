/*
 * Which request comes next.  A user's requests all take one connection, so the
 * server handles them in the order in which they were made.  At random means
 * the same order for the same seed.
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

/* How many users the connection has. */
static uint32_t
users_of(const struct load_draw *draw, unsigned lane)
{
	if (lane >= draw->count)
		return 1;
	return (draw->count - lane - 1) / draw->lanes + 1;
}

bool
load_draw_more(const struct load_draw *draw, unsigned lane, uint32_t turn)
{
	if (!draw->once)
		return true;
	return lane < draw->count && turn < users_of(draw, lane);
}

/* A number below n. */
static uint32_t
number(struct load_draw *draw, uint32_t turn, uint32_t n)
{
	return draw->random ? load_random(&draw->seed, n) : turn % n;
}

struct load_ask
load_draw_next(struct load_draw *draw, unsigned lane, uint32_t *turn)
{
	uint32_t nth = number(draw, (*turn)++, users_of(draw, lane));
	uint32_t type = number(draw, draw->turn, draw->ntypes);
	uint32_t name = number(draw, draw->turn, draw->names);

	draw->turn++;
	return (struct load_ask){
		.kind = load_mix_next(&draw->mix),
		.type = draw->types[type],
		.name = name + 1,
		.user = (uint64_t)draw->first + lane % draw->count +
			(uint64_t)nth * draw->lanes,
	};
}
