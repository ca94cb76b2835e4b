/*
 * Wildcarded public identities by literal prefix and domain.
 *
 * An identity is looked up with each length that a prefix has, longest first:
 * that is a look at a hash table each, and then WILDCARDS_ALIKE_MAX times
 * PATTERN_OPS_MAX steps an octet at the very most.
 */
#include "store/wildcards.h"

#include "store/store.h"

#include <string.h>

struct wildcard {
	uint32_t next; /* of the same prefix and domain; 0: none */
	uint32_t impu;
	uint16_t nops;
	uint8_t prefix, keylen;
	const pattern_set *sets;
	const char *key; /* prefix and domain; see join() */
	struct pattern_op ops[];
};

static size_t
key_text(const void *arg, uint32_t ref, char buf[HASH_TEXT_MAX])
{
	const struct wildcards *w = arg;
	const struct wildcard *one = arena_at(&w->arena, ref);

	memcpy(buf, one->key, one->keylen);
	return one->keylen;
}

void
wildcards_init(struct wildcards *w, const uint64_t key[2])
{
	*w = (struct wildcards){ 0 };
	hash_init(&w->index, key, key_text, w);
}

/* The '@' before the domain, or the end. */
static size_t
find_domain(const char *form, size_t len)
{
	const char *at = memrchr(form, '@', len);

	return at != NULL ? (size_t)(at - form) : len;
}

/* So many octets of the form, then '@' and its domain; 0: too long.  No
 * prefix has a '@', so two that differ make different keys. */
static size_t
join(char key[HASH_TEXT_MAX], const char *form, size_t len, size_t prefix)
{
	size_t domain = find_domain(form, len);

	if (prefix > domain || prefix + (len - domain) > HASH_TEXT_MAX)
		return 0;
	memcpy(key, form, prefix);
	memcpy(key + prefix, form + domain, len - domain);
	return prefix + (len - domain);
}

const char *
wildcards_check(struct pattern_code *code, const char *form, size_t len)
{
	const char *first = memchr(form, '!', len);
	const char *last = memrchr(form, '!', len);

	if (first == NULL || first == last)
		return "a wildcard needs its expression between two '!', as in "
		       "sip:chat-!.*!@example.org";
	if (memcmp(form, "tel:", 4) != 0 &&
	    (find_domain(form, len) == len ||
		last > form + find_domain(form, len)))
		return "the expression of a wildcard must be in its user part, "
		       "as in sip:chat-!.*!@example.org";

	size_t prefix = (size_t)(first - form);

	return pattern_compile(code, first, len - prefix);
}

/* A copy without anything but its operations and key. */
static struct wildcard *
keep(struct wildcards *w, const struct pattern_code *code, const char *key,
    size_t keylen, uint32_t *ref)
{
	struct wildcard *one = arena_take(
	    &w->arena, sizeof *one + code->nops * sizeof *one->ops, ref);
	const void *sets =
	    arena_copy(&w->arena, code->sets, code->nsets * sizeof *code->sets);

	if (one == NULL || sets == NULL)
		return NULL;
	one->key = arena_copy(&w->arena, key, keylen);
	if (one->key == NULL)
		return NULL;
	memcpy(one->ops, code->ops, code->nops * sizeof *one->ops);
	one->nops = code->nops;
	one->sets = sets;
	one->keylen = (uint8_t)keylen;
	return one;
}

/* Puts one behind others of its key. */
static enum wildcards_result
append(struct wildcards *w, uint32_t first, uint32_t ref)
{
	struct wildcard *last = arena_at(&w->arena, first);
	unsigned n = 1;

	for (; last->next != 0; n++)
		last = arena_at(&w->arena, last->next);
	if (n == WILDCARDS_ALIKE_MAX)
		return WILDCARDS_FULL;
	last->next = ref;
	return WILDCARDS_OK;
}

enum wildcards_result
wildcards_add(struct wildcards *w, const char *form, size_t len, uint32_t impu)
{
	struct pattern_code code;
	char key[HASH_TEXT_MAX];
	uint32_t ref, first;

	if (wildcards_check(&code, form, len) != NULL)
		return WILDCARDS_NO_MEMORY; /* never, after a check */

	size_t prefix = (size_t)((const char *)memchr(form, '!', len) - form);
	size_t keylen = join(key, form, len, prefix);
	struct wildcard *one = keep(w, &code, key, keylen, &ref);

	if (one == NULL)
		return WILDCARDS_NO_MEMORY;
	one->impu = impu;
	one->prefix = (uint8_t)prefix;
	w->lens[prefix / 8] |= (uint8_t)(1u << prefix % 8);
	if (hash_add(&w->index, hash_of(&w->index, key, keylen), key, keylen,
		ref, &first))
		return WILDCARDS_OK;
	return first != 0 ? append(w, first, ref) : WILDCARDS_NO_MEMORY;
}

/* Tries those of one prefix. */
static uint32_t
find_prefix(
    const struct wildcards *w, const char *form, size_t len, size_t prefix)
{
	char key[HASH_TEXT_MAX];
	size_t keylen = join(key, form, len, prefix);
	uint32_t ref = keylen > 0 ? hash_find(&w->index, key, keylen) : 0;

	while (ref != 0) {
		const struct wildcard *one = arena_at(&w->arena, ref);

		if (pattern_match(one->ops, one->nops, one->sets, form + prefix,
			len - prefix))
			return one->impu;
		ref = one->next;
	}
	return 0;
}

uint32_t
wildcards_find(const struct wildcards *w, const char *form, size_t len)
{
	if (w->index.count == 0)
		return 0;
	for (size_t prefix = len; prefix > 0; prefix--) {
		if ((w->lens[prefix / 8] >> prefix % 8 & 1) == 0)
			continue;

		uint32_t impu = find_prefix(w, form, len, prefix);

		if (impu != 0)
			return impu;
	}
	return 0;
}

void
wildcards_free(struct wildcards *w)
{
	hash_free(&w->index);
	arena_free(&w->arena);
}
