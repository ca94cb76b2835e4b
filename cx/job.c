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

/* A wildcard is named only where there is nothing else: not every S-CSCF finds
 * it among the identities it serves. */
static bool
is_named(const struct store_sub *sub, const struct store_impu *impu)
{
	if (!impu->wildcard)
		return true;
	for (unsigned i = 0; i < sub->nimpus; i++) {
		if (sub->impus[i].set == impu->set && !sub->impus[i].wildcard)
			return false;
	}
	return true;
}

static unsigned
add_impus(struct text *t, const struct cx_job_plan *plan)
{
	unsigned n = 0;

	for (unsigned i = 0; i < plan->sub->nimpus; i++) {
		const struct store_impu *impu = &plan->sub->impus[i];

		if ((plan->sets & 1u << impu->set) == 0 ||
		    !is_named(plan->sub, impu))
			continue;
		add_name(t, plan->store, &impu->name);
		n++;
	}
	return n;
}

struct cx_job *
cx_job_new(struct cx *cx, const struct cx_job_kind *kind,
    const struct cx_job_plan *plan)
{
	char buf[TEXTS_MAX * (STORE_NAME_MAX + 1)];
	struct text t = { buf, 0, sizeof buf, false };
	size_t sub = add(&t, plan->sub->name);
	size_t server = add(&t, plan->scscf->name);
	size_t host = add(&t, plan->scscf->host);
	size_t realm = add(&t, plan->scscf->realm);
	size_t info = add(&t, plan->info);
	size_t impis = t.len;
	unsigned nimpis = add_impis(&t, plan);
	size_t impus = t.len;
	unsigned nimpus = add_impus(&t, plan);
	struct cx_job *job = t.failed ? NULL : malloc(sizeof *job + t.len);

	if (job == NULL)
		return NULL;
	*job = (struct cx_job){
		.cx = cx,
		.kind = kind,
		.label = "",
		.why = plan->why,
		.nimpis = nimpis,
		.nimpus = nimpus,
		.sub = job->text + sub,
		.server = job->text + server,
		.host = job->text + host,
		.realm = job->text + realm,
		.info = job->text + info,
		.impis = job->text + impis,
		.impus = job->text + impus,
	};
	memcpy(job->text, buf, t.len);
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

/* --- What it is about, in the store as it is now --- */

struct store_sub *
cx_job_sub(const struct cx_job *job, uint16_t *impis)
{
	struct store_sub *sub = NULL;
	unsigned bits = 0;

	for (unsigned i = 0; i < job->nimpis; i++) {
		const char *name = cx_job_nth(job->impis, i);
		const struct store_impi *impi =
		    store_find_impi(job->cx->store, name, strlen(name));

		if (impi == NULL)
			continue;
		sub = sub == NULL ? impi->sub : sub;
		if (impi->sub == sub)
			bits |= 1u << impi->index;
	}
	*impis = (uint16_t)bits;
	return sub;
}

uint32_t
cx_job_sets(const struct cx_job *job, const struct store_sub *sub)
{
	uint32_t sets = 0;

	for (unsigned i = 0; i < job->nimpus; i++) {
		const char *name = cx_job_nth(job->impus, i);
		const struct store_impu *impu =
		    store_find_impu(job->cx->store, name, strlen(name));

		if (impu != NULL && impu->sub == sub)
			sets |= 1u << impu->set;
	}
	return sets;
}

static bool
same_text(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

bool
cx_job_is_served(const struct cx_job *job, const struct store_reg *reg)
{
	return same_text(reg->scscf.name, job->server) &&
	       same_text(reg->scscf.host, job->host);
}
