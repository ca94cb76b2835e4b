/*
 * Supported-Features (TS 29.229, 6.3.29 and 7.2): a request may demand
 * features, by the M bit of that AVP.
 *
 * An answer lists what we have for its command, if the request has the AVP;
 * one that refuses a demand does always.  A feature that means nothing to a
 * command is no demand on it: clients may put the same list into each.
 */
#include "cx/local.h"

enum { FEATURES = 1 }; /* Feature-List-ID (7.1.1) */

/* Table 7.1.1 */
static const struct {
	uint32_t command, features;
} ours[] = {
	{ CX_UAR, CX_RESTORATION },
	{ CX_LIR, CX_RESTORATION },
	{ CX_SAR, CX_SIFC | CX_ALIAS | CX_RESTORATION | CX_PCSCF_RESTORATION },
};
enum { ALL = CX_SIFC | CX_ALIAS | CX_RESTORATION | CX_PCSCF_RESTORATION };

static uint32_t
features_of(uint32_t command)
{
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
		if (ours[i].command == command)
			return ours[i].features;
	}
	return 0;
}

static uint32_t
number_in(const struct dia_avp *group, const struct dia_def *def)
{
	struct dia_avp avp;
	uint32_t n = 0;

	if (dia_find(group->data, def->code, def->vendor, &avp))
		dia_get_u32(&avp, &n);
	return n;
}

/* The features of a Supported-Features; *strange: it lists some that nobody
 * here knows. */
static uint32_t
listed(const struct dia_avp *group, bool *strange)
{
	uint32_t bits = number_in(group, CX(FEATURE_LIST));

	if (number_in(group, BASE(VENDOR_ID)) != CX_VENDOR ||
	    number_in(group, CX(FEATURE_LIST_ID)) != FEATURES) {
		*strange = bits != 0;
		return 0;
	}
	*strange = (bits & ~(uint32_t)ALL) != 0;
	return bits;
}

bool
cx_has(const struct cx_request *rq, uint32_t feature)
{
	return (rq->features & feature) != 0;
}

/* Walks the request once more, which few need. */
static bool
read_features(struct cx_request *rq)
{
	const struct dia_def *def = CX(SUPPORTED_FEATURES);
	struct dia_reader r;
	struct dia_avp avp;
	bool ok = true;

	dia_read(&r, rq->msg->avps);
	while (dia_next(&r, &avp)) {
		bool strange;

		if (avp.code != def->code || avp.vendor != def->vendor)
			continue;
		rq->features |= listed(&avp, &strange);
		ok = ok && !(strange && (avp.flags & DIA_M) != 0);
	}
	return ok;
}

bool
cx_check_features(struct cx_request *rq, struct cx_answer *ans)
{
	bool has = rq->supported_features.set;
	bool ok = !has || read_features(rq);

	ans->our_features = features_of(rq->msg->hdr.code);
	rq->features &= ans->our_features;
	ans->features = !ok || (has && ans->our_features != 0);
	if (ok)
		return true;
	return cx_experimental(ans, CX_FEATURE_UNSUPPORTED,
	    "29.229 7.2.1: demands a feature we do not support");
}

void
cx_put_features(struct dia_writer *w, uint32_t features)
{
	dia_open(w, CX(SUPPORTED_FEATURES));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, CX(FEATURE_LIST_ID), FEATURES);
	dia_put_u32(w, CX(FEATURE_LIST), features);
	dia_close(w);
}
