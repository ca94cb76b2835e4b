#include "tests/fuzz/splice.h"

#include <string.h>

static size_t
get24(const uint8_t *p)
{
	return (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2];
}

static void
add24(uint8_t *p, size_t change)
{
	size_t value = get24(p) + change;

	p[0] = (uint8_t)(value >> 16);
	p[1] = (uint8_t)(value >> 8);
	p[2] = (uint8_t)value;
}

unsigned
run_messages(const struct run *run, size_t at[MESSAGES_MAX])
{
	unsigned n = 0;
	size_t pos = 0, len;

	while (pos < run->len && n < MESSAGES_MAX) {
		at[n++] = pos;
		if (dia_frame(run->p + pos, run->len - pos, SIZE_MAX, &len) !=
		    DIA_FRAME_OK)
			break;
		pos += len;
	}
	return n;
}

static void
look_into(struct run *run, struct dia_reader *r, is_group_fn *is_group,
    unsigned depth, const size_t *groups)
{
	struct dia_avp avp;

	while (run->npieces < PIECES_MAX && dia_next(r, &avp)) {
		struct piece *piece = &run->pieces[run->npieces++];
		struct dia_reader inner;

		*piece = (struct piece){
			.at = (size_t)(avp.octets.p - run->p),
			.len = (avp.octets.len + 3) & ~(size_t)3,
			.value = (size_t)(avp.data.p - run->p),
			.value_len = avp.data.len,
			.depth = depth,
			.group = is_group(avp.code, avp.vendor),
		};
		if (depth > 0)
			memcpy(piece->groups, groups, depth * sizeof *groups);
		if (!piece->group || depth == DIA_DEPTH_MAX - 1)
			continue;

		size_t around[DIA_DEPTH_MAX];

		memcpy(around, piece->groups, sizeof around);
		around[depth] = piece->at;
		if (dia_enter(r, &avp, &inner))
			look_into(run, &inner, is_group, depth + 1, around);
	}
}

void
run_look(struct run *run, size_t at, is_group_fn *is_group)
{
	struct dia_reader r;
	size_t len;

	run->npieces = 0;
	run->message = at;
	run->message_len = run->len - at;
	if (dia_frame(run->p + at, run->len - at, SIZE_MAX, &len) ==
	    DIA_FRAME_OK)
		run->message_len = len;
	if (run->message_len <= DIA_HEADER_LEN)
		return;
	dia_read(&r, (struct dia_slice){ run->p + at + DIA_HEADER_LEN,
			 run->message_len - DIA_HEADER_LEN });
	look_into(run, &r, is_group, 0, NULL);
}

bool
run_splice(struct run *run, size_t at, size_t old_len, const uint8_t *octets,
    size_t len, unsigned depth, const size_t *groups)
{
	size_t behind = at + old_len;

	if (behind > run->len || run->len - old_len + len > run->cap)
		return false;
	memmove(run->p + at + len, run->p + behind, run->len - behind);
	if (len > 0)
		memcpy(run->p + at, octets, len);
	run->len += len - old_len;
	if (!run->keep_lengths)
		return true;
	for (unsigned i = 0; i < depth; i++)
		add24(run->p + groups[i] + 5, len - old_len);
	if (run->message + 4 <= at)
		add24(run->p + run->message + 1, len - old_len);
	return true;
}
