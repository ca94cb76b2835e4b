/*
 * Opening hssd's own folder: what a crash leaves, what is refused.
 */
#include "tests/store/store_fixture.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct store_impi *
alice(void)
{
	return impi("alice@example.org");
}

static void
restart(void)
{
	store_close(store);
	store = store_new(test_hooks());
	load_good(ALICE BOB);
}

START_TEST(the_folder_is_made)
{
	struct stat st;

	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert_int_eq(stat("db", &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	ck_assert_uint_eq(report.replayed, 0);
	ck_assert_uint_eq(report.forgotten, 0);
	ck_assert_uint_eq(report.torn, 0);
	ck_assert_int_ge(store_fd(store), 0);
}
END_TEST

START_TEST(a_folder_in_use_is_refused)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));

	struct store *first = store;

	store = store_new(test_hooks());
	load_good(ALICE);
	ck_assert(!open_db(NULL));
	ck_assert_uint_eq(nfaults, 1);
	store_close(first);
	ck_assert(open_db(NULL));
}
END_TEST

START_TEST(records_of_the_unknown_are_counted_and_not_kept)
{
	uint64_t first;

	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	ck_assert(registers(alice()->sub, "sip:s", 1));
	ck_assert(registers(impi("bob@example.org")->sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, alice(), 0, 1, &first));
	put_file("subs", BOB, sizeof BOB - 1);
	reopen();
	ck_assert_uint_eq(report.replayed, 3);
	ck_assert_uint_eq(report.forgotten, 2);
	reopen();
	ck_assert_uint_eq(report.replayed, 2); /* bob's, alice's SQN */
	ck_assert_uint_eq(report.forgotten, 1);
}
END_TEST

START_TEST(a_record_that_makes_no_sense_refuses_the_start)
{
	struct store_report r;
	struct journal *j;

	load_good(ALICE);
	ck_assert(open_db(NULL));
	j = store->journal;
	ck_assert_uint_gt(
	    journal_append(j, "sub alice@example.org x=y", 25), 0);
	ck_assert(store_sync(store));
	restart();
	r = report;
	ck_assert(!open_db(NULL));
	ck_assert_uint_eq(nfaults, 1);
	ck_assert_ptr_nonnull(
	    strstr(faults, "a word of a `sub` record is not understood"));
	ck_assert_uint_eq(r.replayed, 0);
}
END_TEST

START_TEST(damage_in_the_middle_refuses_the_start)
{
	static char text[1 << 14];

	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	ck_assert(registers(alice()->sub, "sip:one", 1));
	ck_assert(store_sync(store));
	ck_assert(registers(alice()->sub, "sip:two", 1));
	ck_assert(store_sync(store));

	size_t len = get_file("db/journal", text, sizeof text);
	char *one = strstr(text, "sip:one");

	ck_assert_ptr_nonnull(one);
	one[0] ^= 1;
	restart();
	put_file("db/journal", text, len);
	ck_assert(!open_db(NULL));
	ck_assert_ptr_nonnull(strstr(faults, "journal:2: "));
}
END_TEST

/* What was synced last is told by the number in the S-CSCF's name; it and the
 * number before may be found after a cut in the last record. */
enum { CHANGES = 3 };

/* What the records of write_changes() allow. */
static uint64_t ceiling;

static void
write_changes(void)
{
	char name[32];
	uint64_t first;

	ck_assert(open_db(NULL));
	for (int i = 1; i <= CHANGES; i++) {
		snprintf(name, sizeof name, "sip:%d", i);
		ck_assert(registers(alice()->sub, name, 1));
		ck_assert(
		    store_next_sqn(store, alice(), 0, STORE_SQN_STEP, &first));
		ck_assert(store_sync(store));
	}
	ceiling = sqn_ceiling(alice());
}

/* What the journal holds when cut at len octets: changes whose line is whole,
 * and SQNs likewise. */
static void
count_lines(const char *text, size_t len, int *changes, int *sqns)
{
	const char *line = text, *end;

	*changes = *sqns = 0;
	while (
	    (end = memchr(line, '\n', (size_t)(text + len - line))) != NULL) {
		size_t n = (size_t)(end - line);

		*changes += memmem(line, n, " sub ", 5) != NULL;
		*sqns += memmem(line, n, " sqn ", 5) != NULL;
		line = end + 1;
	}
}

static int
no_sync(int fd)
{
	return 0;
}

START_TEST(journal_cut_at_each_octet_loses_only_what_is_cut)
{
	static char text[1 << 14], state[1 << 14];
	static const struct journal_io quick = { .datasync = no_sync,
		.sync = no_sync };
	char name[32];

	load_good(ALICE BOB);
	write_changes();

	size_t len = get_file("db/journal", text, sizeof text);
	size_t state_len = get_file("db/state", state, sizeof state);
	size_t head = (size_t)(strchr(text, '\n') - text) + 1;

	for (size_t cut = len; cut >= head; cut--) {
		int changes, sqns;

		restart();
		put_file("db/journal", text, cut);
		put_file("db/state", state, state_len);
		ck_assert_msg(open_db(&quick), "cut at %zu: %s", cut, faults);
		count_lines(text, cut, &changes, &sqns);
		snprintf(name, sizeof name, "sip:%d", changes);
		ck_assert_str_eq(
		    scscf_of(alice()->sub), changes > 0 ? name : "");
		ck_assert_uint_eq(
		    alice()->seq, (uint64_t)sqns * STORE_SQN_STEP);
		ck_assert_uint_eq(report.replayed, (size_t)(changes + sqns));
		ck_assert_int_eq(
		    report.torn == 0, cut == 0 || text[cut - 1] == '\n');
	}
}
END_TEST

/* One call of the disk fails. */
static _Atomic int calls_left;

static bool
fails(void)
{
	errno = EIO;
	return calls_left-- == 0;
}

static ssize_t
failing_write(int fd, const void *octets, size_t len)
{
	return fails() ? -1 : write(fd, octets, len);
}

static int
failing_datasync(int fd)
{
	return fails() ? -1 : 0;
}

static int
failing_sync(int fd)
{
	return fails() ? -1 : 0;
}

START_TEST(a_disk_that_fails_at_any_call_loses_nothing)
{
	static const struct journal_io disk = { failing_write, failing_datasync,
		failing_sync, .retry_ms = 20 };
	bool failed = true;

	load_good(ALICE BOB);
	write_changes();
	for (int n = 0; failed; n++) {
		ck_assert_int_lt(n, 100);
		restart();
		calls_left = n;
		failed = !open_db(&disk);
		ck_assert_int_eq(failed, nfaults > 0);
		restart();
		calls_left = -1;
		ck_assert(open_db(NULL));
		ck_assert_str_eq(scscf_of(alice()->sub), "sip:3");
		ck_assert_uint_eq(alice()->seq, ceiling);
	}
}
END_TEST

START_TEST(loading_after_a_crash_in_compaction_finds_the_same)
{
	static char text[1 << 14];

	load_good(ALICE BOB);
	write_changes();

	size_t len = get_file("db/journal", text, sizeof text);

	/* The new snapshot is there, the old journal still is. */
	compact_db();
	restart();
	put_file("db/journal.old", text, len);
	ck_assert(open_db(NULL));
	ck_assert_str_eq(scscf_of(alice()->sub), "sip:3");
	ck_assert_uint_eq(alice()->seq, ceiling);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		the_folder_is_made,
		a_folder_in_use_is_refused,
		records_of_the_unknown_are_counted_and_not_kept,
		a_record_that_makes_no_sense_refuses_the_start,
		damage_in_the_middle_refuses_the_start,
		journal_cut_at_each_octet_loses_only_what_is_cut,
		a_disk_that_fails_at_any_call_loses_nothing,
		loading_after_a_crash_in_compaction_finds_the_same,
	};

	return run_store_tests("open", tests, sizeof tests / sizeof *tests);
}
