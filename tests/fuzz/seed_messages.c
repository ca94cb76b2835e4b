#include "tests/fuzz/seed_messages.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "diameter/base.h"
#include "tests/fuzz/fuzz.h"

uint8_t out[SEED_CAP];
size_t out_len;

void
put(const void *octets, size_t len)
{
	FUZZ_CHECK(len <= sizeof out - out_len);
	memcpy(out + out_len, octets, len);
	out_len += len;
}

void
put_vector(const struct vector *v)
{
	for (size_t i = 0; i < v->len; i++) {
		unsigned octet;

		FUZZ_CHECK(sscanf(v->hex + 2 * i, "%2x", &octet) == 1);
		put(&(uint8_t){ (uint8_t)octet }, 1);
	}
}

static struct dia_writer w;
static size_t last_len;
const struct dia_slice no_slice;

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
	last_len = dia_end(&w);
	FUZZ_CHECK(last_len > 0);
	out_len += last_len;
}

void
change_last(uint8_t more_flags, uint32_t e2e)
{
	uint8_t *p = out + out_len - last_len;

	p[4] |= more_flags;
	for (int i = 0; i < 4; i++)
		p[16 + i] = (uint8_t)(e2e >> (24 - 8 * i));
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

void
uar(const char *impi, const char *impu, int type)
{
	begin_cx(CX_UAR);
	put_names(impi, impu);
	dia_put_str(&w, CX(VISITED_NETWORK_IDENTIFIER), "home.example");
	if (type != SEED_NONE)
		dia_put_u32(&w, CX(USER_AUTHORIZATION_TYPE), (uint32_t)type);
	end();
}

void
lir(const char *impu, int type)
{
	begin_cx(CX_LIR);
	dia_put_u32(&w, CX(ORIGINATING_REQUEST), 0);
	put_names(NULL, impu);
	if (type != SEED_NONE)
		dia_put_u32(&w, CX(USER_AUTHORIZATION_TYPE), (uint32_t)type);
	end();
}

void
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

void
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
void
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
void
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
void
many_identities(void)
{
	begin(CX_UAR, CX_APP, DIA_R | DIA_P, "many.ims.example");
	for (unsigned i = 0; i <= DIA_LIST_MAX; i++)
		dia_put_str(&w, CX(PUBLIC_IDENTITY), "sip:a@b");
	end();
}

void
other_kinds(void)
{
	begin(CX_UAR, CX_APP, DIA_R | DIA_P, "kinds.ims.example");
	dia_put(&w, BASE(HOST_IP_ADDRESS),
	    "\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18);
	dia_put_u64(&w, BASE(OC_FEATURE_VECTOR), 1);
	end();
}

void
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

void
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

void
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
void
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

void
relay_cer(const char *host)
{
	begin(DIA_CER, 0, DIA_R, host);
	dia_put(&w, BASE(HOST_IP_ADDRESS), "\0\1\177\0\0\1", 6);
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_str(&w, BASE(PRODUCT_NAME), "relay");
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), UINT32_MAX);
	end();
}

void
forwarded(const char *record)
{
	begin_cx(CX_LIR);
	put_names(NULL, "sip:alice@ims.example");
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "relay.ims.example");
	dia_put_str(&w, BASE(PROXY_STATE), "state");
	dia_close(&w);
	dia_put_str(&w, BASE(ROUTE_RECORD), record);
	end();
}

void
put_note(uint16_t type, uint32_t state)
{
	uint8_t note[148] = { 0 };
	uint32_t len = type == 0x8002 ? sizeof note : 20;

	memcpy(note, &type, sizeof type);
	memcpy(note + 4, &len, sizeof len);
	memcpy(note + (type == 0x8002 ? 136 : 8), &state, sizeof state);
	put(note, len);
}
