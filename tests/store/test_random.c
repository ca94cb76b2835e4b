/*
 * Imports, deletions, reloads, snapshots and changes of state in random order,
 * a piece of each at a time: at any moment a copy of the folder, opened, has
 * to come to what the store knows, and no SQN is given out twice.
 */
#include "tests/store/store_fixture.h"

#include "store/journal_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A few names, so that they meet. */
enum { IMPIS = 6, SECTIONS = 4, STEPS = 400, ROUNDS = 15 };

static unsigned seed;
static uint64_t highest[IMPIS];
static char live[4096], next[4096]; /* the operator's file, now and soon */
static bool dirty; /* a file was read, its losses are not told */

static unsigned
below(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

/* --- A disk that is quick, slices of one thing --- */

bool __wrap_journal_snapshot_room(struct journal *);

static bool room;

bool
__wrap_journal_snapshot_room(struct journal *j)
{
	bool now = room;

	room = false;
	return now;
}

static int
no_sync(int fd)
{
	return 0;
}

static const struct journal_io quick = { NULL, no_sync, no_sync };

static void
note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	snprintf(
	    faults + len, sizeof faults - len, "%s:%u: %s\n", file, line, what);
	nfaults++;
}

/* --- All that a store knows --- */

struct said {
	char s[16384], *lines[64];
	size_t len, n;
};

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

static const struct store *speaker;

static void
say_impi(struct said *t, const struct store_impi *one)
{
	char name[STORE_NAME_MAX + 1];

	store_name(speaker, &one->name, name, sizeof name);
	say(t, " %s %llu", name, (unsigned long long)sqn_ceiling(one));
	for (unsigned i = 0; i < one->sub->nsets; i++) {
		size_t len;
		const char *octets = store_restoration(speaker, one, i, &len);

		say(t, "/%.*s", (int)len, len > 0 ? octets : "");
	}
}

static bool
say_sub(void *arg, const struct store_sub *sub)
{
	struct said *t = arg;
	struct store_reg reg;

	t->lines[t->n++] = t->s + t->len;
	store_get_reg(sub, &reg);
	say(t, "[%s] %d %s %d", sub->name, sub->own,
	    reg.scscf.name != NULL ? reg.scscf.name : "-", reg.reassign);
	for (unsigned i = 0; i < sub->nimpis; i++)
		say_impi(t, &sub->impis[i]);
	for (unsigned i = 0; i < reg.nsets; i++)
		say(t, " %x.%x.%d", reg.sets[i].registered, reg.sets[i].pending,
		    reg.sets[i].unregistered);
	t->s[t->len++] = '\0';
	return true;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
say_all(struct said *t, const struct store *of)
{
	t->len = t->n = 0;
	speaker = of;
	store_each(of, say_sub, t);
	qsort(t->lines, t->n, sizeof *t->lines, by_text);
	for (unsigned i = 0; i < IMPIS; i++) {
		char name[16];
		size_t len = (size_t)snprintf(name, sizeof name, "i%u@h", i);
		struct orphan *o = orphans_find(&of->orphans, name, len);

		if (store_find_impi(of, name, len) != NULL)
			continue;
		t->lines[t->n++] = t->s + t->len;
		say(t, "%s %llu", name,
		    o != NULL ? (unsigned long long)o->ceiling : 0);
		t->s[t->len++] = '\0';
	}
}

/* --- A crash at this moment --- */

static void
copy_file(const char *name)
{
	static char buf[1 << 20];
	char from[32], to[32];

	snprintf(from, sizeof from, "db/%s", name);
	snprintf(to, sizeof to, "copy/%s", name);
	unlink(to);

	FILE *f = fopen(from, "r");

	if (f == NULL)
		return;
	put_file(to, buf, fread(buf, 1, sizeof buf, f));
	fclose(f);
}

/* Other threads give files their names. */
static void
copy_folder(void)
{
	static const char *const names[] = { "db/journal.old", "db/state",
		"db/journal" };
	ino_t was[3], is[3];
	struct stat st;

	do {
		for (int i = 0; i < 3; i++)
			was[i] = stat(names[i], &st) == 0 ? st.st_ino : 0;
		for (int i = 0; i < 3; i++)
			copy_file(names[i] + 3);
		for (int i = 0; i < 3; i++)
			is[i] = stat(names[i], &st) == 0 ? st.st_ino : 0;
	} while (memcmp(was, is, sizeof was) != 0);
}

static struct store *
open_copy(void)
{
	static const char *const files[] = { "subs" };
	struct store *copy = store_new(test_hooks());

	ck_assert_ptr_nonnull(copy);
	if (access("copy", F_OK) != 0)
		ck_assert_int_eq(system("mkdir copy"), 0);
	copy_folder();
	put_file("subs", live, strlen(live));
	faults[0] = '\0';
	store_load(copy, files, 1, note_fault, NULL);

	bool ok =
	    store_open_io(copy, "copy", &quick, &report, note_fault, NULL);

	ck_assert_msg(ok, "%s", faults);
	return copy;
}

static char trail[1 << 16];

__attribute__((format(printf, 1, 2))) static void
note(const char *format, ...)
{
	size_t len = strlen(trail);
	va_list ap;

	va_start(ap, format);
	vsnprintf(trail + len, sizeof trail - len, format, ap);
	va_end(ap);
}

static void
crash(void)
{
	static struct said was, is;

	ck_assert(store_sync(store));
	say_all(&was, store);

	struct store *copy = open_copy();

	say_all(&is, copy);
	ck_assert_uint_eq(was.n, is.n);
	for (size_t i = 0; i < was.n; i++)
		ck_assert_msg(strcmp(was.lines[i], is.lines[i]) == 0,
		    "%s\nbecame\n%s\nafter\n%s", was.lines[i], is.lines[i],
		    trail);
	store_close(copy);
}

/* --- Texts --- */

static void
make_text(char *text, size_t cap, char kind, unsigned max)
{
	unsigned taken = 0, names = 0, n = below(max + 1);
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		unsigned name = below(SECTIONS), sets = 1 + below(2);
		bool head = false;

		if ((names >> name & 1) != 0)
			continue;
		for (unsigned k = 1 + below(2); k > 0; k--) {
			unsigned one = below(IMPIS);

			if ((taken >> one & 1) != 0)
				continue;
			taken |= 1u << one;
			if (!head)
				len += (size_t)snprintf(text + len, cap - len,
				    "[%c%u]\n", kind, name);
			head = true;
			names |= 1u << name;
			len += (size_t)snprintf(text + len, cap - len,
			    "impi = i%u@h\n"
			    "k = 000102030405060708090a0b0c0d0e0f\n"
			    "opc = 101112131415161718191a1b1c1d1e1f\n"
			    "impu = sip:%u@h set=%u\n",
			    one, one, head && sets > 1 && k == 1 ? 2 : 1);
		}
		if (head && strstr(text, "set=") != NULL) {
			/* Set 2 alone is none. */
			len += (size_t)snprintf(text + len, cap - len,
			    "impu = sip:%c%u@h\n", kind, name);
		}
	}
}

/* --- What can happen --- */

static void
import(void)
{
	char text[4096];
	struct store_import in = {
		.name = "new", .text = text, .fault = note_fault
	};

	make_text(text, sizeof text, 's', 3);
	in.len = strlen(text);
	faults[0] = '\0';

	enum store_result got = store_import(store, &in);

	ck_assert(got == STORE_DONE || got == STORE_FAULTS ||
		  (got == STORE_BUSY && store_reloading(store)));
	if (got == STORE_DONE)
		note("import %s", text);
}

static void
delete_one(void)
{
	char name[8];
	uint64_t position;

	snprintf(name, sizeof name, "s%u", below(SECTIONS));

	struct store_sub *sub = store_find_sub(store, name, strlen(name));

	if (sub == NULL || store_reloading(store))
		return;
	ck_assert_int_eq(store_delete(store, sub, &position), STORE_DONE);
	note("delete %s\n", name);
}

static void
reload(void)
{
	static const char *const files[] = { "next" };

	if (store_reloading(store)) {
		enum store_reload now = store_reload_step(store, 1);

		if (now == STORE_RELOAD_SWAPPED) {
			strcpy(live, next);
			dirty = true;
			note("swap\n");
		}
		if (now == STORE_RELOAD_DONE)
			dirty = false;
		if (now == STORE_RELOAD_DONE || now == STORE_RELOAD_FAILED)
			note("end %d\n", now);
		return;
	}
	if (below(4) > 0)
		return;
	make_text(next, sizeof next, 'o', 3);
	put_file("next", next, strlen(next));
	ck_assert(store_reload_begin(
	    store, test_hooks(), files, 1, note_fault, NULL));
	note("reload %s", next);
}

static struct store_impi *
any(unsigned *which)
{
	char name[16];

	*which = below(IMPIS);
	snprintf(name, sizeof name, "i%u@h", *which);
	return impi(name);
}

static void
change_reg(void)
{
	static const char *const scscfs[] = { "sip:a", "sip:b", NULL };
	unsigned which;
	struct store_impi *one = any(&which);
	struct store_reg reg;

	if (one == NULL)
		return;
	store_get_reg(one->sub, &reg);

	struct store_set *set = &reg.sets[below(reg.nsets)];

	set->registered ^= (uint16_t)(below(2) << one->index);
	set->pending ^= (uint16_t)(below(2) << one->index);
	set->unregistered = below(4) == 0;
	reg.scscf.name = scscfs[below(3)];
	reg.scscf.host = reg.scscf.name != NULL ? "h" : NULL;
	reg.scscf.realm = NULL;
	reg.reassign = reg.scscf.name != NULL && below(4) == 0;
	ck_assert(store_put_reg(store, one->sub, &reg));
	note("reg i%u\n", which);
}

static void
take_sqns(void)
{
	unsigned which, n = 1 + below(40);
	struct store_impi *one = any(&which);
	uint64_t first;

	if (one == NULL)
		return;
	ck_assert(store_next_sqn(store, one, 0, n, &first));
	note("sqn i%u %u\n", which, n);
	first >>= STORE_SQN_IND_BITS;
	ck_assert_msg(first > highest[which],
	    "i%u: %llu given out after %llu\n%s", which,
	    (unsigned long long)first, (unsigned long long)highest[which],
	    trail);
	highest[which] = first + n - 1;
}

static void
resync(void)
{
	unsigned which;
	struct store_impi *one = any(&which);

	if (one == NULL)
		return;
	note("resync i%u\n", which);
	ck_assert(store_resync(
	    store, one, (one->seq + below(100)) << STORE_SQN_IND_BITS));
}

static void
restoration(void)
{
	unsigned which;
	struct store_impi *one = any(&which);

	if (one == NULL)
		return;

	unsigned set = below(one->sub->nsets);
	char text = (char)('a' + below(26));

	if ((sub_of(one->sub)->sets[set].registered >> one->index & 1) == 0)
		return;
	ck_assert(store_put_restoration(store, one, set, &text, below(2)));
	note("restoration i%u\n", which);
}

static void
snapshot(void)
{
	struct store_work work;

	room = true;
	store_work(store, &work);
	ck_assert_int_ne(work.step, STORE_SNAPSHOT_FAILED);
	if (work.step != STORE_SNAPSHOT_NOTHING)
		note("snapshot %d\n", work.step);
	else
		note("slice %llu\n",
		    (unsigned long long)store->journal->snapshot.records);
	if (below(4) == 0)
		journal_want_snapshot(store->journal);
}

static void
restart(void)
{
	if (below(20) > 0)
		return;
	note("restart\n");
	store_close(store);
	dirty = false;
	store = store_new(test_hooks());
	load_good(live);
	ck_assert_msg(open_db(&quick), "%s", faults);
}

static void
step(void)
{
	static void (*const what[])(void) = { import, delete_one, reload,
		reload, reload, change_reg, change_reg, change_reg, take_sqns,
		take_sqns, resync, restoration, restoration, snapshot, snapshot,
		snapshot, restart };

	what[below(sizeof what / sizeof *what)]();
}

START_TEST(what_a_crash_leaves_is_what_there_was)
{
	seed = (unsigned)_i;
	memset(highest, 0, sizeof highest);
	live[0] = '\0';
	dirty = false;
	trail[0] = '\0';
	load_good(live);
	ck_assert(open_db(&quick));
	for (int i = 0; i < STEPS; i++) {
		step();
		if (!dirty && below(4) == 0)
			crash();
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("random");
	TCase *tc = tcase_create("random");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	tcase_add_loop_test(
	    tc, what_a_crash_leaves_is_what_there_was, 1, ROUNDS);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
