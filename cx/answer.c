/*
 * Writing a Cx answer (TS 29.229, 6.1.2, 6.1.4, 6.1.6 and 6.1.8): every
 * decision becomes AVPs here, always in the same order.
 *
 * What clients need: exactly one of Result-Code and Experimental-Result,
 * optional AVPs without M, no AVP without a value.
 */
#include "cx/local.h"

#include <string.h>

/* All but the header, which is the answer's own. */
bool
cx_make_head(struct cx *cx)
{
	const struct dia_header none = { 0 };
	struct dia_writer w;

	dia_begin(&w, cx->head, sizeof cx->head, &none);
	dia_open(&w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(&w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(&w);
	dia_put_u32(&w, BASE(AUTH_SESSION_STATE), 1);
	dia_put_str(&w, BASE(ORIGIN_HOST), cx->conf.id.host);
	dia_put_str(&w, BASE(ORIGIN_REALM), cx->conf.id.realm);
	cx->head_len = dia_end(&w);
	return cx->head_len > 0;
}

static void
put_head(const struct cx *cx, struct dia_writer *w)
{
	dia_put_copy(w, (struct dia_slice){ cx->head + DIA_HEADER_LEN,
			    cx->head_len - DIA_HEADER_LEN });
}

static void
put_result(const struct cx_answer *ans, struct dia_writer *w)
{
	if (!ans->experimental) {
		dia_put_u32(w, BASE(RESULT_CODE), ans->result);
		return;
	}
	dia_open(w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(EXPERIMENTAL_RESULT_CODE), ans->result);
	dia_close(w);
}

static void
put_text(struct dia_writer *w, const struct dia_def *def, struct dia_slice s)
{
	if (s.len > 0)
		dia_put_slice(w, def, s);
}

/* Names to choose from where no capabilities are provisioned; the one that
 * failed only if there is no other. */
static void
put_pool(const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	unsigned n = 0;

	for (size_t i = 0; i < cx->conf.nscscfs && n < CX_NAMES_MAX; i++) {
		const char *name = cx->conf.scscfs[i].name;

		if (ans->avoid != NULL && strcmp(name, ans->avoid) == 0)
			continue;
		dia_put_str(w, CX(SERVER_NAME), name);
		n++;
	}
	if (n == 0 && ans->avoid != NULL)
		dia_put_str(w, CX(SERVER_NAME), ans->avoid);
}

/* 29.229, 6.3.4; left out when it would be empty */
static void
put_capabilities(
    const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	const struct store_sub *sub = ans->sub;
	unsigned n = sub->nmandatory + sub->noptional;

	if (n == 0 && cx->conf.nscscfs == 0 && ans->avoid == NULL)
		return;
	dia_open(w, CX(SERVER_CAPABILITIES));
	for (unsigned i = 0; i < n; i++) {
		dia_put_u32(w,
		    i < sub->nmandatory ? CX(MANDATORY_CAPABILITY)
					: CX(OPTIONAL_CAPABILITY),
		    store_capabilities(sub)[i]);
	}
	if (n == 0)
		put_pool(cx, ans, w);
	dia_close(w);
}

static void
put_aka(unsigned number, const struct aka_vector *v, struct dia_writer *w)
{
	uint8_t challenge[AKA_RAND_LEN + AKA_AUTN_LEN];

	memcpy(challenge, v->rand, AKA_RAND_LEN);
	memcpy(challenge + AKA_RAND_LEN, v->autn, AKA_AUTN_LEN);
	dia_put_u32(w, CX(SIP_ITEM_NUMBER), number);
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "Digest-AKAv1-MD5");
	dia_put(w, CX(SIP_AUTHENTICATE), challenge, sizeof challenge);
	dia_put(w, CX(SIP_AUTHORIZATION), v->xres, AKA_RES_LEN);
	dia_put(w, CX(CONFIDENTIALITY_KEY), v->ck, sizeof v->ck);
	dia_put(w, CX(INTEGRITY_KEY), v->ik, sizeof v->ik);
}

/* The realm of HA1 is the domain of the private identity. */
void
cx_put_digest(
    const struct cx *cx, const struct store_impi *impi, struct dia_writer *w)
{
	static const char digits[] = "0123456789abcdef";
	char impi_text[STORE_NAME_MAX + 1];
	char hex[DIGEST_HEX_LEN];

	store_name(cx->store, &impi->name, impi_text, sizeof impi_text);
	for (size_t i = 0; i < DIGEST_HA1_LEN; i++) {
		hex[2 * i] = digits[impi->u.ha1[i] >> 4];
		hex[2 * i + 1] = digits[impi->u.ha1[i] & 15];
	}

	const char *at = strrchr(impi_text, '@');

	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "SIP Digest");
	dia_open(w, CX(SIP_DIGEST_AUTHENTICATE));
	dia_put_str(w, CX(DIGEST_REALM),
	    at != NULL && at[1] != '\0' ? at + 1 : cx->conf.id.realm);
	dia_put_str(w, CX(DIGEST_ALGORITHM), "MD5");
	dia_put_str(w, CX(DIGEST_QOP), "auth");
	dia_put(w, CX(DIGEST_HA1), hex, sizeof hex);
	dia_close(w);
	wipe(hex, sizeof hex);
}

static void
put_line(const struct store_impi *impi, struct dia_writer *w)
{
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "NASS-Bundled");
	dia_put_str(w, CX(LINE_IDENTIFIER), impi->u.line_identifier);
}

/* RFC 3162, 2.3: a whole IPv6 address is a prefix of 128 bits. */
static void
put_address(const struct store_impi *impi, struct dia_writer *w)
{
	uint8_t prefix[2 + 16] = { 0, 128 };

	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "Early-IMS-Security");
	if (impi->u.framed_ip.len == 4) {
		dia_put(w, CX(FRAMED_IP_ADDRESS), impi->u.framed_ip.addr, 4);
		return;
	}
	memcpy(prefix + 2, impi->u.framed_ip.addr, 16);
	dia_put(w, CX(FRAMED_IPV6_PREFIX), prefix, sizeof prefix);
}

/* TS 29.228, tables 6.3.4 to 6.3.7 */
static void
put_items(
    const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	const struct store_impi *impi = ans->impi;

	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), ans->nitems);
	for (unsigned i = 0; i < ans->nitems; i++) {
		dia_open(w, CX(SIP_AUTH_DATA_ITEM));
		switch (impi->scheme) {
		case STORE_AKA:
			put_aka(i + 1, &ans->vectors[i], w);
			break;
		case STORE_DIGEST:
			cx_put_digest(cx, impi, w);
			break;
		case STORE_NASS:
			put_line(impi, w);
			break;
		case STORE_GIBA:
			put_address(impi, w);
			break;
		}
		dia_close(w);
	}
}

static void
put_name(struct dia_writer *w, const struct dia_def *def, const char *name)
{
	if (name != NULL && *name != '\0')
		dia_put_str(w, def, name);
}

/* 29.229, 6.3.19; left out when it would be empty */
void
cx_put_charging(const struct cx *cx, unsigned number, struct dia_writer *w)
{
	if (number == 0 || number > cx->conf.nchargings)
		return;

	const struct cx_charging *ch = &cx->conf.chargings[number - 1];

	if (ch->primary_ecf == NULL && ch->secondary_ecf == NULL &&
	    ch->primary_ccf == NULL && ch->secondary_ccf == NULL)
		return;
	dia_open(w, CX(CHARGING_INFORMATION));
	put_name(w, CX(PRIMARY_EVENT_CHARGING_FUNCTION_NAME), ch->primary_ecf);
	put_name(
	    w, CX(SECONDARY_EVENT_CHARGING_FUNCTION_NAME), ch->secondary_ecf);
	put_name(
	    w, CX(PRIMARY_CHARGING_COLLECTION_FUNCTION_NAME), ch->primary_ccf);
	put_name(w, CX(SECONDARY_CHARGING_COLLECTION_FUNCTION_NAME),
	    ch->secondary_ccf);
	dia_close(w);
}

/* 29.229, 6.3.33 and 6.3.50: those private identities that have a bit. */
static void
put_impis(const struct cx *cx, const struct dia_def *def,
    const struct store_sub *sub, uint16_t which, struct dia_writer *w)
{
	char name[STORE_NAME_MAX + 1];

	dia_open(w, def);
	for (unsigned i = 0; i < sub->nimpis; i++) {
		if ((which >> i & 1) == 0)
			continue;
		store_name(cx->store, &sub->impis[i].name, name, sizeof name);
		dia_put_str(w, BASE(USER_NAME), name);
	}
	dia_close(w);
}

/* 29.229, 6.3.46: as the S-CSCF has left it. */
static void
put_restoration(
    const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	for (unsigned i = 0; i < ans->sub->nimpis; i++) {
		size_t len;
		const void *p;

		if ((ans->restoration >> i & 1) == 0)
			continue;
		p = store_restoration(
		    cx->store, &ans->sub->impis[i], ans->impu->set, &len);
		if (p != NULL)
			dia_put(w, CX(SCSCF_RESTORATION_INFO), p, len);
	}
}

/* 29.229, 6.3.45 and 6.3.58; only where they say more than nothing does. */
static void
put_indication(struct dia_writer *w, const struct dia_def *def, bool set)
{
	if (set)
		dia_put_u32(w, def, 1);
}

/* What SAA has beside the profile (table 6.1.2.2), in the order of the
 * grammar. */
static void
put_saa(const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	if (ans->charging)
		cx_put_charging(cx, ans->sub->charging, w);
	if (ans->associated)
		put_impis(
		    cx, CX(ASSOCIATED_IDENTITIES), ans->sub, UINT16_MAX, w);
	if (ans->indications)
		put_indication(
		    w, CX(LOOSE_ROUTE_INDICATION), ans->sub->loose_route);
	if (ans->restoration != 0)
		put_restoration(cx, ans, w);
	if (ans->registered != 0)
		put_impis(cx, CX(ASSOCIATED_REGISTERED_IDENTITIES), ans->sub,
		    ans->registered, w);
	put_text(w, CX(WILDCARDED_PUBLIC_IDENTITY), ans->wildcard);
	if (ans->indications)
		put_indication(
		    w, CX(PRIVILEDGED_SENDER_INDICATION), ans->sub->privileged);
}

void
cx_write(const struct cx *cx, const struct cx_answer *ans, struct dia_writer *w)
{
	bool ok = ans->result / 1000 == 2 || ans->data_anyway;

	put_head(cx, w);
	put_result(ans, w);
	put_text(w, BASE(USER_NAME), ans->user_name);
	put_text(w, CX(PUBLIC_IDENTITY), ans->public_identity);
	if (ans->features)
		cx_put_features(w, ans->our_features);
	put_name(w, CX(SERVER_NAME), ans->server_name);
	if (ans->capabilities)
		put_capabilities(cx, ans, w);
	if (ok && ans->nitems > 0)
		put_items(cx, ans, w);
	if (ok)
		put_text(w, CX(USER_DATA), ans->userdata);
	if (ok)
		put_saa(cx, ans, w);
	if (ok && ans->direct)
		dia_put_u32(w, CX(LIA_FLAGS), LIA_DIRECT);
	/* An AVP nearly as long as its message may not fit beside the rest. */
	if (ans->fault.result != 0 &&
	    ans->fault.octets.len <= dia_room(w, BASE(FAILED_AVP)))
		dia_put_fault(w, &cx_dict, &ans->fault);
}

/* What is never long: not the identities, which the request has, too, nor
 * User-Data and what else only SAA can have but Charging-Information. */
enum { BRIEF_MAX = 4096 };

bool
cx_fits(const struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	if (ans->room == NULL)
		return true;

	/* Nearly all answers are too short to be tried out. */
	struct dia_writer w = *ans->room;
	size_t most = BRIEF_MAX + 2 * rq->msg->avps.len + ans->userdata.len;
	bool brief =
	    !ans->associated && ans->restoration == 0 && ans->registered == 0;

	if (brief && w.cap - w.len > most)
		return true;
	/* What is written here is written over later. */
	cx_result(ans, DIA_SUCCESS, "");
	cx_write(cx, ans, &w);
	if (dia_answer_end(&w, rq->msg) > 0)
		return true;
	return cx_result(ans, DIA_UNABLE_TO_COMPLY,
	    "RFC 6733 3: the answer would be too long");
}
