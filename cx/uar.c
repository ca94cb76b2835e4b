/*
 * User registration status query (TS 29.228, 6.1.1.1): may this user register
 * from that network, and at which S-CSCF?
 *
 * Left out: S-CSCF restoration (reassignment pending).
 */
#include "cx/local.h"

#include <string.h>
#include <strings.h>

/* Kamailio sends the header P-Visited-Network-ID as it is, quotes included. */
static struct dia_slice
unquoted(struct dia_slice s)
{
	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		return (struct dia_slice){ s.p + 1, s.len - 2 };
	return s;
}

/* Is the network in a list separated by spaces? */
static bool
listed(const char *list, struct dia_slice network)
{
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len == network.len &&
		    strncasecmp(list, (const char *)network.p, len) == 0)
			return true;
		list += len + strspn(list + len, " ");
	}
	return false;
}

/* The subscriber's own list goes before that of the configuration. */
static bool
may_roam(
    const struct cx *cx, const struct store_sub *sub, struct dia_slice network)
{
	network = unquoted(network);
	if (sub->visited != NULL)
		return listed(sub->visited, network);
	for (size_t i = 0; i < cx->conf.nvisited; i++) {
		if (dia_slice_eq_nocase(network, cx->conf.visited[i]))
			return true;
	}
	return cx->conf.nvisited == 0;
}

/* Is every identity of the implicit set barred? */
static bool
set_is_barred(const struct store_impu *impu)
{
	const struct store_sub *sub = impu->sub;

	for (unsigned i = 0; i < sub->nimpus; i++) {
		if (sub->impus[i].set == impu->set && !sub->impus[i].barred)
			return false;
	}
	return true;
}

/* Steps 3 and 4: barring, roaming, permission to register. */
static bool
may_register(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans,
    uint32_t type)
{
	bool emergency =
	    rq->uar_flags.set && (rq->uar_flags.value & UAR_EMERGENCY) != 0;

	/* Step 3, and Annex G for emergencies */
	if (!emergency && set_is_barred(ans->impu))
		return cx_result(ans, DIA_AUTHORIZATION_REJECTED,
		    "6.1.1.1 step 3: every identity of the set is barred");
	if (type == UAT_DE_REGISTRATION)
		return true;
	/* Step 4 */
	if (!emergency && !may_roam(cx, ans->sub, rq->visited_network))
		return cx_experimental(ans, CX_ROAMING_NOT_ALLOWED,
		    "6.1.1.1 step 4: the visited network is not allowed");
	if (!emergency && ans->sub->barred)
		return cx_result(ans, DIA_AUTHORIZATION_REJECTED,
		    "6.1.1.1 step 4: the subscription is barred");
	return true;
}

/* Step 5, type 1 */
static bool
deregister(const struct store_reg *reg, struct cx_answer *ans)
{
	if (store_set_state(&reg->sets[ans->impu->set]) == STORE_NOT_REGISTERED)
		return cx_experimental(ans, CX_IDENTITY_NOT_REGISTERED,
		    "6.1.1.1 step 5: de-registration of who is not registered");
	ans->server_name = reg->scscf.name;
	return cx_result(ans, DIA_SUCCESS, "6.1.1.1 step 5: registered");
}

void
cx_uar(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	uint32_t type = rq->authorization_type.set
			    ? rq->authorization_type.value
			    : UAT_REGISTRATION;
	struct store_reg reg;

	/* Steps 1 to 4 */
	if (!cx_find_pair(cx, rq, ans) || !may_register(cx, rq, ans, type))
		return;
	store_get_reg(ans->sub, &reg);

	/* Step 4, type 2: whoever asks so wants another S-CSCF */
	if (type == UAT_REGISTRATION_AND_CAPABILITIES) {
		ans->capabilities = true;
		ans->avoid = reg.scscf.name;
		cx_result(
		    ans, DIA_SUCCESS, "6.1.1.1 step 4: capabilities asked for");
		return;
	}
	/* Step 5 */
	if (type == UAT_DE_REGISTRATION) {
		deregister(&reg, ans);
		return;
	}
	if (reg.scscf.name != NULL) {
		ans->server_name = reg.scscf.name;
		cx_experimental(ans, CX_SUBSEQUENT_REGISTRATION,
		    "6.1.1.1 step 5: an S-CSCF is assigned");
		return;
	}
	cx_offer_scscf(cx, ans);
	cx_experimental(ans, CX_FIRST_REGISTRATION,
	    "6.1.1.1 step 5: no S-CSCF is assigned");
}
