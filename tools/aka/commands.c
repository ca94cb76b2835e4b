/*
 * What aka's commands do: each takes values, asks crypto/, prints lines
 * `name = hex`.
 */
#include "tools/aka/commands.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "crypto/crypto.h"

enum {
	CHALLENGE_LEN = AKA_RAND_LEN + AKA_AUTN_LEN,
	SQN_LEN = 6,
};

static const char first_sqn[] = "000000000020"; /* SEQ 1, IND 0 */

static enum exit_code
failed(void)
{
	warnx("AES or MD5 failed");
	return EXIT_USAGE;
}

static void
print(const char *name, const uint8_t *octets, size_t len)
{
	printf("%-4s = ", name);
	for (size_t i = 0; i < len; i++)
		printf("%02x", octets[i]);
	putchar('\n');
}

static void
print_sqn(uint64_t sqn)
{
	printf("%-4s = %012llx\n", "sqn", (unsigned long long)sqn);
}

static uint64_t
sqn_of(const struct values *values)
{
	uint8_t octets[SQN_LEN];
	uint64_t sqn = 0;
	value_octets(values, VALUE_SQN, octets);
	for (size_t i = 0; i < SQN_LEN; i++)
		sqn = sqn << 8 | octets[i];
	return sqn;
}

/* OPc as given, or of OP; both must agree. */
static bool
opc_of(const struct values *values, struct milenage_key *key)
{
	uint8_t op[16], opc[16];
	bool ok = true, given = value_given(values, VALUE_OPC);
	if (given)
		value_octets(values, VALUE_OPC, key->opc);
	if (!value_given(values, VALUE_OP))
		return given;
	value_octets(values, VALUE_OP, op);
	if (!milenage_opc(opc, key->k, op)) {
		ok = false;
		failed();
	} else if (given && !same(opc, key->opc, sizeof(opc))) {
		ok = false;
		warnx("OPc is not that of K and OP, give one of the two");
	}
	memcpy(key->opc, opc, sizeof(opc));
	wipe(op, sizeof(op));
	wipe(opc, sizeof(opc));
	return ok;
}

static bool
key_of(const struct values *values, struct milenage_key *key)
{
	memset(key, 0, sizeof(*key));
	if (!value_given(values, VALUE_K)) {
		warnx("K is missing, give -k K or a file with `k = K`");
		return false;
	}
	if (!value_given(values, VALUE_OP) && !value_given(values, VALUE_OPC)) {
		warnx("OPc is missing, give -c OPC or -o OP or a file with "
		      "`opc = OPC` or `op = OP`");
		return false;
	}
	value_octets(values, VALUE_K, key->k);
	return opc_of(values, key);
}

static enum exit_code
opc(const struct values *values)
{
	struct milenage_key key;
	bool ok = key_of(values, &key);
	if (ok)
		print("opc", key.opc, sizeof(key.opc));
	wipe(&key, sizeof(key));
	return ok ? EXIT_DONE : EXIT_USAGE;
}

static bool
rand_of(const struct values *values, uint8_t rand[16])
{
	if (value_given(values, VALUE_RAND)) {
		value_octets(values, VALUE_RAND, rand);
		return true;
	}
	bool ok = random_bytes(rand, AKA_RAND_LEN);
	if (!ok)
		warnx("the system gives no random octets, give -r RAND");
	return ok;
}

static void
print_vector(const struct aka_vector *v, uint64_t sqn, const uint8_t amf[2])
{
	print("rand", v->rand, sizeof(v->rand));
	print_sqn(sqn);
	print("amf", amf, 2);
	print("autn", v->autn, sizeof(v->autn));
	print("xres", v->xres, sizeof(v->xres));
	print("ck", v->ck, sizeof(v->ck));
	print("ik", v->ik, sizeof(v->ik));
}

static enum exit_code
vector(const struct values *given)
{
	struct values values = *given;
	struct milenage_key key;
	struct aka_vector v;
	uint8_t amf[2] = { 0, 0 };
	enum exit_code code = EXIT_USAGE;
	if (!value_given(&values, VALUE_SQN))
		memcpy(values.text[VALUE_SQN], first_sqn, sizeof(first_sqn));
	if (value_given(&values, VALUE_AMF))
		value_octets(&values, VALUE_AMF, amf);
	uint64_t sqn = sqn_of(&values);
	if (!key_of(&values, &key) || !rand_of(&values, v.rand))
		goto out;
	if (aka_vector(&v, &key, v.rand, sqn, amf) != AKA_OK) {
		failed();
		goto out;
	}
	print_vector(&v, sqn, amf);
	code = EXIT_DONE;
out:
	wipe(&values, sizeof(values));
	wipe(&key, sizeof(key));
	wipe(&v, sizeof(v));
	return code;
}

/* What the SIM knows once it has opened AUTN. */
struct opened {
	uint64_t sqn;
	uint8_t amf[2], res[8], ck[16], ik[16];
};

static enum exit_code
open_autn(struct opened *o, const struct values *values, const uint8_t rand[16],
    const uint8_t autn[16])
{
	struct milenage_key key;
	enum aka_result result = AKA_CRYPTO;
	bool ok = key_of(values, &key);
	if (ok)
		result = aka_check(
		    &key, rand, autn, &o->sqn, o->amf, o->res, o->ck, o->ik);
	wipe(&key, sizeof(key));
	if (!ok)
		return EXIT_USAGE;
	if (result == AKA_CRYPTO)
		return failed();
	if (result == AKA_OK)
		return EXIT_DONE;
	warnx("MAC-A of AUTN is wrong: not made with this K, OPc and RAND, or "
	      "damaged");
	return EXIT_MAC;
}

static enum exit_code
check(const struct values *values)
{
	struct opened o;
	uint8_t rand[16], autn[16];
	value_octets(values, VALUE_RAND, rand);
	value_octets(values, VALUE_AUTN, autn);
	enum exit_code code = open_autn(&o, values, rand, autn);
	if (code == EXIT_DONE) {
		print_sqn(o.sqn);
		print("amf", o.amf, sizeof(o.amf));
		print("res", o.res, sizeof(o.res));
		print("ck", o.ck, sizeof(o.ck));
		print("ik", o.ik, sizeof(o.ik));
	}
	wipe(&o, sizeof(o));
	return code;
}

static enum exit_code
auts(const struct values *values)
{
	struct milenage_key key;
	uint8_t rand[16], out[AKA_AUTS_LEN];
	enum exit_code code = EXIT_USAGE;
	value_octets(values, VALUE_RAND, rand);
	if (!key_of(values, &key))
		goto out;
	if (aka_auts(out, &key, rand, sqn_of(values)) != AKA_OK) {
		failed();
		goto out;
	}
	print("rand", rand, sizeof(rand));
	print("auts", out, sizeof(out));
	code = EXIT_DONE;
out:
	wipe(&key, sizeof(key));
	return code;
}

static enum exit_code
resync(const struct values *values)
{
	struct milenage_key key;
	uint8_t rand[16], in[AKA_AUTS_LEN];
	uint64_t sqn_ms = 0;
	enum exit_code code = EXIT_USAGE;
	value_octets(values, VALUE_RAND, rand);
	value_octets(values, VALUE_AUTS, in);
	if (!key_of(values, &key))
		goto out;
	switch (aka_resync(&sqn_ms, &key, rand, in)) {
	case AKA_OK:
		print_sqn(sqn_ms);
		code = EXIT_DONE;
		break;
	case AKA_BAD_MAC:
		warnx("MAC-S of AUTS is wrong: not made with this K, OPc and "
		      "RAND, or damaged");
		code = EXIT_MAC;
		break;
	case AKA_CRYPTO:
		failed();
		break;
	}
out:
	wipe(&key, sizeof(key));
	return code;
}

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
		return failed();
	printf("response = %s\n", hex);
	return EXIT_DONE;
}

static enum exit_code
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

#define EXAMPLE_K "465b5ce8b199b49faa5f0a2ee238a6bc"
#define EXAMPLE_OP "cdc202d5123e20f62b6d676ac72cb318"
#define EXAMPLE_RAND "23553cbe9637a89d218ae64dae47bf35"
#define EXAMPLE_KEY "-k " EXAMPLE_K " -o " EXAMPLE_OP

/* clang-format off */
const struct command commands[] = {
	{ "opc", "ko", "ko", "ko", opc,
	  "OPc of K and OP", "",
	  "aka opc " EXAMPLE_K " " EXAMPLE_OP },
	{ "vector", "k", "kocsar", "", vector,
	  "the network's challenge and what belongs to it",
	  "SQN 000000000020 (SEQ 1, IND 0), AMF 0000, RAND random",
	  "aka vector " EXAMPLE_KEY " -s 000000000021 -r " EXAMPLE_RAND },
	{ "check", "krn", "kocrn", "", check,
	  "opens AUTN as the SIM does", "",
	  "aka check " EXAMPLE_KEY " -r " EXAMPLE_RAND
	      " -n aa689c64835100009f897ef2e7a4c5f8" },
	{ "auts", "krs", "kocrs", "", auts,
	  "the SIM's answer to an old SQN; its own is -s", "",
	  "aka auts " EXAMPLE_KEY " -r " EXAMPLE_RAND " -s 00000000a003" },
	{ "resync", "krt", "kocrt", "", resync,
	  "opens AUTS as the network does", "",
	  "aka resync " EXAMPLE_KEY " -r " EXAMPLE_RAND
	      " -t 451e8bec04381c32aa77c814555f" },
	{ "response", "ud", "kocrnxudmiNlC", "", response,
	  "the SIM's AKAv1-MD5 response to a SIP challenge",
	  "RES as the key gives it, nonce of RAND and AUTN, method REGISTER, "
	  "URI sip:REALM, nc 00000001, no cnonce and no qop",
	  "aka response " EXAMPLE_KEY " -u alice@example.com -d example.com "
	      "-N I1U8vpY3qJ0hiuZNrke/NaponGSDUQAAn4l+8uekxfg= -C 0a4f113b" },
};
/* clang-format on */

const unsigned ncommands = sizeof(commands) / sizeof(commands[0]);
