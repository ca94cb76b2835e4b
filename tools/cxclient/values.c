/*
 * Values of options: numbers, octets in hex, names out of a list.
 */
#include "tools/cxclient/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
value_number(const char *text, struct dia_u32 *out)
{
	char *end;

	errno = 0;
	if (text[0] < '0' || text[0] > '9')
		return false;

	unsigned long long value = strtoull(text, &end, 10);

	if (errno != 0 || *end != '\0' || value > UINT32_MAX)
		return false;
	*out = (struct dia_u32){ (uint32_t)value, true };
	return true;
}

bool
value_hex(const char *text, size_t len, struct hex *out)
{
	if (strlen(text) != 2 * len ||
	    strspn(text, "0123456789abcdefABCDEF") != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		const char digits[3] = { text[2 * i], text[2 * i + 1], 0 };

		out->v[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	out->set = true;
	return true;
}

/* Upper and lower case, hyphen and underscore are the same, or missing. */
static bool
same_name(const char *a, const char *b)
{
	for (;;) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (*a == '\0' || *b == '\0')
			return *a == *b;
		if (strncasecmp(a++, b++, 1) != 0)
			return false;
	}
}

/* A value by name or number; it must be in the list. */
bool
value_type(const char *text, const struct dia_name *names, struct dia_u32 *out)
{
	struct dia_u32 number = { 0 };
	bool numeric = value_number(text, &number);

	for (; names->name != NULL; names++) {
		if (numeric ? names->value == number.value
			    : same_name(names->name, text)) {
			*out = (struct dia_u32){ names->value, true };
			return true;
		}
	}
	return false;
}
