/*
 * Arena: alignment, references, lengths, the last chunk, pieces that are given
 * back and taken again, walks over them.  Inner loops do without ck_assert,
 * which costs a system call each time.
 */
#include "tests/store/store_fixture.h"

static struct arena a;

/* Takes a piece and fills it behind its head. */
static uint32_t
take(size_t len)
{
	uint32_t ref;
	uint8_t *p = arena_take(&a, len, &ref);

	if (p == NULL)
		ck_abort_msg("no piece of %zu octets", len);
	memset(p + sizeof(struct arena_head), 0xff,
	    arena_len(p) - sizeof(struct arena_head));
	return ref;
}

static void
check_zero(const uint8_t *p)
{
	size_t len = arena_len(p), n = 0;

	for (size_t i = sizeof(struct arena_head); i < len; i++)
		n += p[i] != 0;
	ck_assert_uint_eq(n, 0);
}

START_TEST(pieces_are_zeroed_aligned_and_found_by_reference)
{
	for (size_t len = 4; len < 3000; len++) {
		uint32_t ref;
		size_t chunk;
		uint8_t *p = arena_take(&a, len, &ref);

		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % 8, 0);
		ck_assert_ptr_eq(arena_at(&a, ref), p);
		ck_assert_uint_ne(ref, 0);
		ck_assert_uint_eq(arena_ref(&a, p, &chunk), ref);
		check_zero(p);
		memset(p + 4, 0xff, len - 4);
	}
	arena_free(&a);
	ck_assert_uint_eq(a.nchunks, 0);
}
END_TEST

START_TEST(a_piece_is_an_eighth_longer_at_most)
{
	for (size_t len = 4; len <= ARENA_PIECE_MAX; len++) {
		uint32_t ref = take(len);
		size_t got = arena_len(arena_at(&a, ref));

		if (got < len || got > len + (len <= ARENA_FINE ? 7 : len / 8))
			ck_abort_msg("%zu octets have %zu", len, got);
		arena_give(&a, ref);
	}
	arena_free(&a);
}
END_TEST

START_TEST(a_piece_of_64_kib_is_the_longest)
{
	uint32_t ref;

	ck_assert_ptr_nonnull(arena_take(&a, ARENA_PIECE_MAX, &ref));
	ck_assert_ptr_null(arena_take(&a, ARENA_PIECE_MAX + 1, &ref));
	arena_free(&a);
}
END_TEST

/* All chunks before the last two are one and the same, to spare the memory. */
START_TEST(the_last_chunk_has_references_of_32_bits)
{
	uint32_t ref = take(ARENA_PIECE_MAX), end = 0;
	struct arena_chunk first = a.chunks[0];

	first.used = ARENA_CHUNK;
	a.chunks =
	    realloc(a.chunks, ARENA_CHUNKS_MAX * sizeof(struct arena_chunk));
	a.cap = ARENA_CHUNKS_MAX;
	a.nchunks = ARENA_CHUNKS_MAX - 1;
	for (size_t i = 0; i < a.nchunks; i++) {
		a.chunks[i] = first;
		a.chunks[i].used = ARENA_CHUNK - 8;
	}
	while (arena_take(&a, ARENA_PIECE_MAX, &ref) != NULL)
		end = ref;
	ck_assert_uint_ge(end, 0xffffffff - 2 * ARENA_PIECE_MAX / 8);
	while (arena_take(&a, 8, &ref) != NULL)
		end = ref;
	ck_assert_uint_eq(end, 0xfffffffe);
	ck_assert_uint_eq(a.nchunks, ARENA_CHUNKS_MAX);

	struct arena_walk walk = arena_behind(&a, arena_at(&a, end));

	ck_assert_ptr_null(arena_next(&a, &walk));
	a.chunks[1] = a.chunks[ARENA_CHUNKS_MAX - 1];
	a.nchunks = 2;
	arena_free(&a);
}
END_TEST

START_TEST(a_piece_given_back_is_wiped_and_taken_again)
{
	uint32_t one = take(300), two = take(300), ref;
	size_t octets = arena_octets(&a);

	arena_give(&a, one);
	arena_give(&a, two);
	for (size_t i = 8; i < 300; i++)
		ck_assert_uint_eq(((uint8_t *)arena_at(&a, one))[i], 0);
	check_zero(arena_take(&a, 300, &ref));
	ck_assert_uint_eq(ref, two);
	check_zero(arena_take(&a, 290, &ref));
	ck_assert_uint_eq(ref, one);
	ck_assert_uint_ge(arena_len(arena_at(&a, ref)), 300);
	ck_assert_uint_eq(a.nfree, 0);
	ck_assert_uint_eq(arena_octets(&a), octets);
	arena_free(&a);
}
END_TEST

START_TEST(a_piece_much_longer_or_too_short_is_not_taken)
{
	uint32_t one = take(300), two = take(100), ref;

	arena_give(&a, one);
	arena_give(&a, two);
	ck_assert_ptr_nonnull(arena_take(&a, 200, &ref));
	ck_assert_uint_ne(ref, one);
	ck_assert_uint_ne(ref, two);
	ck_assert_uint_eq(a.nfree, 2);
	arena_free(&a);
}
END_TEST

START_TEST(walks_pass_over_what_was_given_back)
{
	enum { N = 1000 };
	uint32_t refs[N];
	struct arena_walk walk = { 0 }, pausing = { 0 };

	for (int i = 0; i < N; i++)
		refs[i] = take(8 + (size_t)i % 500);
	/* It pauses before the first, then before some that go. */
	for (int i = 0; i < N; i++) {
		if (i % 3 == 0)
			arena_give(&a, refs[i]);
		else
			ck_assert_ptr_eq(
			    arena_next(&a, &pausing), arena_at(&a, refs[i]));
	}
	ck_assert_ptr_null(arena_next(&a, &pausing));
	for (int i = 0; i < N; i++) {
		if (i % 3 != 0)
			ck_assert_ptr_eq(
			    arena_next(&a, &walk), arena_at(&a, refs[i]));
	}
	ck_assert_ptr_null(arena_next(&a, &walk));
	ck_assert_ptr_null(arena_next(&a, &walk));
	/* What comes behind its end is met. */
	refs[0] = take(2000);
	ck_assert_ptr_eq(arena_next(&a, &walk), arena_at(&a, refs[0]));
	arena_free(&a);
}
END_TEST

START_TEST(a_walk_of_nothing_is_at_its_end)
{
	struct arena_walk walk = { 0 };

	ck_assert_ptr_null(arena_next(&a, &walk));

	uint32_t ref = take(8);

	ck_assert_ptr_eq(arena_next(&a, &walk), arena_at(&a, ref));
	arena_free(&a);
}
END_TEST

START_TEST(memory_does_not_grow_while_pieces_come_and_go)
{
	enum { N = 500, ROUNDS = 100000 };
	static uint32_t refs[N];
	uint64_t dice = 1;

	for (int i = 0; i < N; i++)
		refs[i] = take(100 + (size_t)i % 300);

	size_t octets = arena_octets(&a);

	for (int i = 0; i < ROUNDS; i++) {
		dice = dice * 6364136223846793005 + 1442695040888963407;

		size_t at = (dice >> 33) % N;

		arena_give(&a, refs[at]);
		refs[at] = take(100 + (dice >> 40) % 300);
	}
	ck_assert_uint_lt(arena_octets(&a), 2 * octets);
	arena_free(&a);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		pieces_are_zeroed_aligned_and_found_by_reference,
		a_piece_is_an_eighth_longer_at_most,
		a_piece_of_64_kib_is_the_longest,
		the_last_chunk_has_references_of_32_bits,
		a_piece_given_back_is_wiped_and_taken_again,
		a_piece_much_longer_or_too_short_is_not_taken,
		walks_pass_over_what_was_given_back,
		a_walk_of_nothing_is_at_its_end,
		memory_does_not_grow_while_pieces_come_and_go,
	};

	return run_store_tests("arena", tests, sizeof tests / sizeof *tests);
}
