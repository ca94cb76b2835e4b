/*
 * What the store's tests share: a folder of their own to work in, a store
 * with hooks that know a few names, and what loading and opening told.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "store/local.h"

extern struct store *store;
extern char faults[1 << 16]; /* "FILE:LINE: what\n" for each */
extern size_t nfaults;
extern struct store_report report;

/* Makes the folder, goes there, makes a store. */
void store_setup(void);
void store_teardown(void);
/* hooks: OPc = K ^ OP, HA1 begins with the IMPI's and the password's first
 * octet; profiles `default` (0) and `gold` (1), charging `prepaid` (1). */
const struct store_hooks *test_hooks(void);
/* Writes a file of the folder. */
void put_file(const char *name, const void *octets, size_t len);
size_t get_file(const char *name, char *buf, size_t cap);
/* Loads this text as the only file, `subs`; what store_load() returned. */
size_t load_text(const char *text);
/* The same, which must tell no fault. */
void load_good(const char *text);
/* Opens the folder `db`, on this disk or the real one. */
bool open_db(const struct journal_io *);
/* Closes the store, makes a new one, loads `subs` again, opens `db`; then
 * work_on(). */
void reopen(void);
/* What the loop does for the store, until a snapshot that is worth while has
 * been made.  Returns how it ended: nothing to do, done or failed. */
int work_on(void);
/* Makes a snapshot, which must work. */
void compact_db(void);
struct store_impi *impi(const char *name);
struct store_impu *impu(const char *name);
/* Makes this S-CSCF that of the subscription, registered in set 1 with the
 * IMPIs of the mask; what store_put_reg() returned. */
bool registers(struct store_sub *, const char *scscf, uint16_t mask);
/* The name of the S-CSCF, "" without one. */
const char *scscf_of(const struct store_sub *);
uint16_t mask_of(const struct store_sub *, unsigned set);
/* Runs a suite of one case with the fixture around each test. */
int run_store_tests(const char *name, const TTest *const *tests, size_t n);

/* A section with one IMPI and two IMPUs, with everything that is needed. */
#define ALICE                                      \
	"[alice]\n"                                \
	"impi = alice@example.org\n"               \
	"k = 000102030405060708090a0b0c0d0e0f\n"   \
	"opc = 101112131415161718191a1b1c1d1e1f\n" \
	"impu = sip:alice@example.org\n"           \
	"impu = tel:+15550001\n"
#define BOB                                        \
	"[bob]\n"                                  \
	"impi = bob@example.org\n"                 \
	"k = 000102030405060708090a0b0c0d0e0f\n"   \
	"opc = 101112131415161718191a1b1c1d1e1f\n" \
	"impu = sip:bob@example.org\n"

#endif
