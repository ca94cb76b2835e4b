/*
 * The operator's files again, while all goes on.
 *
 * A thread builds new tables from the files alone.  Then, in slices, the new
 * tables get what the old ones, the store's, know: from here on each change
 * of those is made in the new ones, too.  When all is there the tables change
 * places at once.  After that the old ones are as they were at that moment;
 * in slices again, what they had and the store has no more is journalled and
 * told, and a thread wipes and frees them.
 *
 * A loss is journalled after the fact, so a reload that ends before its time
 * has changed nothing.  After a crash in between, the files are read anew: who
 * is not in them has no state, whatever the journal says.  And no other reload
 * can bring a subscription back before the journal has its loss, since one
 * ends before the next begins.
 */
#include "store/reload.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void
free_reload(struct reload *r)
{
	for (unsigned i = 0; i < r->nfaults; i++)
		free(r->faults[i].what);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

enum store_reload
reload_end(struct store *store)
{
	struct reload *r = store->reload;
	bool swapped = r->swapped;

	store->reload = NULL;
	free_reload(r);
	return swapped ? STORE_RELOAD_DONE : STORE_RELOAD_FAILED;
}

static struct reload *
new_reload(struct store *store, const char *const *files, size_t nfiles,
    store_fault_fn *fault, void *arg)
{
	struct reload *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->fd = -1;
	r->fault = fault;
	r->arg = arg;
	r->hooks = store->hooks;
	r->plan = (struct load_plan){
		.key = store->key,
		.hooks = &r->hooks,
		.files = files,
		.nfiles = nfiles,
		.fault = fault,
		.arg = arg,
	};
	return r;
}

bool
store_reload_begin(struct store *store, const struct store_hooks *hooks,
    const char *const *files, size_t nfiles, store_fault_fn *fault, void *arg)
{
	if (store->reload != NULL)
		return false;

	struct reload *r = new_reload(store, files, nfiles, fault, arg);

	if (r == NULL)
		return false;
	r->hooks = *hooks;
	r->plan.fault = reload_note_fault;
	r->plan.arg = r;
	r->plan.cancel = &r->cancel;
	r->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (r->fd < 0 || !reload_start_thread(r)) {
		free_reload(r);
		return false;
	}
	store->reload = r;
	return true;
}

bool
store_reloading(const struct store *store)
{
	return store->reload != NULL;
}

int
store_reload_fd(const struct store *store)
{
	return store->reload != NULL ? store->reload->fd : -1;
}

void
store_reload_stop(struct store *store)
{
	struct reload *r = store->reload;

	if (r == NULL)
		return;
	atomic_store(&r->cancel, true);
	reload_join_thread(r);
	if (r->stage != FREEING)
		tables_free(r->gone, &store->scscfs);
	tables_free(r->to, &store->scscfs);
	if (r->swapped)
		restore_prune(store, &r->pruned, SIZE_MAX);
	reload_end(store);
}

/* All steps at once; the thread has no part in it.  A disk that takes no
 * losses at present may take them when it is called again. */
static enum store_reload
run_through(struct store *store, size_t *told)
{
	uint64_t last = UINT64_MAX;

	for (;;) {
		*told = store->reload->told;

		enum store_reload got = store_reload_step(store, SIZE_MAX);

		if (got != STORE_RELOAD_MORE && got != STORE_RELOAD_WAITS &&
		    got != STORE_RELOAD_SWAPPED)
			return got;
		if (got != STORE_RELOAD_WAITS)
			continue;
		if (store->reload->last == last || !store_sync(store))
			return STORE_RELOAD_WAITS;
		last = store->reload->last;
	}
}

static size_t
fault_one(const char *const *files, size_t nfiles, store_fault_fn *fault,
    void *arg, const char *what)
{
	fault(arg, nfiles > 0 ? files[0] : "subscribers", 0, what);
	return 1;
}

size_t
store_load(struct store *store, const char *const *files, size_t nfiles,
    store_fault_fn *fault, void *arg)
{
	size_t told;

	if (store->reload != NULL && store->reload->fd >= 0)
		return fault_one(
		    files, nfiles, fault, arg, "a reload is going on");
	if (store->reload != NULL &&
	    run_through(store, &told) == STORE_RELOAD_WAITS)
		return fault_one(files, nfiles, fault, arg, RELOAD_DISK_FAILS);

	struct reload *r = new_reload(store, files, nfiles, fault, arg);

	if (r == NULL)
		return fault_one(files, nfiles, fault, arg, RELOAD_NO_MEMORY);

	told = load_tables(&r->plan, &r->to);
	if (told > 0) {
		free_reload(r);
		return told;
	}
	store->reload = r;
	if (store->tables->count == 0 && store->orphans.count == 0) {
		r->gone = store->tables; /* which have nothing to carry */
		store->tables = r->to;
		r->to = NULL;
		store_reload_stop(store);
		return 0;
	}
	reload_enter(r, CARRYING);
	return run_through(store, &told) == STORE_RELOAD_FAILED ? told : 0;
}

void
store_on_change(struct store *store, store_change_fn *change, void *arg)
{
	store->change = change;
	store->change_arg = arg;
}
