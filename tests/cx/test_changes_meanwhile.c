/*
 * What a reload tells S-CSCFs of users who register, leave or move while it
 * goes on: what they are at its swap counts.
 */
#include "tests/cx/outbox.h"
#include "tests/run.h"

#include <string.h>

#include "cx/local.h"

static bool
is_registered(const char *impi)
{
	struct store_impi *found =
	    store_find_impi(fx_store(), impi, strlen(impi));
	struct store_reg reg;

	ck_assert_ptr_nonnull(found);
	store_get_reg(found->sub, &reg);
	for (unsigned i = 0; i < reg.nsets; i++) {
		if (store_set_state(&reg.sets[i]) != STORE_NOT_REGISTERED)
			return true;
	}
	ck_assert_ptr_null(reg.scscf.name);
	return false;
}

static struct {
	unsigned step;
	void (*fn)(void);
	bool done;
} meanwhile;

static void
do_meanwhile(unsigned step, bool swapped)
{
	if (step != meanwhile.step || swapped)
		return;
	meanwhile.fn();
	meanwhile.done = true;
}

/* Drops everybody, with fn() before this step; false: the swap was before. */
static bool
drop_with(unsigned step, void (*fn)(void))
{
	meanwhile.step = step;
	meanwhile.fn = fn;
	meanwhile.done = false;
	fx_by_steps(do_meanwhile);
	ck_assert(fx_reload("", NULL, NULL));
	fx_by_steps(NULL);
	return meanwhile.done;
}

static void
bring_back(void)
{
	ck_assert(fx_reload(fx_subscribers(), NULL, NULL));
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert(!is_registered(ALICE));
}

static void
alice_comes(void)
{
	registration(ALICE, ALICE_SIP);
}

static void
alice_leaves(void)
{
	sar(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION);
	expect_result(DIA_SUCCESS);
}

static void
alice_moves(void)
{
	mar_at(ALICE, ALICE_SIP, "sip:next.ims.example", "next.ims.example");
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, "sip:next.ims.example",
	    "next.ims.example");
	expect_result(DIA_SUCCESS);
}

START_TEST(user_who_comes_before_the_swap_is_deregistered_with_it)
{
	unsigned step = 0;

	for (; drop_with(step, alice_comes); step++) {
		ck_assert_uint_eq(outbox_count(), 1);
		outbox_show(CX_RTR, SCSCF_HOST);
		expect_text(BASE(USER_NAME), ALICE);
		outbox_answer(DIA_SUCCESS);
		bring_back();
	}
	ck_assert_uint_gt(step, 5);
}
END_TEST

START_TEST(user_who_leaves_before_the_swap_is_no_news)
{
	unsigned step = 0;

	registration(ALICE, ALICE_SIP);
	for (; drop_with(step, alice_leaves); step++) {
		ck_assert_uint_eq(outbox_count(), 0);
		bring_back();
		registration(ALICE, ALICE_SIP);
	}
	ck_assert_uint_gt(step, 5);
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(user_who_moves_before_the_swap_is_deregistered_there)
{
	unsigned step = 0;

	registration(ALICE, ALICE_SIP);
	for (; drop_with(step, alice_moves); step++) {
		ck_assert_uint_eq(outbox_count(), 2);
		outbox_show(CX_RTR, SCSCF_HOST); /* the former one */
		outbox_answer(DIA_SUCCESS);
		outbox_show(CX_RTR, "next.ims.example");
		expect_text(BASE(USER_NAME), ALICE);
		outbox_answer(DIA_SUCCESS);
		bring_back();
		registration(ALICE, ALICE_SIP);
	}
	ck_assert_uint_gt(step, 5);
	outbox_answer(DIA_SUCCESS);
}
END_TEST

int
main(void)
{
	return RUN("cx/changes_meanwhile", outbox_open, outbox_close,
	    user_who_comes_before_the_swap_is_deregistered_with_it,
	    user_who_leaves_before_the_swap_is_no_news,
	    user_who_moves_before_the_swap_is_deregistered_there);
}
