/*
 * The key of the SIM as it was given, and AUTN opened with it.
 */
#include "tools/aka/key.h"

#include <err.h>
#include <string.h>

enum exit_code
crypto_failed(void)
{
	warnx("AES or MD5 failed");
	return EXIT_USAGE;
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
		crypto_failed();
	} else if (given && !same(opc, key->opc, sizeof(opc))) {
		ok = false;
		warnx("OPc is not that of K and OP, give one of the two");
	}
	memcpy(key->opc, opc, sizeof(opc));
	wipe(op, sizeof(op));
	wipe(opc, sizeof(opc));
	return ok;
}

bool
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

enum exit_code
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
		return crypto_failed();
	if (result == AKA_OK)
		return EXIT_DONE;
	warnx("MAC-A of AUTN is wrong: not made with this K, OPc and RAND, or "
	      "damaged");
	return EXIT_MAC;
}
