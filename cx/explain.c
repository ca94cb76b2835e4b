/*
 * What the HSS would answer about a user at present: the requests of a whole
 * life, each put to its decision as its client would send it, and nothing is
 * changed.
 *
 * Left out: what the grammar refuses, what a client gets wrong, and a disk that
 * fails.
 */
#include "cx/local.h"

#include <stdio.h>
#include <string.h>

enum { NO_TYPE = UINT32_MAX };

/* clang-format off */
static const struct row {
	uint32_t code, type;
	cx_decide_fn *decide;
	const char *name, *what;
} rows[] = {
	{ CX_UAR, UAT_REGISTRATION, cx_uar, "UAR", "may the user register?" },
	{ CX_UAR, UAT_DE_REGISTRATION, cx_uar, "UAR", "may the user de-register?" },
	{ CX_LIR, NO_TYPE, cx_lir, "LIR", "where is the user, for a call?" },
	{ CX_MAR, NO_TYPE, cx_mar, "MAR", "a challenge for the phone, please" },
	{ CX_SAR, SAT_REGISTRATION, cx_sar, "SAR", "the user has registered" },
	{ CX_SAR, SAT_RE_REGISTRATION, cx_sar, "SAR", "the user has registered again" },
	{ CX_SAR, SAT_UNREGISTERED_USER, cx_sar, "SAR", "a call for an unregistered user" },
	{ CX_SAR, SAT_USER_DEREGISTRATION, cx_sar, "SAR", "the user has de-registered" },
};
/* clang-format on */

/* Texts of the requests: whom they are about, and which S-CSCF sends them. */
struct texts {
	char impi[STORE_NAME_MAX + 1], impu[STORE_NAME_MAX + 1];
	char scscf[STORE_NAME_MAX + 1], host[STORE_NAME_MAX + 1];
};

/* The assigned S-CSCF, or the one that would be offered, or just some one. */
static void
get_texts(struct texts *t, const struct cx *cx, const struct store_impi *impi,
    const struct store_impu *impu)
{
	const char *name;
	struct store_reg reg;

	store_name(cx->store, &impi->name, t->impi, sizeof t->impi);
	store_name(cx->store, &impu->name, t->impu, sizeof t->impu);
	store_get_reg(impu->sub, &reg);
	name = reg.scscf.name != NULL ? reg.scscf.name
				      : cx_choose_scscf(cx, impu->sub);
	snprintf(t->scscf, sizeof t->scscf, "%s",
	    name != NULL ? name : "sip:scscf.invalid");
	name = strchr(t->scscf, ':');
	snprintf(t->host, sizeof t->host, "%s",
	    reg.scscf.host != NULL ? reg.scscf.host
	    : name != NULL         ? name + 1
				   : t->scscf);
	if (reg.scscf.host == NULL)
		t->host[strcspn(t->host, ":;")] = '\0';
}

static void
make_request(struct cx_request *rq, const struct cx *cx, const struct row *row,
    const struct texts *t)
{
	static const struct dia_msg msg = { .hdr = { 0 } };
	struct dia_u32 type = { row->type, true };

	*rq = (struct cx_request){
		.msg = &msg,
		.origin_host = dia_slice_str(t->host),
		.origin_realm = dia_slice_str(cx->conf.id.realm),
		.user_name = dia_slice_str(t->impi),
		.public_identity = dia_slice_str(t->impu),
		.identities = { 1, { dia_slice_str(t->impu) } },
		.server_name = dia_slice_str(t->scscf),
		.visited_network = dia_slice_str(cx->conf.id.realm),
		.scheme = dia_slice_str("unknown"),
		.nitems = { 1, true },
		.data_available = { 0, true },
	};
	if (row->code == CX_UAR)
		rq->authorization_type = type;
	if (row->code == CX_SAR)
		rq->assignment_type = type;
	/* The user did not send it. */
	if (row->code == CX_SAR && row->type == SAT_UNREGISTERED_USER)
		rq->user_name = (struct dia_slice){ NULL, 0 };
}

static const char *
result_name(const struct cx_answer *ans)
{
	return ans->experimental
		   ? cx_result_name(ans->result)
		   : dia_value_name(BASE(RESULT_CODE)->values, ans->result);
}

static void
explain(struct cx *cx, const struct row *row, const struct texts *t,
    cx_explain_fn *fn, void *arg)
{
	struct cx_request rq;
	struct cx_answer ans = { 0 };

	make_request(&rq, cx, row, t);
	row->decide(cx, &rq, &ans);
	fn(arg, &(struct cx_explained){
		    .code = row->code,
		    .type = row->type == NO_TYPE ? -1 : (int)row->type,
		    .request = row->name,
		    .what = row->what,
		    .impi = t->impi,
		    .impu = t->impu,
		    .result = ans.result,
		    .experimental = ans.experimental,
		    .name = result_name(&ans),
		    .why = ans.why,
		    .server_name = ans.server_name,
		});
}

void
cx_explain(struct cx *cx, const struct store_impi *impi,
    const struct store_impu *impu, cx_explain_fn *fn, void *arg)
{
	struct texts texts;

	get_texts(&texts, cx, impi, impu);
	cx->dry = true;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		explain(cx, &rows[i], &texts, fn, arg);
	cx->dry = false;
}
