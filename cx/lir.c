/*
 * Location query (TS 29.228, 6.1.4.1): which S-CSCF serves the user a call is
 * for, or may begin to?
 *
 * Left out: S-CSCF restoration (step 3: User-Authorization-Type 2 is like
 * none), wildcarded identities, and services that I-CSCFs reach without an
 * S-CSCF (step 2).
 */
#include "cx/local.h"

void
cx_lir(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	struct store_reg reg;

	/* Step 1 */
	if (!cx_find_impu(cx, rq->public_identity, ans))
		return;
	store_get_reg(ans->sub, &reg);

	enum store_state state = store_set_state(&reg.sets[ans->impu->set]);
	bool unregistered = ans->sub->unreg_services || rq->originating.set;

	/* Step 4 */
	if (state == STORE_NOT_REGISTERED && !unregistered) {
		cx_experimental(ans, CX_IDENTITY_NOT_REGISTERED,
		    "6.1.4.1 step 4: not registered, and no services then");
	} else if (reg.scscf.name != NULL) {
		ans->server_name = reg.scscf.name;
		cx_result(
		    ans, DIA_SUCCESS, "6.1.4.1 step 4: an S-CSCF is assigned");
	} else {
		cx_offer_scscf(cx, ans);
		cx_experimental(ans, CX_UNREGISTERED_SERVICE,
		    "6.1.4.1 step 4: unregistered services, no S-CSCF yet");
	}
}
