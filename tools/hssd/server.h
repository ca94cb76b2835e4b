/*
 * The server as one object: what the configuration names, loaded, opened and
 * tied together.
 */
#ifndef HSSD_SERVER_H
#define HSSD_SERVER_H

#include "tools/hssd/load.h"

#include <time.h>

struct control;
struct cx;
struct cx_profiles;
struct dia_node;
struct event;
struct event_base;
struct server_reload;

enum { SERVER_SIGNALS = 4 };

struct server {
	const char *conf_file;
	struct conf conf;  /* of the start: the node's strings are in it */
	struct conf fresh; /* of the last reload, empty before */
	struct cx_profiles *profiles;
	struct load load; /* where the store's hooks look names up */
	struct store *store;
	struct cx *cx;
	struct dia_node *node;
	struct event_base *base;
	struct event *signals[SERVER_SIGNALS];
	struct event *stored;    /* the store's fd */
	struct event *working;   /* the store's next slice of work */
	uint64_t snapshot_ms;    /* when the snapshot under way began */
	struct control *control; /* or NULL */
	time_t started_s;
	struct server_reload *reload; /* that goes on, or NULL */
	bool reload_again;            /* HUP came meanwhile */
	time_t disk_told_s; /* when the log last spoke of a failing disk */
	bool disk_failing;
	bool snapshot_failing;
	bool stopping;
};

/* Prints a fault on stderr: `file:line: what`; arg is not used. */
void fault_print(void *arg, const char *file, unsigned line, const char *what);

/*
 * Reads and checks configuration, profiles and subscribers, and opens nothing.
 * Returns the number of faults, all printed.  server_close() frees what there
 * is then, too.
 */
size_t server_load(struct server *, const char *conf_file);
/* Opens the store and all listeners; false after logging why not. */
bool server_open(struct server *);
/* Runs until TERM or INT; false if the loop broke. */
bool server_run(struct server *);
void server_close(struct server *);

/* Who is told what a reload says, beside the log; what is NULL is not told. */
struct reload_told {
	conf_fault_fn *fault;
	/* A key whose change takes effect at the next start only. */
	void (*needs_start)(void *arg, const char *key);
	/* The end, once: good, or there were faults and nothing has changed. */
	void (*done)(void *arg, bool good);
	void *arg; /* of all */
};
/* Begins to read everything again; the end may come before it returns.  False:
 * one goes on already, and nobody is told anything. */
bool server_reload(struct server *, const struct reload_told *);
/* Gives up one that goes on, for the exit; its end is not told. */
void server_reload_stop(struct server *);

#endif
