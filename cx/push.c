/*
 * The whole profile of a subscription to its S-CSCF: a PPR for each implicit
 * set, and one word about how all of them ended.
 */
#include "cx/ppr.h"
#include "cx/rtr.h"

#include <stdio.h>
#include <stdlib.h>

/* PPRs whose ends are waited for. */
struct push {
	unsigned left;
	bool ok;
	uint32_t result;
	cx_done_fn *done; /* or NULL */
	void *arg;
	char what[512]; /* of the first that failed, or else of the last */
};

static void
on_done(void *arg, bool ok, uint32_t result, const char *what)
{
	struct push *push = arg;

	if (push->ok) {
		push->ok = ok;
		push->result = result;
		snprintf(push->what, sizeof push->what, "%s", what);
	}
	if (--push->left > 0)
		return;
	if (push->done != NULL)
		push->done(push->arg, push->ok, push->result, push->what);
	free(push);
}

/* False: it will not be sent. */
static bool
start(struct cx *cx, struct push *push, const struct cx_job_plan *plan,
    const char **why)
{
	struct cx_job *job = cx_ppr_job(cx, plan, PPR_PROFILE | PPR_CHARGING);

	if (job == NULL) {
		*why = "out of memory";
		return false;
	}
	job->done = on_done;
	job->arg = push;
	return cx_job_start(job, why);
}

/* Starts all; what cannot be sent behind one that is counts as failed. */
static bool
start_all(struct cx *cx, struct push *push, const struct store_sub *sub,
    const struct store_reg *reg, const char **why)
{
	uint16_t sets = cx_sets_in(reg, true, true);
	struct cx_job_plan plan = {
		.store = cx->store,
		.sub = sub,
		.scscf = &reg->scscf,
		.why = "asked for",
	};

	for (unsigned i = 0; i < reg->nsets; i++) {
		if ((sets & 1u << i) == 0)
			continue;
		plan.sets = (uint16_t)(1u << i);
		plan.impis = cx_impis_in(reg, plan.sets);
		push->left++;
		if (start(cx, push, &plan, why))
			continue;
		if (push->left == 1)
			return false;
		on_done(push, false, 0, *why);
	}
	return true;
}

bool
cx_push(struct cx *cx, struct store_sub *sub, cx_done_fn *done, void *arg,
    const char **why)
{
	struct store_reg reg;
	struct push *push;

	store_get_reg(sub, &reg);
	if (cx_sets_in(&reg, true, true) == 0) {
		*why = "it is not registered";
		return false;
	}
	if (reg.scscf.host == NULL || reg.scscf.realm == NULL) {
		*why = "the Diameter host of its S-CSCF is not known";
		return false;
	}
	push = calloc(1, sizeof *push);
	if (push == NULL) {
		*why = "out of memory";
		return false;
	}
	push->ok = true;
	push->done = done;
	push->arg = arg;
	if (start_all(cx, push, sub, &reg, why))
		return true;
	free(push);
	return false;
}
