/*
 * The codec alone: an input is one message as it came from the wire.  It is
 * taken apart, checked against a grammar, answered and written again; what
 * was read must be what is read from the copy.  Printing is fuzz_print.c's.
 */
#include "diameter/codec.h"

#include <string.h>
#include <sys/socket.h>

#include "tests/fuzz/codec_dict.h"
#include "tests/fuzz/fuzz.h"

enum {
	VENDOR = 10415,
	/* Each AVP of the copy has a Vendor-Id at most that the input had. */
	COPY_CAP = 2 * DIA_MESSAGE_MAX,
	SHORT_CAP = 512,
	SHORT_EACH = 4, /* of how many, one is copied to too little room */
};

/* --- A grammar with a field of every kind --- */

struct found {
	struct dia_slice user_name, host, scheme;
	struct dia_list identities;
	struct dia_u32 vendor, app, state;
};

static const struct dia_def public_identity = { 601, VENDOR, DIA_UTF8,
	DIA_V | DIA_M, "Public-Identity", NULL };
static const struct dia_def auth_data = { 612, VENDOR, DIA_GROUPED,
	DIA_V | DIA_M, "SIP-Auth-Data-Item", NULL };
static const struct dia_def scheme = { 608, VENDOR, DIA_UTF8, DIA_V | DIA_M,
	"SIP-Authentication-Scheme", NULL };

/* clang-format off */
static const struct dia_field application[] = {
	DIA_FIELD(struct found, vendor, BASE(VENDOR_ID), 1, 1),
	DIA_FIELD(struct found, app, BASE(AUTH_APPLICATION_ID), 1, 1),
};
static const struct dia_field item[] = {
	DIA_FIELD(struct found, scheme, &scheme, 0, 1),
};
static const struct dia_field grammar[] = {
	DIA_CHECK(BASE(SESSION_ID), 0, 1),
	DIA_GROUP(BASE(VENDOR_SPECIFIC_APPLICATION_ID), 0, 2, application),
	DIA_FIELD(struct found, state, BASE(AUTH_SESSION_STATE), 0, 1),
	DIA_FIELD(struct found, host, BASE(ORIGIN_HOST), 1, 1),
	DIA_CHECK(BASE(ORIGIN_REALM), 1, 1),
	DIA_FIELD(struct found, user_name, BASE(USER_NAME), 0, 1),
	DIA_FIELD(struct found, identities, &public_identity, 0, DIA_MANY),
	DIA_GROUP(&auth_data, 0, DIA_MANY, item),
	DIA_CHECK(BASE(ROUTE_RECORD), 0, DIA_MANY),
	DIA_FORBID(BASE(ERROR_MESSAGE)),
};
/* clang-format on */

static const struct dia_identity self = { "hss.ims.example", "ims.example" };

/* --- Checks --- */

static bool
inside(struct dia_slice outer, struct dia_slice s)
{
	return s.p >= outer.p && s.len <= outer.len &&
	       (size_t)(s.p - outer.p) <= outer.len - s.len;
}

static void
check_fault(const struct dia_fault *fault, struct dia_slice all)
{
	FUZZ_CHECK(fault->result >= 3000 && fault->result < 6000);
	FUZZ_CHECK(fault->why != NULL);
	if (fault->octets.p != NULL)
		FUZZ_CHECK(inside(all, fault->octets));
}

/* def: what the dictionary says of it, or NULL. */
static void
check_values(const struct dia_def *def, const struct dia_avp *avp)
{
	struct sockaddr_storage ss;
	uint32_t u32, result = def != NULL ? dia_check_value(def, avp) : 0;
	uint64_t u64;

	FUZZ_CHECK(dia_get_u32(avp, &u32) == (avp->data.len == 4));
	FUZZ_CHECK(dia_get_u64(avp, &u64) == (avp->data.len == 8));
	if (dia_get_addr(avp, &ss))
		FUZZ_CHECK(ss.ss_family == AF_INET || ss.ss_family == AF_INET6);
	FUZZ_CHECK(result == 0 || result == DIA_INVALID_AVP_LENGTH ||
		   result == DIA_INVALID_AVP_VALUE);
}

static const struct dia_def *
look_up(const struct dia_avp *avp)
{
	return dia_lookup(&codec_dict, avp->code, avp->vendor);
}

static bool
is_group(const struct dia_def *known)
{
	return known != NULL && known->type == DIA_GROUPED;
}

/* Writes a value as what it is, so far as it can be read as that. */
static void
put_value(struct dia_writer *w, const struct dia_def *known,
    const struct dia_def *def, const struct dia_avp *avp)
{
	enum dia_type type = known != NULL ? known->type : DIA_OCTETS;
	struct sockaddr_storage ss;
	uint32_t u32;
	uint64_t u64;

	if (type == DIA_U32 && dia_get_u32(avp, &u32)) {
		dia_put_u32(w, def, u32);
	} else if (type == DIA_U64 && dia_get_u64(avp, &u64)) {
		dia_put_u64(w, def, u64);
	} else if (type == DIA_ADDRESS && dia_get_addr(avp, &ss)) {
		dia_put_addr(w, def, &ss);
	} else if (type == DIA_UTF8) {
		size_t room = avp->data.len + avp->octets.len % 7;
		uint8_t *p = dia_put_room(w, def, room);

		FUZZ_CHECK((p == NULL) == w->failed);
		if (p == NULL)
			return;
		memset(p, 0xff, room);
		if (avp->data.len > 0)
			memcpy(p, avp->data.p, avp->data.len);
		dia_trim(w, def, p, avp->data.len);
	} else {
		dia_put_slice(w, def, avp->data);
	}
}

/* Reads all of a list and writes it again, groups by opening them.  False:
 * there is a fault in it, or in a group. */
static bool
copy_list(struct dia_reader *r, struct dia_slice all, struct dia_writer *w)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *known = look_up(&avp);
		const struct dia_def def = { .code = avp.code,
			.vendor = avp.vendor,
			.type = DIA_OCTETS,
			.flags = avp.flags };
		struct dia_reader inner;

		FUZZ_CHECK(inside(all, avp.octets));
		FUZZ_CHECK(inside(avp.octets, avp.data));
		check_values(known, &avp);
		if (!is_group(known)) {
			put_value(w, known, &def, &avp);
			continue;
		}
		if (!dia_enter(r, &avp, &inner))
			break;
		dia_open(w, &def);
		if (!copy_list(&inner, avp.data, w))
			return false;
		dia_close(w);
	}
	if (r->fault.result == 0)
		return true;
	check_fault(&r->fault, all);
	return false;
}

/* The copy of a message without faults reads as the message does, at the top
 * level octet by octet but for reserved flags and padding. */
static void
compare(const struct dia_msg *msg, const uint8_t *copy, size_t len)
{
	struct dia_fault fault;
	struct dia_msg other;
	struct dia_reader a, b;
	struct dia_avp x, y;

	FUZZ_CHECK(len == msg->hdr.length);
	FUZZ_CHECK(dia_parse(&other, copy, len, &fault));
	FUZZ_CHECK(memcmp(&other.hdr, &msg->hdr, sizeof other.hdr) == 0);
	dia_read(&a, msg->avps);
	dia_read(&b, other.avps);
	while (dia_next(&a, &x)) {
		FUZZ_CHECK(dia_next(&b, &y));
		FUZZ_CHECK(x.code == y.code && x.vendor == y.vendor);
		FUZZ_CHECK(x.octets.len == y.octets.len);
		if (!is_group(look_up(&x)) && x.data.len > 0)
			FUZZ_CHECK(memcmp(x.data.p, y.data.p, x.data.len) == 0);
	}
	FUZZ_CHECK(!dia_next(&b, &y) && b.fault.result == 0);
}

/* Where there is too little room, nothing comes of it. */
static void
check_short_copy(const struct dia_msg *msg, size_t cap)
{
	static uint8_t copy[DIA_MESSAGE_MAX];
	struct dia_writer w;
	struct dia_reader r;

	copy[cap] = 0xa5;
	dia_begin(&w, copy, cap, &msg->hdr);
	dia_read(&r, msg->avps);
	if (copy_list(&r, msg->avps, &w))
		FUZZ_CHECK(dia_end(&w) == 0);
	FUZZ_CHECK(copy[cap] == 0xa5);
}

static void
check_copy(const struct dia_msg *msg)
{
	static uint8_t copy[COPY_CAP];
	struct dia_writer w;
	struct dia_reader r;

	dia_begin(&w, copy, sizeof copy, &msg->hdr);
	dia_read(&r, msg->avps);
	if (!copy_list(&r, msg->avps, &w))
		return;
	compare(msg, copy, dia_end(&w));
	if (msg->hdr.hbh % SHORT_EACH == 0 &&
	    msg->hdr.length <= DIA_MESSAGE_MAX)
		check_short_copy(msg, msg->hdr.e2e % msg->hdr.length);
}

/* An answer to anything that has a header is a whole message. */
static void
check_answer(const struct dia_msg *msg, const struct dia_fault *why)
{
	static uint8_t buf[COPY_CAP];
	struct dia_fault fault = *why;
	struct dia_msg answer;
	struct dia_reader r;
	struct dia_avp avp;

	if (fault.result == 0)
		fault.result = DIA_UNABLE_TO_COMPLY;

	size_t cap = msg->hdr.hbh % SHORT_EACH == 1 ? msg->hdr.e2e % SHORT_CAP
						    : sizeof buf;
	size_t len =
	    dia_answer_fault(buf, cap, msg, &self, &codec_dict, &fault);

	FUZZ_CHECK(len > 0 || cap < sizeof buf);
	if (len == 0)
		return;
	FUZZ_CHECK(dia_parse(&answer, buf, len, &fault));
	FUZZ_CHECK((answer.hdr.flags & DIA_R) == 0);
	FUZZ_CHECK(answer.hdr.hbh == msg->hdr.hbh);
	FUZZ_CHECK(answer.hdr.e2e == msg->hdr.e2e);
	FUZZ_CHECK(dia_find(answer.avps, 268, 0, &avp));
	dia_read(&r, answer.avps);
	while (dia_next(&r, &avp))
		check_values(look_up(&avp), &avp);
	FUZZ_CHECK(r.fault.result == 0);
}

static void
check_scan(const struct dia_msg *msg)
{
	struct found found = { 0 };
	struct dia_fault fault = { 0 };

	if (!dia_scan(msg->avps, &codec_dict, grammar,
		sizeof grammar / sizeof grammar[0], &found, &fault)) {
		check_fault(&fault, msg->avps);
		check_answer(msg, &fault);
		return;
	}
	FUZZ_CHECK(inside(msg->avps, found.host) && found.host.len > 0);
	FUZZ_CHECK(found.identities.n <= DIA_LIST_MAX);
	for (unsigned i = 0; i < found.identities.n; i++)
		FUZZ_CHECK(inside(msg->avps, found.identities.v[i]));
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
	struct dia_fault fault;
	struct dia_msg msg;
	size_t msglen;
	enum dia_frame frame = dia_frame(input, len, DIA_MESSAGE_MAX, &msglen);

	if (frame == DIA_FRAME_OK) {
		FUZZ_CHECK(msglen >= DIA_HEADER_LEN && msglen <= len);
		len = msglen;
	}

	bool ok = dia_parse(&msg, input, len, &fault);

	FUZZ_CHECK(ok == (fault.result == 0));
	check_answer(&msg, &fault);
	check_scan(&msg);
	if (ok)
		check_copy(&msg);
	return 0;
}
