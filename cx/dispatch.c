/*
 * One Cx request's way: its command's row, the grammar, the decision, the
 * answer.
 */
#include "cx/local.h"

#include "diameter/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	REFUSALS_MAX = 20, /* lines of log a second about refused requests */
	SHOWN_MAX = 128,   /* octets of a name that a line of log shows */
};

/* TS 29.229, 6.1: what clients send us.  RTR and PPR are ours to send. */
static const struct {
	uint32_t code;
	cx_decide_fn *decide;
} commands[] = {
	{ CX_UAR, cx_uar },
	{ CX_SAR, cx_sar },
	{ CX_LIR, cx_lir },
	{ CX_MAR, cx_mar },
};

static cx_decide_fn *
find_decide(uint32_t code)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (commands[i].code == code)
			return commands[i].decide;
	}
	return NULL;
}

/* The application the request says it is of (RFC 6733, 6.11) */
static bool
check_application(const struct cx_request *rq, struct cx_answer *ans)
{
	if (rq->app.value == CX_APP && rq->vendor.value == CX_VENDOR)
		return true;
	return cx_blame(ans, rq, DIA_INVALID_AVP_VALUE, NULL,
	    BASE(VENDOR_SPECIFIC_APPLICATION_ID),
	    "29.229 6.1: Vendor-Specific-Application-Id is not that of Cx");
}

/* Who a refused request is about, whose message may be malformed. */
static void
salvage(struct cx_request *rq, struct cx_answer *ans)
{
	struct dia_avp avp;

	if (dia_find(rq->msg->avps, BASE(USER_NAME)->code, 0, &avp) &&
	    dia_check_value(BASE(USER_NAME), &avp) == 0)
		ans->user_name = avp.data;
	if (dia_find(
		rq->msg->avps, CX(PUBLIC_IDENTITY)->code, CX_VENDOR, &avp) &&
	    dia_check_value(CX(PUBLIC_IDENTITY), &avp) == 0)
		ans->public_identity = avp.data;
}

/* Lines about refused requests are limited, since strangers cause them. */
static bool
may_log(struct cx *cx)
{
	time_t now = time(NULL);

	if (now != cx->refusals_s) {
		if (cx->refusals > REFUSALS_MAX)
			log_info("cx: %u more requests refused in that second",
			    cx->refusals - REFUSALS_MAX);
		cx->refusals_s = now;
		cx->refusals = 0;
	}
	return ++cx->refusals <= REFUSALS_MAX;
}

/* A name as the log shows it: some are absent, and a stranger's may be long. */
static struct dia_slice
shown(struct dia_slice s)
{
	if (s.p == NULL)
		return dia_slice_str("-");
	return (struct dia_slice){ s.p, s.len < SHOWN_MAX ? s.len : SHOWN_MAX };
}

static void
log_answer(
    struct cx *cx, const struct cx_request *rq, const struct cx_answer *ans)
{
	bool refused = ans->result / 1000 != 2;

	if (refused ? !may_log(cx) : !log_wants_debug())
		return;

	const struct dia_command *cmd =
	    dia_lookup_command(&cx_dict, rq->msg->hdr.code, CX_APP);
	const char *name =
	    ans->experimental ? cx_result_name(ans->result) : NULL;
	struct dia_slice host = shown(rq->origin_host);
	struct dia_slice impi =
	    shown(rq->user_name.p != NULL ? rq->user_name : ans->user_name);
	struct dia_slice impu =
	    shown(rq->public_identity.p != NULL ? rq->public_identity
						: ans->public_identity);
	char line[1024];

	snprintf(line, sizeof line,
	    "cx: %s of %.*s for %.*s / %.*s: %s%u%s%s%s%s (%s)",
	    cmd != NULL ? cmd->request : "request", (int)host.len,
	    (const char *)host.p, (int)impi.len, (const char *)impi.p,
	    (int)impu.len, (const char *)impu.p,
	    ans->experimental ? "Experimental " : "", ans->result,
	    name != NULL ? " " : "", name != NULL ? name : "",
	    ans->server_name != NULL ? ", S-CSCF " : "",
	    ans->server_name != NULL ? ans->server_name : "", ans->why);
	if (refused)
		log_info("%s", line);
	else
		log_debug("%s", line);
}

/* The journal position the answer has to wait for.  While the disk fails that
 * may never come: then the answer is 5012, and waits for nothing. */
static uint64_t
position_of(struct cx *cx, struct cx_request *rq, struct cx_answer *ans)
{
	uint64_t position =
	    ans->sub != NULL ? store_position(cx->store, ans->sub) : 0;

	if (position == 0 || store_failing(cx->store) == 0)
		return position;
	wipe(ans->vectors, ans->nitems * sizeof ans->vectors[0]);
	*ans = (struct cx_answer){ .features = ans->features,
		.our_features = ans->our_features };
	salvage(rq, ans);
	cx_result(ans, DIA_UNABLE_TO_COMPLY,
	    "the disk fails, and what this depends on is not there");
	return 0;
}

uint64_t
cx_request(struct cx *cx, const struct dia_msg *msg, struct dia_writer *w)
{
	cx_decide_fn *decide = find_decide(msg->hdr.code);
	struct cx_request rq;
	struct cx_answer ans;
	struct dia_fault fault = { .result = DIA_COMMAND_UNSUPPORTED,
		.why = "29.229 6.1: not a command for an HSS" };
	size_t nfields;
	const struct dia_field *fields = cx_grammar(msg->hdr.code, &nfields);

	/* Two kilobytes in all, of which a quarter need it. */
	memset(&rq, 0, CX_REQUEST_ZEROED);
	memset(&ans, 0, CX_ANSWER_ZEROED);

	bool whole = decide != NULL && dia_scan(msg->avps, &cx_dict, fields,
					   nfields, &rq, &fault);

	rq.msg = msg;
	ans.room = w;
	if (!whole) {
		ans.fault = fault;
		cx_result(&ans, fault.result, fault.why);
	}
	if (whole && check_application(&rq, &ans) &&
	    cx_check_features(&rq, &ans))
		decide(cx, &rq, &ans);
	else
		salvage(&rq, &ans);

	uint64_t position = position_of(cx, &rq, &ans);

	/* RFC 6733, 7.2: protocol errors have a form of their own */
	if (ans.result / 1000 == 3)
		dia_answer_refuse(w, msg, &cx->conf.id, &cx_dict, &ans.fault);
	else
		cx_write(cx, &ans, w);
	log_answer(cx, &rq, &ans);
	wipe(ans.vectors, ans.nitems * sizeof ans.vectors[0]);
	return position;
}
