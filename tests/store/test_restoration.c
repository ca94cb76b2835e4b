/*
 * S-CSCF restoration information: kept as long as a registration, over a
 * restart and a reload; its limit; reassignment pending.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

#define TWO                                           \
	"[two]\n"                                     \
	"impi = a@h\nscheme = digest\npassword = x\n" \
	"impi = b@h\nscheme = digest\npassword = x\n" \
	"impu = sip:a@h\nimpu = sip:b@h set=2\n"

static const char octets[] = "Path: <sip:p;lr>,\0 %25\xff\n"; /* and a NUL */

static bool
put(const char *name, unsigned set, size_t len)
{
	return store_put_restoration(store, impi(name), set, octets, len);
}

static size_t
kept(const char *name, unsigned set)
{
	size_t len;
	const void *p = store_restoration(store, impi(name), set, &len);

	ck_assert((p == NULL) == (len == 0));
	if (len > 0 && len <= sizeof octets)
		ck_assert_mem_eq(p, octets, len);
	return len;
}

START_TEST(it_is_kept_by_identity_and_set)
{
	load_good(TWO);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert_uint_eq(kept("a@h", 0), 0);
	ck_assert(put("a@h", 0, 5));
	ck_assert(put("b@h", 0, 6));
	ck_assert_uint_eq(kept("a@h", 0), 5);
	ck_assert_uint_eq(kept("b@h", 0), 6);
	ck_assert_uint_eq(kept("a@h", 1), 0);
	ck_assert(put("a@h", 0, 7));
	ck_assert_uint_eq(kept("a@h", 0), 7);
	ck_assert(put("a@h", 0, 0));
	ck_assert_uint_eq(kept("a@h", 0), 0);
	ck_assert_uint_eq(kept("b@h", 0), 6);
}
END_TEST

START_TEST(it_counts_while_its_identity_is_registered)
{
	load_good(TWO);
	ck_assert(put("a@h", 0, 5));
	ck_assert_uint_eq(kept("a@h", 0), 0);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert_uint_eq(kept("a@h", 0), 5);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 2));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert_uint_eq(kept("a@h", 0), 0);
}
END_TEST

/* A crash leaves the journal, which begins with the piece, beside the state,
 * which was written after its end. */
START_TEST(it_does_not_come_back_with_the_next_registration)
{
	static char journal[1 << 12];

	load_good(TWO);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	compact_db();
	ck_assert(put("a@h", 0, 5));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 0));
	ck_assert(store_sync(store));

	size_t len = get_file("db/journal", journal, sizeof journal);

	compact_db();
	put_file("db/journal.old", journal, len);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	ck_assert_uint_eq(kept("a@h", 0), 0);
	reopen();
	ck_assert_uint_eq(kept("a@h", 0), 0);
}
END_TEST

START_TEST(it_has_a_limit)
{
	static char many[STORE_RESTORATION_MAX + 1];

	load_good(TWO);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	ck_assert(!store_put_restoration(
	    store, impi("a@h"), 0, many, STORE_RESTORATION_MAX + 1));
	ck_assert(store_put_restoration(
	    store, impi("a@h"), 0, many, STORE_RESTORATION_MAX));
	ck_assert(!put("a@h", 2, 1)); /* there are two sets */
	reopen();
	ck_assert_uint_eq(kept("a@h", 0), STORE_RESTORATION_MAX);
}
END_TEST

START_TEST(it_survives_restarts_and_is_readable)
{
	char text[8192];

	load_good(TWO);
	ck_assert(open_db(NULL));
	ck_assert(put("b@h", 0, sizeof octets));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert(put("a@h", 0, 5));
	ck_assert(put("a@h", 0, 0));
	ck_assert(store_sync(store));
	text[get_file("db/journal", text, sizeof text - 1)] = '\0';
	ck_assert_ptr_nonnull(strstr(text,
	    "restoration b@h 1 Path:%20<sip:p;lr>%2C%00%20%2525%FF%0A%00\n"));
	ck_assert_ptr_nonnull(strstr(text, "restoration a@h 1\n"));
	for (int i = 0; i < 2; i++) { /* from the journal, from the state */
		reopen();
		ck_assert_uint_eq(kept("b@h", 0), sizeof octets);
		ck_assert_uint_eq(kept("a@h", 0), 0);
	}
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	reopen();
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert_uint_eq(kept("b@h", 0), 0);
}
END_TEST

START_TEST(it_goes_with_its_identity_on_reload)
{
	load_good(TWO);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert(put("a@h", 0, 5));
	ck_assert(put("b@h", 0, 6));
	load_good("[two]\nimpi = a@h\nscheme = digest\npassword = x\n"
		  "impu = sip:a@h\n");
	ck_assert_uint_eq(kept("a@h", 0), 5);
	load_good(TWO);
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert_uint_eq(kept("a@h", 0), 5);
	ck_assert_uint_eq(kept("b@h", 0), 0);
}
END_TEST

START_TEST(of_an_identity_that_is_gone_it_is_forgotten)
{
	load_good(TWO);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 3));
	ck_assert(put("b@h", 0, 6));
	load_good("[two]\nimpi = a@h\nscheme = digest\npassword = x\n"
		  "impu = sip:a@h\n");
	reopen();
	ck_assert_uint_ge(report.forgotten, 1);
	ck_assert_uint_eq(store->restorations.count, 0);
}
END_TEST

START_TEST(pending_reassignment_is_kept)
{
	struct store_reg reg;

	load_good(TWO);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("a@h")->sub, "sip:s", 1));
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert(!reg.reassign);
	reg.reassign = true;
	ck_assert(store_put_reg(store, impi("a@h")->sub, &reg));
	for (int i = 0; i < 2; i++) {
		reopen();
		store_get_reg(impi("a@h")->sub, &reg);
		ck_assert(reg.reassign);
	}
	load_good(TWO);
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert(reg.reassign);
	reg.reassign = false;
	ck_assert(store_put_reg(store, impi("a@h")->sub, &reg));
	reopen();
	store_get_reg(impi("a@h")->sub, &reg);
	ck_assert(!reg.reassign);
}
END_TEST

START_TEST(records_that_are_not_as_written_are_refused)
{
	static const char *const bad[] = {
		"restoration a@h",
		"restoration a@h 0",
		"restoration a@h 17",
		"restoration a@h 1 ",
		"restoration a@h 1 %",
		"restoration a@h 1 %g0",
		"restoration a@h x y",
	};
	static char text[RECORD_MAX];
	struct record r;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		strcpy(text, bad[i]);
		ck_assert_msg(record_parse(&r, text) != NULL, "%s", bad[i]);
	}
	size_t len = (size_t)sprintf(text, "restoration a@h 16 ");
	memset(text + len, 'x', STORE_RESTORATION_MAX);
	text[len + STORE_RESTORATION_MAX] = '\0';
	ck_assert_ptr_null(record_parse(&r, text));
	ck_assert_uint_eq(r.set, 15);
	ck_assert_uint_eq(r.octets_len, STORE_RESTORATION_MAX);
	len = (size_t)sprintf(text, "restoration a@h 16 ");
	memset(text + len, 'x', STORE_RESTORATION_MAX + 1);
	text[len + STORE_RESTORATION_MAX + 1] = '\0';
	ck_assert_ptr_nonnull(record_parse(&r, text));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		it_is_kept_by_identity_and_set,
		it_counts_while_its_identity_is_registered,
		it_does_not_come_back_with_the_next_registration,
		it_has_a_limit,
		it_survives_restarts_and_is_readable,
		it_goes_with_its_identity_on_reload,
		of_an_identity_that_is_gone_it_is_forgotten,
		pending_reassignment_is_kept,
		records_that_are_not_as_written_are_refused,
	};

	return run_store_tests(
	    "restoration", tests, sizeof tests / sizeof *tests);
}
