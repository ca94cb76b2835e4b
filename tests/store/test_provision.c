/*
 * Subscriptions that come in and go at run time: what an import does, what it
 * refuses, and what of it is there after a restart.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

#define KEYS                                     \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n"
#define CAROL "[carol]\nimpi = carol@h\n" KEYS "impu = sip:carol@h\n"
#define DAVE "[dave]\nimpi = dave@h\n" KEYS "impu = sip:dave@h\n"

static struct store_import in;
static uint64_t position;

static void
note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	snprintf(
	    faults + len, sizeof faults - len, "%s:%u: %s\n", file, line, what);
	nfaults++;
}

static enum store_result
import(const char *text)
{
	faults[0] = '\0';
	nfaults = 0;
	in = (struct store_import){ .name = "new",
		.text = text,
		.len = strlen(text),
		.fault = note_fault };
	return store_import(store, &in);
}

static void
import_good(const char *text)
{
	ck_assert_int_eq(import(text), STORE_DONE);
	ck_assert_str_eq(faults, "");
}

/* Nothing changes, and these faults are told. */
static void
import_bad(const char *text, const char *told)
{
	size_t count = store_count(store);

	ck_assert_int_eq(import(text), STORE_FAULTS);
	ck_assert_str_eq(faults, told);
	ck_assert_uint_eq(store_count(store), count);
}

static enum store_result delete (const char *name) {
	struct store_sub *sub = store_find_sub(store, name, strlen(name));

	ck_assert_ptr_nonnull(sub);
	return store_delete(store, sub, &position);
}

static bool
is_there(const char *name)
{
	return store_find_sub(store, name, strlen(name)) != NULL;
}

static char text[1 << 20];

static void
add_line(void *arg, const char *line, size_t len)
{
	size_t at = strlen(text);

	ck_assert_uint_lt(at + len + 2, sizeof text);
	memcpy(text + at, line, len);
	strcpy(text + at + len, "\n");
}

static const char *
exported(void)
{
	struct store_walk walk = { 0 };
	const struct store_sub *sub;

	text[0] = '\0';
	while ((sub = store_next(store, &walk)) != NULL)
		store_export(store, sub, false, add_line, NULL);
	return text;
}

/* Opens a store without files; later ones see the same. */
static void
open_empty(void)
{
	load_good("");
	ck_assert(open_db(NULL));
}

START_TEST(an_import_is_there_and_stays_after_a_restart)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	import_good("# new\n" CAROL "sqn = 000000000400\n" DAVE);
	ck_assert_uint_eq(in.added, 2);
	ck_assert_uint_eq(in.replaced, 0);
	ck_assert_uint_gt(in.position, 0);
	for (int round = 0; round < 3; round++) {
		ck_assert_uint_eq(store_count(store), 3);
		ck_assert(!impi("alice@example.org")->sub->own);
		ck_assert(impi("carol@h")->sub->own);
		ck_assert_ptr_eq(impu("sip:dave@h")->sub, impi("dave@h")->sub);
		ck_assert_uint_eq(impi("carol@h")->seq, 31);
		ck_assert_uint_eq(impi("carol@h")->u.aka.opc[15], 0x1f);
		ck_assert_str_eq(
		    store_file(store, impi("alice@example.org")->sub), "subs");
		ck_assert_ptr_null(store_file(store, impi("dave@h")->sub));
		reopen();
	}
}
END_TEST

START_TEST(a_registration_that_ended_stays_so_after_a_restart)
{
	open_empty();
	import_good(CAROL);
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	import_good("[carol]\nimpi = dave@h\n" KEYS "impu = sip:dave@h\n");
	import_good("[new]\nimpi = carol@h\n" KEYS "impu = sip:carol@h\n");
	for (int round = 0; round < 2; round++) {
		ck_assert_str_eq(scscf_of(impi("carol@h")->sub), "");
		ck_assert_uint_eq(mask_of(impi("carol@h")->sub, 0), 0);
		reopen();
	}
}
END_TEST

START_TEST(a_deletion_stays_after_a_restart)
{
	open_empty();
	import_good(CAROL DAVE);
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	ck_assert_uint_gt(position, in.position);
	for (int round = 0; round < 3; round++) {
		ck_assert_uint_eq(store_count(store), 1);
		ck_assert_ptr_null(impi("carol@h"));
		ck_assert_ptr_null(impu("sip:carol@h"));
		ck_assert(!is_there("carol"));
		reopen();
	}
	import_good(CAROL);
	reopen();
	ck_assert_uint_eq(store_count(store), 2);
}
END_TEST

START_TEST(one_of_a_file_is_not_deleted)
{
	load_good(ALICE);
	ck_assert_int_eq(delete ("alice"), STORE_NOT_OWN);
	ck_assert(is_there("alice"));
}
END_TEST

START_TEST(faults_name_the_text_and_its_line_and_nothing_changes)
{
	load_good(ALICE);
	import_good(CAROL);
	import_bad(DAVE "impu = nonsense\nfoo = bar\n",
	    "new:6: impu must begin with a SIP or tel URI of at most 255 "
	    "octets, as sip:alice@example.org or tel:+15550001\n"
	    "new:7: unknown key `foo`; there are impi, impu, profile, "
	    "unregistered-services, scscf, capabilities, charging, visited, "
	    "barred, loose-route, privileged-sender and, under an impi, "
	    "scheme, k, op, opc, amf, sqn, password, ha1, line-identifier, "
	    "framed-ip\n");
	import_bad(DAVE "[carol]\nimpi = c2@h\n" KEYS "impu = sip:dave@h\n",
	    "new:10: impu sip:dave@h is at new:5 already\n");
	import_bad(DAVE DAVE, "new:6: section [dave] is at new:1 already\n");
	import_bad("", "new:0: there is no subscription in it\n");
	import_bad(" # [x]\n", "new:0: there is no subscription in it\n");
	ck_assert_ptr_null(impi("dave@h"));
	ck_assert_ptr_nonnull(impi("carol@h"));
}
END_TEST

START_TEST(what_is_of_a_file_is_not_imported)
{
	load_good(ALICE);
	import_bad("\n[alice]\nimpi = a@h\n" KEYS "impu = sip:a@h\n",
	    "new:2: section [alice] is in subs already\n");
	import_bad("[x]\nimpi = alice@Example.org\n" KEYS
		   "impu = sip:a@h\nimpu = tel:+1-555-0001\n",
	    "new:2: impi alice@example.org is in [alice] of subs already\n"
	    "new:6: impu tel:+15550001 is in [alice] of subs already\n");
	ck_assert_ptr_null(impu("sip:a@h"));
}
END_TEST

START_TEST(what_another_import_has_is_not_imported)
{
	load_good(ALICE);
	import_good(CAROL);
	import_bad("[x]\nimpi = carol@h\n" KEYS "impu = sip:x@h\n",
	    "new:2: impi carol@h is in [carol] already, which was "
	    "imported\n");
	/* but one that lets it go gives it away */
	import_good("[x]\nimpi = x@h\n" KEYS "impu = sip:carol@h\n"
		    "[carol]\nimpi = carol@h\n" KEYS "impu = sip:c@h\n");
	ck_assert_uint_eq(in.added, 2);
	ck_assert_uint_eq(in.replaced, 1);
	ck_assert_str_eq(impu("sip:carol@h")->sub->name, "x");
	ck_assert_str_eq(impu("sip:c@h")->sub->name, "carol");
}
END_TEST

START_TEST(a_file_that_has_what_was_imported_is_not_opened)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	import_good(CAROL DAVE);
	store_close(store);
	store = store_new(test_hooks());
	load_good(ALICE CAROL "[x]\nimpi = dave@h\n" KEYS "impu = tel:1\n");
	ck_assert(!open_db(NULL));
	ck_assert_uint_eq(nfaults, 2);
	ck_assert_ptr_nonnull(strstr(faults,
	    "db:0: [carol] was imported, and is in subs too; take it out of "
	    "the files, or change them back until [carol] is deleted\n"));
	ck_assert_ptr_nonnull(strstr(faults,
	    "db:0: impi dave@h is in [dave], which was imported, and in [x] "
	    "of subs; take it out"));
}
END_TEST

START_TEST(a_file_that_has_what_was_deleted_is_opened)
{
	uint64_t first, next;

	load_good("");
	ck_assert(open_db(NULL));
	import_good(CAROL);
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &first));
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	put_file("subs", CAROL, sizeof CAROL - 1);
	reopen(); /* the journal has the import still */
	ck_assert(!impi("carol@h")->sub->own);
	ck_assert_str_eq(scscf_of(impi("carol@h")->sub), "");
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &next));
	ck_assert_uint_gt(next, first);
}
END_TEST

START_TEST(registration_and_sqn_go_on_when_it_is_replaced)
{
	uint64_t first, next;
	size_t len;

	open_empty();
	import_good(CAROL "[two]\nimpi = a@h\n" KEYS "impi = b@h\n" KEYS
			  "impu = sip:a@h\n");
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	ck_assert(registers(impi("a@h")->sub, "sip:t", 3));
	ck_assert(store_put_restoration(store, impi("a@h"), 0, "1", 1));
	ck_assert(store_put_restoration(store, impi("b@h"), 0, "2", 1));
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &first));
	import_good("[carol]\nimpi = new@h\n" KEYS "impi = carol@h\n" KEYS
		    "impu = sip:other@h\n"
		    "[two]\nimpi = a@h\n" KEYS "impu = sip:a@h\n");
	ck_assert_uint_eq(in.replaced, 2);
	for (int round = 0; round < 2; round++) {
		ck_assert_uint_eq(store_count(store), 2);
		ck_assert_uint_eq(store_registered(store), 2);
		ck_assert_str_eq(scscf_of(impi("new@h")->sub), "sip:s");
		ck_assert_uint_eq(mask_of(impi("new@h")->sub, 0), 2);
		ck_assert_uint_eq(mask_of(impi("a@h")->sub, 0), 1);
		ck_assert_ptr_nonnull(
		    store_restoration(store, impi("a@h"), 0, &len));
		ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &next));
		ck_assert_uint_gt(next, first);
		first = next;
		reopen();
	}
	/* what was left for b is not that of a new b */
	import_good(
	    "[two]\nimpi = a@h\n" KEYS "impi = b@h\n" KEYS "impu = sip:a@h\n");
	ck_assert(registers(impi("a@h")->sub, "sip:t", 3));
	ck_assert_ptr_null(store_restoration(store, impi("b@h"), 0, &len));
}
END_TEST

START_TEST(no_sqn_is_used_twice_by_one_who_comes_back)
{
	uint64_t first, next;

	open_empty();
	import_good(CAROL);
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &first));
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	import_good(CAROL);
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &next));
	ck_assert_uint_gt(next, first);
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	reopen();
	import_good(CAROL "sqn = 00000000ffe0\n");
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	import_good(CAROL);
	ck_assert(store_next_sqn(store, impi("carol@h"), 0, 1, &next));
	ck_assert_uint_ge(next, 0xffe0);
}
END_TEST

START_TEST(a_deleted_registration_does_not_come_back)
{
	open_empty();
	import_good(CAROL);
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	ck_assert_uint_eq(store_registered(store), 0);
	import_good(CAROL);
	ck_assert_str_eq(scscf_of(impi("carol@h")->sub), "");
	reopen();
	ck_assert_str_eq(scscf_of(impi("carol@h")->sub), "");
}
END_TEST

struct change {
	char text[4096];
};

static void
note_change(void *arg, const struct store *old_store,
    const struct store_sub *old, const struct store *new_store,
    const struct store_sub *new)
{
	struct change *c = arg;
	char a[STORE_NAME_MAX + 1], b[STORE_NAME_MAX + 1] = "none";

	store_name(old_store, &old->impus[0].name, a, sizeof a);
	if (new != NULL)
		store_name(new_store, &new->impus[0].name, b, sizeof b);
	snprintf(c->text + strlen(c->text), 600, "%s -> %s\n", a, b);
}

START_TEST(changes_of_who_has_an_scscf_are_told)
{
	struct change c = { "" };

	load_good("");
	import_good(CAROL DAVE);
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	store_on_change(store, note_change, &c);
	import_good("[carol]\nimpi = carol@h\n" KEYS "impu = sip:c@h\n" DAVE);
	ck_assert_int_eq(delete ("dave"), STORE_DONE);
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	store_on_change(store, NULL, NULL);
	ck_assert_str_eq(c.text, "sip:carol@h -> sip:c@h\nsip:c@h -> none\n");
}
END_TEST

START_TEST(a_reload_keeps_what_was_imported)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	import_good(CAROL "profile = gold\ncharging = prepaid\n");
	ck_assert(registers(impi("carol@h")->sub, "sip:s", 1));
	load_good(ALICE BOB);
	ck_assert_uint_eq(store_count(store), 3);
	ck_assert(impi("carol@h")->sub->own);
	ck_assert_uint_eq(impu("sip:carol@h")->profile, 1);
	ck_assert_uint_eq(impi("carol@h")->sub->charging, 1);
	ck_assert_str_eq(scscf_of(impi("carol@h")->sub), "sip:s");
	ck_assert_uint_eq(load_text(ALICE BOB CAROL), 1);
	ck_assert_ptr_nonnull(strstr(faults, "[carol]"));
	ck_assert_uint_eq(store_count(store), 3);
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	load_good(ALICE BOB CAROL);
	ck_assert(!impi("carol@h")->sub->own);
}
END_TEST

START_TEST(a_reload_that_goes_on_keeps_all_as_it_is)
{
	static const char *const files[] = { "subs" };

	load_good("");
	import_good(CAROL);
	ck_assert(store_reload_begin(
	    store, test_hooks(), files, 1, note_fault, NULL));
	ck_assert_int_eq(import(DAVE), STORE_BUSY);
	ck_assert_int_eq(delete ("carol"), STORE_BUSY);
	store_reload_stop(store);
	import_good(DAVE);
	ck_assert_int_eq(delete ("carol"), STORE_DONE);
	ck_assert_uint_eq(store_count(store), 1);
}
END_TEST

START_TEST(an_export_imported_elsewhere_exports_the_same)
{
	static char before[sizeof text];
	uint64_t sqn;

	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	import_good(DAVE "profile = gold\n" CAROL);
	ck_assert(store_next_sqn(store, impi("dave@h"), 0, 1, &sqn));
	strcpy(before, exported());
	store_close(store);
	ck_assert_int_eq(rename("db", "old"), 0);
	store = store_new(test_hooks());
	open_empty();
	import_good(before);
	ck_assert_str_eq(exported(), before);
	import_good(before);
	ck_assert_str_eq(exported(), before);
	put_file("subs", "", 0);
	reopen();
	ck_assert_str_eq(exported(), before);
}
END_TEST

START_TEST(a_text_at_its_limit_and_one_past)
{
	char *long_text = malloc(STORE_IMPORT_MAX + 2);

	load_good("");
	memset(long_text, '\n', STORE_IMPORT_MAX + 1);
	memcpy(long_text, CAROL, sizeof CAROL - 1);
	long_text[STORE_IMPORT_MAX] = '\0';
	import_good(long_text);
	long_text[STORE_IMPORT_MAX] = '\n';
	long_text[STORE_IMPORT_MAX + 1] = '\0';
	import_bad(long_text,
	    "new:0: more than 4194304 octets; import less at a time\n");
	free(long_text);
}
END_TEST

static char *
add_wildcards(char *p, const char *section, unsigned from, unsigned n)
{
	p += sprintf(p, "[%s]\nimpi = %s@h\n" KEYS, section, section);
	for (unsigned i = from; i < from + n; i++)
		p += sprintf(p, "impu = sip:w!%u.!@h psi wildcard\n", i);
	return p;
}

START_TEST(wildcards_at_their_limit_and_one_past)
{
	static char in_text[1 << 14];
	char *p = add_wildcards(in_text, "a", 0, WILDCARDS_ALIKE_MAX - 2);

	load_good("");
	add_wildcards(p, "b", 190, 2);
	import_good(in_text);
	import_good(in_text); /* in the place of themselves */
	add_wildcards(in_text, "c", 195, 1);
	import_bad(
	    in_text, "new:5: more than 16 wildcards begin so in one domain\n");
	p = add_wildcards(in_text, "c", 195, 1);
	add_wildcards(p, "b", 190, 1);
	import_good(in_text);
	ck_assert_ptr_nonnull(
	    store_match_impu(store, "sip:w195x@h", strlen("sip:w195x@h")));
	ck_assert_ptr_null(
	    store_match_impu(store, "sip:w191x@h", strlen("sip:w191x@h")));
}
END_TEST

/* --- The journal --- */

static char octets[1 << 20];

START_TEST(an_import_that_is_not_whole_is_left_out)
{
	size_t len;

	open_empty();
	import_good(CAROL);
	store_close(store);
	store = NULL;
	len = get_file("db/journal", octets, sizeof octets);
	for (size_t cut = 1; cut < len; cut++) {
		bool in_header = cut < strcspn(octets, "\n") + 1;

		if (in_header)
			continue;
		put_file("db/journal", octets, cut);
		store = store_new(test_hooks());
		load_good("");
		ck_assert(open_db(NULL));
		ck_assert_uint_eq(store_count(store), 0);
		import_good(DAVE);
		reopen();
		ck_assert(is_there("dave"));
		ck_assert(!is_there("carol"));
		store_close(store);
		store = NULL;
	}
	store = store_new(test_hooks());
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		an_import_is_there_and_stays_after_a_restart,
		a_registration_that_ended_stays_so_after_a_restart,
		a_deletion_stays_after_a_restart,
		one_of_a_file_is_not_deleted,
		faults_name_the_text_and_its_line_and_nothing_changes,
		what_is_of_a_file_is_not_imported,
		what_another_import_has_is_not_imported,
		a_file_that_has_what_was_imported_is_not_opened,
		a_file_that_has_what_was_deleted_is_opened,
		registration_and_sqn_go_on_when_it_is_replaced,
		no_sqn_is_used_twice_by_one_who_comes_back,
		a_deleted_registration_does_not_come_back,
		changes_of_who_has_an_scscf_are_told,
		a_reload_keeps_what_was_imported,
		a_reload_that_goes_on_keeps_all_as_it_is,
		an_export_imported_elsewhere_exports_the_same,
		a_text_at_its_limit_and_one_past,
		wildcards_at_their_limit_and_one_past,
		an_import_that_is_not_whole_is_left_out,
	};

	return run_store_tests(
	    "provision", tests, sizeof tests / sizeof *tests);
}
