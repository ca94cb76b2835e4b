/*
 * Flows of a capture: TCP segments put in order until messages are whole, SCTP
 * DATA chunks put together.  A flow is read as Diameter when one of its ports
 * is 3868 or its octets begin like a message.
 *
 * After octets that are missing or no message, a flow is taken up again at the
 * next segment that begins like a message.
 */
#include "tools/diadump/dump.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	PORT = 3868,
	FLOWS_MAX = 4096,
	HELD_MAX = 256, /* segments ahead of a gap */
};

/* A segment that came before the one in front of it. */
struct held {
	uint32_t seq;
	struct payload data; /* lies in the file */
};

struct flow {
	struct flow_key key;
	bool synced;   /* next is known and at hand is no rubbish */
	uint32_t next; /* sequence number, or TSN of a fragment */
	uint8_t *buf;  /* octets of a message not yet whole */
	size_t len, cap, offset;
	struct held *held;
	unsigned nheld;
};

struct flows {
	struct dump *dump;
	struct flow *v[FLOWS_MAX];
	unsigned n;
	bool full;
};

struct flows *
flows_new(struct dump *d)
{
	struct flows *flows = calloc(1, sizeof *flows);

	if (flows == NULL)
		err(2, NULL);
	flows->dump = d;
	return flows;
}

static void
put_end(char *out, size_t cap, const struct flow_key *key, const uint8_t *addr,
    unsigned port)
{
	char text[INET6_ADDRSTRLEN] = "";
	bool v6 = key->family == 6;

	inet_ntop(v6 ? AF_INET6 : AF_INET, addr, text, sizeof text);
	snprintf(out, cap, v6 ? "[%s]:%u" : "%s:%u", text, port);
}

/* Names the flow in what is printed from now on. */
static void
name_flow(struct dump *d, const struct flow_key *key)
{
	static char text[2 * (INET6_ADDRSTRLEN + 16)];
	char src[INET6_ADDRSTRLEN + 10], dst[INET6_ADDRSTRLEN + 10];

	put_end(src, sizeof src, key, key->src, key->sport);
	put_end(dst, sizeof dst, key, key->dst, key->dport);
	snprintf(text, sizeof text, "%s > %s", src, dst);
	d->flow = text;
}

/* The flow of a key, made if need be; NULL beyond the limit. */
static struct flow *
find(struct flows *flows, const struct flow_key *key, size_t offset)
{
	for (unsigned i = flows->n; i-- > 0;) {
		if (memcmp(&flows->v[i]->key, key, sizeof *key) == 0)
			return flows->v[i];
	}
	if (flows->n == FLOWS_MAX) {
		if (!flows->full)
			dump_fault(flows->dump, offset,
			    "more than %d flows, the others are left out",
			    FLOWS_MAX);
		flows->full = true;
		return NULL;
	}

	struct flow *flow = calloc(1, sizeof *flow);

	if (flow == NULL)
		err(2, NULL);
	flow->key = *key;
	flows->v[flows->n++] = flow;
	return flow;
}

static bool
is_diameter_port(const struct flow_key *key)
{
	return key->sport == PORT || key->dport == PORT;
}

static void
append(struct flow *flow, const struct payload *data)
{
	if (flow->len == 0)
		flow->offset = data->offset;
	if (data->len > flow->cap - flow->len) {
		size_t cap = 2 * (flow->len + data->len);
		uint8_t *buf = realloc(flow->buf, cap);

		if (buf == NULL)
			err(2, NULL);
		flow->buf = buf;
		flow->cap = cap;
	}
	if (data->len > 0)
		memcpy(flow->buf + flow->len, data->p, data->len);
	flow->len += data->len;
}

/* Tells what is left of a message that will not become whole. */
static void
drop(struct flows *flows, struct flow *flow, const char *why)
{
	if (flow->len > 0)
		dump_fault(flows->dump, flow->offset, "%s", why);
	flow->len = 0;
	flow->synced = false;
}

/* Prints the messages that have become whole. */
static void
print_whole(struct flows *flows, struct flow *flow, const struct payload *last)
{
	size_t used;

	if (!dump_stream(
		flows->dump, flow->buf, flow->len, flow->offset, &used)) {
		flow->len = 0;
		flow->synced = false;
		return;
	}
	flow->len -= used;
	if (used > 0 && flow->len > 0) {
		memmove(flow->buf, flow->buf + used, flow->len);
		flow->offset = last->offset + last->len - flow->len;
	}
}

/* The octets in turn. */
static void
take(struct flows *flows, struct flow *flow, uint32_t seq,
    const struct payload *data)
{
	flow->next = seq + (uint32_t)(data->len + data->lost);
	append(flow, data);
	print_whole(flows, flow, data);
	if (data->lost > 0)
		drop(flows, flow, "message not captured whole");
}

/* The octets from flow->next on; false if all are known already. */
static bool
trim(const struct flow *flow, uint32_t *seq, struct payload *data)
{
	uint32_t known = flow->next - *seq;

	if (known >= data->len)
		return false;
	data->p += known;
	data->len -= known;
	data->offset += known;
	*seq = flow->next;
	return true;
}

static bool
is_ahead(const struct flow *flow, uint32_t seq)
{
	return (int32_t)(seq - flow->next) > 0;
}

/* Takes what has been held while it is in turn. */
static void
take_held(struct flows *flows, struct flow *flow)
{
	for (unsigned i = 0; i < flow->nheld && flow->synced;) {
		struct held h = flow->held[i];

		if (is_ahead(flow, h.seq)) {
			i++;
			continue;
		}
		flow->held[i] = flow->held[--flow->nheld];
		if (trim(flow, &h.seq, &h.data))
			take(flows, flow, h.seq, &h.data);
		i = 0;
	}
}

/* Starts a flow over at octets that begin like a message. */
static bool
sync_at(struct flow *flow, uint32_t seq, const struct payload *data)
{
	if (!looks_like_message(data->p, data->len))
		return false;
	flow->synced = true;
	flow->next = seq;
	return true;
}

/* The gap in front of what is held will not close. */
static void
skip_gap(struct flows *flows, struct flow *flow)
{
	drop(flows, flow, "octets missing after this part of a message");
	while (flow->nheld > 0) {
		unsigned first = 0;

		for (unsigned i = 1; i < flow->nheld; i++) {
			if ((int32_t)(flow->held[i].seq -
				      flow->held[first].seq) < 0)
				first = i;
		}

		struct held h = flow->held[first];

		flow->held[first] = flow->held[--flow->nheld];
		if (sync_at(flow, h.seq, &h.data)) {
			take(flows, flow, h.seq, &h.data);
			take_held(flows, flow);
			return;
		}
	}
}

/* No more octets come. */
static void
finish(struct flows *flows, struct flow *flow)
{
	while (flow->nheld > 0)
		skip_gap(flows, flow);
	drop(flows, flow, "message without its end");
}

static void
hold(struct flows *flows, struct flow *flow, uint32_t seq,
    const struct payload *data)
{
	if (flow->held == NULL) {
		flow->held = calloc(HELD_MAX, sizeof *flow->held);
		if (flow->held == NULL)
			err(2, NULL);
	}
	flow->held[flow->nheld++] = (struct held){ seq, *data };
	if (flow->nheld == HELD_MAX)
		skip_gap(flows, flow);
}

void
flow_tcp(struct flows *flows, const struct flow_key *key, uint32_t seq,
    bool syn, const struct payload *data)
{
	struct flow *flow;
	struct payload rest = *data;

	if (rest.len == 0 && rest.lost == 0 && !syn)
		return;
	if ((flow = find(flows, key, rest.offset)) == NULL)
		return;
	name_flow(flows->dump, key);
	if (syn) {
		finish(flows, flow);
		flow->next = seq + 1;
		flow->synced = is_diameter_port(key);
		return;
	}
	if (!flow->synced && !sync_at(flow, seq, &rest))
		return;
	if (is_ahead(flow, seq)) {
		hold(flows, flow, seq, &rest);
	} else if (trim(flow, &seq, &rest)) {
		take(flows, flow, seq, &rest);
		take_held(flows, flow);
	}
}

void
flow_sctp(struct flows *flows, const struct flow_key *key, uint32_t tsn,
    bool begin, bool end, const struct payload *data)
{
	struct flow *flow = find(flows, key, data->offset);

	if (flow == NULL)
		return;
	name_flow(flows->dump, key);
	if (begin) {
		drop(flows, flow, "message without its last fragment");
		flow->synced = is_diameter_port(key) ||
			       looks_like_message(data->p, data->len);
		flow->next = tsn;
	}
	if (!flow->synced || tsn != flow->next)
		return;
	flow->next = tsn + 1;
	append(flow, data);
	if (end) {
		if (data->lost == 0)
			dump_octets(
			    flows->dump, flow->buf, flow->len, flow->offset);
		else
			dump_fault(flows->dump, flow->offset,
			    "message not captured whole");
		flow->len = 0;
		flow->synced = false;
	}
}

void
flows_free(struct flows *flows)
{
	if (flows == NULL)
		return;
	for (unsigned i = 0; i < flows->n; i++) {
		struct flow *flow = flows->v[i];

		name_flow(flows->dump, &flow->key);
		finish(flows, flow);
		free(flow->held);
		free(flow->buf);
		free(flow);
	}
	flows->dump->flow = NULL;
	free(flows);
}
