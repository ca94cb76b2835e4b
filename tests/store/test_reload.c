/*
 * What a reload, and a restart after the operator's files changed, keep and
 * what they lose.  Each fact is proved both ways.
 */
#include <stdio.h>

#include "tests/store/store_fixture.h"

#define KEYS "scheme = digest\npassword = x\n"
#define A "impi = a@h\n" KEYS
#define B "impi = b@h\n" KEYS
#define C "impi = c@h\n" KEYS
#define SETS "impu = sip:1@h\nimpu = sip:2@h set=2\n"

enum way { RELOAD, RESTART, WAYS };

/* The operator's new file comes into force. */
static void
change(int way, const char *text)
{
	if (way == RELOAD) {
		load_good(text);
		return;
	}
	put_file("subs", text, strlen(text));
	reopen();
}

/* a registered in set 1, b in set 2, c pending there. */
static void
register_all(void)
{
	struct store_reg reg;
	struct store_sub *sub = impi("b@h")->sub;

	store_get_reg(sub, &reg);
	reg.scscf = (struct store_scscf){ "sip:s", "host", "realm" };
	reg.sets[0].registered = (uint16_t)(1u << impi("a@h")->index);
	reg.sets[1].registered = (uint16_t)(1u << impi("b@h")->index);
	reg.sets[1].pending = (uint16_t)(1u << impi("c@h")->index);
	ck_assert(store_put_reg(store, sub, &reg));
}

static void
start(void)
{
	load_good("[x]\n" A B C SETS);
	ck_assert(open_db(NULL));
	register_all();
}

START_TEST(order_of_identities_does_not_matter)
{
	struct store_reg reg;

	start();
	change(_i, "[other]\nimpu = sip:3@h\n" SETS C B A BOB);
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert_str_eq(reg.scscf.realm, "realm");
	ck_assert_uint_eq(impi("a@h")->index, 2);
	ck_assert_uint_eq(reg.sets[0].registered, 4);
	ck_assert_uint_eq(reg.sets[1].registered, 2);
	ck_assert_uint_eq(reg.sets[1].pending, 1);
	ck_assert_str_eq(scscf_of(impi("bob@example.org")->sub), "");
}
END_TEST

START_TEST(an_impi_that_is_gone_is_not_registered)
{
	struct store_reg reg;

	start();
	change(_i, "[x]\n" B C SETS);
	change(_i, "[x]\n" A B C SETS); /* nor when it comes back */
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert_str_eq(reg.scscf.name, "sip:s");
	ck_assert_uint_eq(reg.sets[0].registered, 0);
	ck_assert_uint_eq(reg.sets[1].registered, 2);
	ck_assert_uint_eq(reg.sets[1].pending, 4);
}
END_TEST

START_TEST(a_set_that_is_gone_is_not_registered)
{
	struct store_reg reg;

	start();
	change(_i, "[x]\n" A B C "impu = sip:1@h\n");
	change(_i, "[x]\n" A B C SETS);
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert_uint_eq(reg.sets[0].registered, 1);
	ck_assert_uint_eq(reg.sets[1].registered, 0);
	ck_assert_uint_eq(reg.sets[1].pending, 0);
}
END_TEST

START_TEST(a_subscription_that_is_gone_loses_its_state)
{
	struct store_reg reg;

	start();
	change(_i, BOB);
	ck_assert_uint_eq(store->scscfs.count, 0);
	change(_i, "[x]\n" A B C SETS);
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert(reg_is_empty(&reg));
	reopen();
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert(reg_is_empty(&reg));
}
END_TEST

START_TEST(when_all_that_registered_is_gone_so_is_the_scscf)
{
	struct store_reg reg;

	load_good("[x]\n" A B SETS);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	change(_i, "[x]\n" B SETS);
	store_get_reg(impi("b@h")->sub, &reg);
	/* The record's key may be gone with it: then it's another's. */
	ck_assert(reg_is_empty(&reg));
	reopen();
	store_get_reg(impi("b@h")->sub, &reg);
	ck_assert(reg_is_empty(&reg));
}
END_TEST

START_TEST(an_scscf_without_registration_is_kept)
{
	load_good("[x]\n" A SETS);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 0));
	change(_i, "[y]\n" SETS A);
	ck_assert_str_eq(scscf_of(impi("a@h")->sub), "sip:s");
}
END_TEST

START_TEST(an_impi_that_moves_takes_no_registration_along)
{
	start();
	change(_i, "[x]\n" A C SETS "[y]\n" B "impu = sip:9@h\n");
	ck_assert_uint_eq(mask_of(impi("a@h")->sub, 0), 1);
	ck_assert_uint_eq(mask_of(impi("a@h")->sub, 1), 0);
	ck_assert_uint_eq(mask_of(impi("b@h")->sub, 0), 0);
}
END_TEST

START_TEST(a_restart_after_a_reload_finds_the_same)
{
	struct store_reg before, after;

	start();
	load_good("[x]\n" C B SETS);
	store_get_reg(impi("b@h")->sub, &before);
	before.scscf = (struct store_scscf){ 0 };
	reopen();
	store_get_reg(impi("b@h")->sub, &after);
	ck_assert_str_eq(after.scscf.name, "sip:s");
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(
		    before.sets[i].registered, after.sets[i].registered);
		ck_assert_uint_eq(
		    before.sets[i].pending, after.sets[i].pending);
	}
}
END_TEST

START_TEST(an_unchanged_reload_writes_nothing)
{
	start();

	uint64_t position = sub_of(impi("a@h")->sub)->position;

	load_good("[x]\n" A B C SETS);
	ck_assert_uint_eq(sub_of(impi("a@h")->sub)->position, position);
	ck_assert(store_sync(store));
	ck_assert_uint_eq(store_durable(store), position);
}
END_TEST

/* What a reload told: old name, old and new first identity. */
static struct change_told {
	unsigned n;
	char section[32], old[32], new[32]; /* new "": dropped */
	enum store_state state;             /* of the new one's first set */
} told;

static void
tell(void *arg, const struct store *old_store, const struct store_sub *old,
    const struct store *new_store, const struct store_sub *new)
{
	struct store_reg reg;

	ck_assert_ptr_eq(arg, &told);
	told.n++;
	snprintf(told.section, sizeof told.section, "%s", old->name);
	store_name(old_store, &old->impus[0].name, told.old, sizeof told.old);
	told.new[0] = '\0';
	if (new == NULL)
		return;
	store_name(new_store, &new->impus[0].name, told.new, sizeof told.new);
	ck_assert_ptr_eq(store_find_impi(new_store, "a@h", 3)->sub, new);
	store_get_reg(new, &reg);
	told.state = store_set_state(&reg.sets[0]);
}

START_TEST(a_reload_tells_of_who_has_an_scscf_as_it_was_and_will_be)
{
	start();
	memset(&told, 0, sizeof told);
	store_on_change(store, tell, &told);
	load_good(BOB "[y]\n" A B C "impu = sip:9@h\nimpu = sip:2@h set=2\n");
	ck_assert_uint_eq(told.n, 1);
	ck_assert_str_eq(told.section, "x");
	ck_assert_str_eq(told.old, "sip:1@h");
	ck_assert_str_eq(told.new, "sip:9@h");
	ck_assert_int_eq(told.state, STORE_REGISTERED);
	load_good(BOB);
	ck_assert_uint_eq(told.n, 2);
	ck_assert_str_eq(told.section, "y");
	ck_assert_str_eq(told.new, "");
	load_good(BOB);
	ck_assert_uint_eq(told.n, 2);
}
END_TEST

START_TEST(a_faulty_reload_tells_nothing)
{
	start();
	memset(&told, 0, sizeof told);
	store_on_change(store, tell, &told);
	ck_assert_uint_gt(load_text("[x]\nfoo = 1\n"), 0);
	ck_assert_uint_eq(told.n, 0);
	store_on_change(store, NULL, NULL);
	load_good(BOB);
	ck_assert_uint_eq(told.n, 0);
}
END_TEST

int
main(void)
{
	const TTest *const both[] = {
		order_of_identities_does_not_matter,
		an_impi_that_is_gone_is_not_registered,
		a_set_that_is_gone_is_not_registered,
		a_subscription_that_is_gone_loses_its_state,
		when_all_that_registered_is_gone_so_is_the_scscf,
		an_scscf_without_registration_is_kept,
		an_impi_that_moves_takes_no_registration_along,
	};
	Suite *suite = suite_create("reload");
	TCase *tc = tcase_create("reload");

	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	for (size_t i = 0; i < sizeof both / sizeof *both; i++)
		tcase_add_loop_test(tc, both[i], 0, WAYS);
	tcase_add_test(tc, a_restart_after_a_reload_finds_the_same);
	tcase_add_test(tc, an_unchanged_reload_writes_nothing);
	tcase_add_test(
	    tc, a_reload_tells_of_who_has_an_scscf_as_it_was_and_will_be);
	tcase_add_test(tc, a_faulty_reload_tells_nothing);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
