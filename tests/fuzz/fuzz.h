/*
 * What the fuzz targets share.  A target is one file that defines
 * LLVMFuzzerTestOneInput(), and fuzz_prefix() if messages are in its inputs;
 * the engine is libFuzzer, AFL++, or main.c, which replays files.
 *
 * A target takes octets of any length from 0, leaves no state behind that a
 * later input could see, reads no clock and draws no random numbers, so that
 * an input that fails once fails always.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_INPUT_MAX = 1 << 20 /* octets of a file that is replayed */ };

/* Aborts with file, line and the condition, whatever NDEBUG says. */
#define FUZZ_CHECK(condition) \
	((condition) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_failed(const char *file, int line, const char *condition);

/* The engine's names.  Both return 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);
/* Changes input in place; the new length, at most max. */
size_t LLVMFuzzerCustomMutator(
    uint8_t *input, size_t len, size_t max, unsigned seed);
/* libFuzzer's own mutations; the same contract. */
size_t LLVMFuzzerMutate(uint8_t *input, size_t len, size_t max);

/* How many octets of an input stand before its Diameter messages, at most len;
 * for targets that take messages, and the mutator. */
size_t fuzz_prefix(const uint8_t *input, size_t len);

/* random_fake.c: random octets and the time begin anew. */
void fuzz_rewind(void);
/* log_fake.c: whether messages are dumped. */
void fuzz_log_dumps(bool);

#endif
