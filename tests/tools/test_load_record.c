/*
 * Which request of a load comes next, and the record of what was promised.
 */
#include "tools/cxclient/load.h"

#include "cx/avps.h"
#include "cx/cx.h"
#include "tests/run.h"
#include "tools/cxclient/load_record.h"
#include "tools/cxclient/load_request.h"

#include <string.h>

#define REALM "ims.example.org"

enum { LANES = 4, USERS = 10, DRAWS = 1000 };

static const struct milenage_key key = { { 1 }, { 2 } };

static struct load_draw
make_draw(uint32_t seed)
{
	return (struct load_draw){
		.mix = { .weight = { 1, 1, 1, 1 } },
		.types = { 1, 5 },
		.ntypes = 2,
		.names = 3,
		.first = 7,
		.count = USERS,
		.lanes = LANES,
		.random = seed != 0,
		.seed = seed,
	};
}

START_TEST(types_are_names_or_numbers)
{
	struct load_draw draw;

	ck_assert(load_types_read(&draw, "registration,5,RE_REGISTRATION"));
	ck_assert_uint_eq(draw.ntypes, 3);
	ck_assert_uint_eq(draw.types[0], SAT_REGISTRATION);
	ck_assert_uint_eq(draw.types[1], SAT_USER_DEREGISTRATION);
	ck_assert_uint_eq(draw.types[2], SAT_RE_REGISTRATION);
}
END_TEST

START_TEST(types_have_a_limit)
{
	struct load_draw draw = { .ntypes = 9 };

	ck_assert(load_types_read(&draw, "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"));
	ck_assert_uint_eq(draw.ntypes, LOAD_TYPES_MAX);
	draw.ntypes = 9;
	ck_assert(!load_types_read(&draw, "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"));
	ck_assert_uint_eq(draw.ntypes, 9);
}
END_TEST

START_TEST(types_that_are_none_are_refused)
{
	static const char *const wrong[] = { "", ",", "1,", ",1", "12", "1 ,2",
		"nonsense", "registration;5" };
	struct load_draw draw;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(
		    !load_types_read(&draw, wrong[i]), "%s", wrong[i]);
}
END_TEST

/* Every user is drawn, each by one connection alone, all types and names. */
static void
assert_drawn(struct load_draw draw)
{
	unsigned users[USERS] = { 0 }, types = 0, names = 0, all = 0;

	for (unsigned lane = 0; lane < LANES; lane++) {
		uint32_t turn = 0;

		for (unsigned i = 0; i < DRAWS; i++) {
			struct load_ask ask =
			    load_draw_next(&draw, lane, &turn);

			ck_assert_uint_ge(ask.user, 7);
			ck_assert_uint_lt(ask.user, 7 + USERS);
			ck_assert_uint_eq((ask.user - 7) % LANES, lane);
			users[ask.user - 7]++;
			types |= 1u << ask.type;
			names |= 1u << ask.name;
		}
	}
	for (unsigned i = 0; i < USERS; i++)
		all += users[i] > 0;
	ck_assert_uint_eq(all, USERS);
	ck_assert_uint_eq(types, 1u << 1 | 1u << 5);
	ck_assert_uint_eq(names, 1u << 1 | 1u << 2 | 1u << 3);
}

START_TEST(user_has_one_connection)
{
	assert_drawn(make_draw(0));
	assert_drawn(make_draw(29228));
}
END_TEST

START_TEST(more_connections_than_users_share_them)
{
	struct load_draw draw = make_draw(0);
	uint32_t turn = 0;

	draw.count = 1;
	for (unsigned lane = 0; lane < LANES; lane++)
		ck_assert_uint_eq(load_draw_next(&draw, lane, &turn).user, 7);
}
END_TEST

START_TEST(once_is_every_user_once)
{
	struct load_draw draw = make_draw(0);
	unsigned users[USERS] = { 0 };

	draw.once = true;
	for (unsigned lane = 0; lane < LANES; lane++) {
		uint32_t turn = 0;

		while (load_draw_more(&draw, lane, turn))
			users[load_draw_next(&draw, lane, &turn).user - 7]++;
	}
	for (unsigned i = 0; i < USERS; i++)
		ck_assert_uint_eq(users[i], 1);
	draw.count = 1;
	ck_assert(!load_draw_more(&draw, 1, 0));
	draw.once = false;
	ck_assert(load_draw_more(&draw, 1, 1000));
}
END_TEST

START_TEST(seed_gives_the_same_again)
{
	struct load_draw a = make_draw(5), b = make_draw(5), c = make_draw(6);
	uint32_t turns[3] = { 0 };
	unsigned same_user = 0;

	for (unsigned i = 0; i < DRAWS; i++) {
		struct load_ask x = load_draw_next(&a, 0, &turns[0]);
		struct load_ask y = load_draw_next(&b, 0, &turns[1]);
		struct load_ask z = load_draw_next(&c, 0, &turns[2]);

		ck_assert_uint_eq(x.user, y.user);
		ck_assert_uint_eq(x.type, y.type);
		ck_assert_uint_eq(x.name, y.name);
		same_user += x.user == z.user;
	}
	ck_assert_uint_lt(same_user, DRAWS);
}
END_TEST

START_TEST(type_and_server_name_are_patched)
{
	const struct load_about about = {
		.from = { { "client." REALM, REALM }, REALM, NULL, "bob@" REALM,
		    "sip:bob@" REALM, "sip:s%02u." REALM },
		.sar = { .type = SAT_RE_REGISTRATION },
	};
	const struct load_ask ask = { LOAD_SAR, SAT_USER_DEREGISTRATION, 12,
		0 };
	struct load_request r;
	struct dia_fault fault;
	struct dia_msg msg;
	struct dia_avp avp;
	uint32_t type;

	ck_assert(load_request_make(&r, LOAD_SAR, &about));
	load_request_patch(&r, 1, 2, 3, &ask);
	ck_assert(dia_parse(&msg, r.octets, r.len, &fault));
	ck_assert(dia_find(
	    msg.avps, CX(SERVER_ASSIGNMENT_TYPE)->code, CX_VENDOR, &avp));
	ck_assert(dia_get_u32(&avp, &type));
	ck_assert_uint_eq(type, SAT_USER_DEREGISTRATION);
	ck_assert(dia_find(msg.avps, CX(SERVER_NAME)->code, CX_VENDOR, &avp));
	ck_assert(dia_slice_eq(avp.data, "sip:s12." REALM));
	ck_assert(dia_slice_eq(load_request_server(&r, 3), "sip:s03." REALM));
	ck_assert(load_request_make(&r, LOAD_LIR, &about));
	ck_assert_ptr_null(load_request_server(&r, 3).p);
}
END_TEST

static void
put_item(struct dia_writer *w, const struct milenage_key *of, uint64_t sqn)
{
	static const uint8_t rand[AKA_RAND_LEN] = { 5 }, amf[2] = { 0x80 };
	struct aka_vector v;
	uint8_t challenge[AKA_RAND_LEN + AKA_AUTN_LEN];

	ck_assert_int_eq(aka_vector(&v, of, rand, sqn, amf), AKA_OK);
	memcpy(challenge, v.rand, AKA_RAND_LEN);
	memcpy(challenge + AKA_RAND_LEN, v.autn, AKA_AUTN_LEN);
	dia_open(w, CX(SIP_AUTH_DATA_ITEM));
	dia_put(w, CX(SIP_AUTHENTICATE), challenge, sizeof challenge);
	dia_close(w);
}

/* The record of one answer, or of none. */
static const char *
record(enum load_kind kind, bool is_answered, bool is_told, const char *name)
{
	static const struct dia_header hdr = { .code = 303 };
	static char line[512];
	static uint8_t buf[512];
	struct load_record r = { .has_key = true, .key = key };
	struct load_asked asked = { { kind, 5, 1, 42 }, 17,
		dia_slice_str(name) };
	struct milenage_key other = { { 9 }, { 9 } };
	struct dia_fault fault;
	struct dia_writer w;
	struct dia_msg msg;

	dia_begin(&w, buf, sizeof buf, &hdr);
	dia_put_u32(&w, BASE(RESULT_CODE), DIA_SUCCESS);
	if (is_told && kind == LOAD_MAR) {
		put_item(&w, &key, 0x21);
		put_item(&w, &other, 0x41);
	} else if (is_told) {
		dia_put_str(&w, CX(SERVER_NAME), "sip:s 1");
	}
	ck_assert(dia_parse(&msg, buf, dia_end(&w), &fault));
	memset(line, 0, sizeof line);
	r.file = fmemopen(line, sizeof line, "w");
	ck_assert_ptr_nonnull(r.file);
	if (is_answered)
		load_record_answer(&r, &asked, &msg);
	else
		load_record_silence(&r, &asked);
	(void)fclose(r.file);
	return line;
}

START_TEST(record_has_a_line_a_request)
{
	ck_assert_str_eq(
	    record(LOAD_UAR, true, true, ""), "17 UAR 42 2001 - sip:s?1\n");
	ck_assert_str_eq(
	    record(LOAD_LIR, true, false, ""), "17 LIR 42 2001 - -\n");
	ck_assert_str_eq(
	    record(LOAD_SAR, false, true, "sip:x"), "17 SAR 42 ? 5:sip:x -\n");
	ck_assert_str_eq(record(LOAD_SAR, true, false, "sip:x"),
	    "17 SAR 42 2001 5:sip:x -\n");
}
END_TEST

START_TEST(record_tells_the_sqn_of_every_vector)
{
	ck_assert_str_eq(record(LOAD_MAR, true, true, "sip:x"),
	    "17 MAR 42 2001 sip:x 000000000021,bad\n");
	ck_assert_str_eq(
	    record(LOAD_MAR, true, false, "sip:x"), "17 MAR 42 2001 sip:x -\n");
}
END_TEST

int
main(void)
{
	return RUN("load_record", NULL, NULL, types_are_names_or_numbers,
	    types_have_a_limit, types_that_are_none_are_refused,
	    user_has_one_connection, more_connections_than_users_share_them,
	    once_is_every_user_once, seed_gives_the_same_again,
	    type_and_server_name_are_patched, record_has_a_line_a_request,
	    record_tells_the_sqn_of_every_vector);
}
