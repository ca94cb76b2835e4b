/*
 * Sequence numbers (TS 33.102, 6.3 and annex C): never one twice.
 */
#include "tests/store/store_fixture.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEQ(sqn) ((sqn) >> STORE_SQN_IND_BITS)

static struct store_impi *
alice(void)
{
	return impi("alice@example.org");
}

/* The SEQ of the first of n numbers. */
static uint64_t
next(unsigned n)
{
	uint64_t first;

	ck_assert(store_next_sqn(store, alice(), 0, n, &first));
	return SEQ(first);
}

static bool
resync_to(uint64_t seq)
{
	return store_resync(store, alice(), seq << STORE_SQN_IND_BITS | 7);
}

START_TEST(seq_counts_up_and_ind_is_the_callers)
{
	uint64_t first;

	load_good(ALICE);
	ck_assert(store_next_sqn(store, alice(), 0, 1, &first));
	ck_assert_uint_eq(first, 1 << 5 | 0);
	ck_assert(store_next_sqn(store, alice(), 31, 3, &first));
	ck_assert_uint_eq(first, 2 << 5 | 31);
	ck_assert(store_next_sqn(store, alice(), 5, 1, &first));
	ck_assert_uint_eq(first, 5 << 5 | 5);
}
END_TEST

START_TEST(ind_of_32_and_no_number_at_all_are_refused)
{
	uint64_t first;

	load_good(ALICE);
	ck_assert(!store_next_sqn(store, alice(), 32, 1, &first));
	ck_assert(!store_next_sqn(store, alice(), 0, 0, &first));
	ck_assert_uint_eq(next(1), 1);
}
END_TEST

START_TEST(seq_ends_at_43_bits)
{
	uint64_t first;

	load_good(ALICE);
	ck_assert(resync_to(SQN_SEQ_MAX - 70));
	ck_assert_uint_eq(next(5), SQN_SEQ_MAX - 69);
	ck_assert(!store_next_sqn(store, alice(), 0, 66, &first));
	ck_assert(store_next_sqn(store, alice(), 31, 65, &first));
	ck_assert_uint_eq(SEQ(first), SQN_SEQ_MAX - 64);
	ck_assert_uint_eq(
	    first + 64 * 32, ((uint64_t)1 << 48) - 1); /* the last one */
	ck_assert(!store_next_sqn(store, alice(), 0, 1, &first));
	ck_assert(resync_to(SQN_SEQ_MAX));
	ck_assert(!store_next_sqn(store, alice(), 0, 1, &first));
}
END_TEST

/* How many records there are. */
static uint64_t
records(void)
{
	ck_assert(store_sync(store));
	return store_durable(store);
}

/* The second record comes when half of the first is used up, if as many as
 * that and a step fit, each other one a step after that. */
static void
assert_step(unsigned step)
{
	unsigned room = SQN_NONE - 1 - step;
	unsigned early = step / 2 < room ? step / 2 : room;

	ck_assert(store_set_sqn_step(store, step));
	ck_assert(resync_to(alice()->seq + 1000));
	ck_assert_uint_eq(alice()->left, step);

	uint64_t n = records();

	for (unsigned i = 0; i < 3; i++) {
		for (unsigned k = i == 0 ? early : 0; k < step; k++) {
			ck_assert_uint_eq(records(), n + i);
			next(1);
		}
	}
	ck_assert_uint_eq(records(), n + 3);
}

START_TEST(one_record_allows_a_step_of_1_to_254_numbers)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert(!store_set_sqn_step(store, 0));
	ck_assert(!store_set_sqn_step(store, STORE_SQN_STEP_MAX + 1));
	assert_step(1);
	assert_step(2);
	assert_step(STORE_SQN_STEP);
	assert_step(STORE_SQN_STEP_MAX);

	uint64_t last = alice()->seq;

	reopen();
	ck_assert_uint_gt(next(1), last);
}
END_TEST

START_TEST(more_than_a_step_at_once_is_allowed)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(next(1000), 1);
	ck_assert_uint_eq(next(1), 1001);
	reopen();
	ck_assert_uint_eq(next(1), 1065);
}
END_TEST

START_TEST(a_restart_goes_on_at_the_ceiling)
{
	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(next(3), 1);
	reopen();
	ck_assert_uint_eq(report.replayed, 1);
	ck_assert_uint_eq(next(1), STORE_SQN_STEP + 1);
	/* Twice more: the snapshot knows it as well. */
	reopen();
	reopen();
	ck_assert_uint_eq(next(1), 2 * STORE_SQN_STEP + 1);
	ck_assert_uint_eq(impi("bob@example.org")->seq, 0);
}
END_TEST

START_TEST(resync_goes_on_behind_the_sims_seq)
{
	load_good(ALICE);
	next(1);
	ck_assert(resync_to(10)); /* below the ceiling */
	ck_assert_uint_eq(next(1), 11);
	ck_assert(resync_to(5000)); /* far above it */
	ck_assert_uint_eq(next(1), 5001);
	ck_assert(!store_resync(store, alice(), (uint64_t)1 << 48));
	ck_assert_uint_eq(next(1), 5002);
}
END_TEST

START_TEST(resync_to_a_lower_seq_keeps_ours_up_to_2_to_the_28)
{
	load_good(ALICE);

	const uint64_t seq = ((uint64_t)1 << 28) + 1000;

	ck_assert(resync_to(seq));
	ck_assert(resync_to(seq - 1));
	ck_assert(resync_to(seq));
	ck_assert(resync_to(1000)); /* 2^28 away: the SIM follows */
	ck_assert_uint_eq(alice()->seq, seq);
	ck_assert(resync_to(999));
	ck_assert_uint_eq(next(1), 1000);
}
END_TEST

START_TEST(a_reset_by_resync_survives_a_restart)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert(resync_to((uint64_t)1 << 40));
	ck_assert(resync_to(50));
	reopen();
	ck_assert_uint_eq(next(1), 50 + STORE_SQN_STEP + 1);
	reopen();
	ck_assert_uint_eq(next(1), 50 + 2 * STORE_SQN_STEP + 1);
}
END_TEST

START_TEST(sqn_of_the_file_counts_unless_the_journal_knows_more)
{
	load_good(ALICE "sqn = 000000000c80\n"); /* SEQ 100 */
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(next(1), 100);
	reopen();
	ck_assert_uint_eq(next(1), 99 + STORE_SQN_STEP + 1);
	put_file("subs", ALICE "sqn = 00000000fa00\n",
	    sizeof(ALICE "sqn = 00000000fa00\n") - 1); /* SEQ 2000 */
	reopen();
	ck_assert_uint_eq(next(1), 2000);
}
END_TEST

START_TEST(sqn_of_the_file_that_was_never_used_is_not_remembered)
{
	load_good(ALICE "sqn = 00000000fa00\n");
	ck_assert(open_db(NULL));
	load_good(ALICE "sqn = 000000000c80\n");
	ck_assert_uint_eq(alice()->seq, 99);
	reopen();
	ck_assert_uint_eq(next(1), 100);
}
END_TEST

START_TEST(one_that_is_dropped_and_comes_back_goes_on)
{
	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	next(1);
	load_good(BOB);
	ck_assert_ptr_null(alice());
	load_good(ALICE BOB); /* without a restart */
	ck_assert_uint_eq(next(1), STORE_SQN_STEP + 1);
	load_good(BOB);
	reopen();
	ck_assert_uint_eq(report.forgotten, 2);
	compact_db();
	reopen(); /* the snapshot keeps it */
	ck_assert_uint_eq(report.forgotten, 1);
	load_good(ALICE);
	ck_assert_uint_eq(next(1), 2 * STORE_SQN_STEP + 1);
}
END_TEST

START_TEST(a_reload_skips_nothing)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert_uint_eq(next(3), 1);
	load_good(BOB ALICE "sqn = 000000000020\n");
	ck_assert_uint_eq(next(1), 4);
	load_good(ALICE "sqn = 0000000000c0\n"); /* SEQ 6, not above 64 */
	ck_assert_uint_eq(next(1), 5);
	load_good(ALICE "sqn = 000000000c80\n"); /* SEQ 100 */
	ck_assert_uint_eq(next(1), 100);
	load_good(ALICE);
	ck_assert_uint_eq(next(1), 101);
}
END_TEST

/* The child tells each SQN that is durable, as if it had been sent, and is
 * killed in the midst. */
static void
hand_out(volatile uint64_t *told, unsigned after)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		reopen();
		for (;;) {
			uint64_t seq = next(1);

			if (seq <= told[0])
				told[1] = 1; /* given out before */
			if (!store_sync(store))
				_exit(1);
			told[0] = seq;
			told[2]++;
		}
	}
	while (told[2] < after && waitpid(pid, NULL, WNOHANG) == 0)
		usleep(100);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

START_TEST(kill_9_repeats_no_number)
{
	volatile uint64_t *told = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	load_good(ALICE);
	store_close(store);
	store = NULL;
	for (unsigned i = 0; i < 12; i++) {
		uint64_t before = told[0];

		hand_out(told, (unsigned)told[2] + 1 + 13 * i);
		ck_assert_uint_eq(told[1], 0);
		ck_assert_uint_gt(told[0], before);
	}
	reopen();
	ck_assert_uint_gt(next(1), told[0]);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		seq_counts_up_and_ind_is_the_callers,
		ind_of_32_and_no_number_at_all_are_refused,
		seq_ends_at_43_bits,
		one_record_allows_a_step_of_1_to_254_numbers,
		more_than_a_step_at_once_is_allowed,
		a_restart_goes_on_at_the_ceiling,
		resync_goes_on_behind_the_sims_seq,
		resync_to_a_lower_seq_keeps_ours_up_to_2_to_the_28,
		a_reset_by_resync_survives_a_restart,
		sqn_of_the_file_counts_unless_the_journal_knows_more,
		sqn_of_the_file_that_was_never_used_is_not_remembered,
		one_that_is_dropped_and_comes_back_goes_on,
		a_reload_skips_nothing,
		kill_9_repeats_no_number,
	};

	return run_store_tests("sqn", tests, sizeof tests / sizeof *tests);
}
