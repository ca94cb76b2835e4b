/*
 * Building CER/CEA, DWR/DWA and DPR/DPA (RFC 6733, 5.3 to 5.5).
 */
#include "diameter/base.h"

static void
put_identity(struct dia_writer *w, const struct dia_self *self)
{
	dia_put_str(w, BASE(ORIGIN_HOST), self->conf.id.host);
	dia_put_str(w, BASE(ORIGIN_REALM), self->conf.id.realm);
}

static void
put_state_id(struct dia_writer *w, const struct dia_self *self)
{
	if (self->conf.state_id != 0)
		dia_put_u32(w, BASE(ORIGIN_STATE_ID), self->conf.state_id);
}

static bool
knows_vendor(const struct dia_dict *dict, uint32_t vendor)
{
	for (size_t n = 0; n < dict->ndefs; n++) {
		if (dict->defs[n].vendor == vendor)
			return true;
	}
	return false;
}

static bool
is_said(const struct dia_self *self, unsigned napps, uint32_t vendor)
{
	for (unsigned i = 0; i < napps; i++) {
		if (knows_vendor(self->apps[i].dict, vendor))
			return true;
	}
	return false;
}

/* The vendors whose AVPs the applications know (5.3.6), each once: their
 * dictionaries are sorted by vendor. */
static void
put_vendors(struct dia_writer *w, const struct dia_self *self)
{
	for (unsigned i = 0; i < self->napps; i++) {
		const struct dia_dict *dict = self->apps[i].dict;
		uint32_t last = 0;

		for (size_t n = 0; n < dict->ndefs; n++) {
			uint32_t vendor = dict->defs[n].vendor;

			if (vendor != last && !is_said(self, i, vendor))
				dia_put_u32(
				    w, BASE(SUPPORTED_VENDOR_ID), vendor);
			last = vendor;
		}
	}
}

/* Kamailio sends no request of an application that is advertised in any other
 * form than this one. */
static void
put_app(struct dia_writer *w, const struct dia_app *app)
{
	if (app->vendor == 0) {
		dia_put_u32(w, BASE(AUTH_APPLICATION_ID), app->id);
		return;
	}
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), app->vendor);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), app->id);
	dia_close(w);
}

/* All but the result and the identity, in the order of 5.3.1 and 5.3.2. */
static void
put_caps(struct dia_writer *w, const struct dia_self *self,
    const struct sockaddr_storage *addrs, unsigned naddrs)
{
	for (unsigned i = 0; i < naddrs; i++)
		dia_put_addr(w, BASE(HOST_IP_ADDRESS), &addrs[i]);
	dia_put_u32(w, BASE(VENDOR_ID), self->conf.vendor);
	dia_put_str(w, BASE(PRODUCT_NAME), self->conf.product);
	put_state_id(w, self);
	put_vendors(w, self);
	for (unsigned i = 0; i < self->napps; i++)
		put_app(w, &self->apps[i]);
	if (self->conf.firmware != 0)
		dia_put_u32(w, BASE(FIRMWARE_REVISION), self->conf.firmware);
}

static void
begin_request(struct dia_writer *w, uint8_t *buf, const struct dia_self *self,
    uint32_t code, uint32_t hbh, uint32_t e2e)
{
	struct dia_header hdr = {
		.flags = DIA_R,
		.code = code,
		.hbh = hbh,
		.e2e = e2e,
	};

	dia_begin(w, buf, DIA_BASE_CAP, &hdr);
	put_identity(w, self);
}

size_t
dia_make_cer(uint8_t *buf, const struct dia_self *self, uint32_t hbh,
    uint32_t e2e, const struct sockaddr_storage *addrs, unsigned naddrs)
{
	struct dia_writer w;

	begin_request(&w, buf, self, DIA_CER, hbh, e2e);
	put_caps(&w, self, addrs, naddrs);
	return dia_end(&w);
}

/* Of a protocol error no more is said than the E-bit grammar of 7.2 has. */
size_t
dia_make_cea(uint8_t *buf, const struct dia_self *self,
    const struct dia_msg *req, const struct sockaddr_storage *addrs,
    unsigned naddrs, const struct dia_fault *fault)
{
	struct dia_writer w = { .buf = buf, .cap = DIA_BASE_CAP };

	if (fault != NULL && fault->result / 1000 == 3)
		return dia_answer_fault(buf, DIA_BASE_CAP, req, &self->conf.id,
		    &dia_base_dict, fault);
	if (fault != NULL) {
		dia_answer_refuse(
		    &w, req, &self->conf.id, &dia_base_dict, fault);
	} else {
		dia_answer_begin(&w, buf, DIA_BASE_CAP, req, 0);
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
		put_identity(&w, self);
	}
	put_caps(&w, self, addrs, naddrs);

	size_t len = dia_end(&w);

	if (len == 0 && fault != NULL)
		return dia_answer_fault(buf, DIA_BASE_CAP, req, &self->conf.id,
		    &dia_base_dict, fault);
	return len;
}

size_t
dia_make_dwr(
    uint8_t *buf, const struct dia_self *self, uint32_t hbh, uint32_t e2e)
{
	struct dia_writer w;

	begin_request(&w, buf, self, DIA_DWR, hbh, e2e);
	put_state_id(&w, self);
	return dia_end(&w);
}

size_t
dia_make_dpr(uint8_t *buf, const struct dia_self *self, uint32_t hbh,
    uint32_t e2e, uint32_t cause)
{
	struct dia_writer w;

	begin_request(&w, buf, self, DIA_DPR, hbh, e2e);
	dia_put_u32(&w, BASE(DISCONNECT_CAUSE), cause);
	return dia_end(&w);
}

size_t
dia_make_answer(uint8_t *buf, const struct dia_self *self,
    const struct dia_msg *req, const struct dia_fault *fault)
{
	struct dia_writer w = { .buf = buf, .cap = DIA_BASE_CAP };

	if (fault != NULL)
		return dia_answer_fault(buf, DIA_BASE_CAP, req, &self->conf.id,
		    &dia_base_dict, fault);
	dia_answer_begin(&w, buf, DIA_BASE_CAP, req, 0);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	put_identity(&w, self);
	if (req->hdr.code == DIA_DWR)
		put_state_id(&w, self);
	return dia_end(&w);
}
