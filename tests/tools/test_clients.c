/* What a CSCF does with an answer, as it was measured. */
#include "tests/run.h"

#include "cx/avps.h"
#include "tools/hssd/clients.h"

START_TEST(rows_are_found_by_all_that_tells_them_apart)
{
	static const struct {
		uint32_t code;
		int type;
		bool experimental;
		uint32_t result;
		const char *text;
	} rows[] = {
		{ CX_UAR, 0, true, CX_USER_UNKNOWN,
		    "the I-CSCF answers the REGISTER 403" },
		{ CX_UAR, 0, true, CX_IDENTITY_ALREADY_REGISTERED,
		    "the I-CSCF answers the REGISTER 500" },
		{ CX_UAR, 1, false, DIA_UNABLE_TO_COMPLY,
		    "the I-CSCF answers the REGISTER 500" },
		{ CX_UAR, 0, false, DIA_AUTHORIZATION_REJECTED,
		    "the I-CSCF answers the REGISTER 403" },
		{ CX_LIR, -1, true, CX_IDENTITY_NOT_REGISTERED,
		    "the I-CSCF answers the caller 480" },
		{ CX_LIR, -1, true, CX_USER_UNKNOWN,
		    "the I-CSCF answers the caller 604" },
		{ CX_LIR, -1, true, CX_SERVER_NAME_NOT_STORED,
		    "the I-CSCF answers the caller 500" },
		{ CX_MAR, -1, true, CX_AUTH_SCHEME_NOT_SUPPORTED,
		    "the S-CSCF answers the REGISTER 403" },
		{ CX_SAR, SAT_REGISTRATION, true, CX_USER_UNKNOWN,
		    "the S-CSCF answers the REGISTER 500" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *text = client_does(rows[i].code, rows[i].type,
		    rows[i].experimental, rows[i].result);

		ck_assert_ptr_nonnull(text);
		ck_assert_str_eq(text, rows[i].text);
	}
}
END_TEST

START_TEST(what_was_not_measured_is_not_claimed)
{
	ck_assert_ptr_null(client_does(CX_RTR, -1, false, DIA_SUCCESS));
	ck_assert_ptr_null(client_does(CX_SAR, SAT_UNREGISTERED_USER, true,
	    CX_IDENTITY_ALREADY_REGISTERED));
	ck_assert_ptr_null(
	    client_does(CX_LIR, -1, false, DIA_UNABLE_TO_DELIVER));
}
END_TEST

int
main(void)
{
	return RUN("tools/clients", NULL, NULL,
	    rows_are_found_by_all_that_tells_them_apart,
	    what_was_not_measured_is_not_claimed);
}
