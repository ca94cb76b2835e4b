/*
 * A configuration file of its own for each test.
 */
#include "tests/tools/conf_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char conf_file_path[64];
struct conf conf;
char conf_file_faults[65536];

void
conf_file_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(conf_file_faults);

	ck_assert_ptr_eq(arg, &conf);
	ck_assert_str_eq(file, conf_file_path);
	snprintf(conf_file_faults + len, sizeof conf_file_faults - len,
	    "%u: %s\n", line, what);
}

size_t
conf_file_load_octets(const char *text, size_t len)
{
	FILE *f = fopen(conf_file_path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	conf_free(&conf);
	conf_file_faults[0] = '\0';
	return conf_load(&conf, conf_file_path, conf_file_fault, &conf);
}

size_t
conf_file_load(const char *text)
{
	return conf_file_load_octets(text, strlen(text));
}

void
conf_file_make(void)
{
	strcpy(conf_file_path, "/tmp/hssd-conf-XXXXXX");
	int fd = mkstemp(conf_file_path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

void
conf_file_remove(void)
{
	conf_free(&conf);
	unlink(conf_file_path);
}
