/*
 * Opening hssd's own folder: replay of what the journal tells.
 */
#include "store/local.h"

#include <string.h>

struct replay {
	struct store *store;
	size_t forgotten;
};

static const char *
replay_sub(struct replay *p, const struct record *r)
{
	struct sub *sub;
	const char *wrong = reg_restore(p->store, p->store->tables, r, &sub);

	p->forgotten += wrong == NULL && sub == NULL;
	return wrong;
}

static const char *
replay_sqn(struct replay *p, const struct record *r)
{
	const char *name = r->impis[0];
	size_t len = strlen(name);
	struct store_impi *impi = tables_impi(p->store->tables, name, len);

	if (impi != NULL) {
		sqn_restore(impi, r->seq, r->reset);
		return NULL;
	}

	struct orphan *o = orphans_add(&p->store->orphans, name, len);

	p->forgotten++;
	if (o == NULL)
		return "out of memory";
	if (r->reset || r->seq > o->ceiling)
		o->ceiling = r->seq;
	return NULL;
}

static const char *
replay_restoration(struct replay *p, const struct record *r)
{
	bool known;
	const char *wrong = restore_replay(p->store, r, &known);

	p->forgotten += !known;
	p->store->lost = p->store->lost || !known;
	return wrong;
}

static const char *
replay(void *arg, char *payload)
{
	struct record r;
	const char *wrong = record_parse(&r, payload);

	if (wrong != NULL)
		return wrong;
	if (r.is_restoration)
		return replay_restoration(arg, &r);
	return r.is_sqn ? replay_sqn(arg, &r) : replay_sub(arg, &r);
}

bool
store_open_io(struct store *store, const char *dir, const struct journal_io *io,
    struct store_report *report, store_fault_fn *fault, void *arg)
{
	struct replay p = { .store = store };

	store->lost = false;

	*report = (struct store_report){ 0 };

	struct journal *j =
	    journal_open(dir, io, replay, &p, report, fault, arg);

	report->forgotten = p.forgotten;
	if (j == NULL)
		return false;
	restore_prune(store);
	/* Otherwise a section that comes back at a later start would find a
	 * registration that is long gone. */
	if (store->lost)
		journal_want_snapshot(j);
	if (!journal_start(j, store->durability)) {
		fault(arg, dir, 0, "no thread for the journal can be started");
		journal_close(j);
		return false;
	}
	store->journal = j;
	return true;
}

bool
store_open(struct store *store, const char *dir, struct store_report *report,
    store_fault_fn *fault, void *arg)
{
	return store_open_io(store, dir, NULL, report, fault, arg);
}
