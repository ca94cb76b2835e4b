/*
 * Places in the text of hssd.conf that libconfuse does not tell: where a
 * section begins, how far an unknown key reaches.  Line by line; what they find
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
	char quote = '\0'; /* '#' up to the end of a comment's line */

	if (at != NULL && at < end)
		p = at;
	for (; *p != '\0' && (*p != '\n' || depth > 0); p++) {
		if (quote == '\0' && strchr("\"'#", *p) != NULL)
			quote = *p;
		else if (*p == (quote == '#' ? '\n' : quote))
			quote = '\0';
		else if (quote == '\0' && *p == '{')
			depth++;
		else if (quote == '\0' && *p == '}' && --depth < 0)
			break; /* of the section around it */
		if (*p != '\n')
			*p = ' ';
	}
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
