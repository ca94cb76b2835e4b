/*
 * Power cuts: a store works on a disk that remembers, snapshots included; then
 * the power is cut at any instant, what is left is opened by the real thing
 * and compared with what had been promised by then.
 *
 * POWER_CASES and POWER_SEED in the environment make more of them, or others.
 * The threads take turns as they like, so a seed repeats a run nearly, not
 * fully; what the folder held is printed.
 */
#include "tests/store/power_disk.h"
#include "tests/store/store_fixture.h"

#include "store/journal_impl.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum {
	CASES = 10000,
	CASES_OF_RUN = 200,
	USERS = 6,
	CHANGES = 60, /* of a run */
	LOG_CAP = 1000,
	SESSION = 1 << 20,   /* positions of one, more than there are */
	JOURNAL_LIMIT = 900, /* octets: several snapshots a run */
};

/* --- Chance --- */

static uint64_t chance_state;

static unsigned
chance(unsigned below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (unsigned)(chance_state >> 11) % below;
}

static uint64_t
from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 10) : otherwise;
}

/* --- What was done and promised --- */

/* A change: `number` is the S-CSCF's, or the last SEQ allowed. */
struct change {
	unsigned user;
	bool is_sqn;
	uint64_t number;   /* what it is now */
	uint64_t given;    /* the last SEQ given out */
	uint64_t position; /* what its answer waits for */
	unsigned from;     /* calls when it had not begun */
};
/* A position that was told to be durable after so many calls. */
struct promise {
	uint64_t position;
	unsigned from;
};

static struct change changes[LOG_CAP];
static unsigned nchanges;
static struct promise promises[LOG_CAP];
static unsigned npromises;
/* What there was when the run began. */
static struct {
	uint64_t scscf, seq;
} before[USERS];
static enum store_durability mode;
static uint64_t next_number;
static uint64_t base;            /* of the positions of this session */
static unsigned snapshots, olds; /* of all runs; cuts that left journal.old */

static struct store_impi *
user(unsigned i)
{
	char name[32];

	snprintf(name, sizeof name, "u%u@example.org", i);
	return impi(name);
}

static void
load_users(void)
{
	char text[USERS * 256];
	size_t len = 0;

	for (int i = 0; i < USERS; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "[u%d]\nimpi = u%d@example.org\n"
		    "k = 000102030405060708090a0b0c0d0e0f\n"
		    "opc = 101112131415161718191a1b1c1d1e1f\n"
		    "impu = sip:u%d@example.org\n",
		    i, i, i);
	load_good(text);
}

static uint64_t
scscf_number(const struct store_sub *sub)
{
	const char *name = scscf_of(sub);

	return *name != '\0' ? strtoull(name + strlen("sip:"), NULL, 10) : 0;
}

static void
promise(void)
{
	uint64_t position = base + store_durable(store);

	ck_assert_uint_lt(npromises, LOG_CAP);
	power_hold();
	promises[npromises++] = (struct promise){ position, power_calls() };
	power_go_on();
}

static void
change_registration(struct change *c)
{
	char name[32];

	c->number = ++next_number;
	snprintf(name, sizeof name, "sip:%llu", (unsigned long long)c->number);
	ck_assert(registers(user(c->user)->sub, name, 1));
	c->position = base + store->journal->appended;
}

/* Before the position of one who has no ceiling yet, nothing is allowed. */
static void
take_sqns(struct change *c, uint64_t ceiling_position[USERS])
{
	uint64_t first, appended = store->journal->appended;
	unsigned n = 1 + chance(40);

	c->is_sqn = true;
	ck_assert(store_next_sqn(store, user(c->user), 0, n, &first));
	if (store->journal->appended != appended)
		ceiling_position[c->user] = base + store->journal->appended;
	c->given = user(c->user)->seq;
	c->number = sqn_ceiling(user(c->user));
	c->position = ceiling_position[c->user];
}

/* One to five changes that the writer sees together. */
static void
make_group(uint64_t ceiling_position[USERS])
{
	power_hold();
	for (unsigned n = 1 + chance(5); n > 0; n--) {
		ck_assert_uint_lt(nchanges, LOG_CAP);

		struct change *c = &changes[nchanges++];

		*c = (struct change){ .user = chance(USERS),
			.from = power_calls() };
		if (chance(3) == 0)
			take_sqns(c, ceiling_position);
		else
			change_registration(c);
	}
	power_go_on();
}

/* Some turns of the loop. */
static void
turn_loop(void)
{
	struct pollfd pfd = { .fd = store_fd(store), .events = POLLIN };

	for (unsigned n = chance(8); n > 0; n--) {
		struct store_work told;

		store_work(store, &told);
		snapshots += told.step == STORE_SNAPSHOT_DONE;
		ck_assert_int_ne(told.step, STORE_SNAPSHOT_FAILED);
		if (poll(&pfd, 1, (int)chance(2)) > 0)
			store_woken(store);
	}
}

static void
work(void)
{
	uint64_t ceiling_position[USERS] = { 0 };

	store->journal->limit = JOURNAL_LIMIT;
	for (int i = 0; i < CHANGES; i += 3) {
		make_group(ceiling_position);
		if (chance(6) == 0)
			ck_assert(store_sync(store));
		turn_loop();
		promise();
	}
}

/* Opens the store on the disk that remembers. */
static void
begin_session(void)
{
	store = store_new(test_hooks());
	load_users();
	store_set_durability(store, mode);
	ck_assert_msg(open_db(&power_io), "%s", faults);
}

/* What is there after a start counts as promised: whatever was found is on
 * disk before anybody is answered.  What is not promised by then never is. */
static void
promise_found(void)
{
	for (unsigned i = 0; i < nchanges; i++) {
		if (changes[i].position > promises[npromises - 1].position)
			changes[i].position = UINT64_MAX;
	}
	base += SESSION;
	ck_assert_uint_lt(nchanges + 2 * USERS, LOG_CAP);
	for (unsigned i = 0; i < USERS; i++) {
		uint64_t number = scscf_number(user(i)->sub);
		uint64_t seq = user(i)->seq;

		changes[nchanges++] =
		    (struct change){ i, false, number, 0, base, power_calls() };
		changes[nchanges++] =
		    (struct change){ i, true, seq, seq, base, power_calls() };
	}
	promise();
}

/* The process is killed: nothing more is written, and another one starts. */
static void
kill_session(void)
{
	power_die(true);
	store_close(store);
	power_die(false);
	begin_session();
	promise_found();
}

/* A run that begins with this image; nothing is left open. */
static void
run(const struct power_image *image)
{
	nchanges = npromises = 0;
	mode = (enum store_durability)(chance(4) % 3);
	power_write(image, "db");
	power_begin(image);
	base = 0;
	begin_session();
	for (unsigned i = 0; i < USERS; i++) {
		before[i].scscf = scscf_number(user(i)->sub);
		before[i].seq = user(i)->seq;
	}
	work();
	for (unsigned n = chance(3); n > 0; n--) {
		kill_session();
		work();
	}
	store_close(store);
	store = NULL;
}

/* --- The comparison --- */

static uint64_t run_seed;
static char story[4096]; /* of the case, for a failure */

static void
tell(const char *what, const struct power_image *image, unsigned calls)
{
	int len = snprintf(story, sizeof story,
	    "%s, POWER_SEED=%llu, cut after %u calls\n", what,
	    (unsigned long long)run_seed, calls);

	for (unsigned i = 0; i < image->nfiles; i++) {
		const struct power_file *file = &image->files[i];

		fprintf(stderr, "--- %s\n%.*s\n", file->name, (int)file->len,
		    file->octets);
		len += snprintf(story + len, sizeof story - (size_t)len,
		    "%s: %zu octets\n", file->name, file->len);
	}
}

/* The last position that was promised before; none matters without syncs. */
static uint64_t
promised(unsigned calls)
{
	uint64_t position = 0;

	for (unsigned i = 0; i < npromises && mode != STORE_NONE; i++) {
		if (promises[i].from <= calls)
			position = promises[i].position;
	}
	return position;
}

/* It is what was promised last, or a later one that had begun. */
static bool
is_scscf_right(unsigned who, uint64_t number, uint64_t durable, unsigned calls)
{
	bool right = number == before[who].scscf;

	for (unsigned i = 0; i < nchanges; i++) {
		const struct change *c = &changes[i];

		if (c->user != who || c->is_sqn || c->from > calls)
			continue;
		if (c->position <= durable)
			right = false;
		right = right || c->number == number;
	}
	return right;
}

/* Nothing that was given out comes again, and nothing is made up. */
static bool
is_seq_right(unsigned who, uint64_t seq, uint64_t durable, unsigned calls)
{
	uint64_t least = before[who].seq, most = least;

	for (unsigned i = 0; i < nchanges; i++) {
		const struct change *c = &changes[i];

		if (c->user != who || !c->is_sqn || c->from > calls)
			continue;
		most = c->number > most ? c->number : most;
		if (c->position <= durable && c->given > least)
			least = c->given;
	}
	return seq >= least && seq <= most;
}

static int
no_sync(int fd)
{
	return 0;
}

/* Cuts the power after so many calls and looks at what is left. */
static void
check_cut(unsigned calls)
{
	static const struct journal_io quick = { .datasync = no_sync,
		.sync = no_sync };
	struct power_image image;
	uint64_t durable = promised(calls);

	power_cut(&image, calls, chance);
	for (unsigned i = 0; i < image.nfiles; i++)
		olds += strcmp(image.files[i].name, "journal.old") == 0;
	power_write(&image, "db");
	store = store_new(test_hooks());
	load_users();
	if (!open_db(&quick)) {
		tell(faults, &image, calls);
		ck_abort_msg("refused: %s", story);
	}
	for (unsigned i = 0; i < USERS; i++) {
		uint64_t number = scscf_number(user(i)->sub);
		bool right = is_scscf_right(i, number, durable, calls);

		if (!right || !is_seq_right(i, user(i)->seq, durable, calls)) {
			tell(right ? "SQN" : "S-CSCF", &image, calls);
			ck_abort_msg("u%u: sip:%llu, SEQ %llu, mode %d: %s", i,
			    (unsigned long long)number,
			    (unsigned long long)user(i)->seq, (int)mode, story);
		}
	}
	store_close(store);
	store = NULL;
	power_image_free(&image);
}

START_TEST(a_power_cut_loses_nothing_that_was_promised)
{
	uint64_t cases = from_environment("POWER_CASES", CASES);
	uint64_t seed = from_environment("POWER_SEED", 20260101);
	struct power_image image = { 0 };

	store_close(store);
	for (uint64_t n = 0; n < cases; n += CASES_OF_RUN) {
		/* One seed for each run, told when it fails. */
		chance_state = (seed + n / CASES_OF_RUN) * 0x9e3779b97f4a7c15;
		run_seed = seed + n / CASES_OF_RUN;
		if (n / CASES_OF_RUN % 8 == 0)
			power_image_free(&image);
		run(&image);
		power_image_free(&image);

		unsigned calls = power_calls();

		for (unsigned i = 0; i < CASES_OF_RUN; i++)
			check_cut(i <= calls ? i : chance(calls + 1));
		/* The next run begins with what this one left. */
		power_cut(&image, chance(calls + 1), chance);
	}
	power_image_free(&image);
	/* Otherwise it proves little. */
	ck_assert_uint_ge(snapshots, cases / CASES_OF_RUN);
	ck_assert_uint_ge(olds, cases / 20);
}
END_TEST

static int
drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static char folder[64];

/* In memory, if there is such a folder: no disk is so quick. */
static void
go_to_memory(void)
{
	store_setup();
	strcpy(folder, "/dev/shm/hssd-test-XXXXXX");
	if (mkdtemp(folder) != NULL)
		ck_assert_int_eq(chdir(folder), 0);
	else
		folder[0] = '\0';
}

static void
come_back(void)
{
	store_teardown();
	if (folder[0] != '\0')
		nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

int
main(void)
{
	Suite *suite = suite_create("power");
	TCase *tc = tcase_create("power");

	tcase_set_timeout(tc, 0); /* POWER_CASES says how long */
	tcase_add_checked_fixture(tc, go_to_memory, come_back);
	tcase_add_test(tc, a_power_cut_loses_nothing_that_was_promised);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
