/*
 * The dictionary: the rows of base.def, and the search for a row up a chain
 * of dictionaries.  Rows are sorted by (vendor, code); a test keeps them so.
 */
#include "diameter/codec.h"

#include <stdlib.h>

static const struct dia_name redirect_host_usage[] = {
	{ 0, "DONT_CACHE" },
	{ 1, "ALL_SESSION" },
	{ 2, "ALL_REALM" },
	{ 3, "REALM_AND_APPLICATION" },
	{ 4, "ALL_APPLICATION" },
	{ 5, "ALL_HOST" },
	{ 6, "ALL_USER" },
	{ 0, NULL },
};

static const struct dia_name session_server_failover[] = {
	{ 0, "REFUSE_SERVICE" },
	{ 1, "TRY_AGAIN" },
	{ 2, "ALLOW_SERVICE" },
	{ 3, "TRY_AGAIN_ALLOW_SERVICE" },
	{ 0, NULL },
};

static const struct dia_name disconnect_cause[] = {
	{ 0, "REBOOTING" },
	{ 1, "BUSY" },
	{ 2, "DO_NOT_WANT_TO_TALK_TO_YOU" },
	{ 0, NULL },
};

static const struct dia_name auth_request_type[] = {
	{ 1, "AUTHENTICATE_ONLY" },
	{ 2, "AUTHORIZE_ONLY" },
	{ 3, "AUTHORIZE_AUTHENTICATE" },
	{ 0, NULL },
};

static const struct dia_name auth_session_state[] = {
	{ 0, "STATE_MAINTAINED" },
	{ 1, "NO_STATE_MAINTAINED" },
	{ 0, NULL },
};

static const struct dia_name re_auth_request_type[] = {
	{ 0, "AUTHORIZE_ONLY" },
	{ 1, "AUTHORIZE_AUTHENTICATE" },
	{ 0, NULL },
};

static const struct dia_name termination_cause[] = {
	{ 1, "DIAMETER_LOGOUT" },
	{ 2, "DIAMETER_SERVICE_NOT_PROVIDED" },
	{ 3, "DIAMETER_BAD_ANSWER" },
	{ 4, "DIAMETER_ADMINISTRATIVE" },
	{ 5, "DIAMETER_LINK_BROKEN" },
	{ 6, "DIAMETER_AUTH_EXPIRED" },
	{ 7, "DIAMETER_USER_MOVED" },
	{ 8, "DIAMETER_SESSION_TIMEOUT" },
	{ 0, NULL },
};

static const struct dia_name inband_security_id[] = {
	{ 0, "NO_INBAND_SECURITY" },
	{ 1, "TLS" },
	{ 0, NULL },
};

static const struct dia_name drmp[] = {
	{ 0, "PRIORITY_0" },
	{ 1, "PRIORITY_1" },
	{ 2, "PRIORITY_2" },
	{ 3, "PRIORITY_3" },
	{ 4, "PRIORITY_4" },
	{ 5, "PRIORITY_5" },
	{ 6, "PRIORITY_6" },
	{ 7, "PRIORITY_7" },
	{ 8, "PRIORITY_8" },
	{ 9, "PRIORITY_9" },
	{ 10, "PRIORITY_10" },
	{ 11, "PRIORITY_11" },
	{ 12, "PRIORITY_12" },
	{ 13, "PRIORITY_13" },
	{ 14, "PRIORITY_14" },
	{ 15, "PRIORITY_15" },
	{ 0, NULL },
};

static const struct dia_name accounting_record_type[] = {
	{ 1, "EVENT_RECORD" },
	{ 2, "START_RECORD" },
	{ 3, "INTERIM_RECORD" },
	{ 4, "STOP_RECORD" },
	{ 0, NULL },
};

static const struct dia_name accounting_realtime_required[] = {
	{ 1, "DELIVER_AND_GRANT" },
	{ 2, "GRANT_AND_STORE" },
	{ 3, "GRANT_AND_LOSE" },
	{ 0, NULL },
};

static const struct dia_name oc_report_type[] = {
	{ 0, "HOST_REPORT" },
	{ 1, "REALM_REPORT" },
	{ 0, NULL },
};

/* RFC 6733, 7.1 */
static const struct dia_name result_code[] = {
	{ 1001, "MULTI_ROUND_AUTH" },
	{ 2001, "SUCCESS" },
	{ 2002, "LIMITED_SUCCESS" },
	{ 3001, "COMMAND_UNSUPPORTED" },
	{ 3002, "UNABLE_TO_DELIVER" },
	{ 3003, "REALM_NOT_SERVED" },
	{ 3004, "TOO_BUSY" },
	{ 3005, "LOOP_DETECTED" },
	{ 3006, "REDIRECT_INDICATION" },
	{ 3007, "APPLICATION_UNSUPPORTED" },
	{ 3008, "INVALID_HDR_BITS" },
	{ 3009, "INVALID_AVP_BITS" },
	{ 3010, "UNKNOWN_PEER" },
	{ 4001, "AUTHENTICATION_REJECTED" },
	{ 4002, "OUT_OF_SPACE" },
	{ 4003, "ELECTION_LOST" },
	{ 5001, "AVP_UNSUPPORTED" },
	{ 5002, "UNKNOWN_SESSION_ID" },
	{ 5003, "AUTHORIZATION_REJECTED" },
	{ 5004, "INVALID_AVP_VALUE" },
	{ 5005, "MISSING_AVP" },
	{ 5006, "RESOURCES_EXCEEDED" },
	{ 5007, "CONTRADICTING_AVPS" },
	{ 5008, "AVP_NOT_ALLOWED" },
	{ 5009, "AVP_OCCURS_TOO_MANY_TIMES" },
	{ 5010, "NO_COMMON_APPLICATION" },
	{ 5011, "UNSUPPORTED_VERSION" },
	{ 5012, "UNABLE_TO_COMPLY" },
	{ 5013, "INVALID_BIT_IN_HEADER" },
	{ 5014, "INVALID_AVP_LENGTH" },
	{ 5015, "INVALID_MESSAGE_LENGTH" },
	{ 5016, "INVALID_AVP_BIT_COMBO" },
	{ 5017, "NO_COMMON_SECURITY" },
	{ 0, NULL },
};

#define M DIA_M
const struct dia_def dia_base_defs[BASE_NAVPS] = {
#define AVP(id, code, vendor, type, flags, name, values) \
	[BASE_##id] = { code, vendor, DIA_##type, flags, name, values },
#include "diameter/base.def"
#undef AVP
};
#undef M

static const struct dia_command base_commands[] = {
	{ 257, 0, 0, "CER", "CEA" },
	{ 280, 0, 0, "DWR", "DWA" },
	{ 282, 0, 0, "DPR", "DPA" },
};

const struct dia_dict dia_base_dict = {
	.defs = dia_base_defs,
	.ndefs = BASE_NAVPS,
	.commands = base_commands,
	.ncommands = sizeof base_commands / sizeof base_commands[0],
};

static const struct dia_def *
lookup_here(const struct dia_dict *dict, uint32_t code, uint32_t vendor)
{
	size_t lo = 0, hi = dict->ndefs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct dia_def *def = &dict->defs[mid];

		if (def->vendor == vendor && def->code == code)
			return def;
		if (def->vendor < vendor ||
		    (def->vendor == vendor && def->code < code))
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct dia_def *
dia_lookup(const struct dia_dict *dict, uint32_t code, uint32_t vendor)
{
	for (; dict != NULL; dict = dict->parent) {
		const struct dia_def *def = lookup_here(dict, code, vendor);

		if (def != NULL)
			return def;
	}
	return NULL;
}

const struct dia_command *
dia_lookup_command(const struct dia_dict *dict, uint32_t code, uint32_t app)
{
	for (; dict != NULL; dict = dict->parent) {
		for (size_t i = 0; i < dict->ncommands; i++) {
			const struct dia_command *cmd = &dict->commands[i];

			if (cmd->code == code && cmd->app == app)
				return cmd;
		}
	}
	return NULL;
}

const char *
dia_value_name(const struct dia_name *names, uint32_t value)
{
	for (; names != NULL && names->name != NULL; names++) {
		if (names->value == value)
			return names->name;
	}
	return NULL;
}
