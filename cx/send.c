/*
 * Sending jobs: so many on their way at a time, the others wait in order;
 * a request without an answer may be tried again.
 *
 * A request that no peer leads to is not tried again: an S-CSCF that lost its
 * connection has to register its users anew anyhow, or finds them gone.
 */
#include "cx/job.h"

#include <stdio.h>
#include <string.h>

#include "diameter/log.h"

enum sending { SENT, WAITS, NEVER };

/* --- The answer --- */

/* Result-Code, or what Experimental-Result holds; 0: neither. */
static uint32_t
read_result(const struct dia_msg *ans, bool *experimental)
{
	struct dia_avp avp;
	uint32_t result;

	*experimental = false;
	if (dia_find(ans->avps, BASE(RESULT_CODE)->code, 0, &avp) &&
	    dia_get_u32(&avp, &result))
		return result;
	*experimental = true;
	if (dia_find(ans->avps, BASE(EXPERIMENTAL_RESULT)->code, 0, &avp) &&
	    dia_find(avp.data, BASE(EXPERIMENTAL_RESULT_CODE)->code, 0, &avp) &&
	    dia_get_u32(&avp, &result))
		return result;
	return 0;
}

static void
describe(const struct cx_job *job, const struct cx_outcome *end, char *what,
    size_t cap)
{
	const char *name = end->experimental ? cx_result_name(end->result) : "";

	if (end->outcome == DIA_TIMED_OUT)
		snprintf(what, cap, "no answer from %s within %d s%s",
		    job->host, CX_TIMEOUT_MS / 1000,
		    job->tries > 1 ? ", again" : "");
	else if (end->outcome == DIA_UNDELIVERABLE)
		snprintf(what, cap, "no peer leads to %s", job->host);
	else if (end->outcome == DIA_LOST)
		snprintf(
		    what, cap, "the connection with %s was lost", job->host);
	else if (end->result == 0)
		snprintf(what, cap, "%s answered without a result", job->host);
	else
		snprintf(what, cap, "%s answered %s%u%s%s", job->host,
		    end->experimental ? "Experimental " : "", end->result,
		    name != NULL && *name != '\0' ? " " : "",
		    name != NULL ? name : "");
}

/* --- The queue --- */

static enum sending try_send(struct cx_job *);

/* The job's life is over, unless it has been changed to go on. */
static void
finish(struct cx_job *job, const struct cx_outcome *end)
{
	log_info("cx: %s: %s: %s", job->sub, job->kind->name, end->what);
	if (job->kind->ended(job, end)) {
		job->tries = 0;
		if (try_send(job) != NEVER)
			return;
	}
	if (job->done != NULL)
		job->done(job->arg, end->ok, end->result, end->what);
	cx_job_free(job);
}

/* Sends what has waited long enough. */
static void
work(struct cx *cx)
{
	static const struct cx_outcome unsent = {
		.outcome = DIA_UNDELIVERABLE,
		.what = "it could not be sent any more",
	};
	struct cx_job *job;

	while (cx->jobs.nsent < CX_SENT_MAX &&
	       (job = TAILQ_FIRST(&cx->jobs.waiting)) != NULL) {
		TAILQ_REMOVE(&cx->jobs.waiting, job, link);
		cx->jobs.nwaiting--;

		enum sending sending = try_send(job);

		if (sending == NEVER)
			finish(job, &unsent);
		if (sending == WAITS)
			break;
	}
}

static bool
may_repeat(const struct cx_job *job, enum dia_outcome outcome)
{
	return job->tries < CX_TRIES_MAX &&
	       (outcome == DIA_LOST ||
		   (outcome == DIA_TIMED_OUT && job->kind->repeats));
}

static void
on_answer(void *arg, const struct dia_msg *ans, enum dia_outcome outcome)
{
	struct cx_job *job = arg;
	struct cx *cx = job->cx;
	struct cx_outcome end = { .ans = ans, .outcome = outcome };
	char what[STORE_NAME_MAX + 128];

	cx->jobs.nsent--;
	TAILQ_REMOVE(&cx->jobs.sent, job, link);
	if (ans != NULL)
		end.result = read_result(ans, &end.experimental);
	end.ok = end.result / 1000 == 2;
	describe(job, &end, what, sizeof what);
	end.what = what;
	if (!may_repeat(job, outcome) || try_send(job) == NEVER)
		finish(job, &end);
	work(cx);
}

static void
fill(void *arg, struct dia_writer *w)
{
	const struct cx_job *job = arg;

	cx_put_head(job, w);
	job->kind->fill(job, w);
}

static enum sending
put_behind(struct cx_job *job)
{
	struct cx_jobs *jobs = &job->cx->jobs;

	if (jobs->nwaiting >= CX_WAITING_MAX)
		return NEVER;
	TAILQ_INSERT_TAIL(&jobs->waiting, job, link);
	jobs->nwaiting++;
	return WAITS;
}

/* NEVER: the job is still the caller's. */
static enum sending
try_send(struct cx_job *job)
{
	struct cx *cx = job->cx;
	const struct dia_out_request out = {
		.app = CX_APP,
		.code = job->kind->code,
		.dest_host = job->host,
		.timeout_ms = CX_TIMEOUT_MS,
		.fill = fill,
		.answer = on_answer,
		.arg = job,
	};

	if (job->kind->ready != NULL && !job->kind->ready(job))
		return NEVER;
	if (cx->jobs.nsent >= CX_SENT_MAX)
		return put_behind(job);
	switch (cx->send(cx->node, &out)) {
	case DIA_SENT:
		log_info("cx: %s: %s%s%s to %s for %s / %s: %s", job->sub,
		    job->kind->name, *job->label != '\0' ? " " : "", job->label,
		    job->host, cx_job_nth(job->impis, job->impi),
		    job->nimpus > 0 ? job->impus : "none", job->why);
		cx->jobs.nsent++;
		TAILQ_INSERT_TAIL(&cx->jobs.sent, job, link);
		job->tries++;
		return SENT;
	case DIA_SEND_LATER:
		/* The end of one that is on its way makes it go on. */
		return cx->jobs.nsent > 0 ? put_behind(job) : NEVER;
	default:
		return NEVER;
	}
}

/* --- For the kinds --- */

bool
cx_job_start(struct cx_job *job, const char **why)
{
	struct cx *cx = job->cx;

	*why = "nothing can be sent: too much is on its way, or the end is "
	       "near";
	if (cx->node == NULL)
		*why = "there is no Diameter node to send it";
	else if (cx->jobs.nwaiting >= CX_WAITING_MAX)
		*why = "too many requests to S-CSCFs wait already";
	else if ((cx->jobs.nwaiting > 0 ? put_behind(job) : try_send(job)) !=
		 NEVER)
		return true;
	cx_job_free(job);
	return false;
}

void
cx_put_head(const struct cx_job *job, struct dia_writer *w)
{
	const struct dia_identity *id = &job->cx->conf.id;

	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(w);
	dia_put_u32(w, BASE(AUTH_SESSION_STATE), 1);
	dia_put_str(w, BASE(ORIGIN_HOST), id->host);
	dia_put_str(w, BASE(ORIGIN_REALM), id->realm);
	dia_put_str(w, BASE(DESTINATION_HOST), job->host);
	dia_put_str(w, BASE(DESTINATION_REALM), job->realm);
}

void
cx_attach(struct cx *cx, struct dia_node *node)
{
	cx->node = node;
	cx->send = dia_node_send;
}

void
cx_jobs_init(struct cx_jobs *jobs)
{
	*jobs = (struct cx_jobs){ 0 };
	TAILQ_INIT(&jobs->waiting);
	TAILQ_INIT(&jobs->sent);
}

void
cx_jobs_free(struct cx_jobs *jobs)
{
	struct cx_job *job;

	while ((job = TAILQ_FIRST(&jobs->waiting)) != NULL) {
		TAILQ_REMOVE(&jobs->waiting, job, link);
		if (job->done != NULL)
			job->done(job->arg, false, 0, "hssd stops");
		cx_job_free(job);
	}
}

void
cx_jobs_renewed(struct cx_jobs *jobs, const struct store_sub *sub)
{
	struct cx_job *job;

	TAILQ_FOREACH (job, &jobs->sent, link) {
		if (strcmp(job->sub, sub->name) == 0)
			job->renewed = true;
	}
}
