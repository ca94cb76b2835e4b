/* What would be answered at present: as it is then, and nothing changes. */
#include "tests/run.h"

#include "fixture.h"
#include "store/store.h"

#include <string.h>

enum { DECISIONS = 8 };

static struct decision {
	uint32_t code, result;
	int type;
	bool experimental;
	char server_name[STORE_NAME_MAX + 1];
} decisions[DECISIONS];
static unsigned n;

static void
take(void *arg, const struct cx_explained *e)
{
	ck_assert_uint_lt(n, DECISIONS);
	ck_assert_ptr_nonnull(e->why);
	ck_assert_ptr_nonnull(e->name);
	ck_assert_ptr_nonnull(e->what);
	decisions[n] = (struct decision){
		.code = e->code,
		.type = e->type,
		.result = e->result,
		.experimental = e->experimental,
	};
	if (e->server_name != NULL)
		strncpy(
		    decisions[n].server_name, e->server_name, STORE_NAME_MAX);
	n++;
}

static void
explain(const char *impi, const char *impu)
{
	n = 0;
	cx_explain(fx_cx(), store_find_impi(fx_store(), impi, strlen(impi)),
	    store_find_impu(fx_store(), impu, strlen(impu)), take, NULL);
	ck_assert_uint_eq(n, DECISIONS);
}

/* Types 0 and 1 of UAR, LIR, MAR, types 1, 2, 3 and 5 of SAR; experimental
 * results are negative. */
static void
expect(const int results[DECISIONS])
{
	for (unsigned i = 0; i < DECISIONS; i++) {
		int result = (int)decisions[i].result;

		ck_assert_msg(
		    results[i] ==
			(decisions[i].experimental ? -result : result),
		    "decision %u is %s%d", i,
		    decisions[i].experimental ? "Experimental " : "", result);
	}
}

START_TEST(new_user_may_register_and_has_no_calls)
{
	explain(ALICE, ALICE_SIP);
	expect((int[]){ -2001, -5003, -5003, 2001, 2001, 2001, 2001, 2001 });
	ck_assert_str_ne(decisions[0].server_name, "");
}
END_TEST

START_TEST(registered_user_is_where_it_is)
{
	registration(ALICE, ALICE_SIP);
	explain(ALICE, ALICE_SIP);
	expect((int[]){ -2002, 2001, 2001, 2001, 2001, 2001, 2001, 2001 });
	ck_assert_str_eq(decisions[0].server_name, SCSCF);
	ck_assert_str_eq(decisions[2].server_name, SCSCF);
}
END_TEST

START_TEST(barred_user_is_refused)
{
	explain(DAVE, DAVE_SIP);
	ck_assert(!decisions[0].experimental);
	ck_assert_uint_eq(decisions[0].result, DIA_AUTHORIZATION_REJECTED);
}
END_TEST

START_TEST(service_identity_is_unknown_to_uar)
{
	explain(PSI, PSI_SIP);
	ck_assert(decisions[0].experimental);
	ck_assert_uint_eq(decisions[0].result, CX_USER_UNKNOWN);
}
END_TEST

START_TEST(explaining_is_what_a_request_gets)
{
	explain(ALICE, ALICE_SIP);
	uar(ALICE, ALICE_SIP, NONE);
	expect_experimental(decisions[0].result);
	lir(ALICE_SIP);
	expect_experimental(decisions[2].result);
}
END_TEST

START_TEST(explaining_changes_nothing)
{
	static const char *const users[][2] = {
		{ ALICE, ALICE_SIP },
		{ BOB, BOB_SIP },
		{ CAROL, CAROL_SIP },
		{ FRANK, FRANK_SIP },
	};

	registration(FRANK, FRANK_SIP);
	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
		const struct store_impi *impi = store_find_impi(
		    fx_store(), users[i][0], strlen(users[i][0]));
		struct store_impi old = *impi;
		struct store_reg before, after;

		store_get_reg(impi->sub, &before);
		explain(users[i][0], users[i][1]);
		store_get_reg(impi->sub, &after);
		ck_assert_ptr_eq(before.scscf.name, after.scscf.name);
		ck_assert_uint_eq(before.nsets, after.nsets);
		ck_assert_mem_eq(before.sets, after.sets,
		    before.nsets * sizeof before.sets[0]);
		ck_assert_mem_eq(&old, impi, sizeof old);
	}
}
END_TEST

START_TEST(requests_after_it_change_again)
{
	explain(ALICE, ALICE_SIP);
	registration(ALICE, ALICE_SIP);
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
}
END_TEST

int
main(void)
{
	return RUN("cx/explain", fx_open, fx_close,
	    new_user_may_register_and_has_no_calls,
	    registered_user_is_where_it_is, barred_user_is_refused,
	    service_identity_is_unknown_to_uar,
	    explaining_is_what_a_request_gets, explaining_changes_nothing,
	    requests_after_it_change_again);
}
