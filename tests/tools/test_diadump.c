/*
 * diadump: raw messages and hex text in every shape it takes, whole and cut.
 */
#include "tests/tools/dumped.h"

#include <stdio.h>
#include <string.h>

START_TEST(raw_messages_follow_one_another)
{
	add(&file, cer.b, cer.len);
	add(&file, cer.b, cer.len);
	file_has(2, 0);
	ck_assert_int_eq(strncmp(out, "CER 0x773a6efe/0x344dcb24 ", 26), 0);
}
END_TEST

START_TEST(raw_message_cut_at_each_octet_is_told)
{
	for (size_t len = 1; len < cer.len; len++) {
		d.faults = 0;
		dump(cer.b, len);
		ck_assert_uint_eq(d.faults, 1);
	}
	ck_assert_uint_eq(d.messages, 0);
}
END_TEST

START_TEST(fault_is_told_with_file_and_offset)
{
	add(&file, cer.b, cer.len);
	add(&file, cer.b, cer.len);
	file.b[cer.len + 20 + 7] = 7;
	file_has(2, 1);
	ck_assert_str_eq(
	    told, "F: octet 204: RFC 6733 4.1: AVP Length below its header\n");
}
END_TEST

START_TEST(nothing_at_all_is_a_fault)
{
	file_has(0, 1);
	ck_assert_str_eq(told, "F: octet 0: no message found\n");
}
END_TEST

START_TEST(text_without_hex_is_a_fault)
{
	text_has("hello, world\n", 0, 1);
}
END_TEST

#define DWR "0100002080000118000000001122334455667788000001164000000c00000001"

static const char *const shapes[] = {
	/* plain, with titles and comments, in capitals, indented */
	DWR,
	DWR "\n\n",
	"A DWR (32 octets)\n\n    " DWR "\n\nnothing more\n",
	"0100002080000118000000001122334455667788\n"
	"000001164000000C00000001\r\n",
	/* white space and colons */
	"01 00 00 20 80 00 01 18 00 00 00 00 11 22 33 44\n\n"
	"55 66 77 88 00 00 01 16 40 00 00 0c 00 00 00 01\n",
	"01:00:00:20:80:00:01:18:00:00:00:00:11:22:33:44:\n"
	"55:66:77:88:00:00:01:16:40:00:00:0c:00:00:00:01\n",
	"01000020 80000118\t00000000 11223344 55667788 00000116 4000000c "
	"00000001",
	/* xxd; characters that are hex digits */
	"00000000: 0100 0020 8000 0118 0000 0000 1122 3344  ... ......\"3D\n"
	"00000010: 5566 7788 0000 0116 4000 000c 0000 0001  abcd efab cdef\n",
	/* hexdump -C */
	"00000000  01 00 00 20 80 00 01 18  00 00 00 00 11 22 33 44  |... "
	".........\"3D|\n"
	"00000010  55 66 77 88 00 00 01 16  40 00 00 0c 00 00 00 01  "
	"|Ufw.....@.......|\n"
	"00000020\n",
	/* od -tx1, od -Ax -tx1 */
	"0000000 01 00 00 20 80 00 01 18 00 00 00 00 11 22 33 44\n"
	"0000020 55 66 77 88 00 00 01 16 40 00 00 0c 00 00 00 01\n"
	"0000040\n",
	"000000 01 00 00 20 80 00 01 18 00 00 00 00 11 22 33 44\n"
	"000010 55 66 77 88 00 00 01 16 40 00 00 0c 00 00 00 01\n"
	"000020\n",
	/* a packet viewer's */
	"0000  01 00 00 20 80 00 01 18  00 00 00 00 11 22 33 44   ab cd\n"
	"0010  55 66 77 88 00 00 01 16  40 00 00 0c 00 00 00 01   UUwww\n",
	/* tcpdump -x: a whole IP packet */
	"12:00:00.000000 IP 127.0.0.1.3868 > 127.0.0.1.40000: Flags [P.]\n"
	"\t0x0000:  4500 0048 0000 0000 4006 0000 7f00 0001\n"
	"\t0x0010:  7f00 0001 0f1c 9c40 0000 0001 0000 0001\n"
	"\t0x0020:  5018 0000 0000 0000 0100 0020 8000 0118\n"
	"\t0x0030:  0000 0000 1122 3344 5566 7788 0000 0116\n"
	"\t0x0040:  4000 000c 0000 0001\n",
};

START_TEST(hex_is_read_in_this_shape)
{
	text_has(shapes[_i], 1, 0);
	ck_assert_ptr_nonnull(strstr(out, "DWR 0x11223344/0x55667788\n"));
}
END_TEST

START_TEST(hex_in_this_shape_twice_is_two_messages)
{
	char text[4096];

	snprintf(text, sizeof text, "%s\n%s", shapes[_i], shapes[_i]);
	text_has(text, 2, 0);
}
END_TEST

START_TEST(hex_in_this_shape_cut_at_each_character_is_told)
{
	size_t whole = strlen(shapes[_i]);

	for (size_t len = 0; len < whole; len++) {
		d.messages = d.faults = 0;
		dump((const uint8_t *)shapes[_i], len);
		ck_assert_uint_eq(d.messages + (d.faults > 0), 1);
	}
}
END_TEST

START_TEST(fault_in_hex_is_told_with_its_line)
{
	text_has("title\n\n" DWR "\nmore\n0100\n", 1, 1);
	ck_assert_str_eq(told,
	    "F: line 5, octet 0: message cut short, 2 octets of it are "
	    "here\n");
}
END_TEST

START_TEST(keys_show_only_when_asked_for)
{
	add_header(&file, 0, 303, 16777216);
	add_str(&file, 625, 10415, DIA_V | DIA_M, "TOPSECRETTOPSECR");
	seal(&file);
	d.brief = false;
	file_has(1, 0);
	ck_assert_ptr_null(strstr(out, "TOPSECRET"));
	ck_assert_ptr_nonnull(strstr(out, "<16 octets hidden>"));
	d.flags = DIA_PRINT_SECRETS;
	file_has(2, 0);
	ck_assert_ptr_nonnull(strstr(out, "TOPSECRET"));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("diadump");
	TCase *t = tcase_create("diadump");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, end);
	tcase_add_test(t, raw_messages_follow_one_another);
	tcase_add_test(t, raw_message_cut_at_each_octet_is_told);
	tcase_add_test(t, fault_is_told_with_file_and_offset);
	tcase_add_test(t, nothing_at_all_is_a_fault);
	tcase_add_test(t, text_without_hex_is_a_fault);
	tcase_add_loop_test(
	    t, hex_is_read_in_this_shape, 0, sizeof shapes / sizeof shapes[0]);
	tcase_add_loop_test(t, hex_in_this_shape_twice_is_two_messages, 0,
	    sizeof shapes / sizeof shapes[0]);
	tcase_add_loop_test(t, hex_in_this_shape_cut_at_each_character_is_told,
	    0, sizeof shapes / sizeof shapes[0]);
	tcase_add_test(t, fault_in_hex_is_told_with_its_line);
	tcase_add_test(t, keys_show_only_when_asked_for);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
