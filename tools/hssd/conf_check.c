/*
 * What a single value of hssd.conf may be.  Pure: nothing here looks at the
 * file system, the network or another value.
 */
#include "tools/hssd/conf_check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "diameter/diameter.h"
#include "tools/hssd/conf.h"

static const char digits[] = "0123456789";
static const char letters_digits[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789";

const char *const conf_unknown_peers_words[] = { "accept", "refuse", NULL };
const char *const conf_durability_words[] = { "sync", "async", "none", NULL };
const char *const conf_push_fallback_words[] = { "none", "deregister", NULL };
const char *const conf_log_words[] = { "stderr", "syslog", NULL };

bool
conf_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t n = 0;

	if (text[0] == '\0' || strlen(text) > 10 ||
	    text[strspn(text, digits)] != '\0')
		return false;
	for (; *text != '\0'; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	if (n > max)
		return false;
	*number = (uint32_t)n;
	return true;
}

int
conf_choice(const char *value, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	return -1;
}

/* Labels of letters, digits and hyphens inside, of 1 to 63 octets. */
static bool
is_host(const char *s, size_t len)
{
	size_t labels = 0;

	if (len == 0 || len > CONF_TEXT_MAX)
		return false;
	for (const char *end = s + len; s < end; s++) {
		const char *label = s;
		while (
		    s < end &&
		    (*s == '-' || (*s != '\0' && strchr(letters_digits, *s))))
			s++;
		size_t n = (size_t)(s - label);
		if (n == 0 || n > 63 || label[0] == '-' || s[-1] == '-' ||
		    (s < end && (*s != '.' || s + 1 == end)))
			return false;
		labels++;
	}
	return labels > 0;
}

const char *
conf_fqdn_fault(const char *s)
{
	return is_host(s, strlen(s)) && strchr(s, '.') != NULL
		   ? NULL
		   : "a fully qualified domain name is wanted, for example "
		     "hss.ims.mnc001.mcc001.3gppnetwork.org";
}

const char *
conf_listen_fault(const char *s)
{
	return dia_uri_fault(s);
}

const char *
conf_path_fault(const char *s)
{
	return s[0] != '\0' && strlen(s) <= CONF_PATH_MAX
		   ? NULL
		   : "a path of 1 to 1023 octets is wanted";
}

/* An address of either family; IPv6 without brackets. */
static bool
is_address(const char *s, size_t len, int family)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char address[16];

	if (len == 0 || len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return inet_pton(family, text, address) == 1;
}

static bool
is_port(const char *s)
{
	uint32_t port;

	return conf_number(s, 65535, &port);
}

const char *
conf_http_fault(const char *s)
{
	const char *colon = strrchr(s, ':');

	if (colon == NULL || !is_port(colon + 1))
		goto bad;
	if (s[0] == '[' && colon[-1] == ']' &&
	    is_address(s + 1, (size_t)(colon - s) - 2, AF_INET6))
		return NULL;
	if (is_address(s, (size_t)(colon - s), AF_INET))
		return NULL;
bad:
	return "ADDRESS:PORT is wanted, for example 127.0.0.1:8080 or "
	       "[::1]:8080";
}

/* A URI's authority: host or [IPv6], and a port if there is a colon. */
static bool
is_authority(const char *s, size_t len)
{
	char text[CONF_TEXT_MAX + 1];
	size_t host = len;

	if (len == 0 || len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	char *close = text[0] == '[' ? strchr(text, ']') : NULL;
	char *colon = strchr(close != NULL ? close : text, ':');
	if (colon != NULL) {
		if (!is_port(colon + 1))
			return false;
		host = (size_t)(colon - text);
	}
	if (close != NULL)
		return close + 1 == text + host &&
		       is_address(
			   text + 1, (size_t)(close - text) - 1, AF_INET6);
	return is_host(text, host);
}

/* Printable and without what would end a URI in a header field. */
static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || strchr("<>\"", *s) != NULL)
			return false;
	return true;
}

const char *
conf_sip_fault(const char *s)
{
	static const char wanted[] =
	    "a SIP URI is wanted, for example sip:scscf.example.org:6060";
	size_t scheme = strncasecmp(s, "sips:", 5) == 0 ? 5 : 4;

	if (strlen(s) > CONF_TEXT_MAX || !is_plain(s) ||
	    (scheme == 4 && strncasecmp(s, "sip:", 4) != 0))
		return wanted;
	const char *at = strchr(s, '@');
	const char *authority = at != NULL ? at + 1 : s + scheme;
	if (at == s + scheme ||
	    !is_authority(authority, strcspn(authority, ";?")))
		return wanted;
	return NULL;
}

static bool
is_diameter_parameter(const char *s, size_t len)
{
	static const char *const known[] = {
		"transport=tcp",
		"transport=sctp",
		"transport=udp",
		"protocol=diameter",
		"protocol=radius",
		"protocol=tacacs+",
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strlen(known[i]) == len && memcmp(known[i], s, len) == 0)
			return true;
	return false;
}

const char *
conf_diameter_fault(const char *s)
{
	static const char wanted[] =
	    "a DiameterURI is wanted, for example aaa://ccf.example.org:3868 "
	    "or aaa://ccf.example.org;transport=tcp";
	size_t scheme = strncmp(s, "aaas://", 7) == 0 ? 7 : 6;

	if (strlen(s) > CONF_TEXT_MAX ||
	    (scheme == 6 && strncmp(s, "aaa://", 6) != 0))
		return wanted;
	size_t len = strcspn(s + scheme, ";");
	if (s[scheme] == '[' || !is_authority(s + scheme, len))
		return wanted; /* it names a host by its FQDN */
	for (s += scheme + len; *s == ';'; s += len) {
		s++;
		len = strcspn(s, ";");
		if (!is_diameter_parameter(s, len))
			return wanted;
	}
	return NULL;
}

const char *
conf_cidr_fault(const char *s)
{
	size_t len = strcspn(s, "/");
	int family = memchr(s, ':', len) != NULL ? AF_INET6 : AF_INET;
	uint32_t bits;

	if (is_address(s, len, family) &&
	    (s[len] == '\0' ||
		conf_number(s + len + 1, family == AF_INET ? 32 : 128, &bits)))
		return NULL;
	return "ADDRESS or ADDRESS/BITS is wanted, for example 127.0.0.0/8 or "
	       "::1";
}

const char *
conf_capability_fault(const char *s)
{
	uint32_t n;

	return conf_number(s, UINT32_MAX, &n)
		   ? NULL
		   : "a number from 0 to 4294967295 is wanted";
}

const char *
conf_watchdog_fault(const char *s)
{
	uint32_t n;

	return conf_number(s, CONF_WATCHDOG_MAX, &n) && n >= CONF_WATCHDOG_MIN
		   ? NULL
		   : "a number of seconds from 6 to 3600 is wanted";
}

const char *
conf_sqn_step_fault(const char *s)
{
	uint32_t n;

	return conf_number(s, STORE_SQN_STEP_MAX, &n) && n > 0
		   ? NULL
		   : "a number of vectors from 1 to 254 is wanted";
}

const char *
conf_unknown_peers_fault(const char *s)
{
	return conf_choice(s, conf_unknown_peers_words) >= 0
		   ? NULL
		   : "accept or refuse is wanted";
}

const char *
conf_durability_fault(const char *s)
{
	return conf_choice(s, conf_durability_words) >= 0
		   ? NULL
		   : "sync, async or none is wanted";
}

const char *
conf_push_fallback_fault(const char *s)
{
	return conf_choice(s, conf_push_fallback_words) >= 0
		   ? NULL
		   : "deregister or none is wanted";
}

const char *
conf_log_fault(const char *s)
{
	return conf_choice(s, conf_log_words) >= 0
		   ? NULL
		   : "stderr or syslog is wanted";
}

const char *
conf_word_fault(const char *s)
{
	return s[0] != '\0' && strlen(s) <= CONF_TEXT_MAX && is_plain(s)
		   ? NULL
		   : "a name of 1 to 255 printable characters without spaces is "
		     "wanted";
}
