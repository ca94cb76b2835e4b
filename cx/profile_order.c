/*
 * Which elements an element of a service profile holds, in which order and how
 * many (TS 29.228, Annexes B and E), and the words for what is wrong.
 */
#include "cx/profile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
profile_fault(struct profile_report *r, unsigned line, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	r->n++;
	if (r->fn != NULL)
		r->fn(r->arg, r->file, line, what);
}

/* "A, B or C, D": the children of a type in their order, or those of one step
 * if it is not negative. */
static const char *
names(enum profile_type parent, int step, char *buf, size_t cap)
{
	const struct profile_row *last = NULL;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < profile_nrows && len < cap; i++) {
		const struct profile_row *r = &profile_rows[i];
		if (r->parent != parent || (step >= 0 && r->step != step))
			continue;
		const char *glue = last == NULL            ? ""
				   : last->step == r->step ? " or "
							   : ", ";
		len += (size_t)snprintf(
		    buf + len, cap - len, "%s%s", glue, r->name);
		last = r;
	}
	return buf;
}

void
profile_unknown(struct profile_report *r, unsigned line,
    const struct profile_frame *f, const char *name)
{
	char buf[256];

	if (f->type == PROFILE_ROOT && strcmp(name, "ServiceProfile") == 0)
		profile_fault(r, line,
		    "ServiceProfile is put around the profile by hssd: "
		    "write only what is inside it");
	else if (f->type == PROFILE_ROOT && strcmp(name, "PublicIdentity") == 0)
		profile_fault(r, line,
		    "PublicIdentity is made of impu in the subscribers file: "
		    "remove it");
	else if (f->type >= PROFILE_MARKER)
		profile_fault(r, line,
		    "%s holds a value, not the element %.80s", f->name, name);
	else
		profile_fault(r, line,
		    "%.80s is no element of %s, which holds in this order: %s",
		    name, f->name, names(f->type, -1, buf, sizeof buf));
}

void
profile_count(struct profile_report *r, unsigned line, struct profile_frame *f,
    const struct profile_row *row)
{
	char buf[256];
	uint16_t *count = &f->counts[row->step];

	if (row->step < f->step)
		profile_fault(r, line,
		    "%s is out of order: %s holds in this order: %s", row->name,
		    f->name, names(f->type, -1, buf, sizeof buf));
	else
		f->step = row->step;
	if (*count > row->max)
		return; /* told already */
	if (++*count > row->max)
		profile_fault(r, line, "%s holds at most %u of %s", f->name,
		    (unsigned)row->max,
		    names(f->type, row->step, buf, sizeof buf));
}

void
profile_missing(struct profile_report *r, const struct profile_frame *f)
{
	char buf[256];

	for (size_t i = 0; i < profile_nrows; i++) {
		const struct profile_row *row = &profile_rows[i];
		bool first = i == 0 || row[-1].parent != row->parent ||
			     row[-1].step != row->step;
		if (row->parent == f->type && first &&
		    f->counts[row->step] < row->min)
			profile_fault(r, f->line, "%s has no %s: it needs one",
			    f->name,
			    names(f->type, row->step, buf, sizeof buf));
	}
}
