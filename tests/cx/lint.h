/*
 * For tests of profiles: a folder of their own, and xmllint with the project's
 * schema.
 */
#ifndef TESTS_CX_LINT_H
#define TESTS_CX_LINT_H

#include <stdbool.h>
#include <stddef.h>

enum { LINT_PATH = 512 };

/* Makes a folder of its own; removes it with all files in it. */
void lint_make_dir(char dir[LINT_PATH]);
void lint_remove_dir(const char *dir);
/* Writes dir/name; aborts the test when it cannot. */
void lint_write(
    const char *dir, const char *name, const char *text, size_t len);
/* What `xmllint --schema` says of dir/name: true if it is valid. */
bool lint_valid(const char *dir, const char *name);

#endif
