/*
 * Network initiated de-registration (TS 29.228, 6.1.3): RTR to the S-CSCF of a
 * subscription, and what becomes of the registration.
 *
 * Every Public-Identity concerned is named: one of each implicit set would do,
 * but Kamailio answers nothing to an RTR that has only User-Name.
 *
 * Left out: RTR-Flags, since no location is kept.
 */
#include "cx/rtr.h"

#include <string.h>

#include "diameter/log.h"

static const char *
reason_name(enum cx_reason reason)
{
	return dia_value_name(CX(REASON_CODE)->values, reason);
}

/* 29.229, 6.1.9 */
static void
fill(const struct cx_job *job, struct dia_writer *w)
{
	dia_put_str(w, BASE(USER_NAME), job->impis);
	if (job->nimpis > 1) {
		dia_open(w, CX(ASSOCIATED_IDENTITIES));
		for (unsigned i = 1; i < job->nimpis; i++)
			dia_put_str(
			    w, BASE(USER_NAME), cx_job_nth(job->impis, i));
		dia_close(w);
	}
	for (unsigned i = 0; i < job->nimpus; i++)
		dia_put_str(w, CX(PUBLIC_IDENTITY), cx_job_nth(job->impus, i));
	dia_open(w, CX(DEREGISTRATION_REASON));
	dia_put_u32(w, CX(REASON_CODE), job->reason);
	if (*job->info != '\0')
		dia_put_str(w, CX(REASON_INFO), job->info);
	dia_close(w);
}

/* --- Emergency registrations, which stay (Annex G) --- */

/* A pair of the answer: its private identity in its set. */
static void
keep_pair(const struct cx *cx, struct dia_slice pair,
    const struct store_sub *sub, uint16_t kept[STORE_SETS_MAX])
{
	struct dia_avp user, public;

	if (!dia_find(pair, BASE(USER_NAME)->code, 0, &user) ||
	    !dia_find(pair, CX(PUBLIC_IDENTITY)->code, CX_VENDOR, &public))
		return;

	const struct store_impi *impi =
	    store_find_impi(cx->store, user.data.p, user.data.len);
	const struct store_impu *impu =
	    store_find_impu(cx->store, public.data.p, public.data.len);

	if (impi == NULL || impu == NULL || impi->sub != sub ||
	    impu->sub != sub)
		return;
	kept[impu->set] |= (uint16_t)(1u << impi->index);
}

static void
keep_pairs(const struct cx *cx, const struct cx_outcome *end,
    const struct store_sub *sub, uint16_t kept[STORE_SETS_MAX])
{
	const struct dia_def *def = CX(IDENTITY_WITH_EMERGENCY_REGISTRATION);
	struct dia_reader r;
	struct dia_avp avp;

	if (end->ans == NULL || end->experimental ||
	    (end->result != DIA_LIMITED_SUCCESS &&
		end->result != DIA_UNABLE_TO_COMPLY))
		return;
	dia_read(&r, end->ans->avps);
	while (dia_next(&r, &avp)) {
		if (avp.code == def->code && avp.vendor == def->vendor)
			keep_pair(cx, avp.data, sub, kept);
	}
}

/* --- The state after it --- */

void
cx_end_sets(struct store_reg *reg, uint32_t sets, uint16_t impis,
    const uint16_t kept[STORE_SETS_MAX])
{
	bool in_use = false;

	for (unsigned i = 0; i < reg->nsets; i++) {
		struct store_set *set = &reg->sets[i];
		unsigned stays = ~(unsigned)impis;

		if (kept != NULL)
			stays |= kept[i];
		if ((sets & 1u << i) != 0) {
			set->registered &= (uint16_t)stays;
			set->pending &= (uint16_t)stays;
			if (set->registered == 0)
				set->unregistered = false;
		}
		in_use |= set->registered != 0 || set->pending != 0 ||
			  set->unregistered;
	}
	if (!in_use)
		reg->scscf = (struct store_scscf){ 0 };
}

static bool
is_kept(const struct cx_job *job, const struct cx_outcome *end)
{
	return end->ans == NULL && job->renewed &&
	       job->reason != CX_PERMANENT_TERMINATION;
}

/*
 * The registration goes whatever the answer is, and without one: what was
 * decided here counts, Kamailio does not answer for identities it has lost,
 * and a user whom an S-CSCF still serves by mistake is gone at the latest when
 * the registration expires there.  Only a user who registered again while
 * there was no answer, and may, stays.
 */
static bool
ended(struct cx_job *job, const struct cx_outcome *end)
{
	struct cx *cx = job->cx;
	uint16_t kept[STORE_SETS_MAX] = { 0 };
	uint16_t impis;
	struct store_sub *sub = cx_job_sub(job, &impis);
	struct store_reg reg;

	if (sub == NULL || is_kept(job, end))
		return false;
	store_get_reg(sub, &reg);
	if (!cx_job_is_served(job, &reg))
		return false;
	keep_pairs(cx, end, sub, kept);
	cx_end_sets(&reg, cx_job_sets(job, sub) | job->more_sets, impis, kept);
	if (store_put_reg(cx->store, sub, &reg))
		log_info("cx: %s: de-registered, %s, S-CSCF %s", job->sub,
		    reason_name(job->reason),
		    reg.scscf.name != NULL ? reg.scscf.name : "none");
	else
		log_warnx("cx: %s: cannot be de-registered: the change cannot "
			  "be stored",
		    job->sub);
	return false;
}

static const struct cx_job_kind rtr = {
	.code = CX_RTR,
	.name = "RTR",
	.repeats = true,
	.fill = fill,
	.ended = ended,
};

/* --- Asking for one --- */

struct cx_job *
cx_rtr_job(struct cx *cx, const struct cx_job_plan *plan, enum cx_reason reason)
{
	struct cx_job *job = cx_job_new(cx, &rtr, plan);

	if (job == NULL)
		return NULL;
	job->reason = reason;
	job->label = reason_name(reason);
	return job;
}

bool
cx_rtr_start(struct cx_job *job, cx_done_fn *done, void *arg, const char **why)
{
	job->done = done;
	job->arg = arg;
	return cx_job_start(job, why);
}

uint16_t
cx_sets_in(const struct store_reg *reg, bool registered, bool unregistered)
{
	unsigned sets = 0;

	for (unsigned i = 0; i < reg->nsets; i++) {
		enum store_state state = store_set_state(&reg->sets[i]);

		if ((registered && state == STORE_REGISTERED) ||
		    (unregistered && state == STORE_UNREGISTERED))
			sets |= 1u << i;
	}
	return (uint16_t)sets;
}

uint16_t
cx_impis_in(const struct store_reg *reg, uint32_t sets)
{
	uint16_t impis = 0;

	for (unsigned i = 0; i < reg->nsets; i++) {
		if ((sets & 1u << i) != 0)
			impis |= reg->sets[i].registered;
	}
	return impis != 0 ? impis : 1;
}

bool
cx_rtr(struct cx *cx, const struct cx_job_plan *plan, enum cx_reason reason,
    cx_done_fn *done, void *arg, const char **why)
{
	if (plan->scscf->name == NULL || plan->scscf->host == NULL ||
	    plan->scscf->realm == NULL) {
		*why = "the Diameter host of its S-CSCF is not known";
		return false;
	}
	if (plan->info != NULL && strlen(plan->info) > CX_INFO_MAX) {
		*why = "the text for the user is over 255 octets long";
		return false;
	}

	struct cx_job *job = cx_rtr_job(cx, plan, reason);

	if (job == NULL) {
		*why = "out of memory";
		return false;
	}
	return cx_rtr_start(job, done, arg, why);
}

bool
cx_deregister(struct cx *cx, struct store_sub *sub, enum cx_reason reason,
    const char *info, cx_done_fn *done, void *arg, const char **why)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);

	/* REMOVE_S-CSCF is for identities that are not registered. */
	uint16_t sets = cx_sets_in(&reg, reason != CX_REMOVE_SCSCF, true);
	const struct cx_job_plan plan = {
		.store = cx->store,
		.sub = sub,
		.scscf = &reg.scscf,
		.info = info,
		.why = "asked for",
		.sets = sets,
		.impis = cx_impis_in(&reg, sets),
	};

	if (sets == 0) {
		*why = reason == CX_REMOVE_SCSCF
			   ? "none of its identities is served by an S-CSCF "
			     "without being registered"
			   : "it is not registered";
		return false;
	}
	return cx_rtr(cx, &plan, reason, done, arg, why);
}
