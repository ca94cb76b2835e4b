/*
 * Whom a request is about (TS 29.228, 7.2 and 7.3): finding the identities it
 * names, and the first steps that the procedures share.
 */
#include "cx/local.h"

bool
cx_result(struct cx_answer *ans, uint32_t result, const char *why)
{
	ans->result = result;
	ans->experimental = false;
	ans->why = why;
	return false;
}

bool
cx_experimental(struct cx_answer *ans, uint32_t result, const char *why)
{
	cx_result(ans, result, why);
	ans->experimental = true;
	return false;
}

/* The AVP to show: the first of its kind, or the one that is too many. */
static bool
find_guilty(struct dia_slice avps, const struct dia_def *def, uint32_t result,
    struct dia_avp *avp)
{
	unsigned skip = result == DIA_AVP_OCCURS_TOO_MANY_TIMES ? 1 : 0;
	struct dia_reader r;

	dia_read(&r, avps);
	while (dia_next(&r, avp)) {
		if (avp->code == def->code && avp->vendor == def->vendor &&
		    skip-- == 0)
			return true;
	}
	return false;
}

bool
cx_blame(struct cx_answer *ans, const struct cx_request *rq, uint32_t result,
    const struct dia_def *group, const struct dia_def *inner, const char *why)
{
	struct dia_slice avps = rq->msg->avps;
	struct dia_avp avp;

	if (group != NULL && dia_find(avps, group->code, group->vendor, &avp))
		avps = avp.data;
	ans->fault = (struct dia_fault){
		.result = result,
		.code = inner->code,
		.vendor = inner->vendor,
		.flags = inner->flags & (DIA_V | DIA_M),
		.why = why,
	};
	if (find_guilty(avps, inner, result, &avp))
		ans->fault.octets = avp.octets;
	return cx_result(ans, result, why);
}

static bool
take_impi(struct store_impi *impi, struct cx_answer *ans)
{
	ans->impi = impi;
	if (impi == NULL)
		return cx_experimental(ans, CX_USER_UNKNOWN,
		    "29.228 7.3, step 1: the private identity is unknown");
	ans->sub = ans->impi->sub;
	return true;
}

static bool
take_impu(struct store_impu *impu, struct cx_answer *ans)
{
	ans->impu = impu;
	if (impu == NULL)
		return cx_experimental(ans, CX_USER_UNKNOWN,
		    "29.228 7.2, step 1: the public identity is unknown");
	ans->sub = impu->sub;
	return true;
}

bool
cx_find_impi(struct cx *cx, struct dia_slice name, struct cx_answer *ans)
{
	return take_impi(store_find_impi(cx->store, name.p, name.len), ans);
}

bool
cx_find_impu(struct cx *cx, struct dia_slice name, struct cx_answer *ans)
{
	return take_impu(store_find_impu(cx->store, name.p, name.len), ans);
}

/* The one that was looked for, or NULL, for LIR and SAR. */
static bool
take_match(struct cx *cx, struct store_impu *impu, struct cx_answer *ans)
{
	if (!take_impu(impu, ans))
		return false;
	if (ans->impu->inactive)
		return cx_experimental(ans, CX_USER_UNKNOWN,
		    "29.228 7.2: the service is switched off");
	if (!ans->impu->wildcard)
		return true;
	store_name(cx->store, &ans->impu->name, ans->wildcard_text,
	    sizeof ans->wildcard_text);
	ans->wildcard = dia_slice_str(ans->wildcard_text);
	return true;
}

bool
cx_match_impu(struct cx *cx, struct dia_slice name, struct cx_answer *ans)
{
	return take_match(
	    cx, store_match_impu(cx->store, name.p, name.len), ans);
}

bool
cx_find_wildcard(struct cx *cx, struct dia_slice name, struct cx_answer *ans)
{
	struct store_impu *impu = store_find_impu(cx->store, name.p, name.len);

	return take_match(
	    cx, impu != NULL && impu->wildcard ? impu : NULL, ans);
}

bool
cx_find_pair(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	const struct store_pair names = { rq->user_name.p,
		rq->public_identity.p, rq->user_name.len,
		rq->public_identity.len };
	struct store_impi *impi;
	struct store_impu *impu;

	store_find_pair(cx->store, &names, &impi, &impu);
	if (!take_impi(impi, ans) || !take_impu(impu, ans))
		return false;
	if (ans->impu->psi || ans->impu->wildcard)
		return cx_experimental(ans, CX_USER_UNKNOWN,
		    "29.228 7.2, step 1: not a distinct public user identity");
	if (ans->impi->sub != ans->impu->sub)
		return cx_experimental(ans, CX_IDENTITIES_DONT_MATCH,
		    "29.228 7.3, step 2: identities of different users");
	return true;
}

struct dia_slice
cx_impi_text(
    const struct cx *cx, const struct store_impi *impi, struct cx_answer *ans)
{
	store_name(
	    cx->store, &impi->name, ans->impi_text, sizeof ans->impi_text);
	return dia_slice_str(ans->impi_text);
}

/* What would break a header line or an XML document it is put into. */
static bool
is_unfit(uint8_t c)
{
	return c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"';
}

bool
cx_check_server(const struct cx_request *rq, struct cx_answer *ans)
{
	struct dia_slice name = rq->server_name;
	bool ok = name.len > 0 && name.len <= STORE_NAME_MAX;

	for (size_t i = 0; ok && i < name.len; i++)
		ok = !is_unfit(name.p[i]);
	if (!ok)
		return cx_blame(ans, rq, DIA_INVALID_AVP_VALUE, NULL,
		    CX(SERVER_NAME), "29.229 6.3.3: not the name of a server");
	return true;
}
