/* Walks that pause, and the number of those registered. */
#include "store_fixture.h"

#include <stdio.h>

enum { MANY = 6000 };

static void
load_many(void)
{
	static char text[MANY * 200];
	size_t len = 0;

	for (int i = 0; i < MANY; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "[u%d]\nimpi = u%d@example.org\n"
		    "k = 000102030405060708090a0b0c0d0e0f\n"
		    "opc = 101112131415161718191a1b1c1d1e1f\n"
		    "impu = sip:u%d@example.org\n",
		    i, i, i);
	ck_assert_uint_lt(len, sizeof text - 1);
	load_good(text);
}

START_TEST(walk_visits_each_in_order)
{
	struct store_walk walk = { 0 };
	char name[16];

	load_many();
	for (int i = 0; i < MANY; i++) {
		const struct store_sub *sub = store_next(store, &walk);

		ck_assert_ptr_nonnull(sub);
		snprintf(name, sizeof name, "u%d", i);
		ck_assert_str_eq(sub->name, name);
	}
	ck_assert_ptr_null(store_next(store, &walk));
	ck_assert_ptr_null(store_next(store, &walk));
}
END_TEST

START_TEST(walk_begins_behind_any_of_them)
{
	struct store_walk all = { 0 };
	const struct store_sub *sub, *next;

	load_many();
	sub = store_next(store, &all);
	for (int i = 1; i < MANY; i++, sub = next) {
		struct store_walk walk = store_behind(store, sub);

		next = store_next(store, &all);
		ck_assert_ptr_eq(store_next(store, &walk), next);
	}

	struct store_walk walk = store_behind(store, sub);

	ck_assert_ptr_null(store_next(store, &walk));
}
END_TEST

START_TEST(walk_of_an_empty_store_is_at_its_end)
{
	struct store_walk walk = { 0 };

	ck_assert_ptr_null(store_next(store, &walk));
	ck_assert_uint_eq(store_registered(store), 0);
}
END_TEST

START_TEST(addresses_outside_an_arena_have_no_reference)
{
	struct arena a = { 0 };
	uint32_t ref;
	uint8_t *p = arena_take(&a, 64, &ref);
	size_t chunk = 7;

	ck_assert_uint_eq(arena_ref(&a, p, &chunk), ref);
	ck_assert_uint_eq(chunk, 0);
	ck_assert_uint_eq(arena_ref(&a, p + 56, &chunk), ref + 7);
	ck_assert_uint_eq(arena_ref(&a, p + 64, &chunk), 0);
	ck_assert_uint_eq(arena_ref(&a, &a, &chunk), 0);
	arena_free(&a);
}
END_TEST

START_TEST(registered_ones_are_counted)
{
	load_good(ALICE BOB);

	struct store_sub *alice = impi("alice@example.org")->sub;
	struct store_sub *bob = impi("bob@example.org")->sub;

	ck_assert(registers(alice, "sip:s.example.org", 1));
	ck_assert_uint_eq(store_registered(store), 1);
	ck_assert(registers(alice, "sip:other.example.org", 1));
	ck_assert_uint_eq(store_registered(store), 1);
	ck_assert(registers(bob, "sip:s.example.org", 1));
	ck_assert_uint_eq(store_registered(store), 2);
	ck_assert(registers(alice, "sip:s.example.org", 0));
	ck_assert_uint_eq(store_registered(store), 1);
}
END_TEST

START_TEST(count_survives_reload_and_restart)
{
	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	ck_assert(
	    registers(impi("alice@example.org")->sub, "sip:s.example.org", 1));
	load_good(BOB ALICE);
	ck_assert_uint_eq(store_registered(store), 1);
	ck_assert(store_sync(store));
	reopen();
	ck_assert_uint_eq(store_registered(store), 1);
	load_good(BOB);
	ck_assert_uint_eq(store_registered(store), 0);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		walk_visits_each_in_order,
		walk_begins_behind_any_of_them,
		walk_of_an_empty_store_is_at_its_end,
		addresses_outside_an_arena_have_no_reference,
		registered_ones_are_counted,
		count_survives_reload_and_restart,
	};

	return run_store_tests("walk", tests, sizeof tests / sizeof *tests);
}
