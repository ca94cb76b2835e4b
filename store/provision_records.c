/* The journal's records of an import: its head, and its sections' lines. */
#include "store/provision.h"

#include "store/export.h"

#include <stdio.h>
#include <string.h>

struct lines_of {
	struct secret *out;
	size_t n;
	bool no_memory;
};

static void
add_line(void *arg, const char *line, size_t len)
{
	struct lines_of *l = arg;

	l->n++;
	if (l->out == NULL || l->no_memory)
		return;
	l->no_memory = !secret_add(l->out, "+ ", 2) ||
		       !secret_add(l->out, line, len) ||
		       !secret_add(l->out, "\n", 1);
}

static void
add_lines(struct lines_of *l, const struct tables *t, const struct sub *one)
{
	struct arena_walk walk = { 0 };
	const struct sub *sub;

	if (one != NULL) {
		export_sub(t, one, false, add_line, l);
		return;
	}
	while ((sub = tables_next(t, &walk)) != NULL)
		export_sub(t, sub, false, add_line, l);
}

/* Counts first, since the head says how many there are. */
static bool
add_import(struct secret *out, const struct tables *t, const struct sub *one)
{
	struct lines_of l = { NULL, 0, false };
	char head[RECORD_MAX];

	add_lines(&l, t, one);

	size_t len = record_import(head, l.n);

	head[len++] = '\n';
	if (!secret_add(out, head, len))
		return false;
	l.out = out;
	add_lines(&l, t, one);
	return !l.no_memory;
}

bool
provision_records(struct secret *out, const struct tables *t)
{
	return add_import(out, t, NULL);
}

bool
provision_records_of(
    struct secret *out, const struct tables *t, const struct sub *sub)
{
	return add_import(out, t, sub);
}
