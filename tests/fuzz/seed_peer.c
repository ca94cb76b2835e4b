/* Seeds of fuzz_peer.c. */
#include <stdio.h>
#include <string.h>

#include "diameter/base.h"
#include "tests/fuzz/faults.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/peer_acts.h"
#include "tests/fuzz/peer_ends.h"
#include "tests/fuzz/peer_steps.h"
#include "tests/fuzz/seed_messages.h"

#define ALICE "alice@ims.example"
#define ALICE_URI "sip:" ALICE

/* Two octets a step. */
#define STEPS(with, ...)                              \
	steps(with, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof(const uint8_t[]){ __VA_ARGS__ })
#define MESSAGE(n) (n), WHOLE
#define DO(n, act) ACT | (n), ACT_##act
#define FAIL(kind, after, error) \
	FAULT | FAULT_##kind << KIND_SHIFT, (after) | (error) << ERROR_SHIFT
#define FAIL_ON(kind, after, error)                    \
	FAULT | FAULT_ON | FAULT_##kind << KIND_SHIFT, \
	    (after) | (error) << ERROR_SHIFT

/* Numbers of errors in faults.c. */
enum { NO_FILES, NO_MEMORY, INTERRUPTED, AGAIN, RESET };

static void
steps(uint8_t with, const uint8_t *octets, size_t len)
{
	FUZZ_CHECK(len % 2 == 0 && len / 2 < STEPS_MAX);
	put(&(uint8_t){ with | (uint8_t)(len / 2) }, 1);
	put(octets, len);
}

static void
some_uars(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uar(ALICE, ALICE_URI, SEED_NONE);
		change_last(0, i);
	}
}

static void
seed_asks(void)
{
	STEPS(0, MESSAGE(0), DO(1, ASK), DO(0, ANSWER), DO(1, ASK),
	    DO(0, ANSWER_OTHER_E2E), DO(1, ASK), DO(0, ANSWER_OTHER_COMMAND),
	    DO(1, ASK_MANY), DO(0, ANSWER_FIRST), DO(0, ANSWER_REFUSING),
	    DO(0, ANSWER), DO(0, WAIT), DO(0, ANSWER), DO(0, WAIT_LONG),
	    DO(1, ASK), DO(1, ANSWER_FOR_OTHER), DO(6, ASK), DO(5, ASK),
	    DO(0, ASK), DO(0, DUMPS), DO(1, ASK_MORE), DO(0, ANSWER),
	    DO(0, LOG_STATE));
	cer("scscf.ims.example");
	save("peer", "asks");

	STEPS(0, MESSAGE(0), MESSAGE(1), DO(1, ASK_MANY), DO(1, ASK_MORE),
	    DO(0, EXPIRE_WATCHDOGS), DO(1, ANSWER), DO(0, EXPIRE_WATCHDOGS),
	    DO(1, ANSWER_FOR_OTHER), DO(1, ASK), DO(0, CLOSE), DO(1, CLOSE),
	    DO(1, ASK));
	cer("scscf.ims.example");
	cer("scscf.ims.example");
	save("peer", "failover");

	STEPS(0, MESSAGE(0), MESSAGE(1), DO(1, ASK_MANY),
	    DO(0, ANSWER_FOR_OTHER), DO(0, CLOSE), DO(1, ANSWER), DO(1, CLOSE),
	    DO(0, WAIT));
	cer("scscf.ims.example");
	cer("scscf.ims.example");
	save("peer", "lost");

	STEPS(0, MESSAGE(0), DO(0, ASK), DO(5, ASK), DO(0, ANSWER), MESSAGE(1),
	    MESSAGE(1), DO(0, ASK), DO(2, ASK), DO(5, ASK), MESSAGE(1),
	    DO(1, STOP), DO(1, ASK), DO(1, EXPIRE_STATES));
	relay_cer("relay.ims.example");
	relay_cer("proxy.ims.example");
	forwarded("icscf.ims.example");
	forwarded("hss.ims.example");
	save("peer", "agents");

	STEPS(0, MESSAGE(0), DO(0, DEAFEN), DO(1, ASK_MANY), DO(1, ASK_MANY),
	    DO(1, ASK_MANY), FAIL_ON(WRITE, 0, AGAIN), DO(1, ASK_MANY),
	    FAIL(WRITE, 0, RESET), DO(1, ASK_MANY));
	cer("scscf.ims.example");
	save("peer", "asks-without-room");
}

/* To a peer that we connect to, until it is trusted again (RFC 3539). */
static void
seed_watchdog(void)
{
	STEPS(0, DO(3, OPEN), DO(3, ANSWER), DO(3, EXPIRE_WATCHDOGS),
	    DO(3, FIRE_WATCHDOGS), DO(3, ANSWER), DO(3, EXPIRE_WATCHDOGS),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, EXPIRE_WATCHDOGS), DO(3, CLOSE),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, OPEN), DO(3, ANSWER), DO(3, ANSWER),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, ANSWER), DO(3, EXPIRE_WATCHDOGS),
	    DO(3, ANSWER), DO(3, EXPIRE_WATCHDOGS), DO(3, ANSWER), DO(3, ASK),
	    DO(3, ANSWER), DO(3, EXPIRE_WATCHDOGS), DO(3, LOG_STATE));
	save("peer", "reopened");

	STEPS(0, DO(3, OPEN), DO(3, ANSWER), DO(3, CLOSE),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, OPEN), DO(3, ANSWER),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, EXPIRE_WATCHDOGS), DO(3, CLOSE),
	    DO(3, EXPIRE_WATCHDOGS), DO(3, OPEN), DO(3, ANSWER_REFUSING),
	    DO(3, START), DO(3, OPEN), DO(3, ANSWER_FOR_OTHER), DO(3, CLOSE),
	    DO(3, START), DO(3, OPEN), DO(3, EXPIRE_STATES));
	save("peer", "reopened-late");
}

/* Both sides connect: our name is the greater, then the smaller one. */
static void
seed_election(void)
{
	STEPS(0, DO(3, OPEN), MESSAGE(0), MESSAGE(0), DO(3, ANSWER), MESSAGE(0),
	    MESSAGE(1));
	cer("configured.ims.example");
	base(DIA_DWR, DIA_R);
	cer("configured.ims.example");
	cer("configured.ims.example");
	save("peer", "election");

	STEPS(WITH_SCTP, DO(6, OPEN), MESSAGE(0), DO(6, ANSWER), MESSAGE(1),
	    DO(0, CLOSE));
	cer("paths.ims.example");
	cer("paths.ims.example");
	save("peer", "election-lost");

	STEPS(WITH_SCTP, DO(6, OPEN), MESSAGE(0), DO(6, CLOSE), MESSAGE(0));
	cer("paths.ims.example");
	base(DIA_DWR, DIA_R);
	save("peer", "election-left");
}

static void
seed_repeats(void)
{
	STEPS(0, MESSAGE(0), MESSAGE(0), MESSAGE(0), DO(0, HOLD), MESSAGE(0),
	    MESSAGE(0), DO(0, RELEASE_SOME), DO(0, REFUSE), DO(0, WAIT_LONG),
	    MESSAGE(0));
	cer("scscf.ims.example");
	uar(ALICE, ALICE_URI, SEED_NONE);
	uar(ALICE, ALICE_URI, SEED_NONE);
	change_last(DIA_T, 0x55667788);
	some_uars(1);
	some_uars(1);
	change_last(DIA_T, 0x55667788);
	save("peer", "repeats");

	STEPS(0, MESSAGE(0), DO(0, HOLD), MESSAGE(0), MESSAGE(0), MESSAGE(0),
	    MESSAGE(0), MESSAGE(0), MESSAGE(0), DO(2, RELEASE_SOME),
	    DO(0, REFUSE), DO(0, GIANTS), MESSAGE(0), MESSAGE(0), MESSAGE(0),
	    MESSAGE(0), DO(0, WAIT_LONG), DO(0, WAIT_LONG), DO(0, RELEASE));
	cer("scscf.ims.example");
	some_uars(8);
	forwarded("icscf.ims.example");
	some_uars(3);
	save("peer", "busy");
}

static void
seed_sctp(void)
{
	enum {
		NOTE = SCTP | PACKET_NOTE << KIND_SHIFT,
		PART = SCTP | PACKET_PART << KIND_SHIFT
	};

	STEPS(WITH_SCTP, MESSAGE(SCTP), MESSAGE(SCTP), NOTE, 148, NOTE, 148,
	    NOTE, 20, MESSAGE(SCTP + 1), MESSAGE(SCTP), NOTE, 20, NOTE, 20,
	    MESSAGE(SCTP), DO(4, CLOSE));
	cer("scscf.ims.example");
	uar(ALICE, ALICE_URI, SEED_NONE);
	put_note(0x8002, 0);
	put_note(0x8002, 1);
	put_note(0x8001, 0);
	cer("icscf.ims.example");
	base(DIA_DWR, DIA_R);
	put_note(0x8005, 0);
	put_note(0x8001, 2);
	cer("scscf.ims.example");
	save("peer", "sctp-notes");

	STEPS(WITH_SCTP, MESSAGE(SCTP), PART, 40, SCTP, 36, PART, 30, SCTP, 60,
	    MESSAGE(SCTP + 1), SCTP + 1, 200);
	cer("scscf.ims.example");
	base(DIA_DWR, DIA_R);
	base(DIA_DWR, DIA_R);
	cer("icscf.ims.example");
	base(DIA_DWR, DIA_R);
	base(DIA_DWR, DIA_R);
	base(DIA_DWR, DIA_R);
	save("peer", "sctp-parts");

	STEPS(WITH_SCTP, MESSAGE(SCTP), NOTE, 20, DO(6, OPEN), DO(6, ANSWER),
	    MESSAGE(6), DO(4, ASK), DO(6, ANSWER), MESSAGE(7), MESSAGE(7),
	    DO(6, CLOSE));
	cer("scscf.ims.example");
	put_note(0x8006, 0);
	base(DIA_DWR, DIA_R);
	cer("icscf.ims.example");
	base(DIA_DWR, DIA_R);
	save("peer", "sctp-by-node");

	STEPS(WITH_SCTP, MESSAGE(SCTP), DO(4, DEAFEN), DO(4, GIANTS),
	    MESSAGE(SCTP), MESSAGE(SCTP), MESSAGE(SCTP), MESSAGE(SCTP),
	    MESSAGE(SCTP), MESSAGE(SCTP), MESSAGE(SCTP), MESSAGE(SCTP),
	    MESSAGE(SCTP), DO(1, ASK_MANY), DO(4, WAIT), DO(4, EXPIRE_STATES),
	    DO(4, WAIT_LONG), DO(4, DEAFEN));
	cer("scscf.ims.example");
	some_uars(9);
	save("peer", "sctp-deaf");
}

static void
seed_limits(void)
{
	STEPS(0, DO(0, OPEN), DO(1, OPEN), DO(2, OPEN), MESSAGE(0),
	    DO(1, CLOSE), MESSAGE(2), DO(0, EXPIRE_STATES));
	cer("scscf.ims.example");
	cer("icscf.ims.example");
	save("peer", "newcomers");

	STEPS(WITH_SCTP, MESSAGE(0), MESSAGE(1), MESSAGE(2), DO(3, CLOSE),
	    MESSAGE(SCTP), DO(3, START), MESSAGE(SCTP + 1));
	cer("scscf.ims.example");
	cer("icscf.ims.example");
	cer("other.ims.example");
	cer("scscf.ims.example");
	cer("icscf.ims.example");
	save("peer", "full");

	STEPS(0, MESSAGE(0), DO(0, GIANTS), MESSAGE(0), DO(0, HOLD), MESSAGE(0),
	    MESSAGE(0), DO(0, WAIT_LONG), DO(0, WAIT_LONG), DO(0, RELEASE));
	cer("scscf.ims.example");
	forwarded("icscf.ims.example");
	some_uars(3);
	save("peer", "giants");

	STEPS(0, MESSAGE(0), 0, 30, DO(0, FIRE_WATCHDOGS), DO(0, EXPIRE_STATES),
	    DO(0, WAIT), DO(0, EXPIRE_STATES), DO(0, WAIT_LONG));
	cer("scscf.ims.example");
	base(DIA_DWR, DIA_R);
	save("peer", "begun-message");

	STEPS(
	    WITH_MISTAKES | WITH_STRANGERS, MESSAGE(0), MESSAGE(1), MESSAGE(2));
	cer("scscf.ims.example");
	cer("anywhere.ims.example");
	cer("elsewhere.ims.example");
	save("peer", "mistakes");

	STEPS(0, MESSAGE(0), MESSAGE(0), DO(0, STOP), DO(0, OPEN));
	cer("scscf.ims.example");
	for (unsigned i = 0; i < 3; i++) {
		static char name[DIA_HOST_MAX + 2];

		memset(name, 'n', sizeof name - 1);
		cer(name);
	}
	save("peer", "long-name");
}

/* One call fails after another, before the node is there and then. */
static void
seed_faults(void)
{
	static const struct {
		uint8_t kind;
		const char *name;
	} kinds[] = { { FAULT_MEMORY, "memory" }, { FAULT_SOCKET, "socket" } };

	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		for (uint8_t i = 0; i <= AFTER_MASK; i++) {
			uint8_t kind =
			    (uint8_t)(FAULT | kinds[k].kind << KIND_SHIFT);
			char name[32];

			STEPS(WITH_SCTP, kind, i, MESSAGE(0));
			cer("scscf.ims.example");
			snprintf(
			    name, sizeof name, "no-%s-%u", kinds[k].name, i);
			save("peer", name);
			STEPS(WITH_SCTP, DO(0, OPEN), kind, i, MESSAGE(0),
			    DO(3, OPEN), DO(3, ANSWER), DO(1, ASK),
			    DO(0, DUMPS), DO(0, HOLD), 0, 20, 0, 200,
			    MESSAGE(0), DO(4, OPEN), DO(0, START));
			cer("scscf.ims.example");
			uar(ALICE, ALICE_URI, SEED_NONE);
			snprintf(name, sizeof name, "later-no-%s-%u",
			    kinds[k].name, i);
			save("peer", name);
		}
	}

	STEPS(0, FAIL(SOCKET, 0, NO_FILES), MESSAGE(0), DO(0, EXPIRE_STATES),
	    MESSAGE(0), FAIL(WRITE, 0, RESET), MESSAGE(0), DO(0, CLOSE));
	cer("scscf.ims.example");
	base(DIA_DWR, DIA_R);
	base(DIA_DWR, DIA_R);
	save("peer", "broken");

	STEPS(0, MESSAGE(0), FAIL(READ, 0, RESET), MESSAGE(0), MESSAGE(1),
	    FAIL_ON(READ, 0, INTERRUPTED), MESSAGE(1), DO(1, CLOSE),
	    DO(0, OPEN), FAIL_ON(SOCKET, 0, NO_FILES), DO(1, OPEN), MESSAGE(1));
	cer("scscf.ims.example");
	base(DIA_DWR, DIA_R);
	cer("icscf.ims.example");
	base(DIA_DWR, DIA_R);
	save("peer", "unread");
}

static void
seed_first(void)
{
	/* Steps as fuzz_peer.c has them: one connection, message by message. */
	put("\0", 1);
	cer("scscf.ims.example");
	uar("alice@ims.example", "sip:alice@ims.example", SEED_NONE);
	base(DIA_DWR, DIA_R);
	mar("alice@ims.example", "sip:alice@ims.example", "unknown", 1,
	    no_slice);
	base(DIA_DWR, 0);
	base(DIA_DPR, DIA_R);
	save("peer", "one");

	put("\6\0\377\1\377\0\377\1\377\0\100\0\100", 13);
	cer("scscf.ims.example");
	cer("icscf.ims.example");
	uar("bob@ims.example", "sip:bob@ims.example", SEED_NONE);
	base(DIA_DWR, DIA_R);
	full_request(0);
	base(DIA_DPR, 0);
	save("peer", "two");

	put("\5\0\377\1\377\0\377\1\0\2\377", 11);
	cer("scscf.ims.example");
	cer("scscf.ims.example");
	uar("bob@ims.example", "sip:bob@ims.example", SEED_NONE);
	cer("icscf.ims.example");
	save("peer", "same-name");

	put("\5\3\377\3\377\0\377\3\377\0\377", 11);
	cea();
	base(DIA_DWR, DIA_R);
	cer("configured.ims.example");
	base(DIA_DPR, DIA_R);
	uar("bob@ims.example", "sip:bob@ims.example", SEED_NONE);
	save("peer", "configured");

	put("\10\0\377\100\1\0\377\0\377\100\2\0\377\100\0\100\3", 17);
	cer("scscf.ims.example");
	uar("alice@ims.example", "sip:alice@ims.example", SEED_NONE);
	sar("alice@ims.example", "sip:alice@ims.example", 1, SCSCF);
	base(DIA_DPR, 0);
	save("peer", "held-and-stopped");

	/* 0x47: watchdogs expire, 0x4a: an answer */
	put("\13\0\377\100\7\100\12\100\7\100\7\100\12\100\7\100\12"
	    "\100\7\100\7\100\7",
	    23);
	cer("scscf.ims.example");
	save("peer", "watchdog");

	put("\7\103\11\103\12\103\7\103\12\0\377\100\3\103\12", 15);
	cer("elsewhere.ims.example");
	save("peer", "opened-by-node");

	put("\0", 1);
	for (size_t i = 0; i < NVECTORS; i++)
		put_vector(&vectors[i]);
	save("peer", "vectors");
}

void
seed_peer(void)
{
	seed_first();
	seed_asks();
	seed_watchdog();
	seed_election();
	seed_repeats();
	seed_sctp();
	seed_limits();
	seed_faults();
}
