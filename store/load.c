/*
 * The operator's files: sections, keys, comments; all or nothing.
 *
 * Everything is built in tables of its own, which take the place of the
 * store's when there was no fault.  Lines that held secrets are wiped.
 */
#include "store/load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
tell(struct load *l, unsigned line, const char *what)
{
	l->faults++;
	l->section.bad = true;
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

/* Octets of the UTF-8 character at s (RFC 3629, 4); 0 if it is none.  The
 * NUL after the line ends every character that is cut short. */
static size_t
utf8_len(const uint8_t *s)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	if (s[0] < 0x80)
		return 1;
	for (size_t n = 2; n <= 4; n++) {
		if ((s[0] & forms[n - 2].mask) != forms[n - 2].lead)
			continue;

		uint32_t c = s[0] & (uint8_t)~forms[n - 2].mask;

		for (size_t i = 1; i < n; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[i] & 0x3f);
		}
		return c < forms[n - 2].least || c > 0x10ffff ||
			       (c >= 0xd800 && c <= 0xdfff)
			   ? 0
			   : n;
	}
	return 0;
}

/* Whether all eight octets are printable ASCII. */
static bool
is_plain(const char *octets)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;
	uint64_t x;

	memcpy(&x, octets, sizeof x);

	/* With no top bit set there is no borrow or carry between octets. */
	uint64_t controls = ~(x + (0x60 * ones)) & tops;
	uint64_t dels = (x + ones) & tops;

	return ((x & tops) | controls | dels) == 0;
}

/* Text without control characters but tabs; false after telling. */
static bool
check_text(struct load *l, const char *line, size_t len)
{
	const uint8_t *s = (const uint8_t *)line;

	for (size_t i = 0; i < len;) {
		if (len - i >= 8 && is_plain(line + i)) {
			i += 8;
			continue;
		}

		size_t n = utf8_len(s + i);

		if (n == 0) {
			load_fault(l, l->line,
			    "octet %zu of the line is not UTF-8", i + 1);
			return false;
		}
		if (n == 1 && (s[i] < ' ' || s[i] == 0x7f) &&
		    !is_blank(line[i])) {
			load_fault(l, l->line,
			    "octet %zu of the line is a control character",
			    i + 1);
			return false;
		}
		i += n;
	}
	return true;
}

/* Cuts a comment: '#' at the start or after a blank, outside of quotes. */
static void
cut_comment(char *line)
{
	bool quoted = false;

	if (strchr(line, '#') == NULL)
		return;
	for (char *s = line; *s != '\0'; s++) {
		if (*s == '\\' && quoted && s[1] != '\0')
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (*s == '#' && !quoted &&
			 (s == line || is_blank(s[-1]))) {
			*s = '\0';
			return;
		}
	}
}

static char *
trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && is_blank(end[-1]))
		end--;
	*end = '\0';
	while (is_blank(*s))
		s++;
	return s;
}

/* A line that begins with '[', trimmed. */
static void
begin_section(struct load *l, char *head)
{
	struct load_section *s = &l->section;
	size_t len = strlen(head);
	bool closed = len > 2 && head[len - 1] == ']';

	load_section_end(l);
	s->line = l->line;
	s->given = 0;
	s->bad = s->barred = s->unreg_services = false;
	s->loose_route = s->privileged = false;
	s->profile = -1;
	s->charging = 0;
	s->namelen = s->scscflen = s->visitedlen = 0;
	s->nmandatory = s->noptional = 0;
	s->nimpis = s->nimpus = 0;
	if (!closed || strcspn(head + 1, "[]") != len - 2 ||
	    len - 2 > STORE_NAME_MAX) {
		load_fault(l, l->line,
		    "a section must begin as [name], with a name of 1 to %d "
		    "octets",
		    STORE_NAME_MAX);
		return;
	}
	s->namelen = len - 2;
	memcpy(s->name, head + 1, s->namelen);
	s->hash = hash_of(&l->tables->sections, s->name, s->namelen);
}

static void
load_line(struct load *l, char *line, size_t len)
{
	if (!check_text(l, line, len))
		return;
	cut_comment(line);
	line = trim(line);
	if (*line == '\0')
		return;
	if (*line == '[') {
		begin_section(l, line);
		return;
	}

	char *value = strchr(line, '=');

	if (value == NULL) {
		load_fault(l, l->line,
		    "a line must be [name], key = value or # comment");
		return;
	}
	*value++ = '\0';
	if (l->section.line == 0)
		load_fault(l, l->line,
		    "%s stands before the first section; begin one with "
		    "[name]",
		    trim(line));
	else
		load_key(l, trim(line), trim(value));
}

static void
load_lines(struct load *l)
{
	char *line;
	size_t len;

	while (!l->no_memory) {
		enum lines_result got = lines_next(&l->lines, &line, &len);

		l->line++;
		switch (got) {
		case LINES_OK:
			load_line(l, line, len);
			break;
		case LINES_LONG:
			load_fault(l, l->line,
			    "the line has more than %d octets", LINES_MAX);
			break;
		case LINES_ERROR:
			load_fault(l, 0, "cannot be read: %s", strerror(errno));
			return;
		case LINES_END:
			return;
		}
	}
}

static void
load_file(struct load *l)
{
	l->line = 0;
	if (!lines_open(&l->lines, l->files[l->file])) {
		load_fault(l, 0, "cannot be opened: %s", strerror(errno));
		return;
	}
	load_lines(l);
	load_section_end(l);
	lines_close(&l->lines);
}

/* Reads everything; afterwards l->faults counts. */
static void
load_files(struct load *l, size_t nfiles)
{
	for (; l->file < nfiles && !l->no_memory; l->file++)
		load_file(l);
	l->file = nfiles > 0 ? (unsigned)nfiles - 1 : 0;
	if (l->faults > l->told) {
		char what[64];

		snprintf(what, sizeof what, "%zu more faults are not told",
		    l->faults - l->told);
		l->told++;
		l->fault(l->arg, l->files[l->file], 0, what);
	}
}

/* Puts the new tables in the place of the old ones; false after telling. */
static bool
replace(struct load *l)
{
	struct store *store = l->store;
	const char *wrong = reload_carry(store, l->tables);

	if (wrong != NULL) {
		l->told++;
		l->fault(l->arg, l->files[l->file], 0, wrong);
		return false;
	}
	/* Without the memory to make them smaller they stay as they are. */
	(void)hash_fit(&l->tables->impis);
	(void)hash_fit(&l->tables->impus);
	(void)hash_fit(&l->tables->sections);
	tables_free(store->tables, &store->scscfs);
	store->tables = l->tables;
	restore_prune(store);
	return true;
}

size_t
store_load(struct store *store, const char *const *files, size_t nfiles,
    store_fault_fn *fault, void *arg)
{
	static const char *const none[] = { "subscribers" };
	struct load *l = calloc(1, sizeof *l);

	if (l != NULL)
		l->tables = tables_new(store->key);
	if (l == NULL || l->tables == NULL) {
		free(l);
		fault(arg, nfiles > 0 ? files[0] : none[0], 0, "out of memory");
		return 1;
	}
	l->store = store;
	l->files = nfiles > 0 ? files : none;
	l->fault = fault;
	l->arg = arg;
	l->default_profile = -1;
	load_files(l, nfiles);
	if (l->told > 0 || !replace(l))
		tables_free(l->tables, &store->scscfs);

	size_t told = l->told;

	free(l->places);
	explicit_bzero(&l->section, sizeof l->section);
	free(l);
	return told;
}
