/*
 * Messages waiting to leave a connection, in two queues: what may leave now,
 * and answers held until the store has reached the position their promise
 * depends on.  Held answers leave in the order they were given; an answer
 * that promises nothing does not wait for them.  Hop-by-Hop Identifiers tell
 * the peer which is which (RFC 6733, 3).
 */
#include "diameter/out.h"

#include <assert.h>
#include <string.h>

enum { POSITION_LEN = sizeof(uint64_t), REFUSAL_CAP = 4096 };

void
dia_out_free(struct dia_out *out)
{
	dia_buf_free(&out->now);
	dia_buf_free(&out->held);
}

size_t
dia_out_len(const struct dia_out *out)
{
	return dia_buf_len(&out->now) + dia_buf_len(&out->held);
}

static size_t
room(const struct dia_out *out)
{
	size_t len = dia_out_len(out);

	return len < out->max ? out->max - len : 0;
}

bool
dia_out_has_room(const struct dia_out *out)
{
	return room(out) >= POSITION_LEN + DIA_MESSAGE_MAX;
}

bool
dia_out_put(struct dia_out *out, const uint8_t *msg, size_t len)
{
	return len <= room(out) && dia_buf_put(&out->now, msg, len, out->max);
}

bool
dia_out_hold(
    struct dia_out *out, const uint8_t *msg, size_t len, uint64_t position)
{
	struct dia_buf *held = &out->held;

	if (len + POSITION_LEN > room(out) ||
	    !dia_buf_put(held, &position, POSITION_LEN, out->max))
		return false;
	if (dia_buf_put(held, msg, len, out->max)) {
		out->nheld++;
		return true;
	}
	held->end -= POSITION_LEN;
	return false;
}

static void
drop_first(struct dia_out *out, size_t len)
{
	dia_buf_drop(&out->held, POSITION_LEN + len);
	out->nheld--;
}

/* The first entry of a held queue; its message's length, 0: there is none. */
static size_t
first(const struct dia_buf *held, uint64_t *position, const uint8_t **msg)
{
	size_t left = dia_buf_len(held), len = 0;

	if (left < POSITION_LEN)
		return 0;
	memcpy(position, dia_buf_at(held), POSITION_LEN);
	*msg = dia_buf_at(held) + POSITION_LEN;

	enum dia_frame frame =
	    dia_frame(*msg, left - POSITION_LEN, SIZE_MAX, &len);

	assert(frame == DIA_FRAME_OK);
	return frame == DIA_FRAME_OK ? len : 0;
}

bool
dia_out_release(struct dia_out *out, uint64_t position)
{
	const uint8_t *msg;
	uint64_t needs;
	size_t len;
	bool ok = true;

	while (
	    (len = first(&out->held, &needs, &msg)) > 0 && needs <= position) {
		ok &= dia_buf_put(&out->now, msg, len, SIZE_MAX);
		drop_first(out, len);
	}
	return ok;
}

/* A held answer has all that its refusal takes from the request: the ids, the
 * Session-Id, every Proxy-Info. */
static bool
put_refusal(struct dia_buf *now, const uint8_t *msg, size_t len,
    const struct dia_identity *id)
{
	static const struct dia_fault fault = { .result =
						    DIA_UNABLE_TO_COMPLY };
	uint8_t answer[REFUSAL_CAP];
	struct dia_fault ignored;
	struct dia_msg held;

	dia_parse(&held, msg, len, &ignored);

	size_t n = dia_answer_fault(
	    answer, sizeof answer, &held, id, &dia_base_dict, &fault);

	return n > 0 && dia_buf_put(now, answer, n, SIZE_MAX);
}

bool
dia_out_refuse(
    struct dia_out *out, uint64_t released, const struct dia_identity *id)
{
	const uint8_t *msg;
	uint64_t needs;
	size_t len;
	bool ok = true;

	while ((len = first(&out->held, &needs, &msg)) > 0) {
		if (needs > released)
			ok &= put_refusal(&out->now, msg, len, id);
		else
			ok &= dia_buf_put(&out->now, msg, len, SIZE_MAX);
		drop_first(out, len);
	}
	return ok;
}
