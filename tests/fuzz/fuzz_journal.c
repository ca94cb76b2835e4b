/*
 * Opening the store's folder: an input is the text of `state` and, from the
 * line "hssd journal" on, of `journal`.  It is refused with a fault, or it
 * opens; then what is known and promised survives closing and opening.
 *
 * "--------" at the beginning of a line stands for its checksum and "end -"
 * for the right end of `state`, so that mutations reach beyond them.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/crc32c.h"
#include "store/local.h"
#include "tests/fuzz/fuzz.h"

enum {
	FILE_CAP = 1 << 17,
	SUM = 8 /* digits of a checksum */,
	STACK_LEN = 1 << 18
};

static const char subscribers[] = "[alice]\n"
				  "impi = alice@ims.example\n"
				  "k = 465b5ce8b199b49faa5f0a2ee238a6bc\n"
				  "opc = cd63cb71954a9f4e48a5994e37a02baf\n"
				  "impi = alice.pad@ims.example\n"
				  "k = 465b5ce8b199b49faa5f0a2ee238a6bc\n"
				  "opc = cd63cb71954a9f4e48a5994e37a02baf\n"
				  "impu = sip:alice@ims.example\n"
				  "impu = sip:alice.2@ims.example set=2\n"
				  "[bob]\n"
				  "impi = bob@ims.example\n"
				  "k = 465b5ce8b199b49faa5f0a2ee238a6bc\n"
				  "opc = cd63cb71954a9f4e48a5994e37a02baf\n"
				  "impu = sip:bob@ims.example\n";

static char dir[64], subs_path[64];
static unsigned faults;

/* --- The folder --- */

static void
path_of(char path[static 128], const char *name)
{
	snprintf(path, 128, "%s/%s", dir, name);
}

static void
clear_folder(void)
{
	static const char *const names[] = { "state", "state.new", "journal",
		"journal.new", "journal.old", "lock" };
	char path[128];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		path_of(path, names[i]);
		unlink(path);
	}
}

static void
remove_folder(void)
{
	clear_folder();
	rmdir(dir);
}

static void
make_folder(void)
{
	strcpy(dir, "/dev/shm/fuzz-journal-XXXXXX");
	if (mkdtemp(dir) == NULL) {
		strcpy(dir, "/tmp/fuzz-journal-XXXXXX");
		FUZZ_CHECK(mkdtemp(dir) != NULL);
	}
	atexit(remove_folder);
}

/* The text with checksums and end put in; its length. */
static size_t
complete(char *out, const char *text, size_t len)
{
	char *to = out;
	unsigned lines = 0;

	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline != NULL ? (size_t)(newline - text) : len;
		size_t whole = newline != NULL ? n + 1 : n;

		if (n == 5 && memcmp(text, "end -", 5) == 0) {
			to += sprintf(to, "end %u\n", lines - 1);
		} else {
			memcpy(to, text, whole);
			if (n > SUM && memcmp(text, "-------- ", SUM + 1) == 0)
				snprintf(to, SUM + 1, "%08" PRIx32,
				    crc32c(0, text + SUM + 1, n - SUM - 1));
			if (n > SUM)
				to[SUM] = text[SUM];
			to += whole;
		}
		lines++;
		text += whole;
		len -= whole;
	}
	return (size_t)(to - out);
}

static void
write_file(const char *name, const char *text, size_t len)
{
	/* "end -" may grow, by less than a digit an octet. */
	static char octets[3 * FILE_CAP];
	size_t n = complete(octets, text, len);
	char path[128];

	path_of(path, name);

	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(write(fd, octets, n) == (ssize_t)n);
	close(fd);
}

/* Where `journal` begins; len: there is none. */
static size_t
find_journal(const char *text, size_t len)
{
	static const char head[] = "hssd journal";

	for (const char *p = text; p < text + len;) {
		size_t left = len - (size_t)(p - text);
		const char *newline = memchr(p, '\n', left);

		if (left >= sizeof head - 1 &&
		    memcmp(p, head, sizeof head - 1) == 0)
			return (size_t)(p - text);
		if (newline == NULL)
			break;
		p = newline + 1;
	}
	return len;
}

/* --- The store --- */

static int
no_sync(int fd)
{
	(void)fd;
	return 0;
}

static const struct journal_io io = { write, no_sync, no_sync };

static bool
opc(void *arg, uint8_t out[16], const uint8_t k[16], const uint8_t op[16])
{
	(void)arg;
	(void)k;
	memcpy(out, op, 16);
	return true;
}

static int
profile(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return 0;
}

static bool
ha1(void *arg, uint8_t out[16], const char *impi, const char *password)
{
	(void)arg;
	(void)impi;
	(void)password;
	memset(out, 7, 16);
	return true;
}

static int
charging(void *arg, const char *name)
{
	(void)arg;
	return *name == 'c' ? 1 : -1;
}

static void
told(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	(void)line;
	FUZZ_CHECK(file != NULL && what != NULL);
	faults++;
}

static struct store *
new_store(void)
{
	const struct store_hooks hooks = {
		.opc = opc, .ha1 = ha1, .profile = profile, .charging = charging
	};
	const char *files[] = { subs_path };
	struct store *store = store_new(&hooks);

	FUZZ_CHECK(store != NULL);
	FUZZ_CHECK(store_load(store, files, 1, told, NULL) == 0);
	return store;
}

/* All registrations as text, and what is not of the files. */
struct text {
	const struct store *store;
	char text[1 << 21];
	size_t len;
};

static void
add_line(void *arg, const char *line, size_t len)
{
	struct text *t = arg;

	FUZZ_CHECK(len < sizeof t->text - t->len);
	memcpy(t->text + t->len, line, len);
	t->len += len;
}

static bool
describe(void *arg, const struct store_sub *sub)
{
	struct text *t = arg;
	struct store_reg reg;

	if (sub->own)
		store_export(t->store, sub, false, add_line, t);
	store_get_reg(sub, &reg);
	t->len += (size_t)snprintf(t->text + t->len, sizeof t->text - t->len,
	    "%s %s %s %s", sub->name, reg.scscf.name ? reg.scscf.name : "-",
	    reg.scscf.host ? reg.scscf.host : "-",
	    reg.scscf.realm ? reg.scscf.realm : "-");
	for (unsigned i = 0; i < reg.nsets; i++)
		t->len +=
		    (size_t)snprintf(t->text + t->len, sizeof t->text - t->len,
			" %x %x %d", reg.sets[i].registered,
			reg.sets[i].pending, reg.sets[i].unregistered);
	FUZZ_CHECK(t->len < sizeof t->text);
	return true;
}

static uint64_t
next_sqn(struct store *store)
{
	static const char name[] = "alice@ims.example";
	struct store_impi *impi = store_find_impi(store, name, sizeof name - 1);
	uint64_t first;

	FUZZ_CHECK(impi != NULL);
	return store_next_sqn(store, impi, 0, 1, &first) ? first : UINT64_MAX;
}

/* What one store says, another one that opens the folder says too; numbers
 * only grow. */
static void
check_again(const struct text *before, uint64_t sqn)
{
	static struct text after;
	struct store *store = new_store();
	struct store_report report;

	FUZZ_CHECK(store_open_io(store, dir, &io, &report, told, NULL) == true);
	FUZZ_CHECK(faults == 0 && report.torn == 0);
	after.store = store;
	after.len = 0;
	store_each(store, describe, &after);
	FUZZ_CHECK(after.len == before->len);
	FUZZ_CHECK(memcmp(after.text, before->text, after.len) == 0);
	if (sqn != UINT64_MAX)
		FUZZ_CHECK(next_sqn(store) > sqn);
	store_close(store);
}

static void
check_open(void)
{
	static struct text before;
	struct store *store = new_store();
	struct store_report report;

	faults = 0;
	if (!store_open_io(store, dir, &io, &report, told, NULL)) {
		FUZZ_CHECK(faults > 0);
		store_close(store);
		return;
	}
	FUZZ_CHECK(faults == 0);
	before.store = store;
	before.len = 0;
	store_each(store, describe, &before);

	uint64_t sqn = next_sqn(store);

	FUZZ_CHECK(store_sync(store));
	store_close(store);
	check_again(&before, sqn);
}

/* The sanitizer clears its record of each new thread's whole stack: half of
 * the time goes there with 8 MB. */
static void
use_small_stacks(void)
{
	pthread_attr_t attr;

	FUZZ_CHECK(pthread_attr_init(&attr) == 0);
	FUZZ_CHECK(pthread_attr_setstacksize(&attr, STACK_LEN) == 0);
	FUZZ_CHECK(pthread_setattr_default_np(&attr) == 0);
	pthread_attr_destroy(&attr);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int fd = memfd_create("subscribers", MFD_CLOEXEC);
	ssize_t len = sizeof subscribers - 1;

	(void)argc;
	(void)argv;
	FUZZ_CHECK(fd >= 0 && write(fd, subscribers, (size_t)len) == len);
	snprintf(subs_path, sizeof subs_path, "/proc/self/fd/%d", fd);
	make_folder();
	use_small_stacks();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	const char *text = (const char *)input;

	if (len > FILE_CAP)
		len = FILE_CAP;

	size_t journal = find_journal(text, len);

	fuzz_rewind();
	clear_folder();
	if (journal > 0)
		write_file("state", text, journal);
	if (journal < len)
		write_file("journal", text + journal, len - journal);
	check_open();
	return 0;
}
