/*
 * The mutator of messages, run by hand: libFuzzer's own mutation is one that
 * changes nothing.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cx/avps.h"
#include "tests/fuzz/fuzz.h"
#include "tests/run.h"

enum { CAP = 4096, RUNS = 4000 };

static size_t prefix_len;

size_t
fuzz_prefix(const uint8_t *input, size_t len)
{
	(void)input;
	return prefix_len < len ? prefix_len : len;
}

size_t
LLVMFuzzerMutate(uint8_t *input, size_t len, size_t max)
{
	(void)input;
	return len < max ? len : max;
}

static size_t
message(uint8_t *buf)
{
	const struct dia_header hdr = { .flags = DIA_R, .code = CX_UAR };
	struct dia_writer w;

	dia_begin(&w, buf, CAP, &hdr);
	dia_put_str(&w, BASE(SESSION_ID), "a;1;2");
	dia_open(&w, CX(SIP_AUTH_DATA_ITEM));
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "proxy");
	dia_close(&w);
	dia_put_u32(&w, CX(SIP_ITEM_NUMBER), 1);
	dia_close(&w);
	dia_put_str(&w, BASE(ORIGIN_HOST), "host");
	return dia_end(&w);
}

static bool
whole_list(struct dia_reader *r)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(&cx_dict, avp.code, avp.vendor);
		struct dia_reader inner;

		if (def == NULL || def->type != DIA_GROUPED)
			continue;
		if (!dia_enter(r, &avp, &inner) || !whole_list(&inner))
			return false;
	}
	return r->fault.result == 0;
}

/* Are these whole messages, in groups too? */
static bool
whole(const uint8_t *p, size_t len)
{
	size_t msglen;

	while (dia_frame(p, len, SIZE_MAX, &msglen) == DIA_FRAME_OK) {
		struct dia_reader r;

		dia_read(&r, (struct dia_slice){
				 p + DIA_HEADER_LEN, msglen - DIA_HEADER_LEN });
		if (!whole_list(&r))
			return false;
		p += msglen;
		len -= msglen;
	}
	return len == 0;
}

/* How many of the mutations that change a message leave it whole. */
static void
mutate_many(size_t max, unsigned *changed, unsigned *kept)
{
	uint8_t original[CAP], *input = malloc(max);
	size_t len = message(original);

	ck_assert_ptr_nonnull(input);
	*changed = *kept = 0;
	for (unsigned seed = 0; seed < RUNS; seed++) {
		memcpy(input, original, len);

		size_t n = LLVMFuzzerCustomMutator(input, len, max, seed);

		ck_assert_uint_le(n, max);
		if (n == len && memcmp(input, original, len) == 0)
			continue;
		++*changed;
		*kept += whole(input, n);
	}
	free(input);
}

START_TEST(half_of_the_mutations_keep_all_lengths)
{
	unsigned changed, kept;

	mutate_many(CAP, &changed, &kept);
	ck_assert_uint_gt(changed, RUNS / 2);
	ck_assert_uint_gt(kept, changed / 2);
	ck_assert_uint_lt(kept, changed);
}
END_TEST

START_TEST(mutations_stay_within_what_there_is_room_for)
{
	uint8_t buf[CAP];
	size_t len = message(buf);
	unsigned changed, kept;

	for (size_t more = 0; more <= 16; more += 4)
		mutate_many(len + more, &changed, &kept);
	ck_assert_uint_gt(changed, 0);
}
END_TEST

START_TEST(mutations_of_any_few_octets_are_taken)
{
	for (size_t len = 0; len <= 64; len++) {
		uint8_t buf[64 + CAP], input[CAP];

		message(buf);
		for (unsigned seed = 0; seed < 200; seed++) {
			prefix_len = seed % 8;
			memcpy(input, buf, len);
			ck_assert_uint_le(LLVMFuzzerCustomMutator(
					      input, len, sizeof input, seed),
			    sizeof input);
		}
	}
	prefix_len = 0;
}
END_TEST

int
main(void)
{
	return RUN("mutate", NULL, NULL, half_of_the_mutations_keep_all_lengths,
	    mutations_stay_within_what_there_is_room_for,
	    mutations_of_any_few_octets_are_taken);
}
