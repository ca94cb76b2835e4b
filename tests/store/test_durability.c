/*
 * What an answer waits for with each kind of durability.  The disk is held at
 * each of its calls, and one call after the other fails: whenever the store
 * lets an answer leave, what it promises is there already.
 */
#include "tests/store/store_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	TEXT_CAP = 1 << 16,
	CRC_LEN = 8,
	CALLS_MAX = 40,
	WAIT_S = 5,
	RETRY_MS = 50,
	QUIET_MS = 100, /* longer than that */
};

/* Each call of the disk posts `reached` and takes one from `gate`. */
static sem_t reached, gate;
static _Atomic bool held;
static _Atomic int calls, fail_at, syncs;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char synced[TEXT_CAP]; /* the journal when it was last synced */

static bool
step(void)
{
	if (!held)
		return true;
	sem_post(&reached);
	while (sem_wait(&gate) < 0)
		continue;
	errno = EIO;
	return atomic_fetch_add(&calls, 1) + 1 != fail_at;
}

static ssize_t
held_write(int fd, const void *octets, size_t len)
{
	/* What fails has written half of it. */
	if (step())
		return write(fd, octets, len);

	ssize_t n = write(fd, octets, len / 2);

	errno = EIO;
	return n < 0 ? n : -1;
}

static int
held_datasync(int fd)
{
	if (!step())
		return -1;
	pthread_mutex_lock(&mutex);
	ssize_t n = pread(fd, synced, sizeof synced - 1, 0);
	synced[n > 0 ? n : 0] = '\0';
	pthread_mutex_unlock(&mutex);
	syncs++;
	return 0;
}

static int
no_sync(int fd)
{
	return 0;
}

static const struct journal_io disk = { .write = held_write,
	.datasync = held_datasync,
	.sync = no_sync,
	.retry_ms = RETRY_MS };

static void
open_with(enum store_durability durability)
{
	sem_init(&reached, 0, 0);
	sem_init(&gate, 0, 0);
	held = false;
	calls = fail_at = syncs = 0;
	synced[0] = '\0';
	load_good(ALICE BOB);
	store_set_durability(store, durability);
	ck_assert(open_db(&disk));
	held = true;
}

/* Lets go of the disk. */
static void
let_go(void)
{
	held = false;
	fail_at = 0;
	for (int i = 0; i < 4; i++)
		sem_post(&gate);
}

static bool
reaches(long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return sem_timedwait(&reached, &until) == 0;
}

/* A change, what its record has in it, and whom it is about. */
struct change {
	struct store_sub *sub;
	const char *words;
	bool awaited; /* by all */
};

static bool
is_on_disk(const char *words)
{
	pthread_mutex_lock(&mutex);
	bool is = strstr(synced, words) != NULL;
	pthread_mutex_unlock(&mutex);
	return is;
}

static bool
is_written(const char *words)
{
	static char text[TEXT_CAP];

	get_file("db/journal", text, sizeof text);

	const char *at = strstr(text, words);

	return at != NULL && strchr(at, '\n') != NULL;
}

/* Would an answer about it leave now? */
static bool
leaves(const struct change *c)
{
	uint64_t position = store_position(store, c->sub);

	return position == 0 || position <= store_durable(store);
}

static void
check_promise(const struct change *c)
{
	enum store_durability durability = store_durability(store);

	if (!leaves(c))
		return;
	if (durability == STORE_SYNC ||
	    (durability == STORE_ASYNC && c->awaited))
		ck_assert_msg(is_on_disk(c->words), "%s: too early", c->words);
	if (durability == STORE_NONE && c->awaited)
		ck_assert_msg(is_written(c->words), "%s: too early", c->words);
}

static const char first_scscf[] = "scscf=sip:one";
static const char first_sqn[] = "sqn bob@example.org 64";

/* Whether the disk is asked for more; for what has to come it waits longer. */
static bool
goes_on(const struct change changes[2])
{
	for (int ms = 0; ms < WAIT_S * 1000; ms += QUIET_MS) {
		if (reaches(QUIET_MS))
			return true;
		if (leaves(&changes[0]) && leaves(&changes[1]) &&
		    store_failing(store) == 0)
			return false;
	}
	return false;
}

/* A registration, and SQNs of somebody else; checks them until both answers
 * have left and the disk is not asked for anything. */
static void
run(int fail)
{
	struct store_sub *alice = impi("alice@example.org")->sub;
	struct store_impi *bob = impi("bob@example.org");
	struct change changes[] = {
		{ alice, first_scscf, false },
		{ bob->sub, first_sqn, true },
	};
	uint64_t first;
	bool failed = false;

	fail_at = fail;
	ck_assert(registers(alice, "sip:one", 1));
	check_promise(&changes[0]);
	/* The registration is in a group of its own. */
	ck_assert(reaches(WAIT_S * 1000L));
	ck_assert(store_next_sqn(store, bob, 0, 1, &first));
	for (int i = 0; i < CALLS_MAX; i++) {
		check_promise(&changes[0]);
		check_promise(&changes[1]);
		sem_post(&gate);
		if (!goes_on(changes))
			break;
		failed = failed || store_failing(store) != 0;
	}
	ck_assert_int_eq(failed, fail != 0);
	ck_assert_int_eq(store_failing(store), 0);
	ck_assert(leaves(&changes[0]) && leaves(&changes[1]));
	check_promise(&changes[0]);
	check_promise(&changes[1]);
	let_go();
}

static const enum store_durability modes[] = { STORE_SYNC, STORE_ASYNC,
	STORE_NONE };
/* The calls of each: a write and a sync for each group, but for the sync of
 * the first that nobody waits for, and for none at all. */
static const int ncalls[] = { 4, 3, 2 };

START_TEST(no_answer_leaves_early)
{
	open_with(modes[_i]);
	run(0);
	ck_assert_int_eq(calls, ncalls[_i]);
}
END_TEST

START_TEST(no_answer_leaves_early_when_a_call_fails)
{
	for (int n = 1; n <= ncalls[_i]; n++) {
		open_with(modes[_i]);
		run(n);
		store_close(store);
		store = store_new(test_hooks());
		load_good(ALICE BOB);
		ck_assert(open_db(NULL));
		ck_assert_str_eq(
		    scscf_of(impi("alice@example.org")->sub), "sip:one");
		ck_assert_uint_eq(impi("bob@example.org")->seq, 64);
		store_teardown();
		store_setup();
	}
}
END_TEST

/* The next ceiling is raised early, so it has half a step's time. */
START_TEST(numbers_wait_only_for_the_ceiling_that_allows_them)
{
	struct store_impi *bob;
	uint64_t first;

	open_with(modes[_i]);
	held = false;
	bob = impi("bob@example.org");
	ck_assert(
	    store_next_sqn(store, bob, 0, STORE_SQN_STEP / 2 - 1, &first));
	ck_assert(store_sync(store));
	held = true;
	ck_assert(store_next_sqn(store, bob, 0, 1, &first));
	ck_assert(store_next_sqn(store, bob, 0, STORE_SQN_STEP / 2, &first));
	ck_assert(reaches(WAIT_S * 1000L));
	ck_assert_uint_eq(store_position(store, bob->sub), 0);
	ck_assert(store_next_sqn(store, bob, 0, 1, &first));
	ck_assert_uint_ne(store_position(store, bob->sub), 0);
	ck_assert(!is_on_disk("sqn bob@example.org 128"));
	let_go();
	ck_assert(store_sync(store));
	ck_assert_uint_eq(store_position(store, bob->sub), 0);
}
END_TEST

START_TEST(registrations_wait_with_sync_alone)
{
	struct store_sub *alice;

	open_with(modes[_i]);
	alice = impi("alice@example.org")->sub;
	ck_assert(registers(alice, "sip:one", 1));
	ck_assert_int_eq(
	    store_position(store, alice) != 0, modes[_i] == STORE_SYNC);
	let_go();
}
END_TEST

START_TEST(async_syncs_within_about_a_second)
{
	open_with(STORE_ASYNC);
	held = false;
	for (int i = 0; i < 100; i++) {
		char name[16];

		snprintf(name, sizeof name, "sip:%d", i);
		ck_assert(registers(impi("alice@example.org")->sub, name, 1));
		usleep(100);
	}
	ck_assert_int_eq(syncs, 0);
	for (int i = 0; i < 500 && syncs == 0; i++)
		usleep(10000);
	ck_assert_int_eq(syncs, 1);
	ck_assert(is_on_disk("scscf=sip:99"));
}
END_TEST

START_TEST(a_failing_sync_is_told_with_async)
{
	open_with(STORE_ASYNC);
	fail_at = 2;
	ck_assert(registers(impi("alice@example.org")->sub, "sip:one", 1));
	for (int i = 0; i < 2; i++) {
		ck_assert(reaches(WAIT_S * 1000L));
		sem_post(&gate);
	}
	for (int i = 0; i < 500 && store_failing(store) == 0; i++)
		usleep(10000);
	ck_assert_int_eq(store_failing(store), EIO);
	ck_assert(!registers(impi("bob@example.org")->sub, "sip:two", 1));
	let_go();
	ck_assert(store_sync(store) || store_failing(store) != 0);
	for (int i = 0; i < 500 && store_failing(store) != 0; i++)
		usleep(10000);
	ck_assert(is_on_disk(first_scscf));
}
END_TEST

START_TEST(none_syncs_at_the_end_alone)
{
	open_with(STORE_NONE);
	held = false;
	ck_assert(registers(impi("alice@example.org")->sub, "sip:one", 1));
	ck_assert(store_sync(store));
	ck_assert(is_written(first_scscf));
	ck_assert_int_eq(syncs, 0);
	store_close(store);
	ck_assert(is_on_disk(first_scscf));
	store = store_new(test_hooks());
}
END_TEST

/* The number after the checksum of the line that holds these words. */
static unsigned long
mark_of(const char *text, const char *words)
{
	const char *at = strstr(text, words);

	ck_assert_ptr_nonnull(at);
	while (at[-1] != '\n')
		at--;
	return strtoul(at + CRC_LEN, NULL, 10);
}

START_TEST(marks_tell_what_was_synced)
{
	static char text[TEXT_CAP];
	struct store_sub *alice;
	const char *names[] = { "sip:a", "sip:b", "sip:c" };

	open_with(modes[_i]);
	held = false;
	alice = impi("alice@example.org")->sub;
	for (int i = 0; i < 3; i++) {
		ck_assert(registers(alice, names[i], 1));
		for (int k = 0; k < 500 && !is_written(names[i]); k++)
			usleep(10000);
		if (i == 1)
			ck_assert(store_sync(store));
		else if (modes[_i] == STORE_SYNC)
			ck_assert(store_sync(store));
	}
	get_file("db/journal", text, sizeof text);

	unsigned long head = strlen("hssd journal 1\n");
	unsigned long last = mark_of(text, "sip:c");

	ck_assert_uint_eq(mark_of(text, "sip:a"), head);
	if (modes[_i] == STORE_SYNC)
		ck_assert_uint_gt(mark_of(text, "sip:b"), head);
	else
		ck_assert_uint_eq(mark_of(text, "sip:b"), head);
	if (modes[_i] == STORE_NONE)
		ck_assert_uint_eq(last, head);
	else
		ck_assert_uint_gt(last, head);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("durability");
	TCase *tc = tcase_create("durability");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_loop_test(tc, no_answer_leaves_early, 0, 3);
	tcase_add_loop_test(
	    tc, numbers_wait_only_for_the_ceiling_that_allows_them, 0, 3);
	tcase_add_loop_test(tc, no_answer_leaves_early_when_a_call_fails, 0, 3);
	tcase_add_loop_test(tc, registrations_wait_with_sync_alone, 0, 3);
	tcase_add_test(tc, async_syncs_within_about_a_second);
	tcase_add_test(tc, a_failing_sync_is_told_with_async);
	tcase_add_test(tc, none_syncs_at_the_end_alone);
	tcase_add_loop_test(tc, marks_tell_what_was_synced, 0, 3);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
