/*
 * Names of identities: a domain that many share, stored once and known by a
 * number, and a local part of its own.
 */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#include "store/arena.h"
#include "store/hash.h"
#include "store/store.h"

struct names_domain {
	const char *text;
	uint8_t len;
};

struct names {
	struct names_domain *domains; /* [0] is not used */
	uint32_t ndomains, cap;
	uint32_t last; /* the one asked for last, a likely next one */
	struct hash index;
	struct arena text; /* of domains and local parts */
};

/* Must stay where it is until names_free(). */
void names_init(struct names *, const uint64_t key[2]);
/* Stores a text of at most STORE_NAME_MAX octets, cut at its last '@'.
 * False: out of memory. */
bool names_add(
    struct names *, struct store_name *, const char *text, size_t len);
/* Stores a text with a NUL after it. */
const char *names_string(struct names *, const char *text, size_t len);
/* The whole text, not NUL-terminated; returns its length. */
size_t names_text(
    const struct names *, const struct store_name *, char buf[STORE_NAME_MAX]);
void names_free(struct names *);

#endif
