/*
 * RFC 3539, 3.4.1: one row per line of its table.  "Throwaway" is no action
 * here: it bars a peer from getting our requests, which failover has done;
 * what a peer asks of us is answered in every state.
 */
#include "diameter/watchdog.h"

#include <stddef.h>

enum guard {
	ALWAYS,
	PENDING,
	NOT_PENDING,
	DWAS_FEW,    /* fewer than three answers with this one */
	DWAS_ENOUGH, /* this is the third */
	LATE_ONCE,   /* pending, first time it is late */
	LATE_TWICE,  /* pending, and late before */
};
enum effect { KEEP, SETS, CLEARS };
enum count { SAME, ZERO, MORE, LATE };

struct row {
	enum watchdog_state state;
	enum watchdog_event event;
	enum guard guard;
	unsigned actions;
	enum effect pending;
	enum count ndwa;
	enum watchdog_state next;
};

/* clang-format off */
static const struct row rows[] = {
{ WD_INITIAL, WD_CONN_UP,   ALWAYS,      WD_SET,                            CLEARS, SAME, WD_OKAY },
{ WD_INITIAL, WD_TIMER,     ALWAYS,      WD_ATTEMPT_OPEN | WD_SET,          KEEP,   SAME, WD_INITIAL },
{ WD_INITIAL, WD_DWA,       ALWAYS,      0,                                 CLEARS, SAME, WD_INITIAL },

{ WD_OKAY,    WD_DWA,       ALWAYS,      WD_SET,                            CLEARS, SAME, WD_OKAY },
{ WD_OKAY,    WD_OTHER,     ALWAYS,      WD_SET,                            KEEP,   SAME, WD_OKAY },
{ WD_OKAY,    WD_TIMER,     NOT_PENDING, WD_SEND_DWR | WD_SET,              SETS,   SAME, WD_OKAY },
{ WD_OKAY,    WD_TIMER,     PENDING,     WD_FAILOVER | WD_SET,              KEEP,   SAME, WD_SUSPECT },
{ WD_OKAY,    WD_CONN_LOST, ALWAYS,      WD_CLOSE | WD_FAILOVER | WD_SET,   KEEP,   SAME, WD_DOWN },

{ WD_SUSPECT, WD_DWA,       ALWAYS,      WD_FAILBACK | WD_SET,              CLEARS, SAME, WD_OKAY },
{ WD_SUSPECT, WD_OTHER,     ALWAYS,      WD_FAILBACK | WD_SET,              KEEP,   SAME, WD_OKAY },
{ WD_SUSPECT, WD_TIMER,     ALWAYS,      WD_CLOSE | WD_SET,                 KEEP,   SAME, WD_DOWN },
{ WD_SUSPECT, WD_CONN_LOST, ALWAYS,      WD_CLOSE | WD_SET,                 KEEP,   SAME, WD_DOWN },

{ WD_DOWN,    WD_TIMER,     ALWAYS,      WD_ATTEMPT_OPEN | WD_SET,          KEEP,   SAME, WD_DOWN },
{ WD_DOWN,    WD_DWA,       ALWAYS,      0,                                 CLEARS, SAME, WD_DOWN },
{ WD_DOWN,    WD_CONN_UP,   ALWAYS,      WD_SEND_DWR | WD_SET,              SETS,   ZERO, WD_REOPEN },

{ WD_REOPEN,  WD_DWA,       DWAS_FEW,    0,                                 CLEARS, MORE, WD_REOPEN },
{ WD_REOPEN,  WD_DWA,       DWAS_ENOUGH, WD_FAILBACK,                       CLEARS, MORE, WD_OKAY },
{ WD_REOPEN,  WD_TIMER,     NOT_PENDING, WD_SEND_DWR | WD_SET,              SETS,   SAME, WD_REOPEN },
{ WD_REOPEN,  WD_TIMER,     LATE_ONCE,   WD_SET,                            KEEP,   LATE, WD_REOPEN },
{ WD_REOPEN,  WD_TIMER,     LATE_TWICE,  WD_CLOSE | WD_SET,                 KEEP,   SAME, WD_DOWN },
{ WD_REOPEN,  WD_CONN_LOST, ALWAYS,      WD_CLOSE | WD_SET,                 KEEP,   SAME, WD_DOWN },
};
/* clang-format on */

static bool
holds(enum guard guard, const struct watchdog *wd)
{
	switch (guard) {
	case PENDING:
		return wd->pending;
	case NOT_PENDING:
		return !wd->pending;
	case DWAS_FEW:
		return wd->ndwa < WATCHDOG_DWAS - 1;
	case DWAS_ENOUGH:
		return wd->ndwa >= WATCHDOG_DWAS - 1;
	case LATE_ONCE:
		return wd->pending && wd->ndwa >= 0;
	case LATE_TWICE:
		return wd->pending && wd->ndwa < 0;
	case ALWAYS:
		break;
	}
	return true;
}

static void
take(struct watchdog *wd, const struct row *row)
{
	if (row->pending != KEEP)
		wd->pending = row->pending == SETS;
	if (row->ndwa == ZERO)
		wd->ndwa = 0;
	else if (row->ndwa == MORE)
		wd->ndwa++;
	else if (row->ndwa == LATE)
		wd->ndwa = -1;
	wd->state = row->next;
}

unsigned
watchdog_event(struct watchdog *wd, enum watchdog_event event)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];

		if (row->state == wd->state && row->event == event &&
		    holds(row->guard, wd)) {
			take(wd, row);
			return row->actions;
		}
	}
	return 0;
}

unsigned
watchdog_ms(unsigned tw_ms, unsigned jitter_ms, unsigned random)
{
	unsigned spread = random % (2 * jitter_ms + 1);

	return tw_ms + spread > jitter_ms ? tw_ms + spread - jitter_ms : 1;
}

const char *
watchdog_name(enum watchdog_state state)
{
	static const char *const names[WD_NSTATES] = {
		[WD_INITIAL] = "INITIAL",
		[WD_OKAY] = "OKAY",
		[WD_SUSPECT] = "SUSPECT",
		[WD_DOWN] = "DOWN",
		[WD_REOPEN] = "REOPEN",
	};

	return names[state];
}
