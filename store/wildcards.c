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
	struct arena_head head;
	uint32_t next; /* of the same prefix and domain; 0: none */
	uint32_t impu;
	uint16_t nops;
	uint8_t prefix, keylen;
	const pattern_set *sets;
	const char *key; /* prefix and domain; see join() */
	struct pattern_op ops[];
};

static bool
is_key(const void *arg, uint32_t ref, const char *text, size_t len)
{
	const struct wildcards *w = arg;
	const struct wildcard *one = arena_at(&w->arena, ref);

	return one->keylen == len && memcmp(one->key, text, len) == 0;
}

void
wildcards_init(struct wildcards *w, const uint64_t key[2])
{
	*w = (struct wildcards){ 0 };
	hash_init(&w->index, key, is_key, w);
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

/* A copy without anything but its operations, sets and key. */
static struct wildcard *
keep(struct wildcards *w, const struct pattern_code *code, const char *key,
    size_t keylen, uint32_t *ref)
{
	size_t ops = code->nops * sizeof *code->ops;
	size_t sets = code->nsets * sizeof *code->sets;
	struct wildcard *one =
	    arena_take(&w->arena, sizeof *one + ops + sets + keylen, ref);

	if (one == NULL)
		return NULL;

	char *at = (char *)one->ops + ops;

	memcpy(one->ops, code->ops, ops);
	memcpy(at, code->sets, sets);
	memcpy(at + sets, key, keylen);
	one->nops = code->nops;
	one->sets = (const void *)at;
	one->key = at + sets;
	one->keylen = (uint8_t)keylen;
	return one;
}

/* The first of a prefix and domain, how many there are, and the last. */
static uint32_t
find_alike(const struct wildcards *w, const char *key, size_t keylen,
    unsigned *n, struct wildcard **last)
{
	uint32_t first = hash_find(&w->index, key, keylen);

	*n = 0;
	for (uint32_t ref = first; ref != 0; ref = (*last)->next) {
		*last = arena_at(&w->arena, ref);
		++*n;
	}
	return first;
}

/* Prefix and domain of a form with an expression; 0: it has none. */
static size_t
key_of(char key[HASH_TEXT_MAX], const char *form, size_t len, size_t *prefix)
{
	const char *mark = memchr(form, '!', len);

	if (mark == NULL)
		return 0;
	*prefix = (size_t)(mark - form);
	return join(key, form, len, *prefix);
}

unsigned
wildcards_alike(const struct wildcards *w, const char *form, size_t len)
{
	char key[HASH_TEXT_MAX];
	size_t prefix = 0, keylen = key_of(key, form, len, &prefix);
	struct wildcard *last;
	unsigned n = 0;

	if (keylen > 0)
		find_alike(w, key, keylen, &n, &last);
	return n;
}

bool
wildcards_are_alike(const char *a, size_t alen, const char *b, size_t blen)
{
	char akey[HASH_TEXT_MAX], bkey[HASH_TEXT_MAX];
	size_t prefix = 0;
	size_t akeylen = key_of(akey, a, alen, &prefix);
	size_t bkeylen = key_of(bkey, b, blen, &prefix);

	return akeylen > 0 && akeylen == bkeylen &&
	       memcmp(akey, bkey, akeylen) == 0;
}

bool
wildcards_full(const struct wildcards *w, const char *form, size_t len)
{
	return wildcards_alike(w, form, len) >= WILDCARDS_ALIKE_MAX;
}

enum wildcards_result
wildcards_add(struct wildcards *w, const char *form, size_t len, uint32_t impu)
{
	struct pattern_code code;
	char key[HASH_TEXT_MAX];
	uint32_t ref, there;
	size_t prefix = 0;
	unsigned n;
	struct wildcard *last;

	if (wildcards_check(&code, form, len) != NULL)
		return WILDCARDS_NO_MEMORY; /* never, after a check */

	size_t keylen = key_of(key, form, len, &prefix);
	uint32_t first = find_alike(w, key, keylen, &n, &last);

	if (n == WILDCARDS_ALIKE_MAX)
		return WILDCARDS_FULL;

	struct wildcard *one = keep(w, &code, key, keylen, &ref);

	if (one == NULL)
		return WILDCARDS_NO_MEMORY;
	one->impu = impu;
	one->prefix = (uint8_t)prefix;
	if (first != 0) {
		last->next = ref;
	} else if (!hash_add(&w->index, hash_of(&w->index, key, keylen), key,
		       keylen, ref, &there)) {
		arena_give(&w->arena, ref);
		return WILDCARDS_NO_MEMORY;
	}
	w->lens[prefix]++;
	return WILDCARDS_OK;
}

void
wildcards_remove(
    struct wildcards *w, const char *form, size_t len, uint32_t impu)
{
	char key[HASH_TEXT_MAX];
	size_t prefix = 0, keylen = key_of(key, form, len, &prefix);
	uint32_t ref = keylen > 0 ? hash_find(&w->index, key, keylen) : 0;
	uint32_t there;
	struct wildcard *one = NULL, *before = NULL;

	for (; ref != 0; ref = one->next, before = one) {
		one = arena_at(&w->arena, ref);
		if (one->impu == impu)
			break;
	}
	if (ref == 0)
		return;
	if (before != NULL) {
		before->next = one->next;
	} else {
		uint64_t hash = hash_of(&w->index, key, keylen);

		hash_remove(&w->index, hash, ref);
		/* In the place of the one removed, so there is room. */
		if (one->next != 0)
			(void)hash_add(
			    &w->index, hash, key, keylen, one->next, &there);
	}
	arena_give(&w->arena, ref);
	w->lens[prefix]--;
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
		if (w->lens[prefix] == 0)
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
