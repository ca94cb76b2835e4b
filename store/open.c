/*
 * Opening hssd's own folder: replay of what the journal tells.
 */
#include "store/provision.h"

#include <errno.h>
#include <string.h>

struct replay {
	struct store *store;
	struct provision_replay *provision;
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
	struct replay *p = arg;
	struct record r;
	const char *wrong = record_parse(&r, payload);

	if (wrong != NULL)
		return wrong;
	wrong = provision_replay(p->provision, &r);
	if (wrong != NULL)
		return wrong;
	switch (r.kind) {
	case RECORD_SUB:
		return replay_sub(p, &r);
	case RECORD_SQN:
		return replay_sqn(p, &r);
	case RECORD_RESTORATION:
		return replay_restoration(p, &r);
	case RECORD_IMPORT:
	case RECORD_LINE:
	case RECORD_DELETE:
		break;
	}
	return NULL;
}

/* The journal with all that it tells made so; NULL after telling the fault. */
static struct journal *
open_journal(struct replay *p, const char *dir, const struct journal_io *io,
    struct store_report *report, store_fault_fn *fault, void *arg)
{
	p->provision = provision_replay_new(p->store);
	if (p->provision == NULL) {
		fault(arg, dir, 0, strerror(ENOMEM));
		return NULL;
	}

	struct journal *j =
	    journal_open(dir, io, replay, p, report, fault, arg);

	if (j != NULL &&
	    provision_replay_end(p->provision, dir, fault, arg) > 0) {
		journal_close(j);
		j = NULL;
	}
	provision_replay_free(p->provision);
	report->forgotten = p->forgotten;
	return j;
}

bool
store_open_io(struct store *store, const char *dir, const struct journal_io *io,
    struct store_report *report, store_fault_fn *fault, void *arg)
{
	struct replay p = { .store = store };

	store->lost = false;
	*report = (struct store_report){ 0 };

	struct journal *j = open_journal(&p, dir, io, report, fault, arg);

	if (j == NULL)
		return false;
	restore_prune(store, &(uint32_t){ 0 }, SIZE_MAX);
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
