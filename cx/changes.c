/*
 * What a reload of subscribers means to S-CSCFs (TS 29.228, 6.1.3 and 6.2.2):
 * users that are gone or barred by now are de-registered.
 *
 * While the store reloads, all that is to be said about users as they were is
 * put into requests; those go out once the reload is known to be good.
 */
#include "cx/rtr.h"

#include <stdlib.h>

#include "diameter/log.h"

struct cx_changes {
	struct cx *cx;
	struct cx_job_list jobs;
	size_t njobs, nleft_out;
};

static void
add(struct cx_changes *ch, struct cx_job *job)
{
	if (job == NULL || ch->njobs >= CX_WAITING_MAX) {
		cx_job_free(job);
		ch->nleft_out++;
		return;
	}
	TAILQ_INSERT_TAIL(&ch->jobs, job, link);
	ch->njobs++;
}

static void
end(struct cx_changes *ch, const struct cx_job_plan *plan,
    enum cx_reason reason)
{
	if (plan->scscf->host != NULL && plan->scscf->realm != NULL)
		add(ch, cx_rtr_job(ch->cx, plan, reason));
}

static void
note(void *arg, const struct store *old_store, const struct store_sub *old,
    const struct store *new_store, const struct store_sub *new)
{
	struct cx_changes *ch = arg;
	struct store_reg reg;

	(void)new_store;
	store_get_reg(old, &reg);

	struct cx_job_plan plan = {
		.store = old_store,
		.sub = old,
		.scscf = &reg.scscf,
		.sets = cx_sets_in(&reg, true, true),
	};

	if (plan.sets == 0)
		return;
	plan.impis = cx_impis_in(&reg, plan.sets);
	if (new == NULL || (new->barred && !old->barred))
		end(ch, &plan, CX_PERMANENT_TERMINATION);
}

struct cx_changes *
cx_changes_begin(struct cx *cx)
{
	struct cx_changes *ch = calloc(1, sizeof *ch);

	if (ch == NULL)
		return NULL;
	ch->cx = cx;
	TAILQ_INIT(&ch->jobs);
	store_on_change(cx->store, note, ch);
	return ch;
}

void
cx_changes_end(struct cx_changes *ch, bool good)
{
	struct cx_job *job;
	const char *why;

	if (ch == NULL)
		return;
	store_on_change(ch->cx->store, NULL, NULL);
	while ((job = TAILQ_FIRST(&ch->jobs)) != NULL) {
		TAILQ_REMOVE(&ch->jobs, job, link);
		if (!good)
			cx_job_free(job);
		else if (!cx_job_start(job, &why))
			ch->nleft_out++;
	}
	if (good && ch->nleft_out > 0)
		log_warnx("cx: %zu users' S-CSCFs are not told that they "
			  "changed: %s",
		    ch->nleft_out,
		    "too many requests to S-CSCFs wait already, or out of memory");
	free(ch);
}
