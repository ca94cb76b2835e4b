/* Octets that become more, and may be secret: no copy outlives them. */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is empty. */
struct secret {
	char *at;
	size_t len, cap;
};

/* False, and as before: out of memory. */
bool secret_add(struct secret *, const void *, size_t len);
/* Wipes and frees. */
void secret_free(struct secret *);

#endif
