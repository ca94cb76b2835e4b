/*
 * cxclient from its arguments to its exit status.
 */
#ifndef CXCLIENT_RUN_H
#define CXCLIENT_RUN_H

#include <stdio.h>

enum {
	RUN_OK,
	RUN_REFUSED, /* or wrong: the reason is printed */
	RUN_USAGE,   /* or no server */
};

/* Steps and messages go to out, complaints to err.  Returns what exit(3)
 * takes.  Keys among the arguments are overwritten. */
int run(int argc, char *argv[], FILE *out, FILE *err);

#endif
