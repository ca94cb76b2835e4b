/*
 * Every message in full: as text, as hex, into a capture.
 */
#ifndef CXCLIENT_TRACE_H
#define CXCLIENT_TRACE_H

#include "tools/cxclient/capture.h"
#include "tools/cxclient/link.h"

struct trace {
	FILE *out;
	bool text, hex;
	bool secrets; /* keys are shown, not hidden */
	const struct link *link;
	struct capture capture;
};

/* A link_trace_fn; arg is the struct trace.  Keys that are to be hidden are
 * zeroes in the hex; the capture has all octets. */
void trace_message(void *arg, bool sent, const uint8_t *octets, size_t len);

#endif
