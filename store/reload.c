/*
 * What a reload carries over from the old tables to the new ones, by the
 * names of IMPIs: SQNs, journal positions and registrations; the last in the
 * form of journal records, so a reload keeps exactly what a restart would.
 */
#include "store/local.h"

#include "store/load.h"

#include <string.h>

static const char no_memory[] = "out of memory";

static struct store_impi *
same_impi(const struct tables *from, const struct store_impi *impi,
    const struct tables *to)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&from->names, &impi->name, name);

	return tables_impi(to, name, len);
}

/* Remembers how far those have come that are not provisioned any more. */
static bool
keep_orphans(struct store *store, const struct tables *to)
{
	const struct tables *from = store->tables;
	struct arena_walk walk = { 0 };
	const struct sub *sub;

	while ((sub = tables_next(from, &walk)) != NULL) {
		for (unsigned i = 0; i < sub->pub.nimpis; i++) {
			const struct store_impi *impi = &sub->pub.impis[i];
			char name[STORE_NAME_MAX];

			if (impi->left == SQN_NONE ||
			    same_impi(from, impi, to) != NULL)
				continue;

			size_t len =
			    names_text(&from->names, &impi->name, name);
			struct orphan *o =
			    orphans_add(&store->orphans, name, len);

			if (o == NULL)
				return false;
			o->ceiling = sqn_ceiling(impi);
		}
	}
	return true;
}

static void
carry_impi(struct store *store, const struct tables *to, struct sub *sub,
    struct store_impi *impi)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&to->names, &impi->name, name);
	const struct store_impi *old = tables_impi(store->tables, name, len);

	if (old == NULL) {
		const struct orphan *o =
		    orphans_find(&store->orphans, name, len);

		if (o != NULL)
			sqn_restore(impi, o->ceiling, false);
		return;
	}

	uint64_t position = sub_of(old->sub)->position;

	if (position > sub->position)
		sub->position = position;
	if (old->left == SQN_NONE)
		return;
	if (impi->seq > sqn_ceiling(old)) { /* sqn = of the file */
		impi->left = 0;
		return;
	}
	impi->seq = old->seq;
	impi->left = old->left;
}

static void
carry_impis(struct store *store, const struct tables *to)
{
	struct arena_walk walk = { 0 };
	struct sub *sub;

	while ((sub = tables_next(to, &walk)) != NULL) {
		for (unsigned i = 0; i < sub->pub.nimpis; i++)
			carry_impi(store, to, sub, &sub->pub.impis[i]);
	}
}

/* The record of a subscription; 0: there is nothing to say. */
static size_t
reg_text(char buf[RECORD_MAX], const struct tables *t, const struct sub *sub)
{
	struct store_reg reg;

	store_get_reg(&sub->pub, &reg);
	if (reg_is_empty(&reg))
		return 0;
	return record_sub(buf, &t->names, &sub->pub, &reg);
}

static const char *
carry_regs(struct store *store, struct tables *to)
{
	struct arena_walk walk = { 0 };
	const struct sub *old;

	while ((old = tables_next(store->tables, &walk)) != NULL) {
		char buf[RECORD_MAX + 1];
		size_t len = reg_text(buf, store->tables, old);
		struct record r;
		struct sub *sub;

		if (len == 0)
			continue;
		buf[len] = '\0';

		const char *wrong = record_parse(&r, buf);

		if (wrong == NULL)
			wrong = reg_restore(store, to, &r, &sub);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

/* Where an old subscription went; NULL: nowhere. */
static struct sub *
find_new(
    const struct tables *from, const struct sub *old, const struct tables *to)
{
	for (unsigned i = 0; i < old->pub.nimpis; i++) {
		const struct store_impi *impi =
		    same_impi(from, &old->pub.impis[i], to);

		if (impi != NULL)
			return sub_of(impi->sub);
	}
	return NULL;
}

/* Many records at once may be too many to wait for the disk: wait then. */
static uint64_t
append(struct journal *j, const char *payload, size_t len)
{
	uint64_t position = journal_append(j, payload, len);

	if (position == 0 && journal_failing(j) == 0 && journal_sync(j))
		position = journal_append(j, payload, len);
	return position;
}

/* Journals what is different now; otherwise a section that comes back later
 * would find a registration that is long gone. */
static bool
journal_changes(struct store *store, const struct tables *to)
{
	const struct tables *from = store->tables;
	struct arena_walk walk = { 0 };
	const struct sub *old;

	while ((old = tables_next(from, &walk)) != NULL) {
		char before[RECORD_MAX], after[RECORD_MAX];
		size_t before_len = reg_text(before, from, old);

		if (before_len == 0)
			continue;

		struct sub *sub = find_new(from, old, to);
		size_t len = sub != NULL ? reg_text(after, to, sub) : 0;

		if (len == before_len && memcmp(before, after, len) == 0)
			continue;
		if (len == 0) {
			struct store_reg none = { .nsets = 0 };

			len = sub != NULL ? record_sub(after, &to->names,
						&sub->pub, &none)
					  : record_sub(after, &from->names,
						&old->pub, &none);
		}

		uint64_t position = append(store->journal, after, len);

		if (position == 0)
			return false;
		if (sub != NULL)
			sub->position = position;
	}
	return true;
}

static void
tell_changes(struct store *store, struct tables *to)
{
	struct store next = *store;
	struct arena_walk walk = { 0 };
	const struct sub *old;

	next.tables = to;
	while ((old = tables_next(store->tables, &walk)) != NULL) {
		if (old->scscf == NULL)
			continue;

		const struct sub *sub = find_new(store->tables, old, to);

		store->change(store->change_arg, store, &old->pub, &next,
		    sub != NULL ? &sub->pub : NULL);
	}
}

void
store_on_change(struct store *store, store_change_fn *change, void *arg)
{
	store->change = change;
	store->change_arg = arg;
}

const char *
reload_carry(struct store *store, struct tables *to)
{
	if (store->tables->count == 0 && store->orphans.count == 0)
		return NULL;
	if (!keep_orphans(store, to))
		return no_memory;
	carry_impis(store, to);

	const char *wrong = carry_regs(store, to);

	if (wrong != NULL)
		return wrong;
	if (store->change != NULL)
		tell_changes(store, to);
	if (store->journal != NULL && !journal_changes(store, to))
		return "the disk is failing, so nothing is changed";
	return NULL;
}
