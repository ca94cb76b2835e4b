/*
 * Checks one service profile against the table of elements (profile_table.c)
 * and writes it normalised.  expat reads the text inside a root of our own, so
 * that a file needs none; line numbers stay those of the file.
 *
 * Refused beside what the schema refuses, since it kills or stops a real
 * S-CSCF: empty elements, attributes, other namespaces, a DTD, entities of
 * one's own, a Priority used twice.  Open extensions are only checked for
 * being well-formed and not empty.
 */
#include "cx/profile.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx/xml.h"

static const char root_name[] = "ServiceProfile";
static const char space[] = " \t\r\n";

struct check {
	struct profile_report report;
	XML_Parser parser;
	struct xml *out;
	struct profile_shape *shape;
	unsigned lines; /* of the XML declaration, which expat never sees */

	struct profile_frame frames[PROFILE_DEPTH_MAX];
	unsigned depth;   /* frames in use */
	unsigned skipped; /* open elements inside one that is refused */

	char value[PROFILE_VALUE_MAX + 1]; /* of the innermost element */
	size_t len;
	bool overlong;

	struct {
		char text[12];
		unsigned line;
	} priorities[PROFILE_CRITERIA_MAX];
	size_t npriorities;
	bool is_register;           /* Method of this SPT */
	unsigned registration_type; /* line of the first in this SPT, or 0 */
};

static unsigned
line_of(const struct check *c)
{
	return c->lines + (unsigned)XML_GetCurrentLineNumber(c->parser);
}

static void
push(struct check *c, const char *name, enum profile_type type)
{
	struct profile_frame *f = &c->frames[c->depth++];

	memset(f, 0, sizeof *f);
	snprintf(f->name, sizeof f->name, "%s", name);
	f->type = type;
	f->line = line_of(c);
	f->empty = true;
	c->len = 0;
	c->overlong = false;
	if (type == PROFILE_SPT) {
		c->is_register = false;
		c->registration_type = 0;
	}
}

/* The type of a child, or false after telling why it is refused. */
static bool
child_type(struct check *c, const char *name, enum profile_type *type)
{
	struct profile_frame *f = &c->frames[c->depth - 1];

	f->empty = false;
	if (c->depth == PROFILE_DEPTH_MAX) {
		profile_fault(&c->report, line_of(c),
		    "elements nest deeper than %d", PROFILE_DEPTH_MAX - 1);
		return false;
	}
	if (strlen(name) >= sizeof f->name || strchr(name, ':') != NULL) {
		profile_fault(&c->report, line_of(c),
		    "%.80s is no element that an S-CSCF knows: remove it",
		    name);
		return false;
	}
	if (f->type == PROFILE_OPEN) {
		*type = PROFILE_OPEN;
		return true;
	}
	const struct profile_row *row = profile_row(f->type, name);
	if (row == NULL) {
		profile_unknown(&c->report, line_of(c), f, name);
		return false;
	}
	profile_count(&c->report, line_of(c), f, row);
	*type = row->type;
	return true;
}

/* Text that stands beside elements: nothing but white space may. */
static void
check_mixed(struct check *c)
{
	const struct profile_frame *f = &c->frames[c->depth - 1];

	c->value[c->len] = '\0';
	if (c->len > 0 && c->value[strspn(c->value, space)] != '\0' &&
	    (f->type < PROFILE_OPEN || !f->empty))
		profile_fault(&c->report, line_of(c),
		    "%s holds elements, not text: remove it", f->name);
	c->len = 0;
}

/* What is at the top of the text (TS 29.228, Annex B.2). */
static void
note_top(struct check *c, const char *name)
{
	struct profile_shape *s = c->shape;

	if (strcmp(name, "Extension") == 0)
		s->extension = c->out->len;
	if (strcmp(name, "InitialFilterCriteria") != 0)
		s->only_criteria = false;
}

static void XMLCALL
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct check *c = arg;
	enum profile_type type;

	if (c->skipped > 0) {
		c->skipped++;
		return;
	}
	if (c->depth == 0) {
		push(c, root_name, PROFILE_ROOT);
		return;
	}
	if (!child_type(c, name, &type)) {
		c->skipped = 1;
		return;
	}
	check_mixed(c);
	if (attributes[0] != NULL)
		profile_fault(&c->report, line_of(c),
		    "%s has the attribute %.80s: an S-CSCF "
		    "reads none, remove it",
		    name, attributes[0]);
	if (c->depth == 1)
		note_top(c, name);
	push(c, name, type);
	xml_begin(c->out, name);
}

static void XMLCALL
on_text(void *arg, const XML_Char *s, int len)
{
	struct check *c = arg;
	size_t room = PROFILE_VALUE_MAX - c->len;

	if (c->skipped > 0 || c->depth == 0)
		return;
	bool parent = c->frames[c->depth - 1].type < PROFILE_OPEN;
	for (; c->len == 0 && len > 0 && parent && strchr(space, *s) != NULL;
	     len--)
		s++;
	if ((size_t)len > room) {
		c->overlong = true;
		len = (int)room;
	}
	memcpy(c->value + c->len, s, (size_t)len);
	c->len += (size_t)len;
}

/* The value without white space around it, unless that is part of it. */
static const char *
trimmed(struct check *c, enum profile_type type)
{
	char *s = c->value;

	c->value[c->len] = '\0';
	if ((type == PROFILE_TEXT || type == PROFILE_PATTERN) &&
	    s[strspn(s, space)] != '\0')
		return s;
	s += strspn(s, space);
	size_t len = strlen(s);
	while (len > 0 && strchr(space, s[len - 1]) != NULL)
		s[--len] = '\0';
	return s;
}

static void
note_shared(struct check *c, unsigned line, const char *value)
{
	struct profile_shape *s = c->shape;

	if (s->nshared == PROFILE_REPEAT_MAX)
		return; /* told by profile_count() */
	s->shared[s->nshared].number = (uint32_t)strtoul(value, NULL, 10);
	s->shared[s->nshared++].line = line;
}

static void
note_priority(struct check *c, const char *value)
{
	value += strspn(value, "0");
	for (size_t i = 0; i < c->npriorities; i++) {
		if (strcmp(c->priorities[i].text, value) != 0)
			continue;
		profile_fault(&c->report, line_of(c),
		    "Priority %s is that of the InitialFilterCriteria of line "
		    "%u too: each needs its own",
		    value[0] == '\0' ? "0" : value, c->priorities[i].line);
		return;
	}
	if (c->npriorities == PROFILE_CRITERIA_MAX)
		return; /* told by count_child() */
	snprintf(c->priorities[c->npriorities].text,
	    sizeof c->priorities[0].text, "%s", value);
	c->shape->priorities[c->npriorities] =
	    (uint32_t)strtoul(value, NULL, 10);
	c->priorities[c->npriorities++].line = line_of(c);
	c->shape->npriorities = (unsigned)c->npriorities;
}

/* What elements say together (TS 29.228, Annex B.2.2). */
static void
note_value(struct check *c, const struct profile_frame *f, const char *value)
{
	if (f->type == PROFILE_NATURAL && strcmp(f->name, "Priority") == 0)
		note_priority(c, value);
	if (f->type == PROFILE_NATURAL &&
	    strcmp(f->name, "SharedIFCSetID") == 0)
		note_shared(c, f->line, value);
	if (f->type == PROFILE_TOKEN && strcmp(f->name, "Method") == 0)
		c->is_register = strcmp(value, "REGISTER") == 0;
	if (strcmp(f->name, "RegistrationType") == 0 &&
	    c->registration_type == 0)
		c->registration_type = f->line;
}

static void
end_value(struct check *c, const struct profile_frame *f)
{
	const char *value = trimmed(c, f->type);

	if (c->overlong) {
		profile_fault(&c->report, f->line, "%s is over %d octets long",
		    f->name, PROFILE_VALUE_MAX);
		return;
	}
	if (!f->empty)
		return; /* the element inside it has been told */
	if (f->type == PROFILE_MARKER) {
		if (value[0] != '\0')
			profile_fault(&c->report, f->line,
			    "%s stands alone: write <%s/>", f->name, f->name);
		return;
	}
	if (value[0] == '\0') {
		profile_fault(&c->report, f->line,
		    "%s is empty, which can kill an S-CSCF: give it a value "
		    "or remove it",
		    f->name);
		return;
	}
	const char *wrong = profile_value_fault(f->type, value);
	if (wrong != NULL)
		profile_fault(&c->report, f->line, "%s is \"%.80s\": %s",
		    f->name, value, wrong);
	else
		note_value(c, f, value);
	if (f->type == PROFILE_BOOLEAN && strlen(value) > 1)
		value = strcmp(value, "true") == 0 ? "1" : "0";
	xml_text(c->out, value, strlen(value));
}

static void
end_elements(struct check *c, const struct profile_frame *f)
{
	check_mixed(c);
	profile_missing(&c->report, f);
	if (f->type == PROFILE_SPT && c->registration_type != 0 &&
	    !c->is_register)
		profile_fault(&c->report, c->registration_type,
		    "RegistrationType goes only with Method REGISTER");
	if (f->empty && f->type != PROFILE_ROOT)
		profile_fault(&c->report, f->line,
		    "%s is empty, which can kill an S-CSCF: remove it",
		    f->name);
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct check *c = arg;

	if (c->skipped > 0) {
		c->skipped--;
		c->len = 0;
		return;
	}
	const struct profile_frame *f = &c->frames[c->depth - 1];
	bool leaf =
	    f->type >= PROFILE_MARKER || (f->type == PROFILE_OPEN && f->empty &&
					     strcmp(f->name, "Extension") != 0);
	if (leaf)
		end_value(c, f);
	else
		end_elements(c, f);
	if (c->depth > 1)
		xml_end(c->out, name);
	if (f->type == PROFILE_NATURAL && strcmp(name, "SharedIFCSetID") == 0)
		c->shape->shared_end = c->out->len;
	c->depth--;
	c->len = 0;
	c->overlong = false;
}

static void
syntax_fault(struct check *c, const char *text, size_t len)
{
	enum XML_Error e = XML_GetErrorCode(c->parser);
	const struct profile_frame *f =
	    c->depth > 0 ? &c->frames[c->depth - 1] : NULL;

	if (e == XML_ERROR_TAG_MISMATCH && c->depth > 1 && c->skipped == 0)
		profile_fault(&c->report, line_of(c),
		    "%s of line %u is not closed: </%s> has to come first",
		    f->name, f->line, f->name);
	else
		profile_fault(&c->report, line_of(c), "%s%s",
		    XML_ErrorString(e),
		    profile_hint(e,
			(size_t)XML_GetCurrentByteIndex(c->parser) -
			    (sizeof root_name - 1 + 2),
			c->depth == 0, text, len));
}

static void
parse(struct check *c, const char *text, size_t len)
{
	char begin[32], end[32];
	int nbegin = snprintf(begin, sizeof begin, "<%s>", root_name);
	int nend = snprintf(end, sizeof end, "</%s>", root_name);

	XML_SetUserData(c->parser, c);
	XML_SetElementHandler(c->parser, on_start, on_end);
	XML_SetCharacterDataHandler(c->parser, on_text);
	if (XML_Parse(c->parser, begin, nbegin, 0) != XML_STATUS_OK ||
	    XML_Parse(c->parser, text, (int)len, 0) != XML_STATUS_OK ||
	    XML_Parse(c->parser, end, nend, 1) != XML_STATUS_OK)
		syntax_fault(c, text, len);
	else if (c->report.n == 0 && c->out->full)
		profile_fault(&c->report, 0,
		    "the profile is over %d octets long without its "
		    "comments",
		    PROFILE_TEXT_MAX);
}

size_t
profile_check(const char *file, const char *text, size_t len, struct xml *out,
    struct profile_shape *shape, cx_fault_fn *fn, void *arg)
{
	struct check c = {
		.report = { file, fn, arg, 0 },
		.out = out,
		.shape = shape,
	};

	*shape = (struct profile_shape){ .extension = SIZE_MAX,
		.only_criteria = true };

	if (len > PROFILE_FILE_MAX) {
		profile_fault(&c.report, 0, "the file is over %d octets long",
		    PROFILE_FILE_MAX);
		return c.report.n;
	}
	if (memchr(text, '\0', len) != NULL) {
		profile_fault(
		    &c.report, 0, "the file holds a NUL octet: it is no text");
		return c.report.n;
	}
	c.parser = XML_ParserCreate("UTF-8");
	if (c.parser == NULL) {
		profile_fault(&c.report, 0, "out of memory");
		return c.report.n;
	}
	size_t skip = profile_prologue(&c.report, &c.lines, text, len);
	parse(&c, text + skip, len - skip);
	XML_ParserFree(c.parser);
	if (shape->extension == SIZE_MAX)
		shape->extension = out->len;
	return c.report.n;
}
