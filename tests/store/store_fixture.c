/* What the store's tests share. */
#include "tests/store/store_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

struct store *store;
char faults[1 << 16];
size_t nfaults;
struct store_report report;
static char folder[64];

static bool
hook_opc(void *arg, uint8_t opc[16], const uint8_t k[16], const uint8_t op[16])
{
	for (int i = 0; i < 16; i++)
		opc[i] = k[i] ^ op[i];
	return true;
}

static bool
hook_ha1(void *arg, uint8_t ha1[16], const char *name, const char *password)
{
	memset(ha1, 0, 16);
	ha1[0] = (uint8_t)name[0];
	ha1[1] = (uint8_t)password[0];
	return true;
}

static int
hook_profile(void *arg, const char *name)
{
	if (strcmp(name, "gold") == 0)
		return 1;
	return strcmp(name, "default") == 0 ? 0 : -1;
}

static int
hook_charging(void *arg, const char *name)
{
	return strcmp(name, "prepaid") == 0 ? 1 : -1;
}

const struct store_hooks *
test_hooks(void)
{
	static const struct store_hooks hooks = { hook_opc, hook_ha1,
		hook_profile, hook_charging, NULL };

	return &hooks;
}

void
store_setup(void)
{
	strcpy(folder, "/tmp/hssd-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
}

static int
drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

void
store_teardown(void)
{
	store_close(store);
	store = NULL;
	ck_assert_int_eq(chdir("/"), 0);
	nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

void
put_file(const char *name, const void *octets, size_t len)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(octets, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

size_t
get_file(const char *name, char *buf, size_t cap)
{
	FILE *f = fopen(name, "r");

	ck_assert_ptr_nonnull(f);

	size_t len = fread(buf, 1, cap, f);

	ck_assert_uint_lt(len, cap);
	buf[len] = '\0';
	fclose(f);
	return len;
}

static void
note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	snprintf(
	    faults + len, sizeof faults - len, "%s:%u: %s\n", file, line, what);
	nfaults++;
}

static size_t
load_subs(void)
{
	const char *const files[] = { "subs" };

	faults[0] = '\0';
	nfaults = 0;

	size_t told = store_load(store, files, 1, note_fault, NULL);

	ck_assert_uint_eq(told, nfaults);
	return told;
}

size_t
load_text(const char *text)
{
	put_file("subs", text, strlen(text));
	return load_subs();
}

void
load_good(const char *text)
{
	load_text(text);
	ck_assert_str_eq(faults, "");
}

bool
open_db(const struct journal_io *io)
{
	faults[0] = '\0';
	nfaults = 0;
	return store_open_io(store, "db", io, &report, note_fault, NULL);
}

int
work_on(void)
{
	struct pollfd pfd = { .fd = store_fd(store), .events = POLLIN };
	struct store_work work;
	bool begun = false;

	for (int left = 500; left > 0; left--) {
		while (store_work(store, &work))
			continue;
		begun = begun || work.step == STORE_SNAPSHOT_BEGUN;
		if (!begun || work.step == STORE_SNAPSHOT_DONE ||
		    work.step == STORE_SNAPSHOT_FAILED)
			return work.step;
		if (poll(&pfd, 1, 10) > 0)
			store_woken(store);
	}
	ck_abort_msg("a snapshot that never ends");
}

void
compact_db(void)
{
	journal_want_snapshot(store->journal);
	ck_assert_int_eq(work_on(), STORE_SNAPSHOT_DONE);
}

void
reopen(void)
{
	store_close(store);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
	load_subs();
	ck_assert_str_eq(faults, "");
	bool ok = open_db(NULL);
	ck_assert_str_eq(faults, "");
	ck_assert(ok);
	ck_assert_int_ne(work_on(), STORE_SNAPSHOT_FAILED);
}

struct store_impi *
impi(const char *name)
{
	return store_find_impi(store, name, strlen(name));
}

struct store_impu *
impu(const char *name)
{
	return store_find_impu(store, name, strlen(name));
}

bool
registers(struct store_sub *sub, const char *scscf, uint16_t mask)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	reg.scscf =
	    (struct store_scscf){ scscf, "host.example.org", "example.org" };
	reg.sets[0].registered = mask;
	return store_put_reg(store, sub, &reg);
}

const char *
scscf_of(const struct store_sub *sub)
{
	static struct store_reg reg;

	store_get_reg(sub, &reg);
	return reg.scscf.name != NULL ? reg.scscf.name : "";
}

uint16_t
mask_of(const struct store_sub *sub, unsigned set)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	ck_assert_uint_lt(set, reg.nsets);
	return reg.sets[set].registered;
}

int
run_store_tests(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, store_setup, store_teardown);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed > 0;
}
