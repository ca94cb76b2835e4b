/*
 * The other end of authentication: a SIM, which checks AUTN and remembers the
 * SQN of each IND (TS 33.102, 6.3.3 and C.2), and a phone with a password
 * (RFC 2617).  Left out: the optional age limit L of C.2.2.
 */
#include "tools/cxclient/sim.h"

#include <string.h>

void
sim_init(struct sim *sim, const struct milenage_key *key)
{
	*sim = (struct sim){ .key = *key };
}

void
sim_set_sqn(struct sim *sim, uint64_t sqn_ms)
{
	for (size_t i = 0; i < SIM_IND_COUNT; i++)
		sim->seq[i] = sqn_ms >> SIM_IND_BITS;
	sim->sqn_ms = sqn_ms;
	sim->used = true;
}

/* C.2: SEQ above the one of its IND and not too far ahead of all. */
static bool
is_fresh(const struct sim *sim, uint64_t sqn)
{
	uint64_t seq = sqn >> SIM_IND_BITS;
	uint64_t seq_ms = sim->sqn_ms >> SIM_IND_BITS;

	if (seq <= sim->seq[sqn % SIM_IND_COUNT])
		return false;
	return !sim->used || seq <= seq_ms || seq - seq_ms <= SIM_DELTA;
}

static void
accept_sqn(struct sim *sim, uint64_t sqn)
{
	sim->seq[sqn % SIM_IND_COUNT] = sqn >> SIM_IND_BITS;
	if (sqn > sim->sqn_ms)
		sim->sqn_ms = sqn;
	sim->used = true;
}

enum sim_result
sim_challenge(struct sim *sim, const uint8_t rand[AKA_RAND_LEN],
    const uint8_t autn[AKA_AUTN_LEN], struct sim_answer *out)
{
	struct sim_answer a = { 0 };
	enum sim_result result = SIM_OK;

	switch (aka_check(
	    &sim->key, rand, autn, &a.sqn, a.amf, a.res, a.ck, a.ik)) {
	case AKA_OK:
		break;
	case AKA_BAD_MAC:
		result = SIM_BAD_MAC;
		break;
	default:
		result = SIM_CRYPTO;
	}
	if (result == SIM_OK && !is_fresh(sim, a.sqn)) {
		wipe(a.res, sizeof a.res);
		wipe(a.ck, sizeof a.ck);
		wipe(a.ik, sizeof a.ik);
		result =
		    aka_auts(a.auts, &sim->key, rand, sim->sqn_ms) == AKA_OK
			? SIM_SYNC_FAILURE
			: SIM_CRYPTO;
	} else if (result == SIM_OK) {
		accept_sqn(sim, a.sqn);
	}
	*out = a;
	wipe(&a, sizeof a);
	return result;
}

const char *
sim_result_name(enum sim_result result)
{
	switch (result) {
	case SIM_BAD_MAC:
		return "wrong MAC: the server computed AUTN with another key";
	case SIM_SYNC_FAILURE:
		return "synchronisation failure: SQN was seen already or is "
		       "too far ahead";
	case SIM_CRYPTO:
		return "AES failed";
	default:
		return "accepted";
	}
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
read_ha1(uint8_t out[DIGEST_HA1_LEN], const uint8_t *hex, size_t len)
{
	if (len != DIGEST_HEX_LEN)
		return false;
	for (size_t i = 0; i < DIGEST_HA1_LEN; i++) {
		int high = hex_digit(hex[2 * i]);
		int low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool
respond(char out[33], const uint8_t ha1[DIGEST_HA1_LEN], const char *nonce)
{
	return digest_response(out, ha1, "REGISTER", "sip:registrar", nonce,
	    "00000001", "cxclient", "auth");
}

bool
phone_challenge(const char *impi, const char *password, const void *realm,
    size_t realm_len, const void *ha1_hex, size_t ha1_len)
{
	char realm_text[SIM_REALM_MAX + 1] = "";
	uint8_t own[DIGEST_HA1_LEN] = { 0 }, ha1[DIGEST_HA1_LEN] = { 0 };
	uint8_t octets[8] = { 0 };
	char nonce[17], phone[33], scscf[33];
	bool ok = false;

	if (realm_len > SIM_REALM_MAX || memchr(realm, 0, realm_len) != NULL)
		return false;
	memcpy(realm_text, realm, realm_len);
	if (!random_bytes(octets, sizeof octets))
		return false;
	for (size_t i = 0; i < sizeof octets; i++) {
		nonce[2 * i] = "0123456789abcdef"[octets[i] >> 4];
		nonce[2 * i + 1] = "0123456789abcdef"[octets[i] & 15];
	}
	nonce[16] = '\0';
	if (digest_ha1(own, impi, realm_text, password, strlen(password)) &&
	    read_ha1(ha1, ha1_hex, ha1_len))
		ok = respond(phone, own, nonce) && respond(scscf, ha1, nonce) &&
		     same(phone, scscf, 32);
	wipe(own, sizeof own);
	wipe(ha1, sizeof ha1);
	return ok;
}
