/*
 * What a client answers when the server asks: DWA and DPA (RFC 6733, 5.4 and
 * 5.5); RTA and PPA (TS 29.229, 6.1.10 and 6.1.12) with plain success, since
 * the S-CSCF played holds no users to take away.
 */
#include "tools/cxclient/reply.h"

#include "cx/avps.h"
#include "cx/cx.h"
#include "tools/cxclient/capabilities.h"

enum { NO_STATE_MAINTAINED = 1 };

size_t
reply_make(uint8_t *buf, size_t cap, const struct dia_identity *id,
    const struct dia_msg *req)
{
	const struct dia_fault unknown = {
		.result = DIA_COMMAND_UNSUPPORTED,
		.why = "RFC 6733 7.1.3: command unknown to this client",
	};
	uint32_t code = req->hdr.code;
	bool base =
	    req->hdr.app == 0 && (code == REPLY_DWR || code == REPLY_DPR);
	bool cx = req->hdr.app == CX_APP && (code == CX_RTR || code == CX_PPR);
	struct dia_writer w;

	if (!base && !cx)
		return dia_answer_fault(buf, cap, req, id, &cx_dict, &unknown);
	dia_answer_begin(&w, buf, cap, req, 0);
	if (cx)
		capabilities_put_application(&w);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	if (cx)
		dia_put_u32(&w, BASE(AUTH_SESSION_STATE), NO_STATE_MAINTAINED);
	dia_put_str(&w, BASE(ORIGIN_HOST), id->host);
	dia_put_str(&w, BASE(ORIGIN_REALM), id->realm);
	return dia_answer_end(&w, req);
}
