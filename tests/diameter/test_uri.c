/* Transport addresses and networks as the configuration writes them. */
#include "tests/run.h"

#include <netinet/in.h>
#include <string.h>

#include "diameter/addr.h"
#include "diameter/diameter.h"
#include "diameter/uri.h"

START_TEST(good_uris_have_no_fault)
{
	ck_assert_ptr_null(dia_uri_fault("tcp://127.0.0.1:3868"));
	ck_assert_ptr_null(dia_uri_fault("tcp://[::1]:3868"));
	ck_assert_ptr_null(dia_uri_fault("sctp://127.0.0.1:3868"));
	ck_assert_ptr_null(dia_uri_fault("sctp://127.0.0.1,[::1]:3868"));
	ck_assert_ptr_null(dia_uri_fault("tcp://0.0.0.0:0"));
	ck_assert_ptr_null(dia_uri_fault("tcp://127.0.0.1:65535"));
}
END_TEST

START_TEST(faults_say_what_would_be_right)
{
	static const struct {
		const char *uri, *says;
	} bad[] = {
		{ "", "tcp://" },
		{ "127.0.0.1:3868", "tcp://" },
		{ "udp://127.0.0.1:3868", "tcp://" },
		{ "tcp://", "127.0.0.1" },
		{ "tcp://localhost:3868", "127.0.0.1" },
		{ "tcp://127.0.0.1", "no port" },
		{ "tcp://127.0.0.1:", "0 to 65535" },
		{ "tcp://127.0.0.1:65536", "0 to 65535" },
		{ "tcp://127.0.0.1:000001", "0 to 65535" },
		{ "tcp://127.0.0.1:38x", "0 to 65535" },
		{ "tcp://127.0.0.1:-1", "0 to 65535" },
		{ "tcp://127.0.0.1:3868 ", "0 to 65535" },
		{ "tcp://::1:3868", "[::1]" },
		{ "tcp://[::1:3868", "']'" },
		{ "tcp://[127.0.0.1]:3868", "IPv6" },
		{ "tcp://[::1]3868", "no port" },
		{ "tcp://127.0.0.1,127.0.0.2:3868", "sctp://" },
		{ "tcp://127.0.0.300:3868", "127.0.0.1" },
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const char *why = dia_uri_fault(bad[i].uri);

		ck_assert_msg(why != NULL, "%s is taken", bad[i].uri);
		ck_assert_msg(strstr(why, bad[i].says) != NULL, "%s: %s",
		    bad[i].uri, why);
	}
}
END_TEST

START_TEST(four_addresses_fit_five_do_not)
{
	struct dia_uri uri;

	ck_assert_ptr_null(dia_uri_parse(
	    &uri, "sctp://127.0.0.1,127.0.0.2,127.0.0.3,[::1]:3868"));
	ck_assert_uint_eq(uri.naddrs, DIA_URI_ADDRS_MAX);
	ck_assert_uint_eq(dia_addr_port(&uri.addrs[3]), 3868);
	ck_assert_ptr_nonnull(dia_uri_parse(
	    &uri, "sctp://127.0.0.1,127.0.0.2,127.0.0.3,127.0.0.4,[::1]:3868"));
}
END_TEST

START_TEST(an_address_prints_as_it_was_written)
{
	char text[DIA_ADDR_TEXT];
	struct dia_uri uri;

	ck_assert_ptr_null(dia_uri_parse(&uri, "tcp://[2001:db8::1]:3868"));
	ck_assert_str_eq(
	    dia_addr_text(text, &uri.addrs[0]), "[2001:db8::1]:3868");
	ck_assert_ptr_null(dia_uri_parse(&uri, "tcp://10.1.2.3:1"));
	ck_assert_str_eq(dia_addr_text(text, &uri.addrs[0]), "10.1.2.3:1");
}
END_TEST

static bool
matches(const char *cidr, const char *addr)
{
	struct sockaddr_storage ss;
	struct dia_cidr c;

	ck_assert(dia_cidr_parse(&c, cidr));
	ck_assert(dia_addr_parse(&ss, addr, strlen(addr)));
	return dia_cidr_match(&c, &ss);
}

START_TEST(a_network_matches_its_addresses_alone)
{
	ck_assert(matches("127.0.0.0/8", "127.255.255.255"));
	ck_assert(!matches("127.0.0.0/8", "128.0.0.0"));
	ck_assert(matches("10.0.0.128/25", "10.0.0.255"));
	ck_assert(!matches("10.0.0.128/25", "10.0.0.127"));
	ck_assert(matches("10.0.0.1", "10.0.0.1"));
	ck_assert(!matches("10.0.0.1", "10.0.0.0"));
	ck_assert(matches("0.0.0.0/0", "192.0.2.1"));
	ck_assert(!matches("0.0.0.0/0", "::1"));
	ck_assert(matches("2001:db8::/33", "2001:db8:7fff::1"));
	ck_assert(!matches("2001:db8::/33", "2001:db8:8000::1"));
	ck_assert(matches("::1/128", "::1"));
	ck_assert(!matches("::/0", "127.0.0.1"));
}
END_TEST

START_TEST(no_network_is_no_network)
{
	static const char *const bad[] = { "", "/8", "10.0.0.0/", "10.0.0.0/33",
		"10.0.0.0/8x", "::/129", "10.0.0/8", "name/8", "10.0.0.0/-1",
		"10.0.0.0/0008" };
	struct dia_cidr c;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!dia_cidr_parse(&c, bad[i]), "%s", bad[i]);
}
END_TEST

int
main(void)
{
	return RUN("uri", NULL, NULL, good_uris_have_no_fault,
	    faults_say_what_would_be_right, four_addresses_fit_five_do_not,
	    an_address_prints_as_it_was_written,
	    a_network_matches_its_addresses_alone, no_network_is_no_network);
}
