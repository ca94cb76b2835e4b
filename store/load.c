/*
 * The operator's files, all or nothing: tables built of the sections that a
 * reader makes of them, batch after batch.
 *
 * They take the place of the store's (reload.c) when there was no fault.  Of
 * large files the reader is a thread of its own.
 */
#include "store/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	THREAD_MIN = 1 << 20, /* octets of all files: a thread pays off */
	AHEAD = 8, /* sections between fetching their slots and using them */
	FEW = 100, /* sections that say nothing about all */
};
#define SPARE (1. / 32)

static void
tell(struct load *l, unsigned line, const char *what)
{
	l->faults++;
	if (l->faults > LOAD_FAULTS_MAX)
		return;
	l->told++;
	l->fault(l->arg, l->files[l->file], line, what);
}

void
load_fault(struct load *l, unsigned line, const char *format, ...)
{
	char what[LOAD_FAULT_LEN];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	tell(l, line, what);
}

void
load_no_memory(struct load *l)
{
	if (!l->no_memory)
		tell(l, l->line, "out of memory");
	l->no_memory = true;
}

/* Fetches what a section will need into the cache. */
static void
prefetch(const struct load *l, const struct load_section *s)
{
	if (s == NULL)
		return;
	hash_prefetch(&l->tables->sections, s->hash);
	for (unsigned i = 0; i < s->nimpis; i++)
		hash_prefetch(&l->tables->impis, s->impis[i].hash);
	for (unsigned i = 0; i < s->nimpus; i++)
		hash_prefetch(&l->tables->impus, s->impus[i].hash);
}

static void
build_item(struct load *l, const struct load_item *item)
{
	l->file = item->file;
	if (item->section == NULL) {
		tell(l, item->line, item->what);
		return;
	}
	l->section = item->section;
	l->line = item->section->end;
	if (!load_build(l))
		load_no_memory(l);
}

/* Room for so many times what is there. */
static bool
reserve(struct hash *h, double times)
{
	return hash_reserve(h, (uint64_t)((double)h->count * times));
}

/* The first batch of large files tells how much the tables will hold, if the
 * rest is like it; without the memory they grow by and by. */
static void
make_room(struct load *l, const struct load_batch *b)
{
	struct tables *t = l->tables;
	double times;

	if (l->octets == 0 || b->read == 0 || t->sections.count < FEW)
		return;
	times = (double)l->octets / (double)b->read * (1 + SPARE);
	(void)(reserve(&t->sections, times) && reserve(&t->impis, times) &&
	       reserve(&t->impus, times));
	l->octets = 0;
}

static void
build_batch(struct load *l, const struct load_batch *b)
{
	for (size_t i = 0; i < AHEAD && i < b->nitems; i++)
		prefetch(l, b->items[i].section);
	for (size_t i = 0; i < b->nitems && !l->no_memory; i++) {
		if (i + AHEAD < b->nitems)
			prefetch(l, b->items[i + AHEAD].section);
		build_item(l, &b->items[i]);
	}
	make_room(l, b);
}

static bool
is_cancelled(const struct load *l)
{
	return l->plan->cancel != NULL && atomic_load(l->plan->cancel);
}

/* Builds at once: the reader goes on with the same batch. */
static struct load_batch *
build_now(void *arg, struct load_batch *b)
{
	struct load *l = arg;

	build_batch(l, b);
	load_batch_clear(b);
	return l->no_memory || is_cancelled(l) ? NULL : b;
}

static void
load_alone(struct load *l, struct load_reader *r)
{
	if (l->batch == NULL)
		l->batch = calloc(1, sizeof *l->batch);
	if (l->batch == NULL) {
		load_no_memory(l);
		return;
	}
	r->flush = build_now;
	r->arg = l;
	r->batch = l->batch;
	load_read(r);
	build_batch(l, l->batch);
	load_batch_clear(l->batch);
}

/* False: there is no thread to have. */
static bool
load_beside(struct load *l, struct load_reader *r)
{
	struct load_ring *ring = load_ring_new(r);
	struct load_batch *b;

	if (ring == NULL)
		return false;
	while (!l->no_memory && !is_cancelled(l) &&
	       (b = load_ring_next(ring)) != NULL)
		build_batch(l, b);
	load_ring_free(ring);
	return true;
}

static uint64_t
octets_of(const char *const *files, size_t nfiles)
{
	uint64_t octets = 0;
	struct stat st;

	for (size_t i = 0; i < nfiles; i++) {
		if (stat(files[i], &st) == 0 && S_ISREG(st.st_mode))
			octets += (uint64_t)st.st_size;
	}
	return octets;
}

/* Counts what is beyond the limit. */
static void
tell_untold(struct load *l)
{
	char what[64];

	if (l->faults <= l->told)
		return;
	snprintf(what, sizeof what, "%zu more faults are not told",
	    l->faults - l->told);
	l->told++;
	l->fault(l->arg, l->files[l->file], 0, what);
}

/* NULL: out of memory. */
static struct load_reader *
new_reader(struct load *l, size_t nfiles)
{
	struct load_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->hooks = l->plan->hooks;
	memcpy(r->key, l->plan->key, sizeof r->key);
	r->profiles = &l->tables->profiles;
	r->chargings = &l->tables->chargings;
	r->files = l->files;
	r->nfiles = nfiles;
	return r;
}

static void
free_reader(struct load_reader *r)
{
	if (r != NULL)
		explicit_bzero(r, sizeof *r);
	free(r);
}

/* Reads everything; afterwards l->faults counts. */
static void
load_files(struct load *l, size_t nfiles)
{
	struct load_reader *r = new_reader(l, nfiles);

	if (r == NULL) {
		load_no_memory(l);
		return;
	}
	l->octets = octets_of(l->files, nfiles);
	if (l->octets < THREAD_MIN || !load_beside(l, r))
		load_alone(l, r);
	free_reader(r);
	l->file = nfiles > 0 ? (unsigned)nfiles - 1 : 0;
	tell_untold(l);
}

/* Makes a table smaller that has more room than is worth the move.  Without
 * the memory for it, it stays as it is. */
static void
fit(struct hash *h)
{
	if (h->old != NULL || h->nslots > h->count + h->count / 4)
		(void)hash_fit(h);
}

static void
free_load(struct load *l)
{
	free_reader(l->reader);
	free(l->batch);
	free(l->places);
	free(l);
}

size_t
load_tables(const struct load_plan *plan, struct tables **tables)
{
	static const char *const none[] = { "subscribers" };
	struct load *l = calloc(1, sizeof *l);

	*tables = l != NULL ? tables_new(plan->key) : NULL;
	if (*tables == NULL) {
		free(l);
		plan->fault(plan->arg,
		    plan->nfiles > 0 ? plan->files[0] : none[0], 0,
		    "out of memory");
		return 1;
	}
	l->plan = plan;
	l->tables = *tables;
	l->files = plan->nfiles > 0 ? plan->files : none;
	l->fault = plan->fault;
	l->arg = plan->arg;
	load_files(l, plan->nfiles);

	size_t told = l->told;

	if (told > 0 || is_cancelled(l)) {
		tables_free(*tables, NULL);
		*tables = NULL;
	} else {
		fit(&l->tables->impis);
		fit(&l->tables->impus);
		fit(&l->tables->sections);
	}
	free_load(l);
	return told;
}

struct load *
load_begin(const struct store *store, struct tables *tables, const char *name,
    store_fault_fn *fault, void *arg)
{
	struct load *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->text =
	    (struct load_plan){ .key = store->key, .hooks = &store->hooks };
	l->plan = &l->text;
	l->tables = tables;
	l->name = name;
	l->files = &l->name;
	l->fault = fault;
	l->arg = arg;
	l->reader = new_reader(l, 1);
	if (l->reader == NULL) {
		free_load(l);
		return NULL;
	}
	return l;
}

void
load_more(struct load *l, const char *text, size_t len)
{
	l->reader->text = text;
	l->reader->text_len = len;
	load_alone(l, l->reader);
}

size_t
load_end(struct load *l)
{
	tell_untold(l);

	size_t told = l->told;

	free_load(l);
	return told;
}
