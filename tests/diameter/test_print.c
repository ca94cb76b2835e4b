/*
 * Messages as text: golden text, keys kept back, every capacity.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

static struct octets o;
static char text[400000];
static struct dia_msg msg;

static void
setup(void)
{
	o.len = 0;
	add_header(&o, DIA_R | DIA_P, 303, 16777216);
}

static void
print_is(unsigned flags, const char *avps)
{
	const char *head = "MAR version 1 length ";
	struct dia_fault fault;

	seal(&o);
	(void)dia_parse(&msg, o.b, o.len, &fault);

	size_t len = dia_print(text, sizeof text, &cx_dict, &msg, flags);

	ck_assert_uint_eq(len, strlen(text));
	ck_assert_int_eq(strncmp(text, head, strlen(head)), 0);
	ck_assert_str_eq(strchr(text, '\n') + 1, avps);
}

static void
line_is(const char *want)
{
	struct dia_fault fault;

	seal(&o);
	(void)dia_parse(&msg, o.b, o.len, &fault);

	size_t len = dia_print_line(text, sizeof text, &cx_dict, &msg);

	ck_assert_str_eq(text, want);
	ck_assert_uint_eq(len, strlen(want));
}

START_TEST(request_of_an_icscf_reads_like_this)
{
	size_t len;
	uint8_t *p = vector_octets(0, &len);
	struct dia_fault fault;

	ck_assert(dia_parse(&msg, p, len, &fault));
	dia_print(text, sizeof text, &cx_dict, &msg, 0);
	ck_assert_str_eq(text,
	    "CER version 1 length 204 flags R--- code 257 app 0"
	    " hbh 0x773a6efe e2e 0x344dcb24\n"
	    "  Origin-Host (264) M ="
	    " \"icscf.ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "  Origin-Realm (296) M ="
	    " \"ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "  Host-IP-Address (257) M = 127.0.61.1\n"
	    "  Vendor-Id (266) M = 10415\n"
	    "  Product-Name (269) = \"rig-icscf\"\n"
	    "  Vendor-Specific-Application-Id (260) M {\n"
	    "    Vendor-Id (266) M = 10415\n"
	    "    Auth-Application-Id (258) M = 16777216\n"
	    "  }\n"
	    "  Supported-Vendor-Id (265) M = 10415\n");
	dia_print_line(text, sizeof text, &cx_dict, &msg);
	ck_assert_str_eq(text,
	    "CER 0x773a6efe/0x344dcb24"
	    " from icscf.ims.mnc001.mcc001.3gppnetwork.org:"
	    " Host-IP-Address=127.0.61.1, Vendor-Id=10415,"
	    " Product-Name=rig-icscf, Supported-Vendor-Id=10415");
	free(p);
}
END_TEST

START_TEST(flags_show_as_letters)
{
	struct dia_fault fault;

	for (unsigned bit = 0x80; bit >= 0x10; bit >>= 1) {
		o.b[4] = (uint8_t)bit;
		(void)dia_parse(&msg, o.b, o.len, &fault);
		dia_print(text, sizeof text, &cx_dict, &msg, 0);
		ck_assert_ptr_nonnull(
		    strstr(text, bit == DIA_R   ? " flags R--- "
				 : bit == DIA_P ? " flags -P-- "
				 : bit == DIA_E ? " flags --E- "
						: " flags ---T "));
	}
}
END_TEST

START_TEST(values_show_by_their_type)
{
	add_u32(&o, 614, 10415, DIA_V | DIA_M, 1);
	add_avp(&o, 96, 0, DIA_M, "\1\0\0\0\0\0\0\0", 8);
	add_avp(&o, 257, 0, DIA_M, "\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18);
	add_avp(&o, 600, 10415, DIA_V | DIA_M, "\xff\0", 2);
	add_avp(&o, 600, 10415, DIA_V | DIA_M, "abc", 3);
	add_avp(&o, 600, 10415, DIA_V | DIA_M, "", 0);
	add_str(&o, 9999, 42, DIA_V, "x");
	print_is(0, "  Server-Assignment-Type (614/10415) M = 1 REGISTRATION\n"
		    "  Framed-Interface-Id (96) M = 72057594037927936\n"
		    "  Host-IP-Address (257) M = ::1\n"
		    "  Visited-Network-Identifier (600/10415) M = 0xff00\n"
		    "  Visited-Network-Identifier (600/10415) M = \"abc\"\n"
		    "  Visited-Network-Identifier (600/10415) M = 0x\n"
		    "  AVP (9999/42) = \"x\"\n");
}
END_TEST

START_TEST(values_of_wrong_length_show_as_octets)
{
	add_avp(&o, 614, 10415, DIA_V | DIA_M, "\0\0\1", 3);
	add_avp(&o, 257, 0, DIA_M, "\0\1\x7f", 3);
	print_is(0, "  Server-Assignment-Type (614/10415) M = 0x000001\n"
		    "  Host-IP-Address (257) M = 0x00017f\n");
}
END_TEST

START_TEST(octets_of_strangers_are_escaped)
{
	add_str(&o, 1, 0, DIA_M, "a\"\\\n\x1b\x7f\xc3\xa4z");
	print_is(0, "  User-Name (1) M ="
		    " \"a\\\"\\\\\\x0a\\x1b\\x7f\\xc3\\xa4z\"\n");
}
END_TEST

START_TEST(reserved_avp_flags_are_marked)
{
	add_str(&o, 1, 0, DIA_M | 0x20, "a");
	print_is(0, "  User-Name (1) M odd-flags = \"a\"\n");
}
END_TEST

/* Keys in a group, as an MAA has them. */
static void
add_keys(void)
{
	add_hex(&o, "00000264c0000000000028af");

	size_t at = o.len - 12;

	add_str(&o, 610, 10415, DIA_V | DIA_M, "TOPSECRET1");
	add_str(&o, 625, 10415, DIA_V | DIA_M, "TOPSECRET2");
	add_str(&o, 626, 10415, DIA_V | DIA_M, "TOPSECRET3");
	add_hex(&o, "0000027b80000000000028af");

	size_t digest = o.len - 12;

	add_str(&o, 121, 0, DIA_M, "TOPSECRET4");
	add_str(&o, 663, 10415, DIA_V, "TOPSECRET5");
	set24(o.b, digest + 5, (uint32_t)(o.len - digest));
	set24(o.b, at + 5, (uint32_t)(o.len - at));
}

START_TEST(keys_show_as_lengths)
{
	add_keys();
	print_is(0,
	    "  SIP-Auth-Data-Item (612/10415) M {\n"
	    "    SIP-Authorization (610/10415) M = <10 octets hidden>\n"
	    "    Confidentiality-Key (625/10415) M = <10 octets hidden>\n"
	    "    Integrity-Key (626/10415) M = <10 octets hidden>\n"
	    "    SIP-Digest-Authenticate (635/10415) {\n"
	    "      Digest-HA1 (121) M = <10 octets hidden>\n"
	    "      Alternate-Digest-HA1 (663/10415) = <10 octets hidden>\n"
	    "    }\n"
	    "  }\n");
	dia_print_line(text, sizeof text, &cx_dict, &msg);
	ck_assert_ptr_null(strstr(text, "SECRET"));
	ck_assert_ptr_null(strstr(text, "544f50"));
}
END_TEST

START_TEST(keys_show_when_asked_for)
{
	add_keys();
	seal(&o);

	struct dia_fault fault;

	ck_assert(dia_parse(&msg, o.b, o.len, &fault));
	dia_print(text, sizeof text, &cx_dict, &msg, DIA_PRINT_SECRETS);
	for (char c = '1'; c <= '5'; c++) {
		char key[] = "= \"TOPSECRET?\"";

		key[12] = c;
		ck_assert_ptr_nonnull(strstr(text, key));
	}
	ck_assert_ptr_null(strstr(text, "hidden"));
}
END_TEST

START_TEST(faults_show_where_they_are)
{
	add_hex(&o, "0000010440000014"
		    "0000010a40000010000028af");
	add_str(&o, 1, 0, DIA_M, "after");
	o.b[o.len - 16 + 7] = 7;
	print_is(0, "  Vendor-Specific-Application-Id (260) M {\n"
		    "    ! RFC 6733 4.1: AVP Length beyond what holds it"
		    " (AVP 266)\n"
		    "  }\n"
		    "  ! RFC 6733 4.1: AVP Length below its header (AVP 1)\n");
	line_is("MAR 0x11223344/0x55667788:"
		" ! RFC 6733 4.1: AVP Length below its header");
}
END_TEST

START_TEST(group_beyond_the_limit_is_named_on_a_line_of_its_own)
{
	for (unsigned i = 0; i <= DIA_DEPTH_MAX; i++) {
		add_hex(&o, "0000011c40000000");
		set24(o.b, o.len - 3, 8 * (DIA_DEPTH_MAX + 1 - i));
	}
	print_is(0, "  Proxy-Info (284) M {\n"
		    "    Proxy-Info (284) M {\n"
		    "      Proxy-Info (284) M {\n"
		    "        Proxy-Info (284) M {\n"
		    "          Proxy-Info (284) M {\n"
		    "            Proxy-Info (284) M {\n"
		    "              Proxy-Info (284) M\n"
		    "              ! groups inside groups beyond the limit"
		    " (AVP 284)\n"
		    "            }\n"
		    "          }\n"
		    "        }\n"
		    "      }\n"
		    "    }\n"
		    "  }\n");
}
END_TEST

START_TEST(long_values_are_cut_in_a_line)
{
	char name[74] = { 0 };
	char want[200] = "MAR 0x11223344/0x55667788: User-Name=";

	memset(name, 'a', 72);
	add_str(&o, 1, 0, DIA_M, name);
	line_is(strcat(want, name));

	name[72] = 'b';
	o.len = DIA_HEADER_LEN;
	add_str(&o, 1, 0, DIA_M, name);
	line_is(strcat(want, "..."));
}
END_TEST

START_TEST(unknown_commands_show_their_code)
{
	struct dia_fault fault;

	set24(o.b, 5, 999);
	line_is("request 999 0x11223344/0x55667788");
	o.b[4] = 0;
	line_is("answer 999 0x11223344/0x55667788");
	(void)dia_parse(&msg, o.b, o.len, &fault);
	dia_print(text, sizeof text, &dia_base_dict, &msg, 0);
	ck_assert_int_eq(strncmp(text, "answer 999 version 1 ", 21), 0);
}
END_TEST

/* --- Every capacity, every damage --- */

static const unsigned cut[] = { 0, 9, 14 }; /* a CER, a MAR, a DWR */

START_TEST(text_is_cut_at_each_capacity_and_its_length_told)
{
	size_t len;
	uint8_t *p = vector_octets(cut[_i], &len);
	struct dia_fault fault;

	ck_assert(dia_parse(&msg, p, len, &fault));

	size_t whole = dia_print(text, sizeof text, &cx_dict, &msg, 0);

	ck_assert_uint_eq(strlen(text), whole);
	for (size_t cap = 0; cap <= whole + 1; cap++) {
		char *out = malloc(cap);

		ck_assert_uint_eq(
		    dia_print(out, cap, &cx_dict, &msg, 0), whole);
		if (cap > 0) {
			ck_assert_uint_eq(strlen(out), cap - 1);
			ck_assert_mem_eq(out, text, cap - 1);
		}
		free(out);
	}
	free(p);
}
END_TEST

START_TEST(line_is_cut_at_each_capacity_and_its_length_told)
{
	size_t len;
	uint8_t *p = vector_octets(cut[_i], &len);
	struct dia_fault fault;

	ck_assert(dia_parse(&msg, p, len, &fault));

	size_t whole = dia_print_line(text, sizeof text, &cx_dict, &msg);

	ck_assert_uint_eq(strlen(text), whole);
	for (size_t cap = 0; cap <= whole + 1; cap++) {
		char *out = malloc(cap);

		ck_assert_uint_eq(
		    dia_print_line(out, cap, &cx_dict, &msg), whole);
		if (cap > 0) {
			ck_assert_uint_eq(strlen(out), cap - 1);
			ck_assert_mem_eq(out, text, cap - 1);
		}
		free(out);
	}
	free(p);
}
END_TEST

static void
print_damaged(const uint8_t *p, size_t len)
{
	struct dia_fault fault;

	(void)dia_parse(&msg, p, len, &fault);

	size_t n = dia_print(text, sizeof text, &cx_dict, &msg, 0);

	ck_assert_uint_eq(strlen(text), n);
	ck_assert_int_eq(text[n - 1], '\n');
	n = dia_print_line(text, sizeof text, &cx_dict, &msg);
	ck_assert_uint_eq(strlen(text), n);
	ck_assert_ptr_null(strchr(text, '\n'));
}

START_TEST(damaged_vectors_are_printed)
{
	ck_assert_uint_ge(each_damaged(print_damaged), 10000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("print");
	TCase *t = tcase_create("print");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, request_of_an_icscf_reads_like_this);
	tcase_add_test(t, flags_show_as_letters);
	tcase_add_test(t, values_show_by_their_type);
	tcase_add_test(t, values_of_wrong_length_show_as_octets);
	tcase_add_test(t, octets_of_strangers_are_escaped);
	tcase_add_test(t, reserved_avp_flags_are_marked);
	tcase_add_test(t, keys_show_as_lengths);
	tcase_add_test(t, keys_show_when_asked_for);
	tcase_add_test(t, faults_show_where_they_are);
	tcase_add_test(t, group_beyond_the_limit_is_named_on_a_line_of_its_own);
	tcase_add_test(t, long_values_are_cut_in_a_line);
	tcase_add_test(t, unknown_commands_show_their_code);
	tcase_add_loop_test(t, text_is_cut_at_each_capacity_and_its_length_told,
	    0, sizeof cut / sizeof cut[0]);
	tcase_add_loop_test(t, line_is_cut_at_each_capacity_and_its_length_told,
	    0, sizeof cut / sizeof cut[0]);
	tcase_add_test(t, damaged_vectors_are_printed);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
