/*
 * Arena: alignment, references, the longest piece, the last chunk.
 */
#include "tests/store/store_fixture.h"

static struct arena a;

START_TEST(pieces_are_zeroed_aligned_and_found_by_reference)
{
	for (size_t len = 1; len < 100; len++) {
		uint32_t ref, end;
		uint8_t *p = arena_take(&a, len, &ref);

		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % 8, 0);
		ck_assert_ptr_eq(arena_at(&a, ref), p);
		ck_assert_uint_ne(ref, 0);
		for (size_t i = 0; i < len; i++)
			ck_assert_uint_eq(p[i], 0);
		memset(p, 0xff, len);
		end = arena_end(&a, 0);
		ck_assert_uint_eq(end, ref + (len + 7) / 8);
	}
	arena_free(&a);
}
END_TEST

START_TEST(copies_lie_side_by_side)
{
	const char *one = arena_copy(&a, "abc", 3);
	const char *two = arena_copy(&a, "de", 2);

	ck_assert_ptr_eq(two, one + 3);
	ck_assert_mem_eq(one, "abcde", 5);
	ck_assert_ptr_nonnull(arena_copy(&a, "", 0));
	arena_free(&a);
}
END_TEST

START_TEST(a_piece_of_a_whole_chunk_is_the_longest)
{
	uint32_t ref;
	char *octets = calloc(1, ARENA_PIECE_MAX + 1);

	ck_assert_ptr_nonnull(arena_take(&a, ARENA_PIECE_MAX, &ref));
	ck_assert_uint_eq(ref, arena_first(0));
	ck_assert_ptr_nonnull(arena_copy(&a, octets, ARENA_PIECE_MAX));
	ck_assert_uint_eq(a.nchunks, 2);
	ck_assert_ptr_null(arena_take(&a, ARENA_PIECE_MAX + 1, &ref));
	ck_assert_ptr_null(arena_copy(&a, octets, ARENA_PIECE_MAX + 1));
	free(octets);
	arena_free(&a);
	ck_assert_uint_eq(a.nchunks, 0);
}
END_TEST

/* All chunks before the last two are one and the same, to spare the memory. */
START_TEST(the_last_chunk_has_references_of_32_bits)
{
	uint32_t ref;
	struct arena_chunk *first;

	ck_assert_ptr_nonnull(arena_take(&a, ARENA_PIECE_MAX, &ref));
	first = a.chunks[0];
	a.chunks =
	    realloc(a.chunks, ARENA_CHUNKS_MAX * sizeof(struct arena_chunk *));
	a.cap = ARENA_CHUNKS_MAX;
	a.nchunks = ARENA_CHUNKS_MAX - 1;
	for (size_t i = 0; i < a.nchunks; i++)
		a.chunks[i] = first;

	uint8_t *p = arena_take(&a, ARENA_PIECE_MAX - 8, &ref);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(ref, 0xfffe0001);
	ck_assert_ptr_eq(arena_at(&a, ref), p);
	p = arena_take(&a, 8, &ref);
	ck_assert_uint_eq(ref, 0xffffffff);
	ck_assert_ptr_eq(arena_at(&a, ref), p);
	ck_assert_ptr_null(arena_take(&a, 1, &ref));
	ck_assert_ptr_null(arena_copy(&a, "x", 1));
	ck_assert_uint_eq(a.nchunks, ARENA_CHUNKS_MAX);
	a.chunks[1] = a.chunks[ARENA_CHUNKS_MAX - 1];
	a.nchunks = 2;
	arena_free(&a);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		pieces_are_zeroed_aligned_and_found_by_reference,
		copies_lie_side_by_side,
		a_piece_of_a_whole_chunk_is_the_longest,
		the_last_chunk_has_references_of_32_bits,
	};

	return run_store_tests("arena", tests, sizeof tests / sizeof *tests);
}
