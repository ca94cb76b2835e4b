/* TS 29.228, 6.1.3; TS 29.229, 6.1.9: RTR and what becomes of users by it. */
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

static void
expect_set(const char *impi, unsigned set, enum store_state state)
{
	struct store_reg reg;

	store_get_reg(sub_of(impi), &reg);
	ck_assert_uint_eq(store_set_state(&reg.sets[set]), state);
}

static void
expect_scscf(const char *impi, const char *name)
{
	struct store_reg reg;

	store_get_reg(sub_of(impi), &reg);
	if (name == NULL)
		ck_assert_ptr_null(reg.scscf.name);
	else
		ck_assert_str_eq(reg.scscf.name, name);
}

static void
deregister(const char *impi, enum cx_reason reason)
{
	const char *why;

	ck_assert(cx_deregister(
	    fx_cx(), sub_of(impi), reason, NULL, tell, &told, &why));
}

static void
expect_nothing(const char *impi, enum cx_reason reason, const char *said)
{
	const char *why = NULL;

	ck_assert(!cx_deregister(
	    fx_cx(), sub_of(impi), reason, NULL, tell, &told, &why));
	ck_assert_ptr_nonnull(why);
	ck_assert_ptr_nonnull(strstr(why, said));
	ck_assert_uint_eq(told.n, 0);
}

static void
expect_number(struct dia_slice s, uint32_t n)
{
	ck_assert_uint_eq(s.len, 4);
	ck_assert_uint_eq((uint32_t)s.p[0] << 24 | (uint32_t)s.p[1] << 16 |
			      (uint32_t)s.p[2] << 8 | s.p[3],
	    n);
}

static void
expect_nth(const struct dia_def *def, unsigned n, const char *text)
{
	struct dia_slice s = nth(def, n);

	ck_assert_ptr_nonnull(s.p);
	ck_assert(dia_slice_eq(s, text));
}

START_TEST(request_names_every_registered_identity)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), ALICE);
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 2);
	expect_nth(CX(PUBLIC_IDENTITY), 0, ALICE_SIP);
	expect_nth(CX(PUBLIC_IDENTITY), 1, ALICE_TEL);
	expect_none(CX(ASSOCIATED_IDENTITIES));
	expect_number(value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE)), 0);
	ck_assert_ptr_null(
	    value_in(CX(DEREGISTRATION_REASON), CX(REASON_INFO)).p);
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(identities_of_all_sets_and_all_private_ones_are_named)
{
	registration(GRACE, GRACE_SIP);
	registration(GRACE_PAD, GRACE_SIP);
	sar(NULL, GRACE_2, SAT_UNREGISTERED_USER);
	deregister(GRACE, CX_SERVER_CHANGE);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), GRACE);
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 2);
	ck_assert(dia_slice_eq(
	    value_in(CX(ASSOCIATED_IDENTITIES), BASE(USER_NAME)), GRACE_PAD));
	expect_number(value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE)), 2);
	outbox_answer(DIA_SUCCESS);
	expect_set(GRACE, 0, STORE_NOT_REGISTERED);
	expect_set(GRACE, 1, STORE_NOT_REGISTERED);
	expect_scscf(GRACE, NULL);
}
END_TEST

START_TEST(registration_ends_with_the_answer)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	expect_set(ALICE, 0, STORE_REGISTERED);
	ck_assert_uint_eq(told.n, 0);
	outbox_answer(DIA_SUCCESS);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	expect_scscf(ALICE, NULL);
	ck_assert_uint_eq(told.n, 1);
	ck_assert(told.ok);
	ck_assert_uint_eq(told.result, DIA_SUCCESS);
}
END_TEST

START_TEST(registration_ends_with_a_refusal)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_experimental(CX_USER_UNKNOWN);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	ck_assert_uint_eq(told.n, 1);
	ck_assert(!told.ok);
	ck_assert_uint_eq(told.result, CX_USER_UNKNOWN);
}
END_TEST

START_TEST(registration_ends_with_an_answer_that_says_nothing)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_begin();
	outbox_finish();
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	ck_assert(!told.ok);
	ck_assert_uint_eq(told.result, 0);
}
END_TEST

START_TEST(registration_ends_after_two_timeouts)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	for (int i = 1; i < CX_TRIES_MAX; i++) {
		outbox_end(DIA_TIMED_OUT);
		ck_assert_uint_eq(outbox_count(), 1);
		expect_set(ALICE, 0, STORE_REGISTERED);
	}
	outbox_end(DIA_TIMED_OUT);
	ck_assert_uint_eq(outbox_count(), 0);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	ck_assert_uint_eq(told.n, 1);
	ck_assert(!told.ok);
	ck_assert_uint_eq(told.result, 0);
}
END_TEST

START_TEST(registration_ends_when_no_peer_leads_there)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_end(DIA_UNDELIVERABLE);
	ck_assert_uint_eq(outbox_count(), 0);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	ck_assert_uint_eq(told.n, 1);
}
END_TEST

START_TEST(user_who_registers_again_without_an_answer_stays)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_SERVER_CHANGE);
	outbox_end(DIA_TIMED_OUT);
	sar(ALICE, ALICE_SIP, SAT_RE_REGISTRATION);
	outbox_end(DIA_TIMED_OUT);
	expect_set(ALICE, 0, STORE_REGISTERED);
	deregister(ALICE, CX_SERVER_CHANGE);
	sar(ALICE, ALICE_SIP, SAT_RE_REGISTRATION);
	outbox_answer(DIA_SUCCESS);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
}
END_TEST

START_TEST(permanent_termination_ends_what_is_registered_again)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_end(DIA_TIMED_OUT);
	sar(ALICE, ALICE_SIP, SAT_RE_REGISTRATION);
	outbox_end(DIA_TIMED_OUT);
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
}
END_TEST

START_TEST(lost_connection_is_tried_again)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_end(DIA_LOST);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_answer(DIA_SUCCESS);
	ck_assert(told.ok);
}
END_TEST

START_TEST(emergency_registration_stays)
{
	static const uint32_t results[] = { DIA_LIMITED_SUCCESS,
		DIA_UNABLE_TO_COMPLY };

	for (size_t i = 0; i < 2; i++) {
		registration(GRACE, GRACE_SIP);
		registration(GRACE_PAD, GRACE_SIP);
		registration(GRACE, GRACE_2);
		deregister(GRACE, CX_PERMANENT_TERMINATION);

		struct dia_writer *w = outbox_begin();

		dia_put_u32(w, BASE(RESULT_CODE), results[i]);
		dia_open(w, CX(IDENTITY_WITH_EMERGENCY_REGISTRATION));
		dia_put_str(w, BASE(USER_NAME), GRACE_PAD);
		dia_put_str(w, CX(PUBLIC_IDENTITY), GRACE_SIP);
		dia_close(w);
		outbox_finish();

		struct store_reg reg;

		store_get_reg(sub_of(GRACE), &reg);
		ck_assert_uint_eq(reg.sets[0].registered, 2);
		ck_assert_uint_eq(reg.sets[1].registered, 0);
		expect_scscf(GRACE, SCSCF);
	}
}
END_TEST

START_TEST(emergency_registration_of_strangers_changes_nothing)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_PERMANENT_TERMINATION);

	struct dia_writer *w = outbox_begin();

	dia_put_u32(w, BASE(RESULT_CODE), DIA_LIMITED_SUCCESS);
	dia_open(w, CX(IDENTITY_WITH_EMERGENCY_REGISTRATION));
	dia_put_str(w, BASE(USER_NAME), BOB);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_close(w);
	dia_open(w, CX(IDENTITY_WITH_EMERGENCY_REGISTRATION));
	dia_put_str(w, BASE(USER_NAME), "nobody");
	dia_close(w);
	outbox_finish();
	expect_set(ALICE, 0, STORE_NOT_REGISTERED);
	expect_scscf(ALICE, NULL);
}
END_TEST

START_TEST(who_is_not_registered_has_nothing_to_end)
{
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "not registered");
	mar(ALICE, ALICE_SIP, "unknown");
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "not registered");
}
END_TEST

START_TEST(remove_scscf_is_for_the_unregistered_alone)
{
	registration(GRACE, GRACE_SIP);
	expect_nothing(GRACE, CX_REMOVE_SCSCF, "without being registered");
	sar(NULL, GRACE_2, SAT_UNREGISTERED_USER);
	deregister(GRACE, CX_REMOVE_SCSCF);
	outbox_show(CX_RTR, SCSCF_HOST);
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 1);
	expect_text(CX(PUBLIC_IDENTITY), GRACE_2);
	expect_number(value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE)), 3);
	outbox_answer(DIA_SUCCESS);
	expect_set(GRACE, 0, STORE_REGISTERED);
	expect_set(GRACE, 1, STORE_NOT_REGISTERED);
	expect_scscf(GRACE, SCSCF);
}
END_TEST

START_TEST(text_for_the_user_goes_along_up_to_its_limit)
{
	char info[CX_INFO_MAX + 2];
	const char *why;

	memset(info, 'x', sizeof info);
	info[CX_INFO_MAX + 1] = '\0';
	registration(ALICE, ALICE_SIP);
	ck_assert(!cx_deregister(
	    fx_cx(), sub_of(ALICE), CX_SERVER_CHANGE, info, tell, &told, &why));
	info[CX_INFO_MAX] = '\0';
	ck_assert(cx_deregister(
	    fx_cx(), sub_of(ALICE), CX_SERVER_CHANGE, info, NULL, NULL, &why));
	outbox_show(CX_RTR, SCSCF_HOST);
	ck_assert_uint_eq(
	    value_in(CX(DEREGISTRATION_REASON), CX(REASON_INFO)).len,
	    CX_INFO_MAX);
	outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

START_TEST(registration_at_another_scscf_meanwhile_stays)
{
	registration(ALICE, ALICE_SIP);
	deregister(ALICE, CX_SERVER_CHANGE);
	mar_at(ALICE, ALICE_SIP, OTHER, OTHER_HOST);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	outbox_answer(DIA_SUCCESS);
	expect_set(ALICE, 0, STORE_REGISTERED);
	expect_scscf(ALICE, OTHER);
	outbox_answer(DIA_SUCCESS); /* of NEW_SERVER_ASSIGNED */
	expect_set(ALICE, 0, STORE_REGISTERED);
}
END_TEST

START_TEST(so_many_are_on_their_way_and_the_others_wait)
{
	registration(ALICE, ALICE_SIP);
	for (unsigned i = 0; i <= CX_SENT_MAX; i++)
		deregister(ALICE, CX_PERMANENT_TERMINATION);
	ck_assert_uint_eq(outbox_count(), CX_SENT_MAX);
	ck_assert_uint_eq(fx_cx()->jobs.nwaiting, 1);
	outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(outbox_count(), CX_SENT_MAX);
	ck_assert_uint_eq(fx_cx()->jobs.nwaiting, 0);
	while (outbox_count() > 0)
		outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(told.n, CX_SENT_MAX + 1);
}
END_TEST

START_TEST(so_many_wait_and_one_more_is_refused)
{
	registration(ALICE, ALICE_SIP);
	for (unsigned i = 0; i < CX_SENT_MAX; i++)
		deregister(ALICE, CX_PERMANENT_TERMINATION);
	fx_cx()->jobs.nwaiting = CX_WAITING_MAX - 1;
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "wait already");
	fx_cx()->jobs.nwaiting = 1;
	while (outbox_count() > 0)
		outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(told.n, CX_SENT_MAX + 1);
}
END_TEST

START_TEST(full_node_makes_it_wait_for_the_next_end)
{
	registration(ALICE, ALICE_SIP);
	outbox_refuse(DIA_SEND_LATER);
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "nothing can be sent");
	outbox_refuse(DIA_SENT);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_refuse(DIA_SEND_LATER);
	deregister(ALICE, CX_PERMANENT_TERMINATION);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_refuse(DIA_SENT);
	outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(told.n, 2);
}
END_TEST

START_TEST(stopping_node_ends_those_that_wait)
{
	registration(ALICE, ALICE_SIP);
	for (unsigned i = 0; i <= CX_SENT_MAX; i++)
		deregister(ALICE, CX_PERMANENT_TERMINATION);
	outbox_refuse(DIA_SEND_NEVER);
	while (outbox_count() > 0)
		outbox_end(DIA_LOST);
	ck_assert_uint_eq(told.n, CX_SENT_MAX + 1);
	ck_assert(!told.ok);
	told.n = 0;
	registration(ALICE, ALICE_SIP);
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "nothing can be sent");
}
END_TEST

START_TEST(without_a_node_nothing_is_sent)
{
	registration(ALICE, ALICE_SIP);
	cx_attach(fx_cx(), NULL);
	expect_nothing(ALICE, CX_PERMANENT_TERMINATION, "no Diameter node");
	expect_set(ALICE, 0, STORE_REGISTERED);
}
END_TEST

int
main(void)
{
	return RUN("cx/rtr", outbox_open, outbox_close,
	    request_names_every_registered_identity,
	    identities_of_all_sets_and_all_private_ones_are_named,
	    registration_ends_with_the_answer, registration_ends_with_a_refusal,
	    registration_ends_with_an_answer_that_says_nothing,
	    registration_ends_after_two_timeouts,
	    registration_ends_when_no_peer_leads_there,
	    user_who_registers_again_without_an_answer_stays,
	    permanent_termination_ends_what_is_registered_again,
	    lost_connection_is_tried_again, emergency_registration_stays,
	    emergency_registration_of_strangers_changes_nothing,
	    who_is_not_registered_has_nothing_to_end,
	    remove_scscf_is_for_the_unregistered_alone,
	    text_for_the_user_goes_along_up_to_its_limit,
	    registration_at_another_scscf_meanwhile_stays,
	    so_many_are_on_their_way_and_the_others_wait,
	    so_many_wait_and_one_more_is_refused,
	    full_node_makes_it_wait_for_the_next_end,
	    stopping_node_ends_those_that_wait, without_a_node_nothing_is_sent);
}
