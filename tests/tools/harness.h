/*
 * Running cxclient in a test, alone or against the false server.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "tests/tools/fake_hss.h"

#include <string.h>

/* A user with a SIM and one with a password, as arguments. */
#define K "465b5ce8b199b49faa5f0a2ee238a6bc"
#define OP "cdc202d5123e20f62b6d676ac72cb318"
#define OPC "cd63cb71954a9f4e48a5994e37a02baf"
#define SIM " --k " K " --opc " OPC
#define ALICE " -i alice@example.org"
/* crypto.md, 6, D */
#define HA1 "14f1a1bc8e582cc2dbd81215bda6787f"
#define PASSWORD_USER " -i alice@ims.example.com --password s3cret"

/* What the last run wrote to its output and to its errors. */
extern char *said, *complained;

/* A server with the user of SIM; no fault in its cryptography. */
struct fake new_fake(enum fault, uint32_t at);
/* Runs with the words of a line, the program's name first; a word has no
 * blanks.  The exit status. */
int run_client(const char *line);
/* Runs one command against the server, started and stopped for it. */
int run_against(struct fake *, const char *line);
int run_faulty(enum fault, uint32_t at, const char *line);
/* Frees what the last run wrote; a teardown. */
void forget_output(void);

#define assert_says(text, part)                                           \
	ck_assert_msg(strstr((text), (part)) != NULL, "no \"%s\" in: %s", \
	    (part), (text))
#define assert_silent_on(text, part) \
	ck_assert_msg(               \
	    strstr((text), (part)) == NULL, "\"%s\" in: %s", (part), (text))

#endif
