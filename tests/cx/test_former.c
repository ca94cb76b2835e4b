/* TS 29.228, 8.1.1 and 8.1.2: the S-CSCF that loses its user to another. */
#include "tests/cx/outbox.h"
#include "tests/run.h"

#include <stdio.h>
#include <string.h>

#include "cx/former.h"

static void
expect_reason(uint32_t reason, const char *impu)
{
	struct dia_slice s =
	    value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE));

	ck_assert_uint_eq(s.len, 4);
	ck_assert_uint_eq(s.p[3], reason);
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 1);
	expect_text(CX(PUBLIC_IDENTITY), impu);
}

static void
take_over(const char *impi, const char *impu)
{
	mar_at(impi, impu, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
	sar_at(impi, impu, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_result(DIA_SUCCESS);
}

static void
get_reg(const char *impi, struct store_reg *reg)
{
	struct store_impi *found =
	    store_find_impi(fx_store(), impi, strlen(impi));

	ck_assert_ptr_nonnull(found);
	store_get_reg(found->sub, reg);
}

START_TEST(authentication_elsewhere_tells_nobody)
{
	registration(BOB, BOB_SIP);
	mar_at(BOB, BOB_SIP, OTHER, OTHER_HOST);
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(registration_elsewhere_tells_the_former_scscf)
{
	struct store_reg reg;

	registration(BOB, BOB_SIP);
	take_over(BOB, BOB_SIP);
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), BOB);
	expect_reason(CX_NEW_SERVER_ASSIGNED, BOB_SIP);
	outbox_answer(DIA_SUCCESS);
	get_reg(BOB, &reg);
	ck_assert_uint_eq(reg.sets[0].registered, 1);
	ck_assert_str_eq(reg.scscf.name, OTHER);
}
END_TEST

START_TEST(former_scscf_is_told_once)
{
	registration(BOB, BOB_SIP);
	take_over(BOB, BOB_SIP);
	outbox_answer(DIA_SUCCESS);
	sar_at(BOB, BOB_SIP, SAT_RE_REGISTRATION, OTHER, OTHER_HOST);
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(other_sets_of_the_user_have_to_register_again)
{
	struct store_reg reg;

	registration(GRACE, GRACE_SIP);
	registration(GRACE_PAD, GRACE_2);
	take_over(GRACE, GRACE_SIP);
	ck_assert_uint_eq(outbox_count(), 2);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_reason(CX_NEW_SERVER_ASSIGNED, GRACE_SIP);
	outbox_answer(DIA_SUCCESS);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), GRACE_PAD);
	expect_reason(CX_SERVER_CHANGE, GRACE_2);
	get_reg(GRACE, &reg);
	ck_assert_uint_eq(store_set_state(&reg.sets[1]), STORE_NOT_REGISTERED);
	outbox_answer(DIA_SUCCESS);
	get_reg(GRACE, &reg);
	ck_assert_uint_eq(reg.sets[0].registered, 1);
	ck_assert_str_eq(reg.scscf.name, OTHER);
}
END_TEST

START_TEST(private_identities_that_the_former_had_go_with_it)
{
	struct store_reg reg;

	registration(BOB, BOB_SIP);
	registration(BOB_PAD, BOB_SIP);
	take_over(BOB, BOB_SIP);
	outbox_show(CX_RTR, SCSCF_HOST);
	ck_assert_uint_eq(count(CX(ASSOCIATED_IDENTITIES)), 1);
	outbox_answer(DIA_SUCCESS);
	get_reg(BOB, &reg);
	ck_assert_uint_eq(reg.sets[0].registered, 1);
}
END_TEST

START_TEST(user_who_comes_back_is_no_change)
{
	registration(BOB, BOB_SIP);
	mar_at(BOB, BOB_SIP, OTHER, OTHER_HOST);
	registration(BOB, BOB_SIP);
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert_uint_eq(fx_cx()->formers.n, 0);
}
END_TEST

START_TEST(third_scscf_makes_the_one_in_between_no_former)
{
	registration(BOB, BOB_SIP);
	mar_at(BOB, BOB_SIP, OTHER, OTHER_HOST);
	mar_at(BOB, BOB_SIP, "sip:third.ims.example", "third.ims.example");
	sar_at(BOB, BOB_SIP, SAT_REGISTRATION, "sip:third.ims.example",
	    "third.ims.example");
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(another_name_of_the_same_node_is_no_other_scscf)
{
	registration(BOB, BOB_SIP);
	mar_at(BOB, BOB_SIP, OTHER, SCSCF_HOST);
	sar_at(BOB, BOB_SIP, SAT_REGISTRATION, OTHER, SCSCF_HOST);
	expect_result(DIA_SUCCESS);
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(user_who_was_not_registered_has_no_former_scscf)
{
	mar(BOB, BOB_SIP, "unknown");
	take_over(BOB, BOB_SIP);
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(so_many_are_remembered_and_one_more_costs_the_oldest)
{
	const struct store_reg reg = {
		.scscf = { SCSCF, SCSCF_HOST, REALM },
		.nsets = 1,
		.sets = { { .registered = 1 } },
	};
	char first[32] = "user 0", name[32];
	const struct store_sub oldest = { .name = first };

	for (unsigned i = 0; i <= CX_FORMERS_MAX; i++) {
		const struct store_sub sub = { .name = name };

		snprintf(name, sizeof name, "user %u", i);
		if (i == CX_FORMERS_MAX)
			ck_assert_ptr_nonnull(
			    cx_former_find(fx_cx(), &oldest, OTHER_HOST));
		cx_former_note(fx_cx(), &sub, &reg, OTHER_HOST);
		ck_assert_ptr_nonnull(
		    cx_former_find(fx_cx(), &sub, OTHER_HOST));
	}
	ck_assert_uint_eq(fx_cx()->formers.n, CX_FORMERS_MAX);
	ck_assert_ptr_null(cx_former_find(fx_cx(), &oldest, OTHER_HOST));
}
END_TEST

int
main(void)
{
	return RUN("cx/former", outbox_open, outbox_close,
	    authentication_elsewhere_tells_nobody,
	    registration_elsewhere_tells_the_former_scscf,
	    former_scscf_is_told_once,
	    other_sets_of_the_user_have_to_register_again,
	    private_identities_that_the_former_had_go_with_it,
	    user_who_comes_back_is_no_change,
	    third_scscf_makes_the_one_in_between_no_former,
	    another_name_of_the_same_node_is_no_other_scscf,
	    user_who_was_not_registered_has_no_former_scscf,
	    so_many_are_remembered_and_one_more_costs_the_oldest);
}
