/*
 * A table of former S-CSCFs by the name of the subscription; when it is full,
 * the oldest one goes.
 */
#include "cx/former.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cx/rtr.h"
#include "diameter/log.h"

static struct cx_former_list *
bucket_of(const struct cx *cx, const char *sub)
{
	/* The names are the operator's: no seed is needed. */
	uint32_t h = 2166136261u;

	for (; *sub != '\0'; sub++)
		h = (h ^ (uint8_t)*sub) * 16777619u;
	return &cx->formers.buckets[(h ^ h >> 16) % CX_FORMER_BUCKETS];
}

static void
forget(struct cx *cx, struct cx_former *f)
{
	TAILQ_REMOVE(&cx->formers.by_age, f, age);
	TAILQ_REMOVE(bucket_of(cx, f->sub), f, link);
	cx->formers.n--;
	free(f);
}

static struct cx_former *
find(const struct cx *cx, const struct store_sub *sub)
{
	struct cx_former *f;

	if (cx->formers.n == 0)
		return NULL;
	TAILQ_FOREACH (f, bucket_of(cx, sub->name), link) {
		if (strcmp(f->sub, sub->name) == 0)
			return f;
	}
	return NULL;
}

static const char *
copy(char **at, const char *text)
{
	const char *begin = *at;

	*at = stpcpy(*at, text) + 1;
	return begin;
}

/* NULL: out of memory. */
static struct cx_former *
make(const struct store_sub *sub, const struct store_scscf *scscf)
{
	struct cx_former *f =
	    malloc(sizeof *f + strlen(sub->name) + strlen(scscf->name) +
		   strlen(scscf->host) + strlen(scscf->realm) + 4);

	if (f == NULL)
		return NULL;

	char *at = f->text;

	f->sub = copy(&at, sub->name);
	f->scscf.name = copy(&at, scscf->name);
	f->scscf.host = copy(&at, scscf->host);
	f->scscf.realm = copy(&at, scscf->realm);
	return f;
}

void
cx_former_note(struct cx *cx, const struct store_sub *sub,
    const struct store_reg *old, const char *host)
{
	struct cx_former *f = find(cx, sub);
	uint16_t sets = cx_sets_in(old, true, true);

	if (f != NULL) {
		/* What is in between has no data yet. */
		if (strcasecmp(f->scscf.host, host) == 0)
			forget(cx, f);
		return;
	}
	if (sets == 0 || old->scscf.name == NULL || old->scscf.host == NULL ||
	    old->scscf.realm == NULL || strcasecmp(old->scscf.host, host) == 0)
		return;
	f = make(sub, &old->scscf);
	if (f == NULL)
		return;
	f->sets = sets;
	if (cx->formers.n >= CX_FORMERS_MAX)
		forget(cx, TAILQ_FIRST(&cx->formers.by_age));
	TAILQ_INSERT_TAIL(&cx->formers.by_age, f, age);
	TAILQ_INSERT_TAIL(bucket_of(cx, f->sub), f, link);
	cx->formers.n++;
}

struct cx_former *
cx_former_find(struct cx *cx, const struct store_sub *sub, const char *host)
{
	struct cx_former *f = find(cx, sub);

	if (f != NULL && strcasecmp(f->scscf.host, host) == 0) {
		forget(cx, f); /* the user has come back to it */
		return NULL;
	}
	return f;
}

void
cx_former_end(const struct cx_former *f, struct store_reg *reg)
{
	for (unsigned i = 0; i < reg->nsets; i++) {
		if ((f->sets & 1u << i) == 0)
			continue;
		reg->sets[i].registered = 0;
		reg->sets[i].unregistered = false;
	}
}

static void
tell(struct cx *cx, const struct cx_former *f, const struct store_sub *sub,
    const struct store_reg *old, uint16_t sets, enum cx_reason reason)
{
	const struct cx_job_plan plan = {
		.store = cx->store,
		.sub = sub,
		.scscf = &f->scscf,
		.why = "another S-CSCF has the user",
		.sets = sets,
		.impis = cx_impis_in(old, sets),
	};
	const char *why;

	if (sets != 0 && cx->node != NULL &&
	    !cx_rtr(cx, &plan, reason, NULL, NULL, &why))
		log_warnx(
		    "cx: %s: no RTR to %s: %s", sub->name, f->scscf.host, why);
}

void
cx_former_tell(struct cx *cx, struct cx_former *f, const struct store_sub *sub,
    const struct store_reg *old, uint32_t sets)
{
	uint16_t served = f->sets & cx_sets_in(old, true, true);

	tell(cx, f, sub, old, served & (uint16_t)sets, CX_NEW_SERVER_ASSIGNED);
	tell(cx, f, sub, old, served & (uint16_t)~sets, CX_SERVER_CHANGE);
	forget(cx, f);
}

bool
cx_formers_init(struct cx_formers *formers)
{
	formers->n = 0;
	TAILQ_INIT(&formers->by_age);
	formers->buckets = malloc(CX_FORMER_BUCKETS * sizeof *formers->buckets);
	if (formers->buckets == NULL)
		return false;
	for (int i = 0; i < CX_FORMER_BUCKETS; i++)
		TAILQ_INIT(&formers->buckets[i]);
	return true;
}

void
cx_formers_free(struct cx_formers *formers)
{
	struct cx_former *f;

	while ((f = TAILQ_FIRST(&formers->by_age)) != NULL) {
		TAILQ_REMOVE(&formers->by_age, f, age);
		free(f);
	}
	free(formers->buckets);
}
