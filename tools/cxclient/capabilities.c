/*
 * What the two sides of a connection can do (RFC 6733, 5.3; TS 29.229, 5.6):
 * the CER of a client of Cx alone, the check of a CEA.
 */
#include "tools/cxclient/capabilities.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdio.h>
#include <sys/socket.h>

#define RELAY UINT32_C(0xffffffff)

void
capabilities_put_application(struct dia_writer *w)
{
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(w);
}

void
capabilities_put_address(
    struct dia_writer *w, const struct sockaddr_storage *local)
{
	if (local->ss_family == AF_INET || local->ss_family == AF_INET6)
		dia_put_addr(w, BASE(HOST_IP_ADDRESS), local);
}

void
capabilities_put(struct dia_writer *w)
{
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(w, BASE(PRODUCT_NAME), "cxclient");
	dia_put_u32(w, BASE(SUPPORTED_VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(SUPPORTED_VENDOR_ID), CX_VENDOR_ETSI);
	capabilities_put_application(w);
}

/* Cx or relay, alone or in a Vendor-Specific-Application-Id.  Recursive, one
 * level deep. */
static bool
offers_cx(struct dia_reader *r)
{
	struct dia_avp avp;
	uint32_t app;

	while (dia_next(r, &avp)) {
		struct dia_reader inner;

		if (avp.vendor != 0)
			continue;
		if (avp.code == BASE(AUTH_APPLICATION_ID)->code &&
		    dia_get_u32(&avp, &app) && (app == CX_APP || app == RELAY))
			return true;
		if (avp.code == BASE(VENDOR_SPECIFIC_APPLICATION_ID)->code &&
		    r->depth == 0 && dia_enter(r, &avp, &inner) &&
		    offers_cx(&inner))
			return true;
	}
	return false;
}

bool
capabilities_check(
    const struct dia_msg *cea, char why[static CAPABILITIES_WHY_CAP])
{
	struct dia_avp avp;
	struct dia_reader r;
	uint32_t result;

	if (!dia_find(cea->avps, BASE(RESULT_CODE)->code, 0, &avp) ||
	    !dia_get_u32(&avp, &result)) {
		(void)snprintf(
		    why, CAPABILITIES_WHY_CAP, "the CEA has no Result-Code");
		return false;
	}
	if (result / 1000 != 2) {
		const char *name =
		    dia_value_name(BASE(RESULT_CODE)->values, result);

		(void)snprintf(why, CAPABILITIES_WHY_CAP, "the CEA says %u %s",
		    result, name != NULL ? name : "(unknown)");
		return false;
	}
	dia_read(&r, cea->avps);
	if (!offers_cx(&r)) {
		(void)snprintf(why, CAPABILITIES_WHY_CAP,
		    "the CEA does not offer Cx (%u)", CX_APP);
		return false;
	}
	return true;
}
