/*
 * From the text of hssd.conf to libconfuse's tree, with every fault of a key
 * or value told (private to tools/hssd/).
 */
#ifndef HSSD_CONF_PARSE_H
#define HSSD_CONF_PARSE_H

#include <confuse.h>

#include "tools/hssd/conf.h"

enum { CONF_SPARE = 32 };

/* A file on its way into a conf. */
struct conf_load {
	const char *file;
	int folder; /* octets of file before its last '/', and the '/' */
	char *text; /* NUL-terminated, CONF_SPARE octets behind; lines with
		       unknown keys are blanked */
	conf_fault_fn *fn;
	void *arg;
	size_t nfaults;
};

void conf_fault(struct conf_load *, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The line where a section with this title begins, or 0. */
unsigned conf_title_line(
    const struct conf_load *, const char *section, const char *title);

/* Makes spaces of all comments.  False: the last one does not end. */
bool conf_uncomment(char *text);
/* Makes spaces of a key (or what begins on the line, if name is "") and its
 * value: up to the end of the line on which all braces are closed. */
void conf_blank(char *text, unsigned line, const char *name);

/* Checks load->text.  Returns the tree, to be freed with cfg_free(); NULL
 * after a fault of syntax or when memory is out. */
cfg_t *conf_parse(struct conf_load *);

#endif
