/*
 * Many requests at once, and how long their answers take.
 */
#ifndef CXCLIENT_LOAD_H
#define CXCLIENT_LOAD_H

#include "tools/cxclient/load_draw.h"
#include "tools/cxclient/options.h"
#include "tools/cxclient/show.h"

enum { LOAD_CONNECTIONS_MAX = 64 };

/* Fills in what was not given and what comes next.  False, after one line to
 * err: wrong usage. */
bool load_check(struct options *, struct load_draw *, FILE *err);
/* Runs until its time is over or INT comes; shows the table.  Returns what
 * exit(3) takes; a complaint goes to err. */
int load_run(struct options *, const struct show *, FILE *err);

#endif
