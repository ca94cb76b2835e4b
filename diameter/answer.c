/*
 * What all answers have in common (RFC 6733, 6.2): the header and Session-Id
 * of the request, its Proxy-Info; and error answers (7, 7.2) with Failed-AVP
 * (7.5).
 */
#include "diameter/codec.h"

#include <string.h>

void
dia_answer_begin(struct dia_writer *w, uint8_t *buf, size_t cap,
    const struct dia_msg *req, uint8_t more_flags)
{
	struct dia_header hdr = req->hdr;
	struct dia_avp session;

	hdr.flags = (req->hdr.flags & DIA_P) | more_flags;
	dia_begin(w, buf, cap, &hdr);
	if (dia_find(req->avps, BASE(SESSION_ID)->code, 0, &session))
		dia_put_slice(w, BASE(SESSION_ID), session.data);
}

void
dia_answer_again(struct dia_writer *w, uint8_t *buf, size_t cap,
    const struct dia_msg *req, struct dia_slice begun)
{
	*w = (struct dia_writer){ .buf = buf, .cap = cap };
	if (begun.len < DIA_HEADER_LEN || begun.len > cap) {
		w->failed = true;
		return;
	}
	memcpy(buf, begun.p, begun.len);
	dia_readdress(buf, req->hdr.hbh, 0);
	w->len = begun.len;
}

size_t
dia_answer_end(struct dia_writer *w, const struct dia_msg *req)
{
	struct dia_reader r;
	struct dia_avp avp;

	dia_read(&r, req->avps);
	while (dia_next(&r, &avp)) {
		if (avp.code == BASE(PROXY_INFO)->code && avp.vendor == 0)
			dia_put_copy(w, avp.octets);
	}
	return dia_end(w);
}

/* Octets of the shortest value of a type (7.1.5); 0 where none is fixed. */
static size_t
least_len(const struct dia_def *def)
{
	if (def == NULL)
		return 0;
	switch (def->type) {
	case DIA_U32:
	case DIA_I32:
	case DIA_ENUM:
	case DIA_TIME:
		return 4;
	case DIA_U64:
		return 8;
	case DIA_ADDRESS:
		return 6;
	default:
		return 0;
	}
}

/* The AVP at fault as an example: its header and zeroes. */
static void
put_example(struct dia_writer *w, const struct dia_dict *dict,
    const struct dia_fault *fault)
{
	static const uint8_t zero[8];
	const struct dia_def *def =
	    dia_lookup(dict, fault->code, fault->vendor);
	struct dia_def example = {
		.code = fault->code,
		.vendor = fault->vendor,
		.flags = fault->flags,
	};

	dia_put(w, &example, zero, least_len(def));
}

void
dia_put_fault(struct dia_writer *w, const struct dia_dict *dict,
    const struct dia_fault *fault)
{
	/* A header of zeroes is to blame for its length, too. */
	if (fault->octets.p == NULL && fault->code == 0 &&
	    fault->result != DIA_INVALID_AVP_LENGTH)
		return;
	dia_open(w, BASE(FAILED_AVP));
	if (fault->octets.p != NULL)
		dia_put_copy(w, fault->octets);
	else
		put_example(w, dict, fault);
	dia_close(w);
}

static bool
is_protocol_error(uint32_t result)
{
	return result / 1000 == 3;
}

void
dia_answer_refuse(struct dia_writer *w, const struct dia_msg *req,
    const struct dia_identity *id, const struct dia_dict *dict,
    const struct dia_fault *fault)
{
	uint8_t e = is_protocol_error(fault->result) ? DIA_E : 0;

	dia_answer_begin(w, w->buf, w->cap, req, e);
	dia_put_str(w, BASE(ORIGIN_HOST), id->host);
	dia_put_str(w, BASE(ORIGIN_REALM), id->realm);
	dia_put_u32(w, BASE(RESULT_CODE), fault->result);
	if (fault->why != NULL)
		dia_put_str(w, BASE(ERROR_MESSAGE), fault->why);
	dia_put_fault(w, dict, fault);
}

size_t
dia_answer_fault(uint8_t *buf, size_t cap, const struct dia_msg *req,
    const struct dia_identity *id, const struct dia_dict *dict,
    const struct dia_fault *fault)
{
	struct dia_writer w = { .buf = buf, .cap = cap };
	struct dia_fault brief = { .result = fault->result, .why = fault->why };

	dia_answer_refuse(&w, req, id, dict, fault);

	size_t len = dia_answer_end(&w, req);

	if (len > 0)
		return len;

	/* A request of the greatest length can hold an AVP so long that the
	 * Failed-AVP does not fit beside the rest. */
	w = (struct dia_writer){ .buf = buf, .cap = cap };
	dia_answer_refuse(&w, req, id, dict, &brief);
	return dia_answer_end(&w, req);
}
