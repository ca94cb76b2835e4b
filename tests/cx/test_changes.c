/* What a reload tells S-CSCFs (TS 29.228, 6.1.3 and 6.2.2). */
#include "tests/cx/outbox.h"
#include "tests/run.h"

#include <string.h>

#include "cx/local.h"

static const char other_profile[] =
    "<InitialFilterCriteria><Priority>7</Priority><ApplicationServer>"
    "<ServerName>sip:as.ims.example</ServerName></ApplicationServer>"
    "</InitialFilterCriteria>\n";

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

static void
expect_reason(uint32_t reason)
{
	struct dia_slice s =
	    value_in(CX(DEREGISTRATION_REASON), CX(REASON_CODE));

	ck_assert_uint_eq(s.len, 4);
	ck_assert_uint_eq(s.p[3], reason);
}

START_TEST(reload_without_a_change_says_nothing)
{
	registration(ALICE, ALICE_SIP);
	registration(BOB, BOB_SIP);
	ck_assert(fx_reload(fx_subscribers(), NULL, NULL));
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert(is_registered(ALICE));
}
END_TEST

START_TEST(dropped_user_is_deregistered)
{
	registration(GRACE, GRACE_SIP);
	registration(GRACE_PAD, GRACE_2);
	ck_assert(fx_reload("", NULL, NULL));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), GRACE);
	ck_assert(dia_slice_eq(
	    value_in(CX(ASSOCIATED_IDENTITIES), BASE(USER_NAME)), GRACE_PAD));
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 2);
	expect_reason(CX_PERMANENT_TERMINATION);
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(dropped_user_who_was_not_registered_is_no_news)
{
	mar(ALICE, ALICE_SIP, "unknown");
	ck_assert(fx_reload("", NULL, NULL));
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(user_who_is_back_before_the_answer_is_not_registered)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(fx_reload("", NULL, NULL));
	ck_assert(fx_reload(fx_subscribers(), NULL, NULL));
	outbox_answer(DIA_SUCCESS);
	ck_assert(!is_registered(ALICE));
}
END_TEST

START_TEST(faulty_reload_says_nothing)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(!fx_reload("[nobody]\n", NULL, NULL));
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert(is_registered(ALICE));
}
END_TEST

START_TEST(many_dropped_users_wait_in_order)
{
	static const char *const impis[] = { ALICE, BOB, FRANK, GRACE };
	static const char *const impus[] = { ALICE_SIP, BOB_SIP, FRANK_SIP,
		GRACE_SIP };

	for (size_t i = 0; i < 4; i++)
		registration(impis[i], impus[i]);
	fx_cx()->jobs.nsent = CX_SENT_MAX - 1;
	ck_assert(fx_reload("", NULL, NULL));
	fx_cx()->jobs.nsent = CX_SENT_MAX;
	for (size_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(outbox_count(), 1);
		outbox_show(CX_RTR, SCSCF_HOST);
		expect_text(BASE(USER_NAME), impis[i]);
		outbox_answer(DIA_SUCCESS);
	}
	ck_assert_uint_eq(fx_cx()->jobs.nsent, CX_SENT_MAX - 1);
}
END_TEST

START_TEST(barred_user_is_deregistered)
{
	registration(GRACE, GRACE_SIP);
	ck_assert(fx_edit("[grace]\n", "[grace]\nbarred = yes\n"));
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_reason(CX_PERMANENT_TERMINATION);
	ck_assert(is_registered(GRACE));
	outbox_answer(DIA_SUCCESS);
	ck_assert(!is_registered(GRACE));
	ck_assert(fx_edit("[grace]\n", "[grace]\nbarred = yes\n"));
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(dropped_private_identity_is_deregistered_alone)
{
	registration(BOB, BOB_SIP);
	registration(BOB_PAD, BOB_SIP);
	ck_assert(
	    fx_edit("impi = " BOB_PAD
		    "\nscheme = digest\npassword = other\nimpu = " BOB_SIP,
		"impu = " BOB_SIP));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), BOB_PAD);
	expect_none(CX(ASSOCIATED_IDENTITIES));
	expect_reason(CX_PERMANENT_TERMINATION);
	outbox_answer(DIA_SUCCESS);
	ck_assert(is_registered(BOB));
}
END_TEST

START_TEST(changed_profile_is_pushed)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(fx_reload(fx_subscribers(), other_profile, NULL));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), ALICE);
	ck_assert_ptr_nonnull(strstr(xml(), "<Priority>7<"));
	ck_assert_ptr_nonnull(strstr(xml(), ALICE_TEL));
	ck_assert_ptr_null(strstr(xml(), ALICE_2));
	expect_none(CX(CHARGING_INFORMATION));
	expect_none(CX(SIP_AUTH_DATA_ITEM));
	outbox_answer(DIA_SUCCESS);
	ck_assert(is_registered(ALICE));
}
END_TEST

START_TEST(each_set_gets_its_own_push)
{
	registration(GRACE, GRACE_SIP);
	sar(NULL, GRACE_2, SAT_UNREGISTERED_USER);
	ck_assert(fx_reload(fx_subscribers(), other_profile, NULL));
	ck_assert_uint_eq(outbox_count(), 2);
	outbox_show(CX_PPR, SCSCF_HOST);
	ck_assert_ptr_nonnull(strstr(xml(), GRACE_SIP));
	outbox_answer(DIA_SUCCESS);
	outbox_show(CX_PPR, SCSCF_HOST);
	ck_assert_ptr_nonnull(strstr(xml(), GRACE_2));
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(changed_identities_are_a_changed_profile)
{
	static const char *const edits[][2] = {
		{ ALICE_TEL, "tel:+15550009" },
		{ ALICE_TEL, ALICE_TEL " barred" },
		{ ALICE_TEL, ALICE_TEL " display=\"A\"" },
		{ ALICE_TEL, ALICE_TEL "\nimpu = sip:more@ims.example" },
		{ "display=\"Alice\"", "display=\"Alicia\"" },
		{ "impu = " ALICE_TEL "\n", "" },
	};

	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		registration(ALICE, ALICE_SIP);
		ck_assert(fx_edit(edits[i][0], edits[i][1]));
		ck_assert_uint_eq(outbox_count(), 1);
		outbox_show(CX_PPR, SCSCF_HOST);
		outbox_answer(DIA_SUCCESS);
		ck_assert(fx_edit("[alice]", "[alice]"));
		outbox_answer(DIA_SUCCESS);
		ck_assert_uint_eq(outbox_count(), 0);
	}
}
END_TEST

START_TEST(changed_default_identity_makes_the_user_register_again)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(fx_edit(ALICE_SIP, "sip:alicia@ims.example"));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	expect_text(CX(PUBLIC_IDENTITY), ALICE_SIP);
	expect_reason(CX_SERVER_CHANGE);
	outbox_answer(DIA_SUCCESS);
	ck_assert(!is_registered(ALICE));
}
END_TEST

START_TEST(dropped_set_is_deregistered)
{
	registration(GRACE, GRACE_SIP);
	registration(GRACE, GRACE_2);
	ck_assert(fx_edit("impu = " GRACE_2 " set=2\n", ""));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_RTR, SCSCF_HOST);
	ck_assert_uint_eq(count(CX(PUBLIC_IDENTITY)), 1);
	expect_text(CX(PUBLIC_IDENTITY), GRACE_2);
	expect_reason(CX_PERMANENT_TERMINATION);
	outbox_answer(DIA_SUCCESS);
	ck_assert(is_registered(GRACE));
}
END_TEST

START_TEST(changed_charging_is_pushed)
{
	static const struct cx_charging chargings[] = {
		{ "default", "aaa://ecf.ims.example", NULL, NULL, NULL },
	};
	struct cx_conf fresh = *fx_conf();

	registration(ALICE, ALICE_SIP);
	fresh.chargings = chargings;
	ck_assert(fx_reload(fx_subscribers(), NULL, &fresh));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	ck_assert(dia_slice_eq(value_in(CX(CHARGING_INFORMATION),
				   CX(PRIMARY_EVENT_CHARGING_FUNCTION_NAME)),
	    "aaa://ecf.ims.example"));
	expect_none(CX(USER_DATA));
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(charging_taken_away_cannot_be_said)
{
	registration(ALICE, ALICE_SIP);
	ck_assert(fx_edit("charging = default\n", ""));
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(changed_password_is_pushed)
{
	registration(BOB, BOB_SIP);
	ck_assert(fx_edit("s3cret", "n3w"));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	expect_text(BASE(USER_NAME), BOB);
	expect_none(CX(USER_DATA));
	ck_assert(dia_slice_eq(
	    value_in(CX(SIP_AUTH_DATA_ITEM), CX(SIP_AUTHENTICATION_SCHEME)),
	    "SIP Digest"));
	outbox_answer(DIA_SUCCESS);
}
END_TEST

START_TEST(changed_password_is_pushed_while_authentication_is_pending)
{
	mar(BOB, BOB_SIP, "unknown");
	ck_assert(fx_edit("s3cret", "n3w"));
	ck_assert_uint_eq(outbox_count(), 1);
	outbox_show(CX_PPR, SCSCF_HOST);
	outbox_experimental(CX_USER_UNKNOWN);
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(changed_password_of_one_who_is_not_there_is_no_news)
{
	registration(BOB, BOB_SIP);
	ck_assert(fx_edit("password = other\nimpu = " BOB_SIP,
	    "password = n3w\nimpu = " BOB_SIP));
	ck_assert_uint_eq(outbox_count(), 0);
}
END_TEST

START_TEST(push_that_waits_is_dropped_with_its_registration)
{
	const char *why;

	registration(ALICE, ALICE_SIP);
	registration(BOB, BOB_SIP);
	fx_cx()->jobs.nsent = CX_SENT_MAX - 1;
	ck_assert(cx_deregister(fx_cx(),
	    store_find_impi(fx_store(), BOB, strlen(BOB))->sub,
	    CX_SERVER_CHANGE, NULL, NULL, NULL, &why));
	ck_assert(fx_edit(ALICE_TEL, ALICE_TEL " display=\"A\""));
	ck_assert_uint_eq(fx_cx()->jobs.nwaiting, 1);
	sar(ALICE, ALICE_SIP, SAT_USER_DEREGISTRATION);
	outbox_answer(DIA_SUCCESS);
	ck_assert_uint_eq(outbox_count(), 0);
	ck_assert_uint_eq(fx_cx()->jobs.nwaiting, 0);
}
END_TEST

/* --- In steps --- */

static void
do_nothing(unsigned step, bool swapped)
{
	(void)step;
	(void)swapped;
}

static void
open_by_steps(void)
{
	outbox_open();
	fx_by_steps(do_nothing);
}

#define FACTS                                                               \
	reload_without_a_change_says_nothing, dropped_user_is_deregistered, \
	    dropped_user_who_was_not_registered_is_no_news,                 \
	    user_who_is_back_before_the_answer_is_not_registered,           \
	    faulty_reload_says_nothing, many_dropped_users_wait_in_order,   \
	    barred_user_is_deregistered,                                    \
	    dropped_private_identity_is_deregistered_alone,                 \
	    changed_profile_is_pushed, each_set_gets_its_own_push,          \
	    changed_identities_are_a_changed_profile,                       \
	    changed_default_identity_makes_the_user_register_again,         \
	    dropped_set_is_deregistered, changed_charging_is_pushed,        \
	    charging_taken_away_cannot_be_said, changed_password_is_pushed, \
	    changed_password_is_pushed_while_authentication_is_pending,     \
	    changed_password_of_one_who_is_not_there_is_no_news,            \
	    push_that_waits_is_dropped_with_its_registration

int
main(void)
{
	int failed = RUN("cx/changes", outbox_open, outbox_close, FACTS);

	return RUN("cx/changes by steps", open_by_steps, outbox_close, FACTS) |
	       failed;
}
