/*
 * The watchdog of RFC 3539, 3.4.1, as data (private).  Pure: an event goes
 * in, the actions to take come out.
 */
#ifndef DIAMETER_WATCHDOG_H
#define DIAMETER_WATCHDOG_H

#include <stdbool.h>

enum watchdog_state {
	WD_INITIAL,
	WD_OKAY,
	WD_SUSPECT,
	WD_DOWN,
	WD_REOPEN,
	WD_NSTATES
};

enum watchdog_event {
	WD_CONN_UP, /* the capabilities exchange succeeded */
	WD_CONN_LOST,
	WD_TIMER,
	WD_DWA,
	WD_OTHER, /* any other message */
	WD_NEVENTS
};

enum watchdog_action {
	WD_SET = 1,          /* start the timer anew: Tw with fresh jitter */
	WD_SEND_DWR = 2,     /* send a DWR */
	WD_FAILOVER = 4,     /* send no requests to this peer */
	WD_FAILBACK = 8,     /* send it requests again */
	WD_CLOSE = 16,       /* close the connection */
	WD_ATTEMPT_OPEN = 32 /* try to connect */
};

struct watchdog {
	enum watchdog_state state;
	bool pending; /* a DWR is unanswered */
	int ndwa;     /* answers since the connection came back */
};

enum { WATCHDOG_JITTER_MS = 2000, WATCHDOG_DWAS = 3 };

/* Takes the event; returns the actions, an OR of watchdog_action.  An event
 * that the table has no row for does nothing. */
unsigned watchdog_event(struct watchdog *, enum watchdog_event);
/* Milliseconds until the timer shall expire: tw_ms plus or minus the jitter,
 * which random spreads evenly. */
unsigned watchdog_ms(unsigned tw_ms, unsigned jitter_ms, unsigned random);
const char *watchdog_name(enum watchdog_state);

#endif
