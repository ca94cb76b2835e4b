/*
 * Internet addresses as text, and networks in CIDR notation (RFC 4632) that
 * match them.  Numbers only: a name would need a resolver, and the loop must
 * not wait for one.
 */
#include "diameter/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

const char *
dia_addr_text(
    char text[static DIA_ADDR_TEXT], const struct sockaddr_storage *ss)
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (ss->ss_family == AF_INET) {
		struct sockaddr_in sin;

		memcpy(&sin, ss, sizeof sin);
		inet_ntop(AF_INET, &sin.sin_addr, host, sizeof host);
		snprintf(
		    text, DIA_ADDR_TEXT, "%s:%u", host, ntohs(sin.sin_port));
	} else if (ss->ss_family == AF_INET6) {
		struct sockaddr_in6 sin6;

		memcpy(&sin6, ss, sizeof sin6);
		inet_ntop(AF_INET6, &sin6.sin6_addr, host, sizeof host);
		snprintf(text, DIA_ADDR_TEXT, "[%s]:%u", host,
		    ntohs(sin6.sin6_port));
	} else {
		snprintf(text, DIA_ADDR_TEXT, "local socket");
	}
	return text;
}

socklen_t
dia_addr_len(const struct sockaddr_storage *ss)
{
	return ss->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					 : sizeof(struct sockaddr_in);
}

bool
dia_addr_parse(struct sockaddr_storage *ss, const char *text, size_t len)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };
	char host[INET6_ADDRSTRLEN];

	if (len >= sizeof host)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (inet_pton(AF_INET, host, &sin.sin_addr) == 1) {
		memset(ss, 0, sizeof *ss);
		memcpy(ss, &sin, sizeof sin);
		return true;
	}
	if (inet_pton(AF_INET6, host, &sin6.sin6_addr) == 1) {
		memset(ss, 0, sizeof *ss);
		memcpy(ss, &sin6, sizeof sin6);
		return true;
	}
	return false;
}

/* The port lies at the same place in both kinds of address. */
void
dia_addr_set_port(struct sockaddr_storage *ss, unsigned port)
{
	in_port_t n = htons((uint16_t)port);

	memcpy(
	    (char *)ss + offsetof(struct sockaddr_in, sin_port), &n, sizeof n);
}

unsigned
dia_addr_port(const struct sockaddr_storage *ss)
{
	in_port_t n;

	memcpy(&n, (const char *)ss + offsetof(struct sockaddr_in, sin_port),
	    sizeof n);
	return ntohs(n);
}

/* The octets of an address; their count, 0 for other families. */
static unsigned
octets_of(const struct sockaddr_storage *ss, uint8_t out[16])
{
	if (ss->ss_family == AF_INET) {
		memcpy(out,
		    (const char *)ss + offsetof(struct sockaddr_in, sin_addr),
		    4);
		return 4;
	}
	if (ss->ss_family == AF_INET6) {
		memcpy(out,
		    (const char *)ss + offsetof(struct sockaddr_in6, sin6_addr),
		    16);
		return 16;
	}
	return 0;
}

static bool
parse_bits(const char *text, unsigned most, unsigned *bits)
{
	unsigned value = 0;

	if (*text == '\0' || strlen(text) > 3)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value > most)
		return false;
	*bits = value;
	return true;
}

bool
dia_cidr_parse(struct dia_cidr *cidr, const char *text)
{
	size_t len = strcspn(text, "/");
	struct dia_cidr parsed = { 0 };
	struct sockaddr_storage ss;

	if (!dia_addr_parse(&ss, text, len))
		return false;
	parsed.family = ss.ss_family;
	parsed.bits = 8 * octets_of(&ss, parsed.octets);
	if (text[len] == '/' &&
	    !parse_bits(text + len + 1, parsed.bits, &parsed.bits))
		return false;
	*cidr = parsed;
	return true;
}

bool
dia_cidr_match(const struct dia_cidr *cidr, const struct sockaddr_storage *ss)
{
	uint8_t octets[16] = { 0 };
	unsigned whole = cidr->bits / 8, rest = cidr->bits % 8;

	if (cidr->family != ss->ss_family || octets_of(ss, octets) == 0)
		return false;
	if (memcmp(cidr->octets, octets, whole) != 0)
		return false;
	return rest == 0 ||
	       (cidr->octets[whole] ^ octets[whole]) >> (8 - rest) == 0;
}
