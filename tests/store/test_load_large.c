/*
 * Files so large that a thread reads them: nothing is lost on the way, and the
 * faults are those of a small file, in the same order.
 */
#include "tests/store/store_fixture.h"

#include "store/load.h"

#include <stdarg.h>
#include <stdio.h>

enum { LARGE = 1200000, SECTIONS = 12000, MIXED = 90 };

static char text[3 * LARGE];
static size_t len;

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
add(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	len += (size_t)vsnprintf(text + len, sizeof text - len, format, ap);
	va_end(ap);
	ck_assert_uint_lt(len, sizeof text);
}

static void
add_section(unsigned n, unsigned imsi)
{
	add("[s%u]\nimpi = %u@example.org\n"
	    "k = 000102030405060708090a0b0c0d0e0f\n"
	    "opc = 101112131415161718191a1b%08x\n"
	    "impu = sip:%u@example.org display=\"%u\"\nimpu = tel:+%u\n",
	    n, imsi, n, n, n, n);
}

/* Comments, up to this length. */
static void
pad(size_t to)
{
	while (len < to)
		add("# nothing\n");
}

static void
note(void *arg, const char *file, unsigned line, const char *what)
{
	char *told = arg;

	sprintf(told + strlen(told), "%s:%u: %s\n", file, line, what);
}

START_TEST(every_section_of_a_large_file_is_there)
{
	len = 0;
	for (unsigned n = 0; n < SECTIONS; n++)
		add_section(n, n);
	ck_assert_uint_gt(len, LARGE);
	load_good(text);
	ck_assert_uint_eq(store_count(store), SECTIONS);
	for (unsigned n = 0; n < SECTIONS; n++) {
		char name[64];
		uint8_t last[4] = { 0, 0, (uint8_t)(n >> 8), (uint8_t)n };

		snprintf(name, sizeof name, "%u@example.org", n);
		ck_assert_mem_eq(impi(name)->u.aka.opc + 12, last, 4);
		snprintf(name, sizeof name, "tel:+%u", n);
		ck_assert_ptr_eq(impu(name)->sub->impus + 1, impu(name));
		snprintf(name, sizeof name, "sip:%u@example.org", n);
		ck_assert_uint_eq(strtoul(impu(name)->display, NULL, 10), n);
	}
}
END_TEST

START_TEST(faults_of_a_large_file_are_those_of_a_small_one)
{
	static char small[sizeof faults];

	len = 0;
	for (unsigned n = 0; n < MIXED; n++) {
		add_section(n, n);
		if (n % 9 == 1) /* of the line, after one of the tables */
			add_section(n - 1, n);
		if (n % 9 == 2)
			add_section(1000 + n, n);
		if (n % 9 == 4)
			add("barred = maybe\n\xff\n[x\n");
		if (n % 9 == 6)
			add("[empty%u]\n", n);
	}
	load_text(text);
	memcpy(small, faults, sizeof small);
	ck_assert_ptr_nonnull(strstr(small, "section [s0] is at subs:1"));
	ck_assert_ptr_nonnull(strstr(small, "impi 2@example.org is at"));
	pad(LARGE);
	load_text(text);
	ck_assert_str_eq(faults, small);
	ck_assert_uint_eq(store_count(store), 0);
}
END_TEST

START_TEST(faults_of_a_large_file_are_counted)
{
	len = 0;
	for (unsigned n = 0; n < LARGE / 2; n++)
		add("x\n");
	ck_assert_uint_eq(load_text(text), LOAD_FAULTS_MAX + 1);
	ck_assert_ptr_nonnull(
	    strstr(faults, "subs:0: 599900 more faults are not told\n"));
}
END_TEST

START_TEST(a_line_may_have_more_faults_than_a_batch)
{
	len = 0;
	add(ALICE "impu = sip:b@example.org");
	for (unsigned n = 0; n < LOAD_BATCH_ITEMS + 100; n++)
		add(" x");
	ck_assert_uint_eq(load_text(text), LOAD_FAULTS_MAX + 1);
	ck_assert_ptr_nonnull(
	    strstr(faults, "subs:0: 512 more faults are not told\n"));
	add("\n");
	pad(LARGE);
	ck_assert_uint_eq(load_text(text), LOAD_FAULTS_MAX + 1);
	ck_assert_ptr_nonnull(
	    strstr(faults, "subs:0: 512 more faults are not told\n"));
}
END_TEST

START_TEST(files_may_be_large_together)
{
	const char *const files[] = { "one", "two", "missing" };
	char told[256] = "";

	len = 0;
	add_section(1, 1);
	pad(LARGE / 2);
	put_file("one", text, len);
	put_file("two", text, len);
	ck_assert_uint_eq(store_load(store, files, 3, note, told), 2);
	ck_assert_str_eq(told, "two:1: section [s1] is at one:1 already\n"
			       "missing:0: cannot be opened: No such file or "
			       "directory\n");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		every_section_of_a_large_file_is_there,
		faults_of_a_large_file_are_those_of_a_small_one,
		faults_of_a_large_file_are_counted,
		a_line_may_have_more_faults_than_a_batch,
		files_may_be_large_together,
	};

	return run_store_tests("load_large", tests, 5);
}
