/*
 * What a snapshot holds, put record by record while the loop goes on: a walk
 * over all there is in slices of a fraction of a millisecond.
 *
 * A change behind the walk's back is in the journal that began with the
 * snapshot, so the walk may tell it or not.  What has no record there must be
 * told wherever it has gone meanwhile: a private identity that was removed is
 * an orphan by now, and an orphan that came back may stand where the walk has
 * been already.
 */
#include "store/provision.h"

#include <errno.h>
#include <string.h>

static bool
emit_sqn(struct journal *j, const char *name, size_t len, uint64_t ceiling)
{
	char buf[RECORD_MAX];

	len = record_sqn(buf, name, len, ceiling, false);
	return journal_put(j, buf, len);
}

/* The section of one that is hssd's own, before what there is about it.
 * Returns what it costs; 0: failed. */
static unsigned
emit_own(struct store *store, struct journal *j, const struct sub *sub)
{
	struct secret records = { 0 };
	bool ok = provision_records_of(&records, store->tables, sub);
	unsigned n = 0;

	for (size_t at = 0; ok && at < records.len;) {
		const char *line = records.at + at;
		size_t len = strcspn(line, "\n");

		ok = journal_put(j, line, len);
		at += len + 1;
		n += SNAPSHOT_RECORD;
	}
	secret_free(&records);
	return ok ? n : 0;
}

/* Returns the number of records, at least 1 for the look at it; 0: failed. */
static unsigned
emit_sub(struct store *store, struct journal *j, const struct sub *sub)
{
	const struct names *names = &store->tables->names;
	struct store_reg reg;
	char buf[RECORD_MAX];
	unsigned n = 1;

	if (sub->pub.own) {
		n += emit_own(store, j, sub);
		if (n == 1)
			return 0;
	}
	store_get_reg(&sub->pub, &reg);
	if (!reg_is_empty(&reg)) {
		if (!journal_put(
			j, buf, record_sub(buf, names, &sub->pub, &reg)))
			return 0;
		n += SNAPSHOT_RECORD;
	}
	for (unsigned i = 0; i < sub->pub.nimpis; i++) {
		const struct store_impi *impi = &sub->pub.impis[i];
		char name[STORE_NAME_MAX];

		if (impi->left == SQN_NONE)
			continue;
		if (!emit_sqn(j, name, names_text(names, &impi->name, name),
			sqn_ceiling(impi)))
			return 0;
		n += SNAPSHOT_RECORD;
	}
	return n;
}

/* One that came back tells its own ceiling. */
static unsigned
emit_orphan(struct store *store, struct journal *j, const struct orphan *o)
{
	const struct store_impi *impi =
	    tables_impi(store->tables, o->impi, o->len);
	uint64_t ceiling = o->ceiling;

	if (impi != NULL && impi->left != SQN_NONE)
		ceiling = sqn_ceiling(impi);
	return emit_sqn(j, o->impi, o->len, ceiling) ? 1 + SNAPSHOT_RECORD : 0;
}

/* Puts the next thing of the walk.  Returns what it costs; 0: it failed, or
 * *ended. */
static unsigned
emit_next(struct store *store, struct journal *j, bool *ended)
{
	struct snapshot_walk *walk = &store->walk;
	const struct sub *sub = NULL;

	if (!walk->subs_done)
		sub = tables_next(store->tables, &walk->subs);
	if (sub != NULL)
		return emit_sub(store, j, sub);
	walk->subs_done = true;
	if (walk->orphans < store->orphans.count)
		return emit_orphan(
		    store, j, &store->orphans.list[walk->orphans++]);
	if (walk->restorations < store->restorations.count)
		return restore_emit(store, j, walk->restorations++);
	*ended = true;
	return 0;
}

static bool
emit_slice(struct store *store, struct journal *j)
{
	bool ended = false;

	for (unsigned cost = 0;
	     cost < SNAPSHOT_SLICE && journal_snapshot_room(j);) {
		unsigned n = emit_next(store, j, &ended);

		if (ended)
			journal_snapshot_end(j);
		if (n == 0)
			return false;
		cost += n;
	}
	return true;
}

void
snapshot_restart(struct store *store)
{
	store->walk = (struct snapshot_walk){ 0 };
}

static bool
begin(struct store *store, struct store_work *told)
{
	struct journal *j = store->journal;

	if (!journal_has_grown(j))
		return false;
	told->step = STORE_SNAPSHOT_BEGUN;
	told->octets = journal_snapshot_octets(j);
	snapshot_restart(store);
	journal_snapshot_begin(j);
	return false;
}

bool
store_work(struct store *store, struct store_work *told)
{
	struct journal *j = store->journal;

	*told = (struct store_work){ 0 };
	if (j == NULL)
		return false;
	switch (journal_snapshot_step(j)) {
	case SNAPSHOT_NONE:
		return begin(store, told);
	case SNAPSHOT_WALK:
		return emit_slice(store, j);
	case SNAPSHOT_WAIT:
		break;
	case SNAPSHOT_DONE:
		told->step = STORE_SNAPSHOT_DONE;
		told->octets = journal_snapshot_octets(j);
		break;
	case SNAPSHOT_FAILED:
		told->step = STORE_SNAPSHOT_FAILED;
		told->error = errno;
		break;
	}
	return false;
}
