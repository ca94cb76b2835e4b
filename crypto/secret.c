/*
 * Care for secrets: zeroing that the compiler keeps, comparison whose time
 * does not depend on what is compared.
 */
#include "crypto/crypto.h"

#include <mbedtls/platform_util.h>

void
wipe(void *p, size_t len)
{
	if (len > 0)
		mbedtls_platform_zeroize(p, len);
}

bool
same(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t differences = 0;
	for (size_t i = 0; i < len; i++)
		differences |= (uint8_t)(x[i] ^ y[i]);
	return differences == 0;
}
