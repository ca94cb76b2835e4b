/*
 * S-CSCF restoration (TS 29.228, 6.1.2.1; TS 23.380): what an S-CSCF leaves
 * with a SAR, and what its successor gets with the SAA.
 *
 * Information that is longer than the store keeps is not kept; that costs
 * nobody a registration.
 */
#include "cx/local.h"

#include "diameter/log.h"

/* Is this about a registration, which information may come with? */
static bool
registers(const struct cx_request *rq)
{
	return rq->assignment_type.value == SAT_REGISTRATION ||
	       rq->assignment_type.value == SAT_RE_REGISTRATION;
}

static bool
brings(const struct cx_request *rq)
{
	return cx_has(rq, CX_RESTORATION) && registers(rq) &&
	       rq->restoration.p != NULL;
}

bool
cx_check_restoration(
    struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	struct dia_slice name = rq->restoration_impi;

	if (!brings(rq) ||
	    store_find_impi(cx->store, name.p, name.len) == ans->impi)
		return true;
	return cx_blame(ans, rq, DIA_INVALID_AVP_VALUE,
	    CX(SCSCF_RESTORATION_INFO), BASE(USER_NAME),
	    "29.229 6.3.46: restoration information of somebody else");
}

/* SAR-Flags: registrations end, and what was left for them with them. */
bool
cx_lost_pcscf(const struct cx_request *rq)
{
	return rq->assignment_type.value == SAT_UNREGISTERED_USER &&
	       rq->sar_flags.set &&
	       (rq->sar_flags.value & SAR_PCSCF_RESTORATION) != 0;
}

static bool
has_info(
    struct cx *cx, const struct cx_answer *ans, const struct store_impi *impi)
{
	size_t len;

	return store_restoration(cx->store, impi, ans->impu->set, &len) != NULL;
}

bool
cx_is_known_already(
    struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	return cx_has(rq, CX_RESTORATION) &&
	       rq->assignment_type.value == SAT_REGISTRATION &&
	       rq->multiple.value == 1 && has_info(cx, ans, ans->impi);
}

void
cx_add_restoration(struct cx *cx, const struct cx_request *rq,
    const struct store_reg *reg, struct cx_answer *ans)
{
	const struct store_sub *sub = ans->sub;
	unsigned registered = reg->sets[ans->impu->set].registered;
	unsigned own = registers(rq) ? 1u << ans->impi->index : 0;
	bool known = cx_is_known_already(cx, rq, ans);
	/* The S-CSCF has its own, then. */
	bool fresh =
	    !known && (rq->restoration.p != NULL ||
			  rq->assignment_type.value == SAT_REGISTRATION);

	if (!cx_has(rq, CX_RESTORATION) || cx_lost_pcscf(rq))
		return;
	if (registers(rq) && sub->nimpis < 2 && !known)
		return;
	for (unsigned i = 0; i < sub->nimpis; i++) {
		if ((registered >> i & 1) != 0 &&
		    !(fresh && (own >> i & 1) != 0) &&
		    has_info(cx, ans, &sub->impis[i]))
			ans->restoration |= (uint16_t)(1u << i);
	}
	/* Only one registered: not worth telling. */
	if (rq->assignment_type.value == SAT_REGISTRATION &&
	    (registered & ~own) != 0)
		ans->registered = (uint16_t)(registered | own);
}

bool
cx_keep_restoration(struct cx *cx, const struct cx_request *rq,
    const struct store_reg *old, struct cx_answer *ans)
{
	struct dia_slice info = rq->restoration;

	if (!registers(rq))
		return true;

	unsigned bit = 1u << ans->impi->index;

	if (!brings(rq)) {
		/* What a change that failed may have left */
		if ((old->sets[ans->impu->set].registered & bit) != 0)
			return true;
		info.len = 0;
	}
	if (info.len > STORE_RESTORATION_MAX) {
		log_info("cx: %s: restoration information of %zu octets is "
			 "not kept, at most %d are",
		    ans->sub->name, info.len, STORE_RESTORATION_MAX);
		info.len = 0;
	}
	if (store_put_restoration(
		cx->store, ans->impi, ans->impu->set, info.p, info.len))
		return true;
	return cx_result(ans, DIA_UNABLE_TO_COMPLY,
	    "6.1.2.1 step 7: the restoration information cannot be stored");
}

/* A registration must not fail for the sake of information that is of use
 * only if an S-CSCF is lost. */
bool
cx_fits_restored(
    struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	if (cx_fits(cx, rq, ans))
		return true;
	if (ans->restoration == 0)
		return false;
	ans->restoration = 0;
	return cx_fits(cx, rq, ans);
}
