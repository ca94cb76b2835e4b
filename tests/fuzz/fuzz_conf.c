/*
 * Files that an operator writes.  The first octet says which: '<' a service
 * profile, '%' hssd.conf (without the '%'), anything else subscribers.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cx/profile.h"
#include "cx/xml.h"
#include "store/store.h"
#include "tests/fuzz/fuzz.h"
#include "tools/hssd/conf.h"

enum { NAME_CAP = STORE_NAME_MAX + 1 };

static int fd = -1;
static char path[64];
static size_t told;

static void
fault(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	(void)line;
	FUZZ_CHECK(file != NULL && what != NULL && what[0] != '\0');
	told++;
}

static void
write_file(const uint8_t *octets, size_t len)
{
	FUZZ_CHECK(ftruncate(fd, 0) == 0);
	FUZZ_CHECK(pwrite(fd, octets, len, 0) == (ssize_t)len);
}

/* --- Profiles: what is normalised once stays as it is --- */

static void
check_profile(const char *text, size_t len)
{
	static char once[PROFILE_TEXT_MAX], twice[PROFILE_TEXT_MAX];
	struct xml a = { .p = once, .cap = sizeof once };
	struct xml b = { .p = twice, .cap = sizeof twice };
	size_t n = profile_check("file", text, len, &a, fault, NULL);

	FUZZ_CHECK(n == told);
	if (n > 0)
		return;
	FUZZ_CHECK(!a.full);
	n = profile_check("file", a.p, a.len, &b, fault, NULL);
	FUZZ_CHECK(n == 0);
	FUZZ_CHECK(a.len == b.len && memcmp(a.p, b.p, a.len) == 0);
}

/* --- Subscribers: every name that was read is found --- */

static bool
opc(void *arg, uint8_t out[16], const uint8_t k[16], const uint8_t op[16])
{
	(void)arg;
	for (int i = 0; i < 16; i++)
		out[i] = k[i] ^ op[i];
	return true;
}

static bool
ha1(void *arg, uint8_t out[16], const char *impi, const char *password)
{
	(void)arg;
	memset(out, (int)(strlen(impi) + strlen(password)), 16);
	return true;
}

static int
one_name(void *arg, const char *name)
{
	(void)arg;
	return strcmp(name, "default") == 0 ? 1 : -1;
}

static bool
check_sub(void *arg, const struct store_sub *sub)
{
	const struct store *store = arg;
	char name[NAME_CAP];

	for (unsigned i = 0; i < sub->nimpis; i++) {
		size_t len =
		    store_name(store, &sub->impis[i].name, name, sizeof name);

		FUZZ_CHECK(len < sizeof name);
		FUZZ_CHECK(store_find_impi(store, name, len) == &sub->impis[i]);
	}
	for (unsigned i = 0; i < sub->nimpus; i++) {
		size_t len =
		    store_name(store, &sub->impus[i].name, name, sizeof name);

		FUZZ_CHECK(len < sizeof name);
		FUZZ_CHECK(store_find_impu(store, name, len) == &sub->impus[i]);
	}
	return true;
}

static void
check_subscribers(void)
{
	const struct store_hooks hooks = { opc, ha1, one_name, one_name, NULL };
	const char *files[] = { path };
	struct store *store = store_new(&hooks);

	FUZZ_CHECK(store != NULL);

	size_t n = store_load(store, files, 1, fault, NULL);

	FUZZ_CHECK((n == 0) == (told == 0));
	if (n == 0) {
		size_t count = store_count(store);

		store_each(store, check_sub, store);
		FUZZ_CHECK(store_load(store, files, 1, fault, NULL) == 0);
		FUZZ_CHECK(store_count(store) == count);
		store_each(store, check_sub, store);
	} else {
		FUZZ_CHECK(store_count(store) == 0);
	}
	store_close(store);
}

/* --- hssd.conf --- */

static void
check_conf(void)
{
	struct conf conf = { 0 };
	size_t n = conf_load(&conf, path, fault, NULL);

	FUZZ_CHECK(n == told);
	if (n == 0) {
		FUZZ_CHECK(conf.id.host != NULL && conf.id.realm != NULL);
		FUZZ_CHECK(conf.nlistens <= CONF_LISTEN_MAX);
		for (size_t i = 0; i < conf.nlistens; i++)
			FUZZ_CHECK(dia_uri_fault(conf.listens[i]) == NULL);
	}
	conf_free(&conf);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fd = memfd_create("file", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	fuzz_rewind();
	told = 0;
	if (len > 0 && input[0] == '<') {
		check_profile((const char *)input, len);
	} else if (len > 0 && input[0] == '%') {
		write_file(input + 1, len - 1);
		check_conf();
	} else {
		write_file(input, len);
		check_subscribers();
	}
	return 0;
}
