/*
 * An input of diadump, built octet by octet, and what is printed of it.
 */
#include "tests/tools/dumped.h"
#include "tests/diameter/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct octets file; /* the input */
struct octets packet, chunks;
struct octets cer; /* a message */
struct dump d;
char *out, *told;
static size_t outlen, toldlen;

void
begin(void)
{
	d = (struct dump){ .file = "F", .brief = true };
	d.out = open_memstream(&out, &outlen);
	d.err = open_memstream(&told, &toldlen);
	ck_assert(d.out != NULL && d.err != NULL);
}

void
end(void)
{
	fclose(d.out);
	fclose(d.err);
	free(out);
	free(told);
	dump_free(&d);
}

void
setup(void)
{
	file.len = cer.len = 0;
	add_hex(&cer, vectors[0].hex);
	begin();
}

void
dump(const uint8_t *p, size_t len)
{
	uint8_t *copy = exactly(p, len);

	dump_any(&d, copy, len);
	free(copy);
	fflush(d.out);
	fflush(d.err);
}

void
file_has(unsigned long messages, unsigned long faults)
{
	dump(file.b, file.len);
	ck_assert_msg(d.messages == messages && d.faults == faults,
	    "%lu messages, %lu faults: %s%s", d.messages, d.faults, out, told);
}

void
text_has(const char *text, unsigned long messages, unsigned long faults)
{
	file.len = 0;
	add(&file, text, strlen(text));
	file_has(messages, faults);
}

void
add16(struct octets *o, unsigned v)
{
	const uint8_t b[] = { (uint8_t)(v >> 8), (uint8_t)v };

	add(o, b, 2);
}

void
put32(struct octets *o, uint32_t v)
{
	add16(o, v >> 16);
	add16(o, v & 0xffff);
}

void
put32_le(struct octets *o, uint32_t v)
{
	const uint8_t b[] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
		(uint8_t)(v >> 24) };

	add(o, b, 4);
}

void
pcap(uint32_t linktype)
{
	file.len = 0;
	add_hex(&file, "a1b2c3d4000200040000000000000000");
	put32(&file, 65535);
	put32(&file, linktype);
}

void
record(void)
{
	put32(&file, 0);
	put32(&file, 0);
	put32(&file, (uint32_t)packet.len);
	put32(&file, (uint32_t)packet.len);
	add(&file, packet.b, packet.len);
}

void
ipv4(struct octets *o, unsigned protocol, size_t len)
{
	add_hex(o, "4500");
	add16(o, (unsigned)(20 + len));
	add_hex(o, "0000400040");
	add(o, &(uint8_t){ (uint8_t)protocol }, 1);
	add_hex(o, "00007f0000017f000001");
}

void
tcp(struct octets *o, unsigned port, uint32_t seq, unsigned flags)
{
	add16(o, port);
	add16(o, 40000);
	put32(o, seq);
	put32(o, 0);
	add16(o, 0x5000 | flags);
	add_hex(o, "ffff00000000");
}

void
segment(unsigned port, uint32_t seq, unsigned flags, const void *p, size_t len)
{
	packet.len = 0;
	ipv4(&packet, 6, 20 + len);
	tcp(&packet, port, seq, flags);
	add(&packet, p, len);
	record();
}

void
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

void
sctp(void)
{
	packet.len = 0;
	ipv4(&packet, 132, 12 + chunks.len);
	add_hex(&packet, "0f1c9c400000000100000000");
	add(&packet, chunks.b, chunks.len);
	record();
}

void
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
