/*
 * Milenage, the example set of the functions f1 to f5* (TS 35.206, 4.1), with
 * its rotations r1..r5 and constants c1..c5.
 *
 * A key schedule lives for one call only: computing it again costs less than
 * fetching one that has left the cache.  Left out: other constants (5.3) and
 * the conversions for GSM.
 */
#include "crypto/milenage.h"

#include <string.h>

#include <mbedtls/aes.h>

/* One K and RAND: the schedule of K, OPc and TEMP = E_K(RAND ^ OPc); and what
 * else is secret on the way, so that all of it is wiped at once. */
struct run {
	mbedtls_aes_context aes;
	struct {
		uint8_t opc[16], temp[16];
		uint8_t in[16], rotated[16];
		uint8_t o1[16], o2[16], o3[16], o4[16], o5[16];
	} x;
};

/* By words, which a compiler may hold in registers. */
static void
xor16(uint8_t out[16], const uint8_t a[16], const uint8_t b[16])
{
	uint64_t x[2], y[2];

	memcpy(x, a, 16);
	memcpy(y, b, 16);
	x[0] ^= y[0];
	x[1] ^= y[1];
	memcpy(out, x, 16);
}

/* rot(x, r): to the left by r bits.  All of r1..r5 are whole words. */
static void
rot(uint8_t out[16], const uint8_t x[16], unsigned r)
{
	for (size_t i = 0; i < 4; i++)
		memcpy(out + 4 * i, x + (4 * i + r / 8) % 16, 4);
}

static bool
encrypt(mbedtls_aes_context *aes, uint8_t out[16], const uint8_t in[16])
{
	return mbedtls_aes_crypt_ecb(aes, MBEDTLS_AES_ENCRYPT, in, out) == 0;
}

/* Whatever it returns, finish() is due. */
static bool
start(struct run *run, const struct milenage_key *key, const uint8_t rand[16])
{
	mbedtls_aes_init(&run->aes);
	memcpy(run->x.opc, key->opc, 16);
	/* TEMP = E_K(RAND ^ OPc) */
	xor16(run->x.in, rand, run->x.opc);
	return mbedtls_aes_setkey_enc(&run->aes, key->k, 128) == 0 &&
	       encrypt(&run->aes, run->x.temp, run->x.in);
}

static void
finish(struct run *run)
{
	mbedtls_aes_free(&run->aes); /* wipes the schedule */
	wipe(&run->x, sizeof(run->x));
}

/* OUT1 = E_K(TEMP ^ rot(IN1 ^ OPc, r1) ^ c1) ^ OPc
 * with IN1 = SQN || AMF || SQN || AMF, r1 = 64, c1 = 0. */
static bool
out1(struct run *run, const uint8_t sqn[6], const uint8_t amf[2])
{
	uint8_t *in1 = run->x.in, *x = run->x.rotated;
	memcpy(in1, sqn, 6);
	memcpy(in1 + 6, amf, 2);
	memcpy(in1 + 8, in1, 8);
	xor16(in1, in1, run->x.opc);
	rot(x, in1, 64);
	xor16(x, x, run->x.temp);
	if (!encrypt(&run->aes, run->x.o1, x))
		return false;
	xor16(run->x.o1, run->x.o1, run->x.opc);
	return true;
}

/* OUTn = E_K(rot(TEMP ^ OPc, rn) ^ cn) ^ OPc for n = 2..5; each cn is a number
 * below 256. */
static bool
outn(struct run *run, unsigned r, uint8_t c, uint8_t out[16])
{
	uint8_t *x = run->x.in, *rotated = run->x.rotated;
	xor16(x, run->x.temp, run->x.opc);
	rot(rotated, x, r);
	rotated[15] ^= c;
	if (!encrypt(&run->aes, out, rotated))
		return false;
	xor16(out, out, run->x.opc);
	return true;
}

/* Hands out one result, or zeroes when the computation failed. */
static void
give(bool ok, uint8_t *out, const uint8_t *in, size_t len)
{
	if (out == NULL)
		return;
	if (ok)
		memcpy(out, in, len);
	else
		wipe(out, len);
}

static bool
run_f1(struct run *run, bool ok, const uint8_t sqn[6], const uint8_t amf[2],
    uint8_t mac_a[8], uint8_t mac_s[8])
{
	ok = ok && out1(run, sqn, amf);
	/* f1 = OUT1[0..63], f1* = OUT1[64..127] */
	give(ok, mac_a, run->x.o1, 8);
	give(ok, mac_s, run->x.o1 + 8, 8);
	return ok;
}

static bool
run_f2345(struct run *run, bool ok, const struct milenage_f2345 *f)
{
	/* (r, c): (0, 1), (32, 2), (64, 4), (96, 8) */
	if (f->res != NULL || f->ak != NULL)
		ok = ok && outn(run, 0, 1, run->x.o2);
	if (f->ck != NULL)
		ok = ok && outn(run, 32, 2, run->x.o3);
	if (f->ik != NULL)
		ok = ok && outn(run, 64, 4, run->x.o4);
	if (f->ak_star != NULL)
		ok = ok && outn(run, 96, 8, run->x.o5);
	/* f5 = OUT2[0..47], f2 = OUT2[64..127] */
	give(ok, f->ak, run->x.o2, 6);
	give(ok, f->res, run->x.o2 + 8, 8);
	/* f3 = OUT3, f4 = OUT4, f5* = OUT5[0..47] */
	give(ok, f->ck, run->x.o3, 16);
	give(ok, f->ik, run->x.o4, 16);
	give(ok, f->ak_star, run->x.o5, 6);
	return ok;
}

bool
milenage_opc(uint8_t opc[16], const uint8_t k[16], const uint8_t op[16])
{
	uint8_t x[16];
	mbedtls_aes_context aes;
	mbedtls_aes_init(&aes);
	/* OPc = OP ^ E_K(OP) */
	bool ok =
	    mbedtls_aes_setkey_enc(&aes, k, 128) == 0 && encrypt(&aes, x, op);
	if (ok)
		xor16(x, x, op);
	give(ok, opc, x, 16);
	mbedtls_aes_free(&aes);
	wipe(x, sizeof(x));
	return ok;
}

bool
milenage_all(const struct milenage_key *key, const uint8_t rand[16],
    const uint8_t sqn[6], const uint8_t amf[2], uint8_t mac_a[8],
    const struct milenage_f2345 *f)
{
	struct run run;
	bool ok = start(&run, key, rand);
	ok = run_f1(&run, ok, sqn, amf, mac_a, NULL);
	ok = run_f2345(&run, ok, f);
	if (!ok)
		wipe(mac_a, 8);
	finish(&run);
	return ok;
}

bool
milenage_f1(const struct milenage_key *key, const uint8_t rand[16],
    const uint8_t sqn[6], const uint8_t amf[2], uint8_t mac_a[8],
    uint8_t mac_s[8])
{
	struct run run;
	bool ok = start(&run, key, rand);
	ok = run_f1(&run, ok, sqn, amf, mac_a, mac_s);
	finish(&run);
	return ok;
}

bool
milenage_f2345(const struct milenage_key *key, const uint8_t rand[16],
    uint8_t res[8], uint8_t ck[16], uint8_t ik[16], uint8_t ak[6],
    uint8_t ak_star[6])
{
	const struct milenage_f2345 f = { res, ck, ik, ak, ak_star };
	struct run run;
	bool ok = start(&run, key, rand);
	ok = run_f2345(&run, ok, &f);
	finish(&run);
	return ok;
}
