/*
 * Names of identities: interned domains, local parts.
 *
 * A domain lives as long as a name has it; then its number and its memory are
 * there for another one.
 */
#include "store/names.h"

#include <stdlib.h>
#include <string.h>

static bool
is_domain(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct names *n = arg;
	const struct names_domain *d = &n->domains[ref];

	return d->len == len && memcmp(d->text, text, len) == 0;
}

void
names_init(struct names *n, const uint64_t key[2])
{
	*n = (struct names){ 0 };
	hash_init(&n->index, key, is_domain, n);
}

/* A number for a domain, and room for it in the list; 0: out of memory, or too
 * many. */
static uint32_t
new_id(struct names *n)
{
	if (n->unused != 0)
		return n->unused;
	if (n->ndomains == NAMES_DOMAINS_MAX)
		return 0;
	if (n->ndomains + 1 < n->cap)
		return n->ndomains + 1;

	uint32_t cap = n->cap > 0 ? 2 * n->cap : 8;
	struct names_domain *domains =
	    realloc(n->domains, cap * sizeof *domains);

	if (domains == NULL)
		return 0;
	n->domains = domains;
	n->cap = cap;
	return n->ndomains + 1;
}

static uint32_t
add_domain(struct names *n, const char *text, size_t len)
{
	uint32_t id = new_id(n), ref, there;
	struct arena_head *head =
	    id != 0 ? arena_take(&n->text, sizeof *head + len, &ref) : NULL;

	if (head == NULL)
		return 0;
	memcpy(head + 1, text, len);
	if (!hash_add(&n->index, hash_of(&n->index, text, len), text, len, id,
		&there)) {
		arena_give(&n->text, ref);
		return 0;
	}
	if (id == n->unused)
		n->unused = n->domains[id].users;
	else
		n->ndomains = id;
	n->domains[id] =
	    (struct names_domain){ (const char *)(head + 1), 0, (uint8_t)len };
	return id;
}

/* The number of a domain, a new one if need be, with a name more; 0: out of
 * memory or too many. */
static uint32_t
intern(struct names *n, const char *text, size_t len)
{
	if (n->last == 0 || n->domains[n->last].len != len ||
	    memcmp(n->domains[n->last].text, text, len) != 0) {
		uint32_t id = hash_find(&n->index, text, len);

		if (id == 0)
			id = add_domain(n, text, len);
		if (id == 0)
			return 0;
		n->last = id;
	}
	n->domains[n->last].users++;
	return n->last;
}

size_t
names_local_len(const char *text, size_t len)
{
	const char *at = memrchr(text, '@', len);

	return at != NULL ? (size_t)(at - text) : len;
}

bool
names_put(struct names *n, struct store_name *name, const char *text,
    size_t len, char **at)
{
	size_t local = names_local_len(text, len);
	uint32_t domain = 0;

	if (local < len) {
		domain = intern(n, text + local + 1, len - local - 1);
		if (domain == 0)
			return false;
	}
	memcpy(*at, text, local);
	name->local = (uint16_t)(*at - (const char *)name);
	name->len = (uint8_t)local;
	name->domain = domain & NAMES_DOMAINS_MAX;
	*at += local;
	return true;
}

bool
names_move(struct names *to, const struct names *from, struct store_name *name)
{
	if (name->domain == 0)
		return true;

	const struct names_domain *d = &from->domains[name->domain];

	name->domain = intern(to, d->text, d->len) & NAMES_DOMAINS_MAX;
	return name->domain != 0;
}

void
names_drop(struct names *n, const struct store_name *name)
{
	uint32_t id = name->domain;

	if (id == 0 || --n->domains[id].users > 0)
		return;

	struct names_domain *d = &n->domains[id];
	size_t chunk;

	hash_remove(&n->index, hash_of(&n->index, d->text, d->len), id);
	arena_give(&n->text,
	    arena_ref(&n->text, d->text - sizeof(struct arena_head), &chunk));
	*d = (struct names_domain){ .users = n->unused };
	n->unused = id;
	if (n->last == id)
		n->last = 0;
}

size_t
names_text(const struct names *n, const struct store_name *name,
    char buf[STORE_NAME_MAX])
{
	size_t len = name->len;

	if (len > 0)
		memcpy(buf, store_name_local(name), len);
	if (name->domain != 0) {
		const struct names_domain *d = &n->domains[name->domain];

		buf[len++] = '@';
		memcpy(buf + len, d->text, d->len);
		len += d->len;
	}
	return len;
}

bool
names_is(const struct names *n, const struct store_name *name, const char *text,
    size_t len)
{
	size_t local = name->len;

	if (name->domain == 0)
		return len == local &&
		       memcmp(store_name_local(name), text, local) == 0;

	const struct names_domain *d = &n->domains[name->domain];

	return len == local + 1 + d->len && text[local] == '@' &&
	       memcmp(store_name_local(name), text, local) == 0 &&
	       memcmp(d->text, text + local + 1, d->len) == 0;
}

void
names_free(struct names *n)
{
	free(n->domains);
	hash_free(&n->index);
	arena_free(&n->text);
}
