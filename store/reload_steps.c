/*
 * The stages of a reload that the owner of the store goes through, step by
 * step, and what it changes meanwhile.
 */
#include "store/reload.h"

#include <stdio.h>
#include <string.h>

void
reload_enter(struct reload *r, enum reload_stage stage)
{
	r->stage = stage;
	r->walk = (struct arena_walk){ 0 };
}

/* file NULL: it is about no file more than about others. */
static void
tell(struct reload *r, const char *file, const char *what)
{
	size_t n = r->plan.nfiles;

	if (file == NULL)
		file = n > 0 ? r->plan.files[n - 1] : "subscribers";
	if (++r->found > LOAD_FAULTS_MAX)
		return;
	r->told++;
	r->fault(r->arg, file, 0, what);
}

/* Nothing has changed after all. */
static enum store_reload
drop(struct reload *r)
{
	size_t untold = r->found - r->told;
	char what[64];

	if (untold > 0) {
		snprintf(
		    what, sizeof what, "%zu more faults are not told", untold);
		r->found = 0;
		tell(r, NULL, what);
	}
	r->gone = r->to;
	r->to = NULL;
	reload_enter(r, DROPPING);
	return STORE_RELOAD_MORE;
}

static enum store_reload
fail(struct reload *r, const char *wrong)
{
	tell(r, NULL, wrong);
	return drop(r);
}

static enum store_reload
loading(struct store *store)
{
	struct reload *r = store->reload;

	if (!atomic_load(&r->ended))
		return STORE_RELOAD_WAITS;
	reload_join_thread(r);
	for (unsigned i = 0; i < r->nfaults; i++) {
		const struct reload_fault *t = &r->faults[i];

		r->fault(r->arg, t->file, t->line,
		    t->what != NULL ? t->what : RELOAD_NO_MEMORY);
	}
	if (r->to == NULL)
		return reload_end(store);
	reload_enter(r, CARRYING);
	return STORE_RELOAD_MORE;
}

static enum store_reload
carrying(struct store *store, size_t n)
{
	struct reload *r = store->reload;

	while (n-- > 0 && r->wrong == NULL) {
		struct sub *sub = tables_next(r->to, &r->walk);

		if (sub == NULL) {
			reload_enter(r, KEEPING);
			break;
		}
		r->wrong = carry_sub(store, r->to, sub);
	}
	return r->wrong == NULL ? STORE_RELOAD_MORE : fail(r, r->wrong);
}

static enum store_reload
swap(struct store *store)
{
	struct reload *r = store->reload;

	if (store->journal != NULL && journal_failing(store->journal) != 0)
		return fail(r, RELOAD_DISK_FAILS);
	memcpy(r->old.key, store->key, sizeof store->key);
	r->old.tables = r->gone = store->tables;
	store->tables = r->to;
	r->to = NULL;
	r->swapped = true;
	snapshot_restart(store);
	reload_enter(r, LEAVING);
	return STORE_RELOAD_SWAPPED;
}

/* Subscriptions that no file has are hssd's own, and stay; of others nothing
 * but numbers. */
static void
keep(struct store *store, const struct sub *old)
{
	struct reload *r = store->reload;
	char what[LOAD_FAULT_LEN];
	const char *file;

	if (old->pub.own &&
	    !carry_own(store, r->plan.hooks, r->to, old, &file, what))
		tell(r, file, what);
	else if (!old->pub.own && !carry_orphans(store, r->to, old))
		r->wrong = RELOAD_NO_MEMORY;
}

static enum store_reload
keeping(struct store *store, size_t n)
{
	struct reload *r = store->reload;

	while (n-- > 0 && r->wrong == NULL) {
		const struct sub *old = tables_next(store->tables, &r->walk);

		if (old == NULL)
			return r->told > 0 ? drop(r) : swap(store);
		keep(store, old);
	}
	return r->wrong == NULL ? STORE_RELOAD_MORE : fail(r, r->wrong);
}

/* Losses must not take the room that requests need in the journal. */
static bool
may_append(const struct store *store)
{
	const struct reload *r = store->reload;
	uint64_t durable = store_durable(store);

	if (r->last <= durable || r->last - durable < RELOAD_LOSSES_AHEAD)
		return true;
	journal_hurry(store->journal);
	return false;
}

static bool
leave(struct store *store, struct sub *old)
{
	struct reload *r = store->reload;

	if (store->journal != NULL &&
	    (!may_append(store) || !carry_loss(store, r->gone, old, &r->last)))
		return false;
	if (store->change != NULL && old->scscf != NULL) {
		const struct sub *sub = carry_find(r->gone, old, store->tables);

		store->change(store->change_arg, &r->old, &old->pub, store,
		    sub != NULL ? &sub->pub : NULL);
	}
	scscf_drop(&store->scscfs, old->scscf);
	old->scscf = NULL;
	return true;
}

static enum store_reload
leaving(struct store *store, size_t n)
{
	struct reload *r = store->reload;

	while (n-- > 0) {
		struct arena_walk here = r->walk;
		struct sub *old = tables_next(r->gone, &r->walk);

		if (old == NULL) {
			reload_enter(r, PRUNING);
			break;
		}
		if (!leave(store, old)) {
			r->walk = here;
			return STORE_RELOAD_WAITS;
		}
	}
	return STORE_RELOAD_MORE;
}

/* Without a thread it takes its time. */
static enum store_reload
start_freeing(struct reload *r)
{
	reload_enter(r, FREEING);
	if (r->fd >= 0 && reload_start_thread(r))
		return STORE_RELOAD_WAITS;
	tables_free(r->gone, NULL);
	atomic_store(&r->ended, true);
	return STORE_RELOAD_MORE;
}

static enum store_reload
dropping(struct store *store, size_t n)
{
	struct reload *r = store->reload;

	while (n-- > 0) {
		struct sub *sub = tables_next(r->gone, &r->walk);

		if (sub == NULL)
			return start_freeing(r);
		scscf_drop(&store->scscfs, sub->scscf);
		sub->scscf = NULL;
	}
	return STORE_RELOAD_MORE;
}

/* What was left for a registration that the swap has ended counts no more;
 * should it be registered anew before this comes to it, cx/ tells what is to
 * be kept for it then. */
static enum store_reload
pruning(struct store *store, size_t n)
{
	struct reload *r = store->reload;

	return restore_prune(store, &r->pruned, n) ? STORE_RELOAD_MORE
						   : start_freeing(r);
}

static enum store_reload
freeing(struct store *store)
{
	struct reload *r = store->reload;

	if (!atomic_load(&r->ended))
		return STORE_RELOAD_WAITS;
	reload_join_thread(r);
	return reload_end(store);
}

enum store_reload
store_reload_step(struct store *store, size_t n)
{
	if (store->reload == NULL)
		return STORE_RELOAD_NONE;
	switch (store->reload->stage) {
	case LOADING:
		return loading(store);
	case CARRYING:
		return carrying(store, n);
	case KEEPING:
		return keeping(store, n);
	case LEAVING:
		return leaving(store, n);
	case DROPPING:
		return dropping(store, n);
	case PRUNING:
		return pruning(store, n);
	case FREEING:
		break;
	}
	return freeing(store);
}

/* --- Changes of the old tables meanwhile --- */

static bool
is_mirrored(const struct reload *r)
{
	return r->stage == CARRYING || r->stage == KEEPING;
}

void
reload_mirror(struct store *store, const struct sub *old)
{
	struct reload *r = store->reload;
	const struct sub *last = NULL;

	if (!is_mirrored(r))
		return;
	for (unsigned i = 0; i < old->pub.nimpis && r->wrong == NULL; i++) {
		const struct store_impi *impi =
		    carry_impi(store->tables, &old->pub.impis[i], r->to);

		if (impi == NULL || sub_of(impi->sub) == last)
			continue;
		last = sub_of(impi->sub);
		r->wrong = carry_sub(store, r->to, sub_of(impi->sub));
	}
}

void
reload_mirror_sqn(struct store *store, const struct store_impi *impi,
    uint64_t seq, uint8_t left)
{
	struct reload *r = store->reload;

	if (!is_mirrored(r))
		return;
	if (!carry_sqn(store, r->to, impi, seq, left))
		r->wrong = RELOAD_NO_MEMORY;
}
