/*
 * What the operator makes the S-CSCF of a subscription do: forget the user
 * (RTR, TS 29.228 6.1.3), or take its profile (PPR, 6.2.2).  The answer waits
 * for that of the S-CSCF.
 */
#include "tools/hssd/control_local.h"

#include "cx/cx.h"
#include "tools/hssd/conf_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request that waits for an S-CSCF. */
struct control_change {
	TAILQ_ENTRY(control_change) link;
	struct control *ctl;
	struct http_conn *conn;
	bool push; /* else: de-register */
	enum cx_reason reason;
	char info[CX_INFO_MAX + 1];
};

static const char *const reasons[] = {
	[CX_PERMANENT_TERMINATION] = "permanent",
	[CX_NEW_SERVER_ASSIGNED] = "new-server",
	[CX_SERVER_CHANGE] = "server-change",
	[CX_REMOVE_SCSCF] = "remove-scscf",
	NULL,
};

/* --- The way back --- */

/* hssd drops the registration it was about whatever the S-CSCF says. */
static void
on_done(void *arg, bool ok, uint32_t result, const char *what)
{
	struct control_change *c = arg;
	char text[512];

	snprintf(text, sizeof text, "%s%s", what,
	    ok || c->push
		? ""
		: "; hssd has dropped that registration all the same");
	control_answer(c->conn, ok ? 200 : 502,
	    json_pack("{s:o, s:I}", ok ? "done" : "error", control_text(text),
		"result", (json_int_t)result));
	TAILQ_REMOVE(&c->ctl->changes, c, link);
	free(c);
}

/* --- The way there --- */

static void
start(struct control *ctl, struct http_conn *conn, struct store_sub *sub,
    const char *id, void *arg)
{
	struct control_change *c = arg;
	struct cx *cx = ctl->sv->cx;
	const char *why = NULL;
	const char *info = c->info[0] != '\0' ? c->info : NULL;

	c->ctl = ctl;
	c->conn = conn;
	TAILQ_INSERT_TAIL(&ctl->changes, c, link);
	if (c->push ? cx_push(cx, sub, on_done, c, &why)
		    : cx_deregister(cx, sub, c->reason, info, on_done, c, &why))
		return;
	TAILQ_REMOVE(&ctl->changes, c, link);
	control_refuse(conn, 409, "%s", why);
	free(c);
}

/* {"reason": one of the words, "info": a text}; false after refusing. */
static bool
read_body(struct control_request *rq, struct control_change *c)
{
	const char *reason = reasons[CX_PERMANENT_TERMINATION], *info = "";
	json_t *body = json_loadb(rq->body, rq->len, 0, NULL);
	bool ok = json_unpack_ex(body, NULL, JSON_STRICT, "{s?s, s?s}",
		      "reason", &reason, "info", &info) == 0;
	int choice = ok ? conf_choice(reason, reasons) : -1;

	ok = choice >= 0 && strlen(info) <= CX_INFO_MAX;
	if (ok) {
		c->reason = (enum cx_reason)choice;
		memcpy(c->info, info, strlen(info) + 1);
	} else {
		control_refuse(rq->conn, 400,
		    "the body is not {\"reason\": R, \"info\": I}, where R is "
		    "permanent, new-server, server-change or remove-scscf, and "
		    "I a text of at most %d octets",
		    CX_INFO_MAX);
	}
	json_decref(body);
	return ok;
}

static void
change(struct control_request *rq, bool push)
{
	struct control_change *c = calloc(1, sizeof *c);

	if (c == NULL) {
		control_answer(rq->conn, 503, NULL);
		return;
	}
	c->push = push;
	c->reason = CX_PERMANENT_TERMINATION;
	if (push && rq->len > 0) {
		control_refuse(rq->conn, 400, "a push takes no body");
		free(c);
	} else if (!push && rq->len > 0 && !read_body(rq, c)) {
		free(c);
	} else {
		control_find(rq->ctl, rq->conn, rq->id, start, c);
	}
}

void
control_deregister(struct control_request *rq)
{
	change(rq, false);
}

void
control_push(struct control_request *rq)
{
	change(rq, true);
}

void
control_change_close(struct control *ctl)
{
	struct control_change *c;

	while ((c = TAILQ_FIRST(&ctl->changes)) != NULL) {
		TAILQ_REMOVE(&ctl->changes, c, link);
		free(c);
	}
}
