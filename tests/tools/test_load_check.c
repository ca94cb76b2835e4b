/*
 * What a load's options must be: every limit, and one past it.
 */
#include "tools/cxclient/load.h"

#include "tests/run.h"

#define REALM "ims.example.org"

/* What load_check() says to these options. */
static bool
check(struct options o)
{
	FILE *null = fopen("/dev/null", "w");
	struct load_draw draw = { 0 };

	ck_assert_ptr_nonnull(null);
	o.connect = tcp_connect;
	if (o.server_name == NULL)
		o.server_name = "sip:scscf." REALM;
	if (o.impi == NULL)
		o.impi = "u%03u@" REALM;
	o.impu = "sip:u%03u@" REALM;

	bool ok = load_check(&o, &draw, null);

	(void)fclose(null);
	return ok;
}

#define NUMBER(n)         \
	{                 \
		(n), true \
	}

START_TEST(numbers_have_limits)
{
	ck_assert(check((struct options){ 0 }));
	ck_assert(check((struct options){ .window = NUMBER(4096) }));
	ck_assert(!check((struct options){ .window = NUMBER(4097) }));
	ck_assert(!check((struct options){ .window = NUMBER(0) }));
	ck_assert(check((struct options){ .rate = NUMBER(1000000) }));
	ck_assert(!check((struct options){ .rate = NUMBER(1000001) }));
	ck_assert(!check((struct options){ .rate = NUMBER(0) }));
	ck_assert(
	    !check((struct options){ .rate = NUMBER(1), .window = NUMBER(1) }));
	ck_assert(check((struct options){ .connections = NUMBER(64) }));
	ck_assert(!check((struct options){ .connections = NUMBER(65) }));
	ck_assert(!check((struct options){ .connections = NUMBER(0) }));
	ck_assert(check((struct options){ .duration = NUMBER(86400) }));
	ck_assert(!check((struct options){ .duration = NUMBER(86401) }));
	ck_assert(!check((struct options){ .duration = NUMBER(0) }));
	ck_assert(check((struct options){ .warmup = NUMBER(86400) }));
	ck_assert(!check((struct options){ .warmup = NUMBER(86401) }));
}
END_TEST

START_TEST(users_fit_the_pattern)
{
	ck_assert(check((struct options){ .count = NUMBER(999) }));
	ck_assert(!check((struct options){ .count = NUMBER(1000) }));
	ck_assert(!check((struct options){ .count = NUMBER(0) }));
	ck_assert(check(
	    (struct options){ .count = NUMBER(1000), .first = NUMBER(0) }));
	ck_assert(!check(
	    (struct options){ .count = NUMBER(2), .impi = "bob@" REALM }));
}
END_TEST

START_TEST(names_have_limits)
{
	ck_assert(check((struct options){
	    .server_name = "sip:s%03u", .names = NUMBER(100) }));
	ck_assert(!check((struct options){
	    .server_name = "sip:s%03u", .names = NUMBER(101) }));
	ck_assert(!check((struct options){
	    .server_name = "sip:s%03u", .names = NUMBER(0) }));
	ck_assert(check((struct options){
	    .server_name = "sip:s%01u", .names = NUMBER(9) }));
	ck_assert(!check((struct options){
	    .server_name = "sip:s%01u", .names = NUMBER(10) }));
	ck_assert(
	    !check((struct options){ .server_name = "s", .names = NUMBER(2) }));
}
END_TEST

START_TEST(record_wants_a_user_for_every_connection)
{
	struct options o = { .server_name = "s",
		.record = "f",
		.connections = NUMBER(4),
		.count = NUMBER(4) };

	ck_assert(check(o));
	o.count.value = 3;
	ck_assert(!check(o));
}
END_TEST

int
main(void)
{
	return RUN("load_check", NULL, NULL, numbers_have_limits,
	    users_fit_the_pattern, names_have_limits,
	    record_wants_a_user_for_every_connection);
}
