/*
 * What goes from a subscription that is replaced or deleted to who has its
 * identities then: SQNs and registration, by the names of its IMPIs as on a
 * reload, the latter in the form of journal records.
 */
#include "store/provision.h"

#include <string.h>

struct sub *
provision_old(const struct tables *t, const struct sub *sub)
{
	struct sub *there = tables_sub(t, sub->pub.name, strlen(sub->pub.name));

	return there != NULL && there->pub.own ? there : NULL;
}

/* --- What goes --- */

/* Also SQNs that only `sqn =` told of: another server gave them out. */
static bool
keep_sqn(struct store *store, const struct store_impi *impi)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&store->tables->names, &impi->name, name);
	uint64_t ceiling = sqn_ceiling(impi);

	if (ceiling == 0)
		return true;

	struct orphan *o = orphans_add(&store->orphans, name, len);

	if (o != NULL)
		o->ceiling = ceiling;
	return o != NULL;
}

bool
provision_keep(struct store *store, const struct sub *sub, struct secret *regs)
{
	char buf[RECORD_MAX + 1];
	size_t len = reg_text(buf, store->tables, sub);

	for (unsigned i = 0; i < sub->pub.nimpis; i++) {
		if (!keep_sqn(store, &sub->pub.impis[i]))
			return false;
	}
	return len == 0 || secret_add(regs, buf, len + 1);
}

/* --- What comes --- */

static bool
note_labels(
    struct tables *to, const struct tables *from, const struct store_sub *sub)
{
	const char *charging = labels_text(&from->chargings, sub->charging);

	if (charging != NULL &&
	    !labels_note(&to->chargings, sub->charging, charging))
		return false;
	for (unsigned i = 0; i < sub->nimpus; i++) {
		uint16_t profile = sub->impus[i].profile;
		const char *name = labels_text(&from->profiles, profile);

		if (name != NULL && !labels_note(&to->profiles, profile, name))
			return false;
	}
	return true;
}

struct sub *
provision_adopt(
    struct store *store, const struct tables *from, const struct sub *one)
{
	struct tables *t = store->tables;
	struct sub *sub =
	    note_labels(t, from, &one->pub) ? tables_adopt(t, from, one) : NULL;

	if (sub == NULL)
		return NULL;
	sub->pub.own = true;
	for (unsigned i = 0; i < sub->pub.nimpis; i++) {
		struct store_impi *impi = &sub->pub.impis[i];
		char name[STORE_NAME_MAX];
		size_t len = names_text(&t->names, &impi->name, name);
		const struct orphan *o =
		    orphans_find(&store->orphans, name, len);

		if (o != NULL)
			sqn_restore(impi, o->ceiling, false);
	}
	return sub;
}

/* --- Registrations --- */

bool
provision_add_end(struct secret *out, const char *reg)
{
	const char *impis = strchr(reg, ' ') + 1;

	return secret_add(
	    out, reg, (size_t)(impis - reg) + strcspn(impis, " "));
}

/* Drops what S-CSCFs left for those that are not registered any more. */
static void
drop_restorations(struct store *store, const struct record *r)
{
	for (unsigned i = 0; i < r->nimpis; i++) {
		const char *name = r->impis[i];
		size_t len = strlen(name);
		const struct store_impi *impi =
		    tables_impi(store->tables, name, len);

		for (unsigned k = 0; k < STORE_SETS_MAX; k++) {
			size_t n;

			if ((r->reg.sets[k].registered >> i & 1) != 0 &&
			    (impi == NULL ||
				store_restoration(store, impi, k, &n) == NULL))
				restorations_drop(
				    &store->restorations, name, len, k);
		}
	}
}

/* Journals a registration that is not what it was before.  Should the disk
 * fail now, a replay of the import comes to the same. */
static void
append_change(struct store *store, struct sub *sub, const char *before)
{
	char after[RECORD_MAX + 1];
	struct secret end = { 0 };

	if (reg_text(after, store->tables, sub) > 0) {
		if (strcmp(before, after) != 0)
			store_append(store, sub, after, strlen(after));
		return;
	}
	if (provision_add_end(&end, before))
		store_append(store, sub, end.at, end.len);
	secret_free(&end);
}

/* False: nobody has one of these private identities. */
static bool
settle(struct store *store, const char *before)
{
	char buf[RECORD_MAX + 1];
	struct record r;
	struct sub *sub = NULL;

	strcpy(buf, before);
	if (record_parse(&r, buf) != NULL ||
	    reg_restore(store, store->tables, &r, &sub) != NULL)
		return true; /* as if it were not registered */
	drop_restorations(store, &r);
	if (sub != NULL)
		append_change(store, sub, before);
	return sub != NULL;
}

void
provision_settle(struct store *store, struct secret *regs)
{
	size_t left = 0;

	for (size_t at = 0; at < regs->len;) {
		char *reg = regs->at + at;
		size_t len = strlen(reg) + 1;

		at += len;
		if (settle(store, reg))
			continue;
		memmove(regs->at + left, reg, len);
		left += len;
	}
	regs->len = left;
}
