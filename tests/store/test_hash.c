/*
 * Hash table: SipHash-2-4 against the vectors of its authors' paper (appendix
 * A) and reference code, growth, the limits of a text.
 */
#include "tests/store/store_fixture.h"

#include "store/hash.h"

#include <stdio.h>

static struct hash h;
static const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

/* The text of a reference is its number. */
static size_t
number_text(const void *arg, uint32_t ref, char buf[HASH_TEXT_MAX])
{
	return (size_t)snprintf(buf, HASH_TEXT_MAX, "%u", ref);
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
	uint8_t in[16];

	for (uint8_t i = 0; i < 16; i++)
		in[i] = i;
	ck_assert_uint_eq(hash_sip(key, in, 0), 0x726fdb47dd0e0e31);
	ck_assert_uint_eq(hash_sip(key, in, 1), 0x74f839c593dc67fd);
	ck_assert_uint_eq(hash_sip(key, in, 7), 0xab0200f58b01d137);
	ck_assert_uint_eq(hash_sip(key, in, 8), 0x93f5f5799a932462);
	ck_assert_uint_eq(hash_sip(key, in, 15), 0xa129ca6149be45e5);
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
	hash_init(&h, key, number_text, NULL);
	ck_assert_uint_eq(find(1), 0);
	hash_free(&h);
}
END_TEST

START_TEST(all_are_found_while_it_grows_and_after_it_fits)
{
	enum { N = 20000 };

	hash_init(&h, key, number_text, NULL);
	for (uint32_t i = 1; i <= N; i++) {
		ck_assert(add(i));
		ck_assert_uint_eq(find(i), i);
		ck_assert_uint_eq(find(i + 1), 0);
	}
	ck_assert(hash_fit(&h));
	ck_assert_uint_le(h.nslots, N + N / 4 + 1);
	for (uint32_t i = 1; i <= N; i++)
		ck_assert_uint_eq(find(i), i);
	/* Now it has to look at the texts to grow. */
	for (uint32_t i = N + 1; i <= N + 10; i++)
		ck_assert(add(i));
	for (uint32_t i = 1; i <= N + 10; i++)
		ck_assert_uint_eq(find(i), i);
	ck_assert_uint_eq(find(N + 11), 0);
	hash_free(&h);
}
END_TEST

START_TEST(what_is_there_is_not_added_again)
{
	uint32_t there = 0;

	hash_init(&h, key, number_text, NULL);
	ck_assert(add(7));
	ck_assert(!hash_add(&h, hash_of(&h, "7", 1), "7", 1, 8, &there));
	ck_assert_uint_eq(there, 7);
	ck_assert_uint_eq(h.count, 1);
	hash_free(&h);
}
END_TEST

/* A reference with as many octets as it says. */
static size_t
long_text(const void *arg, uint32_t ref, char buf[HASH_TEXT_MAX])
{
	memset(buf, 'x', ref);
	return ref;
}

START_TEST(text_has_at_most_255_octets)
{
	char text[HASH_TEXT_MAX + 1];
	uint32_t there;

	memset(text, 'x', sizeof text);
	hash_init(&h, key, long_text, NULL);
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
	hash_init(&h, key, number_text, NULL);
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
		all_are_found_while_it_grows_and_after_it_fits,
		what_is_there_is_not_added_again,
		text_has_at_most_255_octets,
		a_full_table_takes_no_more,
	};

	return run_store_tests("hash", tests, sizeof tests / sizeof *tests);
}
