/* Pending requests by Hop-by-Hop Identifier and by time. */
#include "tests/run.h"

#include <stdlib.h>

#include "diameter/pending.h"

static struct dia_pendings all;
static struct dia_pending *p;

static void
setup(void)
{
	ck_assert(dia_pendings_init(&all));
	p = calloc(DIA_PENDING_MAX, sizeof *p);
	ck_assert_ptr_nonnull(p);
}

static void
teardown(void)
{
	while (all.n > 0)
		dia_pendings_remove(&all, dia_pendings_first(&all));
	dia_pendings_free(&all);
	free(p);
}

START_TEST(an_empty_table_finds_nothing)
{
	ck_assert_ptr_null(dia_pendings_find(&all, 0));
	ck_assert_ptr_null(dia_pendings_first(&all));
}
END_TEST

START_TEST(each_is_found_by_its_identifier_alone)
{
	static const uint32_t hbh[] = { 7, 7 + DIA_PENDING_MAX,
		7 + 2 * DIA_PENDING_MAX, UINT32_MAX, 0 };

	for (size_t i = 0; i < 5; i++) {
		p[i].hbh = hbh[i];
		dia_pendings_add(&all, &p[i]);
	}
	for (size_t i = 0; i < 5; i++)
		ck_assert_ptr_eq(dia_pendings_find(&all, hbh[i]), &p[i]);
	ck_assert_ptr_null(dia_pendings_find(&all, 7 + 3 * DIA_PENDING_MAX));
	dia_pendings_remove(&all, &p[1]);
	ck_assert_ptr_null(dia_pendings_find(&all, hbh[1]));
	ck_assert_ptr_eq(dia_pendings_find(&all, hbh[0]), &p[0]);
	ck_assert_ptr_eq(dia_pendings_find(&all, hbh[2]), &p[2]);
}
END_TEST

/* Every third is taken out of the middle before. */
START_TEST(they_come_out_by_time)
{
	uint32_t random = 1;
	uint64_t last = 0;
	size_t left = DIA_PENDING_MAX;

	for (uint32_t i = 0; i < DIA_PENDING_MAX; i++) {
		random = random * 1664525 + 1013904223;
		p[i].hbh = i;
		p[i].due_ms = random >> 16;
		dia_pendings_add(&all, &p[i]);
	}
	for (uint32_t i = 0; i < DIA_PENDING_MAX; i += 3, left--)
		dia_pendings_remove(&all, &p[i]);
	ck_assert_uint_eq(all.n, left);
	while (all.n > 0) {
		struct dia_pending *first = dia_pendings_first(&all);

		ck_assert_uint_ge(first->due_ms, last);
		ck_assert_uint_ne((first - p) % 3, 0);
		last = first->due_ms;
		dia_pendings_remove(&all, first);
		left--;
	}
	ck_assert_uint_eq(left, 0);
}
END_TEST

int
main(void)
{
	return RUN("pending", setup, teardown, an_empty_table_finds_nothing,
	    each_is_found_by_its_identifier_alone, they_come_out_by_time);
}
