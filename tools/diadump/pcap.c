/*
 * Capture files: pcap with seconds and fractions of either order of octets,
 * and pcapng (draft-ietf-opsawg-pcapng) with its packet blocks.  Only the
 * octets of packets are taken; times, names and statistics are left out.
 */
#include "tools/diadump/dump.h"

#include <string.h>

enum {
	PCAP_HEADER_LEN = 24,
	RECORD_HEADER_LEN = 16,
	BLOCK_LEN_MIN = 12,
	INTERFACES_MAX = 256, /* of a section; packets of others are left out */
};

enum block {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

struct file {
	struct dump *dump;
	struct flows *flows;
	const uint8_t *p;
	size_t len;
	bool little;
	uint32_t linktypes[INTERFACES_MAX];
	uint32_t ninterfaces;
};

static uint32_t
get32(const struct file *f, size_t at)
{
	const uint8_t *p = f->p + at;

	if (f->little)
		return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
		       (uint32_t)p[1] << 8 | p[0];
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint32_t
get16(const struct file *f, size_t at)
{
	const uint8_t *p = f->p + at;

	return f->little ? (uint32_t)p[1] << 8 | p[0]
			 : (uint32_t)p[0] << 8 | p[1];
}

/* Is this the magic number of a pcap file, and of which order? */
static bool
pcap_magic(const uint8_t *p, bool *little)
{
	static const struct {
		uint8_t magic[4];
		bool little;
	} magics[] = {
		{ { 0xa1, 0xb2, 0xc3, 0xd4 }, false },
		{ { 0xa1, 0xb2, 0x3c, 0x4d }, false },
		{ { 0xd4, 0xc3, 0xb2, 0xa1 }, true },
		{ { 0x4d, 0x3c, 0xb2, 0xa1 }, true },
	};

	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		if (memcmp(p, magics[i].magic, 4) == 0) {
			*little = magics[i].little;
			return true;
		}
	}
	return false;
}

static void
read_pcap(struct file *f)
{
	if (f->len < PCAP_HEADER_LEN) {
		dump_fault(f->dump, 0, "capture without a whole header");
		return;
	}

	/* The upper bits tell of frame check sequences. */
	uint32_t linktype = get32(f, 20) & 0xffff;

	for (size_t at = PCAP_HEADER_LEN; at < f->len;) {
		size_t left = f->len - at;
		uint32_t len = 0;

		if (left >= RECORD_HEADER_LEN)
			len = get32(f, at + 8);
		if (left < RECORD_HEADER_LEN ||
		    len > left - RECORD_HEADER_LEN) {
			dump_fault(f->dump, at, "capture cut short");
			return;
		}
		packet_dump(f->flows, f->dump, linktype,
		    f->p + at + RECORD_HEADER_LEN, len, at + RECORD_HEADER_LEN);
		at += RECORD_HEADER_LEN + len;
	}
}

/* A block's packet of caplen octets at an offset in the block. */
static void
read_packet(struct file *f, size_t block, size_t len, size_t at,
    uint32_t interface, size_t caplen)
{
	if (len < at + 4 || caplen > len - at - 4) {
		dump_fault(f->dump, block, "packet longer than its block");
		return;
	}
	if (interface >= f->ninterfaces) {
		dump_fault(f->dump, block, "packet of an unknown interface");
		return;
	}
	packet_dump(f->flows, f->dump, f->linktypes[interface],
	    f->p + block + at, caplen, block + at);
}

/* A block of len octets, 12 at least. */
static void
read_block(struct file *f, size_t at, size_t len)
{
	switch (get32(f, at)) {
	case BLOCK_SECTION:
		f->ninterfaces = 0;
		break;
	case BLOCK_INTERFACE:
		if (len >= 20 && f->ninterfaces < INTERFACES_MAX)
			f->linktypes[f->ninterfaces++] = get16(f, at + 8);
		break;
	case BLOCK_SIMPLE:
		if (len >= 16) {
			uint32_t caplen = get32(f, at + 8);

			if (caplen > len - 16)
				caplen = (uint32_t)(len - 16);
			read_packet(f, at, len, 12, 0, caplen);
		}
		break;
	case BLOCK_PACKET:
		if (len >= 32)
			read_packet(f, at, len, 28, get16(f, at + 8),
			    get32(f, at + 20));
		break;
	case BLOCK_ENHANCED:
		if (len >= 32)
			read_packet(f, at, len, 28, get32(f, at + 8),
			    get32(f, at + 20));
		break;
	default:
		break;
	}
}

/* The order of octets of a section, by its magic number. */
static bool
read_order(struct file *f, size_t at)
{
	static const uint8_t big[] = { 0x1a, 0x2b, 0x3c, 0x4d };
	static const uint8_t little[] = { 0x4d, 0x3c, 0x2b, 0x1a };

	f->little = memcmp(f->p + at, little, 4) == 0;
	return f->little || memcmp(f->p + at, big, 4) == 0;
}

static void
read_pcapng(struct file *f)
{
	size_t at = 0;

	while (f->len - at >= BLOCK_LEN_MIN) {
		if (get32(f, at) == BLOCK_SECTION && !read_order(f, at + 8)) {
			dump_fault(f->dump, at, "section of unknown order");
			return;
		}

		uint32_t len = get32(f, at + 4);

		if (len < BLOCK_LEN_MIN || len % 4 != 0 || len > f->len - at)
			break;
		read_block(f, at, len);
		at += len;
	}
	if (at < f->len)
		dump_fault(f->dump, at, "capture cut short");
}

static bool
is_pcapng(const uint8_t *p)
{
	return memcmp(p, "\x0a\x0d\x0d\x0a", 4) == 0;
}

bool
pcap_is(const uint8_t *p, size_t len)
{
	bool little;

	return len >= 4 && (pcap_magic(p, &little) || is_pcapng(p));
}

void
pcap_dump(struct dump *d, const uint8_t *p, size_t len)
{
	struct file f = { .dump = d, .p = p, .len = len };

	f.flows = flows_new(d);
	if (pcap_magic(p, &f.little))
		read_pcap(&f);
	else
		read_pcapng(&f);
	flows_free(f.flows);
}
