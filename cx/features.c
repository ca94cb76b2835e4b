/*
 * Supported-Features (TS 29.229, 6.3.29 and 7.2): a request may demand
 * features, by the M bit of that AVP.
 *
 * None of table 7.1.1 is supported: no shared filter criteria, alias groups,
 * restoration of S-CSCF or P-CSCF.  So answers need not list any, but for the
 * one that refuses a demand.
 */
#include "cx/local.h"

enum { FEATURES = 1 }; /* Feature-List-ID (7.1.1) */

/* Does a Supported-Features list anything? */
static bool
lists_any(const struct dia_avp *group)
{
	struct dia_avp list;
	uint32_t bits;

	return dia_find(
		   group->data, CX(FEATURE_LIST)->code, CX_VENDOR, &list) &&
	       dia_get_u32(&list, &bits) && bits != 0;
}

bool
cx_check_features(const struct cx_request *rq, struct cx_answer *ans)
{
	const struct dia_def *def = CX(SUPPORTED_FEATURES);
	struct dia_reader r;
	struct dia_avp avp;

	dia_read(&r, rq->msg->avps);
	while (dia_next(&r, &avp)) {
		if (avp.code != def->code || avp.vendor != def->vendor ||
		    (avp.flags & DIA_M) == 0 || !lists_any(&avp))
			continue;
		ans->features = true;
		return cx_experimental(ans, CX_FEATURE_UNSUPPORTED,
		    "29.229 7.2.1: demands a feature we do not support");
	}
	return true;
}

void
cx_put_features(struct dia_writer *w)
{
	dia_open(w, CX(SUPPORTED_FEATURES));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, CX(FEATURE_LIST_ID), FEATURES);
	dia_put_u32(w, CX(FEATURE_LIST), 0);
	dia_close(w);
}
