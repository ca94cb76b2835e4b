/*
 * Writing XML into a bounded buffer: one place that escapes (private to cx/).
 * Nothing is NUL-terminated.  What does not fit is left out and `full` set, so
 * that a caller looks once, at the end.
 */
#ifndef CX_XML_H
#define CX_XML_H

#include <stdbool.h>
#include <stddef.h>

struct xml {
	char *p;
	size_t len, cap; /* octets */
	bool full;       /* something was left out: the text is worthless */
};

/* Markup, as it is. */
void xml_raw(struct xml *, const char *s, size_t len);
void xml_markup(struct xml *, const char *s);
/* Character data: markup is escaped; what XML 1.0 cannot hold (control
 * characters, octets that are no UTF-8) becomes '?'. */
void xml_text(struct xml *, const char *s, size_t len);
/* <name>, </name> */
void xml_begin(struct xml *, const char *name);
void xml_end(struct xml *, const char *name);
/* <name>text</name> */
void xml_element(struct xml *, const char *name, const char *s, size_t len);

#endif
