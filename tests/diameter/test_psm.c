/* The state table against RFC 6733, 5.6, in the RFC's words. */
#include "tests/run.h"

#include <stdio.h>
#include <string.h>

#include "diameter/psm.h"

static const struct {
	const char *state, *event, *actions, *next;
} rfc[] = {
	/* clang-format off */
	{ "Closed", "Start", "I-Snd-Conn-Req", "Wait-Conn-Ack" },
	{ "Closed", "R-Conn-CER", "R-Accept, Process-CER, R-Snd-CEA", "R-Open" },
	{ "Wait-Conn-Ack", "I-Rcv-Conn-Ack", "I-Snd-CER", "Wait-I-CEA" },
	{ "Wait-Conn-Ack", "I-Rcv-Conn-Nack", "Cleanup", "Closed" },
	{ "Wait-Conn-Ack", "R-Conn-CER", "R-Accept, Process-CER", "Wait-Conn-Ack/Elect" },
	{ "Wait-Conn-Ack", "Timeout", "Error", "Closed" },
	{ "Wait-I-CEA", "I-Rcv-CEA", "Process-CEA", "I-Open" },
	{ "Wait-I-CEA", "R-Conn-CER", "R-Accept, Process-CER, Elect", "Wait-Returns" },
	{ "Wait-I-CEA", "I-Peer-Disc", "I-Disc", "Closed" },
	{ "Wait-I-CEA", "I-Rcv-Non-CEA", "Error", "Closed" },
	{ "Wait-I-CEA", "Timeout", "Error", "Closed" },
	{ "Wait-Conn-Ack/Elect", "I-Rcv-Conn-Ack", "I-Snd-CER, Elect", "Wait-Returns" },
	{ "Wait-Conn-Ack/Elect", "I-Rcv-Conn-Nack", "R-Snd-CEA", "R-Open" },
	{ "Wait-Conn-Ack/Elect", "R-Peer-Disc", "R-Disc", "Wait-Conn-Ack" },
	{ "Wait-Conn-Ack/Elect", "R-Conn-CER", "R-Reject", "Wait-Conn-Ack/Elect" },
	{ "Wait-Conn-Ack/Elect", "Timeout", "Error", "Closed" },
	{ "Wait-Returns", "Win-Election", "I-Disc, R-Snd-CEA", "R-Open" },
	{ "Wait-Returns", "I-Peer-Disc", "I-Disc, R-Snd-CEA", "R-Open" },
	{ "Wait-Returns", "I-Rcv-CEA", "R-Disc", "I-Open" },
	{ "Wait-Returns", "R-Peer-Disc", "R-Disc", "Wait-I-CEA" },
	{ "Wait-Returns", "R-Conn-CER", "R-Reject", "Wait-Returns" },
	{ "Wait-Returns", "Timeout", "Error", "Closed" },
	{ "R-Open", "Send-Message", "R-Snd-Message", "R-Open" },
	{ "R-Open", "R-Rcv-Message", "Process", "R-Open" },
	{ "R-Open", "R-Rcv-DWR", "Process-DWR, R-Snd-DWA", "R-Open" },
	{ "R-Open", "R-Rcv-DWA", "Process-DWA", "R-Open" },
	{ "R-Open", "R-Conn-CER", "R-Reject", "R-Open" },
	{ "R-Open", "Stop", "R-Snd-DPR", "Closing" },
	{ "R-Open", "R-Rcv-DPR", "R-Snd-DPA", "Closing" },
	{ "R-Open", "R-Peer-Disc", "R-Disc", "Closed" },
	{ "I-Open", "Send-Message", "I-Snd-Message", "I-Open" },
	{ "I-Open", "I-Rcv-Message", "Process", "I-Open" },
	{ "I-Open", "I-Rcv-DWR", "Process-DWR, I-Snd-DWA", "I-Open" },
	{ "I-Open", "I-Rcv-DWA", "Process-DWA", "I-Open" },
	{ "I-Open", "R-Conn-CER", "R-Reject", "I-Open" },
	{ "I-Open", "Stop", "I-Snd-DPR", "Closing" },
	{ "I-Open", "I-Rcv-DPR", "I-Snd-DPA", "Closing" },
	{ "I-Open", "I-Peer-Disc", "I-Disc", "Closed" },
	{ "Closing", "I-Rcv-DPA", "I-Disc", "Closed" },
	{ "Closing", "R-Rcv-DPA", "R-Disc", "Closed" },
	{ "Closing", "Timeout", "Error", "Closed" },
	{ "Closing", "I-Peer-Disc", "I-Disc", "Closed" },
	{ "Closing", "R-Peer-Disc", "R-Disc", "Closed" },
	/* clang-format on */
};

enum { NROWS = sizeof rfc / sizeof rfc[0] };

static void
join_actions(const struct psm_row *row, char *text, size_t cap)
{
	text[0] = '\0';
	for (unsigned i = 0; i < PSM_ACTIONS; i++) {
		size_t len = strlen(text);

		if (row->action[i] == NOTHING)
			break;
		snprintf(text + len, cap - len, "%s%s", len > 0 ? ", " : "",
		    psm_action_name(row->action[i]));
	}
}

START_TEST(each_row_is_that_of_the_rfc)
{
	ck_assert_uint_eq(psm_nrows, 43);
	ck_assert_uint_eq(psm_nrows, NROWS);
	for (unsigned i = 0; i < NROWS; i++) {
		const struct psm_row *row = &psm_table[i];
		char actions[128];

		join_actions(row, actions, sizeof actions);
		ck_assert_str_eq(psm_state_name(row->state), rfc[i].state);
		ck_assert_str_eq(psm_event_name(row->event), rfc[i].event);
		ck_assert_str_eq(actions, rfc[i].actions);
		ck_assert_str_eq(psm_state_name(row->next), rfc[i].next);
	}
}
END_TEST

static int
expected_row(enum psm_state state, enum psm_event event)
{
	for (int i = 0; i < NROWS; i++) {
		if (strcmp(rfc[i].state, psm_state_name(state)) == 0 &&
		    strcmp(rfc[i].event, psm_event_name(event)) == 0)
			return i;
	}
	return -1;
}

START_TEST(an_event_without_a_row_finds_none)
{
	unsigned found = 0, none = 0;

	for (int s = 0; s < PSM_NSTATES; s++) {
		for (int e = 0; e < PSM_NEVENTS; e++) {
			const struct psm_row *row =
			    psm_find((enum psm_state)s, (enum psm_event)e);
			int i =
			    expected_row((enum psm_state)s, (enum psm_event)e);

			if (i >= 0)
				ck_assert_ptr_eq(row, &psm_table[i]);
			else
				ck_assert_ptr_null(row);
			found += i >= 0;
			none += i < 0;
		}
	}
	ck_assert_uint_eq(found, 43);
	ck_assert_uint_eq(none, PSM_NSTATES * PSM_NEVENTS - 43);
}
END_TEST

START_TEST(every_state_is_reached_and_can_be_left)
{
	for (int s = 0; s < PSM_NSTATES; s++) {
		unsigned in = 0, out = 0;

		for (unsigned i = 0; i < psm_nrows; i++) {
			const struct psm_row *row = &psm_table[i];

			in += row->state != row->next && (int)row->next == s;
			out += row->state != row->next && (int)row->state == s;
		}
		ck_assert_uint_gt(in, 0);
		ck_assert_uint_gt(out, 0);
	}
}
END_TEST

START_TEST(every_name_is_there)
{
	for (int i = 0; i < PSM_NSTATES; i++)
		ck_assert_ptr_nonnull(psm_state_name((enum psm_state)i));
	for (int i = 0; i < PSM_NEVENTS; i++)
		ck_assert_ptr_nonnull(psm_event_name((enum psm_event)i));
	for (int i = 0; i < PSM_NACTIONS; i++)
		ck_assert_ptr_nonnull(psm_action_name((enum psm_action)i));
}
END_TEST

int
main(void)
{
	return RUN("psm", NULL, NULL, each_row_is_that_of_the_rfc,
	    an_event_without_a_row_finds_none,
	    every_state_is_reached_and_can_be_left, every_name_is_there);
}
