/*
 * Every allocation fails once: loading tells it and changes nothing, changes
 * are refused, nothing leaks or crashes.  Linked with --wrap.
 */
#include "tests/store/store_fixture.h"

static long left = -1; /* allocations that work; < 0: all */

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_pages_take(size_t, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_pages_take(size_t, size_t);

/* Only one fails, so that the way out is tried with memory and without. */
static bool
fails(void)
{
	return left >= 0 && left-- == 0;
}

void *
__wrap_malloc(size_t len)
{
	return fails() ? NULL : __real_malloc(len);
}

void *
__wrap_calloc(size_t n, size_t len)
{
	return fails() ? NULL : __real_calloc(n, len);
}

void *
__wrap_realloc(void *p, size_t len)
{
	return fails() ? NULL : __real_realloc(p, len);
}

void *
__wrap_pages_take(size_t len, size_t small)
{
	return fails() ? NULL : __real_pages_take(len, small);
}

static const char many[] = ALICE BOB
    "[c]\nimpi = c@c.org\nscheme = nass\nline-identifier = x\n"
    "impu = sip:c@d.org display=\"C\"\nscscf = sip:s\nvisited = a b\n"
    "impi = d@e.org\nscheme = digest\npassword = x\n"
    "impu = sip:1@1\nimpu = sip:2@2\nimpu = sip:3@3\nimpu = sip:4@4\n"
    "impu = sip:w!.*[a]!@5 wildcard\nimpu = sip:p@5 psi as=sip:as\n"
    "impu = sip:5@5\nimpu = sip:6@6\nimpu = sip:7@7\nimpu = sip:8@8\n";

START_TEST(a_new_store_without_memory_is_none)
{
	for (long n = 0; n < 2; n++) {
		left = n;
		struct store *s = store_new(test_hooks());
		left = -1;
		ck_assert_ptr_null(s);
	}
}
END_TEST

static void
fault_noted(void *arg, const char *file, unsigned line, const char *what)
{
	nfaults++;
	ck_assert_str_eq(what, "out of memory");
}

/* Loads `subs` with the allocation n failing; the number of faults, and
 * whether there were that many allocations. */
static size_t
load_failing(long n, bool *failed)
{
	const char *const files[] = { "subs" };

	nfaults = 0;
	left = n;
	size_t told = store_load(store, files, 1, fault_noted, NULL);
	*failed = left < 0;
	left = -1;
	ck_assert_uint_eq(told, nfaults);
	ck_assert(*failed || told == 0);
	return told;
}

enum { ENOUGH = 1000 }; /* allocations of such a small load */

START_TEST(loading_without_memory_is_a_fault)
{
	bool failed = true;
	long n = 0;

	put_file("subs", many, sizeof many - 1);
	for (; failed && n < ENOUGH; n++) {
		if (load_failing(n, &failed) > 0) {
			ck_assert_uint_eq(store_count(store), 0);
			continue;
		}
		/* To make a table smaller may fail without harm. */
		ck_assert_uint_eq(store_count(store), 3);
		ck_assert_ptr_nonnull(impu("sip:8@8"));
		ck_assert_ptr_nonnull(impi("alice@example.org"));
		store_close(store);
		store = store_new(test_hooks());
	}
	ck_assert(!failed);
	ck_assert_int_ge(n, 15);
}
END_TEST

START_TEST(loading_large_files_without_memory_ends)
{
	enum { LARGE = 1 << 20 };
	char *text = __real_malloc(LARGE + sizeof many);
	bool failed = true;
	long n = 0;

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', LARGE);
	memcpy(text, ALICE, sizeof ALICE - 1);
	memcpy(
	    text + LARGE, many + sizeof ALICE - 1, sizeof many - sizeof ALICE);
	put_file("subs", text, LARGE + sizeof many - sizeof ALICE);
	free(text);
	for (; failed && n < ENOUGH; n++) {
		bool good = load_failing(n, &failed) == 0;

		ck_assert_uint_eq(store_count(store), good ? 3 : 0);
		store_close(store);
		store = store_new(test_hooks());
	}
	ck_assert(!failed);
	ck_assert_int_ge(n, 20);
}
END_TEST

START_TEST(reloading_without_memory_changes_nothing)
{
	bool failed = true, told = true;
	uint64_t first;
	long n = 0;

	load_good(many);

	struct store_sub *sub = impi("alice@example.org")->sub;

	ck_assert(registers(sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, &sub->impis[0], 0, 1, &first));
	ck_assert(store_next_sqn(store, impi("c@c.org"), 0, 1, &first));
	put_file("subs", ALICE, sizeof ALICE - 1); /* c becomes an orphan */
	for (; failed && told && n < ENOUGH; n++) {
		told = load_failing(n, &failed) > 0;
		ck_assert_uint_eq(store_count(store), told ? 3 : 1);
		ck_assert_str_eq(
		    scscf_of(impi("alice@example.org")->sub), "sip:s");
		ck_assert_uint_eq(impi("alice@example.org")->seq, 1);
	}
	ck_assert(!told);
	ck_assert_int_gt(n, 10);
	load_good(many);
	ck_assert_uint_eq(impi("c@c.org")->seq, STORE_SQN_STEP);
}
END_TEST

/* The same by a thread and steps, which take memory in turns. */
static enum store_reload
reload_failing(long n, bool *failed)
{
	const char *const files[] = { "subs" };
	enum store_reload got = STORE_RELOAD_FAILED;
	bool begun = false;

	nfaults = 0;
	left = n;
	if (store_reload_begin(
		store, test_hooks(), files, 1, fault_noted, NULL)) {
		do
			got = store_reload_step(store, 1);
		while (got != STORE_RELOAD_DONE && got != STORE_RELOAD_FAILED);
		begun = true;
	}
	*failed = left < 0;
	left = -1;
	ck_assert_int_eq(nfaults > 0, begun && got == STORE_RELOAD_FAILED);
	return got;
}

START_TEST(reloading_by_steps_without_memory_changes_nothing)
{
	enum store_reload got = STORE_RELOAD_FAILED;
	bool failed = true;
	uint64_t first;
	long n = 0;

	load_good(many);

	struct store_sub *sub = impi("alice@example.org")->sub;

	ck_assert(registers(sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, impi("c@c.org"), 0, 1, &first));
	put_file("subs", ALICE, sizeof ALICE - 1);
	for (; failed && got == STORE_RELOAD_FAILED && n < ENOUGH; n++) {
		got = reload_failing(n, &failed);
		ck_assert_uint_eq(
		    store_count(store), got == STORE_RELOAD_FAILED ? 3 : 1);
		ck_assert_str_eq(
		    scscf_of(impi("alice@example.org")->sub), "sip:s");
	}
	ck_assert_int_eq(got, STORE_RELOAD_DONE);
	ck_assert_int_gt(n, 10);
	load_good(many);
	ck_assert_uint_eq(impi("c@c.org")->seq, STORE_SQN_STEP);
}
END_TEST

START_TEST(a_change_without_memory_is_refused)
{
	load_good(ALICE);
	left = 0;
	bool done = registers(impi("alice@example.org")->sub, "sip:s", 1);
	left = -1;
	ck_assert(!done);
	ck_assert_str_eq(scscf_of(impi("alice@example.org")->sub), "");
}
END_TEST

START_TEST(restoration_without_memory_is_refused)
{
	struct store_impi *alice;
	bool done = false;
	size_t len;

	load_good(ALICE);
	alice = impi("alice@example.org");
	ck_assert(registers(alice->sub, "sip:s", 1));
	for (long n = 0; !done; n++) {
		ck_assert_int_lt(n, ENOUGH);
		left = n;
		done = store_put_restoration(store, alice, 0, "info", 4);
		left = -1;
		store_restoration(store, alice, 0, &len);
		ck_assert_uint_eq(len, done ? 4 : 0);
	}
	left = 0;
	done = store_put_restoration(store, alice, 0, "other", 5);
	left = -1;
	ck_assert(!done);
	ck_assert_mem_eq(store_restoration(store, alice, 0, &len), "info", 4);
}
END_TEST

START_TEST(opening_without_memory_loses_nothing)
{
	bool opened = false;
	uint64_t first;

	load_good(many);
	ck_assert(open_db(NULL));
	ck_assert(registers(impi("alice@example.org")->sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, impi("c@c.org"), 0, 1, &first));
	for (long n = 0; !opened; n++) {
		ck_assert_int_lt(n, ENOUGH);
		store_close(store);
		store = store_new(test_hooks());
		load_good(ALICE); /* so that c is an orphan */
		left = n;
		opened = open_db(NULL);
		left = -1;
		ck_assert_int_eq(opened, nfaults == 0);
	}
	ck_assert_str_eq(scscf_of(impi("alice@example.org")->sub), "sip:s");
	load_good(many);
	ck_assert_uint_eq(impi("c@c.org")->seq, STORE_SQN_STEP);
}
END_TEST

START_TEST(adopting_without_memory_leaves_nothing)
{
	const struct sub *c;
	struct tables *to = tables_new(store->key);
	struct sub *sub = NULL;
	long n = 0;

	load_good(many);
	c = sub_of(impi("c@c.org")->sub);
	for (; sub == NULL; n++) {
		ck_assert_int_lt(n, ENOUGH);
		left = n;
		sub = tables_adopt(to, store->tables, c);
		left = -1;
		if (sub != NULL)
			break;

		struct arena_walk walk = { 0 };

		ck_assert_ptr_null(tables_next(to, &walk));
		ck_assert_uint_eq(to->count, 0);
		ck_assert_uint_eq(to->impis.count, 0);
		ck_assert_uint_eq(to->impus.count, 0);
		ck_assert_uint_eq(to->sections.count, 0);
		ck_assert_uint_eq(to->wildcards.index.count, 0);
		ck_assert_uint_eq(to->names.index.count, 0);
	}
	ck_assert_int_ge(n, 5);
	ck_assert_ptr_eq(tables_sub(to, "c", 1), sub);
	tables_free(to, &store->scscfs);
}
END_TEST

static void
no_fault(void *arg, const char *file, unsigned line, const char *what)
{
	nfaults++;
}

#define CAROL                                                      \
	"[carol]\nimpi = carol@h\nscheme = digest\npassword = x\n" \
	"impu = sip:carol@h\nprofile = gold\n"

static enum store_result
import_failing(long n)
{
	struct store_import in = { .name = "new",
		.text = CAROL,
		.len = sizeof CAROL - 1,
		.fault = no_fault };

	nfaults = 0;
	left = n;

	enum store_result result = store_import(store, &in);

	left = -1;
	ck_assert_int_eq(result == STORE_FAULTS, nfaults > 0);
	return result;
}

/* Without the memory for the last step it is there from the next start on. */
START_TEST(importing_without_memory_is_refused)
{
	enum store_result result = STORE_FAULTS;
	size_t refused = 0;

	load_good(ALICE);
	ck_assert(open_db(NULL));
	for (long n = 0; result != STORE_DONE; n++) {
		ck_assert_int_lt(n, ENOUGH);
		result = import_failing(n);
		ck_assert(result != STORE_NOT_OWN && result != STORE_BUSY);
		ck_assert_uint_eq(
		    store_count(store), result == STORE_DONE ? 2 : 1);
		refused += result != STORE_DONE;
	}
	ck_assert_uint_gt(refused, 10);
	reopen();
	ck_assert_uint_eq(store_count(store), 2);
}
END_TEST

START_TEST(deleting_without_memory_is_refused)
{
	enum store_result result = STORE_FAULTS;
	uint64_t position;

	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert_int_eq(import_failing(-1), STORE_DONE);
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	for (long n = 0; result != STORE_DONE; n++) {
		ck_assert_int_lt(n, ENOUGH);
		left = n;
		result = store_delete(store, impi("carol@h")->sub, &position);
		left = -1;
		ck_assert_int_eq(impi("carol@h") == NULL, result == STORE_DONE);
		ck_assert(result == STORE_DONE || result == STORE_NO_MEMORY ||
			  result == STORE_NO_DISK);
	}
	reopen();
	ck_assert_ptr_null(impi("carol@h"));
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		a_new_store_without_memory_is_none,
		loading_large_files_without_memory_ends,
		loading_without_memory_is_a_fault,
		reloading_without_memory_changes_nothing,
		reloading_by_steps_without_memory_changes_nothing,
		a_change_without_memory_is_refused,
		restoration_without_memory_is_refused,
		opening_without_memory_loses_nothing,
		importing_without_memory_is_refused,
		deleting_without_memory_is_refused,
		adopting_without_memory_leaves_nothing,
	};

	return run_store_tests("memory", tests, sizeof tests / sizeof *tests);
}
