/*
 * Registration state: changes, limits, positions, a disk that fails.
 */
#include "tests/store/store_fixture.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static struct store_sub *
alice(void)
{
	return impi("alice@example.org")->sub;
}

START_TEST(nothing_is_registered_at_first)
{
	struct store_reg reg;

	load_good(ALICE);
	store_get_reg(alice(), &reg);
	ck_assert_ptr_null(reg.scscf.name);
	ck_assert_uint_eq(reg.nsets, 1);
	ck_assert_int_eq(store_set_state(&reg.sets[0]), STORE_NOT_REGISTERED);
}
END_TEST

START_TEST(state_of_a_set)
{
	struct store_set set = { 0 };

	ck_assert_int_eq(store_set_state(&set), STORE_NOT_REGISTERED);
	set.pending = 1;
	ck_assert_int_eq(store_set_state(&set), STORE_NOT_REGISTERED);
	set.unregistered = true;
	ck_assert_int_eq(store_set_state(&set), STORE_UNREGISTERED);
	set.registered = 2;
	ck_assert_int_eq(store_set_state(&set), STORE_REGISTERED);
}
END_TEST

START_TEST(what_is_put_is_got)
{
	struct store_reg reg, got;
	char name[] = "sip:s";

	load_good(ALICE "impu = sip:x@h set=2\n");
	store_get_reg(alice(), &reg);
	reg.scscf = (struct store_scscf){ name, "host", NULL };
	reg.sets[0].registered = 1;
	reg.sets[1].pending = 1;
	reg.sets[1].unregistered = true;
	ck_assert(store_put_reg(store, alice(), &reg));
	strcpy(name, "xxxxx"); /* it was copied */
	store_get_reg(alice(), &got);
	ck_assert_str_eq(got.scscf.name, "sip:s");
	ck_assert_str_eq(got.scscf.host, "host");
	ck_assert_ptr_null(got.scscf.realm);
	ck_assert_uint_eq(got.nsets, 2);
	ck_assert_uint_eq(got.sets[0].registered, 1);
	ck_assert_uint_eq(got.sets[1].pending, 1);
	ck_assert(got.sets[1].unregistered);
	/* Its own strings may be put again, and taken away. */
	got.sets[1].pending = 0;
	ck_assert(store_put_reg(store, alice(), &got));
	store_get_reg(alice(), &got);
	ck_assert_str_eq(got.scscf.name, "sip:s");
	got.scscf.name = NULL;
	ck_assert(store_put_reg(store, alice(), &got));
	ck_assert_str_eq(scscf_of(alice()), "");
	ck_assert_uint_eq(store->scscfs.count, 0);
}
END_TEST

START_TEST(what_does_not_fit_the_subscription_is_refused)
{
	struct store_reg reg;
	char name[STORE_NAME_MAX + 2] = "";

	load_good(ALICE);
	ck_assert(registers(alice(), "sip:s", 1));
	ck_assert(!registers(alice(), "sip:s", 2)); /* there is one IMPI */
	ck_assert(!registers(alice(), "", 1));
	memset(name, 'x', STORE_NAME_MAX + 1);
	ck_assert(!registers(alice(), name, 1));
	ck_assert_str_eq(scscf_of(alice()), "sip:s");
	name[STORE_NAME_MAX] = '\0';
	ck_assert(registers(alice(), name, 1));
	store_get_reg(alice(), &reg);
	reg.nsets = 2;
	ck_assert(!store_put_reg(store, alice(), &reg));
	ck_assert_str_eq(scscf_of(alice()), name);
}
END_TEST

/* That many subscribers, each with an S-CSCF of its own. */
START_TEST(scscfs_at_their_limit_and_one_past)
{
	FILE *f = fopen("subs", "w");
	const char *const files[] = { "subs" };
	char name[32];

	for (int i = 0; i <= STORE_SCSCFS_MAX; i++)
		fprintf(f,
		    "[%d]\nimpi = %d@h\nscheme = digest\npassword = x\n"
		    "impu = sip:%d@h\n",
		    i, i, i);
	fclose(f);
	ck_assert_uint_eq(store_load(store, files, 1, NULL, NULL), 0);
	for (int i = 0; i < STORE_SCSCFS_MAX; i++) {
		snprintf(name, sizeof name, "%d@h", i);
		ck_assert(registers(impi(name)->sub, name, 1));
	}
	snprintf(name, sizeof name, "%d@h", STORE_SCSCFS_MAX);
	ck_assert(!registers(impi(name)->sub, "sip:new", 1));
	ck_assert_str_eq(scscf_of(impi(name)->sub), "");
	ck_assert(registers(impi(name)->sub, "7@h", 1)); /* known */
	/* One that nobody has any more makes room. */
	ck_assert(registers(impi("9@h")->sub, "7@h", 1));
	ck_assert(registers(impi("10@h")->sub, "sip:new", 1));
	ck_assert(registers(impi("9@h")->sub, "10@h", 1));
	ck_assert_str_eq(scscf_of(impi("10@h")->sub), "sip:new");
	ck_assert_str_eq(scscf_of(impi("7@h")->sub), "7@h");
}
END_TEST

START_TEST(an_equal_state_writes_nothing)
{
	load_good(ALICE);
	ck_assert(open_db(NULL));
	ck_assert(registers(alice(), "sip:s", 1));
	ck_assert_uint_eq(sub_of(alice())->position, 1);
	ck_assert(registers(alice(), "sip:s", 1));
	ck_assert_uint_eq(sub_of(alice())->position, 1);
	ck_assert(registers(alice(), "sip:s", 0));
	ck_assert_uint_eq(sub_of(alice())->position, 2);
}
END_TEST

START_TEST(a_registration_survives_a_restart)
{
	struct store_reg reg;

	load_good(ALICE BOB);
	ck_assert(open_db(NULL));
	ck_assert(registers(alice(), "sip:one", 1));
	ck_assert(registers(alice(), "sip:two", 1));
	ck_assert(registers(impi("bob@example.org")->sub, "sip:one", 1));
	store_get_reg(impi("bob@example.org")->sub, &reg);
	reg = (struct store_reg){ .nsets = 1 };
	ck_assert(store_put_reg(store, impi("bob@example.org")->sub, &reg));
	for (int i = 0; i < 3; i++) {
		reopen();
		store_get_reg(alice(), &reg);
		ck_assert_str_eq(reg.scscf.name, "sip:two");
		ck_assert_str_eq(reg.scscf.host, "host.example.org");
		ck_assert_str_eq(reg.scscf.realm, "example.org");
		ck_assert_uint_eq(reg.sets[0].registered, 1);
		ck_assert_str_eq(scscf_of(impi("bob@example.org")->sub), "");
	}
	compact_db();
	reopen();
	ck_assert_uint_eq(report.replayed, 1); /* the snapshot is small */
	ck_assert_uint_eq(store_position(store, alice()), 0);
}
END_TEST

/* --- a disk that fails or waits when told to --- */

static _Atomic int disk_errno;
static _Atomic bool disk_waits;

static int
slow_datasync(int fd)
{
	while (disk_waits)
		usleep(1000);
	if (disk_errno != 0) {
		errno = disk_errno;
		return -1;
	}
	return fdatasync(fd);
}

static const struct journal_io disk = { .datasync = slow_datasync,
	.retry_ms = 100 };

static void
wait_for(bool failing)
{
	struct pollfd p = { store_fd(store), POLLIN, 0 };

	for (int i = 0; i < 1000 && (store_failing(store) != 0) != failing;
	     i++) {
		poll(&p, 1, 10);
		store_woken(store);
	}
	ck_assert_int_eq(store_failing(store) != 0, failing);
}

START_TEST(position_is_that_of_the_last_change_until_it_is_durable)
{
	uint64_t first;

	load_good(ALICE BOB);
	ck_assert(open_db(&disk));
	ck_assert_uint_eq(store_position(store, alice()), 0);
	disk_waits = true;
	ck_assert(registers(alice(), "sip:s", 1));
	uint64_t reg = store_position(store, alice());
	ck_assert_uint_gt(reg, store_durable(store));
	ck_assert(store_next_sqn(store, &alice()->impis[0], 0, 1, &first));
	uint64_t sqn = store_position(store, alice());
	ck_assert_uint_gt(sqn, reg);
	ck_assert_uint_eq(
	    store_position(store, impi("bob@example.org")->sub), 0);
	/* A number that is allowed already waits for what allows it. */
	ck_assert(store_next_sqn(store, &alice()->impis[0], 0, 1, &first));
	ck_assert_uint_eq(store_position(store, alice()), sqn);
	/* A reload does not forget what is waited for. */
	load_good(BOB ALICE);
	ck_assert_uint_eq(store_position(store, alice()), sqn);
	disk_waits = false;
	ck_assert(store_sync(store));
	ck_assert_uint_eq(store_durable(store), sqn);
	ck_assert_uint_eq(store_position(store, alice()), 0);
}
END_TEST

START_TEST(with_a_failing_disk_only_what_needs_it_is_refused)
{
	uint64_t first;

	load_good(ALICE BOB);
	ck_assert(open_db(&disk));

	struct store_impi *a = &alice()->impis[0];

	ck_assert(store_next_sqn(store, a, 0, 1, &first));
	ck_assert(store_sync(store));
	disk_errno = ENOSPC;
	ck_assert(registers(alice(), "sip:s", 1));
	wait_for(true);
	ck_assert_int_eq(store_failing(store), ENOSPC);
	/* Refused, and nothing changed: */
	ck_assert(!registers(alice(), "sip:t", 1));
	ck_assert_str_eq(scscf_of(alice()), "sip:s");
	ck_assert_uint_eq(store->scscfs.count, 1);
	ck_assert(!store_next_sqn(
	    store, &impi("bob@example.org")->sub->impis[0], 0, 1, &first));
	ck_assert_uint_eq(impi("bob@example.org")->seq, 0);
	ck_assert(!store_resync(store, a, (uint64_t)1 << 40));
	ck_assert_uint_eq(a->seq, 1);
	ck_assert_uint_eq(load_text(BOB), 1); /* it would drop a state */
	ck_assert_str_eq(
	    faults, "subs:0: the disk is failing, so nothing is changed\n");
	ck_assert_str_eq(scscf_of(alice()), "sip:s");
	/* Served: */
	ck_assert(registers(alice(), "sip:s", 1));
	ck_assert(store_next_sqn(store, a, 0, 63, &first));
	ck_assert_uint_eq(first >> 5, 2);
	ck_assert(store_resync(store, a, 5 << 5));
	ck_assert(!store_next_sqn(store, a, 0, 1, &first));
	disk_errno = 0;
	wait_for(false);
	ck_assert(registers(alice(), "sip:t", 1));
	ck_assert(store_next_sqn(store, a, 0, 1, &first));
	put_file("subs", ALICE, sizeof ALICE - 1);
	reopen();
	ck_assert_str_eq(scscf_of(alice()), "sip:t");
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		nothing_is_registered_at_first,
		state_of_a_set,
		what_is_put_is_got,
		what_does_not_fit_the_subscription_is_refused,
		scscfs_at_their_limit_and_one_past,
		an_equal_state_writes_nothing,
		a_registration_survives_a_restart,
		position_is_that_of_the_last_change_until_it_is_durable,
		with_a_failing_disk_only_what_needs_it_is_refused,
	};

	return run_store_tests("reg", tests, sizeof tests / sizeof *tests);
}
