/*
 * What a peer says of itself: reading CER, CEA, DWR and DPR (RFC 6733, 5.3 to
 * 5.5), and what two nodes have in common (5.3, 6.8 to 6.11).  Security
 * inside the connection (6.10) is not offered.
 */
#include "diameter/base.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define CAPS(member, avp, min, max) \
	DIA_FIELD(struct dia_caps, member, BASE(avp), min, max)

static const struct dia_field vsai[] = {
	/* RFC 3588 allowed several, RFC 6733 has one. */
	DIA_CHECK(BASE(VENDOR_ID), 0, DIA_MANY),
	DIA_CHECK(BASE(AUTH_APPLICATION_ID), 0, 1),
	DIA_CHECK(BASE(ACCT_APPLICATION_ID), 0, 1),
};

/* Host-IP-Address is required by 5.3.1; but one in six CERs of Kamailio 5.6
 * has none, and nothing here depends on it. */
static const struct dia_field cer[] = {
	CAPS(host, ORIGIN_HOST, 1, 1),
	CAPS(realm, ORIGIN_REALM, 1, 1),
	DIA_CHECK(BASE(HOST_IP_ADDRESS), 0, DIA_MANY),
	CAPS(vendor, VENDOR_ID, 1, 1),
	CAPS(product, PRODUCT_NAME, 1, 1),
	CAPS(state_id, ORIGIN_STATE_ID, 0, 1),
	DIA_CHECK(BASE(SUPPORTED_VENDOR_ID), 0, DIA_MANY),
	DIA_CHECK(BASE(AUTH_APPLICATION_ID), 0, DIA_MANY),
	DIA_CHECK(BASE(INBAND_SECURITY_ID), 0, DIA_MANY),
	DIA_CHECK(BASE(ACCT_APPLICATION_ID), 0, DIA_MANY),
	DIA_GROUP(BASE(VENDOR_SPECIFIC_APPLICATION_ID), 0, DIA_MANY, vsai),
	DIA_CHECK(BASE(FIRMWARE_REVISION), 0, 1),
};

/* Answers are read for what they hold: freely. */
static const struct dia_field cea[] = {
	CAPS(result, RESULT_CODE, 1, 1),
	CAPS(host, ORIGIN_HOST, 1, 1),
	CAPS(realm, ORIGIN_REALM, 0, 1),
	CAPS(product, PRODUCT_NAME, 0, 1),
	CAPS(vendor, VENDOR_ID, 0, 1),
	CAPS(state_id, ORIGIN_STATE_ID, 0, 1),
};

static const struct dia_field dwr[] = {
	CAPS(host, ORIGIN_HOST, 1, 1),
	CAPS(realm, ORIGIN_REALM, 1, 1),
	CAPS(state_id, ORIGIN_STATE_ID, 0, 1),
};

struct dpr {
	struct dia_caps caps;
	struct dia_u32 cause;
};

static const struct dia_field dpr[] = {
	DIA_FIELD(struct dpr, caps.host, BASE(ORIGIN_HOST), 1, 1),
	DIA_FIELD(struct dpr, caps.realm, BASE(ORIGIN_REALM), 1, 1),
	DIA_FIELD(struct dpr, cause, BASE(DISCONNECT_CAUSE), 1, 1),
};

static bool
blame(struct dia_fault *fault, uint32_t result, const struct dia_avp *avp,
    const char *why)
{
	*fault = (struct dia_fault){ .result = result, .why = why };
	if (avp != NULL) {
		fault->code = avp->code;
		fault->vendor = avp->vendor;
		fault->flags = avp->flags;
		fault->octets = avp->octets;
	}
	return false;
}

static bool
blame_missing(struct dia_fault *fault, const struct dia_def *def)
{
	blame(fault, DIA_MISSING_AVP, NULL,
	    "RFC 6733 6.11: no Application-Id in "
	    "Vendor-Specific-Application-Id");
	fault->code = def->code;
	fault->flags = def->flags;
	return false;
}

/* The applications of ours that an advertised id stands for. */
static void
take_app_id(const struct dia_self *self, const struct dia_avp *avp,
    struct dia_caps *caps)
{
	uint32_t id;

	if (!dia_get_u32(avp, &id))
		return;
	caps->relay |= id == DIA_RELAY;
	for (unsigned i = 0; i < self->napps; i++) {
		if (id == self->apps[i].id || id == DIA_RELAY)
			caps->common |= 1u << i;
	}
}

static bool
is_app_id(const struct dia_avp *avp)
{
	return avp->vendor == 0 &&
	       (avp->code == BASE(AUTH_APPLICATION_ID)->code ||
		   avp->code == BASE(ACCT_APPLICATION_ID)->code);
}

/* A Vendor-Specific-Application-Id holds one Application-Id (6.11). */
static bool
read_vsai(const struct dia_self *self, const struct dia_avp *group,
    struct dia_caps *caps, struct dia_fault *fault)
{
	struct dia_reader r;
	struct dia_avp avp;
	unsigned ids = 0;

	dia_read(&r, group->data);
	while (dia_next(&r, &avp)) {
		if (!is_app_id(&avp))
			continue;
		if (ids++ > 0)
			return blame(fault, DIA_AVP_OCCURS_TOO_MANY_TIMES, &avp,
			    "RFC 6733 6.11: two Application-Ids in "
			    "Vendor-Specific-Application-Id");
		take_app_id(self, &avp, caps);
	}
	return ids == 1 || blame_missing(fault, BASE(AUTH_APPLICATION_ID));
}

/* Which applications and which security are in common? */
static bool
intersect(const struct dia_self *self, struct dia_slice avps,
    struct dia_caps *caps, struct dia_fault *fault)
{
	bool security = false, none = false;
	struct dia_reader r;
	struct dia_avp avp;
	uint32_t value;

	dia_read(&r, avps);
	while (dia_next(&r, &avp)) {
		if (is_app_id(&avp))
			take_app_id(self, &avp, caps);
		if (avp.vendor != 0)
			continue;
		if (avp.code == BASE(VENDOR_SPECIFIC_APPLICATION_ID)->code &&
		    !read_vsai(self, &avp, caps, fault))
			return false;
		if (avp.code == BASE(INBAND_SECURITY_ID)->code &&
		    dia_get_u32(&avp, &value)) {
			security = true;
			none |= value == 0;
		}
	}
	if (caps->common == 0)
		return blame(fault, DIA_NO_COMMON_APPLICATION, NULL,
		    "RFC 6733 5.3: no application in common");
	if (security && !none)
		return blame(fault, DIA_NO_COMMON_SECURITY, NULL,
		    "RFC 6733 6.10: no security in common");
	return true;
}

/* Longer names than any FQDN are refused: they end up in the log. */
static bool
check_names(const struct dia_msg *msg, const struct dia_caps *caps,
    struct dia_fault *fault)
{
	bool host = caps->host.len > DIA_HOST_MAX;
	struct dia_avp avp;

	if (!host && caps->realm.len <= DIA_HOST_MAX)
		return true;
	if (!dia_find(msg->avps,
		host ? BASE(ORIGIN_HOST)->code : BASE(ORIGIN_REALM)->code, 0,
		&avp))
		return true;
	return blame(fault, DIA_INVALID_AVP_VALUE, &avp,
	    "RFC 1035 2.3.4: name longer than 255 octets");
}

bool
dia_read_cer(const struct dia_self *self, const struct dia_msg *msg,
    struct dia_caps *caps, struct dia_fault *fault)
{
	*caps = (struct dia_caps){ 0 };
	return dia_scan(msg->avps, &dia_base_dict, cer, N(cer), caps, fault) &&
	       check_names(msg, caps, fault) &&
	       intersect(self, msg->avps, caps, fault);
}

bool
dia_read_cea(const struct dia_self *self, const struct dia_msg *msg,
    struct dia_caps *caps, struct dia_fault *fault)
{
	*caps = (struct dia_caps){ 0 };
	if (!dia_scan(msg->avps, &dia_base_dict, cea, N(cea), caps, fault) ||
	    !check_names(msg, caps, fault))
		return false;
	if (caps->result.value / 1000 != 2)
		return true;
	return intersect(self, msg->avps, caps, fault);
}

bool
dia_read_dwr(
    const struct dia_msg *msg, struct dia_caps *caps, struct dia_fault *fault)
{
	*caps = (struct dia_caps){ 0 };
	return dia_scan(msg->avps, &dia_base_dict, dwr, N(dwr), caps, fault);
}

bool
dia_read_dpr(const struct dia_msg *msg, struct dia_caps *caps, uint32_t *cause,
    struct dia_fault *fault)
{
	struct dpr out = { 0 };
	bool ok = dia_scan(msg->avps, &dia_base_dict, dpr, N(dpr), &out, fault);

	*caps = out.caps;
	*cause = out.cause.value;
	return ok;
}
