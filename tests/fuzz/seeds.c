/*
 * Writes the seeds of the targets that take messages: messages of real
 * clients (tests/diameter/vectors.h) and requests to the subscribers of
 * cx_fixture.c, alone and as whole flows.
 *
 * usage: seeds FOLDER      writes FOLDER/TARGET/NAME; the folders must exist
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "cx/avps.h"
#include "cx/cx.h"
#include "diameter/base.h"
#include "tests/diameter/vectors.h"
#include "tests/fuzz/fuzz.h"

enum { NONE = -1, CAP = 1 << 16 };

#define SCSCF "sip:scscf.ims.example:6060"
#define OTHER "sip:other.ims.example:6060"

static const char *folder;
static uint8_t out[CAP];
static size_t out_len;

static void
save(const char *target, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
	for (char *p = strrchr(path, '/'); *p != '\0'; p++) {
		if (*p == ' ')
			*p = '-';
	}

	FILE *f = fopen(path, "wb");

	FUZZ_CHECK(f != NULL);
	FUZZ_CHECK(fwrite(out, 1, out_len, f) == out_len);
	FUZZ_CHECK(fclose(f) == 0);
	out_len = 0;
}

static void
put(const void *octets, size_t len)
{
	FUZZ_CHECK(len <= sizeof out - out_len);
	memcpy(out + out_len, octets, len);
	out_len += len;
}

static void
put_vector(const struct vector *v)
{
	for (size_t i = 0; i < v->len; i++) {
		unsigned octet;

		FUZZ_CHECK(sscanf(v->hex + 2 * i, "%2x", &octet) == 1);
		put(&(uint8_t){ (uint8_t)octet }, 1);
	}
}

/* --- Messages --- */

static struct dia_writer w;
static const struct dia_slice no_slice;

static void
begin(uint32_t code, uint32_t app, uint8_t flags, const char *host)
{
	const struct dia_header hdr = { .flags = flags,
		.code = code,
		.app = app,
		.hbh = 0x11223344,
		.e2e = 0x55667788 };

	dia_begin(&w, out + out_len, sizeof out - out_len, &hdr);
	if (app != 0)
		dia_put_str(&w, BASE(SESSION_ID), "client.ims.example;1;2");
	dia_put_str(&w, BASE(ORIGIN_HOST), host);
	dia_put_str(&w, BASE(ORIGIN_REALM), "ims.example");
}

static void
end(void)
{
	size_t len = dia_end(&w);

	FUZZ_CHECK(len > 0);
	out_len += len;
}

static void
begin_cx(uint32_t code)
{
	begin(code, CX_APP, DIA_R | DIA_P, "scscf.ims.example");
	dia_put_str(&w, BASE(DESTINATION_REALM), "ims.example");
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(&w);
	dia_put_u32(&w, BASE(AUTH_SESSION_STATE), 1);
}

static void
put_names(const char *impi, const char *impu)
{
	if (impi != NULL)
		dia_put_str(&w, BASE(USER_NAME), impi);
	if (impu != NULL)
		dia_put_str(&w, CX(PUBLIC_IDENTITY), impu);
}

static void
uar(const char *impi, const char *impu, int type)
{
	begin_cx(CX_UAR);
	put_names(impi, impu);
	dia_put_str(&w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	if (type != NONE)
		dia_put_u32(&w, CX(USER_AUTHORIZATION_TYPE), (uint32_t)type);
	end();
}

static void
lir(const char *impu, int type)
{
	begin_cx(CX_LIR);
	dia_put_u32(&w, CX(ORIGINATING_REQUEST), 0);
	put_names(NULL, impu);
	if (type != NONE)
		dia_put_u32(&w, CX(USER_AUTHORIZATION_TYPE), (uint32_t)type);
	end();
}

static void
mar(const char *impi, const char *impu, const char *scheme, uint32_t n,
    struct dia_slice authorization)
{
	begin_cx(CX_MAR);
	put_names(impi, impu);
	dia_open(&w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(&w, CX(SIP_AUTHENTICATION_SCHEME), scheme);
	if (authorization.p != NULL)
		dia_put_slice(&w, CX(SIP_AUTHORIZATION), authorization);
	dia_close(&w);
	dia_put_u32(&w, CX(SIP_NUMBER_AUTH_ITEMS), n);
	dia_put_str(&w, CX(SERVER_NAME), SCSCF);
	end();
}

static void
sar(const char *impi, const char *impu, uint32_t type, const char *server)
{
	begin_cx(CX_SAR);
	put_names(impi, impu);
	dia_put_str(&w, CX(SERVER_NAME), server);
	dia_put_u32(&w, CX(SERVER_ASSIGNMENT_TYPE), type);
	dia_put_u32(&w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	end();
}

/* RAND and AUTS as octets, or in hex as some S-CSCFs send them. */
static void
resync(bool hex)
{
	const struct milenage_key alice = {
		{ 0x46, 0x5b, 0x5c, 0xe8, 0xb1, 0x99, 0xb4, 0x9f, 0xaa, 0x5f,
		    0x0a, 0x2e, 0xe2, 0x38, 0xa6, 0xbc },
		{ 0xcd, 0x63, 0xcb, 0x71, 0x95, 0x4a, 0x9f, 0x4e, 0x48, 0xa5,
		    0x99, 0x4e, 0x37, 0xa0, 0x2b, 0xaf },
	};
	uint8_t both[AKA_RAND_LEN + AKA_AUTS_LEN] = "any RAND does it";
	char digits[2 * sizeof both + 1];

	FUZZ_CHECK(
	    aka_auts(both + AKA_RAND_LEN, &alice, both, 0x123456) == AKA_OK);
	for (size_t i = 0; i < sizeof both; i++)
		snprintf(digits + 2 * i, 3, "%02x", both[i]);
	mar("alice@ims.example", "sip:alice@ims.example", "Digest-AKAv1-MD5", 1,
	    hex ? (struct dia_slice){ (uint8_t *)digits, 2 * sizeof both }
		: (struct dia_slice){ both, sizeof both });
}

static void
put_features(uint8_t flags)
{
	struct dia_def features = *CX(SUPPORTED_FEATURES);

	features.flags |= flags;
	dia_open(&w, &features);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, CX(FEATURE_LIST_ID), 1);
	dia_put_u32(&w, CX(FEATURE_LIST), 3);
	dia_close(&w);
}

/* All that a Cx request may carry besides. */
static void
full_request(uint8_t features)
{
	begin_cx(CX_UAR);
	put_names("alice@ims.example", "sip:alice@ims.example");
	dia_put_str(&w, BASE(DESTINATION_HOST), "hss.ims.example");
	dia_put_str(&w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	dia_put_u32(&w, BASE(DRMP), 3);
	dia_put_u32(&w, CX(UAR_FLAGS), 1);
	put_features(features);
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "proxy.ims.example");
	dia_put_str(&w, BASE(PROXY_STATE), "state");
	dia_close(&w);
	dia_put_str(&w, BASE(ROUTE_RECORD), "icscf.ims.example");
	end();
}

/* Groups as deep as they may be, and one more. */
static void
deep_groups(unsigned depth)
{
	uint8_t inner[256];
	struct dia_def group = *BASE(FAILED_AVP);
	size_t len = 0;

	for (unsigned i = 0; i < depth; i++) {
		struct dia_writer one;
		struct dia_header hdr = { 0 };
		uint8_t buf[512];

		dia_begin(&one, buf, sizeof buf, &hdr);
		dia_put(&one, &group, inner, len);
		len = dia_end(&one) - DIA_HEADER_LEN;
		memcpy(inner, buf + DIA_HEADER_LEN, len);
	}
	begin(CX_UAR, CX_APP, DIA_R | DIA_P, "deep.ims.example");
	dia_put_copy(&w, (struct dia_slice){ inner, len });
	end();
}

static void
cer(const char *host)
{
	begin(DIA_CER, 0, DIA_R, host);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "client");
	dia_put_u32(&w, BASE(ORIGIN_STATE_ID), 7);
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(&w);
	end();
}

static void
base(uint32_t code, uint8_t flags)
{
	begin(code, 0, flags, "scscf.ims.example");
	if ((flags & DIA_R) == 0)
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	if (code == DIA_DPR && (flags & DIA_R) != 0)
		dia_put_u32(&w, BASE(DISCONNECT_CAUSE), DIA_REBOOTING);
	end();
}

/* The answer to the node's own CER: the identifiers are those that
 * random_fake.c makes. */
static void
cea(void)
{
	begin(DIA_CER, 0, 0, "configured.ims.example");
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "server");
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	end();
}

/* --- Seeds --- */

static void
each_user(void (*seed)(const char *name, const char *impi, const char *impu))
{
	static const char *const users[] = { "alice", "bob", "carol", "dave",
		"eve", "frank", "service", "nobody" };

	for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
		char impi[64], impu[sizeof impi + sizeof "sip:"];

		snprintf(impi, sizeof impi, "%s@ims.example", users[i]);
		snprintf(impu, sizeof impu, "sip:%s", impi);
		seed(users[i], impi, impu);
	}
}

static void
seed_flow(const char *name, const char *impi, const char *impu)
{
	char file[64];

	snprintf(file, sizeof file, "flow-%s", name);
	uar(impi, impu, NONE);
	mar(impi, impu, "unknown", 1, no_slice);
	sar(impi, impu, SAT_REGISTRATION, SCSCF);
	uar(impi, impu, UAT_REGISTRATION_AND_CAPABILITIES);
	lir(impu, NONE);
	sar(impi, impu, SAT_RE_REGISTRATION, SCSCF);
	mar(impi, impu, "Digest-AKAv1-MD5", 9, no_slice);
	uar(impi, impu, UAT_DE_REGISTRATION);
	sar(impi, impu, SAT_USER_DEREGISTRATION, SCSCF);
	lir(impu, UAT_REGISTRATION_AND_CAPABILITIES);
	save("cx", file);
}

static void
seed_types(const char *name, const char *impi, const char *impu)
{
	char file[64];

	snprintf(file, sizeof file, "types-%s", name);
	for (uint32_t type = 0; type <= SAT_COUNT; type++)
		sar(type % 3 == 0 ? NULL : impi, impu, type, SCSCF);
	mar(impi, impu, "SIP Digest", 1, no_slice);
	sar(impi, impu, SAT_AUTHENTICATION_FAILURE, SCSCF);
	sar(impi, impu, SAT_UNREGISTERED_USER, OTHER);
	save("cx", file);
}

static void
seed_cx(void)
{
	each_user(seed_flow);
	each_user(seed_types);
	for (size_t i = 0; i < NVECTORS; i++)
		put_vector(&vectors[i]);
	save("cx", "vectors");
	mar("alice@ims.example", "tel:+15550001", "unknown", 1, no_slice);
	resync(false);
	resync(true);
	resync(false);
	mar("alice@ims.example", "tel:+15550001", "SIP Digest", 0, no_slice);
	save("cx", "resync");
	full_request(0);
	full_request(DIA_M);
	save("cx", "full");
	sar(NULL, "sip:room7@ims.example", SAT_UNREGISTERED_USER, SCSCF);
	lir("sip:room7@ims.example", NONE);
	save("cx", "wildcard");
}

static void
seed_codec(void)
{
	for (size_t i = 0; i < NVECTORS; i++) {
		put_vector(&vectors[i]);
		save("codec", vectors[i].name);
	}
	full_request(0);
	save("codec", "full");
	cer("scscf.ims.example");
	save("codec", "cer");
	base(DIA_DPR, DIA_R);
	save("codec", "dpr");
	for (unsigned depth = 5; depth <= 7; depth++) {
		char name[16];

		snprintf(name, sizeof name, "deep-%u", depth);
		deep_groups(depth);
		save("codec", name);
	}
}

static void
seed_frame(void)
{
	static const char sizes[][8] = { "\0", "\1\3", "\2\1\24", "\3\377\1\77",
		"\4\0\5\0\310" };

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char name[16];

		snprintf(name, sizeof name, "splits-%zu", i);
		put(sizes[i], 1 + (size_t)sizes[i][0]);
		cer("scscf.ims.example");
		base(DIA_DWR, DIA_R);
		put_vector(&vectors[2]);
		base(DIA_DWR, 0);
		if (i % 2 == 1)
			put("\1\0\0\23\200\0\1\2garbage", 16);
		save("frame", name);
	}
}

static void
seed_peer(void)
{
	/* Steps as fuzz_peer.c has them: one connection, message by message. */
	put("\0", 1);
	cer("scscf.ims.example");
	uar("alice@ims.example", "sip:alice@ims.example", NONE);
	base(DIA_DWR, DIA_R);
	mar("alice@ims.example", "sip:alice@ims.example", "unknown", 1,
	    no_slice);
	base(DIA_DWR, 0);
	base(DIA_DPR, DIA_R);
	save("peer", "one");

	put("\6\0\377\1\377\0\377\1\377\0\100\0\100", 13);
	cer("scscf.ims.example");
	cer("icscf.ims.example");
	uar("bob@ims.example", "sip:bob@ims.example", NONE);
	base(DIA_DWR, DIA_R);
	full_request(0);
	base(DIA_DPR, 0);
	save("peer", "two");

	put("\5\0\377\1\377\0\377\1\0\2\377", 11);
	cer("scscf.ims.example");
	cer("scscf.ims.example");
	uar("bob@ims.example", "sip:bob@ims.example", NONE);
	cer("icscf.ims.example");
	save("peer", "same-name");

	put("\5\3\377\3\377\0\377\3\377\0\377", 11);
	cea();
	base(DIA_DWR, DIA_R);
	cer("configured.ims.example");
	base(DIA_DPR, DIA_R);
	uar("bob@ims.example", "sip:bob@ims.example", NONE);
	save("peer", "configured");

	put("\10\0\377\100\1\0\377\0\377\100\2\0\377\100\0\100\3", 17);
	cer("scscf.ims.example");
	uar("alice@ims.example", "sip:alice@ims.example", NONE);
	sar("alice@ims.example", "sip:alice@ims.example", 1, SCSCF);
	base(DIA_DPR, 0);
	save("peer", "held-and-stopped");

	/* 0x47: watchdogs expire, 0x4a: an answer */
	put("\13\0\377\100\7\100\12\100\7\100\7\100\12\100\7\100\12"
	    "\100\7\100\7\100\7",
	    23);
	cer("scscf.ims.example");
	save("peer", "watchdog");

	put("\7\103\11\103\12\103\7\103\12\0\377\100\3\103\12", 15);
	cer("elsewhere.ims.example");
	save("peer", "opened-by-node");

	put("\0", 1);
	for (size_t i = 0; i < NVECTORS; i++)
		put_vector(&vectors[i]);
	save("peer", "vectors");
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	seed_codec();
	seed_cx();
	seed_frame();
	seed_peer();
	return 0;
}
