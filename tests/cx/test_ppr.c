/* TS 29.228, 6.2.2; TS 29.229, 6.1.11: PPR and what its answer does. */
#include "tests/cx/outbox.h"
#include "tests/run.h"

#include <string.h>

#include "cx/local.h"

static struct store_sub *
sub_of(const char *impi)
{
	struct store_impi *found =
	    store_find_impi(fx_store(), impi, strlen(impi));

	ck_assert_ptr_nonnull(found);
	return found->sub;
}

static enum store_state
state_of(const char *impi, unsigned set)
{
	struct store_reg reg;

	store_get_reg(sub_of(impi), &reg);
	return store_set_state(&reg.sets[set]);
}

static void
push(const char *impi)
{
	const char *why;

	ck_assert(cx_push(fx_cx(), sub_of(impi), tell, &told, &why));
}

static void
expect_told(bool ok, uint32_t result)
{
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert_uint_eq(told.n, 1);
	ck_assert(told.ok == ok);
	ck_assert_uint_eq(told.result, result);
}

static void
fall_back(void)
{
	static struct cx_conf conf;

	conf = *fx_conf();
	conf.push_fallback = true;
	ck_assert(fx_reload(fx_subscribers(), NULL, &conf));
}

static void
expect_server_change(void)
{
	struct dia_slice s;

	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	s = value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE));
	ck_assert_uint_eq(s.len, 4);
	ck_assert_uint_eq(s.p[3], CX_SERVER_CHANGE);
}

START_TEST(push_holds_profile_and_charging)
{
	registration(ALICE, ALICE_SIP);
	push(ALICE);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), ALICE);
	ck_assert_ptr_nonnull(strstr(xml(), "</IMSSubscription>"));
	ck_assert_uint_eq(count(CX(CHARGING_INFORMATION)), 1);
	expect_none(CX(SIP_AUTH_DATA_ITEM));
	expect_none(CX(PUBLIC_IDENTITY));
	outbox_answer(DIA_SUCCESS);
	expect_told(true, DIA_SUCCESS);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_REGISTERED);
}
END_TEST

START_TEST(push_of_several_sets_is_told_once)
{
	registration(GRACE, GRACE_SIP);
	sar(NULL, GRACE_2, SAT_UNREGISTERED_USER);
	push(GRACE);
	ck_assert_uint_eq(outbox_count(), 2);
	outbox_experimental(CX_NOT_SUPPORTED_USER_DATA);
	ck_assert_uint_eq(told.n, 0);
	outbox_answer(DIA_SUCCESS);
	expect_told(false, CX_NOT_SUPPORTED_USER_DATA);
}
END_TEST

START_TEST(who_is_not_registered_gets_no_push)
{
	const char *why = NULL;

	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert(!cx_push(fx_cx(), sub_of(ALICE), tell, &told, &why));
	ck_assert_ptr_nonnull(why);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

START_TEST(push_that_cannot_be_sent_is_refused)
{
	const char *why = NULL;

	registration(GRACE, GRACE_SIP);
	registration(GRACE, GRACE_2);
	outbox_refuse(DIA_SEND_NEVER);
	ck_assert(!cx_push(fx_cx(), sub_of(GRACE), tell, &told, &why));
	ck_assert_ptr_nonnull(why);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

START_TEST(unknown_identity_is_tried_with_another)
{
	registration(GRACE, GRACE_SIP);
	registration(GRACE_PAD, GRACE_SIP);
	push(GRACE);
	outbox_experimental(CX_USER_UNKNOWN);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), GRACE_PAD);
	outbox_answer(DIA_SUCCESS);
	expect_told(true, DIA_SUCCESS);
	ck_assert_int_eq(state_of(GRACE, 0), STORE_REGISTERED);
}
END_TEST

START_TEST(set_without_a_known_identity_is_not_registered)
{
	struct store_reg reg;

	registration(GRACE, GRACE_SIP);
	registration(GRACE_PAD, GRACE_SIP);
	push(GRACE);
	outbox_experimental(CX_USER_UNKNOWN);
	outbox_experimental(CX_USER_UNKNOWN);
	expect_told(false, CX_USER_UNKNOWN);
	ck_assert_int_eq(state_of(GRACE, 0), STORE_NOT_REGISTERED);
	store_get_reg(sub_of(GRACE), &reg);
	ck_assert_ptr_null(reg.scscf.name);
}
END_TEST

START_TEST(too_much_data_changes_the_server)
{
	registration(ALICE, ALICE_SIP);
	push(ALICE);
	outbox_experimental(CX_TOO_MUCH_DATA);
	expect_server_change();
	ck_assert_uint_eq(told.n, 0);
	outbox_answer(DIA_SUCCESS);
	expect_told(true, DIA_SUCCESS);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_NOT_REGISTERED);
}
END_TEST

START_TEST(other_refusals_change_nothing)
{
	registration(ALICE, ALICE_SIP);
	push(ALICE);
	outbox_experimental(CX_NOT_SUPPORTED_USER_DATA);
	expect_told(false, CX_NOT_SUPPORTED_USER_DATA);
	told.n = 0;
	push(ALICE);
	outbox_answer(DIA_UNABLE_TO_COMPLY);
	expect_told(false, DIA_UNABLE_TO_COMPLY);
	told.n = 0;
	push(ALICE); /* 5008 is AVP_NOT_ALLOWED here */
	outbox_answer(DIA_AVP_NOT_ALLOWED);
	expect_told(false, DIA_AVP_NOT_ALLOWED);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_REGISTERED);
}
END_TEST

START_TEST(no_answer_changes_nothing)
{
	registration(ALICE, ALICE_SIP);
	push(ALICE);
	outbox_end(DIA_TIMED_OUT);
	expect_told(false, 0);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_REGISTERED);
}
END_TEST

START_TEST(no_answer_changes_the_server_with_the_fallback)
{
	registration(ALICE, ALICE_SIP);
	fall_back();
	push(ALICE);
	outbox_end(DIA_TIMED_OUT);
	expect_server_change();
	outbox_answer(DIA_SUCCESS);
	expect_told(true, DIA_SUCCESS);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_NOT_REGISTERED);
}
END_TEST

START_TEST(unknown_command_changes_the_server_with_the_fallback)
{
	registration(ALICE, ALICE_SIP);
	fall_back();
	push(ALICE);
	outbox_answer(DIA_COMMAND_UNSUPPORTED);
	expect_server_change();
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(scscf_out_of_reach_keeps_its_users_with_the_fallback)
{
	registration(ALICE, ALICE_SIP);
	fall_back();
	push(ALICE);
	outbox_end(DIA_UNDELIVERABLE);
	expect_told(false, 0);
	ck_assert_int_eq(state_of(ALICE, 0), STORE_REGISTERED);
}
END_TEST

START_TEST(lost_connection_is_tried_again)
{
	registration(ALICE, ALICE_SIP);
	push(ALICE);
	outbox_end(DIA_LOST);
	outbox_answer(DIA_SUCCESS);
	expect_told(true, DIA_SUCCESS);
}
END_TEST

START_TEST(answer_after_another_scscf_took_over_changes_nothing)
{
	registration(BOB, BOB_SIP);
	push(BOB);
	mar_at(BOB, BOB_SIP, OTHER, OTHER_HOST);
	sar_at(BOB, BOB_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	outbox_experimental(CX_USER_UNKNOWN);
	ck_assert_int_eq(state_of(BOB, 0), STORE_REGISTERED);
	outbox_answer(DIA_SUCCESS); /* RTR NEW_SERVER_ASSIGNED */
	expect_told(false, CX_USER_UNKNOWN);
}
END_TEST

int
main(void)
{
	return RUN("cx/ppr", outbox_open, outbox_close,
	    push_holds_profile_and_charging, push_of_several_sets_is_told_once,
	    who_is_not_registered_gets_no_push,
	    push_that_cannot_be_sent_is_refused,
	    unknown_identity_is_tried_with_another,
	    set_without_a_known_identity_is_not_registered,
	    too_much_data_changes_the_server, other_refusals_change_nothing,
	    no_answer_changes_nothing,
	    no_answer_changes_the_server_with_the_fallback,
	    unknown_command_changes_the_server_with_the_fallback,
	    scscf_out_of_reach_keeps_its_users_with_the_fallback,
	    lost_connection_is_tried_again,
	    answer_after_another_scscf_took_over_changes_nothing);
}
