/* What the files of the control interface share (private to it). */
#ifndef HSSD_CONTROL_LOCAL_H
#define HSSD_CONTROL_LOCAL_H

#include "tools/hssd/control.h"
#include "tools/hssd/http.h"
#include "tools/hssd/server.h"

#include <jansson.h>
#include <sys/queue.h>

enum {
	CONTROL_PAGE = 100,         /* subscriptions of a list, by default */
	CONTROL_PAGE_MAX = 250,     /* and at most */
	CONTROL_FAULTS_MAX = 100,   /* of a reload, in its answer */
	CONTROL_PEERS_MAX = 2048,   /* in one answer */
	CONTROL_TEXT_MAX = 1 << 20, /* octets that end a page of an export */
};

struct control_change;
struct control_promise;
struct control_reload;

struct control {
	struct server *sv;
	struct http *http;
	const char *path;                       /* the socket */
	TAILQ_HEAD(, control_change) changes;   /* that wait for an S-CSCF */
	TAILQ_HEAD(, control_promise) promises; /* that wait for the disk */
	struct control_reload *reload; /* that waits for its end, or NULL */
};

/* A request on its way to its answer. */
struct control_request {
	struct control *ctl;
	struct http_conn *conn;
	const char *id;   /* of the path, decoded; or NULL */
	char *query;      /* as sent */
	const char *body; /* NUL-terminated */
	size_t len;       /* of it */
};

typedef void control_fn(struct control_request *);

/* --- control.c --- */

/* A string; what is no UTF-8 shows as '?', NULL as null. */
json_t *control_text(const char *);
/* Each is the one answer a request gets; json is freed, NULL is a lack of
 * memory and answered so. */
void control_answer(struct http_conn *, int status, json_t *json);
void control_refuse(struct http_conn *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* --- control_find.c --- */

/* Told of the subscription found; the id is that of the search. */
typedef void control_found_fn(struct control *, struct http_conn *,
    struct store_sub *, const char *id, void *arg);
/* Finds by a private or public identity, or by the name of a section; answers
 * 404 when there is none, and frees arg then by free(). */
void control_find(struct control *, struct http_conn *, const char *id,
    control_found_fn *, void *arg);

/* --- Resources --- */

control_fn control_status, control_peers, control_reload; /* control_server.c */
void control_reload_close(struct control *);
control_fn control_list, control_show; /* control_subs.c */
control_fn control_why;                /* control_why.c */

/* --- control_change.c --- */

control_fn control_deregister, control_push;
void control_change_close(struct control *);

/* --- control_provision.c --- */

control_fn control_import, control_delete, control_export;
void control_provision_close(struct control *);

/* --- control_subs.c --- */

/* Walks on from where the query says: after=ID&limit=N, in any order.  Answers
 * what is wrong with it instead. */
typedef void control_page_fn(
    struct control *, struct http_conn *, struct store_walk, unsigned limit);
void control_page(struct control_request *, control_page_fn *);
/* {KEY: value, "next": where the page after the one that ends with `last` goes
 * on}; last NULL: there is none. */
json_t *control_page_of(const struct store *, const char *key, json_t *value,
    const struct store_sub *last);
const char *control_state(enum store_state);

#endif
