/*
 * A home subscriber server with one user and a fault to order, in a thread on
 * a loopback port that the system chooses.
 */
#ifndef TESTS_FAKE_HSS_H
#define TESTS_FAKE_HSS_H

#include "crypto/crypto.h"
#include "diameter/codec.h"

#include <pthread.h>

enum { FAKE_CAP = 8192 }; /* octets of a message */

enum fault {
	FAULT_NONE,
	/* of the capabilities exchange */
	FAULT_CER_SILENT,
	FAULT_CER_REFUSED,
	FAULT_CER_WITHOUT_CX,
	FAULT_CER_RELAY, /* no fault: a relay will do */
	/* of the answer to the first request of command .at */
	FAULT_SILENT,
	FAULT_CLOSE,
	FAULT_CLOSE_WITHIN,
	FAULT_LENGTH_TOO_SHORT,
	FAULT_LENGTH_ODD,
	FAULT_LENGTH_TOO_LONG,
	FAULT_VERSION,
	FAULT_AVP_LENGTH,
	FAULT_HOP_BY_HOP,
	FAULT_END_TO_END,
	FAULT_COMMAND,
	FAULT_APPLICATION,
	FAULT_SESSION,
	FAULT_NO_RESULT,
	FAULT_TWO_RESULTS,
	FAULT_REFUSE,   /* Experimental-Result 5001 */
	FAULT_PROTOCOL, /* Result-Code 3002 with the E bit */
	FAULT_DPR,
	FAULT_WATCHDOG,       /* no fault: DWR, RTR and nonsense come first */
	FAULT_FLOOD,          /* answers with foreign ids, without end */
	FAULT_OCTET_BY_OCTET, /* no fault: the answer comes slowly */
	/* of a successful MAA */
	FAULT_MAC,
	FAULT_XRES,
	FAULT_CK,
	FAULT_IK,
	FAULT_NO_ITEM,
	FAULT_ITEM_COUNT,
	FAULT_AUTHENTICATE_SHORT,
	FAULT_NO_RESYNC, /* AUTS is ignored */
	FAULT_HA1,
	/* of a UAA, a SAA */
	FAULT_OTHER_SERVER,
	FAULT_NO_PROFILE,
	FAULT_FOREIGN_PROFILE,
};

struct fake {
	/* set before fake_start() */
	enum fault fault;
	uint32_t at; /* command code */
	struct milenage_key key;
	uint64_t sqn;     /* of the next vector */
	const char *ha1;  /* 32 hex digits: SIP Digest, not AKA */
	bool nass;        /* NASS-Bundled, whatever is asked for */
	const char *impu; /* in the profile */

	/* read after fake_stop() */
	unsigned uars, mars, sars, lirs, dwas, rtas, unsupported, dprs;
	uint32_t last_sat, last_uat;
	bool crypto_failed;

	/* fake_hss.c's own */
	int listener;
	uint16_t port;
	pthread_t thread;
	char server_name[256];
	bool struck; /* the fault has happened */
};

/* False if the system gives no socket or thread. */
bool fake_start(struct fake *);
/* Waits for the connection to end; the client must have closed it or never
 * have come. */
void fake_stop(struct fake *);

/* The messages, each of FAKE_CAP octets at most (fake_cx.c). */
size_t fake_answer_cer(struct fake *, const struct dia_msg *req, uint8_t *buf);
size_t fake_answer_cx(struct fake *, const struct dia_msg *req, uint8_t *buf);
void fake_put_identity(struct dia_writer *);
/* The value of an AVP, 0 if it is not there. */
uint32_t fake_number(const struct dia_msg *, const struct dia_def *);

#endif
