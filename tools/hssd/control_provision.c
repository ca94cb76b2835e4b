/*
 * Subscriptions that come in and go at run time, and all of them as text.
 *
 * What changes them is answered when it is on disk.  The S-CSCFs of users who
 * change or go are told as after a reload.
 */
#include "tools/hssd/control_local.h"

#include "cx/cx.h"
#include "diameter/log.h"
#include "tools/hssd/http_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)HTTP_LARGE_MAX == (int)STORE_IMPORT_MAX,
    "a request has room for the longest import");

/* An answer that says what is on disk only then. */
struct control_promise {
	TAILQ_ENTRY(control_promise) link;
	struct http_conn *conn;
	uint64_t position;
	json_t *answer;
};

/* --- Answers --- */

static void
end_promise(struct control *ctl, struct control_promise *p, int status)
{
	int error = store_failing(ctl->sv->store);

	if (status == 200)
		control_answer(p->conn, status, json_incref(p->answer));
	else
		control_refuse(p->conn, status,
		    "the disk: %s; it is in force, but not on disk before that "
		    "works again",
		    strerror(error));
	TAILQ_REMOVE(&ctl->promises, p, link);
	json_decref(p->answer);
	free(p);
}

void
control_stored(struct control *ctl)
{
	struct control_promise *p, *next;

	if (ctl == NULL)
		return;
	for (p = TAILQ_FIRST(&ctl->promises); p != NULL; p = next) {
		next = TAILQ_NEXT(p, link);
		if (p->position <= store_durable(ctl->sv->store))
			end_promise(ctl, p, 200);
		else if (store_failing(ctl->sv->store) != 0)
			end_promise(ctl, p, 503);
	}
}

/* Takes over answer; p was there before the change, which cannot be undone. */
static void
promise(struct control *ctl, struct http_conn *conn, struct control_promise *p,
    uint64_t position, json_t *answer)
{
	*p = (struct control_promise){
		.conn = conn, .position = position, .answer = answer
	};
	TAILQ_INSERT_TAIL(&ctl->promises, p, link);
	control_stored(ctl);
}

/* Nothing has changed. */
static void
refuse(struct control *ctl, struct http_conn *conn, enum store_result result)
{
	int error = store_failing(ctl->sv->store);

	if (result == STORE_BUSY)
		control_refuse(conn, 409, "a reload is going on; try again");
	else if (result == STORE_NO_DISK && error != 0)
		control_refuse(conn, 503, "the disk: %s; nothing is changed",
		    strerror(error));
	else if (result == STORE_NO_DISK)
		control_refuse(conn, 503,
		    "too much waits for the disk; nothing is changed; try "
		    "again");
	else
		control_answer(conn, 503, NULL);
}

/* What is noted of users while the store changes goes to their S-CSCFs. */
static struct cx_changes *
begin_changes(const struct server *sv, struct cx_conf *conf)
{
	*conf = load_cx_conf(sv->load.conf);
	return cx_changes_begin(sv->cx, conf, sv->profiles);
}

/* --- Import --- */

struct told {
	json_t *faults;
	json_int_t nfaults;
};

static void
add_fault(void *arg, const char *file, unsigned line, const char *what)
{
	struct told *told = arg;

	if (told->nfaults++ < CONTROL_FAULTS_MAX)
		json_array_append_new(told->faults,
		    json_pack("{s:o, s:i, s:o}", "file", control_text(file),
			"line", (int)line, "what", control_text(what)));
}

static void
import(struct control_request *rq, const char *name, struct control_promise *p)
{
	struct server *sv = rq->ctl->sv;
	struct told told = { json_array(), 0 };
	struct store_import in = {
		.name = name,
		.text = rq->body,
		.len = rq->len,
		.fault = add_fault,
		.arg = &told,
	};
	struct cx_conf conf;
	struct cx_changes *changes = begin_changes(sv, &conf);
	enum store_result result = store_import(sv->store, &in);

	cx_changes_end(changes, result == STORE_DONE);
	if (result == STORE_DONE) {
		log_info("hssd: imported: %zu subscriptions, %zu in the place "
			 "of others",
		    in.added, in.replaced);
		promise(rq->ctl, rq->conn, p, in.position,
		    json_pack("{s:I, s:I, s:I}", "imported",
			(json_int_t)in.added, "replaced",
			(json_int_t)in.replaced, "subscriptions",
			(json_int_t)store_count(sv->store)));
	} else if (result == STORE_FAULTS) {
		control_answer(rq->conn, 409,
		    json_pack("{s:s, s:I, s:O}", "error",
			"there are faults, so nothing is changed", "count",
			told.nfaults, "faults", told.faults));
	} else {
		refuse(rq->ctl, rq->conn, result);
	}
	if (result != STORE_DONE)
		free(p);
	json_decref(told.faults);
}

void
control_import(struct control_request *rq)
{
	static const char key[] = "name=";
	const char *name = "import";

	if (rq->query[0] != '\0') {
		if (!http_decode(rq->query) ||
		    strncmp(rq->query, key, sizeof key - 1) != 0 ||
		    rq->query[sizeof key - 1] == '\0') {
			control_refuse(
			    rq->conn, 400, "the query is not name=FILE");
			return;
		}
		name = rq->query + sizeof key - 1;
	}

	struct control_promise *p = malloc(sizeof *p);

	if (p == NULL)
		control_answer(rq->conn, 503, NULL);
	else
		import(rq, name, p);
}

/* --- Delete --- */

static void
delete_sub(struct control *ctl, struct http_conn *conn, struct store_sub *sub,
    const char *id, void *arg)
{
	struct server *sv = ctl->sv;
	struct control_promise *p = arg;
	char name[STORE_NAME_MAX + 1];
	uint64_t position;
	struct cx_conf conf;

	if (!sub->own) {
		control_refuse(conn, 409,
		    "[%s] is of %s: take it out there and reload", sub->name,
		    store_file(sv->store, sub));
		free(p);
		return;
	}
	strcpy(name, sub->name);

	struct cx_changes *changes = begin_changes(sv, &conf);
	enum store_result result = store_delete(sv->store, sub, &position);

	cx_changes_end(changes, result == STORE_DONE);
	if (result != STORE_DONE) {
		refuse(ctl, conn, result);
		free(p);
		return;
	}
	log_info("hssd: [%s] is deleted", name);
	promise(ctl, conn, p, position,
	    json_pack("{s:o}", "deleted", control_text(name)));
}

void
control_delete(struct control_request *rq)
{
	struct control_promise *p;

	if (rq->len > 0)
		control_refuse(rq->conn, 400, "a deletion takes no body");
	else if ((p = malloc(sizeof *p)) == NULL)
		control_answer(rq->conn, 503, NULL);
	else
		control_find(rq->ctl, rq->conn, rq->id, delete_sub, p);
}

/* --- Export --- */

struct text {
	size_t len, cap;
	char *octets;
	bool no_memory;
};

static void
add_line(void *arg, const char *line, size_t len)
{
	struct text *t = arg;

	if (t->no_memory)
		return;
	if (t->cap - t->len < len + 1) {
		size_t cap = 2 * (t->cap + len + 1);
		char *more = malloc(cap);

		t->no_memory = more == NULL;
		if (more == NULL)
			return;
		if (t->len > 0) {
			memcpy(more, t->octets, t->len);
			explicit_bzero(t->octets, t->len);
		}
		free(t->octets);
		t->octets = more;
		t->cap = cap;
	}
	memcpy(t->octets + t->len, line, len);
	t->len += len;
	t->octets[t->len++] = '\n';
}

static void export(struct control *ctl, struct http_conn *conn,
    struct store_walk walk, unsigned limit)
{
	const struct store *store = ctl->sv->store;
	const struct store_sub *sub, *last = NULL;
	struct text t = { 0 };

	while (limit-- > 0 && t.len < CONTROL_TEXT_MAX && !t.no_memory &&
	       (sub = store_next(store, &walk)) != NULL) {
		store_export(store, sub, true, add_line, &t);
		last = sub;
	}

	json_t *text =
	    t.no_memory ? NULL : json_stringn(t.len > 0 ? t.octets : "", t.len);

	control_answer(conn, 200, control_page_of(store, "text", text, last));
	if (t.len > 0)
		explicit_bzero(t.octets, t.len);
	free(t.octets);
}

void
control_export(struct control_request *rq)
{
	if (rq->len > 0)
		control_refuse(rq->conn, 400, "an export takes no body");
	else
		control_page(rq, export);
}

void
control_provision_close(struct control *ctl)
{
	struct control_promise *p;

	while ((p = TAILQ_FIRST(&ctl->promises)) != NULL) {
		TAILQ_REMOVE(&ctl->promises, p, link);
		json_decref(p->answer);
		free(p);
	}
}
