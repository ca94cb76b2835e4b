/*
 * The log of programs: one line is one sentence about one fact (who, what,
 * why, what we did).  Used by diameter/, cx/ and tools/; the codec, store/ and
 * crypto/ return what they have to say.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#if defined(__GNUC__)
#define LOG_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define LOG_PRINTF(a, b)
#endif

/* syslog false: stderr.  verbose 0: warn and info, 1: debug, 2: dumps too. */
void log_init(const char *program, bool syslog, unsigned verbose);
bool log_wants_debug(void);
bool log_wants_dump(void);

void log_warn(const char *fmt, ...) LOG_PRINTF(1, 2);  /* adds errno's text */
void log_warnx(const char *fmt, ...) LOG_PRINTF(1, 2); /* look at this */
void log_info(const char *fmt, ...) LOG_PRINTF(1, 2);  /* state changed */
void log_debug(const char *fmt, ...) LOG_PRINTF(1, 2); /* a line a message */
void log_dump(const char *text); /* several lines, as they are */

#endif
