/*
 * Making a job: all names that a request to an S-CSCF needs, copied into one
 * piece of memory.
 */
#include "cx/job.h"

#include <stdlib.h>
#include <string.h>

/* Section, S-CSCF (three names), Reason-Info, identities. */
enum { TEXTS_MAX = 5 + STORE_IMPIS_MAX + STORE_IMPUS_MAX };

struct text {
	char *p;
	size_t len, cap;
	bool failed;
};

/* Where the text begins. */
static size_t
add(struct text *t, const char *s)
{
	size_t at = t->len, len = s != NULL ? strlen(s) : 0;

	if (len >= t->cap - t->len) {
		t->failed = true;
		return at;
	}
	memcpy(t->p + at, s != NULL ? s : "", len);
	t->p[at + len] = '\0';
	t->len += len + 1;
	return at;
}

static void
add_name(struct text *t, const struct store *s, const struct store_name *name)
{
	char buf[STORE_NAME_MAX + 1];

	if (store_name(s, name, buf, sizeof buf) > STORE_NAME_MAX)
		t->failed = true;
	else
		add(t, buf);
}

static unsigned
add_impis(struct text *t, const struct cx_job_plan *plan)
{
	unsigned n = 0;

	for (unsigned i = 0; i < plan->sub->nimpis; i++) {
		if ((plan->impis & 1u << i) == 0)
			continue;
		add_name(t, plan->store, &plan->sub->impis[i].name);
		n++;
	}
	return n;
}

static unsigned
add_impus(struct text *t, const struct cx_job_plan *plan)
{
	unsigned n = 0;

	for (unsigned i = 0; i < plan->sub->nimpus; i++) {
		if ((plan->sets & 1u << plan->sub->impus[i].set) == 0)
			continue;
		add_name(t, plan->store, &plan->sub->impus[i].name);
		n++;
	}
	return n;
}

struct cx_job *
cx_job_new(struct cx *cx, const struct cx_job_kind *kind,
    const struct cx_job_plan *plan)
{
	enum { CAP = TEXTS_MAX * (STORE_NAME_MAX + 1) };
	struct cx_job *job = malloc(sizeof *job + CAP), *fit;
	size_t sub, server, host, realm, info, impis, impus;

	if (job == NULL)
		return NULL;

	struct text t = { job->text, 0, CAP, false };

	*job = (struct cx_job){ .cx = cx, .kind = kind };
	sub = add(&t, plan->sub->name);
	server = add(&t, plan->scscf->name);
	host = add(&t, plan->scscf->host);
	realm = add(&t, plan->scscf->realm);
	info = add(&t, plan->info);
	impis = t.len;
	job->nimpis = add_impis(&t, plan);
	impus = t.len;
	job->nimpus = add_impus(&t, plan);
	if (t.failed) {
		free(job);
		return NULL;
	}
	fit = realloc(job, sizeof *job + t.len);
	job = fit != NULL ? fit : job;
	job->sub = job->text + sub;
	job->server = job->text + server;
	job->host = job->text + host;
	job->realm = job->text + realm;
	job->info = job->text + info;
	job->impis = job->text + impis;
	job->impus = job->text + impus;
	return job;
}

void
cx_job_free(struct cx_job *job)
{
	free(job);
}

const char *
cx_job_nth(const char *list, unsigned n)
{
	while (n-- > 0)
		list += strlen(list) + 1;
	return list;
}
