/*
 * The operator's files line by line: sections, keys, comments.
 */
#include "store/load.h"
#include "store/octets.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { WORD = sizeof(uint64_t) };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A full batch for an empty one; false: the load is over. */
static bool
flush(struct load_reader *r)
{
	r->batch->read = r->octets;
	r->batch = r->flush(r->arg, r->batch);
	return r->batch != NULL;
}

void
load_wrong(struct load_reader *r, unsigned line, const char *format, ...)
{
	char what[LOAD_FAULT_LEN];
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	r->section.bad = true;
	if (len >= LOAD_FAULT_LEN)
		len = LOAD_FAULT_LEN - 1;
	while (r->batch != NULL &&
	       !load_batch_fault(r->batch, r->file, line, what, (size_t)len) &&
	       flush(r))
		continue;
}

void
load_put(struct load_reader *r)
{
	while (r->batch != NULL &&
	       !load_batch_section(r->batch, r->file, &r->section) && flush(r))
		continue;
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

/* Whether eight octets are printable ASCII. */
static inline bool
is_plain(const char *octets)
{
	uint64_t x = octets_load(octets);
	uint64_t found = x | octets_below(x, ' ') | octets_equal(x, 0x7f);

	return (found & OCTETS_TOPS) == 0;
}

/* How many octets from the start on are printable ASCII: whole words, or all
 * of them if the word that ends with the last one is so too. */
static size_t
plain_len(const char *octets, size_t len)
{
	size_t i = 0;

	for (; i + WORD <= len; i += WORD) {
		if (!is_plain(octets + i))
			return i;
	}
	return len >= WORD && is_plain(octets + len - WORD) ? len : i;
}

/* Text without control characters but tabs; false after telling. */
static bool
check_text(struct load_reader *r, const char *line, size_t len)
{
	const uint8_t *s = (const uint8_t *)line;

	for (size_t i = plain_len(line, len); i < len;) {
		size_t n = utf8_len(s + i);

		if (n == 0) {
			load_wrong(r, r->line,
			    "octet %zu of the line is not UTF-8", i + 1);
			return false;
		}
		if (n == 1 && (s[i] < ' ' || s[i] == 0x7f) &&
		    !is_blank(line[i])) {
			load_wrong(r, r->line,
			    "octet %zu of the line is a control character",
			    i + 1);
			return false;
		}
		i += n;
		i += n > 1 ? plain_len(line + i, len - i) : 0;
	}
	return true;
}

/* The length without a comment: '#' at the start or after a blank, outside of
 * quotes. */
static size_t
before_comment(const char *line, size_t len)
{
	bool quoted = false;

	if (memchr(line, '#', len) == NULL)
		return len;
	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\\' && quoted && i + 1 < len)
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (line[i] == '#' && !quoted &&
			 (i == 0 || is_blank(line[i - 1])))
			return i;
	}
	return len;
}

/* Blanks at both ends are cut off; a NUL takes the place of the first behind
 * the end. */
static char *
trim(char *s, size_t *len)
{
	while (*len > 0 && is_blank(s[*len - 1]))
		--*len;
	s[*len] = '\0';
	while (is_blank(*s)) {
		s++;
		--*len;
	}
	return s;
}

/* A line that begins with '[', trimmed. */
static void
begin_section(struct load_reader *r, const char *head, size_t len)
{
	struct load_section *s = &r->section;
	bool closed = len > 2 && head[len - 1] == ']';

	load_section_end(r);
	s->line = r->line;
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
		load_wrong(r, r->line,
		    "a section must begin as [name], with a name of 1 to %d "
		    "octets",
		    STORE_NAME_MAX);
		return;
	}
	s->namelen = len - 2;
	memcpy(s->name, head + 1, s->namelen);
	s->hash = hash_sip(r->key, s->name, s->namelen);
}

static void
read_line(struct load_reader *r, char *line, size_t len)
{
	if (!check_text(r, line, len))
		return;
	len = before_comment(line, len);
	line = trim(line, &len);
	if (len == 0)
		return;
	if (*line == '[') {
		begin_section(r, line, len);
		return;
	}

	char *value = memchr(line, '=', len);

	if (value == NULL) {
		load_wrong(r, r->line,
		    "a line must be [name], key = value or # comment");
		return;
	}

	size_t key_len = (size_t)(value - line);
	size_t value_len = len - key_len - 1;
	const char *key = trim(line, &key_len);

	value = trim(value + 1, &value_len);
	if (r->section.line == 0)
		load_wrong(r, r->line,
		    "%s stands before the first section; begin one with "
		    "[name]",
		    key);
	else
		load_key(r, key, key_len, value, value_len);
}

static void
read_lines(struct load_reader *r)
{
	char *line;
	size_t len;

	while (r->batch != NULL) {
		enum lines_result got = lines_next(&r->lines, &line, &len);

		r->line++;
		r->octets += len + 1;
		switch (got) {
		case LINES_OK:
			read_line(r, line, len);
			break;
		case LINES_LONG:
			load_wrong(r, r->line,
			    "the line has more than %d octets", LINES_MAX);
			break;
		case LINES_ERROR:
			load_wrong(r, 0, "cannot be read: %s", strerror(errno));
			return;
		case LINES_END:
			return;
		}
	}
}

static void
read_file(struct load_reader *r)
{
	r->line = 0;
	if (r->text != NULL) {
		lines_open_text(&r->lines, r->text, r->text_len);
	} else if (!lines_open(&r->lines, r->files[r->file])) {
		load_wrong(r, 0, "cannot be opened: %s", strerror(errno));
		return;
	}
	read_lines(r);
	load_section_end(r);
	lines_close(&r->lines);
}

/* Where the texts of a section go. */
static void
set_rooms(struct load_reader *r)
{
	struct load_section *s = &r->section;
	struct load_room *room = &r->room;

	s->caps = room->caps;
	s->name = room->name;
	s->scscf = room->scscf;
	s->visited = room->visited;
	s->impis = room->impis;
	s->impus = room->impus;
	for (unsigned i = 0; i < STORE_IMPIS_MAX + 1; i++) {
		room->impis[i].form = room->impi_texts[i].form;
		room->impis[i].raw = room->impi_texts[i].raw;
		room->impis[i].password = room->impi_texts[i].password;
		room->impis[i].line_identifier =
		    room->impi_texts[i].line_identifier;
	}
	for (unsigned i = 0; i < STORE_IMPUS_MAX + 1; i++) {
		room->impus[i].form = room->impu_texts[i].form;
		room->impus[i].display = room->impu_texts[i].display;
		room->impus[i].as = room->impu_texts[i].as;
	}
}

void
load_read(struct load_reader *r)
{
	set_rooms(r);
	r->section.line = 0;
	r->default_profile = -1;
	for (r->file = 0; r->file < r->nfiles && r->batch != NULL; r->file++)
		read_file(r);
}
