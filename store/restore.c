/*
 * What the store does with S-CSCF restoration information: a record in the
 * journal, then the change in memory.
 *
 * A piece counts only while its private identity is registered in its set;
 * the end of that registration takes it away without a record of its own.
 */
#include "store/local.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof "restoration  16 " + 3 * STORE_NAME_MAX +
		       3 * STORE_RESTORATION_MAX <=
		   RECORD_MAX,
    "a record has room for everything");

const void *
store_restoration(const struct store *store, const struct store_impi *impi,
    unsigned set, size_t *len)
{
	const struct sub *sub = sub_of(impi->sub);
	char name[STORE_NAME_MAX];

	*len = 0;
	if (store->restorations.count == 0 || set >= sub->pub.nsets ||
	    (sub->sets[set].registered >> impi->index & 1) == 0)
		return NULL;

	size_t n = names_text(&store->tables->names, &impi->name, name);
	const struct restoration_piece *p =
	    restorations_find(&store->restorations, name, n, set);

	if (p == NULL)
		return NULL;
	*len = p->len;
	return p->octets;
}

static bool
is_same(const struct restoration_piece *p, const void *octets, size_t len)
{
	if (p == NULL)
		return len == 0;
	return p->len == len && memcmp(p->octets, octets, len) == 0;
}

bool
store_put_restoration(struct store *store, struct store_impi *impi,
    unsigned set, const void *octets, size_t len)
{
	struct restorations *all = &store->restorations;
	char name[STORE_NAME_MAX], buf[RECORD_MAX];
	size_t n = names_text(&store->tables->names, &impi->name, name);
	struct restoration_piece *p = NULL;
	struct restoration *one = NULL;

	if (set >= impi->sub->nsets || len > STORE_RESTORATION_MAX)
		return false;
	if (is_same(restorations_find(all, name, n, set), octets, len))
		return true;
	if (len > 0) {
		p = restorations_piece(set, octets, len);
		one = restorations_entry(all, name, n);
	}
	if ((len > 0 && (p == NULL || one == NULL)) ||
	    !store_append(store, sub_of(impi->sub), buf,
		record_restoration(buf, name, n, set, octets, len))) {
		free(p);
		return false;
	}
	if (len > 0)
		restorations_put(one, p);
	else
		restorations_drop(all, name, n, set);
	if (store->reload != NULL)
		reload_mirror(store, sub_of(impi->sub));
	return true;
}

/*
 * Also where nobody was registered before: on replay a state that is newer than
 * a piece in the journal may have told the end of its registration already, and
 * the piece must not wait for the next one.
 */
void
restore_end(struct store *store, const struct names *names,
    const struct sub *sub, const struct store_set *sets)
{
	for (unsigned i = 0;
	     store->restorations.count > 0 && i < sub->pub.nsets; i++) {
		for (unsigned k = 0; k < sub->pub.nimpis; k++) {
			char name[STORE_NAME_MAX];

			if ((sets[i].registered >> k & 1) != 0)
				continue;

			size_t len =
			    names_text(names, &sub->pub.impis[k].name, name);

			restorations_drop(&store->restorations, name, len, i);
		}
	}
}

const char *
restore_replay(struct store *store, const struct record *r, bool *known)
{
	const char *name = r->impis[0];
	size_t len = strlen(name);

	*known = tables_impi(store->tables, name, len) != NULL;
	if (!*known)
		return NULL;
	if (r->octets_len == 0) {
		restorations_drop(&store->restorations, name, len, r->set);
		return NULL;
	}

	struct restoration_piece *p =
	    restorations_piece(r->set, r->octets, r->octets_len);
	struct restoration *one =
	    restorations_entry(&store->restorations, name, len);

	if (p == NULL || one == NULL) {
		free(p);
		return "out of memory";
	}
	restorations_put(one, p);
	return NULL;
}

/* Does it still count? */
static bool
counts(const struct store *store, const struct restoration *one,
    const struct restoration_piece *p)
{
	const struct store_impi *impi =
	    tables_impi(store->tables, one->impi, one->len);
	size_t len;

	return impi != NULL &&
	       store_restoration(store, impi, p->set, &len) == p->octets;
}

static void
prune(const struct store *store, struct restoration *one)
{
	struct restoration_piece **at = &one->pieces;

	while (*at != NULL) {
		struct restoration_piece *p = *at;

		if (counts(store, one, p)) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		free(p);
	}
}

bool
restore_prune(struct store *store, uint32_t *at, size_t n)
{
	while (n-- > 0) {
		if (*at >= store->restorations.count)
			return false;
		prune(store, &store->restorations.list[(*at)++]);
	}
	return true;
}

unsigned
restore_emit(struct store *store, struct journal *j, uint32_t i)
{
	const struct restoration *one = &store->restorations.list[i];
	const struct restoration_piece *p = one->pieces;
	char buf[RECORD_MAX];
	unsigned cost = 1;

	for (; p != NULL; p = p->next) {
		size_t len = record_restoration(
		    buf, one->impi, one->len, p->set, p->octets, p->len);

		if (!journal_put(j, buf, len))
			return 0;
		cost += SNAPSHOT_RECORD;
	}
	return cost;
}
