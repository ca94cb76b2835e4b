/*
 * diadump: every shape of input it takes, and captures damaged at each octet.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"
#include "tools/diadump/dump.h"

#include "diameter/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct octets file; /* the input */
static struct octets cer;  /* a message */
static struct dump d;
static char *out, *told;
static size_t outlen, toldlen;

static void
begin(void)
{
	d = (struct dump){ .file = "F", .brief = true };
	d.out = open_memstream(&out, &outlen);
	d.err = open_memstream(&told, &toldlen);
	ck_assert(d.out != NULL && d.err != NULL);
}

static void
end(void)
{
	fclose(d.out);
	fclose(d.err);
	free(out);
	free(told);
	dump_free(&d);
}

static void
setup(void)
{
	file.len = cer.len = 0;
	add_hex(&cer, vectors[0].hex);
	begin();
}

/* Dumps octets from memory of exactly their size. */
static void
dump(const uint8_t *p, size_t len)
{
	uint8_t *copy = exactly(p, len);

	dump_any(&d, copy, len);
	free(copy);
	fflush(d.out);
	fflush(d.err);
}

static void
file_has(unsigned long messages, unsigned long faults)
{
	dump(file.b, file.len);
	ck_assert_msg(d.messages == messages && d.faults == faults,
	    "%lu messages, %lu faults: %s%s", d.messages, d.faults, out, told);
}

static void
text_has(const char *text, unsigned long messages, unsigned long faults)
{
	file.len = 0;
	add(&file, text, strlen(text));
	file_has(messages, faults);
}

/* --- Raw and hex --- */

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

/* --- Captures --- */

static void
add16(struct octets *o, unsigned v)
{
	const uint8_t b[] = { (uint8_t)(v >> 8), (uint8_t)v };

	add(o, b, 2);
}

static void
put32(struct octets *o, uint32_t v)
{
	add16(o, v >> 16);
	add16(o, v & 0xffff);
}

static void
put32_le(struct octets *o, uint32_t v)
{
	const uint8_t b[] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
		(uint8_t)(v >> 24) };

	add(o, b, 4);
}

static void
pcap(uint32_t linktype)
{
	file.len = 0;
	add_hex(&file, "a1b2c3d4000200040000000000000000");
	put32(&file, 65535);
	put32(&file, linktype);
}

static void
record(const struct octets *packet)
{
	put32(&file, 0);
	put32(&file, 0);
	put32(&file, (uint32_t)packet->len);
	put32(&file, (uint32_t)packet->len);
	add(&file, packet->b, packet->len);
}

static void
ipv4(struct octets *o, unsigned protocol, size_t len)
{
	add_hex(o, "4500");
	add16(o, (unsigned)(20 + len));
	add_hex(o, "0000400040");
	add(o, &(uint8_t){ (uint8_t)protocol }, 1);
	add_hex(o, "00007f0000017f000001");
}

static void
tcp(struct octets *o, unsigned port, uint32_t seq, unsigned flags)
{
	add16(o, port);
	add16(o, 40000);
	put32(o, seq);
	put32(o, 0);
	add16(o, 0x5000 | flags);
	add_hex(o, "ffff00000000");
}

static struct octets packet;

/* A TCP segment over IPv4 as a record of its own. */
static void
segment(unsigned port, uint32_t seq, unsigned flags, const void *p, size_t len)
{
	packet.len = 0;
	ipv4(&packet, 6, 20 + len);
	tcp(&packet, port, seq, flags);
	add(&packet, p, len);
	record(&packet);
}

enum { SYN = 2, ACK = 16 };

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
	record(&packet);
	segment(3868, (uint32_t)(1 + cer.len), ACK, cer.b, cer.len);
	file_has(1, 1);
}
END_TEST

/* --- SCTP --- */

static void
chunk(struct octets *o, uint32_t tsn, unsigned flags, const void *p, size_t len)
{
	add16(o, flags);
	add16(o, (unsigned)(16 + len));
	put32(o, tsn);
	put32(o, 0);
	put32(o, 46);
	add(o, p, len);
	add(o, "\0\0\0", (4 - len % 4) % 4);
}

enum { BEGIN = 2, END = 1 };

static void
sctp(const struct octets *chunks)
{
	packet.len = 0;
	ipv4(&packet, 132, 12 + chunks->len);
	add_hex(&packet, "0f1c9c400000000100000000");
	add(&packet, chunks->b, chunks->len);
	record(&packet);
}

static struct octets chunks;

START_TEST(chunks_bundled_in_a_packet_are_messages)
{
	chunks.len = 0;
	add_hex(&chunks, "0300001000000001000100000000000000"); /* SACK */
	chunks.len = 16;
	chunk(&chunks, 1, BEGIN | END, cer.b, cer.len);
	chunk(&chunks, 2, BEGIN | END, cer.b, cer.len);
	pcap(101);
	sctp(&chunks);
	file_has(2, 0);
}
END_TEST

START_TEST(chunks_of_a_fragmented_message_are_put_together)
{
	pcap(101);
	chunks.len = 0;
	chunk(&chunks, 7, BEGIN, cer.b, 101);
	sctp(&chunks);
	chunks.len = 0;
	chunk(&chunks, 8, 0, cer.b + 101, 2);
	chunk(&chunks, 9, END, cer.b + 103, cer.len - 103);
	sctp(&chunks);
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
	sctp(&chunks);
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
	record(&packet);
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
	record(&packet);
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
	record(&packet);
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

/* A pcapng file with a packet in each kind of block. */
static void
pcapng(void (*put)(struct octets *, uint32_t), const char *order,
    const char *linktype)
{
	uint32_t len;

	packet.len = 0;
	ipv4(&packet, 6, 20 + cer.len);
	tcp(&packet, 3868, 1, ACK);
	add(&packet, cer.b, cer.len);
	len = (uint32_t)packet.len;

	file.len = 0;
	add_hex(&file, "0a0d0d0a");
	put(&file, 28);
	add_hex(&file, order);
	add_hex(&file, "00010000ffffffffffffffff");
	put(&file, 28);
	put(&file, 1);
	put(&file, 20);
	add_hex(&file, linktype);
	put(&file, 0);
	put(&file, 20);
	put(&file, 6);
	put(&file, 32 + len);
	put(&file, 0);
	put(&file, 0);
	put(&file, 0);
	put(&file, len);
	put(&file, len);
	add(&file, packet.b, len);
	put(&file, 32 + len);
	packet.b[27] = 0; /* a sequence number ahead: this one is held */
	put(&file, 3);
	put(&file, 16 + len);
	put(&file, len);
	packet.b[22] = 1; /* another port */
	add(&file, packet.b, len);
	put(&file, 16 + len);
	put(&file, 2);
	put(&file, 32 + len);
	put(&file, 0);
	put(&file, 0);
	put(&file, 0);
	put(&file, len);
	put(&file, len);
	packet.b[22] = 2;
	add(&file, packet.b, len);
	put(&file, 32 + len);
	put(&file, 5); /* statistics, which are left out */
	put(&file, 12);
	put(&file, 12);
}

START_TEST(pcapng_of_either_order_is_read)
{
	pcapng(put32, "1a2b3c4d", "00650000");
	file_has(3, 0);
	pcapng(put32_le, "4d3c2b1a", "65000000");
	file_has(6, 0);
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
	record(&packet);
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
	sctp(&chunks);
	damage();
}
END_TEST

START_TEST(damaged_pcapng_is_survived)
{
	pcapng(put32, "1a2b3c4d", "00650000");
	damage();
}
END_TEST

/* --- Output --- */

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
	tcase_add_test(t, damaged_pcap_is_survived);
	tcase_add_test(t, damaged_pcap_of_cut_segments_is_survived);
	tcase_add_test(t, damaged_pcap_of_sctp_is_survived);
	tcase_add_test(t, damaged_pcapng_is_survived);
	tcase_add_test(t, keys_show_only_when_asked_for);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
