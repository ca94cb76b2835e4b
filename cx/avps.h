/*
 * Rows of cx.def by name: CX(PUBLIC_IDENTITY) is a struct dia_def pointer.
 */
#ifndef CX_AVPS_H
#define CX_AVPS_H

#include "diameter/codec.h"

enum cx_avp {
#define AVP(id, code, vendor, type, flags, name, ...) CX_AVP_##id,
#include "cx/cx.def"
#undef AVP
	CX_NAVPS
};
extern const struct dia_def cx_defs[CX_NAVPS];
extern const struct dia_dict cx_dict;
#define CX(id) (&cx_defs[CX_AVP_##id])

/* Command codes (TS 29.229, 6.1) */
enum {
	CX_UAR = 300,
	CX_SAR = 301,
	CX_LIR = 302,
	CX_MAR = 303,
	CX_RTR = 304,
	CX_PPR = 305,
};

/* Experimental-Result-Code values (TS 29.229, 6.2) */
enum cx_result {
	CX_FIRST_REGISTRATION = 2001,
	CX_SUBSEQUENT_REGISTRATION = 2002,
	CX_UNREGISTERED_SERVICE = 2003,
	CX_SERVER_NAME_NOT_STORED = 2004,
	CX_USER_UNKNOWN = 5001,
	CX_IDENTITIES_DONT_MATCH = 5002,
	CX_IDENTITY_NOT_REGISTERED = 5003,
	CX_ROAMING_NOT_ALLOWED = 5004,
	CX_IDENTITY_ALREADY_REGISTERED = 5005,
	CX_AUTH_SCHEME_NOT_SUPPORTED = 5006,
	CX_IN_ASSIGNMENT_TYPE = 5007,
	CX_TOO_MUCH_DATA = 5008,
	CX_NOT_SUPPORTED_USER_DATA = 5009,
	CX_FEATURE_UNSUPPORTED = 5011,
};
/* Their names, for logs and tools; NULL if unknown. */
const char *cx_result_name(uint32_t code);

/* Server-Assignment-Type (6.3.15) */
enum cx_sat {
	SAT_NO_ASSIGNMENT,
	SAT_REGISTRATION,
	SAT_RE_REGISTRATION,
	SAT_UNREGISTERED_USER,
	SAT_TIMEOUT_DEREGISTRATION,
	SAT_USER_DEREGISTRATION,
	SAT_TIMEOUT_DEREGISTRATION_STORE,
	SAT_USER_DEREGISTRATION_STORE,
	SAT_ADMINISTRATIVE_DEREGISTRATION,
	SAT_AUTHENTICATION_FAILURE,
	SAT_AUTHENTICATION_TIMEOUT,
	SAT_DEREGISTRATION_TOO_MUCH_DATA,
	SAT_COUNT
};

/* User-Authorization-Type (6.3.24) */
enum cx_uat {
	UAT_REGISTRATION,
	UAT_DE_REGISTRATION,
	UAT_REGISTRATION_AND_CAPABILITIES,
};

enum { UAR_EMERGENCY = 1 };         /* UAR-Flags (6.3.44), bit 0 */
enum { LIA_DIRECT = 1 };            /* LIA-Flags (6.3.59), bit 0 */
enum { SAR_PCSCF_RESTORATION = 1 }; /* SAR-Flags (6.3.63), bit 0 */

#endif
