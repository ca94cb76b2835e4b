/*
 * S-CSCFs that are assigned at present, each stored once.
 *
 * A network has a handful of them, so the list is searched from its start.
 */
#include "store/scscf.h"

#include "store/hash.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 3 * (STORE_NAME_MAX + 1) };

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

bool
scscf_same(const struct scscf *a, const struct store_scscf *b)
{
	if (a == NULL || b->name == NULL)
		return a == NULL && b->name == NULL;
	return strcmp(a->name, b->name) == 0 &&
	       strcmp(a->host, or_empty(b->host)) == 0 &&
	       strcmp(a->realm, or_empty(b->realm)) == 0;
}

/* The three names with a NUL after each; 0: one is too long, or the first
 * is empty. */
static size_t
join(char buf[TEXT_MAX], const struct store_scscf *s)
{
	const char *parts[] = { s->name, or_empty(s->host),
		or_empty(s->realm) };
	size_t len = 0;

	if (*s->name == '\0')
		return 0;
	for (int i = 0; i < 3; i++) {
		size_t n = strnlen(parts[i], STORE_NAME_MAX + 1);

		if (n > STORE_NAME_MAX)
			return 0;
		memcpy(buf + len, parts[i], n);
		buf[len + n] = '\0';
		len += n + 1;
	}
	return len;
}

static struct scscf *
add(struct scscfs *all, const char *text, size_t len, uint64_t hash)
{
	if (all->count == STORE_SCSCFS_MAX)
		return NULL;

	struct scscf *s = malloc(sizeof *s + len);

	if (s == NULL)
		return NULL;
	s->name = (char *)(s + 1);
	memcpy(s->name, text, len);
	s->host = s->name + strlen(s->name) + 1;
	s->realm = s->host + strlen(s->host) + 1;
	s->hash = hash;
	s->users = 1;
	s->index = all->count;
	all->list[all->count++] = s;
	return s;
}

struct scscf *
scscf_get(struct scscfs *all, const struct store_scscf *names)
{
	char text[TEXT_MAX];
	size_t len = join(text, names);

	if (len == 0)
		return NULL;

	uint64_t hash = hash_sip(all->key, text, len);

	for (unsigned i = 0; i < all->count; i++) {
		struct scscf *s = all->list[i];

		if (s->hash == hash && scscf_same(s, names)) {
			s->users++;
			return s;
		}
	}
	return add(all, text, len, hash);
}

void
scscf_drop(struct scscfs *all, struct scscf *s)
{
	if (s == NULL || --s->users > 0)
		return;

	struct scscf *last = all->list[--all->count];

	all->list[s->index] = last;
	last->index = s->index;
	free(s);
}

void
scscfs_free(struct scscfs *all)
{
	while (all->count > 0)
		free(all->list[--all->count]);
}
