/*
 * Authentication and key agreement (TS 33.102, 6.3), both sides: vectors and
 * resynchronisation for the home network, AUTN and AUTS for the SIM.
 *
 *	AUTN = SQN ^ AK || AMF || MAC-A		(6 + 2 + 8 octets)
 *	AUTS = SQN_MS ^ AK* || MAC-S		(6 + 8 octets)
 *
 * Left out: which SQN to give out or to accept (Annex C); that needs a memory,
 * and this has none.
 */
#include "crypto/milenage.h"

#include <string.h>

enum { SQN_BITS = 48 };

/* AMF* of AUTS, whatever AMF the challenge had (6.3.3). */
static const uint8_t amf_star[2] = { 0, 0 };

static void
xor6(uint8_t out[6], const uint8_t a[6], const uint8_t b[6])
{
	for (size_t i = 0; i < 6; i++)
		out[i] = a[i] ^ b[i];
}

static void
put_sqn(uint8_t out[6], uint64_t sqn)
{
	for (size_t i = 6; i-- > 0; sqn >>= 8)
		out[i] = (uint8_t)sqn;
}

static uint64_t
get_sqn(const uint8_t in[6])
{
	uint64_t sqn = 0;
	for (size_t i = 0; i < 6; i++)
		sqn = sqn << 8 | in[i];
	return sqn;
}

enum aka_result
aka_vector(struct aka_vector *v, const struct milenage_key *key,
    const uint8_t rand[16], uint64_t sqn, const uint8_t amf[2])
{
	uint8_t s[6], ak[6];
	const struct milenage_f2345 f = { v->xres, v->ck, v->ik, ak, NULL };
	put_sqn(s, sqn);
	/* Both may be inside *v already. */
	memmove(v->rand, rand, 16);
	memmove(v->autn + 6, amf, 2);
	bool ok = sqn >> SQN_BITS == 0;
	ok = ok && milenage_all(key, v->rand, s, v->autn + 6, v->autn + 8, &f);
	if (ok)
		xor6(v->autn, s, ak);
	else
		wipe(v, sizeof(*v));
	wipe(s, sizeof(s));
	wipe(ak, sizeof(ak));
	return ok ? AKA_OK : AKA_CRYPTO;
}

enum aka_result
aka_resync(uint64_t *sqn_ms, const struct milenage_key *key,
    const uint8_t rand[16], const uint8_t auts[14])
{
	uint8_t s[6], ak_star[6], mac_s[8];
	enum aka_result result = AKA_CRYPTO;
	if (!milenage_f2345(key, rand, NULL, NULL, NULL, NULL, ak_star))
		goto out;
	xor6(s, auts, ak_star);
	if (!milenage_f1(key, rand, s, amf_star, NULL, mac_s))
		goto out;
	result = same(mac_s, auts + 6, 8) ? AKA_OK : AKA_BAD_MAC;
	if (result == AKA_OK)
		*sqn_ms = get_sqn(s);
out:
	wipe(s, sizeof(s));
	wipe(ak_star, sizeof(ak_star));
	wipe(mac_s, sizeof(mac_s));
	return result;
}

static void
give(void *out, const void *in, size_t len)
{
	if (out != NULL)
		memcpy(out, in, len);
}

enum aka_result
aka_check(const struct milenage_key *key, const uint8_t rand[16],
    const uint8_t autn[16], uint64_t *sqn, uint8_t amf[2], uint8_t res[8],
    uint8_t ck[16], uint8_t ik[16])
{
	struct {
		uint8_t sqn[6], ak[6], mac_a[8], res[8], ck[16], ik[16];
	} x;
	enum aka_result result = AKA_CRYPTO;
	if (!milenage_f2345(key, rand, x.res, x.ck, x.ik, x.ak, NULL))
		goto out;
	xor6(x.sqn, autn, x.ak);
	if (!milenage_f1(key, rand, x.sqn, autn + 6, x.mac_a, NULL))
		goto out;
	result = AKA_BAD_MAC;
	if (!same(x.mac_a, autn + 8, 8))
		goto out;
	if (sqn != NULL)
		*sqn = get_sqn(x.sqn);
	give(amf, autn + 6, 2);
	give(res, x.res, 8);
	give(ck, x.ck, 16);
	give(ik, x.ik, 16);
	result = AKA_OK;
out:
	wipe(&x, sizeof(x));
	return result;
}

enum aka_result
aka_auts(uint8_t auts[14], const struct milenage_key *key,
    const uint8_t rand[16], uint64_t sqn_ms)
{
	uint8_t s[6], ak_star[6];
	put_sqn(s, sqn_ms);
	bool ok = sqn_ms >> SQN_BITS == 0 &&
		  milenage_f2345(key, rand, NULL, NULL, NULL, NULL, ak_star) &&
		  milenage_f1(key, rand, s, amf_star, NULL, auts + 6);
	if (ok)
		xor6(auts, s, ak_star);
	else
		wipe(auts, AKA_AUTS_LEN);
	wipe(s, sizeof(s));
	wipe(ak_star, sizeof(ak_star));
	return ok ? AKA_OK : AKA_CRYPTO;
}
