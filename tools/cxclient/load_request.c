/*
 * Requests that are built once, then patched: hop-by-hop and end-to-end ids,
 * the low part of the Session-Id (RFC 6733, 8.8), the user's number in both
 * identities, the S-CSCF's in its name, the type of assignment.
 */
#include "tools/cxclient/load_request.h"

#include "cx/avps.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	NUMBER_WIDTH = 10, /* digits of a 32-bit number */
	NAME_CAP = 512,
	HBH_AT = 12,
	E2E_AT = 16,
};

static size_t
build(struct load_request *r, enum load_kind kind,
    const struct load_about *about, const struct sender *from)
{
	struct call call = { 0 };

	if ((size_t)snprintf(call.session, sizeof call.session,
		"%s;%010lu;%010u", from->id.host, (unsigned long)time(NULL),
		0u) >= sizeof call.session)
		return 0;
	switch (kind) {
	case LOAD_UAR:
		return request_uar(
		    r->octets, sizeof r->octets, &call, from, &about->uar);
	case LOAD_MAR:
		return request_mar(
		    r->octets, sizeof r->octets, &call, from, &about->mar);
	case LOAD_SAR:
		return request_sar(
		    r->octets, sizeof r->octets, &call, from, &about->sar);
	default:
		return request_lir(
		    r->octets, sizeof r->octets, &call, from, &about->lir);
	}
}

/* Where the value of an AVP begins, and its length.  0: it is not there. */
static size_t
find(const struct load_request *r, const struct dia_msg *msg,
    const struct dia_def *def, size_t *len)
{
	struct dia_avp avp;

	if (!dia_find(msg->avps, def->code, def->vendor, &avp))
		return 0;
	*len = avp.data.len;
	return (size_t)(avp.data.p - r->octets);
}

static void
locate(struct load_request *r, const struct dia_msg *msg,
    const struct load_pattern *impi, const struct load_pattern *impu,
    const struct load_pattern *server)
{
	size_t len = 0;

	r->session = find(r, msg, BASE(SESSION_ID), &len);
	r->session += len - NUMBER_WIDTH;
	r->impi = find(r, msg, BASE(USER_NAME), &len) + impi->offset;
	r->impi_width = r->impi > impi->offset ? impi->width : 0;
	r->impu = find(r, msg, CX(PUBLIC_IDENTITY), &len) + impu->offset;
	r->impu_width = impu->width;
	r->type = find(r, msg, CX(SERVER_ASSIGNMENT_TYPE), &len);
	r->server = find(r, msg, CX(SERVER_NAME), &r->server_len);
	r->digits = r->server + server->offset;
	r->digits_width = r->server > 0 ? server->width : 0;
}

bool
load_request_make(
    struct load_request *r, enum load_kind kind, const struct load_about *about)
{
	char impi[NAME_CAP], impu[NAME_CAP], server[NAME_CAP];
	struct load_pattern i = { 0 }, u = { 0 }, s = { 0 };
	struct sender from = about->from;
	struct dia_fault fault;
	struct dia_msg msg;

	if (from.impi != NULL &&
	    !load_pattern_read(&i, from.impi, impi, sizeof impi))
		return false;
	if (!load_pattern_read(&u, from.impu, impu, sizeof impu) ||
	    !load_pattern_read(&s, from.server_name, server, sizeof server))
		return false;
	from.impi = from.impi != NULL ? impi : NULL;
	from.impu = impu;
	from.server_name = server;
	*r = (struct load_request){ 0 };
	r->len = build(r, kind, about, &from);
	if (r->len == 0 || !dia_parse(&msg, r->octets, r->len, &fault))
		return false;
	locate(r, &msg, &i, &u, &s);
	return true;
}

static void
put_u32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

void
load_request_patch(struct load_request *r, uint32_t hbh, uint32_t e2e,
    uint32_t number, const struct load_ask *ask)
{
	put_u32(r->octets + HBH_AT, hbh);
	put_u32(r->octets + E2E_AT, e2e);
	load_digits(r->octets + r->session, NUMBER_WIDTH, number);
	load_digits(r->octets + r->impi, r->impi_width, ask->user);
	load_digits(r->octets + r->impu, r->impu_width, ask->user);
	load_digits(r->octets + r->digits, r->digits_width, ask->name);
	if (r->type > 0)
		put_u32(r->octets + r->type, ask->type);
}

struct dia_slice
load_request_server(struct load_request *r, uint32_t name)
{
	if (r->server == 0)
		return (struct dia_slice){ 0 };
	load_digits(r->octets + r->digits, r->digits_width, name);
	return (struct dia_slice){ r->octets + r->server, r->server_len };
}
