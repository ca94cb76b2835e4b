/* Messages waiting to leave a connection (private). */
#ifndef DIAMETER_OUT_H
#define DIAMETER_OUT_H

#include "diameter/buf.h"
#include "diameter/codec.h"

/* All zero but max: empty.  The parts hold at most max octets together. */
struct dia_out {
	size_t max;
	struct dia_buf now;  /* whole messages, the first perhaps begun */
	struct dia_buf held; /* entries: position, whole message */
	unsigned nheld;
};

void dia_out_free(struct dia_out *);
/* Octets in both parts. */
size_t dia_out_len(const struct dia_out *);
/* Is there room for one more answer, however long? */
bool dia_out_has_room(const struct dia_out *);
/* Appends a message to what may leave now.  False: no room or memory. */
bool dia_out_put(struct dia_out *, const uint8_t *msg, size_t len);
/* Appends a message that waits for a position; 0: only for those before. */
bool dia_out_hold(
    struct dia_out *, const uint8_t *msg, size_t len, uint64_t position);
/* What waits for positions up to this one, and nothing before it waits for
 * more, may leave.  False: no memory, and a message is lost. */
bool dia_out_release(struct dia_out *, uint64_t position);
/* Everything held may leave; what waits for a position above released, as the
 * answer 5012 of that identity.  False: no memory, and a message is lost. */
bool dia_out_refuse(
    struct dia_out *, uint64_t released, const struct dia_identity *);

#endif
