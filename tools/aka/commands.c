/*
 * What aka's commands do: each takes values, asks crypto/, prints lines
 * `name = hex`.
 */
#include "tools/aka/commands.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "tools/aka/key.h"

enum { SQN_LEN = 6 };

static const char first_sqn[] = "000000000020"; /* SEQ 1, IND 0 */

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
		crypto_failed();
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
		crypto_failed();
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
		crypto_failed();
		break;
	}
out:
	wipe(&key, sizeof(key));
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
