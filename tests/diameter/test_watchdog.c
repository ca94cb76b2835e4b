/* The watchdog against the table of RFC 3539, 3.4.1. */
#include "tests/run.h"

#include "diameter/watchdog.h"

/* One line of the table: what it starts from, what it does. */
struct line {
	struct watchdog from;
	enum watchdog_event event;
	unsigned actions;
	struct watchdog to;
};

/* clang-format off */
static const struct line lines[] = {
	{ { WD_INITIAL, false, 0 }, WD_CONN_UP, WD_SET, { WD_OKAY, false, 0 } },
	{ { WD_INITIAL, false, 0 }, WD_TIMER, WD_ATTEMPT_OPEN | WD_SET, { WD_INITIAL, false, 0 } },
	{ { WD_INITIAL, true, 0 }, WD_DWA, 0, { WD_INITIAL, false, 0 } },
	{ { WD_INITIAL, false, 0 }, WD_OTHER, 0, { WD_INITIAL, false, 0 } },
	{ { WD_INITIAL, false, 0 }, WD_CONN_LOST, 0, { WD_INITIAL, false, 0 } },

	{ { WD_OKAY, true, 0 }, WD_DWA, WD_SET, { WD_OKAY, false, 0 } },
	{ { WD_OKAY, true, 0 }, WD_OTHER, WD_SET, { WD_OKAY, true, 0 } },
	{ { WD_OKAY, false, 0 }, WD_TIMER, WD_SEND_DWR | WD_SET, { WD_OKAY, true, 0 } },
	{ { WD_OKAY, true, 0 }, WD_TIMER, WD_FAILOVER | WD_SET, { WD_SUSPECT, true, 0 } },
	{ { WD_OKAY, true, 0 }, WD_CONN_LOST, WD_CLOSE | WD_FAILOVER | WD_SET, { WD_DOWN, true, 0 } },
	{ { WD_OKAY, false, 0 }, WD_CONN_UP, 0, { WD_OKAY, false, 0 } },

	{ { WD_SUSPECT, true, 0 }, WD_DWA, WD_FAILBACK | WD_SET, { WD_OKAY, false, 0 } },
	{ { WD_SUSPECT, true, 0 }, WD_OTHER, WD_FAILBACK | WD_SET, { WD_OKAY, true, 0 } },
	{ { WD_SUSPECT, true, 0 }, WD_TIMER, WD_CLOSE | WD_SET, { WD_DOWN, true, 0 } },
	{ { WD_SUSPECT, true, 0 }, WD_CONN_LOST, WD_CLOSE | WD_SET, { WD_DOWN, true, 0 } },
	{ { WD_SUSPECT, true, 0 }, WD_CONN_UP, 0, { WD_SUSPECT, true, 0 } },

	{ { WD_DOWN, true, 0 }, WD_TIMER, WD_ATTEMPT_OPEN | WD_SET, { WD_DOWN, true, 0 } },
	{ { WD_DOWN, true, 0 }, WD_DWA, 0, { WD_DOWN, false, 0 } },
	{ { WD_DOWN, true, 0 }, WD_OTHER, 0, { WD_DOWN, true, 0 } },
	{ { WD_DOWN, true, 2 }, WD_CONN_UP, WD_SEND_DWR | WD_SET, { WD_REOPEN, true, 0 } },
	{ { WD_DOWN, true, 0 }, WD_CONN_LOST, 0, { WD_DOWN, true, 0 } },

	{ { WD_REOPEN, true, 0 }, WD_DWA, 0, { WD_REOPEN, false, 1 } },
	{ { WD_REOPEN, true, 1 }, WD_DWA, 0, { WD_REOPEN, false, 2 } },
	{ { WD_REOPEN, true, 2 }, WD_DWA, WD_FAILBACK, { WD_OKAY, false, 3 } },
	{ { WD_REOPEN, true, -1 }, WD_DWA, 0, { WD_REOPEN, false, 0 } },
	{ { WD_REOPEN, true, 1 }, WD_OTHER, 0, { WD_REOPEN, true, 1 } },
	{ { WD_REOPEN, false, 1 }, WD_TIMER, WD_SEND_DWR | WD_SET, { WD_REOPEN, true, 1 } },
	{ { WD_REOPEN, true, 1 }, WD_TIMER, WD_SET, { WD_REOPEN, true, -1 } },
	{ { WD_REOPEN, true, -1 }, WD_TIMER, WD_CLOSE | WD_SET, { WD_DOWN, true, -1 } },
	{ { WD_REOPEN, true, 1 }, WD_CONN_LOST, WD_CLOSE | WD_SET, { WD_DOWN, true, 1 } },
	{ { WD_REOPEN, true, 1 }, WD_CONN_UP, 0, { WD_REOPEN, true, 1 } },
};
/* clang-format on */

START_TEST(each_line_is_that_of_the_rfc)
{
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		const struct line *line = &lines[i];
		struct watchdog wd = line->from;

		ck_assert_msg(watchdog_event(&wd, line->event) == line->actions,
		    "line %zu: actions", i);
		ck_assert_msg(wd.state == line->to.state &&
				  wd.pending == line->to.pending &&
				  wd.ndwa == line->to.ndwa,
		    "line %zu: %s, pending %d, ndwa %d", i,
		    watchdog_name(wd.state), wd.pending, wd.ndwa);
	}
}
END_TEST

START_TEST(the_lines_cover_every_state_and_event)
{
	for (int s = 0; s < WD_NSTATES; s++) {
		for (int e = 0; e < WD_NEVENTS; e++) {
			unsigned n = 0;

			for (size_t i = 0; i < sizeof lines / sizeof lines[0];
			     i++)
				n += (int)lines[i].from.state == s &&
				     (int)lines[i].event == e;
			ck_assert_msg(n > 0, "state %d, event %d", s, e);
		}
	}
}
END_TEST

START_TEST(the_jitter_is_two_seconds_each_way)
{
	unsigned least = UINT32_MAX, most = 0;

	for (unsigned random = 0; random < 10000; random++) {
		unsigned ms = watchdog_ms(30000, WATCHDOG_JITTER_MS, random);

		least = ms < least ? ms : least;
		most = ms > most ? ms : most;
	}
	ck_assert_uint_eq(least, 28000);
	ck_assert_uint_eq(most, 32000);
	ck_assert_uint_eq(watchdog_ms(50, 0, 12345), 50);
	ck_assert_uint_eq(watchdog_ms(1, 2000, 0), 1);
}
END_TEST

int
main(void)
{
	return RUN("watchdog", NULL, NULL, each_line_is_that_of_the_rfc,
	    the_lines_cover_every_state_and_event,
	    the_jitter_is_two_seconds_each_way);
}
