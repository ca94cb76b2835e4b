/* What the tests of a reload in steps share. */
#include "tests/store/steps_fixture.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define SECTION(name) "[" name "]\n" IMPI(name)
#define IMPI(name) "impi = " name "@h\nscheme = digest\npassword = x\n"
#define SIM                                      \
	"[s]\nimpi = s@h\n"                      \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n" IMPU("s")
#define IMPU(name) "impu = sip:" name "@h\n"
#define IMPU2(name) "impu = sip:" name "@h set=2\n"

const char steps_before[] = SECTION("a") IMPU("a") IMPU2("aa") /* stays */
    SECTION("b") IMPI("b2") IMPU("b") IMPU2("bb") /* loses b2, its set 2 */
    SECTION("c") IMPU("c")                        /* is dropped */
    SECTION("d") IMPU("d") SECTION("e") IMPU("e") /* become one */
    SECTION("f") IMPI("f2") IMPU("f") IMPU("f2")  /* become two */
    SECTION("g") IMPU("g") SIM;
const char steps_after[] = SECTION("n") IMPU("n") SECTION("f2") IMPU("f2")
    SECTION("f") IMPU("f") SIM "sqn = 000000002000\n" SECTION("de") IMPI("e")
	IMPU("d") IMPI("d") IMPU("e") SECTION("b") IMPU("b") SECTION("g")
	    IMPU("g") SECTION("a") IMPU("a") IMPU2("aa");

const char *const steps_names[NAMES] = { "a@h", "b@h", "b2@h", "c@h", "d@h",
	"e@h", "f@h", "f2@h", "g@h", "s@h" };

/* --- A disk that is quick --- */

static int
no_sync(int fd)
{
	return 0;
}

static const struct journal_io quick = { NULL, no_sync, no_sync };

void
open_quick(void)
{
	ck_assert(open_db(&quick));
}

void
start_again(const char *text)
{
	store_close(store);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
	load_good(text);
	open_quick();
}

/* --- Changes --- */

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

void
change_one(unsigned who, enum kind kind)
{
	struct store_impi *i = impi(steps_names[who]);
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
		ck_assert(
		    store_put_restoration(store, i, 0, steps_names[who], 3));
		break;
	case FORGETS:
		ck_assert(store_put_restoration(store, i, 0, NULL, 0));
		break;
	default:
		break;
	}
}

void
change_all(enum kind kind)
{
	for (unsigned i = 0; i < NAMES; i++)
		change_one(i, kind);
}

/* Everybody is registered and has used a few numbers. */
void
start_steps(void)
{
	memset(highest, 0, sizeof highest);
	load_good(steps_before);
	open_quick();
	change_all(REGISTERS);
	change_all(ONE_SQN);
	change_one(0, RESTORES);
	change_one(B2, RESTORES);
}

/* --- All that a store knows, as text --- */

struct said got, want;

__attribute__((format(printf, 2, 3))) static void
say(struct said *t, const char *format, ...)
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
	struct said *t = arg;
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
		say(t, " %.*s %llu+%u r%zu", (int)one->name.len,
		    store_name_local(&one->name), (unsigned long long)one->seq,
		    one->left, len);
	}
	say(t, "\n");
	return true;
}

void
say_all(struct said *t)
{
	size_t users = 0;

	t->len = 0;
	store_each(store, say_sub, t);
	for (unsigned i = 0; i < store->scscfs.count; i++)
		users += store->scscfs.list[i]->users;
	say(t, "%zu registered, %u S-CSCFs, %zu users\n",
	    store_registered(store), store->scscfs.count, users);
	for (unsigned i = 0; i < NAMES; i++) {
		struct orphan *o = orphans_find(
		    &store->orphans, steps_names[i], strlen(steps_names[i]));

		if (impi(steps_names[i]) == NULL)
			say(t, "%s %llu\n", steps_names[i],
			    o != NULL ? (unsigned long long)o->ceiling : 0);
	}
}

/* --- Steps --- */

void
note_step_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	snprintf(
	    faults + len, sizeof faults - len, "%s:%u: %s\n", file, line, what);
	nfaults++;
}

void
begin_steps(const char *text)
{
	static const char *const files[] = { "subs" };

	put_file("subs", text, strlen(text));
	faults[0] = '\0';
	nfaults = 0;
	ck_assert(store_reload_begin(
	    store, test_hooks(), files, 1, note_step_fault, NULL));
	ck_assert(store_reloading(store));
}

/* One subscription further, after waiting for what there is to wait for. */
enum store_reload
one_step(void)
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

bool
is_end(enum store_reload now)
{
	return now == STORE_RELOAD_DONE || now == STORE_RELOAD_FAILED;
}

enum store_reload
last_step(void)
{
	enum store_reload now;

	do
		now = one_step();
	while (!is_end(now));
	ck_assert(!store_reloading(store));
	ck_assert_int_eq(store_reload_fd(store), -1);
	return now;
}

/* What there is now, after a start anew, and when all come back. */
void
say_for_ever(struct said *t)
{
	struct said *part = malloc(sizeof *part);

	say_all(t);
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			load_good(steps_before);
		else
			start_again(i == 0 ? steps_after : steps_before);
		say_all(part);
		say(t, "then\n%s", part->s);
	}
	free(part);
}

void
clear_steps(void)
{
	store_close(store);
	ck_assert_int_eq(unlink("db/state") | unlink("db/journal"), 0);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
}
