/*
 * The Cx application: an input is requests, one behind the other, to a store
 * in memory that knows no registration at first.  Each must get one answer
 * that an S-CSCF can read, and no key in it.
 */
#include "cx/avps.h"
#include "diameter/codec.h"
#include "tests/fuzz/cx_fixture.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_list(struct dia_reader *, unsigned *, unsigned *);

/* Every AVP of an answer is known, of its type, and holds what it should. */
static void
check_avp(struct dia_reader *r, const struct dia_avp *avp)
{
	const struct dia_def *def =
	    dia_lookup(&cx_dict, avp->code, avp->vendor);
	struct dia_reader inner;
	unsigned ignored = 0;

	FUZZ_CHECK(def != NULL);
	if (def == BASE(FAILED_AVP) || def == BASE(PROXY_INFO) ||
	    def == BASE(SESSION_ID))
		return; /* what the request had, right or wrong */
	FUZZ_CHECK(dia_check_value(def, avp) == 0);
	FUZZ_CHECK((avp->flags & DIA_V) == (avp->vendor != 0 ? DIA_V : 0));
	if (def->type != DIA_GROUPED)
		return;
	FUZZ_CHECK(dia_enter(r, avp, &inner));
	check_list(&inner, &ignored, &ignored);
}

static void
check_list(struct dia_reader *r, unsigned *results, unsigned *hosts)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		*results += avp.vendor == 0 &&
			    (avp.code == BASE(RESULT_CODE)->code ||
				avp.code == BASE(EXPERIMENTAL_RESULT)->code);
		*hosts += avp.vendor == 0 &&
			  avp.code == BASE(ORIGIN_HOST)->code &&
			  dia_slice_eq(avp.data, FX_HOST);
		check_avp(r, &avp);
	}
	FUZZ_CHECK(r->fault.result == 0);
}

static void
check_answer(const struct dia_msg *req, const uint8_t *octets, size_t len)
{
	struct dia_fault fault;
	struct dia_msg ans;
	struct dia_reader r;
	unsigned results = 0, hosts = 0;

	FUZZ_CHECK(dia_parse(&ans, octets, len, &fault));
	FUZZ_CHECK((ans.hdr.flags & DIA_R) == 0);
	FUZZ_CHECK(ans.hdr.code == req->hdr.code);
	FUZZ_CHECK(ans.hdr.app == req->hdr.app);
	FUZZ_CHECK(ans.hdr.hbh == req->hdr.hbh);
	FUZZ_CHECK(ans.hdr.e2e == req->hdr.e2e);
	dia_read(&r, ans.avps);
	check_list(&r, &results, &hosts);
	FUZZ_CHECK(results == 1);
	FUZZ_CHECK(hosts == 1);
	/* The engine sees the keys too, and may send one to be echoed. */
	FUZZ_CHECK(!fx_holds_key(octets, len) ||
		   fx_holds_key(req->avps.p, req->avps.len));
}

/* As the node does it: only whole requests of the application come here. */
static void
request(const uint8_t *octets, size_t len)
{
	static uint8_t answer[DIA_MESSAGE_MAX];
	struct dia_fault fault;
	struct dia_msg req;
	struct dia_writer w;

	if (!dia_parse(&req, octets, len, &fault) ||
	    (req.hdr.flags & DIA_R) == 0)
		return;
	dia_answer_begin(&w, answer, sizeof answer, &req, 0);
	FUZZ_CHECK(cx_request(fx_cx(), &req, &w) == 0);
	len = dia_answer_end(&w, &req);
	if (len > 0)
		check_answer(&req, answer, len);
	else
		FUZZ_CHECK(w.len + req.avps.len > sizeof answer / 4);
}

size_t
fuzz_prefix(const uint8_t *input, size_t len)
{
	(void)input;
	(void)len;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	size_t msglen;

	fx_cx();
	fx_reset();
	while (
	    dia_frame(input, len, DIA_MESSAGE_MAX, &msglen) == DIA_FRAME_OK) {
		request(input, msglen);
		input += msglen;
		len -= msglen;
	}
	return 0;
}
