/* Internet addresses as text, and rules that match them (private). */
#ifndef DIAMETER_ADDR_H
#define DIAMETER_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { DIA_ADDR_TEXT = 64 }; /* room for "[IPv6]:port" and NUL */

/* "127.0.0.1:3868" or "[::1]:3868", in text, which is returned. */
const char *dia_addr_text(
    char text[static DIA_ADDR_TEXT], const struct sockaddr_storage *);
/* Octets of the address inside, as the system's calls want them. */
socklen_t dia_addr_len(const struct sockaddr_storage *);
/* The first len octets of text as an IPv4 or IPv6 address without brackets;
 * the port is 0.  False, and nothing stored, if it is none. */
bool dia_addr_parse(struct sockaddr_storage *, const char *text, size_t len);
void dia_addr_set_port(struct sockaddr_storage *, unsigned port);
unsigned dia_addr_port(const struct sockaddr_storage *);

/* A network: "10.0.0.0/8", "::1/128", or an address alone. */
struct dia_cidr {
	sa_family_t family;
	uint8_t octets[16];
	unsigned bits;
};
/* False, and nothing stored, if the text is no network. */
bool dia_cidr_parse(struct dia_cidr *, const char *text);
bool dia_cidr_match(const struct dia_cidr *, const struct sockaddr_storage *);

#endif
