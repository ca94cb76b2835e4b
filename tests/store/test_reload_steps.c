/*
 * A reload in steps of one subscription, with changes between any two of
 * them: in the end all is as if it had happened at once, at its swap.
 */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "store/load.h"
#include "tests/store/store_fixture.h"

#define SECTION(name) "[" name "]\n" IMPI(name)
#define IMPI(name) "impi = " name "@h\nscheme = digest\npassword = x\n"
#define SIM                                      \
	"[s]\nimpi = s@h\n"                      \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n" IMPU("s")
#define IMPU(name) "impu = sip:" name "@h\n"
#define IMPU2(name) "impu = sip:" name "@h set=2\n"

static const char before[] = SECTION("a") IMPU("a") IMPU2("aa") /* stays */
    SECTION("b") IMPI("b2") IMPU("b") IMPU2("bb") /* loses b2, its set 2 */
    SECTION("c") IMPU("c")                        /* is dropped */
    SECTION("d") IMPU("d") SECTION("e") IMPU("e") /* become one */
    SECTION("f") IMPI("f2") IMPU("f") IMPU("f2")  /* become two */
    SECTION("g") IMPU("g") SIM;
static const char after[] = SECTION("n") IMPU("n") SECTION("f2") IMPU("f2")
    SECTION("f") IMPU("f") SIM "sqn = 000000002000\n" SECTION("de") IMPI("e")
	IMPU("d") IMPI("d") IMPU("e") SECTION("b") IMPU("b") SECTION("g")
	    IMPU("g") SECTION("a") IMPU("a") IMPU2("aa");

static const char *const names[] = { "a@h", "b@h", "b2@h", "c@h", "d@h", "e@h",
	"f@h", "f2@h", "g@h", "s@h" };

enum {
	B2 = 2,
	D = 4,
	F2 = 7,
	NAMES = sizeof names / sizeof *names,
	STEPS_MAX = 200
};

/* --- A disk that is quick --- */

static int
no_sync(int fd)
{
	return 0;
}

static const struct journal_io quick = { NULL, no_sync, no_sync };

static void
open_quick(void)
{
	ck_assert(open_db(&quick));
}

static void
again(const char *text)
{
	store_close(store);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
	load_good(text);
	open_quick();
}

/* --- Changes --- */

/* clang-format off */
enum kind { NOTHING, REGISTERS, ENDS, MOVES, PENDS, ONE_SQN, MANY_SQNS,
	NEAR_SQN, FAR_SQN, RESTORES, FORGETS, KINDS };
/* clang-format on */

static uint64_t highest[NAMES]; /* SQNs given out */

static void
put(struct store_impi *i, enum kind kind)
{
	struct store_reg reg;
	uint16_t bit = (uint16_t)(1u << i->index);
	unsigned set;

	store_get_reg(i->sub, &reg);
	set = reg.nsets - 1;
	if (kind == MOVES || reg.scscf.name == NULL)
		reg.scscf = (struct store_scscf){ "sip:t", "t", "r" };
	if (kind == ENDS) {
		reg.sets[0].registered &= (uint16_t)~bit;
		reg.sets[set].pending = 0;
	} else if (kind == PENDS) {
		reg.sets[set].pending |= bit;
	} else {
		/* As cx/ does when somebody registers anew. */
		if ((reg.sets[0].registered & bit) == 0)
			ck_assert(store_put_restoration(store, i, 0, NULL, 0));
		reg.sets[0].registered |= bit;
	}
	if (kind == ENDS && reg.sets[0].registered == 0)
		reg.scscf.name = NULL;
	ck_assert(store_put_reg(store, i->sub, &reg));
}

static void
next_sqn(struct store_impi *i, unsigned who, unsigned n)
{
	uint64_t first;

	ck_assert(store_next_sqn(store, i, 0, n, &first));
	ck_assert_uint_gt(first, highest[who]);
	highest[who] = first + ((uint64_t)(n - 1) << STORE_SQN_IND_BITS);
}

static void
change_one(unsigned who, enum kind kind)
{
	struct store_impi *i = impi(names[who]);
	uint64_t sqn;

	if (i == NULL)
		return;
	sqn = i->seq << STORE_SQN_IND_BITS;
	switch (kind) {
	case REGISTERS:
	case ENDS:
	case MOVES:
	case PENDS:
		put(i, kind);
		break;
	case ONE_SQN:
		next_sqn(i, who, 1);
		break;
	case MANY_SQNS:
		next_sqn(i, who, STORE_SQN_STEP);
		break;
	case NEAR_SQN:
		ck_assert(store_resync(store, i, sqn + (2 << 5)));
		break;
	case FAR_SQN:
		ck_assert(store_resync(store, i, sqn + (500 << 5)));
		break;
	case RESTORES:
		/* Where two become one or one becomes two, a start anew may
		 * find what a reload has dropped. */
		if ((who >= D && who <= F2) ||
		    (mask_of(i->sub, 0) >> i->index & 1) == 0)
			break;
		ck_assert(store_put_restoration(store, i, 0, names[who], 3));
		break;
	case FORGETS:
		ck_assert(store_put_restoration(store, i, 0, NULL, 0));
		break;
	default:
		break;
	}
}

static void
change_all(enum kind kind)
{
	for (unsigned i = 0; i < NAMES; i++)
		change_one(i, kind);
}

/* Everybody is registered and has used a few numbers. */
static void
start(void)
{
	memset(highest, 0, sizeof highest);
	load_good(before);
	open_quick();
	change_all(REGISTERS);
	change_all(ONE_SQN);
	change_one(0, RESTORES);
	change_one(B2, RESTORES);
}

/* --- All that a store knows, as text --- */

struct text {
	size_t len;
	char s[1 << 15];
};

static struct text got, want;

__attribute__((format(printf, 2, 3))) static void
say(struct text *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	t->len +=
	    (size_t)vsnprintf(t->s + t->len, sizeof t->s - t->len, format, ap);
	va_end(ap);
	ck_assert_uint_lt(t->len, sizeof t->s);
}

static bool
say_sub(void *arg, const struct store_sub *sub)
{
	struct text *t = arg;
	struct store_reg reg;

	store_get_reg(sub, &reg);
	say(t, "[%s] %s %s %s %d", sub->name,
	    reg.scscf.name != NULL ? reg.scscf.name : "-",
	    reg.scscf.host != NULL ? reg.scscf.host : "-",
	    reg.scscf.realm != NULL ? reg.scscf.realm : "-", reg.reassign);
	for (unsigned i = 0; i < reg.nsets; i++)
		say(t, " %x/%x/%d", reg.sets[i].registered, reg.sets[i].pending,
		    reg.sets[i].unregistered);
	for (unsigned i = 0; i < sub->nimpis; i++) {
		const struct store_impi *one = &sub->impis[i];
		size_t len;

		store_restoration(store, one, 0, &len);
		say(t, " %.*s %llu+%u r%zu", one->name.len, one->name.local,
		    (unsigned long long)one->seq, one->left, len);
	}
	say(t, "\n");
	return true;
}

static void
say_all(struct text *t)
{
	size_t users = 0;

	t->len = 0;
	store_each(store, say_sub, t);
	for (unsigned i = 0; i < store->scscfs.count; i++)
		users += store->scscfs.list[i]->users;
	say(t, "%zu registered, %u S-CSCFs, %zu users\n",
	    store_registered(store), store->scscfs.count, users);
	for (unsigned i = 0; i < NAMES; i++) {
		struct orphan *o =
		    orphans_find(&store->orphans, names[i], strlen(names[i]));

		if (impi(names[i]) == NULL)
			say(t, "%s %llu\n", names[i],
			    o != NULL ? (unsigned long long)o->ceiling : 0);
	}
}

/* --- Steps --- */

static void
note(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	snprintf(
	    faults + len, sizeof faults - len, "%s:%u: %s\n", file, line, what);
	nfaults++;
}

static void
begin(const char *text)
{
	static const char *const files[] = { "subs" };

	put_file("subs", text, strlen(text));
	faults[0] = '\0';
	nfaults = 0;
	ck_assert(
	    store_reload_begin(store, test_hooks(), files, 1, note, NULL));
	ck_assert(store_reloading(store));
}

/* One subscription further, after waiting for what there is to wait for. */
static enum store_reload
step(void)
{
	enum store_reload now = store_reload_step(store, 1);

	while (now == STORE_RELOAD_WAITS) {
		struct pollfd p = { .fd = store_reload_fd(store),
			.events = POLLIN };

		poll(&p, 1, 10);
		now = store_reload_step(store, 1);
	}
	return now;
}

static bool
is_end(enum store_reload now)
{
	return now == STORE_RELOAD_DONE || now == STORE_RELOAD_FAILED;
}

static enum store_reload
finish(void)
{
	enum store_reload now;

	do
		now = step();
	while (!is_end(now));
	ck_assert(!store_reloading(store));
	ck_assert_int_eq(store_reload_fd(store), -1);
	return now;
}

/* What there is now, after a start anew, and when all come back. */
static void
say_for_ever(struct text *t)
{
	struct text *part = malloc(sizeof *part);

	say_all(t);
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			load_good(before);
		else
			again(i == 0 ? after : before);
		say_all(part);
		say(t, "then\n%s", part->s);
	}
	free(part);
}

static void
clear(void)
{
	store_close(store);
	ck_assert_int_eq(unlink("db/state") | unlink("db/journal"), 0);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
}

/* --- The facts --- */

/* Changes of this kind after so many steps; false: there are not so many. */
static bool
reload_with_change(unsigned steps, enum kind kind, bool *swapped)
{
	enum store_reload now = STORE_RELOAD_MORE;

	*swapped = false;
	start();
	begin(after);
	for (unsigned i = 0; i < steps && !is_end(now); i++) {
		now = step();
		*swapped |= now == STORE_RELOAD_SWAPPED;
	}
	if (is_end(now))
		return false;
	change_all(kind);
	ck_assert_int_eq(finish(), STORE_RELOAD_DONE);
	ck_assert_str_eq(faults, "");
	say_for_ever(&got);
	return true;
}

START_TEST(a_change_at_any_step_is_there_in_the_end)
{
	enum kind kind = (enum kind)_i;
	bool swapped = false, was_swapped = true;
	unsigned steps = 0, swaps = 0;

	for (;; steps++) {
		ck_assert_uint_lt(steps, STEPS_MAX);
		if (!reload_with_change(steps, kind, &swapped))
			break;
		clear();
		if (swapped != was_swapped) {
			start();
			if (!swapped)
				change_all(kind);
			load_good(after);
			if (swapped)
				change_all(kind);
			say_for_ever(&want);
			clear();
			was_swapped = swapped;
			swaps++;
		}
		ck_assert_str_eq(got.s, want.s);
	}
	ck_assert_uint_eq(swaps, 2);
	ck_assert_uint_gt(steps, 30);
}
END_TEST

struct event {
	unsigned who;
	enum kind kind;
	bool swapped;
};

/* Up to three changes at each step. */
static unsigned
reload_at_random(struct event events[3 * STEPS_MAX])
{
	enum store_reload now = STORE_RELOAD_MORE;
	bool swapped = false;
	unsigned n = 0;

	start();
	begin(after);
	while (!is_end(now)) {
		for (int i = rand() % 4; i > 0; i--) {
			struct event e = { (unsigned)rand() % NAMES,
				(enum kind)(rand() % KINDS), swapped };

			ck_assert_uint_lt(n, 3 * STEPS_MAX);
			events[n++] = e;
			change_one(e.who, e.kind);
		}
		now = step();
		swapped |= now == STORE_RELOAD_SWAPPED;
	}
	ck_assert_int_eq(now, STORE_RELOAD_DONE);
	return n;
}

START_TEST(any_changes_at_any_steps_are_there_in_the_end)
{
	static struct event events[3 * STEPS_MAX];
	bool loaded = false;

	srand((unsigned)_i);
	for (int round = 0; round < 40; round++) {
		unsigned n = reload_at_random(events);

		say_for_ever(&got);
		clear();
		start();
		loaded = false;
		for (unsigned i = 0; i < n; i++) {
			if (events[i].swapped && !loaded) {
				load_good(after);
				loaded = true;
			}
			change_one(events[i].who, events[i].kind);
		}
		if (!loaded)
			load_good(after);
		say_for_ever(&want);
		ck_assert_str_eq(got.s, want.s);
		clear();
	}
}
END_TEST

/* A USIM far behind: both tables go back, and stay together. */
START_TEST(a_reset_of_an_sqn_is_carried_over)
{
	enum store_reload now = STORE_RELOAD_MORE;
	struct store_impi *a;
	uint64_t first;

	for (unsigned steps = 0; steps < 40 && !is_end(now); steps++) {
		start();
		ck_assert(store_resync(store, impi("a@h"), 1ull << 40));
		begin(after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps && !is_end(now); i++)
			now = step();
		a = impi("a@h");
		ck_assert(store_resync(store, a, 7 << 5));
		ck_assert(store_next_sqn(store, a, 0, 1, &first));
		ck_assert_uint_eq(first >> 5, 8);
		if (!is_end(now))
			finish();
		ck_assert(store_next_sqn(store, impi("a@h"), 0, 1, &first));
		ck_assert_uint_eq(first >> 5, 9);
		clear();
	}
	ck_assert(is_end(now));
}
END_TEST

START_TEST(one_given_up_before_its_swap_has_changed_nothing)
{
	enum store_reload now = STORE_RELOAD_MORE;
	unsigned steps = 0;

	while (now != STORE_RELOAD_SWAPPED) {
		start();
		say_all(&want);
		begin(after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps; i++)
			now = step();
		store_reload_stop(store);
		ck_assert(!store_reloading(store));
		if (now != STORE_RELOAD_SWAPPED) {
			say_all(&got);
			ck_assert_str_eq(got.s, want.s);
			again(before);
			say_all(&want);
			change_all(ONE_SQN);
		}
		clear();
		steps++;
	}
	ck_assert_uint_gt(steps, 15);
}
END_TEST

START_TEST(one_given_up_after_its_swap_is_in_force)
{
	enum store_reload now = STORE_RELOAD_MORE;

	start();
	load_good(after);
	say_all(&want);
	clear();
	for (unsigned steps = 0; !is_end(now); steps++) {
		bool swapped = false;

		start();
		begin(after);
		now = STORE_RELOAD_MORE;
		for (unsigned i = 0; i < steps && !is_end(now); i++) {
			now = step();
			swapped |= now == STORE_RELOAD_SWAPPED;
		}
		store_reload_stop(store);
		if (swapped) {
			say_all(&got);
			ck_assert_str_eq(got.s, want.s);
		}
		clear();
	}
}
END_TEST

START_TEST(closing_in_the_middle_leaves_nothing_behind)
{
	for (unsigned steps = 0; steps < 50; steps++) {
		start();
		begin(after);
		for (unsigned i = 0; i < steps && store_reloading(store); i++)
			step();
		clear();
	}
}
END_TEST

START_TEST(there_is_one_at_a_time)
{
	static const char *const files[] = { "subs" };

	start();
	ck_assert_int_eq(store_reload_step(store, 1), STORE_RELOAD_NONE);
	begin(after);
	ck_assert(
	    !store_reload_begin(store, test_hooks(), files, 1, note, NULL));
	ck_assert_uint_eq(store_load(store, files, 1, note, NULL), 1);
	ck_assert_str_eq(faults, "subs:0: a reload is going on\n");
	finish();
	begin(before);
	ck_assert_int_eq(finish(), STORE_RELOAD_DONE);
}
END_TEST

START_TEST(faults_are_told_by_a_step_and_change_nothing)
{
	char text[LOAD_FAULTS_MAX * 32];
	size_t len = 0;

	start();
	change_all(MANY_SQNS);
	say_all(&want);
	for (int more = 0; more < 2; more++) {
		len = 0;
		for (int i = 0; i < LOAD_FAULTS_MAX + more; i++)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%sfoo = 1\n", i == 0 ? "[x]\n" : "");
		begin(text);
		ck_assert_uint_eq(nfaults, 0);
		ck_assert_int_eq(finish(), STORE_RELOAD_FAILED);
		ck_assert_uint_eq(nfaults, LOAD_FAULTS_MAX + (unsigned)more);
		ck_assert_ptr_nonnull(strstr(faults, "subs:2: "));
		ck_assert(more == 0 || strstr(faults, "1 more fault") != NULL);
		say_all(&got);
		ck_assert_str_eq(got.s, want.s);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("reload_steps");
	TCase *tc = tcase_create("reload_steps");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_loop_test(
	    tc, a_change_at_any_step_is_there_in_the_end, 0, KINDS);
	tcase_add_loop_test(
	    tc, any_changes_at_any_steps_are_there_in_the_end, 0, 4);
	tcase_add_test(tc, a_reset_of_an_sqn_is_carried_over);
	tcase_add_test(tc, one_given_up_before_its_swap_has_changed_nothing);
	tcase_add_test(tc, one_given_up_after_its_swap_is_in_force);
	tcase_add_test(tc, closing_in_the_middle_leaves_nothing_behind);
	tcase_add_test(tc, there_is_one_at_a_time);
	tcase_add_test(tc, faults_are_told_by_a_step_and_change_nothing);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
