/*
 * Milenage for the rest of crypto/: all functions of a vector with one key
 * schedule, which costs more than the six encryptions together.
 */
#ifndef MILENAGE_H
#define MILENAGE_H

#include "crypto/crypto.h"

/* Where the results go; each may be NULL. */
struct milenage_f2345 {
	uint8_t *res, *ck, *ik, *ak, *ak_star;
};

/* f1 and f2..f5*.  False if AES failed: every result zeroed. */
CRYPTO_CHECK bool milenage_all(const struct milenage_key *,
    const uint8_t rand[16], const uint8_t sqn[6], const uint8_t amf[2],
    uint8_t mac_a[8], const struct milenage_f2345 *);

#endif
