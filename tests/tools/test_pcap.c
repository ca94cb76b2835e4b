/*
 * diadump: captures of TCP and SCTP, each link type, and captures damaged at
 * each octet.
 */
#include "tests/tools/dumped.h"

#include <stdlib.h>
#include <string.h>

START_TEST(message_of_a_segment_is_printed_with_its_flow)
{
	pcap(101);
	segment(3868, 1, ACK, cer.b, cer.len);
	file_has(1, 0);
	ck_assert_int_eq(
	    strncmp(out, "127.0.0.1:3868 > 127.0.0.1:40000 CER ", 37), 0);
}
END_TEST

START_TEST(message_on_any_port_is_recognised)
{
	pcap(101);
	segment(9999, 0, SYN, NULL, 0);
	segment(9999, 1, ACK, cer.b, cer.len);
	file_has(1, 0);
}
END_TEST

START_TEST(other_traffic_is_left_out)
{
	pcap(101);
	segment(80, 0, SYN, NULL, 0);
	segment(80, 1, ACK, "GET / HTTP/1.1\r\n", 16);
	segment(80, 17, ACK, "\r\n", 2);
	segment(3868, 1, ACK, cer.b, cer.len);
	file_has(1, 0);
}
END_TEST

START_TEST(fault_in_a_capture_is_told_with_its_octet)
{
	cer.b[20 + 7] = 7;
	pcap(101);
	segment(3868, 1, ACK, cer.b, cer.len);
	file_has(1, 1);
	ck_assert_str_eq(
	    told, "F: octet 80: RFC 6733 4.1: AVP Length below its header\n");
}
END_TEST

START_TEST(rubbish_on_port_3868_is_told)
{
	pcap(101);
	segment(3868, 0, SYN, NULL, 0);
	segment(3868, 1, ACK, "GET / HTTP/1.1\r\n", 16);
	segment(3868, 17, ACK, cer.b, cer.len);
	file_has(1, 1);
}
END_TEST

START_TEST(message_cut_into_segments_at_each_octet_is_put_together)
{
	for (size_t cut = 1; cut < cer.len; cut++) {
		pcap(101);
		segment(3868, 0, SYN, NULL, 0);
		segment(3868, 1, ACK, cer.b, cut);
		segment(
		    3868, (uint32_t)(1 + cut), ACK, cer.b + cut, cer.len - cut);
		d.messages = 0;
		file_has(1, 0);
	}
}
END_TEST

START_TEST(segments_out_of_order_are_put_in_order)
{
	pcap(101);
	segment(3868, 0xfffffff0, SYN, NULL, 0);
	segment(3868, 0xfffffff1 + 150, ACK, cer.b + 150, cer.len - 150);
	segment(3868, 0xfffffff1 + 50, ACK, cer.b + 50, 100);
	segment(3868, 0xfffffff1, ACK, cer.b, 50);
	file_has(1, 0);
}
END_TEST

START_TEST(segments_sent_again_are_taken_once)
{
	pcap(101);
	segment(3868, 0, SYN, NULL, 0);
	segment(3868, 1, ACK, cer.b, 100);
	segment(3868, 1, ACK, cer.b, 100);
	segment(3868, 51, ACK, cer.b + 50, cer.len - 50);
	segment(3868, 1, ACK, cer.b, cer.len);
	file_has(1, 0);
}
END_TEST

START_TEST(messages_share_segments)
{
	struct octets *two = calloc(1, sizeof *two);

	ck_assert_ptr_nonnull(two);
	add(two, cer.b, cer.len);
	add(two, cer.b, cer.len);
	two->b[cer.len + 20 + 7] = 7;
	pcap(101);
	segment(3868, 1, ACK, two->b, cer.len + 50);
	segment(3868, (uint32_t)(cer.len + 51), ACK, two->b + cer.len + 50,
	    cer.len - 50);
	file_has(2, 1);
	/* Where the second message begins, in the first segment. */
	ck_assert_int_eq(strncmp(told, "F: octet 284: ", 14), 0);
	free(two);
}
END_TEST

START_TEST(missing_segment_is_told_and_the_flow_taken_up_again)
{
	pcap(101);
	segment(3868, 0, SYN, NULL, 0);
	segment(3868, 1, ACK, cer.b, 100);
	segment(3868, (uint32_t)(1 + cer.len), ACK, cer.b, cer.len);
	file_has(1, 1);
}
END_TEST

START_TEST(message_without_its_end_is_told)
{
	pcap(101);
	segment(3868, 1, ACK, cer.b, 100);
	file_has(0, 1);
	ck_assert_str_eq(told, "F: octet 80: message without its end\n");
}
END_TEST

START_TEST(packet_cut_by_the_capture_is_told)
{
	pcap(101);
	packet.len = 0;
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, 60);
	record();
	segment(3868, (uint32_t)(1 + cer.len), ACK, cer.b, cer.len);
	file_has(1, 1);
}
END_TEST

/* --- SCTP --- */

START_TEST(chunks_bundled_in_a_packet_are_messages)
{
	chunks.len = 0;
	add_hex(&chunks, "0300001000000001000100000000000000"); /* SACK */
	chunks.len = 16;
	chunk(&chunks, 1, BEGIN | END, cer.b, cer.len);
	chunk(&chunks, 2, BEGIN | END, cer.b, cer.len);
	pcap(101);
	sctp();
	file_has(2, 0);
}
END_TEST

START_TEST(chunks_of_a_fragmented_message_are_put_together)
{
	pcap(101);
	chunks.len = 0;
	chunk(&chunks, 7, BEGIN, cer.b, 101);
	sctp();
	chunks.len = 0;
	chunk(&chunks, 8, 0, cer.b + 101, 2);
	chunk(&chunks, 9, END, cer.b + 103, cer.len - 103);
	sctp();
	file_has(1, 0);
}
END_TEST

START_TEST(missing_fragment_is_told)
{
	pcap(101);
	chunks.len = 0;
	chunk(&chunks, 7, BEGIN, cer.b, 101);
	chunk(&chunks, 9, END, cer.b + 103, cer.len - 103);
	chunk(&chunks, 10, BEGIN | END, cer.b, cer.len);
	sctp();
	file_has(1, 1);
}
END_TEST

/* --- Link types and formats --- */

static const struct {
	uint32_t linktype;
	const char *header;
} links[] = {
	{ 0, "02000000" },
	{ 1, "0000000000000000000000000800" },
	{ 1, "000000000000000000000000810000010800" },
	{ 1, "00000000000000000000000088a80001810000020800" },
	{ 12, "" },
	{ 14, "" },
	{ 101, "" },
	{ 108, "00000002" },
	{ 113, "00000304000600000000000000000800" },
	{ 228, "" },
	{ 276, "0800000000000001030400060000000000000000" },
};

START_TEST(packet_is_found_behind_this_link_header)
{
	packet.len = 0;
	add_hex(&packet, links[_i].header);
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	add(&packet, "\0\0\0\0\0\0", 6); /* filled up by the network card */
	pcap(links[_i].linktype);
	record();
	file_has(1, 0);
}
END_TEST

START_TEST(unknown_link_type_is_told)
{
	pcap(147);
	segment(3868, 1, ACK, cer.b, cer.len);
	file_has(0, 1);
}
END_TEST

static const struct {
	const char *next, *extensions;
	size_t len;
} extensions[] = {
	{ "06", "", 0 },
	{ "00", "0600010400000000", 8 },
	{ "3c", "2b000104000000000600010400000000", 16 },
};

START_TEST(segment_is_found_behind_ipv6_extension_headers)
{
	packet.len = 0;
	add_hex(&packet, "60000000");
	add16(&packet, (unsigned)(extensions[_i].len + 20 + cer.len));
	add_hex(&packet, extensions[_i].next);
	add_hex(&packet, "4000000000000000000000000000000001");
	add_hex(&packet, "00000000000000000000000000000001");
	add_hex(&packet, extensions[_i].extensions);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	pcap(101);
	record();
	file_has(1, 0);
	ck_assert_int_eq(strncmp(out, "[::1]:3868 > [::1]:40000 CER ", 29), 0);
}
END_TEST

START_TEST(ip_fragment_is_told)
{
	packet.len = 0;
	ipv4(&packet, 6, 20 + cer.len);
	packet.b[6] = 0x20;
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	pcap(101);
	record();
	file_has(0, 1);
}
END_TEST

START_TEST(capture_of_the_other_order_and_of_nanoseconds_is_read)
{
	packet.len = 0;
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	add_hex(&file, "4d3cb2a10200040000000000000000000000010065000000");
	put32_le(&file, 0);
	put32_le(&file, 0);
	put32_le(&file, (uint32_t)packet.len);
	put32_le(&file, (uint32_t)packet.len);
	add(&file, packet.b, packet.len);
	file_has(1, 0);
}
END_TEST

START_TEST(pcapng_of_either_order_is_read)
{
	pcapng(put32, "1a2b3c4d", "00650000");
	file_has(3, 0);
	pcapng(put32_le, "4d3c2b1a", "65000000");
	file_has(6, 0);
}
END_TEST

START_TEST(packet_longer_than_its_block_is_told)
{
	size_t at = 28 + 20 + 20; /* captured length of the first packet */

	pcapng(put32, "1a2b3c4d", "00650000");
	set24(file.b, at + 1, (uint32_t)packet.len + 1);
	file_has(2, 1);
	ck_assert_str_eq(told, "F: octet 48: packet longer than its block\n");
}
END_TEST

/* --- Hostile captures --- */

/* Whatever happens, it ends, and what cannot be read is told. */
static void
damage(void)
{
	struct octets *whole = malloc(sizeof *whole);

	ck_assert_ptr_nonnull(whole);
	*whole = file;
	for (size_t len = 0; len < whole->len; len++) {
		d.messages = d.faults = 0;
		dump(whole->b, len);
		ck_assert_uint_le(d.messages, 3);
		ck_assert_uint_ge(d.messages + d.faults, 1);
	}
	for (size_t i = 0; i < whole->len; i++) {
		static const uint8_t wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
		uint8_t was = whole->b[i];

		for (size_t k = 0; k < sizeof wrong; k++) {
			whole->b[i] = wrong[k];
			dump(whole->b, whole->len);
		}
		whole->b[i] = was;
	}
	free(whole);
	end();
	begin();
}

START_TEST(damaged_pcap_is_survived)
{
	pcap(1);
	packet.len = 0;
	add_hex(&packet, "000000000000000000000000810000010800");
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	record();
	damage();
}
END_TEST

START_TEST(damaged_pcap_of_cut_segments_is_survived)
{
	pcap(101);
	segment(3868, 0, SYN, NULL, 0);
	segment(3868, 101, ACK, cer.b + 100, cer.len - 100);
	segment(3868, 1, ACK, cer.b, 100);
	damage();
}
END_TEST

START_TEST(damaged_pcap_of_sctp_is_survived)
{
	pcap(101);
	chunks.len = 0;
	chunk(&chunks, 7, BEGIN, cer.b, 101);
	chunk(&chunks, 8, END, cer.b + 101, cer.len - 101);
	sctp();
	damage();
}
END_TEST

/* The packet captured to each length; the message is whole at the last. */
static void
capture_each_length(uint32_t linktype)
{
	size_t whole = packet.len;

	for (packet.len = 0; packet.len <= whole; packet.len++) {
		d.messages = d.faults = 0;
		pcap(linktype);
		record();
		dump(file.b, file.len);
		ck_assert_uint_eq(d.messages, packet.len == whole);
		ck_assert_uint_le(d.faults, 1);
	}
}

START_TEST(segment_captured_to_each_length_is_survived)
{
	packet.len = 0;
	add_hex(&packet, "000000000000000000000000810000010800");
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	capture_each_length(1);
}
END_TEST

START_TEST(chunk_captured_to_each_length_is_survived)
{
	pcap(101);
	chunks.len = 0;
	chunk(&chunks, 7, BEGIN | END, cer.b, cer.len);
	sctp();
	capture_each_length(101);
}
END_TEST

START_TEST(damaged_pcapng_is_survived)
{
	pcapng(put32, "1a2b3c4d", "00650000");
	damage();
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("pcap");
	TCase *t = tcase_create("pcap");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, end);
	tcase_add_test(t, message_of_a_segment_is_printed_with_its_flow);
	tcase_add_test(t, message_on_any_port_is_recognised);
	tcase_add_test(t, other_traffic_is_left_out);
	tcase_add_test(t, fault_in_a_capture_is_told_with_its_octet);
	tcase_add_test(t, rubbish_on_port_3868_is_told);
	tcase_add_test(
	    t, message_cut_into_segments_at_each_octet_is_put_together);
	tcase_add_test(t, segments_out_of_order_are_put_in_order);
	tcase_add_test(t, segments_sent_again_are_taken_once);
	tcase_add_test(t, messages_share_segments);
	tcase_add_test(t, missing_segment_is_told_and_the_flow_taken_up_again);
	tcase_add_test(t, message_without_its_end_is_told);
	tcase_add_test(t, packet_cut_by_the_capture_is_told);
	tcase_add_test(t, chunks_bundled_in_a_packet_are_messages);
	tcase_add_test(t, chunks_of_a_fragmented_message_are_put_together);
	tcase_add_test(t, missing_fragment_is_told);
	tcase_add_loop_test(t, packet_is_found_behind_this_link_header, 0,
	    sizeof links / sizeof links[0]);
	tcase_add_test(t, unknown_link_type_is_told);
	tcase_add_loop_test(t, segment_is_found_behind_ipv6_extension_headers,
	    0, sizeof extensions / sizeof extensions[0]);
	tcase_add_test(t, ip_fragment_is_told);
	tcase_add_test(
	    t, capture_of_the_other_order_and_of_nanoseconds_is_read);
	tcase_add_test(t, pcapng_of_either_order_is_read);
	tcase_add_test(t, packet_longer_than_its_block_is_told);
	tcase_add_test(t, damaged_pcap_is_survived);
	tcase_add_test(t, damaged_pcap_of_cut_segments_is_survived);
	tcase_add_test(t, damaged_pcap_of_sctp_is_survived);
	tcase_add_test(t, segment_captured_to_each_length_is_survived);
	tcase_add_test(t, chunk_captured_to_each_length_is_survived);
	tcase_add_test(t, damaged_pcapng_is_survived);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
