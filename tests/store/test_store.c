/*
 * The store as a whole: looking up, names, walking, hooks that fail.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

START_TEST(identities_are_found_in_any_writing)
{
	load_good(ALICE);

	const struct store_sub *sub = impi("alice@EXAMPLE.org")->sub;

	ck_assert_ptr_eq(impu("sip:alice@example.org")->sub, sub);
	ck_assert_ptr_eq(impu("SIP:%61lice@Example.org:5060;x")->sub, sub);
	ck_assert_ptr_eq(impu("tel:+1-555-0001")->sub, sub);
	ck_assert_ptr_null(impu("sip:Alice@example.org"));
	ck_assert_ptr_null(impu("sips:alice@example.org"));
	ck_assert_ptr_null(impu("alice@example.org"));
	ck_assert_ptr_null(impi("Alice@example.org"));
	ck_assert_ptr_null(impi("sip:alice@example.org"));
	ck_assert_ptr_null(impu(""));
	ck_assert_ptr_null(impi(""));
}
END_TEST

/* Whether both at once gives what each alone gives. */
static void
check_pair(const char *impi_text, const char *impu_text)
{
	const struct store_pair names = { impi_text, impu_text,
		strlen(impi_text), strlen(impu_text) };
	struct store_impi *a;
	struct store_impu *b;

	store_find_pair(store, &names, &a, &b);
	ck_assert_ptr_eq(a, impi(impi_text));
	ck_assert_ptr_eq(b, impu(impu_text));
}

START_TEST(a_pair_is_what_each_alone_is)
{
	check_pair("alice@example.org", "sip:alice@example.org"); /* empty */
	load_good(ALICE BOB);
	check_pair("alice@example.org", "SIP:alice@EXAMPLE.org");
	check_pair("alice@EXAMPLE.org", "sip:bob@example.org");
	check_pair("alice@example.org", "sip:alice@example.or");
	check_pair("alice@example.or", "sip:alice@example.org");
	check_pair("alice", "sip:alice@@example.org");
	check_pair("", "sip:bob@example.org");
	check_pair("bob@example.org", "");
	check_pair("", "");
}
END_TEST

START_TEST(subscriptions_are_found_by_the_name_of_their_section)
{
	load_good(ALICE BOB);
	ck_assert_ptr_eq(
	    store_find_sub(store, "bob", 3), impi("bob@example.org")->sub);
	ck_assert_ptr_eq(
	    store_find_sub(store, "alicex", 5), impi("alice@example.org")->sub);
	ck_assert_ptr_null(store_find_sub(store, "Bob", 3));
	ck_assert_ptr_null(store_find_sub(store, "", 0));
	ck_assert_ptr_null(store_find_sub(store, "bob", 4)); /* and a NUL */
	load_good(ALICE);
	ck_assert_ptr_null(store_find_sub(store, "bob", 3));
	ck_assert_ptr_nonnull(store_find_sub(store, "alice", 5));
}
END_TEST

START_TEST(only_len_octets_are_looked_at)
{
	load_good(ALICE);
	ck_assert_ptr_nonnull(
	    store_find_impi(store, "alice@example.orgxx", 17));
	ck_assert_ptr_nonnull(
	    store_find_impu(store, "sip:alice@example.orgxx", 21));
	ck_assert_ptr_null(store_find_impi(store, "alice@example.org\0x", 19));
}
END_TEST

START_TEST(names_are_cut_at_the_buffer)
{
	char buf[32];

	load_good(ALICE);

	const struct store_name *name = &impi("alice@example.org")->name;

	for (size_t cap = 0; cap <= 20; cap++) {
		memset(buf, 'x', sizeof buf);
		ck_assert_uint_eq(store_name(store, name, buf, cap), 17);
		ck_assert_int_eq(buf[cap], 'x');
		if (cap > 0)
			ck_assert_uint_eq(
			    strlen(buf), cap <= 17 ? cap - 1 : 17);
	}
	ck_assert_str_eq(buf, "alice@example.org");
}
END_TEST

static bool
note_name(void *arg, const struct store_sub *sub)
{
	strcat(arg, sub->name);
	strcat(arg, " ");
	return true;
}

START_TEST(each_subscription_is_visited_once)
{
	char seen[64] = "";

	load_good(ALICE BOB);
	ck_assert_uint_eq(store_count(store), 2);
	store_each(store, note_name, seen);
	ck_assert_str_eq(seen, "alice bob ");
}
END_TEST

static bool
count_up(void *arg, const struct store_sub *sub)
{
	unsigned *n = arg;

	ck_assert_uint_eq((unsigned)atoi(sub->name), *n);
	return ++*n != 165000;
}

START_TEST(many_are_visited_in_order_across_chunks)
{
	enum { N = 170000 };
	FILE *f = fopen("subs", "w");
	const char *const files[] = { "subs" };
	unsigned n = 0;

	for (int i = 0; i < N; i++)
		fprintf(f,
		    "[%d]\nimpi = %d@h\nscheme = digest\npassword = x\n"
		    "impu = sip:%d@%d.h\n",
		    i, i, i, i % 777);
	fclose(f);
	ck_assert_uint_eq(store_load(store, files, 1, NULL, NULL), 0);
	ck_assert_uint_eq(store_count(store), N);
	ck_assert_uint_gt(store->tables->subs.nchunks, 1);
	store_each(store, count_up, &n);
	ck_assert_uint_eq(n, 165000);
	ck_assert_str_eq(impu("sip:19999@574.h")->sub->name, "19999");
	ck_assert_str_eq(impi("12345@h")->sub->name, "12345");
	ck_assert_ptr_null(impi("170000@h"));
}
END_TEST

static bool
no_opc(void *arg, uint8_t opc[16], const uint8_t k[16], const uint8_t op[16])
{
	return false;
}

START_TEST(a_hook_that_fails_is_a_fault)
{
	store->hooks.opc = no_opc;
	ck_assert_uint_eq(load_text("[a]\nimpi = a@h\n"
				    "k = 000102030405060708090a0b0c0d0e0f\n"
				    "op = 000102030405060708090a0b0c0d0e0f\n"
				    "impu = sip:a@h\n"),
	    1);
	ck_assert_str_eq(
	    faults, "subs:2: the key of impi a@h cannot be computed\n");
}
END_TEST

START_TEST(without_a_folder_it_works_in_memory)
{
	uint64_t first;

	load_good(ALICE);

	struct store_sub *sub = impi("alice@example.org")->sub;

	ck_assert(registers(sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, &sub->impis[0], 0, 1, &first));
	ck_assert_uint_eq(store_position(store, sub), 0);
	ck_assert_uint_eq(store_durable(store), 0);
	ck_assert_int_eq(store_fd(store), -1);
	ck_assert_int_eq(store_failing(store), 0);
	ck_assert(store_sync(store));
	store_woken(store);
}
END_TEST

START_TEST(closing_nothing_is_fine)
{
	store_close(NULL);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		identities_are_found_in_any_writing,
		a_pair_is_what_each_alone_is,
		subscriptions_are_found_by_the_name_of_their_section,
		only_len_octets_are_looked_at,
		names_are_cut_at_the_buffer,
		each_subscription_is_visited_once,
		many_are_visited_in_order_across_chunks,
		a_hook_that_fails_is_a_fault,
		without_a_folder_it_works_in_memory,
		closing_nothing_is_fine,
	};

	return run_store_tests("store", tests, sizeof tests / sizeof *tests);
}
