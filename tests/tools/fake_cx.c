/*
 * The answers of the false server: as TS 29.229 has them for a user without
 * state worth the name, and wrong where the fault lies inside.
 */
#include "tests/tools/fake_hss.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdio.h>
#include <string.h>

static const struct dia_identity hss = { "hss.example.org", "example.org" };

static void
put_application(struct dia_writer *w, uint32_t app)
{
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), app);
	dia_close(w);
}

void
fake_put_identity(struct dia_writer *w)
{
	dia_put_str(w, BASE(ORIGIN_HOST), hss.host);
	dia_put_str(w, BASE(ORIGIN_REALM), hss.realm);
}

static void
put_experimental(struct dia_writer *w, uint32_t code)
{
	dia_open(w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(EXPERIMENTAL_RESULT_CODE), code);
	dia_close(w);
}

size_t
fake_answer_cer(struct fake *f, const struct dia_msg *req, uint8_t *buf)
{
	struct dia_writer w;

	dia_answer_begin(&w, buf, FAKE_CAP, req, 0);
	dia_put_u32(&w, BASE(RESULT_CODE),
	    f->fault == FAULT_CER_REFUSED ? DIA_NO_COMMON_APPLICATION
					  : DIA_SUCCESS);
	fake_put_identity(&w);
	if (f->fault == FAULT_CER_RELAY)
		dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), 0xffffffff);
	else
		put_application(
		    &w, f->fault == FAULT_CER_WITHOUT_CX ? CX_APP + 1 : CX_APP);
	return dia_end(&w);
}

static bool
strikes(struct fake *f, uint32_t code, enum fault fault)
{
	return f->fault == fault && f->at == code;
}

/* The head of a Cx answer; false: the whole answer is there already. */
static bool
begin(struct fake *f, const struct dia_msg *req, struct dia_writer *w,
    uint8_t *buf)
{
	uint32_t code = req->hdr.code;
	bool protocol = strikes(f, code, FAULT_PROTOCOL);

	dia_answer_begin(w, buf, FAKE_CAP, req, protocol ? DIA_E : 0);
	put_application(w, CX_APP);
	dia_put_u32(w, BASE(AUTH_SESSION_STATE), 1);
	fake_put_identity(w);
	if (strikes(f, code, FAULT_REFUSE))
		put_experimental(w, CX_USER_UNKNOWN);
	else if (protocol)
		dia_put_u32(w, BASE(RESULT_CODE), DIA_UNABLE_TO_DELIVER);
	if (strikes(f, code, FAULT_REFUSE))
		dia_put_str(w, BASE(ERROR_MESSAGE), "no such \033[31muser");
	return !strikes(f, code, FAULT_REFUSE) && !protocol &&
	       !strikes(f, code, FAULT_NO_RESULT);
}

static void
take_server_name(struct fake *f, const struct dia_msg *req)
{
	struct dia_avp avp;

	if (dia_find(req->avps, CX(SERVER_NAME)->code, CX_VENDOR, &avp))
		(void)snprintf(f->server_name, sizeof f->server_name, "%.*s",
		    (int)avp.data.len, (const char *)avp.data.p);
}

uint32_t
fake_number(const struct dia_msg *req, const struct dia_def *def)
{
	struct dia_avp avp;
	uint32_t value = 0;

	if (dia_find(req->avps, def->code, def->vendor, &avp))
		(void)dia_get_u32(&avp, &value);
	return value;
}

static void
fill_uaa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	const char *name = f->server_name;

	f->uars++;
	f->last_uat = fake_number(req, CX(USER_AUTHORIZATION_TYPE));
	if (f->fault == FAULT_OTHER_SERVER && f->uars > 1)
		name = "sip:other.example.org";
	if (f->last_uat == UAT_DE_REGISTRATION)
		dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	else
		put_experimental(w, name[0] != '\0' ? CX_SUBSEQUENT_REGISTRATION
						    : CX_FIRST_REGISTRATION);
	if (name[0] != '\0') {
		dia_put_str(w, CX(SERVER_NAME), name);
		return;
	}
	dia_open(w, CX(SERVER_CAPABILITIES));
	dia_put_u32(w, CX(MANDATORY_CAPABILITY), 1);
	dia_put_u32(w, CX(OPTIONAL_CAPABILITY), 2);
	dia_close(w);
}

/* RAND || AUTS of a resynchronisation. */
static void
resync(struct fake *f, const struct dia_msg *req)
{
	struct dia_avp item, avp;
	uint64_t sqn_ms;

	if (f->fault == FAULT_NO_RESYNC ||
	    !dia_find(
		req->avps, CX(SIP_AUTH_DATA_ITEM)->code, CX_VENDOR, &item) ||
	    !dia_find(
		item.data, CX(SIP_AUTHORIZATION)->code, CX_VENDOR, &avp) ||
	    avp.data.len != AKA_RAND_LEN + AKA_AUTS_LEN)
		return;
	if (aka_resync(&sqn_ms, &f->key, avp.data.p,
		avp.data.p + AKA_RAND_LEN) == AKA_OK)
		f->sqn = (sqn_ms / 32 + 1) * 32;
	else
		f->crypto_failed = true;
}

static void
put_vector(struct fake *f, struct dia_writer *w, uint32_t n)
{
	static const uint8_t amf[2] = { 0x80, 0 };
	uint8_t rand[16] = { 0x23, 0x55 }, nonce[32];
	struct aka_vector v;

	rand[15] = (uint8_t)f->mars;
	rand[14] = (uint8_t)n;
	if (aka_vector(&v, &f->key, rand, f->sqn, amf) != AKA_OK)
		f->crypto_failed = true;
	f->sqn += 33; /* next SEQ, next IND */
	v.autn[15] ^= f->fault == FAULT_MAC;
	v.xres[0] ^= f->fault == FAULT_XRES;
	v.ck[0] ^= f->fault == FAULT_CK;
	v.ik[0] ^= f->fault == FAULT_IK;
	memcpy(nonce, v.rand, 16);
	memcpy(nonce + 16, v.autn, 16);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_u32(w, CX(SIP_ITEM_NUMBER), n);
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "Digest-AKAv1-MD5");
	dia_put(w, CX(SIP_AUTHENTICATE), nonce,
	    f->fault == FAULT_AUTHENTICATE_SHORT ? 31 : 32);
	dia_put(w, CX(SIP_AUTHORIZATION), v.xres, sizeof v.xres);
	dia_put(w, CX(CONFIDENTIALITY_KEY), v.ck, sizeof v.ck);
	dia_put(w, CX(INTEGRITY_KEY), v.ik, sizeof v.ik);
	dia_close(w);
}

static void
put_digest(struct fake *f, struct dia_writer *w)
{
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "SIP Digest");
	dia_open(w, CX(SIP_DIGEST_AUTHENTICATE));
	dia_put_str(w, CX(DIGEST_REALM), "ims.example.com");
	dia_put_str(w, CX(DIGEST_QOP), "auth");
	if (f->fault != FAULT_HA1)
		dia_put_str(w, CX(DIGEST_HA1), f->ha1);
	else
		dia_put_str(
		    w, CX(DIGEST_HA1), "00000000000000000000000000000000");
	dia_close(w);
	dia_close(w);
}

static void
put_nass(struct dia_writer *w)
{
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "NASS-Bundled");
	dia_put_str(w, CX(LINE_IDENTIFIER), "line 7");
	dia_close(w);
}

static void
fill_maa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	uint32_t items = fake_number(req, CX(SIP_NUMBER_AUTH_ITEMS));

	f->mars++;
	take_server_name(f, req);
	resync(f, req);
	if (f->ha1 != NULL || f->nass)
		items = 1;
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS),
	    items + (f->fault == FAULT_ITEM_COUNT));
	for (uint32_t i = 1; i <= items && f->fault != FAULT_NO_ITEM; i++) {
		if (f->nass)
			put_nass(w);
		else if (f->ha1 != NULL)
			put_digest(f, w);
		else
			put_vector(f, w, i);
	}
}

static void
fill_saa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	char xml[512];

	f->sars++;
	f->last_sat = fake_number(req, CX(SERVER_ASSIGNMENT_TYPE));
	take_server_name(f, req);
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	if (fake_number(req, CX(USER_DATA_ALREADY_AVAILABLE)) != 0 ||
	    f->fault == FAULT_NO_PROFILE)
		return;
	(void)snprintf(xml, sizeof xml,
	    "<IMSSubscription><ServiceProfile><PublicIdentity><Identity>%s"
	    "</Identity></PublicIdentity></ServiceProfile></IMSSubscription>",
	    f->fault == FAULT_FOREIGN_PROFILE ? "sip:mallory@example.org"
					      : f->impu);
	dia_put_str(w, CX(USER_DATA), xml);
}

static void
fill_lia(struct fake *f, struct dia_writer *w)
{
	f->lirs++;
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_str(w, CX(SERVER_NAME), "sip:scscf.example.org:6060");
}

size_t
fake_answer_cx(struct fake *f, const struct dia_msg *req, uint8_t *buf)
{
	struct dia_writer w;
	uint32_t code = req->hdr.code;

	if (!begin(f, req, &w, buf))
		return dia_end(&w);
	if (code == CX_UAR)
		fill_uaa(f, req, &w);
	else if (code == CX_MAR)
		fill_maa(f, req, &w);
	else if (code == CX_SAR)
		fill_saa(f, req, &w);
	else
		fill_lia(f, &w);
	if (strikes(f, code, FAULT_TWO_RESULTS)) {
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
		put_experimental(&w, CX_FIRST_REGISTRATION);
	}
	return dia_end(&w);
}
