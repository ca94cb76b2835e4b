/*
 * What goes from the old tables of a reload to the new ones: SQNs, journal
 * positions and registrations, the last in the form of journal records, so a
 * reload keeps exactly what a restart would.
 *
 * What a new subscription gets depends only on what the old tables hold at
 * that time, so that it may be given again whenever they change.
 */
#include "store/carry.h"

#include "store/provision.h"

#include <stdio.h>
#include <string.h>

struct store_impi *
carry_impi(const struct tables *from, const struct store_impi *impi,
    const struct tables *to)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&from->names, &impi->name, name);

	return tables_impi(to, name, len);
}

struct sub *
carry_find(
    const struct tables *from, const struct sub *old, const struct tables *to)
{
	for (unsigned i = 0; i < old->pub.nimpis; i++) {
		const struct store_impi *impi =
		    carry_impi(from, &old->pub.impis[i], to);

		if (impi != NULL)
			return sub_of(impi->sub);
	}
	return NULL;
}

static void
carry_position(struct sub *sub, const struct sub *old)
{
	if (old->position > sub->position)
		sub->position = old->position;
}

/* --- SQNs --- */

static void
copy_sqn(struct store_impi *impi, const struct store_impi *old)
{
	if (old->left == SQN_NONE)
		return;
	if (impi->seq > sqn_ceiling(old)) { /* sqn = of the file */
		impi->left = impi->ahead = 0;
		return;
	}
	impi->seq = old->seq;
	impi->left = old->left;
	impi->ahead = old->ahead;
}

static bool
keep_orphan(struct store *store, const struct store_impi *old, uint64_t ceiling)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&store->tables->names, &old->name, name);
	struct orphan *o = orphans_add(&store->orphans, name, len);

	if (o == NULL)
		return false;
	o->ceiling = ceiling;
	return true;
}

bool
carry_sqn(struct store *store, const struct tables *to,
    const struct store_impi *old, uint64_t seq, uint8_t left)
{
	struct store_impi *impi = carry_impi(store->tables, old, to);

	if (impi == NULL)
		return keep_orphan(store, old, sqn_ceiling(old));
	/* Once it goes along with the old one it does so whatever that does: a
	 * reset (store_resync) lowers both. */
	if (impi->left != SQN_NONE && impi->seq == seq && impi->left == left) {
		impi->seq = old->seq;
		impi->left = old->left;
		impi->ahead = old->ahead;
	} else {
		copy_sqn(impi, old);
	}
	carry_position(sub_of(impi->sub), sub_of(old->sub));
	return true;
}

bool
carry_orphans(
    struct store *store, const struct tables *to, const struct sub *old)
{
	for (unsigned i = 0; i < old->pub.nimpis; i++) {
		const struct store_impi *impi = &old->pub.impis[i];

		if (impi->left != SQN_NONE &&
		    carry_impi(store->tables, impi, to) == NULL &&
		    !keep_orphan(store, impi, sqn_ceiling(impi)))
			return false;
	}
	return true;
}

/* What is known of an identity: its old subscription, or NULL. */
static const struct sub *
carry_one(struct store *store, const struct tables *to, struct sub *sub,
    struct store_impi *impi)
{
	char name[STORE_NAME_MAX];
	size_t len = names_text(&to->names, &impi->name, name);
	const struct store_impi *old = tables_impi(store->tables, name, len);

	if (old == NULL) {
		const struct orphan *o =
		    orphans_find(&store->orphans, name, len);

		if (o != NULL && impi->left == SQN_NONE)
			sqn_restore(impi, o->ceiling, false);
		return NULL;
	}
	if (impi->left == SQN_NONE)
		copy_sqn(impi, old);

	carry_position(sub, sub_of(old->sub));
	return sub_of(old->sub);
}

/* --- Registrations --- */

static const char *
carry_reg(struct store *store, struct tables *to, struct sub *sub,
    const struct sub *old, bool *carried)
{
	char buf[RECORD_MAX + 1];
	struct record r;

	*carried = false;
	if (reg_text(buf, store->tables, old) == 0)
		return NULL;

	const char *wrong = record_parse(&r, buf);

	return wrong != NULL ? wrong : reg_carry(store, to, &r, sub, carried);
}

static bool
is_clear(const struct sub *sub)
{
	struct store_reg reg;

	store_get_reg(&sub->pub, &reg);
	return reg_is_empty(&reg);
}

/* Of several that have become one the registration of the last counts. */
const char *
carry_sub(struct store *store, struct tables *to, struct sub *sub)
{
	const struct sub *olds[STORE_IMPIS_MAX];
	const char *wrong = NULL;
	bool carried = false;
	unsigned n = 0;

	for (unsigned i = 0; i < sub->pub.nimpis; i++) {
		const struct sub *old =
		    carry_one(store, to, sub, &sub->pub.impis[i]);

		if (old != NULL && (n == 0 || olds[n - 1] != old))
			olds[n++] = old;
	}
	while (n > 0 && !carried && wrong == NULL)
		wrong = carry_reg(store, to, sub, olds[--n], &carried);
	if (!carried && !is_clear(sub))
		reg_clear(store, to, sub);
	return wrong;
}

/* --- What no file has --- */

bool
carry_own(struct store *store, const struct store_hooks *hooks,
    struct tables *to, const struct sub *old, const char **file,
    char what[LOAD_FAULT_LEN])
{
	struct sub *sub =
	    provision_carry(hooks, store->tables, old, to, file, what);

	if (sub == NULL)
		return false;

	const char *wrong = carry_sub(store, to, sub);

	if (wrong != NULL)
		snprintf(what, LOAD_FAULT_LEN, "%s", wrong);
	return wrong == NULL;
}

/* --- What is lost --- */

bool
carry_loss(struct store *store, const struct tables *from,
    const struct sub *old, uint64_t *last)
{
	const struct tables *to = store->tables;
	char before[RECORD_MAX + 1], after[RECORD_MAX + 1];
	size_t before_len = reg_text(before, from, old);

	if (before_len == 0)
		return true;

	struct sub *sub = carry_find(from, old, to);
	size_t len = sub != NULL ? reg_text(after, to, sub) : 0;

	if (len == before_len && memcmp(before, after, len) == 0)
		return true;
	if (len == 0) {
		struct store_reg none = { .nsets = 0 };

		len = sub != NULL
			  ? record_sub(after, &to->names, &sub->pub, &none)
			  : record_sub(after, &from->names, &old->pub, &none);
	}

	uint64_t position = journal_append(store->journal, after, len);

	if (position == 0)
		return false;
	if (sub != NULL && store->durability == STORE_SYNC)
		sub->position = position;
	*last = position;
	return true;
}
