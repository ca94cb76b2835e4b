/*
 * What a Cx answer says (TS 29.229, 6.1).  More forgiving than the grammar:
 * a CSCF ignores what it did not ask for, so only AVPs of the table below are
 * looked at; those must be well-formed.
 */
#include "tools/cxclient/answers.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdio.h>
#include <string.h>

/* Where a value goes: NUMBER into a struct dia_u32, TEXT into a slice (the
 * first of several counts), GROUP on into the same table, ITEM and the
 * capabilities as their functions say. */
enum kind { NUMBER, TEXT, GROUP, ITEM, DIGEST, CAPABILITIES };

struct row {
	const struct dia_def *def;
	enum kind kind;
	size_t offset;
};

/* clang-format off */
static const struct row answer_rows[] = {
	{ BASE(SESSION_ID), TEXT, offsetof(struct answer, session) },
	{ BASE(RESULT_CODE), NUMBER, offsetof(struct answer, result_code) },
	{ BASE(ORIGIN_HOST), TEXT, offsetof(struct answer, origin_host) },
	{ BASE(ERROR_MESSAGE), TEXT, offsetof(struct answer, error_message) },
	{ BASE(FAILED_AVP), TEXT, offsetof(struct answer, failed) },
	{ BASE(USER_NAME), TEXT, offsetof(struct answer, user_name) },
	{ BASE(EXPERIMENTAL_RESULT), GROUP, 0 },
	{ CX(PUBLIC_IDENTITY), TEXT, offsetof(struct answer, public_identity) },
	{ CX(WILDCARDED_PUBLIC_IDENTITY), TEXT, offsetof(struct answer, wildcard) },
	{ CX(SERVER_NAME), TEXT, offsetof(struct answer, server_name) },
	{ CX(SERVER_CAPABILITIES), CAPABILITIES, offsetof(struct answer, capabilities) },
	{ CX(USER_DATA), TEXT, offsetof(struct answer, user_data) },
	{ CX(CHARGING_INFORMATION), GROUP, 0 },
	{ CX(SIP_NUMBER_AUTH_ITEMS), NUMBER, offsetof(struct answer, number_items) },
	{ CX(SIP_AUTH_DATA_ITEM), ITEM, 0 },
	{ CX(LIA_FLAGS), NUMBER, offsetof(struct answer, lia_flags) },
	/* inside the groups */
	{ BASE(VENDOR_ID), NUMBER, offsetof(struct answer, experimental_vendor) },
	{ BASE(EXPERIMENTAL_RESULT_CODE), NUMBER, offsetof(struct answer, experimental_code) },
	{ CX(PRIMARY_CHARGING_COLLECTION_FUNCTION_NAME), TEXT, offsetof(struct answer, ccf) },
	{ CX(PRIMARY_EVENT_CHARGING_FUNCTION_NAME), TEXT, offsetof(struct answer, ecf) },
	{ NULL },
};

static const struct row item_rows[] = {
	{ CX(SIP_ITEM_NUMBER), NUMBER, offsetof(struct auth_item, number) },
	{ CX(SIP_AUTHENTICATION_SCHEME), TEXT, offsetof(struct auth_item, scheme) },
	{ CX(SIP_AUTHENTICATE), TEXT, offsetof(struct auth_item, authenticate) },
	{ CX(SIP_AUTHORIZATION), TEXT, offsetof(struct auth_item, authorization) },
	{ CX(CONFIDENTIALITY_KEY), TEXT, offsetof(struct auth_item, ck) },
	{ CX(INTEGRITY_KEY), TEXT, offsetof(struct auth_item, ik) },
	{ CX(SIP_DIGEST_AUTHENTICATE), DIGEST, 0 },
	{ CX(DIGEST_REALM), TEXT, offsetof(struct auth_item, realm) },
	{ CX(DIGEST_ALGORITHM), TEXT, offsetof(struct auth_item, algorithm) },
	{ CX(DIGEST_QOP), TEXT, offsetof(struct auth_item, qop) },
	{ CX(DIGEST_HA1), TEXT, offsetof(struct auth_item, ha1) },
	{ CX(LINE_IDENTIFIER), TEXT, offsetof(struct auth_item, line) },
	{ CX(FRAMED_IP_ADDRESS), TEXT, offsetof(struct auth_item, address) },
	{ NULL },
};
/* clang-format on */

static const struct row *
find_row(const struct row *row, const struct dia_avp *avp)
{
	while (row->def != NULL &&
	       (row->def->code != avp->code || row->def->vendor != avp->vendor))
		row++;
	return row->def != NULL ? row : NULL;
}

static bool
say(char *why, const char *what, uint32_t code)
{
	(void)snprintf(why, ANSWER_WHY_CAP,
	    "the answer is malformed: %s (AVP "
	    "%u)",
	    what, code);
	return false;
}

static void
take_number(const struct dia_avp *avp, struct dia_u32 *out)
{
	if (!out->set)
		out->set = dia_get_u32(avp, &out->value);
}

static void
take_text(const struct dia_avp *avp, struct dia_slice *out)
{
	if (out->p == NULL)
		*out = avp->data;
}

static void
add_capability(const struct dia_avp *avp, uint32_t *list, unsigned *n)
{
	if (*n < ANSWER_CAPABILITIES_MAX && dia_get_u32(avp, &list[*n]))
		++*n;
}

static void
take_capabilities(struct dia_reader *r, struct capabilities *c)
{
	struct dia_avp avp;

	c->set = true;
	while (dia_next(r, &avp)) {
		if (avp.vendor != CX_VENDOR)
			continue;
		if (avp.code == CX(MANDATORY_CAPABILITY)->code)
			add_capability(&avp, c->mandatory, &c->nmandatory);
		else if (avp.code == CX(OPTIONAL_CAPABILITY)->code)
			add_capability(&avp, c->optional, &c->noptional);
		else if (avp.code == CX(SERVER_NAME)->code)
			take_text(&avp, &c->server_name);
	}
}

static bool walk(
    struct dia_reader *, const struct row *, uint8_t *out, char *why);

/* The room of the next item; the last one again when all are full. */
static uint8_t *
next_item(uint8_t *out, struct auth_item *spare)
{
	struct answer *a = (struct answer *)(void *)out;
	unsigned n = a->nitems++;

	return (uint8_t *)(n < ANSWER_ITEMS_MAX ? &a->items[n] : spare);
}

/* Recursive, to DIA_DEPTH_MAX. */
static bool
take_group(struct dia_reader *r, const struct dia_avp *avp,
    const struct row *row, uint8_t *out, char *why)
{
	struct auth_item spare = { 0 };
	struct dia_reader inner;

	if (!dia_enter(r, avp, &inner))
		return say(why, r->fault.why, avp->code);
	switch (row->kind) {
	case ITEM:
		return walk(&inner, item_rows, next_item(out, &spare), why);
	case DIGEST:
		return walk(&inner, item_rows, out, why);
	case CAPABILITIES:
		take_capabilities(
		    &inner, (struct capabilities *)(void *)(out + row->offset));
		break;
	default:
		return walk(&inner, answer_rows, out, why);
	}
	return inner.fault.result == 0 ||
	       say(why, inner.fault.why, inner.fault.code);
}

static bool
take_value(struct dia_reader *r, const struct dia_avp *avp,
    const struct row *row, uint8_t *out, char *why)
{
	void *at = out + row->offset;

	if (dia_check_value(row->def, avp) == DIA_INVALID_AVP_LENGTH)
		return say(why, "wrong length for its type", avp->code);
	switch (row->kind) {
	case NUMBER:
		take_number(avp, at);
		return true;
	case TEXT:
		take_text(avp, at);
		return true;
	default:
		return take_group(r, avp, row, out, why);
	}
}

static bool
walk(struct dia_reader *r, const struct row *rows, uint8_t *out, char *why)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct row *row = find_row(rows, &avp);

		if (row != NULL && !take_value(r, &avp, row, out, why))
			return false;
	}
	return r->fault.result == 0 || say(why, r->fault.why, r->fault.code);
}

bool
answer_read(struct answer *a, const struct dia_msg *msg, const char *session,
    char why[static ANSWER_WHY_CAP])
{
	const char *wrong = NULL;
	struct dia_reader r;

	*a = (struct answer){ 0 };
	dia_read(&r, msg->avps);
	if (!walk(&r, answer_rows, (uint8_t *)a, why))
		return false;
	if (!a->result_code.set && !a->experimental_code.set)
		wrong = "the answer has no result";
	else if (a->result_code.set && a->experimental_code.set)
		wrong = "the answer has a Result-Code and an "
			"Experimental-Result";
	else if (a->session.p == NULL && (msg->hdr.flags & DIA_E) == 0)
		wrong = "the answer has no Session-Id";
	else if (a->session.p != NULL && !dia_slice_eq(a->session, session))
		wrong = "the answer has another Session-Id than the request";
	if (wrong != NULL)
		(void)snprintf(why, ANSWER_WHY_CAP, "%s", wrong);
	return wrong == NULL;
}

uint32_t
answer_result(const struct answer *a)
{
	return a->result_code.set ? a->result_code.value
				  : a->experimental_code.value;
}

bool
answer_is_success(const struct answer *a)
{
	return answer_result(a) / 1000 == 2;
}

void
answer_verdict(const struct answer *a, char verdict[static ANSWER_VERDICT_CAP])
{
	uint32_t code = answer_result(a);
	const char *name = NULL;

	if (a->result_code.set)
		name = dia_value_name(BASE(RESULT_CODE)->values, code);
	else if (a->experimental_vendor.value == CX_VENDOR)
		name = cx_result_name(code);
	(void)snprintf(verdict, ANSWER_VERDICT_CAP, "%u %s", code,
	    name != NULL ? name : "(unknown)");
}
