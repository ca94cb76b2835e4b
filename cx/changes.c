/*
 * What a reload of subscribers, an import or a deletion means to S-CSCFs
 * (TS 29.228, 6.1.3 and 6.2.2): whom it drops or bars is de-registered, what
 * else changes is sent.
 *
 * After the store's change, all that is to be said of users as they were is put
 * into requests; those go out at the end of it.
 *
 * A set whose default identity changes is de-registered too, since a PPR must
 * not change that (6.5.2.1).
 */
#include "cx/differ.h"
#include "cx/ppr.h"
#include "cx/rtr.h"

#include <stdlib.h>

#include "diameter/log.h"

struct cx_changes {
	struct cx *cx;
	struct cx_conf old_conf, conf;
	const struct cx_profiles *old_profiles, *profiles;
	struct cx_job_list jobs;
	size_t njobs, nleft_out;
};

/* A user whom an S-CSCF serves, while old and new are both there. */
struct user {
	struct cx_changes *ch;
	struct cx_side old, new; /* new.sub NULL: dropped */
	struct store_reg reg;
	uint16_t sets; /* that are served */
	uint16_t gone; /* a bit per IMPI */
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

static struct cx_job_plan
plan_for(const struct user *u, uint16_t sets, uint16_t impis, const char *why)
{
	return (struct cx_job_plan){
		.store = u->old.store,
		.sub = u->old.sub,
		.scscf = &u->reg.scscf,
		.sets = sets,
		.impis = impis,
		.why = why,
	};
}

static void
end_sets(const struct user *u, uint16_t sets, uint16_t impis,
    enum cx_reason reason, uint32_t more_sets, const char *why)
{
	const struct cx_job_plan plan = plan_for(u, sets, impis, why);
	struct cx_job *job = cx_rtr_job(u->ch->cx, &plan, reason);

	if (job != NULL)
		job->more_sets = more_sets;
	add(u->ch, job);
}

static void
update(const struct user *u, uint16_t sets, uint16_t impis, unsigned parts,
    const char *why)
{
	const struct cx_job_plan plan = plan_for(u, sets, impis, why);

	add(u->ch, cx_ppr_job(u->ch->cx, &plan, parts));
}

/* Those private identities of an S-CSCF's user that there are no more. */
static void
note_impis(struct user *u)
{
	uint16_t known = cx_impis_in(&u->reg, u->sets);
	unsigned sets = 0;

	for (unsigned i = 0; i < u->old.sub->nimpis; i++) {
		if ((known >> i & 1) != 0 &&
		    cx_same_impi(&u->old, &u->old.sub->impis[i], &u->new) ==
			NULL)
			u->gone |= (uint16_t)(1u << i);
	}
	for (unsigned i = 0; i < u->reg.nsets; i++) {
		if ((u->reg.sets[i].registered & u->gone) != 0)
			sets |= 1u << i;
	}
	if (sets != 0)
		end_sets(u, (uint16_t)sets, u->gone, CX_PERMANENT_TERMINATION,
		    0, "a private identity is gone");
}

static void
note_set(const struct user *u, unsigned set, bool charging)
{
	uint16_t bit = (uint16_t)(1u << set);
	uint16_t impis = cx_impis_in(&u->reg, bit);
	uint16_t left = impis & (uint16_t)~u->gone;
	unsigned parts = charging ? PPR_CHARGING : 0;

	switch (cx_set_fate(&u->old, &u->new, set)) {
	case SET_GONE:
		end_sets(u, bit, impis, CX_PERMANENT_TERMINATION, bit,
		    "its identities are gone");
		return;
	case SET_NEW_DEFAULT:
		end_sets(u, bit, impis, CX_SERVER_CHANGE, bit,
		    "its default identity changes");
		return;
	case SET_CHANGED:
		parts |= PPR_PROFILE;
		break;
	case SET_SAME:
		break;
	}
	if (parts != 0 && left != 0)
		update(u, bit, left, parts,
		    (parts & PPR_PROFILE) != 0 ? "its profile changes"
					       : "its charging changes");
}

/* 6.5.2: also while authentication is pending */
static void
note_digests(const struct user *u)
{
	for (unsigned i = 0; i < u->old.sub->nimpis; i++) {
		const struct store_impi *impi = &u->old.sub->impis[i];
		const struct store_impi *same =
		    cx_same_impi(&u->old, impi, &u->new);
		unsigned in_use = 0;

		for (unsigned k = 0; k < u->reg.nsets; k++)
			in_use |=
			    u->reg.sets[k].registered | u->reg.sets[k].pending;
		if (same != NULL && (in_use >> i & 1) != 0 &&
		    cx_digest_differs(impi, same))
			update(u, 0, (uint16_t)(1u << i), PPR_DIGEST,
			    "its password changes");
	}
}

static void
note(void *arg, const struct store *old_store, const struct store_sub *old,
    const struct store *new_store, const struct store_sub *new)
{
	struct cx_changes *ch = arg;
	struct user u = {
		.ch = ch,
		.old = { &ch->old_conf, ch->old_profiles, old_store, old },
		.new = { &ch->conf, ch->profiles, new_store, new },
	};

	store_get_reg(old, &u.reg);
	u.sets = cx_sets_in(&u.reg, true, true);
	if (u.reg.scscf.host == NULL || u.reg.scscf.realm == NULL)
		return;
	if (new == NULL || (new->barred && !old->barred)) {
		if (u.sets != 0)
			end_sets(&u, u.sets, cx_impis_in(&u.reg, u.sets),
			    CX_PERMANENT_TERMINATION, UINT16_MAX,
			    new == NULL ? "its section is gone"
					: "it is barred");
		return;
	}

	bool charging = cx_charging_differs(&u.old, &u.new);

	if (u.sets != 0)
		note_impis(&u);
	for (unsigned i = 0; i < u.reg.nsets; i++) {
		if ((u.sets & 1u << i) != 0)
			note_set(&u, i, charging);
	}
	note_digests(&u);
}

struct cx_changes *
cx_changes_begin(struct cx *cx, const struct cx_conf *conf,
    const struct cx_profiles *profiles)
{
	struct cx_changes *ch = calloc(1, sizeof *ch);

	if (ch == NULL)
		return NULL;
	ch->cx = cx;
	ch->old_conf = cx->conf;
	ch->old_profiles = cx->profiles;
	ch->conf = *conf;
	ch->profiles = profiles;
	TAILQ_INIT(&ch->jobs);
	store_on_change(cx->store, note, ch);
	return ch;
}

void
cx_changes_end(struct cx_changes *ch, bool good)
{
	struct cx_job *job;
	const char *why = "out of memory";

	if (ch == NULL)
		return;
	store_on_change(ch->cx->store, NULL, NULL);
	if (good && ch->njobs > 0)
		log_info("cx: %zu changes are told to S-CSCFs", ch->njobs);
	while ((job = TAILQ_FIRST(&ch->jobs)) != NULL) {
		TAILQ_REMOVE(&ch->jobs, job, link);
		if (!good)
			cx_job_free(job);
		else if (!cx_job_start(job, &why))
			ch->nleft_out++;
	}
	if (good && ch->nleft_out > 0)
		log_warnx("cx: %zu changes are not told to S-CSCFs: %s",
		    ch->nleft_out, why);
	free(ch);
}
