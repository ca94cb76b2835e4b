/*
 * The peer state machine of RFC 6733, 5.6, as data (private).  I_: on the
 * connection we opened; R_: on one the peer opened.  Names are the RFC's and
 * stay within the peer's files.
 */
#ifndef DIAMETER_PSM_H
#define DIAMETER_PSM_H

#include <stdbool.h>

/* clang-format off */
enum psm_state {
	CLOSED, WAIT_CONN_ACK, WAIT_I_CEA, WAIT_CONN_ACK_ELECT,
	WAIT_RETURNS, R_OPEN, I_OPEN, CLOSING, PSM_NSTATES
};
enum psm_event {
	START, STOP, TIMEOUT, WIN_ELECTION, SEND_MESSAGE,
	R_CONN_CER, I_RCV_CONN_ACK, I_RCV_CONN_NACK, I_RCV_CEA, I_RCV_NON_CEA,
	I_RCV_MESSAGE, R_RCV_MESSAGE, I_RCV_DWR, R_RCV_DWR,
	I_RCV_DWA, R_RCV_DWA, I_RCV_DPR, R_RCV_DPR, I_RCV_DPA, R_RCV_DPA,
	I_PEER_DISC, R_PEER_DISC, PSM_NEVENTS
};
enum psm_action {
	NOTHING, I_SND_CONN_REQ, I_SND_CER, R_SND_CEA, R_ACCEPT, R_REJECT,
	PROCESS_CER, PROCESS_CEA, ELECT, CLEANUP, ERROR, I_DISC, R_DISC,
	I_SND_MESSAGE, R_SND_MESSAGE, PROCESS, PROCESS_DWR, PROCESS_DWA,
	I_SND_DWA, R_SND_DWA, I_SND_DPR, R_SND_DPR, I_SND_DPA, R_SND_DPA,
	PSM_NACTIONS
};
/* clang-format on */

enum { PSM_ACTIONS = 3 }; /* at most, in one row */

struct psm_row {
	enum psm_state state;
	enum psm_event event;
	enum psm_action action[PSM_ACTIONS]; /* in order, then NOTHING */
	enum psm_state next;
};

extern const struct psm_row psm_table[];
extern const unsigned psm_nrows;

/* The row for an event in a state; NULL where the RFC has none. */
const struct psm_row *psm_find(enum psm_state, enum psm_event);
/* R-Open or I-Open? */
bool psm_is_open(enum psm_state);
/* The RFC's own spelling: "Wait-I-CEA", "R-Conn-CER", "I-Snd-CER". */
const char *psm_state_name(enum psm_state);
const char *psm_event_name(enum psm_event);
const char *psm_action_name(enum psm_action);

#endif
