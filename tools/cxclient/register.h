/*
 * A registration from the first REGISTER to the last.
 */
#ifndef CXCLIENT_REGISTER_H
#define CXCLIENT_REGISTER_H

#include "tools/cxclient/auth.h"

struct registration {
	const char *scheme, *visited;
	uint32_t items;
	bool emergency;    /* UAR-Flags says so */
	bool fixed_server; /* not the Server-Name that the UAA names */
	bool reregister, deregister;
};

/* False, with the client's why: some step was refused or wrong. */
bool register_run(struct client *, struct phone *, const struct registration *);

#endif
