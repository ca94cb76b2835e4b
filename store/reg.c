/*
 * Registration state (TS 29.228, 6.1 and 6.2 say what it means): a record in
 * the journal, then the change in memory.
 */
#include "store/local.h"

#include <string.h>

enum store_state
store_set_state(const struct store_set *set)
{
	if (set->registered != 0)
		return STORE_REGISTERED;
	return set->unregistered ? STORE_UNREGISTERED : STORE_NOT_REGISTERED;
}

static bool
set_is_empty(const struct store_set *set)
{
	return set->registered == 0 && set->pending == 0 && !set->unregistered;
}

bool
reg_is_empty(const struct store_reg *reg)
{
	for (unsigned i = 0; i < reg->nsets; i++) {
		if (!set_is_empty(&reg->sets[i]))
			return false;
	}
	return reg->scscf.name == NULL;
}

void
store_get_reg(const struct store_sub *pub, struct store_reg *reg)
{
	const struct sub *sub = sub_of(pub);

	*reg = (struct store_reg){ .reassign = pub->reassign,
		.nsets = pub->nsets };
	memcpy(reg->sets, sub->sets, pub->nsets * sizeof *sub->sets);
	if (sub->scscf == NULL)
		return;
	reg->scscf.name = sub->scscf->name;
	if (*sub->scscf->host != '\0')
		reg->scscf.host = sub->scscf->host;
	if (*sub->scscf->realm != '\0')
		reg->scscf.realm = sub->scscf->realm;
}

size_t
reg_text(
    char buf[RECORD_MAX + 1], const struct tables *t, const struct sub *sub)
{
	struct store_reg reg;

	store_get_reg(&sub->pub, &reg);
	if (reg_is_empty(&reg))
		return 0;

	size_t len = record_sub(buf, &t->names, &sub->pub, &reg);

	buf[len] = '\0';
	return len;
}

static bool
same_set(const struct store_set *a, const struct store_set *b)
{
	return a->registered == b->registered && a->pending == b->pending &&
	       a->unregistered == b->unregistered;
}

static bool
is_same(const struct sub *sub, const struct store_reg *reg)
{
	for (unsigned i = 0; i < reg->nsets; i++) {
		if (!same_set(&sub->sets[i], &reg->sets[i]))
			return false;
	}
	return sub->pub.reassign == reg->reassign &&
	       scscf_same(sub->scscf, &reg->scscf);
}

/* The sets are those of the subscription, bits stand for IMPIs it has. */
static bool
fits(const struct store_sub *sub, const struct store_reg *reg)
{
	if (reg->nsets != sub->nsets)
		return false;
	for (unsigned i = 0; i < reg->nsets; i++) {
		unsigned bits = reg->sets[i].registered | reg->sets[i].pending;

		if (bits >> sub->nimpis != 0)
			return false;
	}
	return true;
}

/* Takes over the use of scscf. */
static void
set_reg(struct store *store, struct tables *t, struct sub *sub,
    struct scscf *scscf, bool reassign, const struct store_set *sets)
{
	/* Tables that are still being built don't decide about it. */
	if (t == store->tables)
		restore_end(store, &t->names, sub, sets);
	sub->pub.reassign = reassign;
	t->registered -= tables_registered(sub->sets, sub->pub.nsets);
	t->registered += tables_registered(sets, sub->pub.nsets);
	scscf_drop(&store->scscfs, sub->scscf);
	sub->scscf = scscf;
	memcpy(sub->sets, sets, sub->pub.nsets * sizeof *sets);
}

bool
store_put_reg(
    struct store *store, struct store_sub *pub, const struct store_reg *reg)
{
	struct sub *sub = sub_of(pub);
	struct scscf *scscf = NULL;
	char buf[RECORD_MAX];

	if (!fits(pub, reg))
		return false;
	if (is_same(sub, reg))
		return true;
	if (reg->scscf.name != NULL) {
		scscf = scscf_get(&store->scscfs, &reg->scscf);
		if (scscf == NULL)
			return false;
	}

	size_t len = record_sub(buf, &store->tables->names, pub, reg);

	if (!store_append(store, sub, buf, len)) {
		scscf_drop(&store->scscfs, scscf);
		return false;
	}
	set_reg(store, store->tables, sub, scscf, reg->reassign, reg->sets);
	if (store->reload != NULL)
		reload_mirror(store, sub);
	return true;
}

/* The IMPIs of a record that still belong to one subscription; the first
 * known one says which. */
static struct sub *
find_impis(const struct tables *t, const struct record *r,
    const struct store_impi *impis[STORE_IMPIS_MAX])
{
	struct sub *sub = NULL;

	for (unsigned i = 0; i < r->nimpis; i++) {
		impis[i] = tables_impi(t, r->impis[i], strlen(r->impis[i]));
		if (impis[i] == NULL)
			continue;
		if (sub == NULL)
			sub = sub_of(impis[i]->sub);
		if (impis[i]->sub != &sub->pub)
			impis[i] = NULL;
	}
	return sub;
}

/* Bits by place in the record's list to bits by index of the IMPI. */
static uint16_t
map_mask(uint16_t mask, const struct store_impi *const *impis, unsigned nimpis)
{
	unsigned out = 0;

	for (unsigned i = 0; i < nimpis; i++) {
		if ((mask >> i & 1) != 0 && impis[i] != NULL)
			out |= 1u << impis[i]->index;
	}
	return (uint16_t)out;
}

static const char *
restore(struct store *store, struct tables *t, const struct record *r,
    struct sub *sub, const struct store_impi *const *impis)
{
	struct store_set sets[STORE_SETS_MAX] = { 0 };
	struct scscf *scscf = NULL;
	bool had = false, has = false;

	for (unsigned i = 0; i < STORE_SETS_MAX; i++) {
		const struct store_set *set = &r->reg.sets[i];

		had = had || !set_is_empty(set);
		if (i >= sub->pub.nsets) {
			store->lost = store->lost || !set_is_empty(set);
			continue;
		}
		sets[i] = (struct store_set){
			.registered =
			    map_mask(set->registered, impis, r->nimpis),
			.pending = map_mask(set->pending, impis, r->nimpis),
			.unregistered = set->unregistered,
		};
		has = has || !set_is_empty(&sets[i]);
	}
	/* When all it was assigned for is gone, so is the S-CSCF. */
	if (r->reg.scscf.name != NULL && (has || !had)) {
		scscf = scscf_get(&store->scscfs, &r->reg.scscf);
		if (scscf == NULL)
			return "an S-CSCF is one too many or out of memory";
	}
	set_reg(store, t, sub, scscf, scscf != NULL && r->reg.reassign, sets);
	return NULL;
}

const char *
reg_restore(struct store *store, struct tables *t, const struct record *r,
    struct sub **sub)
{
	const struct store_impi *impis[STORE_IMPIS_MAX];

	*sub = find_impis(t, r, impis);
	for (unsigned i = 0; i < r->nimpis; i++)
		store->lost = store->lost || impis[i] == NULL;
	return *sub != NULL ? restore(store, t, r, *sub, impis) : NULL;
}

const char *
reg_carry(struct store *store, struct tables *t, const struct record *r,
    struct sub *sub, bool *carried)
{
	const struct store_impi *impis[STORE_IMPIS_MAX];

	*carried = find_impis(t, r, impis) == sub;
	return *carried ? restore(store, t, r, sub, impis) : NULL;
}

void
reg_clear(struct store *store, struct tables *t, struct sub *sub)
{
	static const struct store_set none[STORE_SETS_MAX];

	set_reg(store, t, sub, NULL, false, none);
}
