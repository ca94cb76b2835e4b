/*
 * Hash table: SipHash-2-4 against the vectors of its authors' paper (appendix
 * A) and reference code, SipHash-1-3 against those of another implementation,
 * growth, removal, the limits of a text.
 */
#include "tests/store/store_fixture.h"

#include "store/hash.h"

static struct hash h;
/* Like ck_assert(), which costs a system call each time, for inner loops. */
#define CHECK(is)                                        \
	do {                                             \
		if (!(is))                               \
			ck_abort_msg("not so: %s", #is); \
	} while (0)

static const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

/* The text of a reference is its number, the last digit first. */
static size_t
number_text(const void *arg, uint32_t ref, char buf[HASH_TEXT_MAX])
{
	size_t len = 0;

	for (; ref > 0; ref /= 10)
		buf[len++] = (char)('0' + ref % 10);
	return len;
}

static bool
is_number(const void *arg, uint32_t ref, const char *text, size_t len)
{
	char buf[HASH_TEXT_MAX];

	return number_text(arg, ref, buf) == len && memcmp(buf, text, len) == 0;
}

static bool
add(uint32_t ref)
{
	char buf[HASH_TEXT_MAX];
	uint32_t there;
	size_t len = number_text(NULL, ref, buf);

	return hash_add(&h, hash_of(&h, buf, len), buf, len, ref, &there);
}

static uint32_t
find(uint32_t ref)
{
	char buf[HASH_TEXT_MAX];

	return hash_find(&h, buf, number_text(NULL, ref, buf));
}

START_TEST(siphash_vectors)
{
	static const struct {
		size_t len;
		uint64_t sip24, sip13;
	} vectors[] = {
		{ 0, 0x726fdb47dd0e0e31, 0xabac0158050fc4dc },
		{ 1, 0x74f839c593dc67fd, 0xc9f49bf37d57ca93 },
		{ 7, 0xab0200f58b01d137, 0xd3927d989bb11140 },
		{ 8, 0x93f5f5799a932462, 0x369095118d299a8e },
		{ 15, 0xa129ca6149be45e5, 0xd320d86d2a519956 },
	};
	uint8_t in[16];

	for (uint8_t i = 0; i < 16; i++)
		in[i] = i;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		size_t len = vectors[i].len;

		ck_assert_uint_eq(hash_sip24(key, in, len), vectors[i].sip24);
		ck_assert_uint_eq(hash_sip(key, in, len), vectors[i].sip13);
	}
}
END_TEST

START_TEST(keys_differ)
{
	uint64_t a[2], b[2];

	ck_assert(hash_key(a));
	ck_assert(hash_key(b));
	ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

START_TEST(empty_table_has_nothing)
{
	hash_init(&h, key, is_number, NULL);
	ck_assert_uint_eq(find(1), 0);
	hash_free(&h);
}
END_TEST

static bool
take_out(uint32_t ref)
{
	char buf[HASH_TEXT_MAX];
	size_t len = number_text(NULL, ref, buf);

	return hash_remove(&h, hash_of(&h, buf, len), ref);
}

START_TEST(a_table_with_room_does_not_grow)
{
	enum { N = 2000 };

	hash_init(&h, key, is_number, NULL);
	for (uint32_t i = 1; i <= N / 2; i++)
		CHECK(add(i));
	CHECK(hash_reserve(&h, N));
	ck_assert_ptr_null(h.old);

	uint32_t nslots = h.nslots;

	for (uint32_t i = N / 2 + 1; i <= N; i++)
		CHECK(add(i));
	CHECK(hash_reserve(&h, N));
	ck_assert_uint_eq(h.nslots, nslots);
	CHECK(add(N + 1));
	ck_assert_uint_gt(h.nslots, nslots);
	for (uint32_t i = 1; i <= N + 1; i++)
		CHECK(find(i) == i);
	hash_free(&h);
}
END_TEST

START_TEST(all_are_found_while_it_grows_and_after_it_fits)
{
	enum { N = 20000 };

	hash_init(&h, key, is_number, NULL);
	for (uint32_t i = 1; i <= N; i++) {
		CHECK(add(i));
		CHECK(find(i) == i);
		CHECK(find(i / 2 + 1) == i / 2 + 1);
		CHECK(find(i + 1) == 0);
	}
	CHECK(hash_fit(&h));
	ck_assert_uint_le(h.nslots, N + N / 6 + 1);
	ck_assert_ptr_null(h.old);
	for (uint32_t i = 1; i <= N; i++)
		CHECK(find(i) == i);
	for (uint32_t i = N + 1; i <= N + 10; i++)
		CHECK(add(i));
	for (uint32_t i = 1; i <= N + 10; i++)
		CHECK(find(i) == i);
	CHECK(find(N + 11) == 0);
	hash_free(&h);
}
END_TEST

/* But for the first move, which goes on to the end of a run. */
START_TEST(growing_moves_few_slots_at_a_time)
{
	enum { N = 100000, RUN_MAX = 1000 };
	unsigned growths = 0;

	hash_init(&h, key, is_number, NULL);
	for (uint32_t i = 1; i <= N; i++) {
		uint32_t before = h.moved;
		const struct hash_slot *old = h.old;

		CHECK(add(i));
		if (h.old != old) {
			growths += h.old != NULL;
			CHECK(h.moved <= HASH_MOVES + RUN_MAX);
		} else if (before > 0) {
			CHECK(h.moved - before <= HASH_MOVES);
		}
		/* It has room to the end of the moves, and more. */
		CHECK((h.nslots - h.count) * (HASH_MOVES / 2) >=
		      h.nold - h.moved);
	}
	ck_assert_uint_gt(growths, 10);
	hash_free(&h);
}
END_TEST

/* Slots that a look at every text finds taken, in both arrays. */
static void
check_all(const bool *in, uint32_t n)
{
	uint32_t count = 0;

	for (uint32_t i = 1; i <= n; i++) {
		CHECK(find(i) == (in[i] ? i : 0));
		count += in[i];
	}
	ck_assert_uint_eq(h.count, count);
}

START_TEST(random_adding_and_removing_agrees_with_a_model)
{
	enum { N = 3000, ROUNDS = 300000 };
	static bool in[N + 1];
	uint64_t dice = 7;

	memset(in, 0, sizeof in);
	hash_init(&h, key, is_number, NULL);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		/* The range grows and shrinks, so that small tables, full
		 * ones and growth are all met. */
		uint32_t range = round % 100000 < 1000    ? 12
				 : round % 100000 < 30000 ? 300
							  : N;

		dice = dice * 6364136223846793005 + 1442695040888963407;

		uint32_t i = 1 + (uint32_t)(dice >> 33) % range;

		if ((dice >> 32 & 1) != 0) {
			CHECK(add(i) == !in[i]);
			in[i] = true;
		} else {
			CHECK(take_out(i) == in[i]);
			in[i] = false;
		}
		if (round % 5000 == 0 || (range == 12 && round % 10 == 0))
			check_all(in, N);
		if (round % 70000 == 0)
			CHECK(hash_fit(&h));
	}
	check_all(in, N);
	hash_free(&h);
}
END_TEST

/* All entries want the last slot, so they go round from there. */
START_TEST(runs_around_the_end_are_kept_together)
{
	uint32_t there;

	for (uint32_t gone = 1; gone <= 12; gone++) {
		hash_init(&h, key, is_number, NULL);
		for (uint32_t i = 1; i <= 12; i++)
			CHECK(hash_add(&h, UINT64_MAX, "", 0, i, &there));
		for (uint32_t i = 13; i <= 20; i++) { /* it grows */
			CHECK(hash_add(&h, UINT64_MAX, "", 0, i, &there));
			if (i == 13 + gone % 8)
				CHECK(hash_remove(&h, UINT64_MAX, gone));
		}
		CHECK(!hash_remove(&h, UINT64_MAX, gone));
		for (uint32_t i = 1; i <= 20; i++)
			CHECK(hash_remove(&h, UINT64_MAX, i) == (i != gone));
		ck_assert_uint_eq(h.count, 0);
		hash_free(&h);
	}
}
END_TEST

START_TEST(coming_and_going_takes_no_memory)
{
	enum { N = 1000, ROUNDS = 100 };

	hash_init(&h, key, is_number, NULL);
	for (uint32_t i = 1; i <= N; i++)
		CHECK(add(i));

	size_t octets = hash_octets(&h);

	for (uint32_t i = 1; i <= N * ROUNDS; i++) {
		CHECK(take_out(i));
		CHECK(add(i + N));
	}
	ck_assert_uint_le(hash_octets(&h), octets);
	hash_free(&h);
}
END_TEST

START_TEST(nothing_is_removed_from_an_empty_table)
{
	hash_init(&h, key, is_number, NULL);
	CHECK(!take_out(1));
	CHECK(add(1));
	CHECK(!take_out(2));
	CHECK(take_out(1));
	CHECK(!take_out(1));
	ck_assert_uint_eq(h.count, 0);
	hash_free(&h);
}
END_TEST

START_TEST(large_tables_are_found_in)
{
	enum { N = 700000 }; /* an array on huge pages */

	hash_init(&h, key, is_number, NULL);
	for (uint32_t i = 1; i <= N; i++)
		CHECK(add(i));
	ck_assert_uint_ge(hash_octets(&h), 4 << 20);
	for (uint32_t i = 1; i <= N; i += 2)
		CHECK(take_out(i));
	for (uint32_t i = 1; i <= N; i++)
		CHECK(find(i) == (i % 2 == 0 ? i : 0));
	hash_free(&h);
}
END_TEST

START_TEST(what_is_there_is_not_added_again)
{
	uint32_t there = 0;

	hash_init(&h, key, is_number, NULL);
	ck_assert(add(7));
	ck_assert(!hash_add(&h, hash_of(&h, "7", 1), "7", 1, 8, &there));
	ck_assert_uint_eq(there, 7);
	ck_assert_uint_eq(h.count, 1);
	hash_free(&h);
}
END_TEST

/* A reference with as many octets as it says. */
static bool
is_long(const void *arg, uint32_t ref, const char *text, size_t len)
{
	return len == ref;
}

START_TEST(text_has_at_most_255_octets)
{
	char text[HASH_TEXT_MAX + 1];
	uint32_t there;

	memset(text, 'x', sizeof text);
	hash_init(&h, key, is_long, NULL);
	ck_assert(hash_add(&h, hash_of(&h, text, HASH_TEXT_MAX), text,
	    HASH_TEXT_MAX, HASH_TEXT_MAX, &there));
	ck_assert_uint_eq(hash_find(&h, text, HASH_TEXT_MAX), HASH_TEXT_MAX);
	ck_assert(!hash_add(&h, 0, text, sizeof text, 1, &there));
	ck_assert_uint_eq(there, 0);
	ck_assert_uint_eq(hash_find(&h, text, sizeof text), 0);
	hash_free(&h);
}
END_TEST

START_TEST(a_full_table_takes_no_more)
{
	hash_init(&h, key, is_number, NULL);
	ck_assert(add(1));
	h.count = HASH_ENTRIES_MAX;
	ck_assert(!add(2));
	h.count = 1;
	ck_assert(add(2));
	hash_free(&h);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		siphash_vectors,
		keys_differ,
		empty_table_has_nothing,
		a_table_with_room_does_not_grow,
		all_are_found_while_it_grows_and_after_it_fits,
		growing_moves_few_slots_at_a_time,
		random_adding_and_removing_agrees_with_a_model,
		runs_around_the_end_are_kept_together,
		coming_and_going_takes_no_memory,
		nothing_is_removed_from_an_empty_table,
		large_tables_are_found_in,
		what_is_there_is_not_added_again,
		text_has_at_most_255_octets,
		a_full_table_takes_no_more,
	};

	return run_store_tests("hash", tests, sizeof tests / sizeof *tests);
}
