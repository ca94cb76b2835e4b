/*
 * Running cxclient in a test, alone or against the false server.
 */
#include "tests/tools/harness.h"

#include "tools/cxclient/run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 40 };

static const uint8_t k[16] = { 0x46, 0x5b, 0x5c, 0xe8, 0xb1, 0x99, 0xb4, 0x9f,
	0xaa, 0x5f, 0x0a, 0x2e, 0xe2, 0x38, 0xa6, 0xbc };
static const uint8_t opc[16] = { 0xcd, 0x63, 0xcb, 0x71, 0x95, 0x4a, 0x9f, 0x4e,
	0x48, 0xa5, 0x99, 0x4e, 0x37, 0xa0, 0x2b, 0xaf };

char *said, *complained; /* what the last run said */

/* Runs with the words of a line; "''" is no quoting: words have no blanks. */
int
run_client(const char *line)
{
	char *words = strdup(line), *argv[ARGS_MAX + 1] = { NULL };
	size_t said_len, complained_len;
	int argc = 0;

	free(said);
	free(complained);
	said = complained = NULL;

	FILE *o = open_memstream(&said, &said_len);
	FILE *e = open_memstream(&complained, &complained_len);

	ck_assert(words != NULL && o != NULL && e != NULL);
	argv[argc++] = words;
	for (char *p = words; *p != '\0'; p++) {
		if (*p != ' ')
			continue;
		*p = '\0';
		ck_assert_int_lt(argc, ARGS_MAX);
		if (p[1] != ' ' && p[1] != '\0')
			argv[argc++] = p + 1;
	}

	int status = run(argc, argv, o, e);

	(void)fclose(o);
	(void)fclose(e);
	free(words);
	return status;
}

void
forget_output(void)
{
	free(said);
	free(complained);
	said = complained = NULL;
}

struct fake
new_fake(enum fault fault, uint32_t at)
{
	struct fake f = {
		.fault = fault,
		.at = at,
		.sqn = 33,
		.impu = "sip:alice@example.org",
	};

	memcpy(f.key.k, k, sizeof k);
	memcpy(f.key.opc, opc, sizeof opc);
	return f;
}

/* Runs one command against the server; -s is added, -w 1 where it counts. */
int
run_against(struct fake *f, const char *line)
{
	char whole[1024];

	ck_assert(fake_start(f));
	(void)snprintf(
	    whole, sizeof whole, "cxclient -s 127.0.0.1:%u %s", f->port, line);

	int status = run_client(whole);

	fake_stop(f);
	ck_assert(!f->crypto_failed);
	return status;
}

int
run_faulty(enum fault fault, uint32_t at, const char *line)
{
	struct fake f = new_fake(fault, at);

	return run_against(&f, line);
}
