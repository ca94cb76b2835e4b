/*
 * "tcp://addr:port" and "sctp://addr[,addr]:port", IPv6 in brackets.
 * Addresses are numbers; port 0 lets the system choose.
 */
#include "diameter/uri.h"

#include <string.h>

#include "diameter/addr.h"
#include "diameter/diameter.h"

/* Digits up to the end of the text; -1 if it is no port. */
static int
parse_port(const char *text)
{
	int port = 0;

	if (*text == '\0' || strlen(text) > 5)
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		port = port * 10 + (*text - '0');
	}
	return port <= 65535 ? port : -1;
}

/* One address; *text moves behind it. */
static const char *
parse_addr(struct sockaddr_storage *ss, const char **text)
{
	const char *p = *text;
	size_t len;

	if (*p == '[') {
		p++;
		len = strcspn(p, "]");
		if (p[len] != ']')
			return "no ']' behind the IPv6 address";
		*text = p + len + 1;
		if (!dia_addr_parse(ss, p, len) || ss->ss_family != AF_INET6)
			return "not an IPv6 address between '[' and ']'";
		return NULL;
	}
	len = strcspn(p, ":,");
	*text = p + len;
	if (!dia_addr_parse(ss, p, len) || ss->ss_family != AF_INET)
		return "not an address: write 127.0.0.1, or IPv6 as [::1]";
	return NULL;
}

static const char *
parse_addrs(struct dia_uri *uri, const char **text)
{
	for (;;) {
		if (uri->naddrs == DIA_URI_ADDRS_MAX)
			return "more than four addresses";

		const char *why = parse_addr(&uri->addrs[uri->naddrs], text);

		if (why != NULL)
			return why;
		uri->naddrs++;
		if (**text != ',')
			return NULL;
		if (uri->proto == DIA_TCP)
			return "TCP takes one address; several need sctp://";
		(*text)++;
	}
}

const char *
dia_uri_parse(struct dia_uri *uri, const char *text)
{
	struct dia_uri parsed = { 0 };

	if (strncmp(text, "tcp://", 6) == 0) {
		parsed.proto = DIA_TCP;
		text += 6;
	} else if (strncmp(text, "sctp://", 7) == 0) {
		parsed.proto = DIA_SCTP;
		text += 7;
	} else {
		return "must begin with tcp:// or sctp://";
	}

	const char *why = parse_addrs(&parsed, &text);

	if (why != NULL)
		return why;
	if (*text != ':')
		return "no port: write address:port, as in 127.0.0.1:3868";

	int port = parse_port(text + 1);

	if (port < 0)
		return "not a port: write a number from 0 to 65535";
	for (unsigned i = 0; i < parsed.naddrs; i++)
		dia_addr_set_port(&parsed.addrs[i], (unsigned)port);
	*uri = parsed;
	return NULL;
}

const char *
dia_uri_fault(const char *text)
{
	struct dia_uri uri;

	return dia_uri_parse(&uri, text);
}
