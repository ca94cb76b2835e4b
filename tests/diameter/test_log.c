/* The log on stderr. */
#include "tests/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diameter/log.h"

static int saved = -1;
static FILE *file;

/* What goes to stderr goes to a file, until captured() reads it. */
static void
setup(void)
{
	file = tmpfile();
	ck_assert_ptr_nonnull(file);
	fflush(stderr);
	saved = dup(STDERR_FILENO);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
}

static void
teardown(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	fclose(file);
	log_init("test", false, 0);
}

static const char *
captured(void)
{
	static char text[8192];
	size_t len;

	fflush(stderr);
	rewind(file);
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = '\0';
	return text;
}

START_TEST(a_line_begins_with_its_time)
{
	unsigned n[7];

	log_init("test", false, 0);
	log_info("peer %s: %u", "a", 5);
	ck_assert_int_eq(sscanf(captured(), "%u-%u-%u %u:%u:%u.%u peer a: 5\n",
			     &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]),
	    7);
	ck_assert_ptr_nonnull(strstr(captured(), "peer a: 5\n"));
}
END_TEST

START_TEST(warn_adds_the_error_and_keeps_errno)
{
	log_init("test", false, 0);
	errno = ENOENT;
	log_warn("cannot open x");
	ck_assert_int_eq(errno, ENOENT);
	log_warnx("plain");
	ck_assert_ptr_nonnull(
	    strstr(captured(), "cannot open x: No such file or directory\n"));
	ck_assert_ptr_nonnull(strstr(captured(), " plain\n"));
}
END_TEST

START_TEST(debug_and_dump_need_to_be_asked_for)
{
	log_init("test", false, 0);
	ck_assert(!log_wants_debug());
	log_debug("one");
	log_init("test", false, 1);
	ck_assert(log_wants_debug() && !log_wants_dump());
	log_debug("two");
	log_dump("three\n");
	log_init("test", false, 2);
	ck_assert(log_wants_dump());
	log_dump("four\nfive\n");
	ck_assert_ptr_null(strstr(captured(), "one"));
	ck_assert_ptr_nonnull(strstr(captured(), "two\n"));
	ck_assert_ptr_null(strstr(captured(), "three"));
	ck_assert_ptr_nonnull(strstr(captured(), "four\n"));
	ck_assert_ptr_nonnull(strstr(captured(), "five\n"));
}
END_TEST

START_TEST(control_octets_do_not_make_lines)
{
	log_init("test", false, 0);
	log_info("a%sb", "\n\033[31m\177");
	ck_assert_ptr_nonnull(strstr(captured(), "a??[31m?b\n"));
}
END_TEST

START_TEST(a_long_line_is_cut)
{
	static char text[5000];

	memset(text, 'x', sizeof text - 1);
	log_init("test", false, 0);
	log_info("%s", text);
	ck_assert_uint_lt(strlen(captured()), 2200);
	ck_assert_uint_gt(strlen(captured()), 2000);
}
END_TEST

int
main(void)
{
	return RUN("log", setup, teardown, a_line_begins_with_its_time,
	    warn_adds_the_error_and_keeps_errno,
	    debug_and_dump_need_to_be_asked_for,
	    control_octets_do_not_make_lines, a_long_line_is_cut);
}
