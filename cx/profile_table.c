/*
 * The schema of what follows the PublicIdentity elements of a ServiceProfile
 * (TS 29.228, Annexes B and E), one row per element in the order of the
 * annex.  Elements of other namespaces have no row.
 */
#include "cx/profile.h"

#include <string.h>

/* clang-format off */
const struct profile_row profile_rows[] = {
	/* parent, step, name, min, max, type */
	{ PROFILE_ROOT, 0, "CoreNetworkServicesAuthorization",
	    0, 1, PROFILE_CNSA },
	{ PROFILE_ROOT, 1, "InitialFilterCriteria",
	    0, PROFILE_CRITERIA_MAX, PROFILE_IFC },
	{ PROFILE_ROOT, 2, "Extension", 0, 1, PROFILE_ROOT_EXT },

	{ PROFILE_CNSA, 0, "SubscribedMediaProfileId", 0, 1, PROFILE_NATURAL },
	{ PROFILE_CNSA, 1, "Extension", 0, 1, PROFILE_CNSA_EXT },
	{ PROFILE_CNSA_EXT, 0, "ListOfServiceIds", 0, 1, PROFILE_SERVICE_IDS },
	{ PROFILE_CNSA_EXT, 1, "Extension", 0, 1, PROFILE_OPEN },
	{ PROFILE_SERVICE_IDS, 0, "ServiceId",
	    0, PROFILE_REPEAT_MAX, PROFILE_TOKEN },
	{ PROFILE_SERVICE_IDS, 1, "Extension", 0, 1, PROFILE_OPEN },

	{ PROFILE_IFC, 0, "Priority", 1, 1, PROFILE_NATURAL },
	{ PROFILE_IFC, 1, "TriggerPoint", 0, 1, PROFILE_TRIGGER },
	{ PROFILE_IFC, 2, "ApplicationServer", 1, 1, PROFILE_AS },
	{ PROFILE_IFC, 3, "ProfilePartIndicator", 0, 1, PROFILE_0_1 },
	{ PROFILE_IFC, 4, "Extension", 0, 1, PROFILE_OPEN },

	{ PROFILE_TRIGGER, 0, "ConditionTypeCNF", 1, 1, PROFILE_BOOLEAN },
	{ PROFILE_TRIGGER, 1, "SPT", 1, PROFILE_REPEAT_MAX, PROFILE_SPT },
	{ PROFILE_TRIGGER, 2, "Extension", 0, 1, PROFILE_OPEN },

	{ PROFILE_SPT, 0, "ConditionNegated", 0, 1, PROFILE_BOOLEAN },
	{ PROFILE_SPT, 1, "Group", 1, PROFILE_REPEAT_MAX, PROFILE_NATURAL },
	{ PROFILE_SPT, 2, "RequestURI", 1, 1, PROFILE_PATTERN },
	{ PROFILE_SPT, 2, "Method", 1, 1, PROFILE_TOKEN },
	{ PROFILE_SPT, 2, "SIPHeader", 1, 1, PROFILE_SIP_HEADER },
	{ PROFILE_SPT, 2, "SessionCase", 1, 1, PROFILE_0_4 },
	{ PROFILE_SPT, 2, "SessionDescription", 1, 1, PROFILE_SDP },
	{ PROFILE_SPT, 3, "Extension", 0, 1, PROFILE_SPT_EXT },
	{ PROFILE_SPT_EXT, 0, "RegistrationType", 0, 2, PROFILE_0_2 },
	{ PROFILE_SPT_EXT, 1, "Extension", 0, 1, PROFILE_OPEN },
	{ PROFILE_SIP_HEADER, 0, "Header", 1, 1, PROFILE_PATTERN },
	{ PROFILE_SIP_HEADER, 1, "Content", 0, 1, PROFILE_PATTERN },
	{ PROFILE_SIP_HEADER, 2, "Extension", 0, 1, PROFILE_OPEN },
	{ PROFILE_SDP, 0, "Line", 1, 1, PROFILE_PATTERN },
	{ PROFILE_SDP, 1, "Content", 0, 1, PROFILE_PATTERN },
	{ PROFILE_SDP, 2, "Extension", 0, 1, PROFILE_OPEN },

	{ PROFILE_AS, 0, "ServerName", 1, 1, PROFILE_SIP_URI },
	{ PROFILE_AS, 1, "DefaultHandling", 0, 1, PROFILE_0_1 },
	{ PROFILE_AS, 2, "ServiceInfo", 0, 1, PROFILE_TEXT },
	{ PROFILE_AS, 3, "Extension", 0, 1, PROFILE_AS_EXT },
	{ PROFILE_AS_EXT, 0, "IncludeRegisterRequest", 0, 1, PROFILE_MARKER },
	{ PROFILE_AS_EXT, 1, "IncludeRegisterResponse", 0, 1, PROFILE_MARKER },
	{ PROFILE_AS_EXT, 2, "Extension", 0, 1, PROFILE_OPEN },

	{ PROFILE_ROOT_EXT, 0, "SharedIFCSetID",
	    0, PROFILE_REPEAT_MAX, PROFILE_NATURAL },
	{ PROFILE_ROOT_EXT, 1, "Extension", 0, 1, PROFILE_OPEN },
};
/* clang-format on */
const size_t profile_nrows = sizeof profile_rows / sizeof profile_rows[0];

const struct profile_row *
profile_row(enum profile_type parent, const char *name)
{
	for (size_t i = 0; i < profile_nrows; i++)
		if (profile_rows[i].parent == parent &&
		    strcmp(profile_rows[i].name, name) == 0)
			return &profile_rows[i];
	return NULL;
}
