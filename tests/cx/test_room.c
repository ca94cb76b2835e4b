/*
 * An answer that would be longer than a message (65536 octets here) is 5012,
 * and then nothing has changed: Proxy-Info and long identities of a request
 * come back with it.
 */
#include "tests/cx/fixture.h"
#include "tests/run.h"

#include <string.h>

#include "store/store.h"

static char state[60001];

static void
put_proxy(struct dia_writer *w, size_t len)
{
	memset(state, 's', sizeof state - 1);
	dia_open(w, BASE(PROXY_INFO));
	dia_put_str(w, BASE(PROXY_HOST), "p.ims.example");
	dia_put(w, BASE(PROXY_STATE), state, len);
	dia_close(w);
}

/* What cx_request() alone writes, without what the node adds behind. */
static bool
answer_is_refused(void)
{
	static uint8_t octets[DIA_MESSAGE_MAX];
	struct dia_slice rq = fx_request();
	struct dia_fault fault;
	struct dia_msg req;
	struct dia_writer w;
	struct dia_avp avp;
	uint32_t result;

	ck_assert(dia_parse(&req, rq.p, rq.len, &fault));
	dia_answer_begin(&w, octets, sizeof octets, &req, 0);
	cx_request(fx_cx(), &req, &w);

	struct dia_slice avps = { octets + DIA_HEADER_LEN,
		w.len - DIA_HEADER_LEN };

	ck_assert(!w.failed);
	ck_assert(dia_find(avps, BASE(RESULT_CODE)->code, 0, &avp));
	ck_assert(dia_get_u32(&avp, &result));
	ck_assert(result == DIA_SUCCESS || result == DIA_UNABLE_TO_COMPLY);
	/* a success has to fit, whole */
	ck_assert(result != DIA_SUCCESS || dia_answer_end(&w, &req) > 0);
	return result != DIA_SUCCESS;
}

static struct dia_writer *
begin_sar(void)
{
	struct dia_writer *w = fx_begin(CX_SAR, SCSCF_HOST);

	dia_put_str(w, BASE(USER_NAME), BOB);
	dia_put_str(w, CX(PUBLIC_IDENTITY), BOB_SIP);
	dia_put_str(w, CX(SERVER_NAME), SCSCF);
	dia_put_u32(w, CX(SERVER_ASSIGNMENT_TYPE), SAT_REGISTRATION);
	dia_put_u32(w, CX(USER_DATA_ALREADY_AVAILABLE), 0);
	return w;
}

static bool
is_registered(void)
{
	struct store_reg reg;

	store_get_reg(store_find_impi(fx_store(), BOB, strlen(BOB))->sub, &reg);
	return reg.sets[0].registered != 0 || reg.scscf.name != NULL;
}

/* One proxy after another, each with this much; the last one with more. */
static bool
refused_with(size_t last)
{
	struct dia_writer *w = begin_sar();

	put_proxy(w, 60000);
	put_proxy(w, last);
	return answer_is_refused();
}

START_TEST(registration_whose_answer_is_too_long_changes_nothing)
{
	size_t fits = 0, refused = 5000;

	/* the request is the longest there may be, or nearly */
	ck_assert(!refused_with(fits));
	ck_assert(is_registered());
	sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
	ck_assert(refused_with(refused));
	ck_assert(!is_registered());
	while (refused - fits > 1) { /* to the octet */
		size_t mid = (fits + refused) / 2;

		if (refused_with(mid)) {
			ck_assert(!is_registered());
			refused = mid;
			continue;
		}
		ck_assert(is_registered());
		sar(BOB, BOB_SIP, SAT_USER_DEREGISTRATION);
		fits = mid;
	}
}
END_TEST

START_TEST(authentication_whose_answer_is_too_long_changes_nothing)
{
	const struct store_impi *alice =
	    store_find_impi(fx_store(), ALICE, strlen(ALICE));
	unsigned nrefused = 0;

	for (size_t more = 3800; more < 4900; more += 4) {
		struct dia_writer *w = fx_begin(CX_MAR, SCSCF_HOST);
		uint64_t seq = alice->seq;

		dia_put_str(w, BASE(USER_NAME), ALICE);
		dia_put_str(w, CX(PUBLIC_IDENTITY), ALICE_SIP);
		dia_open(w, CX(SIP_AUTH_DATA_ITEM));
		dia_put_str(w, CX(SIP_AUTHENTICATION_SCHEME), "unknown");
		dia_close(w);
		dia_put_u32(w, CX(SIP_NUMBER_AUTH_ITEMS), 5);
		dia_put_str(w, CX(SERVER_NAME), SCSCF);
		put_proxy(w, 60000);
		put_proxy(w, more);
		if (!answer_is_refused())
			continue;
		ck_assert_uint_eq(alice->seq, seq);
		nrefused++;
	}
	ck_assert_uint_gt(nrefused, 10);
	ck_assert_uint_lt(nrefused, 265);
}
END_TEST

int
main(void)
{
	return RUN("cx/room", fx_open, fx_close,
	    registration_whose_answer_is_too_long_changes_nothing,
	    authentication_whose_answer_is_too_long_changes_nothing);
}
