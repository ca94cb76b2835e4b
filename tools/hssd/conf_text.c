/*
 * What libconfuse does not tell of the text of hssd.conf: where a section
 * begins, how far an unknown key reaches; and comments, whose lines it counts
 * wrongly.  Line by line; what they find
 * wrongly costs a line number, not a fault.
 */
#include "tools/hssd/conf_parse.h"

#include <string.h>

static char *
line_at(char *text, unsigned line)
{
	while (line-- > 1) {
		char *end = strchr(text, '\n');
		if (end == NULL)
			break;
		text = end + 1;
	}
	return text;
}

void
conf_blank(char *text, unsigned line, const char *name)
{
	char *p = line_at(text, line);
	char *end = p + strcspn(p, "\n");
	char *at = name[0] != '\0' ? strstr(p, name) : NULL;
	int depth = 0;
	char quote = '\0';

	if (at != NULL && at < end)
		p = at;
	for (; *p != '\0' && (*p != '\n' || depth > 0); p++) {
		if (quote == '\0' && strchr("\"'", *p) != NULL)
			quote = *p;
		else if (*p == quote)
			quote = '\0';
		else if (quote == '\0' && *p == '{')
			depth++;
		else if (quote == '\0' && *p == '}' && --depth < 0)
			break; /* of the section around it */
		if (*p != '\n')
			*p = ' ';
	}
}

/* Blanks up to end; what ends a line stays. */
static char *
blank_to(char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p != '\n')
			*p = ' ';
	}
	return p;
}

/* The octet behind a string in quotes that begins at p. */
static char *
string_end(char *p)
{
	char quote = *p++;

	while (*p != '\0' && *p != quote)
		p += *p == '\\' && p[1] != '\0' ? 2 : 1;
	return *p == quote ? p + 1 : p;
}

bool
conf_uncomment(char *text)
{
	bool begins = true; /* a comment can begin here */

	for (char *p = text; *p != '\0';) {
		if (*p == '"' || *p == '\'') {
			p = string_end(p);
		} else if (begins && (*p == '#' || strncmp(p, "//", 2) == 0)) {
			p = blank_to(p, p + strcspn(p, "\n"));
		} else if (begins && strncmp(p, "/*", 2) == 0) {
			char *end = strstr(p + 2, "*/");
			if (end == NULL)
				return false;
			p = blank_to(p, end + 2);
		} else {
			begins = strchr(" \t\r\n={}(),", *p) != NULL;
			p++;
		}
	}
	return true;
}

unsigned
conf_title_line(
    const struct conf_load *load, const char *section, const char *title)
{
	unsigned line = 1;
	size_t len = strlen(section);

	for (const char *p = load->text; p != NULL; line++) {
		p += strspn(p, " \t");
		const char *end = strchr(p, '\n');
		const char *at =
		    strncmp(p, section, len) == 0 ? strstr(p, title) : NULL;
		if (at != NULL && (end == NULL || at < end))
			return line;
		p = end != NULL ? end + 1 : NULL;
	}
	return 0;
}
