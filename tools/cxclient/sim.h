/*
 * The other end of authentication: a SIM (TS 33.102, 6.3.3 and C.2) and a
 * phone with a password (RFC 2617).
 */
#ifndef CXCLIENT_SIM_H
#define CXCLIENT_SIM_H

#include "crypto/crypto.h"

enum {
	SIM_IND_BITS = 5,
	SIM_IND_COUNT = 1 << SIM_IND_BITS,
	SIM_SQN_BITS = 48,
	SIM_REALM_MAX = 255, /* octets of a digest realm */
};
/* A SEQ further ahead than this is refused (TS 33.102, C.2.1). */
#define SIM_DELTA (UINT64_C(1) << 28)

struct sim {
	struct milenage_key key;
	uint64_t seq[SIM_IND_COUNT]; /* highest accepted, by IND */
	uint64_t sqn_ms;             /* highest accepted of all, 48 bits */
	bool used;                   /* a fresh card knows no SQN yet */
};

enum sim_result {
	SIM_OK,
	SIM_BAD_MAC,      /* the network does not know K */
	SIM_SYNC_FAILURE, /* SQN seen already or out of range: AUTS is made */
	SIM_CRYPTO,       /* AES failed */
};

/* What the SIM says to a challenge.  RES, CK and IK with SIM_OK, AUTS with
 * SIM_SYNC_FAILURE, SQN and AMF with both; the rest is zero. */
struct sim_answer {
	uint64_t sqn;
	uint8_t amf[2];
	uint8_t res[AKA_RES_LEN], ck[AKA_KEY_LEN], ik[AKA_KEY_LEN];
	uint8_t auts[AKA_AUTS_LEN];
};

/* A fresh card, which accepts any first SQN with a SEQ above 0. */
void sim_init(struct sim *, const struct milenage_key *);
/* The card has accepted this SQN, with every IND. */
void sim_set_sqn(struct sim *, uint64_t sqn_ms);
/* Runs the challenge; an accepted SQN is remembered. */
enum sim_result sim_challenge(struct sim *, const uint8_t rand[AKA_RAND_LEN],
    const uint8_t autn[AKA_AUTN_LEN], struct sim_answer *);
/* A sentence for each result but SIM_OK. */
const char *sim_result_name(enum sim_result);

/*
 * A phone with a password answers a challenge of the realm and qop "auth"; a
 * S-CSCF checks it with HA1 (32 hex digits, any case).  True if both find the
 * same.  False also if a text is too long or the cryptography failed.
 */
bool phone_challenge(const char *impi, const char *password, const void *realm,
    size_t realm_len, const void *ha1, size_t ha1_len);

#endif
