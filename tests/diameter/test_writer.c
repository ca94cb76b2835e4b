/*
 * The writer: octets laid out as RFC 6733 says, every vector written again
 * from what was read, every capacity from none to exactly enough.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct octets o;
static uint8_t buf[1024];
static struct dia_writer w;
static const struct dia_header header = { .flags = DIA_R | DIA_P,
	.code = 303,
	.app = 16777216,
	.hbh = 0x11223344,
	.e2e = 0x55667788 };

static void
setup(void)
{
	o.len = 0;
	memset(buf, 0xaa, sizeof buf);
	dia_begin(&w, buf, sizeof buf, &header);
}

/* What was written after the header is this. */
static void
avps_are(const char *hex)
{
	o.len = 0;
	add_hex(&o, hex);

	size_t len = dia_end(&w);

	ck_assert_uint_eq(len, DIA_HEADER_LEN + o.len);
	ck_assert_mem_eq(buf + DIA_HEADER_LEN, o.b, o.len);
}

START_TEST(header_is_laid_out)
{
	ck_assert_uint_eq(dia_end(&w), DIA_HEADER_LEN);
	add_hex(&o, "01000014c000012f010000001122334455667788");
	ck_assert_mem_eq(buf, o.b, DIA_HEADER_LEN);
}
END_TEST

START_TEST(value_is_padded_with_zeroes_not_counted)
{
	dia_put_str(&w, BASE(USER_NAME), "alice");
	avps_are("000000014000000d616c696365000000");
}
END_TEST

START_TEST(vendor_follows_the_v_flag)
{
	dia_put_str(&w, CX(PUBLIC_IDENTITY), "s");
	avps_are("00000259c000000d000028af73000000");
}
END_TEST

START_TEST(dictionary_flags_never_leave)
{
	dia_put(&w, CX(CONFIDENTIALITY_KEY), "k", 1);
	avps_are("00000271c000000d000028af6b000000");
}
END_TEST

START_TEST(numbers_are_big_endian)
{
	dia_put_u32(&w, BASE(RESULT_CODE), 0x89abcdef);
	dia_put_u64(&w, CX(FRAMED_INTERFACE_ID), 0x0123456789abcdef);
	avps_are("0000010c4000000c89abcdef"
		 "00000060400000100123456789abcdef");
}
END_TEST

START_TEST(empty_value_is_a_header)
{
	dia_put(&w, BASE(CLASS), NULL, 0);
	dia_put_slice(&w, BASE(CLASS), (struct dia_slice){ NULL, 0 });
	avps_are("00000019400000080000001940000008");
}
END_TEST

START_TEST(addresses_carry_their_family)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	memcpy(&ss, &sin, sizeof sin);
	dia_put_addr(&w, BASE(HOST_IP_ADDRESS), &ss);
	memcpy(&ss, &sin6, sizeof sin6);
	dia_put_addr(&w, BASE(HOST_IP_ADDRESS), &ss);
	avps_are("000001014000000e00017f0000010000"
		 "000001014000001a000200000000000000000000000000000001"
		 "0000");
}
END_TEST

START_TEST(address_of_another_family_fails_the_message)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };

	dia_put_addr(&w, BASE(HOST_IP_ADDRESS), &ss);
	ck_assert_uint_eq(dia_end(&w), 0);
}
END_TEST

START_TEST(group_length_covers_padded_members)
{
	dia_open(&w, BASE(PROXY_INFO));
	dia_put_str(&w, BASE(PROXY_HOST), "p");
	dia_close(&w);
	avps_are("0000011c40000014"
		 "000001184000000970000000");
}
END_TEST

START_TEST(copied_avp_is_padded)
{
	static const uint8_t avp[] = { 0, 0, 0, 1, 0x40, 0, 0, 9, 'x' };

	dia_put_copy(&w, (struct dia_slice){ avp, sizeof avp });
	avps_are("000000014000000978000000");
}
END_TEST

START_TEST(trimmed_value_leaves_zero_padding)
{
	for (size_t len = 0; len <= 8; len++) {
		dia_begin(&w, buf, sizeof buf, &header);

		uint8_t *p = dia_put_room(&w, BASE(CLASS), 8);

		ck_assert_ptr_nonnull(p);
		memset(p, 0xff, 8);
		dia_trim(&w, BASE(CLASS), p, len);
		o.len = 0;
		add_avp(
		    &o, 25, 0, DIA_M, "\xff\xff\xff\xff\xff\xff\xff\xff", len);
		ck_assert_uint_eq(dia_end(&w), DIA_HEADER_LEN + o.len);
		ck_assert_mem_eq(buf + DIA_HEADER_LEN, o.b, o.len);
	}
}
END_TEST

START_TEST(room_is_what_fits_and_no_more)
{
	for (size_t cap = 0; cap <= 64; cap++) {
		uint8_t *p = malloc(cap);

		dia_begin(&w, p, cap, &header);

		size_t room = dia_room(&w, BASE(CLASS));

		if (room > 0) {
			ck_assert_ptr_nonnull(
			    dia_put_room(&w, BASE(CLASS), room));
			ck_assert_uint_gt(dia_end(&w), cap - 4);
		}
		dia_begin(&w, p, cap, &header);
		ck_assert_ptr_null(dia_put_room(&w, BASE(CLASS), room + 1));
		ck_assert_uint_eq(dia_end(&w), 0);
		ck_assert_uint_eq(dia_room(&w, BASE(CLASS)), 0);
		free(p);
	}
}
END_TEST

START_TEST(value_longer_than_an_avp_fails)
{
	ck_assert_ptr_null(dia_put_room(&w, BASE(CLASS), 0xffffff - 7));
	ck_assert_uint_eq(dia_end(&w), 0);
	dia_begin(&w, buf, sizeof buf, &header);
	ck_assert_ptr_null(dia_put_room(&w, BASE(CLASS), SIZE_MAX));
	ck_assert_uint_eq(dia_end(&w), 0);
}
END_TEST

static size_t
nested(unsigned depth)
{
	dia_begin(&w, buf, sizeof buf, &header);
	for (unsigned i = 0; i < depth; i++)
		dia_open(&w, BASE(FAILED_AVP));
	for (unsigned i = 0; i < depth; i++)
		dia_close(&w);
	return dia_end(&w);
}

START_TEST(groups_nest_to_the_limit_and_no_deeper)
{
	ck_assert_uint_eq(
	    nested(DIA_DEPTH_MAX), DIA_HEADER_LEN + 8 * DIA_DEPTH_MAX);
	ck_assert_uint_eq(nested(DIA_DEPTH_MAX + 1), 0);
}
END_TEST

START_TEST(open_group_fails_the_message)
{
	dia_open(&w, BASE(FAILED_AVP));
	ck_assert_uint_eq(dia_end(&w), 0);
}
END_TEST

START_TEST(closing_nothing_fails_the_message)
{
	dia_close(&w);
	ck_assert_uint_eq(dia_end(&w), 0);
}
END_TEST

START_TEST(failure_is_sticky)
{
	dia_begin(&w, buf, 32, &header);
	dia_put_str(&w, BASE(USER_NAME), "too long for it");
	dia_put_u32(&w, BASE(RESULT_CODE), 2001);
	ck_assert_uint_eq(dia_end(&w), 0);
}
END_TEST

/* --- Vectors --- */

/* Writes again what is read. */
static void
rewrite(struct dia_writer *out, struct dia_reader *r)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(&cx_dict, avp.code, avp.vendor);
		struct dia_reader inner;

		if (def == NULL) {
			dia_put_copy(out, avp.octets);
		} else if (def->type == DIA_GROUPED) {
			ck_assert(dia_enter(r, &avp, &inner));
			dia_open(out, def);
			rewrite(out, &inner);
			dia_close(out);
		} else {
			dia_put_slice(out, def, avp.data);
		}
	}
}

static void
write_vector(unsigned i)
{
	size_t len;
	uint8_t *p = vector_octets(i, &len);
	struct dia_msg msg;
	struct dia_fault fault;
	struct dia_reader r;

	ck_assert(dia_parse(&msg, p, len, &fault));
	for (size_t cap = 0; cap <= len; cap++) {
		uint8_t *q = malloc(cap);

		dia_begin(&w, q, cap, &msg.hdr);
		dia_read(&r, msg.avps);
		rewrite(&w, &r);
		ck_assert_uint_eq(dia_end(&w), cap == len ? len : 0);
		if (cap == len)
			ck_assert_mem_eq(q, p, len);
		free(q);
	}
	free(p);
}

START_TEST(vector_is_written_as_read_and_at_no_smaller_capacity)
{
	write_vector((unsigned)_i);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("writer");
	TCase *t = tcase_create("writer");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, header_is_laid_out);
	tcase_add_test(t, value_is_padded_with_zeroes_not_counted);
	tcase_add_test(t, vendor_follows_the_v_flag);
	tcase_add_test(t, dictionary_flags_never_leave);
	tcase_add_test(t, numbers_are_big_endian);
	tcase_add_test(t, empty_value_is_a_header);
	tcase_add_test(t, addresses_carry_their_family);
	tcase_add_test(t, address_of_another_family_fails_the_message);
	tcase_add_test(t, group_length_covers_padded_members);
	tcase_add_test(t, copied_avp_is_padded);
	tcase_add_test(t, trimmed_value_leaves_zero_padding);
	tcase_add_test(t, room_is_what_fits_and_no_more);
	tcase_add_test(t, value_longer_than_an_avp_fails);
	tcase_add_test(t, groups_nest_to_the_limit_and_no_deeper);
	tcase_add_test(t, open_group_fails_the_message);
	tcase_add_test(t, closing_nothing_fails_the_message);
	tcase_add_test(t, failure_is_sticky);
	tcase_add_loop_test(t,
	    vector_is_written_as_read_and_at_no_smaller_capacity, 0, NVECTORS);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
