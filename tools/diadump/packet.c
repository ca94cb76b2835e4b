/*
 * A captured packet down to its TCP segment or SCTP chunks: Ethernet with
 * VLAN tags, Linux cooked 1 and 2, raw IP, loopback; IPv4 and IPv6.  IP
 * fragments are told, not put together; checksums are not looked at.
 */
#include "tools/diadump/dump.h"

#include <string.h>

enum linktype {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_RAW_OLD = 12, /* what DLT_RAW is on some systems */
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = LINKTYPE_RAW,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	PROTO_TCP = 6,
	PROTO_SCTP = 132,
	SCTP_DATA = 0,
	VLANS_MAX = 4,
	EXTENSIONS_MAX = 8,
};

struct packet {
	struct flows *flows;
	struct dump *dump;
	struct flow_key key;
	struct payload rest; /* what the headers read so far leave */
};

static uint32_t
be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

/* Skips a header; false if it is not all there. */
static bool
skip(struct packet *k, size_t len)
{
	if (len > k->rest.len)
		return false;
	k->rest.p += len;
	k->rest.len -= len;
	k->rest.offset += len;
	return true;
}

/* The packet ends after len octets, of which some may not be captured. */
static void
clip(struct packet *k, size_t len)
{
	if (len < k->rest.len)
		k->rest.len = len;
	k->rest.lost = len - k->rest.len;
}

static void
read_tcp(struct packet *k)
{
	const uint8_t *p = k->rest.p;

	if (k->rest.len < 20 || (p[12] >> 4) < 5)
		return;
	k->key.sport = (uint16_t)be16(p);
	k->key.dport = (uint16_t)be16(p + 2);
	if (skip(k, (size_t)(p[12] >> 4) * 4))
		flow_tcp(k->flows, &k->key, be32(p + 4), (p[13] & 0x02) != 0,
		    &k->rest);
}

/* One chunk; false when nothing can follow it. */
static bool
read_chunk(struct packet *k)
{
	const uint8_t *p = k->rest.p;

	if (k->rest.len < 4)
		return false;

	size_t len = be16(p + 2);
	size_t there = len < k->rest.len ? len : k->rest.len;

	if (len < 4)
		return false;
	if (p[0] == SCTP_DATA && len > 16 && there >= 16) {
		struct payload data = { p + 16, there - 16, len - there,
			k->rest.offset + 16 };

		flow_sctp(k->flows, &k->key, be32(p + 4), (p[1] & 0x02) != 0,
		    (p[1] & 0x01) != 0, &data);
	}
	return skip(k, (len + 3) & ~(size_t)3);
}

static void
read_sctp(struct packet *k)
{
	const uint8_t *p = k->rest.p;

	if (!skip(k, 12))
		return;
	k->key.sport = (uint16_t)be16(p);
	k->key.dport = (uint16_t)be16(p + 2);
	while (read_chunk(k))
		;
}

static void
read_transport(struct packet *k, uint8_t protocol)
{
	k->key.protocol = protocol;
	if (protocol == PROTO_TCP)
		read_tcp(k);
	else if (protocol == PROTO_SCTP)
		read_sctp(k);
}

static void
tell_fragment(struct packet *k)
{
	dump_fault(k->dump, k->rest.offset, "IP fragment left out");
}

static void
read_ipv4(struct packet *k)
{
	const uint8_t *p = k->rest.p;

	if (k->rest.len < 20)
		return;

	size_t header = (size_t)(p[0] & 0x0f) * 4;
	size_t total = be16(p + 2);

	/* 0: the network card was to fill it in. */
	if (total == 0)
		total = k->rest.len;
	if (header < 20 || total < header)
		return;
	clip(k, total);
	if ((be16(p + 6) & 0x3fff) != 0 &&
	    (p[9] == PROTO_TCP || p[9] == PROTO_SCTP)) {
		tell_fragment(k);
		return;
	}
	k->key.family = 4;
	memcpy(k->key.src, p + 12, 4);
	memcpy(k->key.dst, p + 16, 4);
	if (skip(k, header))
		read_transport(k, p[9]);
}

/* Skips extension headers; false at a fragment or a header cut short. */
static bool
skip_extensions(struct packet *k, uint8_t *next)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		const uint8_t *p = k->rest.p;

		if (*next == 44) {
			tell_fragment(k);
			return false;
		}
		if (*next != 0 && *next != 43 && *next != 60)
			return true;
		if (k->rest.len < 8 || !skip(k, ((size_t)p[1] + 1) * 8))
			return false;
		*next = p[0];
	}
	return false;
}

static void
read_ipv6(struct packet *k)
{
	const uint8_t *p = k->rest.p;

	if (!skip(k, 40))
		return;

	uint8_t next = p[6];

	if (be16(p + 4) != 0)
		clip(k, be16(p + 4));
	k->key.family = 6;
	memcpy(k->key.src, p + 8, 16);
	memcpy(k->key.dst, p + 24, 16);
	if (skip_extensions(k, &next))
		read_transport(k, next);
}

static void
read_ip(struct packet *k)
{
	if (k->rest.len == 0)
		return;
	if (k->rest.p[0] >> 4 == 4)
		read_ipv4(k);
	else if (k->rest.p[0] >> 4 == 6)
		read_ipv6(k);
}

static void
read_ethertype(struct packet *k, uint32_t type)
{
	for (int i = 0; i < VLANS_MAX; i++) {
		const uint8_t *p = k->rest.p;

		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ)
			break;
		if (!skip(k, 4))
			return;
		type = be16(p + 2);
	}
	if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
		read_ip(k);
}

/* A link header of len octets with the type of what follows at an offset. */
static void
read_link(struct packet *k, size_t len, size_t type_at)
{
	const uint8_t *p = k->rest.p;

	if (skip(k, len))
		read_ethertype(k, be16(p + type_at));
}

void
packet_dump(struct flows *flows, struct dump *d, uint32_t linktype,
    const uint8_t *p, size_t len, size_t offset)
{
	struct packet k = { .flows = flows,
		.dump = d,
		.rest = { .p = p, .len = len, .offset = offset } };

	switch (linktype) {
	case LINK_ETHERNET:
		read_link(&k, 14, 12);
		break;
	case LINK_SLL:
		read_link(&k, 16, 14);
		break;
	case LINK_SLL2:
		read_link(&k, 20, 0);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		if (skip(&k, 4))
			read_ip(&k);
		break;
	case LINK_RAW:
	case LINK_RAW_OLD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4:
	case LINK_IPV6:
		read_ip(&k);
		break;
	default:
		dump_fault(d, offset, "link type %u is not known", linktype);
		break;
	}
}
