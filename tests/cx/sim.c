#include "tests/cx/sim.h"

/* Set 1 of TS 35.208. */
const struct milenage_key sim = {
	.k = { 0x46, 0x5b, 0x5c, 0xe8, 0xb1, 0x99, 0xb4, 0x9f, 0xaa, 0x5f, 0x0a,
	    0x2e, 0xe2, 0x38, 0xa6, 0xbc },
	.opc = { 0xcd, 0x63, 0xcb, 0x71, 0x95, 0x4a, 0x9f, 0x4e, 0x48, 0xa5,
	    0x99, 0x4e, 0x37, 0xa0, 0x2b, 0xaf },
};

struct dia_slice
item(const struct dia_def *def)
{
	return value_in(CX(SIP_AUTH_DATA_ITEM), def);
}

uint64_t
check_vector(struct dia_slice group)
{
	uint8_t amf[2], res[8], ck[16], ik[16];
	struct dia_avp challenge, xres, confidentiality, integrity;
	uint64_t sqn;

	ck_assert(
	    dia_find(group, CX(SIP_AUTHENTICATE)->code, CX_VENDOR, &challenge));
	ck_assert(
	    dia_find(group, CX(SIP_AUTHORIZATION)->code, CX_VENDOR, &xres));
	ck_assert(dia_find(
	    group, CX(CONFIDENTIALITY_KEY)->code, CX_VENDOR, &confidentiality));
	ck_assert(
	    dia_find(group, CX(INTEGRITY_KEY)->code, CX_VENDOR, &integrity));
	ck_assert_uint_eq(challenge.data.len, 32);
	ck_assert_int_eq(aka_check(&sim, challenge.data.p,
			     challenge.data.p + 16, &sqn, amf, res, ck, ik),
	    AKA_OK);
	ck_assert_mem_eq(amf, "\x80\x00", 2);
	ck_assert_uint_eq(xres.data.len, 8);
	ck_assert_mem_eq(xres.data.p, res, 8);
	ck_assert_mem_eq(confidentiality.data.p, ck, 16);
	ck_assert_mem_eq(integrity.data.p, ik, 16);
	return sqn;
}

uint64_t
sqn_of_answer(void)
{
	return check_vector(value(CX(SIP_AUTH_DATA_ITEM)));
}
