/*
 * The log: lines to syslog, or to stderr with a time in front.  Control
 * octets that a stranger's text might carry into a line are shown as '?'.
 */
#include "diameter/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

enum { LINE_CAP = 2048 };

static bool to_syslog;
static unsigned verbosity;

void
log_init(const char *program, bool syslog, unsigned verbose)
{
	to_syslog = syslog;
	verbosity = verbose;
	if (syslog)
		openlog(program, LOG_PID, LOG_DAEMON);
}

bool
log_wants_debug(void)
{
	return verbosity >= 1;
}

bool
log_wants_dump(void)
{
	return verbosity >= 2;
}

static void
to_stderr(const char *line)
{
	struct timespec now;
	struct tm tm;
	char stamp[32] = "";

	clock_gettime(CLOCK_REALTIME, &now);
	if (localtime_r(&now.tv_sec, &tm) != NULL)
		strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(stderr, "%s.%03ld %s\n", stamp, now.tv_nsec / 1000000, line);
}

static void
put(int priority, const char *line)
{
	if (to_syslog)
		syslog(priority, "%s", line);
	else
		to_stderr(line);
}

static void vput(int, int, const char *, va_list)
    __attribute__((format(printf, 3, 0)));

/* error: an errno whose text ends the line, or 0. */
static void
vput(int priority, int error, const char *fmt, va_list ap)
{
	char line[LINE_CAP];
	int n = vsnprintf(line, sizeof line, fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len >= sizeof line)
		len = sizeof line - 1;
	line[len] = '\0';
	if (error != 0)
		snprintf(
		    line + len, sizeof line - len, ": %s", strerror(error));
	for (char *p = line; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
	put(priority, line);
}

void
log_warn(const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	vput(LOG_WARNING, error, fmt, ap);
	va_end(ap);
	errno = error;
}

void
log_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(LOG_WARNING, 0, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(LOG_INFO, 0, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;

	if (!log_wants_debug())
		return;
	va_start(ap, fmt);
	vput(LOG_DEBUG, 0, fmt, ap);
	va_end(ap);
}

void
log_dump(const char *text)
{
	char line[LINE_CAP];

	if (!log_wants_dump())
		return;
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof line, "%.*s", (int)len, text);
		put(LOG_DEBUG, line);
		text += len;
		if (*text == '\n')
			text++;
	}
}
