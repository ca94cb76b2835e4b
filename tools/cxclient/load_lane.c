/*
 * One connection of a load.  The slot of a request is the low part of its
 * hop-by-hop identifier, so an answer finds its request at once; the high part
 * changes, so that a late answer does not find another's.  Requests are
 * queued, then sent in one go.  TCP alone: SCTP wants a send per message.
 */
#include "tools/cxclient/load_lane.h"

#include "tools/cxclient/reply.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t
load_now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
release(struct load_lane *l, struct load_slot *slot)
{
	slot->busy = false;
	l->inflight--;
	l->spare[LOAD_WINDOW_MAX - 1 - l->inflight] =
	    (uint16_t)(slot - l->slots);
}

static struct load_asked
asked(struct load_lane *l, const struct load_slot *slot)
{
	return (struct load_asked){
		.ask = slot->ask,
		.number = slot->number,
		.server_name = load_request_server(
		    &l->requests[slot->ask.kind], slot->ask.name),
	};
}

/* There will be no answer to this one, or it comes too late. */
static void
give_up(struct load_lane *l, struct load_slot *slot)
{
	if (l->record != NULL) {
		const struct load_asked a = asked(l, slot);

		load_record_silence(l->record, &a);
	}
	release(l, slot);
}

/* The connection is over: what is in flight has no answer any more. */
static void
drop(struct load_lane *l)
{
	for (size_t i = 0; i < LOAD_WINDOW_MAX; i++) {
		struct load_slot *slot = &l->slots[i];

		if (!slot->busy)
			continue;
		if (l->measuring)
			l->tally->kind[slot->ask.kind].lost++;
		give_up(l, slot);
	}
	l->open = false;
	l->link.open = false;
	l->out_at = l->out_len = 0;
}

/* A request of the server: watchdog, farewell, RTR, PPR. */
static void
serve(struct load_lane *l, const struct dia_msg *req)
{
	size_t len = reply_make(
	    l->out + l->out_len, LOAD_OUT_CAP - l->out_len, &l->link.id, req);

	l->out_len += len;
	if (len == 0 || (req->hdr.app == 0 && req->hdr.code == REPLY_DPR)) {
		load_lane_flush(l);
		drop(l);
	}
}

static void
take(struct load_lane *l, const struct dia_msg *msg, uint64_t now)
{
	struct load_slot *slot = &l->slots[msg->hdr.hbh % LOAD_WINDOW_MAX];

	if ((msg->hdr.flags & DIA_R) != 0) {
		serve(l, msg);
		return;
	}
	if (!slot->busy || slot->hbh != msg->hdr.hbh) {
		l->tally->late += l->measuring;
		return;
	}
	if (l->measuring)
		load_tally_answer(l->tally, slot->ask.kind, msg,
		    now > slot->start_ns ? now - slot->start_ns : 0);
	if (l->record != NULL) {
		const struct load_asked a = asked(l, slot);

		load_record_answer(l->record, &a, msg);
	}
	release(l, slot);
}

/* All whole messages of the input. */
static void
take_all(struct load_lane *l, uint64_t now)
{
	size_t at = 0;

	while (l->open) {
		enum dia_frame frame;
		struct dia_fault fault;
		struct dia_msg msg;
		size_t len;

		frame = dia_frame(
		    l->in + at, l->in_len - at, DIA_MESSAGE_MAX, &len);
		if (frame == DIA_FRAME_SHORT)
			break;
		if (frame == DIA_FRAME_BAD ||
		    !dia_parse(&msg, l->in + at, len, &fault)) {
			drop(l);
			break;
		}
		take(l, &msg, now);
		at += len;
	}
	l->in_len -= at;
	memmove(l->in, l->in + at, l->in_len);
}

enum link_result
load_lane_open(struct load_lane *l, const char *host, const char *port)
{
	enum link_result result = link_open(&l->link, tcp_connect, host, port);

	if (result != LINK_OK)
		return result;
	for (uint16_t i = 0; i < LOAD_WINDOW_MAX; i++)
		l->spare[i] = (uint16_t)(LOAD_WINDOW_MAX - 1 - i);
	l->open = true;
	l->e2e = l->link.e2e;
	/* octets behind the CEA */
	l->in_len = l->link.len - l->link.taken;
	memcpy(l->in, l->link.in + l->link.taken, l->in_len);
	l->link.len = l->link.taken = 0;
	return result;
}

bool
load_lane_room(const struct load_lane *l, unsigned window)
{
	return l->open && l->inflight < window &&
	       LOAD_OUT_CAP - l->out_len >= 2 * LOAD_REQUEST_CAP;
}

void
load_lane_put(
    struct load_lane *l, const struct load_ask *ask, uint64_t start_ns)
{
	struct load_request *r = &l->requests[ask->kind];
	uint16_t index = l->spare[LOAD_WINDOW_MAX - 1 - l->inflight];
	struct load_slot *slot = &l->slots[index];

	l->inflight++;
	l->number++;
	*slot = (struct load_slot){
		.start_ns = start_ns,
		.hbh = l->number * LOAD_WINDOW_MAX + index,
		.busy = true,
		.ask = *ask,
		.number = l->record != NULL ? ++l->record->number : 0,
	};
	load_request_patch(r, slot->hbh, l->e2e++, l->number, ask);
	memcpy(l->out + l->out_len, r->octets, r->len);
	l->out_len += r->len;
}

void
load_lane_flush(struct load_lane *l)
{
	while (l->open && l->out_at < l->out_len) {
		ssize_t n = send(l->link.fd, l->out + l->out_at,
		    l->out_len - l->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			l->out_at += (size_t)n;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			drop(l);
	}
	l->out_len -= l->out_at;
	memmove(l->out, l->out + l->out_at, l->out_len);
	l->out_at = 0;
}

void
load_lane_read(struct load_lane *l)
{
	ssize_t n = recv(l->link.fd, l->in + l->in_len, LOAD_IN_CAP - l->in_len,
	    MSG_DONTWAIT);

	if (n > 0) {
		l->in_len += (size_t)n;
		take_all(l, load_now_ns());
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		drop(l);
	}
}

void
load_lane_expire(struct load_lane *l, uint64_t before_ns)
{
	for (size_t i = 0; l->inflight > 0 && i < LOAD_WINDOW_MAX; i++) {
		struct load_slot *slot = &l->slots[i];

		if (!slot->busy || slot->start_ns >= before_ns)
			continue;
		if (l->measuring)
			l->tally->kind[slot->ask.kind].timeouts++;
		give_up(l, slot);
	}
}

void
load_lane_close(struct load_lane *l)
{
	for (size_t i = 0; l->inflight > 0 && i < LOAD_WINDOW_MAX; i++) {
		if (l->slots[i].busy)
			give_up(l, &l->slots[i]);
	}
	/* a message in part: no farewell could be told from it */
	if (l->in_len > 0 || l->out_len > 0)
		l->link.open = false;
	link_close(&l->link);
}
