/*
 * The SIM's response to a SIP challenge with AKAv1-MD5 (RFC 3310, 3.2 and
 * 3.3).  Left out: the response with auts, which no server judges (3.4).
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "tools/aka/key.h"

enum { CHALLENGE_LEN = AKA_RAND_LEN + AKA_AUTN_LEN };

/* RAND || AUTN out of the nonce; server data may follow (RFC 3310, 3.2). */
static bool
open_nonce(uint8_t challenge[CHALLENGE_LEN], const char *nonce)
{
	uint8_t out[VALUE_MAX];
	size_t len = 0;
	int rc = mbedtls_base64_decode(
	    out, sizeof(out), &len, (const uint8_t *)nonce, strlen(nonce));
	if (rc != 0)
		warnx("nonce is not base64, must be that of RAND || AUTN");
	else if (len < CHALLENGE_LEN)
		warnx("nonce holds %zu octets, must be %d or more: RAND || "
		      "AUTN",
		    len, CHALLENGE_LEN);
	if (rc != 0 || len < CHALLENGE_LEN)
		return false;
	memcpy(challenge, out, CHALLENGE_LEN);
	return true;
}

/* Completes the values by nonce and challenge, whichever is missing. */
static bool
challenge_of(struct values *values, uint8_t challenge[CHALLENGE_LEN])
{
	char *nonce = values->text[VALUE_NONCE];
	size_t len;
	if (value_given(values, VALUE_NONCE))
		/* With RES at hand the nonce is just text. */
		return value_given(values, VALUE_RES) ||
		       open_nonce(challenge, nonce);
	if (!value_given(values, VALUE_RAND) ||
	    !value_given(values, VALUE_AUTN)) {
		warnx("nonce is missing, give -N NONCE or -r RAND and -n AUTN");
		return false;
	}
	value_octets(values, VALUE_RAND, challenge);
	value_octets(values, VALUE_AUTN, challenge + AKA_RAND_LEN);
	return mbedtls_base64_encode((uint8_t *)nonce, VALUE_MAX + 1, &len,
		   challenge, CHALLENGE_LEN) == 0;
}

static bool
response_defaults(struct values *values)
{
	char(*t)[VALUE_MAX + 1] = values->text;
	if (!value_given(values, VALUE_METHOD))
		memcpy(t[VALUE_METHOD], "REGISTER", sizeof("REGISTER"));
	if (!value_given(values, VALUE_NC))
		memcpy(t[VALUE_NC], "00000001", sizeof("00000001"));
	if (value_given(values, VALUE_URI))
		return true;
	int len =
	    snprintf(t[VALUE_URI], sizeof(t[0]), "sip:%s", t[VALUE_REALM]);
	if (len > VALUE_MAX)
		warnx("realm is too long for a URI of it, give -i URI");
	return len <= VALUE_MAX;
}

static enum exit_code
print_response(const struct values *values, const uint8_t res[8])
{
	char hex[DIGEST_HEX_LEN + 1];
	const char(*t)[VALUE_MAX + 1] = values->text;
	const char *qop = value_given(values, VALUE_CNONCE) ? "auth" : NULL;
	if (!digest_aka_response(hex, t[VALUE_USER], t[VALUE_REALM], res,
		t[VALUE_METHOD], t[VALUE_URI], t[VALUE_NONCE], t[VALUE_NC],
		t[VALUE_CNONCE], qop))
		return crypto_failed();
	printf("response = %s\n", hex);
	return EXIT_DONE;
}

enum exit_code
response(const struct values *given)
{
	struct values values = *given;
	struct opened o;
	uint8_t challenge[CHALLENGE_LEN];
	enum exit_code code = EXIT_USAGE;
	if (!response_defaults(&values) || !challenge_of(&values, challenge))
		goto out;
	code = EXIT_DONE;
	if (value_given(&values, VALUE_RES))
		value_octets(&values, VALUE_RES, o.res);
	else
		code =
		    open_autn(&o, &values, challenge, challenge + AKA_RAND_LEN);
	if (code == EXIT_DONE)
		code = print_response(&values, o.res);
out:
	wipe(&values, sizeof(values));
	wipe(&o, sizeof(o));
	return code;
}
