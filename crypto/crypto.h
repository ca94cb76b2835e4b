/*
 * Milenage (TS 35.206), AKA vectors and resynchronisation (TS 33.102, 6.3),
 * digests of SIP authentication (RFC 2617, RFC 3310), random octets.
 *
 * Built on mbedTLS's AES, MD5 and generator.  Every intermediate value is
 * wiped; comparisons of secrets take the same time whatever they find.
 */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CRYPTO_CHECK __attribute__((warn_unused_result))
#else
#define CRYPTO_CHECK
#endif

enum {
	AKA_RAND_LEN = 16,
	AKA_AUTN_LEN = 16,
	AKA_AUTS_LEN = 14,
	AKA_RES_LEN = 8,
	AKA_KEY_LEN = 16, /* K, OP, OPc, CK, IK */
	DIGEST_HA1_LEN = 16,
	DIGEST_HEX_LEN = 32, /* of any MD5 value, without the NUL */
};

/* What a SIM and its home network share. */
struct milenage_key {
	uint8_t k[16], opc[16];
};

/* OPc = OP ^ E_K(OP) (TS 35.206, 4.1).  False if AES failed: opc zeroed. */
CRYPTO_CHECK bool milenage_opc(
    uint8_t opc[16], const uint8_t k[16], const uint8_t op[16]);
/* f1: mac_a, f1*: mac_s (either may be NULL).  False if AES failed: zeroed. */
CRYPTO_CHECK bool milenage_f1(const struct milenage_key *,
    const uint8_t rand[16], const uint8_t sqn[6], const uint8_t amf[2],
    uint8_t mac_a[8], uint8_t mac_s[8]);
/* f2: res, f3: ck, f4: ik, f5: ak, f5*: ak_star (any may be NULL).  False if
 * AES failed: zeroed. */
CRYPTO_CHECK bool milenage_f2345(const struct milenage_key *,
    const uint8_t rand[16], uint8_t res[8], uint8_t ck[16], uint8_t ik[16],
    uint8_t ak[6], uint8_t ak_star[6]);

struct aka_vector {
	uint8_t rand[16], autn[16], xres[8], ck[16], ik[16];
};

/* AKA_CRYPTO: AES failed, or an SQN has more than 48 bits. */
enum aka_result { AKA_OK, AKA_BAD_MAC, AKA_CRYPTO };

/* One vector for a 48-bit SQN (TS 33.102, 6.3.2); zeroed with AKA_CRYPTO.
 * rand may be the vector's own. */
CRYPTO_CHECK enum aka_result aka_vector(struct aka_vector *,
    const struct milenage_key *, const uint8_t rand[16], uint64_t sqn,
    const uint8_t amf[2]);
/* Network side of resynchronisation (TS 33.102, 6.3.5): opens AUTS, checks
 * MAC-S with AMF 0000.  sqn_ms is written only with AKA_OK. */
CRYPTO_CHECK enum aka_result aka_resync(uint64_t *sqn_ms,
    const struct milenage_key *, const uint8_t rand[16],
    const uint8_t auts[14]);
/* SIM side (TS 33.102, 6.3.3): opens AUTN, checks MAC-A.  sqn, amf, RES, CK
 * and IK are written only with AKA_OK (any may be NULL). */
CRYPTO_CHECK enum aka_result aka_check(const struct milenage_key *,
    const uint8_t rand[16], const uint8_t autn[16], uint64_t *sqn,
    uint8_t amf[2], uint8_t res[8], uint8_t ck[16], uint8_t ik[16]);
/* SIM side (TS 33.102, 6.3.3): AUTS for a SIM whose highest accepted SQN is
 * sqn_ms; zeroed with AKA_CRYPTO. */
CRYPTO_CHECK enum aka_result aka_auts(uint8_t auts[14],
    const struct milenage_key *, const uint8_t rand[16], uint64_t sqn_ms);

/* HA1 = MD5(user ":" realm ":" password) (RFC 2617, 3.2.2.2); the password is
 * octets, since AKAv1-MD5 uses RES itself (RFC 3310, 3.3).  False if MD5
 * failed, as below: the result is zeroed. */
CRYPTO_CHECK bool digest_ha1(uint8_t ha1[16], const char *user,
    const char *realm, const void *password, size_t len);
/* The response to a challenge (RFC 2617, 3.2.2.1), 32 hex digits and NUL.
 * With qop NULL the short form of RFC 2069, nc and cnonce unused. */
CRYPTO_CHECK bool digest_response(char hex[33], const uint8_t ha1[16],
    const char *method, const char *uri, const char *nonce, const char *nc,
    const char *cnonce, const char *qop);
/* The same for AKAv1-MD5: password RES, nonce base64(RAND || AUTN)
 * (RFC 3310, 3.2 and 3.3). */
CRYPTO_CHECK bool digest_aka_response(char hex[33], const char *user,
    const char *realm, const uint8_t res[8], const char *method,
    const char *uri, const char *nonce, const char *nc, const char *cnonce,
    const char *qop);

/* Octets nobody can guess.  Drawn in bulk from a generator seeded by the
 * system; reseeds itself, and in a child of fork().  False if the system gave
 * no entropy: zeroed.  One thread. */
CRYPTO_CHECK bool random_bytes(void *, size_t);
/* Zeroes memory in a way that is not optimised away. */
void wipe(void *, size_t);
/* Are they equal?  Takes the same time wherever they differ. */
CRYPTO_CHECK bool same(const void *, const void *, size_t);

#endif
