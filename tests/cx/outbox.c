#include "tests/cx/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx/local.h"

enum { OUTBOX_MAX = 64 };

struct kept {
	struct dia_out_request out;
	char host[256];
	uint8_t *octets;
	size_t len;
};

static struct {
	struct kept list[OUTBOX_MAX];
	unsigned n;
	enum dia_sent sent;
	uint8_t buf[DIA_MESSAGE_MAX], answer[DIA_MESSAGE_MAX];
	struct dia_writer w;
} outbox;

struct told told;

void
tell(void *arg, bool ok, uint32_t result, const char *what)
{
	ck_assert_ptr_eq(arg, &told);
	told.n++;
	told.ok = ok;
	told.result = result;
	snprintf(told.what, sizeof told.what, "%s", what);
}

static enum dia_sent
keep(struct dia_node *node, const struct dia_out_request *out)
{
	const struct dia_header hdr = {
		.flags = DIA_R | DIA_P, .code = out->code, .app = out->app
	};
	struct kept *k = &outbox.list[outbox.n];

	ck_assert_ptr_eq(node, &outbox);
	if (outbox.sent != DIA_SENT)
		return outbox.sent;
	ck_assert_uint_lt(outbox.n, OUTBOX_MAX);
	ck_assert_uint_eq(out->app, CX_APP);
	ck_assert_uint_eq(out->timeout_ms, CX_TIMEOUT_MS);
	dia_begin(&outbox.w, outbox.buf, sizeof outbox.buf, &hdr);
	dia_put_str(&outbox.w, BASE(SESSION_ID), "hss.ims.example;1;2");
	out->fill(out->arg, &outbox.w);
	k->len = dia_end(&outbox.w);
	ck_assert_uint_gt(k->len, 0);
	k->octets = malloc(k->len);
	ck_assert_ptr_nonnull(k->octets);
	memcpy(k->octets, outbox.buf, k->len);
	k->out = *out;
	snprintf(k->host, sizeof k->host, "%s", out->dest_host);
	outbox.n++;
	return DIA_SENT;
}

void
outbox_open(void)
{
	fx_open();
	memset(&outbox, 0, sizeof outbox);
	memset(&told, 0, sizeof told);
	cx_attach(fx_cx(), (struct dia_node *)&outbox);
	fx_cx()->send = keep;
}

void
outbox_close(void)
{
	ck_assert_uint_eq(outbox.n, 0);
	fx_close();
}

unsigned
outbox_count(void)
{
	return outbox.n;
}

void
outbox_refuse(enum dia_sent sent)
{
	outbox.sent = sent;
}

void
outbox_show(uint32_t code, const char *host)
{
	ck_assert_uint_gt(outbox.n, 0);

	const struct kept *k = &outbox.list[0];

	ck_assert_uint_eq(k->out.code, code);
	ck_assert_str_eq(k->host, host);
	fx_look(k->octets, k->len);
	expect_text(BASE(DESTINATION_HOST), host);
	expect_text(BASE(DESTINATION_REALM), REALM);
	expect_text(BASE(ORIGIN_HOST), "hss.ims.example");
	expect_text(BASE(ORIGIN_REALM), REALM);
	ck_assert_uint_eq(count(BASE(VENDOR_SPECIFIC_APPLICATION_ID)), 1);
	ck_assert_uint_eq(count(BASE(AUTH_SESSION_STATE)), 1);
	ck_assert_uint_eq(count(BASE(USER_NAME)), 1);
}

static void
end(const struct dia_msg *ans, enum dia_outcome outcome)
{
	ck_assert_uint_gt(outbox.n, 0);

	struct kept k = outbox.list[0];

	outbox.n--;
	memmove(outbox.list, outbox.list + 1, outbox.n * sizeof k);
	k.out.answer(k.out.arg, ans, outcome);
	free(k.octets);
}

void
outbox_end(enum dia_outcome outcome)
{
	end(NULL, outcome);
}

struct dia_writer *
outbox_begin(void)
{
	struct dia_header hdr = { .flags = DIA_P, .app = CX_APP };

	ck_assert_uint_gt(outbox.n, 0);
	hdr.code = outbox.list[0].out.code;
	dia_begin(&outbox.w, outbox.answer, sizeof outbox.answer, &hdr);
	dia_put_str(&outbox.w, BASE(SESSION_ID), "hss.ims.example;1;2");
	return &outbox.w;
}

void
outbox_finish(void)
{
	size_t len = dia_end(&outbox.w);
	struct dia_fault fault;
	struct dia_msg ans;

	ck_assert_uint_gt(len, 0);
	ck_assert(dia_parse(&ans, outbox.answer, len, &fault));
	end(&ans, DIA_ANSWERED);
}

void
outbox_answer(uint32_t result)
{
	dia_put_u32(outbox_begin(), BASE(RESULT_CODE), result);
	outbox_finish();
}

void
outbox_experimental(uint32_t result)
{
	struct dia_writer *w = outbox_begin();

	dia_open(w, BASE(EXPERIMENTAL_RESULT));
	dia_put_u32(w, BASE(VENDOR_ID), CX_VENDOR);
	dia_put_u32(w, BASE(EXPERIMENTAL_RESULT_CODE), result);
	dia_close(w);
	outbox_finish();
}
