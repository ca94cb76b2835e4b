/*
 * The grammars of the requests an HSS answers (TS 29.229, 6.1.1, 6.1.3, 6.1.5
 * and 6.1.7), fields in the order of the specification.
 *
 * Each ends in *AVP: what is not listed is allowed, but for the AVPs that only
 * an answer has.  AVPs we have no use for are not listed.
 */
#include "cx/local.h"

#define FIELD(member, def, min, max) \
	DIA_FIELD(struct cx_request, member, def, min, max)
#define GROUPS(member, def, min, max, inner) \
	DIA_GROUPS(struct cx_request, member, def, min, max, inner)

/* clang-format off */
static const struct dia_field application[] = {
	FIELD(vendor,				BASE(VENDOR_ID), 1, 1),
	FIELD(app,				BASE(AUTH_APPLICATION_ID), 1, 1),
};

static const struct dia_field proxy_info[] = {
	DIA_CHECK(				BASE(PROXY_HOST), 1, 1),
	DIA_CHECK(				BASE(PROXY_STATE), 1, 1),
};

/* TS 29.229, 6.3.29 */
static const struct dia_field supported_features[] = {
	DIA_CHECK(				BASE(VENDOR_ID), 1, 1),
	DIA_CHECK(				CX(FEATURE_LIST_ID), 1, 1),
	DIA_CHECK(				CX(FEATURE_LIST), 1, 1),
};

/* TS 29.229, 6.3.46 and 6.3.52 */
static const struct dia_field restoration_info[] = {
	DIA_CHECK(				CX(PATH), 1, 1),
	DIA_CHECK(				CX(CONTACT), 1, 1),
};
static const struct dia_field scscf_restoration_info[] = {
	FIELD(restoration_impi,			BASE(USER_NAME), 1, 1),
	DIA_GROUP(				CX(RESTORATION_INFO), 1, DIA_MANY, restoration_info),
};

/* TS 29.229, 6.3.13, as a request has it (TS 29.228, tables 6.3.2, 6.3.3) */
static const struct dia_field auth_item[] = {
	DIA_CHECK(				CX(SIP_ITEM_NUMBER), 0, 1),
	FIELD(scheme,				CX(SIP_AUTHENTICATION_SCHEME), 1, 1),
	FIELD(authorization,			CX(SIP_AUTHORIZATION), 0, 1),
	DIA_CHECK(				CX(SIP_AUTHENTICATION_CONTEXT), 0, 1),
};

/* What every request begins with */
#define HEAD \
	DIA_CHECK(				BASE(SESSION_ID), 1, 1), \
	DIA_CHECK(				BASE(DRMP), 0, 1), \
	DIA_GROUP(				BASE(VENDOR_SPECIFIC_APPLICATION_ID), 1, 1, application), \
	DIA_CHECK(				BASE(AUTH_SESSION_STATE), 1, 1), \
	FIELD(origin_host,			BASE(ORIGIN_HOST), 1, 1), \
	FIELD(origin_realm,			BASE(ORIGIN_REALM), 1, 1), \
	DIA_CHECK(				BASE(DESTINATION_HOST), 0, 1), \
	DIA_CHECK(				BASE(DESTINATION_REALM), 1, 1), \
	DIA_CHECK(				BASE(OC_SUPPORTED_FEATURES), 0, 1), \
	GROUPS(supported_features,		CX(SUPPORTED_FEATURES), 0, DIA_MANY, supported_features)

/* and ends with; the AVPs of answers have no place in it */
#define TAIL \
	DIA_GROUP(				BASE(PROXY_INFO), 0, DIA_MANY, proxy_info), \
	DIA_CHECK(				BASE(ROUTE_RECORD), 0, DIA_MANY), \
	DIA_FORBID(				BASE(RESULT_CODE)), \
	DIA_FORBID(				BASE(EXPERIMENTAL_RESULT)), \
	DIA_FORBID(				BASE(FAILED_AVP)), \
	DIA_FORBID(				BASE(ERROR_MESSAGE)), \
	DIA_FORBID(				BASE(ERROR_REPORTING_HOST))

/* 6.1.1 */
static const struct dia_field uar[] = {
	HEAD,
	FIELD(user_name,			BASE(USER_NAME), 1, 1),
	FIELD(public_identity,			CX(PUBLIC_IDENTITY), 1, 1),
	FIELD(visited_network,			CX(VISITED_NETWORK_IDENTIFIER), 1, 1),
	FIELD(authorization_type,		CX(USER_AUTHORIZATION_TYPE), 0, 1),
	FIELD(uar_flags,			CX(UAR_FLAGS), 0, 1),
	TAIL,
};

/* 6.1.3 */
static const struct dia_field sar[] = {
	HEAD,
	FIELD(user_name,			BASE(USER_NAME), 0, 1),
	FIELD(identities,			CX(PUBLIC_IDENTITY), 0, DIA_MANY),
	FIELD(wildcard,				CX(WILDCARDED_PUBLIC_IDENTITY), 0, 1),
	FIELD(server_name,			CX(SERVER_NAME), 1, 1),
	FIELD(assignment_type,			CX(SERVER_ASSIGNMENT_TYPE), 1, 1),
	FIELD(data_available,			CX(USER_DATA_ALREADY_AVAILABLE), 1, 1),
	{ CX(SCSCF_RESTORATION_INFO), 0, 1, offsetof(struct cx_request, restoration),
	    scscf_restoration_info, sizeof scscf_restoration_info / sizeof scscf_restoration_info[0] },
	FIELD(multiple,				CX(MULTIPLE_REGISTRATION_INDICATION), 0, 1),
	DIA_CHECK(				CX(SESSION_PRIORITY), 0, 1),
	FIELD(sar_flags,			CX(SAR_FLAGS), 0, 1),
	DIA_CHECK(				CX(FAILED_PCSCF), 0, 1),
	TAIL,
};

/* 6.1.5 */
static const struct dia_field lir[] = {
	HEAD,
	FIELD(originating,			CX(ORIGINATING_REQUEST), 0, 1),
	FIELD(public_identity,			CX(PUBLIC_IDENTITY), 1, 1),
	FIELD(authorization_type,		CX(USER_AUTHORIZATION_TYPE), 0, 1),
	DIA_CHECK(				CX(SESSION_PRIORITY), 0, 1),
	TAIL,
};

/* 6.1.7; OpenSIPS puts SIP-Authorization outside its group */
static const struct dia_field mar[] = {
	HEAD,
	FIELD(user_name,			BASE(USER_NAME), 1, 1),
	FIELD(public_identity,			CX(PUBLIC_IDENTITY), 1, 1),
	DIA_GROUP(				CX(SIP_AUTH_DATA_ITEM), 1, 1, auth_item),
	FIELD(authorization_top,		CX(SIP_AUTHORIZATION), 0, 1),
	FIELD(nitems,				CX(SIP_NUMBER_AUTH_ITEMS), 1, 1),
	FIELD(server_name,			CX(SERVER_NAME), 1, 1),
	TAIL,
};
/* clang-format on */

#define GRAMMAR(fields)                                  \
	*nfields = sizeof(fields) / sizeof((fields)[0]); \
	return fields

const struct dia_field *
cx_grammar(uint32_t code, size_t *nfields)
{
	switch (code) {
	case CX_UAR:
		GRAMMAR(uar);
	case CX_SAR:
		GRAMMAR(sar);
	case CX_LIR:
		GRAMMAR(lir);
	case CX_MAR:
		GRAMMAR(mar);
	default:
		*nfields = 0;
		return NULL;
	}
}
