/*
 * Subscriptions that come in and go at run time.
 *
 * An import is read into tables of its own and checked against what is there;
 * then all of it goes to the journal in one piece; then it is made so.  What
 * can fail but for the last step fails before anything changes.
 */
#include "store/provision.h"

#include <stdlib.h>
#include <string.h>

struct import {
	struct store *store;
	struct store_import *in;
	struct tables *fresh;
	struct sub **olds; /* that are replaced: of each in fresh, or NULL */
	size_t n;
	struct secret regs, records;
};

/* --- Reading --- */

static bool
read_text(struct import *im)
{
	struct store_import *in = im->in;

	im->fresh = tables_new(im->store->key);

	struct load *l = im->fresh != NULL ? load_begin(im->store, im->fresh,
						 in->name, in->fault, in->arg)
					   : NULL;

	if (l == NULL) {
		in->fault(in->arg, in->name, 0, "out of memory");
		return false;
	}
	if (in->len > STORE_IMPORT_MAX)
		load_fault(l, 0, "more than %d octets; import less at a time",
		    STORE_IMPORT_MAX);
	else
		load_more(l, in->text, in->len);
	provision_check(l, im->store->tables);
	if (l->faults == 0 && im->fresh->count == 0)
		load_fault(l, 0, "there is no subscription in it");
	return load_end(l) == 0;
}

/* --- All that can fail --- */

static bool
prepare(struct import *im)
{
	struct arena_walk walk = { 0 };
	const struct sub *sub;

	im->olds = calloc(im->fresh->count, sizeof *im->olds);
	if (im->olds == NULL)
		return false;
	while ((sub = tables_next(im->fresh, &walk)) != NULL) {
		struct sub *old = provision_old(im->store->tables, sub);

		if (old != NULL && !provision_keep(im->store, old, &im->regs))
			return false;
		im->olds[im->n++] = old;
		im->in->replaced += old != NULL;
	}
	im->in->added = im->n;
	return provision_records(&im->records, im->fresh);
}

/* The one that has an identity of an old one, or NULL. */
static const struct sub *
find_new(const struct import *im, const struct sub *old)
{
	for (unsigned i = 0; i < old->pub.nimpis; i++) {
		const struct store_name *name = &old->pub.impis[i].name;
		char form[STORE_NAME_MAX];
		size_t len = names_text(&im->store->tables->names, name, form);
		const struct store_impi *impi =
		    tables_impi(im->fresh, form, len);

		if (impi != NULL)
			return sub_of(impi->sub);
	}
	return NULL;
}

static void
tell_changes(const struct import *im)
{
	const struct store *store = im->store;
	struct store next = *store;

	next.tables = im->fresh;
	for (size_t i = 0; i < im->n; i++) {
		const struct sub *old = im->olds[i];

		if (old == NULL || old->scscf == NULL)
			continue;

		const struct sub *sub = find_new(im, old);

		store->change(store->change_arg, store, &old->pub, &next,
		    sub != NULL ? &sub->pub : NULL);
	}
}

/* Records with a newline after each, as one piece. */
static bool
append(struct store *store, const struct secret *records, uint64_t *position)
{
	*position = 0;
	if (store->journal == NULL)
		return true;
	*position =
	    journal_append_lines(store->journal, records->at, records->len - 1);
	if (*position != 0)
		journal_hurry(store->journal);
	return *position != 0;
}

/* --- What is made of it --- */

/* The last first, so that who takes the place of one takes it in memory, too,
 * and the order of all stays. */
static void
remove_olds(struct import *im)
{
	for (size_t i = im->n; i > 0; i--) {
		if (im->olds[i - 1] != NULL)
			tables_remove(im->store->tables, &im->store->scscfs,
			    im->olds[i - 1]);
	}
}

/* Registrations of private identities that there are no more; the import waits
 * for these records, too.  Should the disk fail now, they are missing. */
static void
append_ends(struct import *im)
{
	const struct secret *regs = &im->regs;
	struct journal *j = im->store->journal;

	for (size_t at = 0; at < regs->len; at += strlen(regs->at + at) + 1) {
		struct secret end = { 0 };
		uint64_t position = 0;

		if (j != NULL && provision_add_end(&end, regs->at + at))
			position = journal_append(j, end.at, end.len);
		if (position != 0)
			im->in->position = position;
		secret_free(&end);
	}
}

static bool
apply(struct import *im, uint64_t position)
{
	struct arena_walk walk = { 0 };
	const struct sub *one;
	bool ok = true;

	remove_olds(im);
	while ((one = tables_next(im->fresh, &walk)) != NULL) {
		struct sub *sub = provision_adopt(im->store, im->fresh, one);

		if (sub != NULL)
			sub->position = position;
		ok = ok && sub != NULL;
	}
	provision_settle(im->store, &im->regs);
	append_ends(im);
	return ok;
}

static enum store_result
import(struct import *im)
{
	struct store *store = im->store;

	if (!read_text(im))
		return STORE_FAULTS;
	if (!prepare(im))
		return STORE_NO_MEMORY;
	if (store->change != NULL)
		tell_changes(im);
	if (!append(store, &im->records, &im->in->position))
		return STORE_NO_DISK;
	return apply(im, im->in->position) ? STORE_DONE : STORE_NO_MEMORY;
}

enum store_result
store_import(struct store *store, struct store_import *in)
{
	struct import im = { .store = store, .in = in };

	in->added = in->replaced = 0;
	in->position = 0;
	if (store->reload != NULL)
		return STORE_BUSY;

	enum store_result result = import(&im);

	tables_free(im.fresh, &store->scscfs);
	free(im.olds);
	secret_free(&im.regs);
	secret_free(&im.records);
	return result;
}

/* --- Deletion --- */

/* Nobody is registered, and it is gone, as one piece. */
static bool
deletion(struct secret *records, const struct secret *regs, const char *name)
{
	char buf[RECORD_MAX];
	size_t len = record_delete(buf, name);

	buf[len++] = '\n';
	return (regs->len == 0 || (provision_add_end(records, regs->at) &&
				      secret_add(records, "\n", 1))) &&
	       secret_add(records, buf, len);
}

static enum store_result
delete_sub(struct store *store, struct sub *sub, struct secret *regs,
    struct secret *records, uint64_t *position)
{
	if (!provision_keep(store, sub, regs) ||
	    !deletion(records, regs, sub->pub.name))
		return STORE_NO_MEMORY;
	if (store->change != NULL && sub->scscf != NULL)
		store->change(store->change_arg, store, &sub->pub, store, NULL);
	if (!append(store, records, position))
		return STORE_NO_DISK;
	tables_remove(store->tables, &store->scscfs, sub);
	provision_settle(store, regs);
	return STORE_DONE;
}

enum store_result
store_delete(struct store *store, struct store_sub *pub, uint64_t *position)
{
	struct secret regs = { 0 }, records = { 0 };
	enum store_result result;

	if (store->reload != NULL)
		return STORE_BUSY;
	if (!pub->own)
		return STORE_NOT_OWN;
	result = delete_sub(store, sub_of(pub), &regs, &records, position);
	secret_free(&regs);
	secret_free(&records);
	return result;
}

const char *
store_file(const struct store *store, const struct store_sub *sub)
{
	return sub->own ? NULL : tables_file(store->tables, sub_of(sub));
}
