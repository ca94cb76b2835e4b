/*
 * Tables: subscriptions that are taken out, copied from other tables, and
 * walked over meanwhile.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

#define KEYS                                     \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n"

/* Everything that a subscription can have. */
static const char rich[] =
    "[rich]\nimpi = r@h.org\n" KEYS "sqn = 000000001000\n"
    "impi = n@h.org\nscheme = nass\nline-identifier = line 7\n"
    "impi = d@other.org\nscheme = digest\npassword = x\n"
    "impu = sip:r@h.org display=\"R R\" set=2\n"
    "impu = sip:as@h.org psi as=sip:as.h.org\n"
    "impu = sip:w-!.*!@h.org wildcard\n"
    "impu = sip:w-!a[bc]!@h.org wildcard\n"
    "impu = tel:+15550009 set=2\n"
    "scscf = sip:fixed.h.org\nvisited = v1.org v2.org\n"
    "capabilities = {mandatory 1 2 optional 3}\ncharging = prepaid\n";

static struct tables *to;

static void
setup(const char *text)
{
	load_good(text);
	to = tables_new(store->key);
	ck_assert_ptr_nonnull(to);
}

static struct sub *
section(const struct tables *t, const char *name)
{
	return tables_sub(t, name, strlen(name));
}

static struct sub *
adopt(const char *name)
{
	return tables_adopt(to, store->tables, section(store->tables, name));
}

static struct store_impi *
impi_in(const struct tables *t, const char *form)
{
	return tables_impi(t, form, strlen(form));
}

static struct store_impu *
impu_in(const struct tables *t, const char *form)
{
	return tables_impu(t, form, strlen(form));
}

static struct store_impu *
matching(const struct tables *t, const char *form)
{
	return tables_wildcard(t, form, strlen(form));
}

static unsigned
walked(const struct tables *t)
{
	struct arena_walk walk = { 0 };
	unsigned n = 0;

	while (tables_next(t, &walk) != NULL)
		n++;
	return n;
}

/* That nothing of it, a key least of all, is left. */
static void
check_gone(const struct tables *t)
{
	static const uint8_t k[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

	for (size_t i = 0; i < t->subs.nchunks; i++)
		ck_assert_ptr_null(memmem(t->subs.chunks[i].octets,
		    t->subs.chunks[i].used, k, sizeof k));
	ck_assert_uint_eq(walked(t), 0);
	ck_assert_uint_eq(t->count, 0);
	ck_assert_uint_eq(t->impis.count, 0);
	ck_assert_uint_eq(t->impus.count, 0);
	ck_assert_uint_eq(t->sections.count, 0);
	ck_assert_uint_eq(t->names.index.count, 0);
	ck_assert_uint_eq(t->wildcards.index.count, 0);
}

static void
check_rich(const struct tables *t, const struct sub *sub)
{
	const struct store_sub *pub = &sub->pub;
	const struct store_impi *nass = impi_in(t, "n@h.org");
	const struct store_impu *as = impu_in(t, "sip:as@h.org");

	ck_assert_str_eq(pub->name, "rich");
	ck_assert_str_eq(pub->fixed_scscf, "sip:fixed.h.org");
	ck_assert_str_eq(pub->visited, "v1.org v2.org");
	ck_assert_uint_eq(pub->nimpis, 3);
	ck_assert_uint_eq(pub->nimpus, 5);
	ck_assert_uint_eq(pub->nmandatory, 2);
	ck_assert_uint_eq(pub->noptional, 1);
	ck_assert_uint_eq(store_capabilities(pub)[2], 3);
	ck_assert_uint_eq(pub->charging, 1);
	ck_assert_ptr_eq(nass->sub, pub);
	ck_assert_str_eq(nass->u.line_identifier, "line 7");
	ck_assert_ptr_eq(impi_in(t, "r@h.org"), &pub->impis[0]);
	ck_assert_uint_eq(pub->impis[0].u.aka.k[15], 15);
	ck_assert_uint_eq(pub->impis[0].seq, 127); /* the one before */
	ck_assert_ptr_eq(impi_in(t, "d@other.org"), &pub->impis[2]);
	ck_assert_str_eq(impu_in(t, "sip:r@h.org")->display, "R R");
	ck_assert_str_eq(store_impu_as(as), "sip:as.h.org");
	ck_assert_ptr_eq(as->sub, pub);
	ck_assert_ptr_eq(
	    matching(t, "sip:w-xyz@h.org"), impu_in(t, "sip:w-!.*!@h.org"));
	ck_assert_ptr_nonnull(impu_in(t, "tel:+15550009"));
}

START_TEST(a_copy_stands_on_its_own)
{
	struct sub *sub;

	setup(ALICE);
	adopt("alice"); /* so that domains have other numbers */
	load_good(rich);
	check_rich(store->tables, section(store->tables, "rich"));
	sub = adopt("rich");
	load_good(BOB); /* the first is gone */
	check_rich(to, sub);
	ck_assert_uint_eq(to->count, 2);
	ck_assert_uint_eq(walked(to), 2);
	ck_assert_ptr_eq(section(to, "rich"), sub);
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(a_copy_is_not_registered)
{
	struct store_sub *alice;
	struct store_reg reg;
	struct sub *sub;

	setup(ALICE);
	alice = impi("alice@example.org")->sub;
	ck_assert(registers(alice, "sip:s", 1));
	sub = adopt("alice");
	store_get_reg(&sub->pub, &reg);
	ck_assert(reg_is_empty(&reg));
	ck_assert_uint_eq(to->registered, 0);
	tables_remove(to, &store->scscfs, sub);
	ck_assert_str_eq(scscf_of(alice), "sip:s");
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(nothing_is_left_of_what_is_removed)
{
	setup(rich);
	tables_remove(to, &store->scscfs, adopt("rich"));
	check_gone(to);
	ck_assert_ptr_null(matching(to, "sip:w-xyz@h.org"));
	check_rich(store->tables, section(store->tables, "rich"));
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(removing_gives_up_the_scscf_and_counts)
{
	struct store_sub *alice, *bob;

	setup(ALICE BOB);
	alice = impi("alice@example.org")->sub;
	bob = impi("bob@example.org")->sub;
	ck_assert(registers(alice, "sip:s", 1));
	ck_assert(registers(bob, "sip:t", 1));
	ck_assert_uint_eq(store->scscfs.count, 2);
	tables_remove(store->tables, &store->scscfs, sub_of(alice));
	ck_assert_uint_eq(store->scscfs.count, 1);
	ck_assert_uint_eq(store_registered(store), 1);
	ck_assert_uint_eq(store_count(store), 1);
	ck_assert_ptr_null(impi("alice@example.org"));
	ck_assert_ptr_null(impu("tel:+15550001"));
	ck_assert_ptr_null(store_find_sub(store, "alice", 5));
	ck_assert_ptr_eq(impi("bob@example.org")->sub, bob);
	ck_assert_str_eq(scscf_of(bob), "sip:t");
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(wildcards_of_others_stay)
{
	setup("[a]\nimpi = a@h\n" KEYS "impu = sip:a@h\n"
	      "impu = sip:w!1.*!@h wildcard\n"
	      "[b]\nimpi = b@h\n" KEYS "impu = sip:b@h\n"
	      "impu = sip:w!2.*!@h wildcard\n"
	      "[c]\nimpi = c@h\n" KEYS "impu = sip:c@h\n"
	      "impu = sip:w!3.*!@h wildcard\n");
	for (int gone = 0; gone < 3; gone++) {
		const char *const names[] = { "a", "b", "c" };
		struct sub *subs[3];

		for (int i = 0; i < 3; i++)
			subs[i] = adopt(names[i]);
		tables_remove(to, &store->scscfs, subs[gone]);
		for (int i = 0; i < 3; i++) {
			char form[16];

			snprintf(form, sizeof form, "sip:w%d@h", i + 1);

			const struct store_impu *found = matching(to, form);

			if (i == gone) {
				ck_assert_ptr_null(found);
				continue;
			}
			ck_assert_ptr_eq(found->sub, &subs[i]->pub);
			tables_remove(to, &store->scscfs, subs[i]);
		}
		check_gone(to);
	}
	tables_free(to, &store->scscfs);
}
END_TEST

/* What the sections of this text meet in `to`. */
static enum tables_clash_kind
meets(const char *text, const char *name, const char *what,
    const struct sub *except)
{
	struct tables_clash clash;

	load_good(text);

	const struct sub *sub = section(store->tables, name);
	bool met = tables_conflict(to, store->tables, sub, except, &clash);

	ck_assert_int_eq(met, clash.kind != TABLES_NO_CLASH);
	ck_assert_str_eq(clash.text, what);
	if (met && except == NULL)
		ck_assert_ptr_null(tables_adopt(to, store->tables, sub));
	return clash.kind;
}

START_TEST(what_is_there_already_is_named)
{
	static const char a[] = "[a]\nimpi = a@h\n" KEYS "impu = sip:a@h\n";
	static const char impi[] =
	    "[b]\nimpi = b@h\n" KEYS "impi = a@h\n" KEYS "impu = sip:b@h\n";
	static const char impu[] =
	    "[b]\nimpi = b@h\n" KEYS "impu = sip:b@h\nimpu = sip:a@h\n";
	static const char none[] = "[b]\nimpi = b@h\n" KEYS "impu = sip:b@h\n";

	setup(a);

	const struct sub *there = adopt("a");

	ck_assert_int_eq(meets(a, "a", "a", NULL), TABLES_SECTION);
	ck_assert_int_eq(meets(impi, "b", "a@h", NULL), TABLES_IMPI);
	ck_assert_int_eq(meets(impu, "b", "sip:a@h", NULL), TABLES_IMPU);
	ck_assert_int_eq(meets(none, "b", "", NULL), TABLES_NO_CLASH);
	/* But not what is to be replaced. */
	ck_assert_int_eq(meets(a, "a", "", there), TABLES_NO_CLASH);
	ck_assert_int_eq(meets(impi, "b", "", there), TABLES_NO_CLASH);
	ck_assert_int_eq(meets(impu, "b", "", there), TABLES_NO_CLASH);
	ck_assert_uint_eq(to->count, 1);
	ck_assert_uint_eq(walked(to), 1);
	ck_assert_uint_eq(to->impis.count, 1);
	ck_assert_uint_eq(to->names.index.count, 1);
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(one_wildcard_too_many_is_named)
{
	char text[4096];
	size_t len = (size_t)snprintf(
	    text, sizeof text, "[a]\nimpi = a@h\n" KEYS "impu = sip:a@h\n");

	for (int i = 0; i < WILDCARDS_ALIKE_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "impu = sip:w!%d.*!@h wildcard\n", i);
	setup(text);
	ck_assert_ptr_nonnull(adopt("a"));
	ck_assert_int_eq(meets("[b]\nimpi = b@h\n" KEYS "impu = sip:b@h\n"
			       "impu = sip:w!x!@h wildcard\n",
			     "b", "sip:w!x!@h", NULL),
	    TABLES_WILDCARD);
	ck_assert_int_eq(meets("[b]\nimpi = b@h\n" KEYS "impu = sip:b@h\n"
			       "impu = sip:v!x!@h wildcard\n",
			     "b", "", NULL),
	    TABLES_NO_CLASH);
	ck_assert_uint_eq(walked(to), 1);
	tables_free(to, &store->scscfs);
}
END_TEST

static void
load_many(int n, int skip)
{
	static char text[1 << 20];
	size_t len = 0;

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len,
		    "[u%d]\nimpi = u%d@d%d.org\n" KEYS
		    "impu = sip:u%d%.*s@example.org\n",
		    i, i, i % 7 + skip, i, i % 90,
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	ck_assert_uint_lt(len, sizeof text - 1);
	load_good(text);
}

/* All the memory that tables take. */
static size_t
octets_of(const struct tables *t)
{
	return arena_octets(&t->subs) + arena_octets(&t->names.text) +
	       t->names.cap * sizeof *t->names.domains +
	       hash_octets(&t->impis) + hash_octets(&t->impus) +
	       hash_octets(&t->sections) + hash_octets(&t->names.index) +
	       arena_octets(&t->wildcards.arena) +
	       hash_octets(&t->wildcards.index);
}

START_TEST(memory_does_not_grow_while_they_come_and_go)
{
	enum { N = 1000, ROUNDS = 100 };
	size_t octets = 0;
	char name[16];

	to = tables_new(store->key);
	for (int round = 0; round < ROUNDS; round++) {
		load_many(N, round); /* other domains each time */
		for (int i = 0; i < N; i++) {
			snprintf(name, sizeof name, "u%d", i * 7 % N);

			struct sub *sub = section(to, name);

			if (sub != NULL)
				tables_remove(to, &store->scscfs, sub);
			ck_assert_ptr_nonnull(adopt(name));
		}
		ck_assert_uint_eq(to->count, N);
		ck_assert_uint_eq(walked(to), N);
		if (round == 3)
			octets = octets_of(to);
	}
	ck_assert_uint_le(octets_of(to), octets + octets / 10);
	ck_assert_uint_le(to->names.ndomains, 2 * 8);
	tables_free(to, &store->scscfs);
}
END_TEST

START_TEST(a_walk_meets_all_that_stay)
{
	enum { N = 500 };
	bool met[N] = { false }, gone[N] = { false };
	struct store_walk walk = { 0 };
	const struct store_sub *sub;
	int n = 0;

	load_many(N, 0);
	while ((sub = store_next(store, &walk)) != NULL) {
		int at = atoi(sub->name + 1), other = (at * 31 + n++) % N;
		char name[16];

		ck_assert(!met[at] && !gone[at]);
		met[at] = true;
		/* Itself, the one before, the next, or any. */
		if (n % 5 == 0)
			other = at;
		else if (n % 5 == 1)
			other = (at + 1) % N;
		snprintf(name, sizeof name, "u%d", other);

		struct sub *it = section(store->tables, name);

		if (it == NULL)
			continue;
		tables_remove(store->tables, &store->scscfs, it);
		gone[other] = true;
	}
	for (int i = 0; i < N; i++)
		ck_assert(met[i] || gone[i]);
	ck_assert_uint_eq(store_count(store), walked(store->tables));
}
END_TEST

START_TEST(domains_end_at_the_last_number)
{
	setup(ALICE BOB);
	ck_assert_ptr_nonnull(adopt("alice"));
	to->names.ndomains = NAMES_DOMAINS_MAX;
	ck_assert_ptr_nonnull(adopt("bob"));
	load_good(rich);
	ck_assert_ptr_null(adopt("rich"));
	ck_assert_uint_eq(to->count, 2);
	ck_assert_uint_eq(walked(to), 2);
	to->names.ndomains = 1;
	ck_assert_ptr_nonnull(adopt("rich"));
	tables_free(to, &store->scscfs);
}
END_TEST

/* With all its texts as long as they may be, a piece has room for it. */
START_TEST(the_largest_subscription_fits_a_piece)
{
	const struct tables_size size = { STORE_IMPIS_MAX, STORE_IMPUS_MAX,
		STORE_SETS_MAX, STORE_CAPS_MAX,
		2 * (STORE_NAME_MAX + 1) + 4096 +
		    STORE_IMPIS_MAX * (2 * STORE_NAME_MAX + 1) +
		    STORE_IMPUS_MAX * (3 * STORE_NAME_MAX + 2) };
	uint32_t ref;

	to = tables_new(store->key);
	ck_assert_ptr_nonnull(tables_add(to, &size, &ref));
	tables_free(to, &store->scscfs);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		a_copy_stands_on_its_own,
		a_copy_is_not_registered,
		nothing_is_left_of_what_is_removed,
		removing_gives_up_the_scscf_and_counts,
		wildcards_of_others_stay,
		what_is_there_already_is_named,
		one_wildcard_too_many_is_named,
		memory_does_not_grow_while_they_come_and_go,
		a_walk_meets_all_that_stay,
		domains_end_at_the_last_number,
		the_largest_subscription_fits_a_piece,
	};

	return run_store_tests("tables", tests, sizeof tests / sizeof *tests);
}
