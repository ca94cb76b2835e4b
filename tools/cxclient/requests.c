/*
 * The requests of I-CSCF and S-CSCF: UAR, MAR, SAR, LIR (TS 29.229, 6.1), AVPs
 * in the order of their grammars.  Only what is asked for is sent: a real
 * CSCF leaves out what has its default value.
 */
#include "tools/cxclient/requests.h"

#include "cx/avps.h"
#include "cx/cx.h"

enum { NO_STATE_MAINTAINED = 1 };

static void
put_text(struct dia_writer *w, const struct dia_def *def, const char *text)
{
	if (text != NULL)
		dia_put_str(w, def, text);
}

static void
put_number(struct dia_writer *w, const struct dia_def *def, struct dia_u32 n)
{
	if (n.set)
		dia_put_u32(w, def, n.value);
}

/* What all requests begin with. */
static void
begin(struct dia_writer *w, uint8_t *buf, size_t cap, uint32_t code,
    const struct call *call, const struct sender *from)
{
	const struct dia_header hdr = {
		.code = code,
		.app = CX_APP,
		.flags = DIA_R | DIA_P,
		.hbh = call->hbh,
		.e2e = call->e2e,
	};

	dia_begin(w, buf, cap, &hdr);
	dia_put_str(w, BASE(SESSION_ID), call->session);
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), CX_APP);
	dia_close(w);
	dia_put_u32(w, BASE(AUTH_SESSION_STATE), NO_STATE_MAINTAINED);
	dia_put_str(w, BASE(ORIGIN_HOST), from->id.host);
	dia_put_str(w, BASE(ORIGIN_REALM), from->id.realm);
	put_text(w, BASE(DESTINATION_HOST), from->host);
	dia_put_str(w, BASE(DESTINATION_REALM), from->realm);
}

size_t
request_uar(uint8_t *buf, size_t cap, const struct call *call,
    const struct sender *from, const struct uar *uar)
{
	struct dia_writer w;

	begin(&w, buf, cap, CX_UAR, call, from);
	put_text(&w, BASE(USER_NAME), from->impi);
	put_text(&w, CX(PUBLIC_IDENTITY), from->impu);
	put_text(&w, CX(VISITED_NETWORK_IDENTIFIER), uar->visited);
	put_number(&w, CX(USER_AUTHORIZATION_TYPE), uar->type);
	put_number(&w, CX(UAR_FLAGS), uar->flags);
	return dia_end(&w);
}

size_t
request_mar(uint8_t *buf, size_t cap, const struct call *call,
    const struct sender *from, const struct mar *mar)
{
	struct dia_writer w;

	begin(&w, buf, cap, CX_MAR, call, from);
	put_text(&w, BASE(USER_NAME), from->impi);
	put_text(&w, CX(PUBLIC_IDENTITY), from->impu);
	dia_open(&w, CX(SIP_AUTH_DATA_ITEM));
	put_text(&w, CX(SIP_AUTHENTICATION_SCHEME), mar->scheme);
	if (mar->authorization != NULL)
		dia_put(&w, CX(SIP_AUTHORIZATION), mar->authorization,
		    REQUEST_AUTHORIZATION_LEN);
	dia_close(&w);
	dia_put_u32(&w, CX(SIP_NUMBER_AUTH_ITEMS), mar->items);
	put_text(&w, CX(SERVER_NAME), from->server_name);
	return dia_end(&w);
}

size_t
request_sar(uint8_t *buf, size_t cap, const struct call *call,
    const struct sender *from, const struct sar *sar)
{
	struct dia_writer w;

	begin(&w, buf, cap, CX_SAR, call, from);
	put_text(&w, BASE(USER_NAME), from->impi);
	put_text(&w, CX(PUBLIC_IDENTITY), from->impu);
	put_text(&w, CX(SERVER_NAME), from->server_name);
	dia_put_u32(&w, CX(SERVER_ASSIGNMENT_TYPE), sar->type);
	dia_put_u32(&w, CX(USER_DATA_ALREADY_AVAILABLE), sar->available);
	return dia_end(&w);
}

size_t
request_lir(uint8_t *buf, size_t cap, const struct call *call,
    const struct sender *from, const struct lir *lir)
{
	struct dia_writer w;

	begin(&w, buf, cap, CX_LIR, call, from);
	if (lir->originating)
		dia_put_u32(&w, CX(ORIGINATING_REQUEST), 0);
	put_text(&w, CX(PUBLIC_IDENTITY), from->impu);
	put_number(&w, CX(USER_AUTHORIZATION_TYPE), lir->type);
	return dia_end(&w);
}
