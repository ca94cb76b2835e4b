/*
 * One connection of a load: many requests in flight at once.
 */
#ifndef CXCLIENT_LOAD_LANE_H
#define CXCLIENT_LOAD_LANE_H

#include "tools/cxclient/link.h"
#include "tools/cxclient/load_record.h"
#include "tools/cxclient/load_request.h"
#include "tools/cxclient/load_tally.h"

enum {
	LOAD_WINDOW_MAX = 4096, /* a power of two */
	LOAD_ORIGIN_CAP = 320,  /* octets of an Origin-Host and its NUL */
	LOAD_OUT_CAP = 256 * 1024,
	LOAD_IN_CAP = 4 * DIA_MESSAGE_MAX,
};

/* A request without an answer. */
struct load_slot {
	uint64_t start_ns;
	uint32_t hbh;
	bool busy;
	struct load_ask ask;
	uint64_t number; /* in the record */
};

struct load_lane {
	/* set by the caller before load_lane_open() */
	struct link link;
	struct load_request requests[LOAD_KINDS];
	struct load_tally *tally;
	struct load_record *record; /* or NULL */
	bool measuring;             /* what happens counts */

	char origin[LOAD_ORIGIN_CAP];
	bool open;
	uint32_t number, e2e, turn; /* turn: of its users */
	unsigned inflight;
	struct load_slot slots[LOAD_WINDOW_MAX];
	uint16_t spare[LOAD_WINDOW_MAX]; /* slots not busy, as a stack */
	size_t out_at, out_len, in_len;
	uint8_t out[LOAD_OUT_CAP], in[LOAD_IN_CAP];
};

/* Nanoseconds of a clock that never goes back. */
uint64_t load_now_ns(void);
/* Connects and exchanges capabilities; link.why has the reason of a failure.
 * load_lane_close() is due whatever the result. */
enum link_result load_lane_open(
    struct load_lane *, const char *host, const char *port);
/* Is there room for another request within this window? */
bool load_lane_room(const struct load_lane *, unsigned window);
/* Queues one, which counts from start_ns. */
void load_lane_put(
    struct load_lane *, const struct load_ask *, uint64_t start_ns);
/* Sends what is queued, as far as the socket takes it. */
void load_lane_flush(struct load_lane *);
/* Reads what has come, without waiting. */
void load_lane_read(struct load_lane *);
/* Gives up requests that began before this. */
void load_lane_expire(struct load_lane *, uint64_t before_ns);
void load_lane_close(struct load_lane *);

#endif
