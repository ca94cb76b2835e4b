/* Requests while the disk fails: what is not on it is promised to nobody. */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/local.h"

enum { TRIES = 500, TRY_US = 10000 };

static atomic_bool full;
static char dir[64];

static ssize_t
write_unless_full(int fd, const void *octets, size_t len)
{
	if (!full)
		return write(fd, octets, len);
	errno = ENOSPC;
	return -1;
}

static void
told(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	ck_abort_msg("%s:%u: %s", file, line, what);
}

static void
open_disk(void)
{
	const struct journal_io io = { .write = write_unless_full,
		.retry_ms = 100 };
	struct store_report report;

	fx_open();
	full = false;
	snprintf(dir, sizeof dir, "/tmp/hssd-cx-disk-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert(store_open_io(fx_store(), dir, &io, &report, told, NULL));
}

static void
close_disk(void)
{
	static const char *const names[] = { "state", "journal", "lock" };
	char path[128];

	full = false;
	fx_close();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		ck_assert_int_eq(unlink(path), 0);
	}
	ck_assert_int_eq(rmdir(dir), 0);
}

static void
wait_until_durable(void)
{
	for (unsigned i = 0; i < TRIES && !store_sync(fx_store()); i++)
		usleep(TRY_US);
	ck_assert(store_sync(fx_store()));
}

START_TEST(state_that_is_not_on_a_failing_disk_is_5012)
{
	registration(ALICE, ALICE_SIP);
	wait_until_durable();
	full = true;
	sar(BOB, BOB_SIP, 1);
	ck_assert(!store_sync(fx_store()));
	lir(BOB_SIP);
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(SERVER_NAME));
	uar(BOB, BOB_SIP, NONE);
	expect_result(DIA_UNABLE_TO_COMPLY);
	mar(BOB, BOB_SIP, "SIP Digest");
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(SIP_AUTH_DATA_ITEM));
}
END_TEST

START_TEST(state_on_disk_is_told_while_it_fails)
{
	registration(ALICE, ALICE_SIP);
	wait_until_durable();
	full = true;
	sar(BOB, BOB_SIP, 1);
	ck_assert(!store_sync(fx_store()));
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	mar(ALICE, ALICE_SIP, "Digest-AKAv1-MD5");
	expect_result(DIA_SUCCESS);
}
END_TEST

START_TEST(state_is_told_when_the_disk_works_again)
{
	full = true;
	sar(BOB, BOB_SIP, 1);
	ck_assert(!store_sync(fx_store()));
	full = false;
	wait_until_durable();
	lir(BOB_SIP);
	expect_result(DIA_SUCCESS);
}
END_TEST

/* Supported-Features with S-CSCF restoration */
static void
put_features(struct dia_writer *w)
{
	dia_open(w, CX(SUPPORTED_FEATURES));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, CX(FEATURE_LIST_ID), 1);
	dia_put_u32(w, CX(FEATURE_LIST), 4);
	dia_close(w);
}

START_TEST(restoration_that_cannot_be_stored_is_5012)
{
	struct dia_writer *w;

	registration(ALICE, ALICE_SIP);
	wait_until_durable();
	full = true;
	sar(BOB, BOB_SIP, 1); /* the disk is known to fail from now on */
	ck_assert(!store_sync(fx_store()));
	w = fx_begin(CX_LIR, "icscf.ims.example");
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_u32(
	    w, CX(USER_AUTHORIZATION_TYPE), UAT_REGISTRATION_AND_CAPABILITIES);
	put_features(w);
	fx_send();
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(SERVER_CAPABILITIES));
	/* what was not promised is not there */
	lir(ALICE_SIP);
	expect_result(DIA_SUCCESS);
	sar_at(ALICE, ALICE_SIP, SAT_REGISTRATION, OTHER, OTHER_HOST);
	expect_experimental(CX_IDENTITY_ALREADY_REGISTERED);
	w = fx_begin(CX_SAR, SCSCF_HOST);
	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_RE_REGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	put_features(w);
	dia_open(w, CX(SCSCF_RESTORATION_INFO));
	dia_put_str(w, BASE(USER_NAME), ALICE);
	dia_open(w, CX(RESTORATION_INFO));
	dia_put_str(w, CX(PATH), "<sip:p>");
	dia_put_str(w, CX(CONTACT), "<sip:c>");
	dia_close(w);
	dia_close(w);
	fx_send();
	expect_result(DIA_UNABLE_TO_COMPLY);
	expect_none(CX(USER_DATA));
}
END_TEST

int
main(void)
{
	return RUN("cx/disk", open_disk, close_disk,
	    state_that_is_not_on_a_failing_disk_is_5012,
	    state_on_disk_is_told_while_it_fails,
	    state_is_told_when_the_disk_works_again,
	    restoration_that_cannot_be_stored_is_5012);
}
