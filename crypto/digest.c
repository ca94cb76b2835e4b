/*
 * Digests of SIP authentication with MD5 (RFC 2617, 3.2.2; RFC 3310, 3.3).
 *
 * Each of them is MD5 over texts joined by colons.  Left out: MD5-sess and
 * auth-int, which no IMS uses, and AKAv2.
 */
#include "crypto/crypto.h"

#include <string.h>

#include <mbedtls/md.h>

struct part {
	const void *p;
	size_t len;
};

static struct part
text(const char *s)
{
	return (struct part){ s, strlen(s) };
}

static bool
feed(mbedtls_md_context_t *md, const struct part *parts, size_t n)
{
	if (mbedtls_md_starts(md) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 &&
		    mbedtls_md_update(md, (const uint8_t *)":", 1) != 0)
			return false;
		if (parts[i].len > 0 &&
		    mbedtls_md_update(md, parts[i].p, parts[i].len) != 0)
			return false;
	}
	return true;
}

/* MD5(part ":" part ...); out is zeroed on failure. */
static bool
md5(uint8_t out[16], const struct part *parts, size_t n)
{
	mbedtls_md_context_t md;
	mbedtls_md_init(&md);
	const mbedtls_md_info_t *info =
	    mbedtls_md_info_from_type(MBEDTLS_MD_MD5);
	bool ok = info != NULL && mbedtls_md_setup(&md, info, 0) == 0 &&
		  feed(&md, parts, n) && mbedtls_md_finish(&md, out) == 0;
	if (!ok)
		wipe(out, 16);
	mbedtls_md_free(&md);
	return ok;
}

static void
hex16(char hex[33], const uint8_t in[16])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < 16; i++) {
		hex[2 * i] = digits[in[i] >> 4];
		hex[2 * i + 1] = digits[in[i] & 15];
	}
	hex[32] = '\0';
}

bool
digest_ha1(uint8_t ha1[16], const char *user, const char *realm,
    const void *password, size_t len)
{
	const struct part a1[] = { text(user), text(realm), { password, len } };
	return md5(ha1, a1, 3);
}

bool
digest_response(char hex[33], const uint8_t ha1[16], const char *method,
    const char *uri, const char *nonce, const char *nc, const char *cnonce,
    const char *qop)
{
	uint8_t ha2[16], digest[16];
	char ha1_hex[33], ha2_hex[33];
	/* A2 = method ":" uri */
	const struct part a2[] = { text(method), text(uri) };
	bool ok = md5(ha2, a2, 2);
	hex16(ha1_hex, ha1);
	hex16(ha2_hex, ha2);
	if (ok && qop != NULL) {
		/* HA1 ":" nonce ":" nc ":" cnonce ":" qop ":" HA2 */
		const struct part all[] = { text(ha1_hex), text(nonce),
			text(nc), text(cnonce), text(qop), text(ha2_hex) };
		ok = md5(digest, all, 6);
	} else if (ok) {
		/* HA1 ":" nonce ":" HA2 */
		const struct part all[] = { text(ha1_hex), text(nonce),
			text(ha2_hex) };
		ok = md5(digest, all, 3);
	}
	if (ok)
		hex16(hex, digest);
	else
		wipe(hex, DIGEST_HEX_LEN + 1);
	wipe(ha1_hex, sizeof(ha1_hex));
	wipe(ha2, sizeof(ha2));
	wipe(ha2_hex, sizeof(ha2_hex));
	wipe(digest, sizeof(digest));
	return ok;
}

bool
digest_aka_response(char hex[33], const char *user, const char *realm,
    const uint8_t res[8], const char *method, const char *uri,
    const char *nonce, const char *nc, const char *cnonce, const char *qop)
{
	uint8_t ha1[16];
	bool ok =
	    digest_ha1(ha1, user, realm, res, AKA_RES_LEN) &&
	    digest_response(hex, ha1, method, uri, nonce, nc, cnonce, qop);
	if (!ok)
		wipe(hex, DIGEST_HEX_LEN + 1);
	wipe(ha1, sizeof(ha1));
	return ok;
}
