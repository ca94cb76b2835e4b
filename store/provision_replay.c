/*
 * Taking subscriptions back that are hssd's own, from the journal's records.
 *
 * An import of which a part is missing was never promised, and is left out.
 * Records may be met again that the snapshot knows; so whoever of hssd's own
 * stands in the way of an import makes room, since what comes later puts him
 * back.  Who stands in the way of the operator's files may be deleted further
 * on, when they were not yet as they are now; whether he is shows at the end.
 */
#include "store/provision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One that cannot be as long as the files are as they are. */
struct clash {
	char *name, *what;
};

struct provision_replay {
	struct store *store;
	struct tables *fresh; /* one at a time */
	struct load *load;    /* of it */
	uint64_t left;        /* lines of an import that are still to come */
	struct secret lines;
	struct secret regs; /* of those who made room */
	struct clash *clashes;
	size_t nclashes;
	char what[2 * LOAD_FAULT_LEN];
	char fault[LOAD_FAULT_LEN];
};

static const char no_memory[] = "out of memory";

/* --- Those in conflict --- */

static bool
add_clash(struct provision_replay *p, const char *name, const char *what)
{
	struct clash *list =
	    realloc(p->clashes, (p->nclashes + 1) * sizeof *list);

	if (list == NULL)
		return false;
	p->clashes = list;

	struct clash *c = &list[p->nclashes++];

	*c = (struct clash){ strdup(name), strdup(what) };
	return c->name != NULL && c->what != NULL;
}

static void
free_clash(struct clash *c)
{
	free(c->name);
	free(c->what);
}

static void
drop_clash(struct provision_replay *p, const char *name)
{
	for (size_t i = 0; i < p->nclashes; i++) {
		if (strcmp(p->clashes[i].name, name) != 0)
			continue;
		free_clash(&p->clashes[i]);
		p->clashes[i] = p->clashes[--p->nclashes];
		return;
	}
}

static bool
note_clash(struct provision_replay *p, const struct tables_clash *clash,
    const char *name)
{
	const struct tables *t = p->store->tables;
	const struct sub *there = clash->there;

	if (clash->kind == TABLES_WILDCARD)
		snprintf(p->what, sizeof p->what,
		    "[%s], which was imported, has a wildcard too many that "
		    "begins as %s",
		    name, clash->text);
	else if (clash->kind == TABLES_SECTION)
		snprintf(p->what, sizeof p->what,
		    "[%s] was imported, and is in %s too", name,
		    tables_file(t, there));
	else
		snprintf(p->what, sizeof p->what,
		    "%s %s is in [%s], which was imported, and in [%s] of %s",
		    clash->kind == TABLES_IMPI ? "impi" : "impu", clash->text,
		    name, there->pub.name, tables_file(t, there));
	return add_clash(p, name, p->what);
}

/* --- One section --- */

static void
note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	struct provision_replay *p = arg;

	if (p->fault[0] == '\0')
		snprintf(p->fault, sizeof p->fault, "%s", what);
}

static void
end_load(struct provision_replay *p)
{
	if (p->load != NULL)
		load_end(p->load);
	tables_free(p->fresh, &p->store->scscfs);
	p->load = NULL;
	p->fresh = NULL;
}

static bool
begin_load(struct provision_replay *p)
{
	if (p->load != NULL)
		return true;
	p->fresh = tables_new(p->store->key);
	if (p->fresh != NULL)
		p->load =
		    load_begin(p->store, p->fresh, "import", note_fault, p);
	return p->load != NULL;
}

/* For the next one. */
static void
empty_fresh(struct provision_replay *p, struct sub *sub)
{
	tables_remove(p->fresh, &p->store->scscfs, sub);
	sources_free(&p->fresh->sources);
	p->load->nplaces = 0;
}

static bool
make_room(struct provision_replay *p, struct sub *there, struct secret *regs)
{
	if (!provision_keep(p->store, there, regs))
		return false;
	tables_remove(p->store->tables, &p->store->scscfs, there);
	return true;
}

static bool
adopt(struct provision_replay *p, const struct sub *sub)
{
	struct tables *t = p->store->tables;
	struct tables_clash clash;

	while (tables_conflict(t, p->fresh, sub, NULL, &clash)) {
		struct sub *there = sub_of(&clash.there->pub);

		if (clash.there == NULL || !there->pub.own)
			return note_clash(p, &clash, sub->pub.name);
		if (!make_room(p, there, &p->regs))
			return false;
	}
	return provision_adopt(p->store, p->fresh, sub) != NULL;
}

/* The name in a section's head; "": it has none. */
static void
name_of(char name[STORE_NAME_MAX + 1], const char *text)
{
	size_t len = strcspn(text, "\n");

	name[0] = '\0';
	if (len < 3 || len - 2 > STORE_NAME_MAX)
		return;
	memcpy(name, text + 1, len - 2);
	name[len - 2] = '\0';
}

static bool
apply_section(struct provision_replay *p, const char *text, size_t len)
{
	char name[STORE_NAME_MAX + 1];
	struct arena_walk walk = { 0 };

	name_of(name, text);
	drop_clash(p, name);
	p->fault[0] = '\0';
	if (!begin_load(p))
		return false;
	load_more(p->load, text, len);

	struct sub *sub = tables_next(p->fresh, &walk);

	if (p->load->faults > 0 || sub == NULL) {
		snprintf(p->what, sizeof p->what,
		    "[%s], which was imported: %s", name, p->fault);
		end_load(p);
		return add_clash(p, name, p->what);
	}

	bool ok = adopt(p, sub);

	empty_fresh(p, sub);
	return ok;
}

/* --- Records --- */

static void
forget_lines(struct provision_replay *p)
{
	if (p->lines.len > 0)
		explicit_bzero(p->lines.at, p->lines.len);
	p->lines.len = 0;
	p->left = 0;
}

/* From one head of a section to the next. */
static size_t
section_len(const char *text, size_t len)
{
	const char *next = memmem(text, len, "\n[", 2);

	return next != NULL ? (size_t)(next + 1 - text) : len;
}

static const char *
apply_import(struct provision_replay *p)
{
	bool ok = true;

	for (size_t at = 0; ok && at < p->lines.len;) {
		const char *text = p->lines.at + at;
		size_t len = section_len(text, p->lines.len - at);

		ok = apply_section(p, text, len);
		at += len;
	}
	provision_settle(p->store, &p->regs);
	forget_lines(p);
	return ok ? NULL : no_memory;
}

static const char *
take_line(struct provision_replay *p, const char *line)
{
	if (p->left == 0)
		return "a line of an import stands by itself";
	if (!secret_add(&p->lines, line, strlen(line)) ||
	    !secret_add(&p->lines, "\n", 1))
		return no_memory;
	return --p->left == 0 ? apply_import(p) : NULL;
}

static const char *
take_deletion(struct provision_replay *p, const char *name)
{
	struct sub *sub = tables_sub(p->store->tables, name, strlen(name));
	struct secret regs = { 0 };
	bool ok = true;

	drop_clash(p, name);
	if (sub != NULL && sub->pub.own) {
		ok = make_room(p, sub, &regs);
		provision_settle(p->store, &regs);
	}
	secret_free(&regs);
	return ok ? NULL : no_memory;
}

static bool
names_one_of(const struct record *a, const struct record *b)
{
	for (unsigned i = 0; i < a->nimpis; i++) {
		for (unsigned k = 0; k < b->nimpis; k++) {
			if (strcmp(a->impis[i], b->impis[k]) == 0)
				return true;
		}
	}
	return false;
}

/* What a registration was that made room, a later record about it ends. */
static void
forget_regs(struct provision_replay *p, const struct record *r)
{
	size_t left = 0;

	for (size_t at = 0; at < p->regs.len;) {
		char *reg = p->regs.at + at, buf[RECORD_MAX + 1];
		size_t len = strlen(reg) + 1;
		struct record old;

		at += len;
		memcpy(buf, reg, len);
		if (record_parse(&old, buf) == NULL && names_one_of(&old, r))
			continue;
		memmove(p->regs.at + left, reg, len);
		left += len;
	}
	p->regs.len = left;
}

const char *
provision_replay(struct provision_replay *p, const struct record *r)
{
	if (r->kind == RECORD_LINE)
		return take_line(p, r->text);
	forget_lines(p);
	if (r->kind == RECORD_SUB)
		forget_regs(p, r);
	if (r->kind == RECORD_IMPORT)
		p->left = r->nlines;
	return r->kind == RECORD_DELETE ? take_deletion(p, r->text) : NULL;
}

struct provision_replay *
provision_replay_new(struct store *store)
{
	struct provision_replay *p = calloc(1, sizeof *p);

	if (p != NULL)
		p->store = store;
	return p;
}

size_t
provision_replay_end(struct provision_replay *p, const char *dir,
    store_fault_fn *fault, void *arg)
{
	for (size_t i = 0; i < p->nclashes; i++) {
		snprintf(p->what, sizeof p->what,
		    "%s; take it out of the files, or change them back until "
		    "[%s] is deleted",
		    p->clashes[i].what, p->clashes[i].name);
		fault(arg, dir, 0, p->what);
	}
	return p->nclashes;
}

void
provision_replay_free(struct provision_replay *p)
{
	if (p == NULL)
		return;
	end_load(p);
	secret_free(&p->lines);
	secret_free(&p->regs);
	for (size_t i = 0; i < p->nclashes; i++)
		free_clash(&p->clashes[i]);
	free(p->clashes);
	free(p);
}
