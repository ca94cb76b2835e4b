/*
 * hssd.conf: the configuration of the server, read and checked whole before
 * any socket opens.
 */
#ifndef HSSD_CONF_H
#define HSSD_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "cx/cx.h"
#include "diameter/diameter.h"
#include "store/store.h"

enum {
	CONF_FILE_MAX = 1048576, /* octets */
	CONF_TEXT_MAX = 255,     /* octets of a value that is no path */
	CONF_PATH_MAX = 1023,    /* octets, made absolute or not */
	CONF_SOCKET_MAX = 107,   /* octets of a Unix socket's path */
	CONF_LISTEN_MAX = 16,
	CONF_SUBSCRIBERS_MAX = 64, /* files */
	CONF_SCSCF_MAX = 256,
	CONF_CAPABILITIES_MAX = 16, /* of one S-CSCF */
	CONF_PEER_MAX = 256,
	CONF_FROM_MAX = 32, /* rules of one peer */
	CONF_CHARGING_MAX = 64,
	CONF_VISITED_MAX = 256,
	CONF_WATCHDOG_MIN = 6, /* seconds, RFC 3539 3.4.1 */
	CONF_WATCHDOG_MAX = 3600,
	CONF_WATCHDOG = 30,
	CONF_UNKNOWN_MAX = 64, /* unknown keys told of one file */
};

enum conf_fallback { CONF_NO_FALLBACK, CONF_DEREGISTER };
enum conf_durability { CONF_SYNC, CONF_ASYNC, CONF_NONE };

/* All that is pointed to belongs to the conf and lives until conf_free().
 * Paths are as in the file, relative ones put behind the folder of the file. */
struct conf {
	struct dia_identity id;
	const char *const *listens; /* for dia_node_listen() */
	size_t nlistens;
	const char *const *subscribers; /* files */
	size_t nsubscribers;
	const char *profiles; /* folder, or NULL */
	const char *store;    /* folder */
	const char *control;  /* Unix socket, or NULL */
	const char *http;     /* "address:port", or NULL */
	enum unknown_peers unknown_peers;
	unsigned watchdog_s;
	unsigned sqn_step; /* vectors that a journal record allows */
	enum conf_durability durability;
	enum conf_fallback push_fallback; /* when a PPR is not understood */
	bool syslog;                      /* false: stderr */
	const struct cx_scscf *scscfs;
	size_t nscscfs;
	const struct dia_peer_conf *peers;
	size_t npeers;
	const struct cx_charging *chargings;
	size_t nchargings;
	const char *const *visited; /* none: every network */
	size_t nvisited;

	void *owned; /* what holds all of it */
};

/* Told of every fault; line 0: it concerns the whole file. */
typedef void conf_fault_fn(
    void *arg, const char *file, unsigned line, const char *what);

/*
 * Reads a file into conf, which may hold anything before.  Returns the number
 * of faults told; with any, conf is empty.  To reload, read into a second conf
 * and free the first when nothing points into it.  Not reentrant.
 */
size_t conf_load(struct conf *, const char *file, conf_fault_fn *, void *arg);
/* An empty conf is fine. */
void conf_free(struct conf *);

#endif
