/*
 * A home subscriber server with one user and a fault to order.  It answers as
 * TS 29.228 has it for a user without state worth the name, and goes wrong
 * once, at the command it is told.
 */
#include "tests/tools/fake_hss.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CER = 257, DWR = 280, DPR = 282, CAP = 8192, PATIENCE_MS = 10000 };

static const struct dia_identity hss = { "hss.example.org", "example.org" };

/* One whole message.  Its length, 0 when the client has gone. */
static size_t
receive(int fd, uint8_t *buf)
{
	size_t have = 0;

	for (;;) {
		size_t len;

		if (dia_frame(buf, have, CAP, &len) == DIA_FRAME_OK)
			return len;

		/* octet by octet up to the end of this message, no further */
		size_t want = have < 4 ? 4 - have : len - have;
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			return 0;

		ssize_t n = recv(fd, buf + have, want, 0);

		if (n <= 0)
			return 0;
		have += (size_t)n;
	}
}

static void
transmit(int fd, const uint8_t *buf, size_t len)
{
	(void)!send(fd, buf, len, MSG_NOSIGNAL);
}

static void
put_application(struct dia_writer *w, uint32_t app)
{
	dia_open(w, BASE(VENDOR_SPECIFIC_APPLICATION_ID));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(AUTH_APPLICATION_ID), app);
	dia_close(w);
}

static void
put_identity(struct dia_writer *w)
{
	dia_put_str(w, BASE(ORIGIN_HOST), hss.host);
	dia_put_str(w, BASE(ORIGIN_REALM), hss.realm);
}

static void
put_experimental(struct dia_writer *w, uint32_t code)
{
	dia_open(w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(EXPERIMENTAL_RESULT_CODE), code);
	dia_close(w);
}

static size_t
answer_cer(struct fake *f, const struct dia_msg *req, uint8_t *buf)
{
	struct dia_writer w;

	dia_answer_begin(&w, buf, CAP, req, 0);
	dia_put_u32(&w, BASE(RESULT_CODE),
	    f->fault == FAULT_CER_REFUSED ? DIA_NO_COMMON_APPLICATION
					  : DIA_SUCCESS);
	put_identity(&w);
	if (f->fault == FAULT_CER_RELAY)
		dia_put_u32(&w, BASE(AUTH_APPLICATION_ID), 0xffffffff);
	else
		put_application(
		    &w, f->fault == FAULT_CER_WITHOUT_CX ? CX_APP + 1 : CX_APP);
	return dia_end(&w);
}

static bool
strikes(struct fake *f, uint32_t code, enum fault fault)
{
	return f->fault == fault && f->at == code;
}

/* The head of a Cx answer; false: the whole answer is there already. */
static bool
begin(struct fake *f, const struct dia_msg *req, struct dia_writer *w,
    uint8_t *buf)
{
	uint32_t code = req->hdr.code;
	bool protocol = strikes(f, code, FAULT_PROTOCOL);

	dia_answer_begin(w, buf, CAP, req, protocol ? DIA_E : 0);
	put_application(w, CX_APP);
	dia_put_u32(w, BASE(AUTH_SESSION_STATE), 1);
	put_identity(w);
	if (strikes(f, code, FAULT_REFUSE))
		put_experimental(w, CX_USER_UNKNOWN);
	else if (protocol)
		dia_put_u32(w, BASE(RESULT_CODE), DIA_UNABLE_TO_DELIVER);
	if (strikes(f, code, FAULT_REFUSE))
		dia_put_str(w, BASE(ERROR_MESSAGE), "no such \033[31muser");
	return !strikes(f, code, FAULT_REFUSE) && !protocol &&
	       !strikes(f, code, FAULT_NO_RESULT);
}

static void
take_server_name(struct fake *f, const struct dia_msg *req)
{
	struct dia_avp avp;

	if (dia_find(req->avps, CX(SERVER_NAME)->code, CX_VENDOR, &avp))
		(void)snprintf(f->server_name, sizeof f->server_name, "%.*s",
		    (int)avp.data.len, (const char *)avp.data.p);
}

static uint32_t
number(const struct dia_msg *req, const struct dia_def *def)
{
	struct dia_avp avp;
	uint32_t value = 0;

	if (dia_find(req->avps, def->code, def->vendor, &avp))
		(void)dia_get_u32(&avp, &value);
	return value;
}

static void
fill_uaa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	const char *name = f->server_name;

	f->uars++;
	f->last_uat = number(req, CX(USER_AUTHORIZATION_TYPE));
	if (f->fault == FAULT_OTHER_SERVER && f->uars > 1)
		name = "sip:other.example.org";
	if (f->last_uat == UAT_DE_REGISTRATION)
		dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	else
		put_experimental(w, name[0] != '\0' ? CX_SUBSEQUENT_REGISTRATION
						    : CX_FIRST_REGISTRATION);
	if (name[0] != '\0') {
		dia_put_str(w, CX(SERVER_NAME), name);
		return;
	}
	dia_open(w, CX(SERVER_CAPABILITIES));
	dia_put_u32(w, CX(MANDATORY_CAPABILITY), 1);
	dia_put_u32(w, CX(OPTIONAL_CAPABILITY), 2);
	dia_close(w);
}

/* RAND || AUTS of a resynchronisation. */
static void
resync(struct fake *f, const struct dia_msg *req)
{
	struct dia_avp item, avp;
	uint64_t sqn_ms;

	if (f->fault == FAULT_NO_RESYNC ||
	    !dia_find(
		req->avps, CX(SIP_AUTH_DATA_ITEM)->code, CX_VENDOR, &item) ||
	    !dia_find(
		item.data, CX(SIP_AUTHORIZATION)->code, CX_VENDOR, &avp) ||
	    avp.data.len != AKA_RAND_LEN + AKA_AUTS_LEN)
		return;
	if (aka_resync(&sqn_ms, &f->key, avp.data.p,
		avp.data.p + AKA_RAND_LEN) == AKA_OK)
		f->sqn = (sqn_ms / 32 + 1) * 32;
	else
		f->crypto_failed = true;
}

static void
put_vector(struct fake *f, struct dia_writer *w, uint32_t n)
{
	static const uint8_t amf[2] = { 0x80, 0 };
	uint8_t rand[16] = { 0x23, 0x55 }, nonce[32];
	struct aka_vector v;

	rand[15] = (uint8_t)f->mars;
	rand[14] = (uint8_t)n;
	if (aka_vector(&v, &f->key, rand, f->sqn, amf) != AKA_OK)
		f->crypto_failed = true;
	f->sqn += 33; /* next SEQ, next IND */
	v.autn[15] ^= f->fault == FAULT_MAC;
	v.xres[0] ^= f->fault == FAULT_XRES;
	v.ck[0] ^= f->fault == FAULT_CK;
	v.ik[0] ^= f->fault == FAULT_IK;
	memcpy(nonce, v.rand, 16);
	memcpy(nonce + 16, v.autn, 16);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_u32(w, CX(SIP_ITEM_NUMBER), n);
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "Digest-AKAv1-MD5");
	dia_put(w, CX(SIP_AUTHENTICATE), nonce,
	    f->fault == FAULT_AUTHENTICATE_SHORT ? 31 : 32);
	dia_put(w, CX(SIP_AUTHORIZATION), v.xres, sizeof v.xres);
	dia_put(w, CX(CONFIDENTIALITY_KEY), v.ck, sizeof v.ck);
	dia_put(w, CX(INTEGRITY_KEY), v.ik, sizeof v.ik);
	dia_close(w);
}

static void
put_digest(struct fake *f, struct dia_writer *w)
{
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "SIP Digest");
	dia_open(w, CX(SIP_DIGEST_AUTHENTICATE));
	dia_put_str(w, CX(DIGEST_REALM), "ims.example.com");
	dia_put_str(w, CX(DIGEST_QOP), "auth");
	if (f->fault != FAULT_HA1)
		dia_put_str(w, CX(DIGEST_HA1), f->ha1);
	else
		dia_put_str(
		    w, CX(DIGEST_HA1), "00000000000000000000000000000000");
	dia_close(w);
	dia_close(w);
}

static void
put_nass(struct dia_writer *w)
{
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "NASS-Bundled");
	dia_put_str(w, CX(LINE_IDENTIFIER), "line 7");
	dia_close(w);
}

static void
fill_maa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	uint32_t items = number(req, CX(SIP_NUMBER_AUTH_ITEMS));

	f->mars++;
	take_server_name(f, req);
	resync(f, req);
	if (f->ha1 != NULL || f->nass)
		items = 1;
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS),
	    items + (f->fault == FAULT_ITEM_COUNT));
	for (uint32_t i = 1; i <= items && f->fault != FAULT_NO_ITEM; i++) {
		if (f->nass)
			put_nass(w);
		else if (f->ha1 != NULL)
			put_digest(f, w);
		else
			put_vector(f, w, i);
	}
}

static void
fill_saa(struct fake *f, const struct dia_msg *req, struct dia_writer *w)
{
	char xml[512];

	f->sars++;
	f->last_sat = number(req, CX(SERVER_ASSIGNMENT_TYPE));
	take_server_name(f, req);
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	if (number(req, CX(USER_DATA_ALREADY_AVAILABLE)) != 0 ||
	    f->fault == FAULT_NO_PROFILE)
		return;
	(void)snprintf(xml, sizeof xml,
	    "<IMSSubscription><ServiceProfile><PublicIdentity><Identity>%s"
	    "</Identity></PublicIdentity></ServiceProfile></IMSSubscription>",
	    f->fault == FAULT_FOREIGN_PROFILE ? "sip:mallory@example.org"
					      : f->impu);
	dia_put_str(w, CX(USER_DATA), xml);
}

static void
fill_lia(struct fake *f, struct dia_writer *w)
{
	f->lirs++;
	dia_put_u32(w, BASE(RESULT_CODE), DIA_SUCCESS);
	dia_put_str(w, CX(SERVER_NAME), "sip:scscf.example.org:6060");
}

static size_t
answer_cx(struct fake *f, const struct dia_msg *req, uint8_t *buf)
{
	struct dia_writer w;
	uint32_t code = req->hdr.code;

	if (!begin(f, req, &w, buf))
		return dia_end(&w);
	if (code == CX_UAR)
		fill_uaa(f, req, &w);
	else if (code == CX_MAR)
		fill_maa(f, req, &w);
	else if (code == CX_SAR)
		fill_saa(f, req, &w);
	else
		fill_lia(f, &w);
	if (strikes(f, code, FAULT_TWO_RESULTS)) {
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
		put_experimental(&w, CX_FIRST_REGISTRATION);
	}
	return dia_end(&w);
}

/* Requests of ours, each answered before the client's own is. */
static void
ask_client(struct fake *f, int fd)
{
	static const struct dia_header asked[] = {
		{ .code = DWR, .flags = DIA_R, .hbh = 7, .e2e = 7 },
		{ .code = CX_RTR,
		    .app = CX_APP,
		    .flags = DIA_R | DIA_P,
		    .hbh = 8,
		    .e2e = 8 },
		{ .code = 999,
		    .app = CX_APP,
		    .flags = DIA_R | DIA_P,
		    .hbh = 9,
		    .e2e = 9 },
	};
	uint8_t buf[CAP];

	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		struct dia_writer w;
		struct dia_msg msg;
		struct dia_fault fault;

		dia_begin(&w, buf, CAP, &asked[i]);
		put_identity(&w);
		transmit(fd, buf, dia_end(&w));

		size_t len = receive(fd, buf);

		if (!dia_parse(&msg, buf, len, &fault) ||
		    msg.hdr.hbh != asked[i].hbh || (msg.hdr.flags & DIA_R))
			return;

		uint32_t result = number(&msg, BASE(RESULT_CODE));

		f->dwas += msg.hdr.code == DWR && result == DIA_SUCCESS;
		f->rtas += msg.hdr.code == CX_RTR && result == DIA_SUCCESS;
		f->unsupported += result == DIA_COMMAND_UNSUPPORTED;
	}
}

static void
send_dpr(int fd)
{
	const struct dia_header hdr = { .code = DPR, .flags = DIA_R };
	struct dia_writer w;
	uint8_t buf[CAP];

	dia_begin(&w, buf, CAP, &hdr);
	put_identity(&w);
	dia_put_u32(&w, BASE(DISCONNECT_CAUSE), 0);
	transmit(fd, buf, dia_end(&w));
	(void)receive(fd, buf);
}

static void
send_slowly(int fd, const uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		transmit(fd, buf + i, 1);
}

static void
set_length(uint8_t *buf, size_t len)
{
	buf[1] = (uint8_t)(len >> 16);
	buf[2] = (uint8_t)(len >> 8);
	buf[3] = (uint8_t)len;
}

/* Sends the answer as the fault has it.  False: and nothing more. */
static bool
send_wrong(struct fake *f, int fd, uint8_t *buf, size_t len)
{
	switch (f->fault) {
	case FAULT_SILENT:
		return true;
	case FAULT_CLOSE:
		return false;
	case FAULT_CLOSE_WITHIN:
		transmit(fd, buf, len - 10);
		return false;
	case FAULT_DPR:
		send_dpr(fd);
		return false;
	case FAULT_WATCHDOG:
		ask_client(f, fd);
		break;
	case FAULT_OCTET_BY_OCTET:
		send_slowly(fd, buf, len);
		return true;
	case FAULT_LENGTH_TOO_SHORT:
		set_length(buf, DIA_HEADER_LEN - 4);
		break;
	case FAULT_LENGTH_ODD:
		set_length(buf, len + 1);
		break;
	case FAULT_LENGTH_TOO_LONG:
		set_length(buf, DIA_MESSAGE_MAX + 4);
		break;
	case FAULT_VERSION:
		buf[0] = 2;
		break;
	case FAULT_AVP_LENGTH:
		buf[DIA_HEADER_LEN + 7] = 7;
		break;
	case FAULT_COMMAND:
		buf[7] ^= 1;
		break;
	case FAULT_APPLICATION:
		buf[11] ^= 1;
		break;
	case FAULT_HOP_BY_HOP:
		buf[15] ^= 1;
		break;
	case FAULT_END_TO_END:
		buf[19] ^= 1;
		break;
	case FAULT_SESSION:
		buf[DIA_HEADER_LEN + DIA_AVP_LEN] ^= 1;
		break;
	default:
		break;
	}
	transmit(fd, buf, len);
	return true;
}

/* False: the connection ends here. */
static bool
serve(struct fake *f, int fd, const struct dia_msg *req)
{
	uint8_t buf[CAP];
	struct dia_writer w;

	if (req->hdr.code == CER) {
		if (f->fault != FAULT_CER_SILENT)
			transmit(fd, buf, answer_cer(f, req, buf));
		return true;
	}
	if (req->hdr.code == DPR) {
		f->dprs++;
		dia_answer_begin(&w, buf, CAP, req, 0);
		dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
		put_identity(&w);
		transmit(fd, buf, dia_end(&w));
		return false;
	}

	size_t len = answer_cx(f, req, buf);

	if (f->struck || f->at != req->hdr.code) {
		transmit(fd, buf, len);
		return true;
	}
	f->struck = true;
	return send_wrong(f, fd, buf, len);
}

static void *
work(void *arg)
{
	struct fake *f = arg;
	int fd = accept(f->listener, NULL, NULL);
	uint8_t buf[CAP];
	bool more = fd >= 0;
	int one = 1;

	if (fd >= 0)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	while (more) {
		struct dia_msg req;
		struct dia_fault fault;
		size_t len = receive(fd, buf);

		more = len > 0 && dia_parse(&req, buf, len, &fault) &&
		       serve(f, fd, &req);
	}
	if (fd >= 0)
		(void)close(fd);
	return NULL;
}

bool
fake_start(struct fake *f)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof sin;

	f->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (f->listener < 0)
		return false;
	if (bind(f->listener, (struct sockaddr *)&sin, sizeof sin) != 0 ||
	    listen(f->listener, 1) != 0 ||
	    getsockname(f->listener, (struct sockaddr *)&sin, &len) != 0 ||
	    pthread_create(&f->thread, NULL, work, f) != 0) {
		(void)close(f->listener);
		return false;
	}
	f->port = ntohs(sin.sin_port);
	return true;
}

void
fake_stop(struct fake *f)
{
	(void)shutdown(f->listener, SHUT_RDWR); /* ends accept(2) */
	(void)pthread_join(f->thread, NULL);
	(void)close(f->listener);
}
