/*
 * For tests of hssd.conf: a file in /tmp, loaded into `conf`.
 */
#ifndef TESTS_TOOLS_CONF_FILE_H
#define TESTS_TOOLS_CONF_FILE_H

#include <stddef.h>

#include "tools/hssd/conf.h"

/* What has to be there: lines 1 to 4. */
#define NEEDED                                                      \
	"identity = \"hss.example.org\"\nrealm = \"example.org\"\n" \
	"listen = {\"tcp://127.0.0.1:3868\"}\nstore = \"state\"\n"

extern char conf_file_path[64];
extern struct conf conf;
/* All faults of the last load: "line: what\n" each. */
extern char conf_file_faults[65536];

/* Fixtures: before and after each test. */
void conf_file_make(void);
void conf_file_remove(void);
/* A conf_fault_fn that adds to conf_file_faults; arg is &conf. */
void conf_file_fault(
    void *arg, const char *file, unsigned line, const char *what);
/* Writes the file and loads it, freeing what was there; returns the number of
 * faults. */
size_t conf_file_load(const char *text);
size_t conf_file_load_octets(const char *text, size_t len);

#endif
