/*
 * Shared sets of filter criteria (TS 29.228, 7.19): a profile that names some
 * is kept with their criteria, too, for an S-CSCF that has no such sets.
 */
#include "cx/profile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx/xml.h"

const char profile_suffix[] = ".xml";

void
profile_tell_line(struct profile_folder *r, const char *file, unsigned line,
    const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	r->n++;
	if (r->fn != NULL)
		r->fn(r->arg, file, line, what);
}

char *
profile_copy(const char *text, size_t len)
{
	char *p = malloc(len + 1);

	if (p == NULL)
		return NULL;
	memcpy(p, text, len);
	p[len] = '\0';
	return p;
}

/* Adds the priorities of a shared set to those of a profile; false after
 * telling. */
static bool
add_priorities(struct profile_shape *to, const struct profile *set,
    unsigned line, const char *path, struct profile_folder *r)
{
	const struct profile_shape *from = set->shape;

	for (unsigned i = 0; i < from->npriorities; i++) {
		uint32_t priority = from->priorities[i];

		for (unsigned k = 0; k < to->npriorities; k++) {
			if (to->priorities[k] != priority)
				continue;
			profile_tell_line(r, path, line,
			    "Priority %u of shared set %s is in use already: "
			    "each InitialFilterCriteria needs its own",
			    priority, set->name);
			return false;
		}
		if (to->npriorities == PROFILE_CRITERIA_MAX) {
			profile_tell_line(r, path, line,
			    "with shared set %s there are over %d "
			    "InitialFilterCriteria",
			    set->name, PROFILE_CRITERIA_MAX);
			return false;
		}
		to->priorities[to->npriorities++] = priority;
	}
	return true;
}

/* Appends the criteria of one shared set; false after telling. */
static bool
expand(struct xml *out, struct profile_shape *shape, unsigned i,
    const char *path, struct profile_folder *r)
{
	char name[16];

	snprintf(name, sizeof name, "%u", shape->shared[i].number);

	int n = cx_profiles_find(r->shared, name);

	if (n < 0) {
		profile_tell_line(r, path, shape->shared[i].line,
		    "SharedIFCSetID %s has no good file shared/%s%s", name,
		    name, profile_suffix);
		return false;
	}

	const struct profile *set = &r->shared->list[n];

	xml_raw(out, set->text, set->len);
	return add_priorities(shape, set, shape->shared[i].line, path, r);
}

/* The profile for an S-CSCF without shared sets: their criteria stand behind
 * its own, and the Extension goes if it held nothing else.  False after
 * telling. */
static bool
make_whole(struct profile *p, struct profile_shape *shape, const char *path,
    char *buf, struct profile_folder *r)
{
	static const char begin[] = "<Extension>", end[] = "</Extension>";
	struct xml out = { buf, 0, PROFILE_TEXT_MAX, false };
	size_t rest = p->len - shape->shared_end;

	xml_raw(&out, p->text, shape->extension);
	for (unsigned i = 0; i < shape->nshared; i++) {
		if (!expand(&out, shape, i, path, r))
			return false;
	}
	if (rest > sizeof end - 1) {
		xml_markup(&out, begin);
		xml_raw(&out, p->text + shape->shared_end, rest);
	}
	if (out.full) {
		profile_tell(r, path,
		    "with its shared sets the profile is over %d octets long",
		    PROFILE_TEXT_MAX);
		return false;
	}
	p->whole = profile_copy(buf, out.len);
	p->whole_len = out.len;
	if (p->whole == NULL)
		profile_tell(r, path, "out of memory");
	return p->whole != NULL;
}

/* What is left to do with a text that was checked; false after telling. */
bool
profile_finish(struct profile *p, struct profile_shape *shape, const char *path,
    char *buf, struct profile_folder *r)
{
	if (!r->is_shared)
		return shape->nshared == 0 || r->shared == NULL ||
		       make_whole(p, shape, path, buf, r);
	if (!shape->only_criteria || shape->npriorities == 0) {
		profile_tell(r, path,
		    "a shared set holds InitialFilterCriteria and nothing "
		    "else");
		return false;
	}
	p->shape = malloc(sizeof *shape);
	if (p->shape == NULL) {
		profile_tell(r, path, "out of memory");
		return false;
	}
	*p->shape = *shape;
	return true;
}
