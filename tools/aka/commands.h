/*
 * The commands of aka.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "tools/aka/values.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_MAC = 1,   /* MAC-A or MAC-S is wrong */
	EXIT_USAGE = 2, /* or the system failed */
};

struct command {
	const char *name;
	const char *needs;    /* letters of values it cannot do without */
	const char *takes;    /* letters of all that it understands */
	const char *operands; /* letters of values given without option */
	enum exit_code (*run)(const struct values *);
	const char *does;
	const char *defaults; /* of what it takes but does not need */
	const char *example;
};

extern const struct command commands[];
extern const unsigned ncommands;

/* A command in a file of its own. */
enum exit_code response(const struct values *);

#endif
