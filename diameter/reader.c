/*
 * Reading octets that came from the wire (RFC 6733, sections 3 and 4): the
 * message header, the AVP cursor, the values.  All bounds checks of the
 * project on such octets are in this file; which characters a text may have is
 * in text.c.
 *
 * Order of checks: room for the header, the declared length, the value's type
 * and length; the meaning is the caller's.
 */
#include "diameter/text.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* Kept out of the way of octets in order, which then need no stack. */
#define COLD __attribute__((cold, noinline))

static uint32_t
be24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | be24(p + 1);
}

static size_t
padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

enum dia_frame
dia_frame(const uint8_t *buf, size_t len, size_t max, size_t *msglen)
{
	*msglen = 0;
	if (len < 4)
		return DIA_FRAME_SHORT;

	size_t whole = be24(buf + 1);

	if (whole < DIA_HEADER_LEN || whole % 4 != 0 || whole > max)
		return DIA_FRAME_BAD;
	*msglen = whole;
	return len < whole ? DIA_FRAME_SHORT : DIA_FRAME_OK;
}

static bool
refuse(struct dia_fault *fault, uint32_t result, const char *why)
{
	*fault = (struct dia_fault){ .result = result, .why = why };
	return false;
}

bool
dia_parse(struct dia_msg *msg, const uint8_t *buf, size_t len,
    struct dia_fault *fault)
{
	*msg = (struct dia_msg){ 0 };
	*fault = (struct dia_fault){ 0 };
	if (len < DIA_HEADER_LEN)
		return refuse(fault, DIA_INVALID_MESSAGE_LENGTH,
		    "RFC 6733 3: message shorter than its header");

	msg->hdr = (struct dia_header){
		.version = buf[0],
		.length = be24(buf + 1),
		.flags = buf[4],
		.code = be24(buf + 5),
		.app = be32(buf + 8),
		.hbh = be32(buf + 12),
		.e2e = be32(buf + 16),
	};
	msg->avps =
	    (struct dia_slice){ buf + DIA_HEADER_LEN, len - DIA_HEADER_LEN };
	if (msg->hdr.version != 1)
		return refuse(fault, DIA_UNSUPPORTED_VERSION,
		    "RFC 6733 3: version is not 1");
	if (msg->hdr.length != len || len % 4 != 0)
		return refuse(fault, DIA_INVALID_MESSAGE_LENGTH,
		    "RFC 6733 3: Message Length is not that of the message");
	if ((msg->hdr.flags & DIA_R) != 0 && (msg->hdr.flags & DIA_E) != 0)
		return refuse(fault, DIA_INVALID_HDR_BITS,
		    "RFC 6733 3: E bit set in a request");
	return true;
}

void
dia_read(struct dia_reader *r, struct dia_slice avps)
{
	*r = (struct dia_reader){ .pos = avps.p,
		.end = avps.len > 0 ? avps.p + avps.len : avps.p };
}

/* Stops the reader for good. */
static bool
stop(struct dia_reader *r, uint32_t result, const struct dia_avp *avp,
    const char *why)
{
	r->fault = (struct dia_fault){
		.result = result,
		.code = avp->code,
		.vendor = avp->vendor,
		.flags = avp->flags,
		.octets = avp->octets,
		.why = why,
	};
	r->pos = r->end;
	return false;
}

/* An AVP whose length is not that of octets that are there. */
static COLD bool
stop_at_length(
    struct dia_reader *r, struct dia_avp *avp, size_t header, size_t len)
{
	size_t left = (size_t)(r->end - r->pos);
	const char *why = "RFC 6733 4.1: AVP without its padding";

	avp->data = avp->octets = (struct dia_slice){ 0 };
	if (header > left)
		why = "RFC 6733 4.1: no room for the AVP's header";
	else if (len < header)
		why = "RFC 6733 4.1: AVP Length below its header";
	else if (len > left)
		why = "RFC 6733 4.1: AVP Length beyond what holds it";
	else
		avp->octets = (struct dia_slice){ r->pos, len };
	return stop(r, DIA_INVALID_AVP_LENGTH, avp, why);
}

/* The AVP at the reader, whose header is in head. */
static inline bool
take(struct dia_reader *r, struct dia_avp *avp, const uint8_t *head)
{
	const uint8_t *p = r->pos;
	size_t left = (size_t)(r->end - p), header = DIA_AVP_LEN;
	uint32_t flags_len = be32(head + 4);
	size_t len = flags_len & 0xffffff;

	avp->code = be32(head);
	avp->flags = (uint8_t)(flags_len >> 24);
	avp->vendor = 0;
	if ((avp->flags & DIA_V) != 0) {
		avp->vendor = be32(head + DIA_AVP_LEN);
		header = DIA_VAVP_LEN;
	}
	if (len < header || padded(len) > left)
		return stop_at_length(r, avp, header, len);
	avp->data = (struct dia_slice){ p + header, len - header };
	avp->octets = (struct dia_slice){ p, len };
	r->pos = p + padded(len);
	return true;
}

/* The same where a header with Vendor-Id has no room.  Zeroes stand for octets
 * beyond the end, which is how an answer shows a header cut short (7.1.5). */
static COLD bool
take_cut(struct dia_reader *r, struct dia_avp *avp, size_t left)
{
	uint8_t head[DIA_VAVP_LEN] = { 0 };

	if (left < DIA_AVP_LEN && r->depth == 0)
		return stop(r, DIA_INVALID_MESSAGE_LENGTH,
		    &(struct dia_avp){ 0 },
		    "RFC 6733 4.1: AVPs do not end with the message");
	memcpy(head, r->pos, left);
	return take(r, avp, head);
}

bool
dia_next(struct dia_reader *r, struct dia_avp *avp)
{
	size_t left = (size_t)(r->end - r->pos);

	if (left == 0)
		return false;
	if (left < DIA_VAVP_LEN)
		return take_cut(r, avp, left);
	return take(r, avp, r->pos);
}

bool
dia_enter(
    struct dia_reader *r, const struct dia_avp *group, struct dia_reader *inner)
{
	if (r->depth >= DIA_DEPTH_MAX) {
		stop(r, DIA_INVALID_AVP_VALUE, group,
		    "groups inside groups beyond the limit");
		r->fault.octets = group->octets;
		return false;
	}
	dia_read(inner, group->data);
	inner->depth = r->depth + 1;
	return true;
}

bool
dia_find(
    struct dia_slice avps, uint32_t code, uint32_t vendor, struct dia_avp *avp)
{
	struct dia_reader r;
	struct dia_avp a;

	dia_read(&r, avps);
	while (dia_next(&r, &a)) {
		if (a.code == code && a.vendor == vendor) {
			*avp = a;
			return true;
		}
	}
	return false;
}

bool
dia_get_u32(const struct dia_avp *avp, uint32_t *value)
{
	if (avp->data.len != 4)
		return false;
	*value = be32(avp->data.p);
	return true;
}

bool
dia_get_u64(const struct dia_avp *avp, uint64_t *value)
{
	if (avp->data.len != 8)
		return false;
	*value = (uint64_t)be32(avp->data.p) << 32 | be32(avp->data.p + 4);
	return true;
}

/* Address families of IANA's registry (RFC 6733, 4.3.1) */
enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };

bool
dia_get_addr(const struct dia_avp *avp, struct sockaddr_storage *ss)
{
	const uint8_t *p = avp->data.p;
	size_t len = avp->data.len;

	if (len == 6 && p[0] == 0 && p[1] == FAMILY_IPV4) {
		struct sockaddr_in sin = { .sin_family = AF_INET };

		memcpy(&sin.sin_addr, p + 2, 4);
		memset(ss, 0, sizeof *ss);
		memcpy(ss, &sin, sizeof sin);
		return true;
	}
	if (len == 18 && p[0] == 0 && p[1] == FAMILY_IPV6) {
		struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

		memcpy(&sin6.sin6_addr, p + 2, 16);
		memset(ss, 0, sizeof *ss);
		memcpy(ss, &sin6, sizeof sin6);
		return true;
	}
	return false;
}

static bool
is_uri(struct dia_slice s)
{
	bool aaa =
	    s.len > 6 && strncasecmp((const char *)s.p, "aaa://", 6) == 0;
	bool aaas =
	    s.len > 7 && strncasecmp((const char *)s.p, "aaas://", 7) == 0;

	return (aaa || aaas) && text_is_visible(s);
}

static uint32_t
check_address(struct dia_slice s)
{
	if (s.len < 2)
		return DIA_INVALID_AVP_LENGTH;

	unsigned family = (unsigned)s.p[0] << 8 | s.p[1];

	if ((family == FAMILY_IPV4 && s.len != 6) ||
	    (family == FAMILY_IPV6 && s.len != 18))
		return DIA_INVALID_AVP_LENGTH;
	return 0;
}

static uint32_t
check_enum(const struct dia_def *def, const struct dia_avp *avp)
{
	uint32_t value;

	if (!dia_get_u32(avp, &value))
		return DIA_INVALID_AVP_LENGTH;
	if (def->values != NULL && dia_value_name(def->values, value) == NULL)
		return DIA_INVALID_AVP_VALUE;
	return 0;
}

uint32_t
dia_check_value(const struct dia_def *def, const struct dia_avp *avp)
{
	struct dia_slice s = avp->data;

	switch (def->type) {
	case DIA_U32:
	case DIA_I32:
	case DIA_TIME:
		return s.len == 4 ? 0 : DIA_INVALID_AVP_LENGTH;
	case DIA_U64:
		return s.len == 8 ? 0 : DIA_INVALID_AVP_LENGTH;
	case DIA_ENUM:
		return check_enum(def, avp);
	case DIA_UTF8:
		return text_is_utf8(s) ? 0 : DIA_INVALID_AVP_VALUE;
	case DIA_IDENTITY:
		if (s.len == 0)
			return DIA_INVALID_AVP_LENGTH;
		return text_is_visible(s) ? 0 : DIA_INVALID_AVP_VALUE;
	case DIA_URI:
		return is_uri(s) ? 0 : DIA_INVALID_AVP_VALUE;
	case DIA_ADDRESS:
		return check_address(s);
	case DIA_OCTETS:
	case DIA_GROUPED:
		break;
	}
	return 0;
}

bool
dia_slice_eq(struct dia_slice s, const char *text)
{
	size_t len = strlen(text);

	return s.len == len && (len == 0 || memcmp(s.p, text, len) == 0);
}

bool
dia_slice_eq_nocase(struct dia_slice s, const char *text)
{
	size_t len = strlen(text);

	if (s.len != len)
		return false;
	/* Most are the same as they are, which is seen sooner. */
	return len == 0 || memcmp(s.p, text, len) == 0 ||
	       strncasecmp((const char *)s.p, text, len) == 0;
}

struct dia_slice
dia_slice_str(const char *text)
{
	return (struct dia_slice){ (const uint8_t *)text, strlen(text) };
}
