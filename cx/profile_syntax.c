/*
 * Beside a parser's work on a profile: the beginning of a file, which it never
 * sees, and what its words do not say.
 */
#include "cx/profile.h"

#include <expat.h>
#include <string.h>

static const char space[] = " \t\r\n";

size_t
profile_prologue(struct profile_report *report, unsigned *lines,
    const char *text, size_t len)
{
	size_t at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	char decl[128];

	if (len - at < 6 || memcmp(text + at, "<?xml", 5) != 0 ||
	    strchr(space, text[at + 5]) == NULL)
		return at;
	const char *end = memmem(text + at, len - at, "?>", 2);
	if (end == NULL || (size_t)(end - text) - at >= sizeof decl)
		return at; /* the parser tells */
	size_t n = (size_t)(end - text) - at;
	memcpy(decl, text + at, n);
	decl[n] = '\0';
	if (strstr(decl, "encoding") != NULL &&
	    strcasestr(decl, "\"utf-8\"") == NULL &&
	    strcasestr(decl, "'utf-8'") == NULL)
		profile_fault(report, 1, "the encoding has to be UTF-8");
	for (size_t i = 0; i < n; i++)
		*lines += decl[i] == '\n';
	return at + n + 2;
}

const char *
profile_hint(int e, size_t at, bool closed, const char *text, size_t len)
{
	/* expat points at the '<' or behind "<!" */
	if ((at + 2 <= len && memcmp(text + at, "<!", 2) == 0) ||
	    (at >= 2 && at <= len && memcmp(text + at - 2, "<!", 2) == 0))
		return ": a DTD is not allowed, remove it";
	if (e == XML_ERROR_UNDEFINED_ENTITY)
		return ": write &amp; for & itself";
	if (closed)
		return ": ServiceProfile is closed by hssd, not by the file";
	return "";
}
