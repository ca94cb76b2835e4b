/*
 * Requests that are built once, then patched: hop-by-hop and end-to-end ids,
 * the low part of the Session-Id (RFC 6733, 8.8), the user's number in both
 * identities.
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

bool
load_request_make(
    struct load_request *r, enum load_kind kind, const struct load_about *about)
{
	char impi[NAME_CAP], impu[NAME_CAP];
	struct load_pattern i = { 0 }, u = { 0 };
	struct sender from = about->from;
	struct dia_fault fault;
	struct dia_msg msg;
	size_t len = 0;

	if (from.impi != NULL &&
	    !load_pattern_read(&i, from.impi, impi, sizeof impi))
		return false;
	if (!load_pattern_read(&u, from.impu, impu, sizeof impu))
		return false;
	from.impi = from.impi != NULL ? impi : NULL;
	from.impu = impu;
	*r = (struct load_request){ 0 };
	r->len = build(r, kind, about, &from);
	if (r->len == 0 || !dia_parse(&msg, r->octets, r->len, &fault))
		return false;
	r->session = find(r, &msg, BASE(SESSION_ID), &len);
	r->session += len - NUMBER_WIDTH;
	r->impi = find(r, &msg, BASE(USER_NAME), &len) + i.offset;
	r->impi_width = r->impi > i.offset ? i.width : 0;
	r->impu = find(r, &msg, CX(PUBLIC_IDENTITY), &len) + u.offset;
	r->impu_width = u.width;
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
    uint32_t number, uint64_t user)
{
	put_u32(r->octets + HBH_AT, hbh);
	put_u32(r->octets + E2E_AT, e2e);
	load_digits(r->octets + r->session, NUMBER_WIDTH, number);
	load_digits(r->octets + r->impi, r->impi_width, user);
	load_digits(r->octets + r->impu, r->impu_width, user);
}
