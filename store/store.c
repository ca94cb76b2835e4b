/*
 * The store as a whole: its life, looking things up, how durable it is.
 */
#include "store/local.h"

#include "store/identity.h"

#include <stdlib.h>
#include <string.h>

struct store *
store_new(const struct store_hooks *hooks)
{
	struct store *store = calloc(1, sizeof *store);

	if (store == NULL)
		return NULL;
	store->hooks = *hooks;
	store->sqn_step = STORE_SQN_STEP;
	if (hash_key(store->key))
		store->tables = tables_new(store->key);
	if (store->tables == NULL) {
		free(store);
		return NULL;
	}
	memcpy(store->scscfs.key, store->key, sizeof store->key);
	orphans_init(&store->orphans, store->key);
	restorations_init(&store->restorations, store->key);
	return store;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	store_reload_stop(store);
	journal_close(store->journal);
	tables_free(store->tables, NULL);
	scscfs_free(&store->scscfs);
	orphans_free(&store->orphans);
	restorations_free(&store->restorations);
	free(store);
}

struct store_impi *
store_find_impi(const struct store *store, const void *name, size_t len)
{
	char form[STORE_NAME_MAX];

	len = identity_impi(form, name, len);
	return len > 0 ? tables_impi(store->tables, form, len) : NULL;
}

struct store_impu *
store_find_impu(const struct store *store, const void *name, size_t len)
{
	char form[STORE_NAME_MAX];

	len = identity_impu(form, name, len);
	return len > 0 ? tables_impu(store->tables, form, len) : NULL;
}

void
store_find_pair(const struct store *store, const struct store_pair *names,
    struct store_impi **impi, struct store_impu **impu)
{
	char a[STORE_NAME_MAX], b[STORE_NAME_MAX];
	const struct tables_pair forms = { a, b,
		identity_impi(a, names->impi, names->impi_len),
		identity_impu(b, names->impu, names->impu_len) };

	tables_pair(store->tables, &forms, impi, impu);
}

struct store_impu *
store_match_impu(const struct store *store, const void *name, size_t len)
{
	char form[STORE_NAME_MAX];

	len = identity_impu(form, name, len);
	if (len == 0)
		return NULL;

	struct store_impu *exact = tables_impu(store->tables, form, len);

	return exact != NULL ? exact
			     : tables_wildcard(store->tables, form, len);
}

struct store_sub *
store_find_sub(const struct store *store, const void *name, size_t len)
{
	struct sub *sub = tables_sub(store->tables, name, len);

	return sub != NULL ? &sub->pub : NULL;
}

size_t
store_impu_form(char form[STORE_NAME_MAX], const void *name, size_t len)
{
	return identity_impu(form, name, len);
}

const char *
store_impu_as(const struct store_impu *impu)
{
	return impu->has_as ? impu->display + strlen(impu->display) + 1 : NULL;
}

size_t
store_name(const struct store *store, const struct store_name *name, char *buf,
    size_t cap)
{
	char text[STORE_NAME_MAX];
	size_t len = names_text(&store->tables->names, name, text);

	if (cap > 0) {
		size_t n = len < cap ? len : cap - 1;

		memcpy(buf, text, n);
		buf[n] = '\0';
	}
	return len;
}

size_t
store_count(const struct store *store)
{
	return store->tables->count;
}

void
store_each(const struct store *store, store_each_fn *fn, void *arg)
{
	struct arena_walk walk = { 0 };
	const struct sub *sub;

	while ((sub = tables_next(store->tables, &walk)) != NULL) {
		if (!fn(arg, &sub->pub))
			return;
	}
}

size_t
store_registered(const struct store *store)
{
	return store->tables->registered;
}

struct store_walk
store_behind(const struct store *store, const struct store_sub *sub)
{
	struct arena_walk w = tables_behind(store->tables, sub_of(sub));

	return (struct store_walk){ w.chunk, w.ref };
}

const struct store_sub *
store_next(const struct store *store, struct store_walk *walk)
{
	struct arena_walk w = { walk->chunk, walk->ref };
	const struct sub *sub = tables_next(store->tables, &w);

	*walk = (struct store_walk){ w.chunk, w.ref };
	return sub != NULL ? &sub->pub : NULL;
}

/* Without a journal all is well, and the position 0. */
static bool
append(const struct store *store, const char *payload, size_t len,
    uint64_t *position)
{
	*position = 0;
	if (store->journal == NULL)
		return true;
	*position = journal_append(store->journal, payload, len);
	return *position != 0;
}

bool
store_append(
    struct store *store, struct sub *sub, const char *payload, size_t len)
{
	uint64_t position;

	if (!append(store, payload, len, &position))
		return false;
	if (store->durability == STORE_SYNC)
		sub->position = position;
	return true;
}

uint64_t
store_append_ahead(struct store *store, const char *payload, size_t len)
{
	uint64_t position;

	append(store, payload, len, &position);
	return position;
}

void
store_await(struct store *store, struct sub *sub, uint64_t position)
{
	if (position <= store_durable(store))
		return;
	if (position > sub->position)
		sub->position = position;
	journal_hurry(store->journal);
}

bool
store_append_awaited(
    struct store *store, struct sub *sub, const char *payload, size_t len)
{
	uint64_t position;

	if (!append(store, payload, len, &position))
		return false;
	store_await(store, sub, position);
	return true;
}

void
store_set_durability(struct store *store, enum store_durability durability)
{
	store->durability = durability;
}

enum store_durability
store_durability(const struct store *store)
{
	return store->durability;
}

uint64_t
store_position(const struct store *store, const struct store_sub *sub)
{
	uint64_t position = sub_of(sub)->position;

	return position > store_durable(store) ? position : 0;
}

uint64_t
store_durable(const struct store *store)
{
	return store->journal != NULL ? journal_durable(store->journal) : 0;
}

int
store_fd(const struct store *store)
{
	return store->journal != NULL ? journal_fd(store->journal) : -1;
}

void
store_woken(struct store *store)
{
	if (store->journal != NULL)
		journal_woken(store->journal);
}

int
store_failing(const struct store *store)
{
	return store->journal != NULL ? journal_failing(store->journal) : 0;
}

void
store_written(const struct store *store, uint64_t *octets, uint64_t *syncs)
{
	*octets = *syncs = 0;
	if (store->journal != NULL)
		journal_written(store->journal, octets, syncs);
}

bool
store_sync(struct store *store)
{
	return store->journal == NULL || journal_sync(store->journal);
}
