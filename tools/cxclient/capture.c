/*
 * Traffic of one connection as a pcap file: made-up Ethernet, IPv4 or IPv6
 * (RFC 791, RFC 8200) and TCP (RFC 9293) headers with right lengths, sequence
 * numbers and checksums around the messages, so that an analyser takes them
 * for Diameter.  Left out: acknowledgements without data, the end of TCP.
 */
#include "tools/cxclient/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	PCAP_HEADER_LEN = 24,
	PCAP_RECORD_LEN = 16,
	ETHERNET_LEN = 14,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	TCP_LEN = 20,
	TCP_PROTOCOL = 6,
	SYN = 0x02,
	PSH = 0x08,
	ACK = 0x10,
};

/* Big endian; pcap readers know its byte order by the magic number. */
static void
put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void
put32(uint8_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

static uint32_t
sum(uint32_t s, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		s += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return s;
}

/* RFC 1071 */
static uint32_t
fold(uint32_t s)
{
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

static size_t
put_ethernet(uint8_t *p, const struct capture *c, unsigned from)
{
	memcpy(p, "\2\0\0\0\0\1\2\0\0\0\0\1", 12);
	p[5] = (uint8_t)(2 - from);
	p[11] = (uint8_t)(1 + from);
	put16(p + 12, c->six ? 0x86dd : 0x0800);
	return ETHERNET_LEN;
}

static size_t
put_ip(uint8_t *p, const struct capture *c, unsigned from, size_t len)
{
	memset(p, 0, IPV6_LEN);
	if (c->six) {
		p[0] = 0x60;
		put16(p + 4, (uint32_t)len);
		p[6] = TCP_PROTOCOL;
		p[7] = 64;
		memcpy(p + 8, c->addr[from], 16);
		memcpy(p + 24, c->addr[1 - from], 16);
		return IPV6_LEN;
	}
	p[0] = 0x45;
	put16(p + 2, (uint32_t)(IPV4_LEN + len));
	p[6] = 0x40; /* do not fragment */
	p[8] = 64;
	p[9] = TCP_PROTOCOL;
	memcpy(p + 12, c->addr[from], 4);
	memcpy(p + 16, c->addr[1 - from], 4);
	put16(p + 10, fold(sum(0, p, IPV4_LEN)));
	return IPV4_LEN;
}

static size_t
put_tcp(uint8_t *p, const struct capture *c, unsigned from, uint8_t flags,
    const uint8_t *octets, size_t len)
{
	size_t alen = c->six ? 16 : 4;

	memset(p, 0, TCP_LEN);
	put16(p, c->port[from]);
	put16(p + 2, c->port[1 - from]);
	put32(p + 4, c->seq[from]);
	put32(p + 8, (flags & ACK) != 0 ? c->seq[1 - from] : 0);
	p[12] = TCP_LEN / 4 << 4;
	p[13] = flags;
	put16(p + 14, 65535);

	/* The pseudo-header's sum needs no order of its fields. */
	uint32_t s = TCP_PROTOCOL + (uint32_t)(TCP_LEN + len);

	s = sum(s, c->addr[from], alen);
	s = sum(s, c->addr[1 - from], alen);
	s = sum(s, p, TCP_LEN);
	put16(p + 16, fold(sum(s, octets, len)));
	return TCP_LEN;
}

static void
write_out(struct capture *c, const void *p, size_t len)
{
	if (len > 0 && fwrite(p, len, 1, c->file) != 1)
		c->failed = true;
}

static void
write_segment(struct capture *c, unsigned from, uint8_t flags,
    const uint8_t *octets, size_t len)
{
	uint8_t record[PCAP_RECORD_LEN], head[CAPTURE_HEAD_MAX];
	struct timespec ts;
	size_t n = put_ethernet(head, c, from);

	n += put_ip(head + n, c, from, TCP_LEN + len);
	n += put_tcp(head + n, c, from, flags, octets, len);
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	put32(record, (uint32_t)ts.tv_sec);
	put32(record + 4, (uint32_t)(ts.tv_nsec / 1000));
	put32(record + 8, (uint32_t)(n + len));
	put32(record + 12, (uint32_t)(n + len));
	write_out(c, record, sizeof record);
	write_out(c, head, n);
	write_out(c, octets, len);
	c->seq[from] += (uint32_t)len + ((flags & SYN) != 0 ? 1 : 0);
}

bool
capture_open(struct capture *c, const char *path)
{
	uint8_t header[PCAP_HEADER_LEN] = { 0 };

	*c = (struct capture){ 0 };

	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	c->file = fdopen(fd, "wb");
	if (c->file == NULL) {
		int error = errno;

		(void)close(fd);
		errno = error;
		return false;
	}
	put32(header, 0xa1b2c3d4);
	put16(header + 4, 2); /* version 2.4 */
	put16(header + 6, 4);
	put32(header + 16, 262144); /* longest frame */
	put32(header + 20, 1);      /* Ethernet */
	write_out(c, header, sizeof header);
	return true;
}

static uint16_t
take_address(struct capture *c, unsigned end, const struct sockaddr_storage *ss)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;

	if (ss->ss_family == AF_INET6) {
		memcpy(&sin6, ss, sizeof sin6);
		memcpy(c->addr[end], &sin6.sin6_addr, 16);
		return ntohs(sin6.sin6_port);
	}
	memcpy(&sin, ss, sizeof sin);
	memcpy(c->addr[end], &sin.sin_addr, 4);
	return ntohs(sin.sin_port);
}

void
capture_connect(struct capture *c, const struct sockaddr_storage *client,
    const struct sockaddr_storage *server)
{
	if (c->file == NULL)
		return;
	c->six = client->ss_family == AF_INET6;
	c->port[0] = take_address(c, 0, client);
	(void)take_address(c, 1, server);
	c->port[1] = CAPTURE_SERVER_PORT;
	c->seq[0] = 1000;
	c->seq[1] = 5000;
	write_segment(c, 0, SYN, NULL, 0);
	write_segment(c, 1, SYN | ACK, NULL, 0);
	write_segment(c, 0, ACK, NULL, 0);
}

void
capture_message(struct capture *c, bool sent, const uint8_t *octets, size_t len)
{
	if (c->file == NULL)
		return;
	while (len > 0) {
		size_t n =
		    len < CAPTURE_SEGMENT_MAX ? len : CAPTURE_SEGMENT_MAX;

		write_segment(
		    c, sent ? 0 : 1, n == len ? PSH | ACK : ACK, octets, n);
		octets += n;
		len -= n;
	}
}

bool
capture_close(struct capture *c)
{
	if (c->file == NULL)
		return true;

	bool ok = fclose(c->file) == 0 && !c->failed;

	c->file = NULL;
	return ok;
}
