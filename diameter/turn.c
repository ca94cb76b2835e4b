/*
 * A connection's turns of the loop: read once and hand out every whole
 * message, or write once.  Input is read into a buffer all connections share;
 * what does not end a message is kept aside until more comes.  While there is
 * no room for the longest answer, nothing is read from a connection.
 */
#include "diameter/conn.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "diameter/clock.h"

/* --- Output --- */

static void
shut_if_done(struct dia_conn *conn)
{
	if (conn->cb != NULL || conn->shut || dia_conn_waiting(conn) > 0)
		return;
	conn->shut = true;
	shutdown(conn->fd, SHUT_WR);
}

/* Writes once.  Never calls back, never closes. */
static void
flush(struct dia_conn *conn)
{
	struct dia_buf *now = &conn->out.now;
	size_t len = dia_buf_len(now);

	if (conn->fd < 0 || conn->connecting || conn->broken)
		return;
	if (len > 0) {
		ssize_t n =
		    conn->transport->write(conn->fd, dia_buf_at(now), len);

		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			dia_conn_break(conn);
			return;
		}
		if (n > 0)
			dia_buf_drop(now, (size_t)n);
		if (dia_buf_len(now) > 0)
			event_add(conn->writable, NULL);
	}
	if (conn->stalled && dia_out_has_room(&conn->out)) {
		conn->stalled = false;
		conn->full_ms = 0;
		event_add(conn->readable, NULL);
		event_active(conn->readable, EV_READ, 0);
	}
	shut_if_done(conn);
}

void
dia_turn_write(int fd, short what, void *arg)
{
	struct dia_conn *conn = arg;

	if (!conn->connecting) {
		flush(conn);
		return;
	}

	int error = 0;
	socklen_t len = sizeof error;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0) {
		dia_conn_down(conn, DIA_DOWN_REFUSED, strerror(error));
		return;
	}
	conn->connecting = false;
	event_add(conn->readable, NULL);
	if (conn->cb != NULL)
		conn->cb->up(conn, conn->arg);
	flush(conn);
}

/* A turn of its own flushes at its end; else one is made. */
static bool
sent(struct dia_conn *conn, bool ok)
{
	if (!ok)
		dia_conn_break(conn);
	else if (!conn->in_turn && !conn->connecting)
		event_active(conn->writable, EV_WRITE, 0);
	return ok;
}

static bool
hold(struct dia_conn *conn, const uint8_t *msg, size_t len, uint64_t position)
{
	if (!dia_out_hold(&conn->out, msg, len, position))
		return sent(conn, false);
	if (!conn->holding) {
		conn->holding = true;
		TAILQ_INSERT_TAIL(&conn->all->holding, conn, hold_link);
	}
	return true;
}

/* Some of what it held may leave now. */
static void
let_go(struct dia_conn *conn, bool ok)
{
	if (!ok)
		dia_conn_break(conn);
	if (conn->out.nheld == 0) {
		conn->holding = false;
		TAILQ_REMOVE(&conn->all->holding, conn, hold_link);
	}
	if (!conn->in_turn)
		flush(conn);
}

bool
dia_conn_send(
    struct dia_conn *conn, const uint8_t *msg, size_t len, uint64_t position)
{
	if (conn->fd < 0)
		return false;
	if (position > conn->all->released)
		return hold(conn, msg, len, position);
	return sent(conn, dia_out_put(&conn->out, msg, len));
}

bool
dia_conn_send_last(struct dia_conn *conn, const uint8_t *msg, size_t len)
{
	if (conn->fd < 0)
		return false;
	if (conn->holding)
		return hold(conn, msg, len, 0);
	return sent(conn, dia_out_put(&conn->out, msg, len));
}

void
dia_conns_release(struct dia_conns *all, uint64_t position)
{
	struct dia_conn *conn = TAILQ_FIRST(&all->holding);

	if (position <= all->released)
		return;
	all->released = position;
	while (conn != NULL) {
		struct dia_conn *next = TAILQ_NEXT(conn, hold_link);

		let_go(conn, dia_out_release(&conn->out, position));
		conn = next;
	}
}

void
dia_conns_refuse(struct dia_conns *all)
{
	struct dia_conn *conn = TAILQ_FIRST(&all->holding);

	while (conn != NULL) {
		struct dia_conn *next = TAILQ_NEXT(conn, hold_link);

		let_go(
		    conn, dia_out_refuse(&conn->out, all->released, &all->id));
		conn = next;
	}
}

/* --- Input --- */

/* What garbage() sent leaves, then the connection ends. */
static void
lose_framing(struct dia_conn *conn, const uint8_t *octets, size_t len)
{
	const struct dia_conn_cb *cb = conn->cb;

	cb->garbage(conn, octets, len, conn->arg);
	if (conn->cb == NULL)
		return;
	dia_conn_end(conn);
	cb->down(
	    conn, DIA_DOWN_FRAMING, "no message begins like this", conn->arg);
}

static void
start_watch(struct dia_conn *conn, uint64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	if (!conn->limited && !event_pending(conn->timer, EV_TIMEOUT, NULL))
		event_add(conn->timer, &tv);
}

/* Only what the peer has not read counts: what is held is our disk's fault. */
void
dia_conn_watch(struct dia_conn *conn)
{
	uint64_t now = dia_now_ms(), patience = conn->all->patience_ms;
	uint64_t since = conn->full_ms != 0 ? conn->full_ms : conn->begun_ms;

	if (since == 0)
		return;
	if (now - since < patience)
		start_watch(conn, since + patience - now);
	else if (!conn->stalled)
		dia_conn_down(conn, DIA_DOWN_TIME,
		    "a message was begun, and not ended in time");
	else if (dia_buf_len(&conn->out.now) > 0)
		dia_conn_down(conn, DIA_DOWN_TIME,
		    "its output stayed full: it does not read");
	else
		start_watch(conn, patience);
}

/* What is left of the input, behind what was used, is the beginning of a
 * message. */
static void
note_rest(struct dia_conn *conn, size_t used, size_t rest)
{
	if (rest == 0 || conn->stalled)
		conn->begun_ms = 0;
	else if (used > 0 || conn->begun_ms == 0)
		conn->begun_ms = dia_now_ms();
	if (conn->begun_ms != 0)
		start_watch(conn, conn->all->patience_ms);
}

/* Hands out what buf holds; the octets used. */
static size_t
consume(struct dia_conn *conn, const uint8_t *buf, size_t len)
{
	size_t used = 0, msglen;

	while (conn->cb != NULL && !conn->broken) {
		if (!dia_out_has_room(&conn->out)) {
			conn->stalled = true;
			conn->full_ms = dia_now_ms();
			start_watch(conn, conn->all->patience_ms);
			event_del(conn->readable);
			break;
		}

		enum dia_frame frame = dia_frame(
		    buf + used, len - used, conn->all->max_message, &msglen);

		if (frame == DIA_FRAME_OK) {
			conn->cb->message(conn, buf + used, msglen, conn->arg);
			used += msglen;
			continue;
		}
		if (frame == DIA_FRAME_BAD) {
			lose_framing(conn, buf + used, len - used);
			return len;
		}
		break;
	}
	return used;
}

static void
end_of_input(struct dia_conn *conn, int error)
{
	if (error == ERESTART)
		dia_conn_restart(conn);
	else if (error == EBADMSG)
		dia_conn_down(conn, DIA_DOWN_FRAMING,
		    "RFC 6733 2.1.1: what came is not one message");
	else
		dia_conn_down(conn, DIA_DOWN_ERROR, strerror(error));
}

/* Octets read behind the first have octets of the input buffer; 0: none yet;
 * -1: the connection is down. */
static ssize_t
read_once(struct dia_conn *conn, size_t have)
{
	struct dia_conns *all = conn->all;

	if (have >= all->input_cap)
		return 0;

	ssize_t n =
	    conn->transport->read(conn->fd, all->input, have, all->input_cap);

	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == 0)
		dia_conn_down(conn, DIA_DOWN_EOF, "the peer closed it");
	else
		end_of_input(conn, errno);
	return -1;
}

/* Reads once.  False: there is no more to read in this turn. */
static bool
take_input(struct dia_conn *conn)
{
	struct dia_conns *all = conn->all;
	size_t have = dia_buf_len(&conn->in);

	if (have > 0)
		memcpy(all->input, dia_buf_at(&conn->in), have);

	ssize_t n = read_once(conn, have);

	if (n < 0)
		return false;

	size_t len = have + (size_t)n, used = consume(conn, all->input, len);

	if (conn->fd < 0 || conn->cb == NULL || (n == 0 && used == 0))
		return false;
	note_rest(conn, used, len - used);
	if (used > 0)
		dia_buf_drop(&conn->in, have);
	else
		used = have;
	if (!dia_buf_put(&conn->in, all->input + used, len - used, SIZE_MAX))
		dia_conn_down(conn, DIA_DOWN_MEMORY, "out of memory");
	return n > 0 && conn->fd >= 0 && !conn->stalled && !conn->broken;
}

void
dia_turn_read(int fd, short what, void *arg)
{
	struct dia_conn *conn = arg;

	conn->in_turn = true;
	if (conn->broken)
		dia_conn_down(conn, DIA_DOWN_ERROR, "it cannot be written to");
	for (unsigned n = 0; n < conn->transport->reads; n++) {
		if (conn->fd < 0 || conn->stalled || !take_input(conn))
			break;
	}
	conn->in_turn = false;
	flush(conn);
}
