/*
 * Connections that carry whole messages (private).  Each reads once a turn of
 * the loop, hands out every message that came, and writes once.  Connections
 * of one node share their limits and one buffer to read into.
 *
 * Closing inside a callback is always allowed: a connection's memory lives
 * until the loop's next turn.
 */
#ifndef DIAMETER_CONN_H
#define DIAMETER_CONN_H

#include <sys/queue.h>

#include "diameter/addr.h"
#include "diameter/codec.h"
#include "diameter/out.h"
#include "diameter/transport.h"

struct event;
struct event_base;
struct dia_conn;
struct dia_conns;

enum {
	DIA_CONNS_MAX = 16384,   /* connections of a node */
	DIA_READ_MAX = 65536,    /* octets read in one turn */
	DIA_OUT_MAX = 262144,    /* octets of answers waiting to leave */
	DIA_HELD_MAX = 1024,     /* answers of a connection that are held */
	DIA_LINGER_MS = 1000,    /* to write what is left and see the end */
	DIA_PATIENCE_MS = 30000, /* with full output, or a message begun */
	DIA_LOCAL_ADDRS_MAX = 8, /* of a connection */
};

enum dia_down {
	DIA_DOWN_EOF,     /* the peer closed it */
	DIA_DOWN_ERROR,   /* errno of the socket */
	DIA_DOWN_REFUSED, /* it never came up */
	DIA_DOWN_FRAMING, /* the octets cannot be a message */
	DIA_DOWN_TIME,    /* dia_conn_limit() or DIA_PATIENCE_MS ran out */
	DIA_DOWN_MEMORY,
};

struct dia_conn_cb {
	/* A connection that was opened here is up. */
	void (*up)(struct dia_conn *, void *arg);
	/* One whole message, valid during the call. */
	void (*message)(
	    struct dia_conn *, const uint8_t *msg, size_t len, void *arg);
	/* Octets that no message can begin with; down() follows. */
	void (*garbage)(
	    struct dia_conn *, const uint8_t *octets, size_t len, void *arg);
	/* It is gone; why is a text for the log. */
	void (*down)(
	    struct dia_conn *, enum dia_down, const char *why, void *arg);
};

TAILQ_HEAD(dia_conn_list, dia_conn);

/* Its fields are the business of conn.c and turn.c alone. */
struct dia_conn {
	TAILQ_ENTRY(dia_conn) link, hold_link;
	struct dia_conns *all;
	const struct dia_transport *transport;
	const struct dia_conn_cb *cb; /* NULL: ended */
	void *arg;
	struct event *readable, *writable, *timer;
	struct dia_buf in; /* begins with a message, or part of one */
	struct dia_out out;
	int fd; /* -1: dead */
	bool connecting, stalled, broken, shut, in_turn, holding, limited;
	uint64_t begun_ms, full_ms; /* since when; 0: it is not */
	struct sockaddr_storage remote;
	char name[DIA_ADDR_TEXT + 8];
	const char *complaint;
	unsigned complaints;
};

/* What the connections of a node have in common. */
struct dia_conns {
	struct event_base *base;
	struct dia_identity id;
	size_t max_message; /* octets */
	unsigned max;       /* connections */
	unsigned n;
	uint64_t released; /* position that is reached */
	uint8_t *input;    /* what one turn reads, and what was left before */
	size_t input_cap;
	struct dia_conn_list live, dead, holding;
	struct event *reaper;
	unsigned out_max, held_max, linger_ms, patience_ms;
	void (*idle)(void *arg); /* when the last connection has gone */
	void *idle_arg;
	/* A connection whose peer began anew on the same socket; takes fd. */
	void (*anew)(void *arg, const struct dia_transport *, int fd);
	void *anew_arg;
};

/* id and its strings must outlive it.  False: no memory. */
bool dia_conns_init(struct dia_conns *, struct event_base *,
    const struct dia_identity *id, size_t max_message);
/* Calls idle in a turn of its own if there is no connection. */
void dia_conns_check(struct dia_conns *);
/* Closes all connections without a callback. */
void dia_conns_free(struct dia_conns *);
/* Held messages for positions up to this one leave. */
void dia_conns_release(struct dia_conns *, uint64_t position);
/* Every answer held for a position becomes an answer 5012. */
void dia_conns_refuse(struct dia_conns *);

/* Takes fd over, also when it returns NULL (limit reached, no memory). */
struct dia_conn *dia_conn_accept(struct dia_conns *,
    const struct dia_transport *, int fd, const struct dia_conn_cb *,
    void *arg);
/* NULL with errno when it fails at once; else up() or down() follows. */
struct dia_conn *dia_conn_open(struct dia_conns *, const struct dia_uri *,
    const struct dia_conn_cb *, void *arg);
/* From now on these are called. */
void dia_conn_hand_over(
    struct dia_conn *, const struct dia_conn_cb *, void *arg);
/* Sends a message, at the end of this turn.  position 0, or one that is
 * reached: at once; else when it is released, in the order of sending.
 * False: there is no memory or no room; the connection goes down. */
bool dia_conn_send(
    struct dia_conn *, const uint8_t *msg, size_t len, uint64_t position);
/* Sends a message behind everything sent before, held or not. */
bool dia_conn_send_last(struct dia_conn *, const uint8_t *msg, size_t len);
/* Gives back the memory of its empty queues: nothing comes for a while. */
void dia_conn_trim(struct dia_conn *);
/* Goes down in ms unless that is changed; 0: no limit. */
void dia_conn_limit(struct dia_conn *, unsigned ms);
/* No callback any more; closes once all that was sent is written and the
 * peer has closed, or after linger_ms. */
void dia_conn_end(struct dia_conn *);
/* Closes at once; no callback any more.  NULL is fine. */
void dia_conn_close(struct dia_conn *);

/* --- Between conn.c and turn.c --- */

/* Closes, then tells the owner. */
void dia_conn_down(struct dia_conn *, enum dia_down, const char *why);
/* Down, and its socket is a new connection. */
void dia_conn_restart(struct dia_conn *);
/* Goes down in a turn of its own: the caller may be walking connections. */
void dia_conn_break(struct dia_conn *);
/* Has the peer kept its output full, or a message unfinished, too long? */
void dia_conn_watch(struct dia_conn *);
/* One turn of the loop; arg is a connection. */
void dia_turn_read(int fd, short what, void *arg);
void dia_turn_write(int fd, short what, void *arg);

/* "tcp 127.0.0.1:40000", the other end. */
const char *dia_conn_name(const struct dia_conn *);
const struct sockaddr_storage *dia_conn_remote(const struct dia_conn *);
/* Local addresses, at most DIA_LOCAL_ADDRS_MAX; how many there are. */
unsigned dia_conn_addrs(const struct dia_conn *,
    struct sockaddr_storage addrs[static DIA_LOCAL_ADDRS_MAX]);
/* Octets waiting to leave, held ones included. */
size_t dia_conn_waiting(const struct dia_conn *);
/* Can it take one more message, however long? */
bool dia_conn_has_room(const struct dia_conn *);
/* Does it hold so many answers that the peer must wait? */
bool dia_conn_is_busy(const struct dia_conn *);
/* Is this complaint new?  False: the same as the last one, and counted. */
bool dia_conn_complain(struct dia_conn *, const char *why);

#endif
