/*
 * Names of identities: a domain that many share, stored once and known by a
 * number, and a local part that is stored with the identity.
 */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#include "store/arena.h"
#include "store/hash.h"
#include "store/store.h"

enum { NAMES_DOMAINS_MAX = (1 << 24) - 1 };

struct names_domain {
	const char *text; /* in a piece, behind its head; NULL: unused */
	uint32_t users;   /* names that have it; if unused, the next such */
	uint8_t len;
};

struct names {
	struct names_domain *domains; /* [0] is not used */
	uint32_t ndomains, cap;
	uint32_t unused; /* the first, or 0 */
	uint32_t last;   /* the one asked for last, a likely next one */
	struct hash index;
	struct arena text; /* of domains */
};

/* Must stay where it is until names_free(). */
void names_init(struct names *, const uint64_t key[2]);
/* Octets of a text that are not in its domain, with the '@'. */
size_t names_local_len(const char *text, size_t len);
/* Stores a text of at most STORE_NAME_MAX octets, cut at its last '@'; what
 * stands before goes to *at, which then is behind it and at most 64 KiB behind
 * the name.  False: out of memory, or too many domains. */
bool names_put(struct names *, struct store_name *, const char *text,
    size_t len, char **at);
/* Gives a copy the domain that it had among others.  False as above; it has
 * none then. */
bool names_move(
    struct names *to, const struct names *from, struct store_name *);
/* One name less in its domain. */
void names_drop(struct names *, const struct store_name *);
/* The whole text, not NUL-terminated; returns its length. */
size_t names_text(
    const struct names *, const struct store_name *, char buf[STORE_NAME_MAX]);
/* Whether this is the whole text. */
bool names_is(const struct names *, const struct store_name *, const char *text,
    size_t len);
void names_free(struct names *);

#endif
