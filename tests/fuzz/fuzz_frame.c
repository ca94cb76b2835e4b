/*
 * Framing: an input is how a stream of octets is split, and the stream.  What
 * one look at the whole stream gives, a connection gives too, whatever it
 * reads and writes at a time; what it is told to send arrives in order.
 *
 * First octet: how many of the next (16 at most) are sizes, used in turn, of
 * what one read gives or one write takes; 0: nothing this time.
 */
#include <event2/event.h>
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "diameter/conn.h"
#include "tests/fuzz/fuzz.h"

enum {
	SIZES_MAX = 16,
	MESSAGE_MAX = 4096,
	OUT_MAX = DIA_MESSAGE_MAX + 600,
	STREAM_MAX = 16384
};

static struct {
	const uint8_t *sizes;
	unsigned nsizes, reads, writes;
	struct dia_slice in; /* not yet read */
	const uint8_t *next; /* of the stream: where a message begins */
	const uint8_t *end;
	uint8_t sent[STREAM_MAX], arrived[STREAM_MAX];
	size_t sent_len, arrived_len;
	uint64_t position;
	bool garbage, down;
} at;

/* --- A transport --- */

static size_t
next_size(unsigned *count)
{
	if (at.nsizes == 0)
		return SIZE_MAX;
	return at.sizes[(*count)++ % at.nsizes];
}

/* What begins where the next message should. */
static enum dia_frame
next_frame(size_t *len)
{
	return dia_frame(at.next, (size_t)(at.end - at.next), MESSAGE_MAX, len);
}

/* The end of the stream is not told while what is read already waits: a peer
 * that has gone gets no answer, so it would rightly be dropped. */
static ssize_t
fake_read(int fd, uint8_t *buf, size_t have, size_t cap)
{
	size_t len = next_size(&at.reads);

	(void)fd;
	if (len > cap - have)
		len = cap - have;
	if (len > at.in.len)
		len = at.in.len;
	if (len == 0) {
		size_t whole;

		errno = EAGAIN;
		return at.in.len > 0 || next_frame(&whole) != DIA_FRAME_SHORT
			   ? -1
			   : 0;
	}
	memcpy(buf + have, at.in.p, len);
	at.in.p += len;
	at.in.len -= len;
	return (ssize_t)len;
}

static ssize_t
fake_write(int fd, const uint8_t *messages, size_t len)
{
	size_t size = next_size(&at.writes);

	(void)fd;
	if (len > size)
		len = size;
	if (len == 0) {
		errno = EAGAIN;
		return -1;
	}
	FUZZ_CHECK(len <= sizeof at.arrived - at.arrived_len);
	memcpy(at.arrived + at.arrived_len, messages, len);
	at.arrived_len += len;
	return (ssize_t)len;
}

static int
fake_setup(int fd)
{
	return fd;
}

static const struct dia_transport fake = {
	.name = "fake",
	.setup = fake_setup,
	.read = fake_read,
	.reads = 1,
	.write = fake_write,
};

/* --- An owner: every message goes back, some are held --- */

static void
on_message(struct dia_conn *conn, const uint8_t *msg, size_t len, void *arg)
{
	size_t whole;

	(void)arg;
	FUZZ_CHECK(next_frame(&whole) == DIA_FRAME_OK);
	FUZZ_CHECK(whole == len && memcmp(at.next, msg, len) == 0);
	at.next += len;

	uint64_t position = (msg[len - 1] & 1) != 0 ? ++at.position : 0;

	/* Each goes behind all that was sent before, held or not. */
	if (position == 0)
		FUZZ_CHECK(dia_conn_send_last(conn, msg, len));
	else
		FUZZ_CHECK(dia_conn_send(conn, msg, len, position));
	memcpy(at.sent + at.sent_len, msg, len);
	at.sent_len += len;
	if ((msg[len - 1] & 2) != 0)
		dia_conns_release(conn->all, at.position);
}

static void
on_garbage(struct dia_conn *conn, const uint8_t *octets, size_t len, void *arg)
{
	size_t whole;

	(void)conn;
	(void)arg;
	FUZZ_CHECK(len <= (size_t)(at.end - at.next));
	FUZZ_CHECK(memcmp(at.next, octets, len) == 0);
	FUZZ_CHECK(
	    dia_frame(octets, len, MESSAGE_MAX, &whole) == DIA_FRAME_BAD);
	at.garbage = true;
}

static void
on_down(struct dia_conn *conn, enum dia_down down, const char *why, void *arg)
{
	size_t whole;
	enum dia_frame frame =
	    dia_frame(at.next, (size_t)(at.end - at.next), MESSAGE_MAX, &whole);

	(void)conn;
	(void)arg;
	FUZZ_CHECK(why != NULL);
	at.down = true;
	if (down == DIA_DOWN_FRAMING) {
		FUZZ_CHECK(at.garbage && frame == DIA_FRAME_BAD);
		return;
	}
	FUZZ_CHECK(down == DIA_DOWN_EOF && at.in.len == 0);
	FUZZ_CHECK(frame == DIA_FRAME_SHORT);
}

static const struct dia_conn_cb owner = {
	.message = on_message,
	.garbage = on_garbage,
	.down = on_down,
};

/* --- Turns --- */

/* Reads until the end, as often as there are octets, and sizes of 0 between
 * them; everything that was held is released now and then. */
static void
turns(struct dia_conns *all, struct dia_conn *conn)
{
	size_t most = 64 + (SIZES_MAX + 1) * (2 * at.in.len + 2);

	for (size_t i = 0; i < most && !at.down; i++) {
		dia_turn_read(conn->fd, EV_READ, conn);
		if (i % 4 == 3)
			dia_conns_release(all, at.position);
		if (!at.down && i % 2 == 1)
			dia_turn_write(conn->fd, EV_WRITE, conn);
	}
	FUZZ_CHECK(at.down);
}

/* What was still waiting when the framing was lost is written later. */
static void
drain(struct dia_conns *all, struct dia_conn *conn)
{
	dia_conns_release(all, at.position);
	at.nsizes = 0;
	if (conn->fd >= 0)
		dia_turn_write(conn->fd, EV_WRITE, conn);
	if (at.garbage)
		FUZZ_CHECK(at.arrived_len == at.sent_len);
	FUZZ_CHECK(at.arrived_len <= at.sent_len);
	FUZZ_CHECK(memcmp(at.arrived, at.sent, at.arrived_len) == 0);
}

static bool
all_zero(const uint8_t *sizes, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (sizes[i] != 0)
			return false;
	}
	return true;
}

size_t
fuzz_prefix(const uint8_t *input, size_t len)
{
	size_t prefix = len > 0 ? 1 + (size_t)(input[0] % (SIZES_MAX + 1)) : 0;

	return prefix < len ? prefix : len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	static const struct dia_identity id = { "hss.ims.example",
		"ims.example" };
	static struct event_base *base;
	size_t prefix = fuzz_prefix(input, len);
	struct dia_conns all;

	if (base == NULL)
		base = event_base_new();
	if (len - prefix > STREAM_MAX)
		len = prefix + STREAM_MAX;
	at.sizes = input + 1;
	at.nsizes = prefix > 1 ? (unsigned)prefix - 1 : 0;
	if (all_zero(at.sizes, at.nsizes))
		at.nsizes = 0;
	at.reads = at.writes = 0;
	at.in = (struct dia_slice){ input + prefix, len - prefix };
	at.next = at.in.p;
	at.end = at.in.p + at.in.len;
	at.sent_len = at.arrived_len = 0;
	at.position = 0;
	at.garbage = at.down = false;

	FUZZ_CHECK(dia_conns_init(&all, base, &id, MESSAGE_MAX));
	all.out_max = OUT_MAX;

	struct dia_conn *conn =
	    dia_conn_accept(&all, &fake, eventfd(0, EFD_CLOEXEC), &owner, NULL);

	FUZZ_CHECK(conn != NULL);
	turns(&all, conn);
	drain(&all, conn);
	dia_conns_free(&all);
	return 0;
}
