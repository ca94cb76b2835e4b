/* Choosing an S-CSCF by capability (TS 29.228, 6.7), and knowing the one that
 * is assigned. */
#include "cx/local.h"
#include "tests/run.h"

#include <stdio.h>
#include <string.h>

/* --- Choosing --- */

static const uint32_t caps[] = { 1, 2, 3, 4 };
static const struct cx_scscf pool[4] = {
	{ "sip:none.example", NULL, 0 },
	{ "sip:one.example", caps, 1 },
	{ "sip:two.example", caps, 2 },
	{ "sip:four.example", caps, 4 },
};

/* Capabilities stand behind the IMPUs, of which there are none here. */
static struct store_impu *
behind(uint32_t *capabilities)
{
	return (void *)capabilities;
}

/* Of the first n of the pool, for a subscription with these capabilities. */
static const char *
choose(size_t n, const char *name, unsigned nmandatory, unsigned noptional,
    uint32_t *capabilities)
{
	const struct cx cx = { .conf = { .scscfs = pool, .nscscfs = n } };
	const struct store_sub sub = { .name = name,
		.nmandatory = (uint8_t)nmandatory,
		.noptional = (uint8_t)noptional,
		.impus = behind(capabilities) };

	return cx_choose_scscf(&cx, &sub);
}

START_TEST(empty_pool_offers_none)
{
	ck_assert_ptr_null(choose(0, "alice", 0, 0, NULL));
}
END_TEST

START_TEST(fixed_scscf_goes_before_any_pool)
{
	uint32_t want[] = { 99 };
	const struct cx cx = { .conf = { .scscfs = pool, .nscscfs = 4 } };
	const struct store_sub sub = { .name = "alice",
		.nmandatory = 1,
		.impus = behind(want),
		.fixed_scscf = "sip:fixed.example" };

	ck_assert_str_eq(cx_choose_scscf(&cx, &sub), "sip:fixed.example");
}
END_TEST

START_TEST(every_mandatory_capability_is_needed)
{
	uint32_t two[] = { 2 }, three[] = { 1, 3 };

	ck_assert_str_eq(choose(3, "alice", 1, 0, two), "sip:two.example");
	ck_assert_str_eq(choose(4, "alice", 2, 0, three), "sip:four.example");
	ck_assert_ptr_null(choose(3, "alice", 2, 0, three));
	ck_assert_ptr_null(choose(1, "alice", 1, 0, two));
}
END_TEST

START_TEST(most_optional_capabilities_win)
{
	uint32_t want[] = { 1, 2, 4 };

	ck_assert_str_eq(choose(1, "alice", 0, 3, want), "sip:none.example");
	ck_assert_str_eq(choose(2, "alice", 0, 3, want), "sip:one.example");
	ck_assert_str_eq(choose(3, "alice", 0, 3, want), "sip:two.example");
	ck_assert_str_eq(choose(4, "alice", 0, 3, want), "sip:four.example");
}
END_TEST

START_TEST(optional_capabilities_replace_no_mandatory_one)
{
	uint32_t want[] = { 5, 1, 2, 3 };

	ck_assert_ptr_null(choose(4, "alice", 1, 3, want));
	want[0] = 1;
	want[1] = 77;
	ck_assert_str_eq(choose(2, "alice", 1, 1, want), "sip:one.example");
}
END_TEST

START_TEST(equals_share_the_users_and_each_stays_where_it_is)
{
	uint32_t want[] = { 1 };
	unsigned users[4] = { 0 };

	for (unsigned i = 0; i < 3000; i++) {
		char name[16];
		const char *chosen;

		snprintf(name, sizeof name, "user%u", i);
		chosen = choose(4, name, 1, 0, want);
		ck_assert_ptr_nonnull(chosen);
		ck_assert_ptr_eq(chosen, choose(4, name, 1, 0, want));
		for (unsigned k = 0; k < 4; k++)
			users[k] += chosen == pool[k].name;
	}
	ck_assert_uint_eq(users[0], 0);
	for (unsigned k = 1; k < 4; k++) {
		ck_assert_uint_gt(users[k], 800);
		ck_assert_uint_lt(users[k], 1200);
	}
}
END_TEST

START_TEST(offer_is_a_name_or_else_capabilities)
{
	uint32_t want[] = { 1 };
	const struct cx cx = { .conf = { .scscfs = pool, .nscscfs = 2 } };
	struct store_sub sub = {
		.name = "alice", .nmandatory = 1, .impus = behind(want)
	};
	struct cx_answer ans = { .sub = &sub };

	cx_offer_scscf(&cx, &ans);
	ck_assert_str_eq(ans.server_name, "sip:one.example");
	ck_assert(!ans.capabilities);
	want[0] = 9;
	cx_offer_scscf(&cx, &ans);
	ck_assert_ptr_null(ans.server_name);
	ck_assert(ans.capabilities);
}
END_TEST

/* --- Knowing --- */

static const struct store_scscf assigned = { "sip:s.ims.example:6060",
	"s.ims.example", "ims.example" };

static bool
same_as(const struct store_scscf *scscf, const char *name, const char *host,
    const char *realm)
{
	const struct cx_request rq = { .server_name = dia_slice_str(name),
		.origin_host = dia_slice_str(host),
		.origin_realm = dia_slice_str(realm) };

	return cx_same_scscf(scscf, &rq);
}

START_TEST(name_in_any_case_is_the_same_from_any_host)
{
	ck_assert(same_as(&assigned, "sip:s.ims.example:6060", "s.ims.example",
	    "ims.example"));
	ck_assert(same_as(&assigned, "SIP:S.IMS.example:6060",
	    "elsewhere.example", "other.example"));
}
END_TEST

START_TEST(other_name_is_another_from_the_same_host)
{
	static const char *const names[] = { "", "sip:", "sip:s.ims.example",
		"sip:s.ims.example:6061", "sip:s.ims.example:60600",
		"sip:ims.exampl", "sip:ims.example1", "sips:ims.example" };

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		ck_assert_msg(!same_as(&assigned, names[i], "s.ims.example",
				  "ims.example"),
		    "%s", names[i]);
}
END_TEST

START_TEST(realm_for_a_name_needs_the_host)
{
	ck_assert(same_as(
	    &assigned, "sip:ims.example", "S.ims.example", "IMS.example"));
	ck_assert(!same_as(
	    &assigned, "sip:ims.example", "t.ims.example", "ims.example"));
	ck_assert(!same_as(
	    &assigned, "sip:ims.example", "s.ims.example", "other.example"));
}
END_TEST

START_TEST(name_after_a_realm_needs_the_host)
{
	const struct store_scscf nameless = { "sip:ims.example",
		"s.ims.example", "ims.example" };

	ck_assert(same_as(&nameless, "sip:s.ims.example:6060", "s.ims.example",
	    "ims.example"));
	ck_assert(!same_as(&nameless, "sip:s.ims.example:6060", "t.ims.example",
	    "ims.example"));
}
END_TEST

START_TEST(nobody_is_the_same_as_none)
{
	const struct store_scscf none = { 0 };
	const struct store_scscf hostless = { "sip:s.ims.example", NULL, NULL };

	ck_assert(!same_as(&none, "", "s.ims.example", "ims.example"));
	ck_assert(
	    !same_as(&none, "sip:ims.example", "s.ims.example", "ims.example"));
	ck_assert(!same_as(
	    &hostless, "sip:ims.example", "s.ims.example", "ims.example"));
	ck_assert(same_as(
	    &hostless, "sip:s.ims.example", "s.ims.example", "ims.example"));
}
END_TEST

START_TEST(sender_has_names_of_255_octets_at_most)
{
	static char text[STORE_NAME_MAX + 2];
	struct cx_request rq = { .server_name = dia_slice_str("sip:a"),
		.origin_realm = dia_slice_str("ims.example") };
	struct cx_sender from;

	memset(text, 'h', sizeof text - 1);
	rq.origin_host = dia_slice_str(text);
	ck_assert(!cx_sender(&from, &rq));
	rq.origin_host.len = STORE_NAME_MAX;
	ck_assert(cx_sender(&from, &rq));
	ck_assert_uint_eq(strlen(cx_sender_scscf(&from).host), STORE_NAME_MAX);
	text[100] = '\0';
	ck_assert(!cx_sender(&from, &rq));
}
END_TEST

int
main(void)
{
	return RUN("cx/scscf", NULL, NULL, empty_pool_offers_none,
	    fixed_scscf_goes_before_any_pool,
	    every_mandatory_capability_is_needed,
	    most_optional_capabilities_win,
	    optional_capabilities_replace_no_mandatory_one,
	    equals_share_the_users_and_each_stays_where_it_is,
	    offer_is_a_name_or_else_capabilities,
	    name_in_any_case_is_the_same_from_any_host,
	    other_name_is_another_from_the_same_host,
	    realm_for_a_name_needs_the_host, name_after_a_realm_needs_the_host,
	    nobody_is_the_same_as_none, sender_has_names_of_255_octets_at_most);
}
