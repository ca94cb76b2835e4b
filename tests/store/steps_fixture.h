/*
 * What the tests of a reload in steps share: two files, everybody registered
 * by the first, kinds of changes, and all that a store knows as text.
 */
#ifndef TESTS_STORE_STEPS_FIXTURE_H
#define TESTS_STORE_STEPS_FIXTURE_H

#include "tests/store/store_fixture.h"

enum { NAMES = 10, B2 = 2, C, D, F2 = 7, STEPS_MAX = 200 };

extern const char steps_before[], steps_after[];
extern const char *const steps_names[NAMES]; /* private identities */

/* clang-format off */
enum kind { NOTHING, REGISTERS, ENDS, MOVES, PENDS, ONE_SQN, MANY_SQNS,
	NEAR_SQN, FAR_SQN, RESTORES, FORGETS, KINDS };
/* clang-format on */

struct said {
	size_t len;
	char s[1 << 15];
};
extern struct said got, want;

/* Opens `db` on a disk that never waits. */
void open_quick(void);
/* Changes the state of one of the names, if it is there, or of all. */
void change_one(unsigned who, enum kind);
void change_all(enum kind);
/* Loads and opens the first file; everybody is registered and has used a
 * number. */
void start_steps(void);
/* A new process: another store with this file and the same `db`. */
void start_again(const char *text);
/* An empty store and an empty `db`. */
void clear_steps(void);

/* Begins a reload of this file. */
void begin_steps(const char *text);
/* One subscription further, after waiting for what there is to wait for. */
enum store_reload one_step(void);
/* All that are left. */
enum store_reload last_step(void);
bool is_end(enum store_reload);
store_fault_fn note_step_fault;

/* All that the store knows. */
void say_all(struct said *);
/* That, and what is left of it after starts and the return of everybody. */
void say_for_ever(struct said *);

#endif
