/*
 * The Cx dictionary (3GPP TS 29.229, clauses 6.1 to 6.3): AVPs, their
 * enumerations, commands.  Values of Server-Assignment-Type that only SWx
 * uses (12 to 14) are left out, so a request with one is refused.
 */
#include "cx/avps.h"
#include "cx/cx.h"

static const struct dia_name server_assignment_type[] = {
	{ 0, "NO_ASSIGNMENT" },
	{ 1, "REGISTRATION" },
	{ 2, "RE_REGISTRATION" },
	{ 3, "UNREGISTERED_USER" },
	{ 4, "TIMEOUT_DEREGISTRATION" },
	{ 5, "USER_DEREGISTRATION" },
	{ 6, "TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME" },
	{ 7, "USER_DEREGISTRATION_STORE_SERVER_NAME" },
	{ 8, "ADMINISTRATIVE_DEREGISTRATION" },
	{ 9, "AUTHENTICATION_FAILURE" },
	{ 10, "AUTHENTICATION_TIMEOUT" },
	{ 11, "DEREGISTRATION_TOO_MUCH_DATA" },
	{ 0, NULL },
};

static const struct dia_name reason_code[] = {
	{ 0, "PERMANENT_TERMINATION" },
	{ 1, "NEW_SERVER_ASSIGNED" },
	{ 2, "SERVER_CHANGE" },
	{ 3, "REMOVE_S-CSCF" },
	{ 0, NULL },
};

static const struct dia_name user_authorization_type[] = {
	{ 0, "REGISTRATION" },
	{ 1, "DE_REGISTRATION" },
	{ 2, "REGISTRATION_AND_CAPABILITIES" },
	{ 0, NULL },
};

static const struct dia_name user_data_already_available[] = {
	{ 0, "USER_DATA_NOT_AVAILABLE" },
	{ 1, "USER_DATA_ALREADY_AVAILABLE" },
	{ 0, NULL },
};

static const struct dia_name originating_request[] = {
	{ 0, "ORIGINATING" },
	{ 0, NULL },
};

static const struct dia_name loose_route_indication[] = {
	{ 0, "LOOSE_ROUTE_NOT_REQUIRED" },
	{ 1, "LOOSE_ROUTE_REQUIRED" },
	{ 0, NULL },
};

static const struct dia_name multiple_registration_indication[] = {
	{ 0, "NOT_MULTIPLE_REGISTRATION" },
	{ 1, "MULTIPLE_REGISTRATION" },
	{ 0, NULL },
};

static const struct dia_name session_priority[] = {
	{ 0, "PRIORITY-0" },
	{ 1, "PRIORITY-1" },
	{ 2, "PRIORITY-2" },
	{ 3, "PRIORITY-3" },
	{ 4, "PRIORITY-4" },
	{ 0, NULL },
};

static const struct dia_name priviledged_sender_indication[] = {
	{ 0, "NOT_PRIVILEDGED_SENDER" },
	{ 1, "PRIVILEDGED_SENDER" },
	{ 0, NULL },
};

static const struct dia_name result_names[] = {
	{ CX_FIRST_REGISTRATION, "FIRST_REGISTRATION" },
	{ CX_SUBSEQUENT_REGISTRATION, "SUBSEQUENT_REGISTRATION" },
	{ CX_UNREGISTERED_SERVICE, "UNREGISTERED_SERVICE" },
	{ CX_SERVER_NAME_NOT_STORED, "SUCCESS_SERVER_NAME_NOT_STORED" },
	{ CX_USER_UNKNOWN, "ERROR_USER_UNKNOWN" },
	{ CX_IDENTITIES_DONT_MATCH, "ERROR_IDENTITIES_DONT_MATCH" },
	{ CX_IDENTITY_NOT_REGISTERED, "ERROR_IDENTITY_NOT_REGISTERED" },
	{ CX_ROAMING_NOT_ALLOWED, "ERROR_ROAMING_NOT_ALLOWED" },
	{ CX_IDENTITY_ALREADY_REGISTERED, "ERROR_IDENTITY_ALREADY_REGISTERED" },
	{ CX_AUTH_SCHEME_NOT_SUPPORTED, "ERROR_AUTH_SCHEME_NOT_SUPPORTED" },
	{ CX_IN_ASSIGNMENT_TYPE, "ERROR_IN_ASSIGNMENT_TYPE" },
	{ CX_TOO_MUCH_DATA, "ERROR_TOO_MUCH_DATA" },
	{ CX_NOT_SUPPORTED_USER_DATA, "ERROR_NOT_SUPPORTED_USER_DATA" },
	{ 5008, "ERROR_TOO_MUCH_DATA" },
	{ 5009, "ERROR_NOT_SUPPORTED_USER_DATA" },
	{ CX_FEATURE_UNSUPPORTED, "ERROR_FEATURE_UNSUPPORTED" },
	{ 5012, "ERROR_SERVING_NODE_FEATURE_UNSUPPORTED" },
	{ 0, NULL },
};

#define V DIA_V
#define M DIA_M
#define S DIA_SECRET
const struct dia_def cx_defs[CX_NAVPS] = {
#define AVP(id, code, vendor, type, flags, name, values) \
	[CX_AVP_##id] = { code, vendor, DIA_##type, flags, name, values },
#include "cx/cx.def"
#undef AVP
};
#undef V
#undef M
#undef S

/* 6.1: every Cx command has the P bit */
static const struct dia_command commands[] = {
	{ CX_UAR, CX_APP, DIA_P, "UAR", "UAA" },
	{ CX_SAR, CX_APP, DIA_P, "SAR", "SAA" },
	{ CX_LIR, CX_APP, DIA_P, "LIR", "LIA" },
	{ CX_MAR, CX_APP, DIA_P, "MAR", "MAA" },
	{ CX_RTR, CX_APP, DIA_P, "RTR", "RTA" },
	{ CX_PPR, CX_APP, DIA_P, "PPR", "PPA" },
};

const struct dia_dict cx_dict = {
	.defs = cx_defs,
	.ndefs = CX_NAVPS,
	.commands = commands,
	.ncommands = sizeof commands / sizeof commands[0],
	.parent = &dia_base_dict,
};

const char *
cx_result_name(uint32_t code)
{
	return dia_value_name(result_names, code);
}
