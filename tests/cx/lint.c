/*
 * xmllint and the schema are named by the environment (XMLLINT, XSD), which
 * the build sets.
 */
#include "tests/cx/lint.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void
lint_make_dir(char dir[LINT_PATH])
{
	const char *base = getenv("TMPDIR");

	snprintf(
	    dir, LINT_PATH, "%s/hssd-cx-XXXXXX", base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

void
lint_remove_dir(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[LINT_PATH + 256];

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		ck_assert_int_eq(remove(path), 0);
	}
	closedir(d);
	ck_assert_int_eq(rmdir(dir), 0);
}

void
lint_write(const char *dir, const char *name, const char *text, size_t len)
{
	char path[LINT_PATH + 256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

bool
lint_valid(const char *dir, const char *name)
{
	const char *xmllint = getenv("XMLLINT"), *xsd = getenv("XSD");
	char path[LINT_PATH + 256];
	int status;

	ck_assert_msg(
	    xmllint != NULL && xsd != NULL, "XMLLINT and XSD are not set");
	snprintf(path, sizeof path, "%s/%s", dir, name);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		execl(xmllint, "xmllint", "--noout", "--nonet", "--schema", xsd,
		    path, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	/* 3 and 4: not valid; anything else is no answer (xmllint(1)) */
	ck_assert_msg(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3 ||
			  WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 1,
	    "xmllint ended with %d", WEXITSTATUS(status));
	return WEXITSTATUS(status) == 0;
}
