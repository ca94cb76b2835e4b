/*
 * What a CSCF does with an answer of the HSS, as Kamailio 5.6 was measured to
 * do, and mostly as TS 24.229 (5.3.1, 5.4.1) has it.
 */
#include "tools/hssd/clients.h"

#include "cx/avps.h"

#include <stddef.h>

enum { ANY = -1 };

#define REGISTER_GETS(code) "the I-CSCF answers the REGISTER " code
#define CALLER_GETS(code) "the I-CSCF answers the caller " code
#define PHONE_GETS(code) "the S-CSCF answers the REGISTER " code

/* The first row that fits counts; result ANY: every other. */
/* clang-format off */
static const struct row {
	uint32_t code;
	int type;
	bool experimental;
	int result;
	const char *text;
} rows[] = {
	{ CX_UAR, ANY, false, DIA_SUCCESS, "the I-CSCF sends the REGISTER to that S-CSCF" },
	{ CX_UAR, ANY, false, DIA_UNABLE_TO_COMPLY, REGISTER_GETS("500") },
	{ CX_UAR, ANY, false, ANY, REGISTER_GETS("403") },
	{ CX_UAR, ANY, true, CX_FIRST_REGISTRATION, "the I-CSCF sends the REGISTER to the S-CSCF offered" },
	{ CX_UAR, ANY, true, CX_SUBSEQUENT_REGISTRATION, "the I-CSCF sends the REGISTER to the S-CSCF assigned" },
	{ CX_UAR, ANY, true, CX_USER_UNKNOWN, REGISTER_GETS("403") },
	{ CX_UAR, ANY, true, CX_IDENTITIES_DONT_MATCH, REGISTER_GETS("403") },
	{ CX_UAR, ANY, true, CX_IDENTITY_NOT_REGISTERED, REGISTER_GETS("403") },
	{ CX_UAR, ANY, true, CX_ROAMING_NOT_ALLOWED, REGISTER_GETS("403") },
	{ CX_UAR, ANY, true, ANY, REGISTER_GETS("500") },

	{ CX_LIR, ANY, false, DIA_SUCCESS, "the I-CSCF sends the call to the S-CSCF assigned" },
	{ CX_LIR, ANY, false, DIA_UNABLE_TO_COMPLY, CALLER_GETS("500") },
	{ CX_LIR, ANY, true, CX_UNREGISTERED_SERVICE, "the I-CSCF sends the call to the S-CSCF offered" },
	{ CX_LIR, ANY, true, CX_SERVER_NAME_NOT_STORED, CALLER_GETS("500") },
	{ CX_LIR, ANY, true, CX_USER_UNKNOWN, CALLER_GETS("604") },
	{ CX_LIR, ANY, true, CX_IDENTITY_NOT_REGISTERED, CALLER_GETS("480") },

	{ CX_MAR, ANY, false, DIA_SUCCESS, "the S-CSCF challenges the phone with 401" },
	{ CX_MAR, ANY, false, DIA_UNABLE_TO_COMPLY, PHONE_GETS("403") },
	{ CX_MAR, ANY, true, CX_USER_UNKNOWN, PHONE_GETS("403") },
	{ CX_MAR, ANY, true, CX_IDENTITIES_DONT_MATCH, PHONE_GETS("403") },
	{ CX_MAR, ANY, true, CX_ROAMING_NOT_ALLOWED, PHONE_GETS("403") },
	{ CX_MAR, ANY, true, CX_AUTH_SCHEME_NOT_SUPPORTED, PHONE_GETS("403") },

	{ CX_SAR, SAT_REGISTRATION, false, DIA_SUCCESS, PHONE_GETS("200") },
	{ CX_SAR, SAT_REGISTRATION, true, ANY, PHONE_GETS("500") },
	{ CX_SAR, SAT_RE_REGISTRATION, false, DIA_SUCCESS, PHONE_GETS("200") },
	{ CX_SAR, SAT_UNREGISTERED_USER, false, DIA_SUCCESS, "the S-CSCF serves the call" },
	{ CX_SAR, SAT_USER_DEREGISTRATION, false, DIA_SUCCESS, PHONE_GETS("200") },
};
/* clang-format on */

const char *
client_does(uint32_t code, int type, bool experimental, uint32_t result)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];

		if (r->code == code && (r->type == ANY || r->type == type) &&
		    r->experimental == experimental &&
		    (r->result == ANY || (uint32_t)r->result == result))
			return r->text;
	}
	return NULL;
}
