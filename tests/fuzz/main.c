/*
 * Runs a fuzz target without libFuzzer: once for each file given and each
 * file in a folder given, in the order of their names.  Built by AFL++'s
 * compiler it is a persistent target instead, when nothing is given.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();
#endif

/* The target initialises itself with this where there is something to do. */
__attribute__((weak)) int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* The copy is as long as the input: one octet beyond it is a finding. */
static void
run(const uint8_t *octets, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	FUZZ_CHECK(copy != NULL);
	if (len > 0)
		memcpy(copy, octets, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static bool
run_stream(FILE *f)
{
	static uint8_t octets[FUZZ_INPUT_MAX];
	size_t len = fread(octets, 1, sizeof octets, f);
	bool ok = ferror(f) == 0;

	if (ok)
		run(octets, len);
	return ok;
}

/* How many inputs ran; 0: it cannot be read. */
static unsigned
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	bool ok = f != NULL && run_stream(f);

	if (f != NULL)
		fclose(f);
	if (!ok)
		perror(path);
	return ok;
}

static int
is_plain(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static unsigned
run_path(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_plain, alphasort);
	unsigned ran = 0;

	if (n < 0)
		return run_file(path);
	for (int i = 0; i < n; i++) {
		char name[4096];

		snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
		ran += run_file(name);
		free(entries[i]);
	}
	free(entries);
	return ran;
}

static int
run_stdin(void)
{
#ifdef __AFL_FUZZ_TESTCASE_LEN
	__AFL_INIT();

	const uint8_t *octets = __AFL_FUZZ_TESTCASE_BUF;

	while (__AFL_LOOP(10000))
		run(octets, (size_t)__AFL_FUZZ_TESTCASE_LEN);
	return 0;
#else
	return run_stream(stdin) ? 0 : 1;
#endif
}

int
main(int argc, char **argv)
{
	unsigned ran = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	if (argc < 2)
		return run_stdin();
	for (int i = 1; i < argc; i++)
		ran += run_path(argv[i]);
	printf("%u inputs\n", ran);
	return ran > 0 ? 0 : 1;
}
