/*
 * The ranges of values in a service profile (TS 29.228, Annexes B and E).
 * Stricter than the annex where a real S-CSCF is: patterns have up to 255
 * characters.  SessionCase 4 is allowed, though the schema of an S-CSCF older
 * than Release 12 refuses it.
 */
#include "cx/profile.h"

#include <limits.h>
#include <regex.h>
#include <string.h>
#include <strings.h>

static bool
is_digit_upto(const char *s, char last)
{
	return s[0] >= '0' && s[0] <= last && s[1] == '\0';
}

/* xs:int from 0 */
static bool
is_natural(const char *s)
{
	uint64_t n = 0;

	for (; *s >= '0' && *s <= '9' && n <= INT_MAX; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	return *s == '\0' && n <= INT_MAX;
}

static bool
is_sip_uri(const char *s)
{
	size_t scheme = strncasecmp(s, "sip:", 4) == 0    ? 4
			: strncasecmp(s, "sips:", 5) == 0 ? 5
							  : 0;

	if (scheme == 0 || s[scheme] == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || strchr("<>\"", *s) != NULL)
			return false;
	return true;
}

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80; /* UTF-8: lead octets */
	return n;
}

/* Patterns with intervals are not tried: a{255}{255} costs gigabytes. */
static const char *
pattern_fault(const char *s)
{
	regex_t re;

	if (characters(s) > PROFILE_PATTERN_MAX)
		return "over 255 characters, which an S-CSCF does not stand";
	if (strchr(s, '{') != NULL)
		return NULL;
	if (regcomp(&re, s, REG_EXTENDED | REG_NOSUB) != 0)
		return "no extended regular expression (POSIX): look for a "
		       "bracket without its partner";
	regfree(&re);
	return NULL;
}

const char *
profile_value_fault(enum profile_type type, const char *s)
{
	switch (type) {
	case PROFILE_BOOLEAN:
		return is_digit_upto(s, '1') || strcmp(s, "true") == 0 ||
			       strcmp(s, "false") == 0
			   ? NULL
			   : "0 or 1 is wanted";
	case PROFILE_NATURAL:
		return is_natural(s)
			   ? NULL
			   : "a whole number from 0 to 2147483647 is wanted";
	case PROFILE_0_1:
		return is_digit_upto(s, '1') ? NULL : "0 or 1 is wanted";
	case PROFILE_0_2:
		return is_digit_upto(s, '2') ? NULL : "0, 1 or 2 is wanted";
	case PROFILE_0_4:
		return is_digit_upto(s, '4') ? NULL : "0 to 4 is wanted";
	case PROFILE_PATTERN:
		return pattern_fault(s);
	case PROFILE_SIP_URI:
		return is_sip_uri(s) ? NULL
				     : "a SIP URI is wanted, for example "
				       "sip:as.example.org:5070";
	default:
		return NULL;
	}
}
