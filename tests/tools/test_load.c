/*
 * A load: its histogram at the edges of the buckets, its mix and patterns, the
 * requests patched in place, what it counts.
 */
#include "tools/cxclient/load.h"

#include "cx/avps.h"
#include "tests/run.h"
#include "tools/cxclient/load_request.h"
#include "tools/cxclient/load_tally.h"

#include <string.h>

#define REALM "ims.example.org"

static struct load_hist hist;
static struct load_tally tally;

static void
reset(void)
{
	memset(&hist, 0, sizeof hist);
	memset(&tally, 0, sizeof tally);
}

START_TEST(small_values_are_exact)
{
	for (uint64_t ns = 0; ns < 256; ns++) {
		reset();
		load_hist_add(&hist, ns);
		load_hist_add(&hist, 1000000);
		ck_assert_uint_eq(load_hist_at(&hist, .5), ns);
	}
}
END_TEST

START_TEST(value_at_a_power_of_two_is_at_most_1_percent_off)
{
	for (unsigned bits = 8; bits < LOAD_HIST_BITS; bits++) {
		for (int off = -1; off <= 1; off++) {
			uint64_t ns = (UINT64_C(1) << bits) + (uint64_t)off;

			reset();
			load_hist_add(&hist, ns);
			load_hist_add(&hist, UINT64_C(1) << 50);

			uint64_t got = load_hist_at(&hist, .5);

			ck_assert_uint_ge(got, ns);
			ck_assert_uint_le(got, ns + ns / 100);
		}
	}
}
END_TEST

START_TEST(value_past_the_range_counts_as_its_largest)
{
	uint64_t limit = UINT64_C(1) << LOAD_HIST_BITS;

	load_hist_add(&hist, limit - 1);
	load_hist_add(&hist, limit);
	load_hist_add(&hist, UINT64_MAX);
	ck_assert_uint_eq(hist.count, 3);
	ck_assert_uint_eq(hist.buckets[LOAD_HIST_BUCKETS - 1], 3);
	ck_assert_uint_eq(hist.max_ns, UINT64_MAX);
	ck_assert_uint_eq(load_hist_at(&hist, .5), limit - 1);
}
END_TEST

START_TEST(percentiles_are_ranks)
{
	ck_assert_uint_eq(load_hist_at(&hist, .5), 0);
	for (uint64_t ns = 1; ns <= 100; ns++)
		load_hist_add(&hist, ns);
	ck_assert_uint_eq(load_hist_at(&hist, 0), 1);
	ck_assert_uint_eq(load_hist_at(&hist, .01), 1);
	ck_assert_uint_eq(load_hist_at(&hist, .5), 50);
	ck_assert_uint_eq(load_hist_at(&hist, .999), 100);
	ck_assert_uint_eq(load_hist_at(&hist, 1), 100);
}
END_TEST

START_TEST(merged_histogram_has_the_values_of_both)
{
	struct load_hist other = { 0 };

	load_hist_add(&hist, 10);
	load_hist_add(&other, 20);
	load_hist_merge(&hist, &other);
	ck_assert_uint_eq(hist.count, 2);
	ck_assert_uint_eq(hist.max_ns, 20);
	ck_assert_uint_eq(load_hist_at(&hist, .5), 10);
	ck_assert_uint_eq(load_hist_at(&hist, 1), 20);
}
END_TEST

START_TEST(mix_spreads_by_weight)
{
	unsigned n[LOAD_KINDS] = { 0 };
	struct load_mix mix;

	ck_assert(load_mix_read(&mix, "1:2:0:5"));
	for (unsigned i = 0; i < 80; i++)
		n[load_mix_next(&mix)]++;
	ck_assert_uint_eq(n[LOAD_UAR], 10);
	ck_assert_uint_eq(n[LOAD_MAR], 20);
	ck_assert_uint_eq(n[LOAD_SAR], 0);
	ck_assert_uint_eq(n[LOAD_LIR], 50);
}
END_TEST

START_TEST(mix_of_one_kind_has_no_other)
{
	struct load_mix mix;

	ck_assert(load_mix_read(&mix, "0:0:0:1000"));
	for (unsigned i = 0; i < 10; i++)
		ck_assert_int_eq(load_mix_next(&mix), LOAD_LIR);
}
END_TEST

START_TEST(random_numbers_are_below_the_count_and_cover_it)
{
	unsigned hits[10] = { 0 };
	uint64_t seed = 0, again = 0;

	for (int i = 0; i < 10000; i++) {
		uint32_t n = load_random(&seed, 10);

		ck_assert_uint_lt(n, 10);
		ck_assert_uint_eq(n, load_random(&again, 10));
		hits[n]++;
	}
	for (int i = 0; i < 10; i++) {
		ck_assert_uint_gt(hits[i], 800);
		ck_assert_uint_lt(hits[i], 1200);
	}
	ck_assert_uint_eq(load_random(&seed, 1), 0);
}
END_TEST

START_TEST(mix_that_is_none_is_refused)
{
	static const char *const wrong[] = { "", "1", "1:1:1", "1:1:1:1:1",
		"0:0:0:0", "1001:0:0:0", "-1:1:1:1", "1:1:1:", "1: 1:1:1",
		"1:1:1:1 ", "a:1:1:1", "99999999999999999999:1:1:1" };
	struct load_mix mix = { .weight = { 7 } };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!load_mix_read(&mix, wrong[i]), "%s", wrong[i]);
	ck_assert_uint_eq(mix.weight[0], 7);
}
END_TEST

START_TEST(pattern_has_one_number_of_fixed_width)
{
	struct load_pattern p;
	char out[32];

	ck_assert(load_pattern_read(&p, "00101%010u@r", out, sizeof out));
	ck_assert_str_eq(out, "001010000000000@r");
	ck_assert_uint_eq(p.offset, 5);
	ck_assert_uint_eq(p.width, 10);
	ck_assert(load_pattern_read(&p, "%01u", out, sizeof out));
	ck_assert_str_eq(out, "0");
	ck_assert(load_pattern_read(&p, "bob@r", out, sizeof out));
	ck_assert_str_eq(out, "bob@r");
	ck_assert_uint_eq(p.width, 0);
}
END_TEST

START_TEST(pattern_that_is_none_is_refused)
{
	static const char *const wrong[] = { "%", "%%", "%u", "%0u", "%5u",
		"%00u", "%011u", "%05d", "%05", "%s", "%n", "%05u%05u", "%05u%",
		"%0-5u" };
	struct load_pattern p;
	char out[32];

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!load_pattern_read(&p, wrong[i], out, sizeof out),
		    "%s", wrong[i]);
}
END_TEST

START_TEST(pattern_needs_room_for_its_nul)
{
	struct load_pattern p;
	char out[8];

	ck_assert(load_pattern_read(&p, "a%05ub", out, 8));
	ck_assert_str_eq(out, "a00000b");
	ck_assert(!load_pattern_read(&p, "a%05ub", out, 7));
	ck_assert(load_pattern_read(&p, "abcdefg", out, 8));
	ck_assert(!load_pattern_read(&p, "abcdefgh", out, 8));
}
END_TEST

START_TEST(number_fits_its_digits_and_no_more)
{
	struct load_pattern p = { .width = 3 };

	ck_assert(load_pattern_fits(&p, 999));
	ck_assert(!load_pattern_fits(&p, 1000));
	p.width = LOAD_DIGITS_MAX;
	ck_assert(load_pattern_fits(&p, UINT32_MAX));
}
END_TEST

/* The texts of a patched request. */
static void
assert_patched(const struct load_request *r, const char *impi, const char *impu)
{
	const char *session_end = ";0000000042";
	struct dia_fault fault;
	struct dia_msg msg;
	struct dia_avp avp;

	ck_assert(dia_parse(&msg, r->octets, r->len, &fault));
	ck_assert_uint_eq(msg.hdr.hbh, 0x01020304);
	ck_assert_uint_eq(msg.hdr.e2e, 0xfffefdfc);
	ck_assert(dia_find(msg.avps, BASE(SESSION_ID)->code, 0, &avp));
	ck_assert_mem_eq(avp.data.p + avp.data.len - strlen(session_end),
	    session_end, strlen(session_end));
	if (impi != NULL) {
		ck_assert(dia_find(msg.avps, BASE(USER_NAME)->code, 0, &avp));
		ck_assert(dia_slice_eq(avp.data, impi));
	}
	ck_assert(dia_find(msg.avps, CX(PUBLIC_IDENTITY)->code,
	    CX(PUBLIC_IDENTITY)->vendor, &avp));
	ck_assert(dia_slice_eq(avp.data, impu));
}

static struct load_about
about(const char *impi, const char *impu)
{
	return (struct load_about){
		.from = { { "client." REALM, REALM }, REALM, NULL, impi, impu,
		    "sip:scscf." REALM },
		.uar = { .visited = REALM },
		.mar = { .scheme = "Digest-AKAv1-MD5", .items = 1 },
		.sar = { .type = SAT_RE_REGISTRATION },
	};
}

static void
patch(struct load_request *r, uint32_t hbh, uint32_t e2e, uint32_t number,
    uint64_t user)
{
	const struct load_ask ask = { .user = user, .type = 5, .name = 2 };

	load_request_patch(r, hbh, e2e, number, &ask);
}

START_TEST(every_request_is_patched_in_place)
{
	const struct load_about a = about("u%05u@" REALM, "sip:u%05u@" REALM);
	struct load_request r;

	for (int kind = 0; kind < LOAD_KINDS; kind++) {
		const char *impi = kind == LOAD_LIR ? NULL : "u00123@" REALM;

		ck_assert(load_request_make(&r, (enum load_kind)kind, &a));
		patch(&r, 9, 9, 4294967295, 99999);
		patch(&r, 0x01020304, 0xfffefdfc, 42, 123);
		assert_patched(&r, impi, "sip:u00123@" REALM);
	}
}
END_TEST

START_TEST(one_user_stays_as_given)
{
	const struct load_about a = about("bob@" REALM, "tel:+15550001");
	struct load_request r;

	ck_assert(load_request_make(&r, LOAD_MAR, &a));
	patch(&r, 0x01020304, 0xfffefdfc, 42, 123);
	assert_patched(&r, "bob@" REALM, "tel:+15550001");
}
END_TEST

START_TEST(request_that_does_not_fit_is_refused)
{
	char host[LOAD_REQUEST_CAP + 1];
	struct load_about a = about("bob@" REALM, "tel:+15550001");
	struct load_request r;

	memset(host, 'h', sizeof host);
	host[sizeof host - 1] = '\0';
	a.from.host = host;
	ck_assert(!load_request_make(&r, LOAD_UAR, &a));
	a = about("%s", "tel:+15550001");
	ck_assert(!load_request_make(&r, LOAD_UAR, &a));
}
END_TEST

/* An answer with this result, or without any. */
static void
count(uint32_t result, uint32_t experimental)
{
	static const struct dia_header hdr = { .code = 303 };
	uint8_t buf[256];
	struct dia_fault fault;
	struct dia_writer w;
	struct dia_msg msg;

	dia_begin(&w, buf, sizeof buf, &hdr);
	if (result != 0)
		dia_put_u32(&w, BASE(RESULT_CODE), result);
	if (experimental != 0) {
		dia_open(&w, BASE(EXPERIMENTAL_RESULT));
		dia_put_u32(&w, BASE(VENDOR_ID), 10415);
		dia_put_u32(&w, BASE(EXPERIMENTAL_RESULT_CODE), experimental);
		dia_close(&w);
	}

	size_t len = dia_end(&w);

	ck_assert_uint_gt(len, 0);
	ck_assert(dia_parse(&msg, buf, len, &fault));
	load_tally_answer(&tally, LOAD_MAR, &msg, 1000);
}

START_TEST(results_are_counted_by_code)
{
	const struct load_count *c = &tally.kind[LOAD_MAR];

	count(2001, 0);
	count(2001, 0);
	count(0, 2001);
	count(0, 5001);
	count(0, 0);
	ck_assert_uint_eq(c->ncodes, 3);
	ck_assert_uint_eq(c->codes[0].count, 2);
	ck_assert(c->codes[1].experimental);
	ck_assert_uint_eq(c->codes[2].code, 5001);
	ck_assert_uint_eq(c->malformed, 1);
	ck_assert_uint_eq(c->hist.count, 5);
	ck_assert_uint_eq(tally.total, 5);
	ck_assert_uint_eq(load_tally_failed(&tally), 2);
}
END_TEST

START_TEST(codes_past_the_limit_are_others)
{
	const struct load_count *c = &tally.kind[LOAD_MAR];

	for (uint32_t i = 0; i <= LOAD_CODES_MAX; i++)
		count(5001 + i, 0);
	ck_assert_uint_eq(c->ncodes, LOAD_CODES_MAX);
	ck_assert_uint_eq(c->others, 1);
	ck_assert_uint_eq(load_tally_failed(&tally), LOAD_CODES_MAX + 1);
}
END_TEST

int
main(void)
{
	return RUN("load", reset, NULL, small_values_are_exact,
	    value_at_a_power_of_two_is_at_most_1_percent_off,
	    value_past_the_range_counts_as_its_largest, percentiles_are_ranks,
	    merged_histogram_has_the_values_of_both, mix_spreads_by_weight,
	    mix_of_one_kind_has_no_other, mix_that_is_none_is_refused,
	    random_numbers_are_below_the_count_and_cover_it,
	    pattern_has_one_number_of_fixed_width,
	    pattern_that_is_none_is_refused, pattern_needs_room_for_its_nul,
	    number_fits_its_digits_and_no_more,
	    every_request_is_patched_in_place, one_user_stays_as_given,
	    request_that_does_not_fit_is_refused, results_are_counted_by_code,
	    codes_past_the_limit_are_others);
}
