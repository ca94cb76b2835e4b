/*
 * Values of options.
 */
#ifndef CXCLIENT_VALUES_H
#define CXCLIENT_VALUES_H

#include "diameter/codec.h"

enum { VALUE_HEX_MAX = 16 };

/* Octets given in hex. */
struct hex {
	bool set;
	uint8_t v[VALUE_HEX_MAX];
};

/* All: false and nothing stored if the text is not such a value. */

/* Decimal digits, up to 4294967295. */
bool value_number(const char *text, struct dia_u32 *);
/* Exactly len octets, at most VALUE_HEX_MAX; digits of either case. */
bool value_hex(const char *text, size_t len, struct hex *);
/* A value of the list by its number or name; upper and lower case are the
 * same, hyphens and underscores count for nothing. */
bool value_type(const char *text, const struct dia_name *, struct dia_u32 *);

#endif
