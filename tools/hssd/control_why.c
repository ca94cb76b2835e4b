/* What each request about a subscription would be answered now, and why. */
#include "tools/hssd/control_local.h"

#include "cx/cx.h"
#include "tools/hssd/clients.h"

#include <string.h>

static void
add_decision(void *arg, const struct cx_explained *e)
{
	json_t *a = arg;
	const char *client =
	    client_does(e->code, e->type, e->experimental, e->result);

	if (json_object_get(a, "impi") == NULL) {
		json_object_set_new(a, "impi", control_text(e->impi));
		json_object_set_new(a, "impu", control_text(e->impu));
	}
	json_array_append_new(json_object_get(a, "requests"),
	    json_pack("{s:s, s:o, s:s, s:b, s:i, s:s?, s:s, s:o, s:s?}",
		"request", e->request, "type",
		e->type >= 0 ? json_integer(e->type) : json_null(), "what",
		e->what, "experimental", e->experimental, "result",
		(int)e->result, "name", e->name, "why", e->why, "server_name",
		control_text(e->server_name), "client", client));
}

/* An ID that is an identity is the one asked about; the other is the first. */
static void
explain(struct control *ctl, struct http_conn *conn, struct store_sub *sub,
    const char *id, void *arg)
{
	const struct server *sv = ctl->sv;
	const struct store_impi *impi =
	    store_find_impi(sv->store, id, strlen(id));
	const struct store_impu *impu =
	    store_find_impu(sv->store, id, strlen(id));
	int error = store_failing(sv->store);
	json_t *answer = json_pack("{s:[], s:o}", "requests", "disk",
	    control_text(error == 0 ? "works" : strerror(error)));

	cx_explain(sv->cx, impi != NULL ? impi : &sub->impis[0],
	    impi == NULL && impu != NULL ? impu : &sub->impus[0], add_decision,
	    answer);
	control_answer(conn, 200, answer);
}

void
control_why(struct control_request *rq)
{
	control_find(rq->ctl, rq->conn, rq->id, explain, NULL);
}
