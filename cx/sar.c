/*
 * S-CSCF registration and de-registration notification (TS 29.228, 6.1.2.1):
 * the table of Server-Assignment-Types, and what each does to an implicit
 * registration set.  All identities of a set change together (6.5.1).
 */
#include "cx/former.h"

#include "cx/userdata.h"
#include "diameter/log.h"

/* A change to one implicit set. */
struct change {
	struct store_set *set;
	uint16_t impis; /* bit per private identity the request is about */
	bool force;     /* SAR-Flags: P-CSCF restoration */
};

static void
assign(const struct change *ch)
{
	ch->set->registered |= ch->impis;
	ch->set->pending &= (uint16_t)~ch->impis;
	ch->set->unregistered = false;
}

/* Who is registered stays so, unless the P-CSCF of the user is lost. */
static void
serve(const struct change *ch)
{
	if (ch->force)
		ch->set->registered = 0;
	if (ch->set->registered == 0)
		ch->set->unregistered = true;
}

static void
drop(const struct change *ch)
{
	ch->set->registered &= (uint16_t)~ch->impis;
	ch->set->pending &= (uint16_t)~ch->impis;
	if (ch->set->registered == 0)
		ch->set->unregistered = false;
}

/* The S-CSCF asks to stay assigned; we always let it. */
static void
drop_but_keep_name(const struct change *ch)
{
	bool was_registered = ch->set->registered != 0;

	ch->set->registered &= (uint16_t)~ch->impis;
	ch->set->pending &= (uint16_t)~ch->impis;
	if (was_registered && ch->set->registered == 0)
		ch->set->unregistered = true;
}

/* Rel-8 and later: a failed authentication ends no registration. */
static void
end_pending(const struct change *ch)
{
	ch->set->pending &= (uint16_t)~ch->impis;
}

enum rule {
	IMPI = 1,   /* User-Name must be there */
	IMPU = 2,   /* Public-Identity must be there */
	MANY = 4,   /* there may be several of them */
	USER = 8,   /* not for a Public Service Identity */
	TAKES = 16, /* the S-CSCF becomes the user's, if there is no other */
	OWNS = 32,  /* the S-CSCF must be the user's */
	DATA = 64,  /* the profile goes back */
};

/* clang-format off */
static const struct row {
	unsigned rules;
	void (*apply)(const struct change *); /* NULL: no change */
	const char *done; /* for the log */
} rows[SAT_COUNT] = {
	[SAT_NO_ASSIGNMENT]                 = { IMPI | IMPU | OWNS | DATA, NULL, NULL },
	[SAT_REGISTRATION]                  = { IMPI | IMPU | USER | TAKES | DATA, assign, "registered" },
	[SAT_RE_REGISTRATION]               = { IMPI | IMPU | USER | TAKES | DATA, assign, "registered" },
	[SAT_UNREGISTERED_USER]             = { IMPU | TAKES | DATA, serve, "served while not registered" },
	[SAT_TIMEOUT_DEREGISTRATION]        = { MANY, drop, "de-registered" },
	[SAT_USER_DEREGISTRATION]           = { MANY, drop, "de-registered" },
	[SAT_TIMEOUT_DEREGISTRATION_STORE]  = { MANY, drop_but_keep_name, "de-registered, S-CSCF kept" },
	[SAT_USER_DEREGISTRATION_STORE]     = { MANY, drop_but_keep_name, "de-registered, S-CSCF kept" },
	[SAT_ADMINISTRATIVE_DEREGISTRATION] = { MANY, drop, "de-registered" },
	[SAT_AUTHENTICATION_FAILURE]        = { IMPI | IMPU, end_pending, "not authenticated" },
	[SAT_AUTHENTICATION_TIMEOUT]        = { IMPI | IMPU, end_pending, "not authenticated" },
	[SAT_DEREGISTRATION_TOO_MUCH_DATA]  = { MANY, drop, "de-registered" },
};
/* clang-format on */

/* What the grammar cannot say, since it depends on the type (table 6.1.2.1) */
static bool
check_present(
    const struct cx_request *rq, const struct row *row, struct cx_answer *ans)
{
	bool none = rq->identities.n == 0;

	if (none && ((row->rules & IMPU) != 0 || rq->user_name.p == NULL))
		return cx_blame(ans, rq, DIA_MISSING_AVP, NULL,
		    CX(PUBLIC_IDENTITY),
		    "6.1.2.1 step 1: this type needs Public-Identity");
	if ((row->rules & IMPI) != 0 && rq->user_name.p == NULL)
		return cx_blame(ans, rq, DIA_MISSING_AVP, NULL, BASE(USER_NAME),
		    "6.1.2.1 step 1: this type needs User-Name");
	return true;
}

/* One public identity of step 1.  What the request says to be its wildcarded
 * one is looked for in its place (29.228, 7.2b), if there is just one. */
static bool
find_impu(struct cx *cx, const struct cx_request *rq, unsigned i,
    struct cx_answer *ans)
{
	if (rq->wildcard.p == NULL || rq->identities.n > 1)
		return cx_match_impu(cx, rq->identities.v[i], ans);
	return cx_find_wildcard(cx, rq->wildcard, ans);
}

/* Steps 1 and 2: all that is named exists, and all of it is of one user.
 * *sets: a bit for each implicit set concerned, all of the user's if none is
 * named. */
static bool
find(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans,
    uint32_t *sets)
{
	struct store_impu *first = NULL;
	struct store_sub *sub = NULL;
	unsigned n = rq->identities.n;
	bool one = true;

	*sets = 0;
	if (rq->user_name.p != NULL) {
		if (!cx_find_impi(cx, rq->user_name, ans))
			return false;
		sub = ans->sub;
	}
	/* A wildcarded one alone is meant alone, not all of the user's. */
	if (n == 0 && rq->wildcard.p != NULL)
		n = 1;
	for (unsigned i = 0; i < n; i++) {
		if (!find_impu(cx, rq, i, ans))
			return false;
		first = i == 0 ? ans->impu : first;
		sub = sub == NULL ? ans->sub : sub;
		one = one && sub == ans->sub;
		*sets |= 1u << ans->impu->set;
	}
	ans->impu = first;
	if (rq->identities.n > 1)
		ans->wildcard = (struct dia_slice){ 0 };
	if (!one)
		return cx_experimental(ans, CX_IDENTITIES_DONT_MATCH,
		    "6.1.2.1 step 2: identities of different users");
	if (first == NULL)
		*sets = (1u << sub->nsets) - 1;
	return true;
}

/* Step 3 */
static bool
check_number(
    const struct cx_request *rq, const struct row *row, struct cx_answer *ans)
{
	if (rq->identities.n <= 1 || (row->rules & MANY) != 0)
		return true;
	return cx_blame(ans, rq, DIA_AVP_OCCURS_TOO_MANY_TIMES, NULL,
	    CX(PUBLIC_IDENTITY),
	    "6.1.2.1 step 3: this type takes one Public-Identity");
}

/* Steps 5, 6 and 8: does this S-CSCF have a say? */
static bool
check_scscf(const struct cx_request *rq, const struct row *row,
    const struct store_reg *reg, struct cx_answer *ans)
{
	const struct store_scscf *scscf = &reg->scscf;
	bool same = cx_same_scscf(scscf, rq);

	if ((row->rules & USER) != 0 && ans->impu->psi)
		return cx_experimental(ans, CX_IN_ASSIGNMENT_TYPE,
		    "6.1.2.1 step 5: a service identity cannot register");
	/* Only an I-CSCF with restoration makes it pending; the S-CSCF that
	 * comes then is the one chosen. */
	if ((row->rules & TAKES) != 0 && scscf->name != NULL && !same &&
	    !reg->reassign) {
		ans->server_name = scscf->name;
		return cx_experimental(ans, CX_IDENTITY_ALREADY_REGISTERED,
		    "6.1.2.1 step 6: another S-CSCF is assigned");
	}
	if ((row->rules & OWNS) != 0 && !same &&
	    !(reg->reassign && scscf->name != NULL))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.1.2.1 step 8: not from the assigned S-CSCF");
	/* A server that lost the user must not end what another began. */
	if ((row->rules & (TAKES | OWNS)) == 0 && scscf->name != NULL &&
	    !same && !cx_same_host(scscf, rq))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.1.2.1 step 8: from an S-CSCF that is not assigned");
	return true;
}

/* Step 8 on all sets concerned; without a set in use the S-CSCF goes. */
static void
apply(const struct row *row, const struct cx_request *rq,
    const struct cx_answer *ans, uint32_t sets, struct store_reg *reg)
{
	struct change ch = {
		.impis = ans->impi != NULL ? (uint16_t)(1u << ans->impi->index)
					   : UINT16_MAX,
		.force = cx_lost_pcscf(rq),
	};
	bool in_use = false;

	for (unsigned i = 0; i < reg->nsets; i++) {
		ch.set = &reg->sets[i];
		if ((sets & 1u << i) != 0)
			row->apply(&ch);
		in_use |= ch.set->registered != 0 || ch.set->pending != 0 ||
			  ch.set->unregistered;
	}
	if (!in_use) {
		reg->scscf = (struct store_scscf){ 0 };
		reg->reassign = false;
	}
}

/* The private identity to name where the request names none: one that is
 * registered, or the first. */
static const struct store_impi *
some_impi(const struct cx_answer *ans, const struct store_reg *reg)
{
	const struct store_sub *sub = ans->sub;

	if (ans->impi != NULL)
		return ans->impi;
	for (unsigned i = 0; ans->impu != NULL && i < sub->nimpis; i++) {
		if ((reg->sets[ans->impu->set].registered & 1u << i) != 0)
			return &sub->impis[i];
	}
	return &sub->impis[0];
}

/* The profile, charging functions and fellow identities (table 6.1.2.2);
 * before the change, since all of it must fit. */
static bool
add_data(struct cx *cx, const struct cx_request *rq,
    const struct store_reg *reg, const struct store_impi *impi,
    struct cx_answer *ans)
{
	ans->associated = ans->sub->nimpis > 1;
	ans->indications = true;
	cx_add_restoration(cx, rq, reg, ans);
	if (rq->data_available.value != 0)
		return true;
	ans->charging = true;
	ans->userdata.p = (const uint8_t *)cx->userdata;

	struct cx_userdata_for to = { .shared = cx_has(rq, CX_SIFC),
		.alias = cx_has(rq, CX_ALIAS) };
	char form[STORE_NAME_MAX];

	if (ans->impu->wildcard) {
		to.impu = ans->impu;
		to.identity = form;
		to.identity_len = store_impu_form(
		    form, rq->identities.v[0].p, rq->identities.v[0].len);
	}
	ans->userdata.len = cx_userdata_for(cx->userdata, CX_USERDATA_MAX,
	    cx->store, cx->profiles, ans->sub, ans->impu->set, impi, &to);
	if (ans->userdata.len > 0)
		return true;
	log_warnx("cx: %s: the user profile does not fit into %d octets",
	    ans->sub->name, CX_USERDATA_MAX);
	return cx_result(ans, DIA_UNABLE_TO_COMPLY,
	    "6.1.2.1 step 8: the profile is too long");
}

static bool
same_sets(const struct store_reg *a, const struct store_reg *b)
{
	for (unsigned i = 0; i < a->nsets; i++) {
		const struct store_set *x = &a->sets[i], *y = &b->sets[i];

		if (x->registered != y->registered ||
		    x->pending != y->pending ||
		    x->unregistered != y->unregistered)
			return false;
	}
	return true;
}

static void
log_change(const struct cx_answer *ans, const struct row *row)
{
	struct store_reg reg;

	store_get_reg(ans->sub, &reg);
	log_info("cx: %s: %s with %.*s, S-CSCF %s", ans->sub->name, row->done,
	    (int)ans->user_name.len, (const char *)ans->user_name.p,
	    reg.scscf.name != NULL ? reg.scscf.name : "none");
}

/* Steps 8 and 9 */
static bool
change(struct cx *cx, const struct cx_request *rq, const struct row *row,
    uint32_t sets, struct cx_answer *ans)
{
	struct store_reg old, reg;
	struct cx_former *former = NULL;
	struct cx_sender from;

	store_get_reg(ans->sub, &old);
	if (!cx_sender(&from, rq))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.1.2.1 step 9: the S-CSCF's host name is too long");
	if (cx->dry)
		return true;
	reg = old;
	if ((row->rules & TAKES) != 0) {
		former = cx_former_find(cx, ans->sub, from.host);
		reg.scscf = cx_sender_scscf(&from);
		reg.reassign = false;
	}
	if (former != NULL)
		cx_former_end(former, &reg);
	if (cx_is_nameless(rq) && old.scscf.name != NULL)
		reg.scscf.name = old.scscf.name;
	apply(row, rq, ans, sets, &reg);

	bool changed = !same_sets(&old, &reg);

	if (!cx_keep_restoration(cx, rq, &old, ans))
		return false;
	if (!store_put_reg(cx->store, ans->sub, &reg))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.1.2.1 step 8: the change cannot be stored");
	if (changed)
		log_change(ans, row);
	if (row->apply == assign)
		cx_jobs_renewed(&cx->jobs, ans->sub);
	/* 8.1.1 */
	if (former != NULL)
		cx_former_tell(cx, former, ans->sub, &old, sets);
	return true;
}

void
cx_sar(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	const struct row *row = &rows[rq->assignment_type.value];
	struct store_reg reg;
	uint32_t sets;

	ans->user_name = rq->user_name;
	if (rq->identities.n > 0)
		ans->public_identity = rq->identities.v[0];
	/* Steps 1 to 3 */
	if (!check_present(rq, row, ans) || !cx_check_server(rq, ans) ||
	    !find(cx, rq, ans, &sets) || !check_number(rq, row, ans))
		return;
	store_get_reg(ans->sub, &reg);

	const struct store_impi *impi = some_impi(ans, &reg);

	if (rq->user_name.p == NULL)
		ans->user_name = cx_impi_text(cx, impi, ans);
	/* Steps 5 to 9 */
	if (!check_scscf(rq, row, &reg, ans) ||
	    !cx_check_restoration(cx, rq, ans))
		return;
	if ((row->rules & DATA) != 0 && !add_data(cx, rq, &reg, impi, ans))
		return;
	if (!cx_fits_restored(cx, rq, ans))
		return;
	if (cx_is_known_already(cx, rq, ans)) {
		ans->data_anyway = true;
		cx_experimental(ans, CX_IN_ASSIGNMENT_TYPE,
		    "6.1.2.1 step 7: registered, with restoration information");
		return;
	}
	if (row->apply != NULL && !change(cx, rq, row, sets, ans))
		return;
	cx_result(ans, DIA_SUCCESS, "6.1.2.1 step 8");
}
