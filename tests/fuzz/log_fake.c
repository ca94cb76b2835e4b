/*
 * The log of fuzz targets: every line is made, so that its format and
 * arguments are checked, and goes nowhere.  Stands in for diameter/log.c.
 */
#include "diameter/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

static char line[2048];
static bool dumps;

void
fuzz_log_dumps(bool on)
{
	dumps = on;
}

#define PUT(fmt)                                                        \
	do {                                                            \
		va_list ap;                                             \
		va_start(ap, fmt);                                      \
		FUZZ_CHECK(vsnprintf(line, sizeof line, fmt, ap) >= 0); \
		va_end(ap);                                             \
	} while (0)

void
log_init(const char *program, bool syslog, unsigned verbose)
{
	(void)program;
	(void)syslog;
	(void)verbose;
}

bool
log_wants_debug(void)
{
	return true;
}

bool
log_wants_dump(void)
{
	return dumps;
}

void
log_warn(const char *fmt, ...)
{
	PUT(fmt);
}

void
log_warnx(const char *fmt, ...)
{
	PUT(fmt);
}

void
log_info(const char *fmt, ...)
{
	PUT(fmt);
}

void
log_debug(const char *fmt, ...)
{
	PUT(fmt);
}

void
log_dump(const char *text)
{
	FUZZ_CHECK(text != NULL);
}
