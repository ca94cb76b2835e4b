/*
 * Opening hssd's own folder: replay of what the journal tells, then a fresh
 * snapshot of it.
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

static bool
emit_sqn(struct journal *j, const char *name, size_t len, uint64_t ceiling)
{
	char buf[RECORD_MAX];

	len = record_sqn(buf, name, len, ceiling, false);
	return journal_put(j, buf, len);
}

static bool
emit_sub(struct store *store, struct journal *j, const struct sub *sub)
{
	const struct names *names = &store->tables->names;
	struct store_reg reg;
	char buf[RECORD_MAX];

	store_get_reg(&sub->pub, &reg);
	if (!reg_is_empty(&reg) &&
	    !journal_put(j, buf, record_sub(buf, names, &sub->pub, &reg)))
		return false;
	for (unsigned i = 0; i < sub->pub.nimpis; i++) {
		const struct store_impi *impi = &sub->pub.impis[i];
		char name[STORE_NAME_MAX];

		if (impi->left != SQN_NONE &&
		    !emit_sqn(j, name, names_text(names, &impi->name, name),
			sqn_ceiling(impi)))
			return false;
	}
	return true;
}

static bool
emit(void *arg, struct journal *j)
{
	struct store *store = arg;
	struct arena_walk walk = { 0 };
	const struct sub *sub;

	while ((sub = tables_next(store->tables, &walk)) != NULL) {
		if (!emit_sub(store, j, sub))
			return false;
	}
	for (uint32_t i = 0; i < store->orphans.count; i++) {
		const struct orphan *o = &store->orphans.list[i];

		if (tables_impi(store->tables, o->impi, o->len) == NULL &&
		    !emit_sqn(j, o->impi, o->len, o->ceiling))
			return false;
	}
	return restore_emit(store, j);
}

bool
store_open_io(struct store *store, const char *dir, const struct journal_io *io,
    struct store_report *report, store_fault_fn *fault, void *arg)
{
	struct replay p = { .store = store };

	*report = (struct store_report){ 0 };

	struct journal *j =
	    journal_open(dir, io, replay, &p, report, fault, arg);

	report->forgotten = p.forgotten;
	if (j == NULL)
		return false;
	restore_prune(store);
	if (!journal_compact(j, emit, store)) {
		journal_close(j);
		return false;
	}
	if (!journal_start(j)) {
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
