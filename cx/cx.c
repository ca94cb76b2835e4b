/*
 * The Cx application as an object: what it is made of, and the row that a node
 * gets to know it by.
 */
#include "cx/local.h"

#include <stdlib.h>

static uint64_t
request(void *arg, const struct dia_msg *req, struct dia_writer *ans)
{
	return cx_request(arg, req, ans);
}

void
cx_app(struct cx *cx, struct dia_app *app)
{
	*app = (struct dia_app){
		.id = CX_APP,
		.vendor = CX_VENDOR,
		.dict = &cx_dict,
		.request = request,
		.arg = cx,
		.keeps_answers = true,
	};
}

void
cx_reconfigure(struct cx *cx, const struct cx_conf *conf,
    const struct cx_profiles *profiles)
{
	cx->conf = *conf;
	cx->profiles = profiles;
}

void
cx_free(struct cx *cx)
{
	if (cx == NULL)
		return;
	cx_jobs_free(&cx->jobs);
	cx_formers_free(&cx->formers);
	free(cx->userdata);
	free(cx);
}

struct cx *
cx_new(const struct cx_conf *conf, struct store *store,
    const struct cx_profiles *profiles)
{
	struct cx *cx = calloc(1, sizeof *cx);

	if (cx == NULL)
		return NULL;
	cx_reconfigure(cx, conf, profiles);
	cx->store = store;
	cx_jobs_init(&cx->jobs);
	cx->userdata = malloc(CX_USERDATA_MAX);
	if (!cx_formers_init(&cx->formers) || cx->userdata == NULL ||
	    !cx_make_head(cx)) {
		cx_free(cx);
		return NULL;
	}
	return cx;
}
