/*
 * The table of RFC 6733, 5.6, row by row in the RFC's order, and the names
 * in it.  No code but the lookup: peer.c runs the rows, actions.c acts.
 */
#include "diameter/psm.h"

#include <stddef.h>

/* clang-format off */
const struct psm_row psm_table[] = {
	{ CLOSED,		START,		 { I_SND_CONN_REQ },			 WAIT_CONN_ACK },
	{ CLOSED,		R_CONN_CER,	 { R_ACCEPT, PROCESS_CER, R_SND_CEA },	 R_OPEN },

	{ WAIT_CONN_ACK,	I_RCV_CONN_ACK,	 { I_SND_CER },				 WAIT_I_CEA },
	{ WAIT_CONN_ACK,	I_RCV_CONN_NACK, { CLEANUP },				 CLOSED },
	{ WAIT_CONN_ACK,	R_CONN_CER,	 { R_ACCEPT, PROCESS_CER },		 WAIT_CONN_ACK_ELECT },
	{ WAIT_CONN_ACK,	TIMEOUT,	 { ERROR },				 CLOSED },

	{ WAIT_I_CEA,		I_RCV_CEA,	 { PROCESS_CEA },			 I_OPEN },
	{ WAIT_I_CEA,		R_CONN_CER,	 { R_ACCEPT, PROCESS_CER, ELECT },	 WAIT_RETURNS },
	{ WAIT_I_CEA,		I_PEER_DISC,	 { I_DISC },				 CLOSED },
	{ WAIT_I_CEA,		I_RCV_NON_CEA,	 { ERROR },				 CLOSED },
	{ WAIT_I_CEA,		TIMEOUT,	 { ERROR },				 CLOSED },

	{ WAIT_CONN_ACK_ELECT,	I_RCV_CONN_ACK,	 { I_SND_CER, ELECT },			 WAIT_RETURNS },
	{ WAIT_CONN_ACK_ELECT,	I_RCV_CONN_NACK, { R_SND_CEA },				 R_OPEN },
	{ WAIT_CONN_ACK_ELECT,	R_PEER_DISC,	 { R_DISC },				 WAIT_CONN_ACK },
	{ WAIT_CONN_ACK_ELECT,	R_CONN_CER,	 { R_REJECT },				 WAIT_CONN_ACK_ELECT },
	{ WAIT_CONN_ACK_ELECT,	TIMEOUT,	 { ERROR },				 CLOSED },

	{ WAIT_RETURNS,		WIN_ELECTION,	 { I_DISC, R_SND_CEA },			 R_OPEN },
	{ WAIT_RETURNS,		I_PEER_DISC,	 { I_DISC, R_SND_CEA },			 R_OPEN },
	{ WAIT_RETURNS,		I_RCV_CEA,	 { R_DISC },				 I_OPEN },
	{ WAIT_RETURNS,		R_PEER_DISC,	 { R_DISC },				 WAIT_I_CEA },
	{ WAIT_RETURNS,		R_CONN_CER,	 { R_REJECT },				 WAIT_RETURNS },
	{ WAIT_RETURNS,		TIMEOUT,	 { ERROR },				 CLOSED },

	{ R_OPEN,		SEND_MESSAGE,	 { R_SND_MESSAGE },			 R_OPEN },
	{ R_OPEN,		R_RCV_MESSAGE,	 { PROCESS },				 R_OPEN },
	{ R_OPEN,		R_RCV_DWR,	 { PROCESS_DWR, R_SND_DWA },		 R_OPEN },
	{ R_OPEN,		R_RCV_DWA,	 { PROCESS_DWA },			 R_OPEN },
	{ R_OPEN,		R_CONN_CER,	 { R_REJECT },				 R_OPEN },
	{ R_OPEN,		STOP,		 { R_SND_DPR },				 CLOSING },
	{ R_OPEN,		R_RCV_DPR,	 { R_SND_DPA },				 CLOSING },
	{ R_OPEN,		R_PEER_DISC,	 { R_DISC },				 CLOSED },

	{ I_OPEN,		SEND_MESSAGE,	 { I_SND_MESSAGE },			 I_OPEN },
	{ I_OPEN,		I_RCV_MESSAGE,	 { PROCESS },				 I_OPEN },
	{ I_OPEN,		I_RCV_DWR,	 { PROCESS_DWR, I_SND_DWA },		 I_OPEN },
	{ I_OPEN,		I_RCV_DWA,	 { PROCESS_DWA },			 I_OPEN },
	{ I_OPEN,		R_CONN_CER,	 { R_REJECT },				 I_OPEN },
	{ I_OPEN,		STOP,		 { I_SND_DPR },				 CLOSING },
	{ I_OPEN,		I_RCV_DPR,	 { I_SND_DPA },				 CLOSING },
	{ I_OPEN,		I_PEER_DISC,	 { I_DISC },				 CLOSED },

	{ CLOSING,		I_RCV_DPA,	 { I_DISC },				 CLOSED },
	{ CLOSING,		R_RCV_DPA,	 { R_DISC },				 CLOSED },
	{ CLOSING,		TIMEOUT,	 { ERROR },				 CLOSED },
	{ CLOSING,		I_PEER_DISC,	 { I_DISC },				 CLOSED },
	{ CLOSING,		R_PEER_DISC,	 { R_DISC },				 CLOSED },
};
/* clang-format on */
const unsigned psm_nrows = sizeof psm_table / sizeof psm_table[0];

static const char *const state_names[PSM_NSTATES] = {
	[CLOSED] = "Closed",
	[WAIT_CONN_ACK] = "Wait-Conn-Ack",
	[WAIT_I_CEA] = "Wait-I-CEA",
	[WAIT_CONN_ACK_ELECT] = "Wait-Conn-Ack/Elect",
	[WAIT_RETURNS] = "Wait-Returns",
	[R_OPEN] = "R-Open",
	[I_OPEN] = "I-Open",
	[CLOSING] = "Closing",
};

static const char *const event_names[PSM_NEVENTS] = {
	[START] = "Start",
	[STOP] = "Stop",
	[TIMEOUT] = "Timeout",
	[WIN_ELECTION] = "Win-Election",
	[SEND_MESSAGE] = "Send-Message",
	[R_CONN_CER] = "R-Conn-CER",
	[I_RCV_CONN_ACK] = "I-Rcv-Conn-Ack",
	[I_RCV_CONN_NACK] = "I-Rcv-Conn-Nack",
	[I_RCV_CEA] = "I-Rcv-CEA",
	[I_RCV_NON_CEA] = "I-Rcv-Non-CEA",
	[I_RCV_MESSAGE] = "I-Rcv-Message",
	[R_RCV_MESSAGE] = "R-Rcv-Message",
	[I_RCV_DWR] = "I-Rcv-DWR",
	[R_RCV_DWR] = "R-Rcv-DWR",
	[I_RCV_DWA] = "I-Rcv-DWA",
	[R_RCV_DWA] = "R-Rcv-DWA",
	[I_RCV_DPR] = "I-Rcv-DPR",
	[R_RCV_DPR] = "R-Rcv-DPR",
	[I_RCV_DPA] = "I-Rcv-DPA",
	[R_RCV_DPA] = "R-Rcv-DPA",
	[I_PEER_DISC] = "I-Peer-Disc",
	[R_PEER_DISC] = "R-Peer-Disc",
};

static const char *const action_names[PSM_NACTIONS] = {
	[NOTHING] = "nothing",
	[I_SND_CONN_REQ] = "I-Snd-Conn-Req",
	[I_SND_CER] = "I-Snd-CER",
	[R_SND_CEA] = "R-Snd-CEA",
	[R_ACCEPT] = "R-Accept",
	[R_REJECT] = "R-Reject",
	[PROCESS_CER] = "Process-CER",
	[PROCESS_CEA] = "Process-CEA",
	[ELECT] = "Elect",
	[CLEANUP] = "Cleanup",
	[ERROR] = "Error",
	[I_DISC] = "I-Disc",
	[R_DISC] = "R-Disc",
	[I_SND_MESSAGE] = "I-Snd-Message",
	[R_SND_MESSAGE] = "R-Snd-Message",
	[PROCESS] = "Process",
	[PROCESS_DWR] = "Process-DWR",
	[PROCESS_DWA] = "Process-DWA",
	[I_SND_DWA] = "I-Snd-DWA",
	[R_SND_DWA] = "R-Snd-DWA",
	[I_SND_DPR] = "I-Snd-DPR",
	[R_SND_DPR] = "R-Snd-DPR",
	[I_SND_DPA] = "I-Snd-DPA",
	[R_SND_DPA] = "R-Snd-DPA",
};

const struct psm_row *
psm_find(enum psm_state state, enum psm_event event)
{
	for (unsigned i = 0; i < psm_nrows; i++) {
		const struct psm_row *row = &psm_table[i];

		if (row->state == state && row->event == event)
			return row;
	}
	return NULL;
}

bool
psm_is_open(enum psm_state state)
{
	return state == R_OPEN || state == I_OPEN;
}

const char *
psm_state_name(enum psm_state state)
{
	return state_names[state];
}

const char *
psm_event_name(enum psm_event event)
{
	return event_names[event];
}

const char *
psm_action_name(enum psm_action action)
{
	return action_names[action];
}
