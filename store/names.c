/*
 * Names of identities: interned domains, local parts.
 *
 * Domains live as long as the table they are in; a reload makes a new one, so
 * those that nobody has any more go away then.
 */
#include "store/names.h"

#include <stdlib.h>
#include <string.h>

static size_t
domain_text(const void *arg, uint32_t ref, char buf[HASH_TEXT_MAX])
{
	const struct names *n = arg;
	const struct names_domain *d = &n->domains[ref];

	memcpy(buf, d->text, d->len);
	return d->len;
}

void
names_init(struct names *n, const uint64_t key[2])
{
	*n = (struct names){ 0 };
	hash_init(&n->index, key, domain_text, n);
}

static bool
grow(struct names *n)
{
	if (n->ndomains + 1 < n->cap)
		return true;

	uint32_t cap = n->cap > 0 ? 2 * n->cap : 8;
	struct names_domain *domains =
	    realloc(n->domains, cap * sizeof *domains);

	if (domains == NULL)
		return false;
	n->domains = domains;
	n->cap = cap;
	return true;
}

/* The number of a domain, a new one if need be; 0: out of memory. */
static uint32_t
intern(struct names *n, const char *text, size_t len)
{
	if (n->last != 0) {
		const struct names_domain *d = &n->domains[n->last];

		if (d->len == len && memcmp(d->text, text, len) == 0)
			return n->last;
	}

	uint32_t id = hash_find(&n->index, text, len), there;

	if (id != 0)
		return n->last = id;
	if (!grow(n))
		return 0;

	const char *copy = arena_copy(&n->text, text, len);

	if (copy == NULL)
		return 0;
	id = n->ndomains + 1;
	n->domains[id] = (struct names_domain){ copy, (uint8_t)len };
	if (!hash_add(&n->index, hash_of(&n->index, text, len), text, len, id,
		&there))
		return 0;
	n->ndomains = id;
	return n->last = id;
}

bool
names_add(
    struct names *n, struct store_name *name, const char *text, size_t len)
{
	const char *at = memrchr(text, '@', len);
	size_t local = at != NULL ? (size_t)(at - text) : len;
	uint32_t domain = 0;

	if (at != NULL) {
		domain = intern(n, at + 1, len - local - 1);
		if (domain == 0)
			return false;
	}
	name->local = arena_copy(&n->text, text, local);
	name->len = (uint8_t)local;
	name->domain = domain;
	return name->local != NULL;
}

const char *
names_string(struct names *n, const char *text, size_t len)
{
	char *copy = arena_copy(&n->text, text, len + 1);

	if (copy != NULL)
		copy[len] = '\0';
	return copy;
}

size_t
names_text(const struct names *n, const struct store_name *name,
    char buf[STORE_NAME_MAX])
{
	size_t len = name->len;

	if (len > 0)
		memcpy(buf, name->local, len);
	if (name->domain != 0) {
		const struct names_domain *d = &n->domains[name->domain];

		buf[len++] = '@';
		memcpy(buf + len, d->text, d->len);
		len += d->len;
	}
	return len;
}

void
names_free(struct names *n)
{
	free(n->domains);
	hash_free(&n->index);
	arena_free(&n->text);
}
