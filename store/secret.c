/* Octets that become more, and may be secret. */
#include "store/secret.h"

#include <stdlib.h>
#include <string.h>

static bool
grow(struct secret *o, size_t len)
{
	size_t cap = 2 * (o->len + len);
	char *at = malloc(cap);

	if (at == NULL)
		return false;
	if (o->len > 0)
		memcpy(at, o->at, o->len);

	size_t used = o->len;

	secret_free(o);
	*o = (struct secret){ at, used, cap };
	return true;
}

bool
secret_add(struct secret *o, const void *octets, size_t len)
{
	if (len > o->cap - o->len && !grow(o, len))
		return false;
	if (len > 0)
		memcpy(o->at + o->len, octets, len);
	o->len += len;
	return true;
}

void
secret_free(struct secret *o)
{
	if (o->at != NULL)
		explicit_bzero(o->at, o->len);
	free(o->at);
	*o = (struct secret){ 0 };
}
