/*
 * What a snapshot holds that is made while the store changes, how long a slice
 * of its walk is, and a disk that is full in the middle.
 */
#include "tests/store/store_fixture.h"

#include "store/journal_impl.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { MANY = 3000, TEXT_CAP = 1 << 20 };

static char text[TEXT_CAP];

/* user0 to user(n-1), each IMPI of the same name. */
static void
load_users(int from, int n)
{
	size_t len = 0;

	for (int i = from; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "[user%d]\nimpi = user%d@example.org\n"
		    "k = 000102030405060708090a0b0c0d0e0f\n"
		    "opc = 101112131415161718191a1b1c1d1e1f\n"
		    "impu = sip:user%d@example.org\n",
		    i, i, i);
	load_good(text);
}

static struct store_impi *
user(int i)
{
	char name[64];

	snprintf(name, sizeof name, "user%d@example.org", i);
	return impi(name);
}

static uint64_t
take_sqn(int i)
{
	uint64_t first;

	ck_assert(store_next_sqn(store, user(i), 0, 1, &first));
	return first >> STORE_SQN_IND_BITS;
}

/* Everybody is registered and has an SQN. */
static void
use_all(int n)
{
	for (int i = 0; i < n; i++) {
		ck_assert(registers(user(i)->sub, "sip:first", 1));
		take_sqn(i);
	}
	ck_assert(store_sync(store));
}

/* Goes on until the walk has begun. */
static void
begin_walk(void)
{
	struct pollfd pfd = { .fd = store_fd(store), .events = POLLIN };
	struct store_work work;

	journal_want_snapshot(store->journal);
	store_work(store, &work);
	ck_assert_int_eq(work.step, STORE_SNAPSHOT_BEGUN);
	for (int left = 500; store->journal->snapshot.phase != SNAPSHOT_WALK ||
			     store->journal->snapshot.records == 0;
	     left--) {
		ck_assert_int_gt(left, 0);
		if (poll(&pfd, 1, 10) > 0)
			store_woken(store);
		store_work(store, &work);
	}
}

/* Goes on to the end of what begin_walk() began. */
static int
end_walk(void)
{
	struct pollfd pfd = { .fd = store_fd(store), .events = POLLIN };
	struct store_work work;

	for (int left = 500; left > 0; left--) {
		while (store_work(store, &work))
			continue;
		if (work.step != STORE_SNAPSHOT_NOTHING)
			return work.step;
		if (poll(&pfd, 1, 10) > 0)
			store_woken(store);
	}
	ck_abort_msg("a snapshot that never ends");
}

/* The journal that began with the snapshot is empty: all must be in state. */
static void
drop_journal(void)
{
	static const char head[] = "hssd journal 1\n";

	store_close(store);
	store = NULL;
	put_file("db/journal", head, strlen(head));
	store = store_new(test_hooks());
}

START_TEST(a_slice_is_short)
{
	struct store_work work;
	bool more = true;
	uint64_t before = 0;
	int slices = 0;

	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	begin_walk();
	while (more) {
		/* The last step may go past it, by what one user has. */
		uint64_t n = store->journal->snapshot.records - before;

		ck_assert_uint_le(n, SNAPSHOT_SLICE / SNAPSHOT_RECORD + 2);
		before += n;
		slices++;
		more = store_work(store, &work);
	}
	ck_assert_int_ge(slices, MANY * 2 / (SNAPSHOT_SLICE / SNAPSHOT_RECORD));
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
}
END_TEST

START_TEST(a_slice_of_users_with_nothing_to_tell_is_short)
{
	struct store_work work;
	size_t steps = 0;

	load_users(0, MANY);
	ck_assert(open_db(NULL));
	take_sqn(0);
	begin_walk();
	do
		steps++;
	while (store_work(store, &work));
	ck_assert_uint_ge(steps, MANY / SNAPSHOT_SLICE);
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	reopen();
	ck_assert_uint_eq(report.replayed, 1);
}
END_TEST

START_TEST(all_is_in_the_state)
{
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	ck_assert(store_put_restoration(store, user(7), 0, "octets", 6));
	begin_walk();
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	drop_journal();
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(report.replayed, 2 * MANY + 1);
	for (int i = 0; i < MANY; i++) {
		size_t len;

		ck_assert_str_eq(scscf_of(user(i)->sub), "sip:first");
		ck_assert_uint_eq(take_sqn(i), STORE_SQN_STEP + 1);
		store_restoration(store, user(i), 0, &len);
		ck_assert_uint_eq(len, i == 7 ? 6 : 0);
	}
}
END_TEST

START_TEST(changes_during_the_walk_survive)
{
	uint64_t behind, ahead;

	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	begin_walk();
	/* The walk is between these. */
	for (int i = 0; i < 2; i++) {
		int k = i == 0 ? 0 : MANY - 1;

		ck_assert(registers(user(k)->sub, "sip:second", 1));
		for (int n = 0; n < STORE_SQN_STEP; n++)
			take_sqn(k);
	}
	behind = take_sqn(0);
	ahead = take_sqn(MANY - 1);
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	ck_assert(registers(user(1)->sub, "sip:third", 1));
	reopen();
	ck_assert_str_eq(scscf_of(user(0)->sub), "sip:second");
	ck_assert_str_eq(scscf_of(user(MANY - 1)->sub), "sip:second");
	ck_assert_str_eq(scscf_of(user(1)->sub), "sip:third");
	ck_assert_str_eq(scscf_of(user(2)->sub), "sip:first");
	ck_assert_uint_gt(take_sqn(0), behind);
	ck_assert_uint_gt(take_sqn(MANY - 1), ahead);
}
END_TEST

/* _i: the users from this one on are there after the reload. */
START_TEST(a_reload_during_the_walk_loses_nothing)
{
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	begin_walk();
	load_users(_i, MANY);
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	store_close(store);
	store = store_new(test_hooks());
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	for (int i = 0; i < MANY; i++) {
		ck_assert_str_eq(
		    scscf_of(user(i)->sub), i < _i ? "" : "sip:first");
		ck_assert_uint_eq(take_sqn(i), STORE_SQN_STEP + 1);
	}
}
END_TEST

START_TEST(one_who_comes_back_behind_the_walk_keeps_his_sqns)
{
	struct store_work work;

	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	load_users(1, MANY);
	ck_assert_uint_eq(store->orphans.count, 1);
	begin_walk();
	while (!store->walk.subs_done && store_work(store, &work))
		continue;
	/* He is taken for somebody whom the walk has passed. */
	struct tables *tables = store->tables;
	struct snapshot_walk walk = store->walk;

	load_users(0, MANY);
	ck_assert_ptr_ne(store->tables, tables);
	store->walk = walk;
	store->walk.subs_done = true;
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	drop_journal();
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(take_sqn(0), STORE_SQN_STEP + 1);
}
END_TEST

/* A disk that is full for the state, and which call of it fails. */
static _Atomic int state_calls, state_fails_at;

static ssize_t
full_write(int fd, const void *octets, size_t len)
{
	char link[64], path[256];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);

	ssize_t n = readlink(link, path, sizeof path - 1);

	path[n > 0 ? n : 0] = '\0';
	if (strstr(path, "state.new") != NULL &&
	    ++state_calls >= state_fails_at) {
		errno = ENOSPC;
		return -1;
	}
	return write(fd, octets, len);
}

static void
note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	ck_abort_msg("%s:%u: %s", file, line, what);
}

static void
import(const char *sections)
{
	struct store_import in = { .name = "new",
		.text = sections,
		.len = strlen(sections),
		.fault = note_fault };

	ck_assert_int_eq(store_import(store, &in), STORE_DONE);
}

#define IMPI(name) "impi = " name "@h\nscheme = digest\npassword = x\n"
#define LONG_IMPU "impu = sip:u%d@h display=\"%0200d\"\n"

/* The first, many, and the last; each is registered. */
static void
import_row(void)
{
	size_t len = 0;

	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    i == 0 ? "[s%d]\n" IMPI("i%d") LONG_IMPU
			   : "[s%d]\n" IMPI("i%d") "impu = sip:u%d@h\n",
		    i, i, i, i);
	import(text);
	ck_assert(registers(impi("i99@h")->sub, "sip:first", 1));
	ck_assert(store_put_restoration(store, impi("i99@h"), 0, "left", 4));
}

START_TEST(one_who_is_replaced_behind_the_walk_stays_registered)
{
	struct store_sub *first;
	uint64_t position;
	size_t len;

	load_good("");
	ck_assert(open_db(NULL));
	import_row();
	compact_db();
	begin_walk();
	first = store_find_sub(store, "s0", 2);
	ck_assert_int_eq(store_delete(store, first, &position), STORE_DONE);
	snprintf(
	    text, sizeof text, "[s%d]\n" IMPI("i%d") LONG_IMPU, 99, 99, 99, 99);
	import(text);
	ck_assert_ptr_eq(impi("i99@h")->sub, first); /* takes its place */
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	reopen();
	ck_assert_str_eq(scscf_of(impi("i99@h")->sub), "sip:first");
	ck_assert_ptr_nonnull(store_restoration(store, impi("i99@h"), 0, &len));
	ck_assert_uint_eq(len, 4);
}
END_TEST

START_TEST(a_full_disk_leaves_all_as_it_was)
{
	static const struct journal_io disk = { .write = full_write };

	load_users(0, MANY);
	ck_assert(open_db(NULL));
	use_all(MANY);
	compact_db();
	store_close(store);
	store = store_new(test_hooks());
	load_users(0, MANY);
	ck_assert(open_db(&disk));
	ck_assert(registers(user(1)->sub, "sip:second", 1));
	for (int i = 1; i <= 2; i++) {
		state_calls = 0;
		state_fails_at = i;
		begin_walk();
		ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_FAILED);
		ck_assert_int_eq(store_failing(store), 0);
		ck_assert_int_ne(access("db/state.new", F_OK), 0);
		ck_assert_int_eq(access("db/journal.old", F_OK), 0);
		ck_assert(registers(
		    user(2)->sub, i == 1 ? "sip:third" : "sip:fourth", 1));
		/* Not again at once, but when its time has come. */
		ck_assert(!journal_has_grown(store->journal));
		store->journal->snapshot.not_before_s = 0;
	}
	state_fails_at = 1 << 30;
	ck_assert_int_eq(work_on(), STORE_SNAPSHOT_DONE);
	ck_assert_int_ne(access("db/journal.old", F_OK), 0);
	ck_assert(registers(user(3)->sub, "sip:fifth", 1));
	store_close(store);
	store = store_new(test_hooks());
	load_users(0, MANY);
	ck_assert(open_db(NULL));
	ck_assert_str_eq(scscf_of(user(0)->sub), "sip:first");
	ck_assert_str_eq(scscf_of(user(1)->sub), "sip:second");
	ck_assert_str_eq(scscf_of(user(2)->sub), "sip:fourth");
	ck_assert_str_eq(scscf_of(user(3)->sub), "sip:fifth");
}
END_TEST

START_TEST(a_long_journal_makes_a_snapshot_by_itself)
{
	char name[200] = "sip:";
	struct store_work work;
	int i = 0;

	memset(name + 4, 'x', sizeof name - 5);
	load_users(0, 10);
	ck_assert(open_db(NULL));
	store->journal->limit = 100000;
	do {
		ck_assert_int_lt(i, 10000);
		name[4] = (char)('a' + i % 26);
		ck_assert(registers(user(i++ % 10)->sub, name, 1));
		ck_assert(store_sync(store));
		store_work(store, &work);
	} while (work.step != STORE_SNAPSHOT_BEGUN);
	ck_assert_int_eq(end_walk(), STORE_SNAPSHOT_DONE);
	ck_assert_uint_lt(store->journal->grown, 100000);
	reopen();
	for (i = 0; i < 10; i++)
		ck_assert_uint_eq(strlen(scscf_of(user(i)->sub)), 199);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("snapshot");
	TCase *tc = tcase_create("snapshot");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_test(tc, a_slice_is_short);
	tcase_add_test(tc, a_slice_of_users_with_nothing_to_tell_is_short);
	tcase_add_test(tc, all_is_in_the_state);
	tcase_add_test(tc, changes_during_the_walk_survive);
	tcase_add_loop_test(tc, a_reload_during_the_walk_loses_nothing, 0, 2);
	tcase_add_test(tc, one_who_comes_back_behind_the_walk_keeps_his_sqns);
	tcase_add_test(
	    tc, one_who_is_replaced_behind_the_walk_stays_registered);
	tcase_add_test(tc, a_full_disk_leaves_all_as_it_was);
	tcase_add_test(tc, a_long_journal_makes_a_snapshot_by_itself);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
