/*
 * Every message in full: as text, as hex in lines of 16 octets with their
 * offset (which text2pcap reads), into a capture.  Keys show only when asked
 * for.
 */
#include "tools/cxclient/trace.h"

#include "crypto/crypto.h"
#include "cx/avps.h"

#include <stdlib.h>
#include <string.h>

enum { HEX_WIDTH = 16 };

/* Zeroes values of secret AVPs; base: the octets that the reader reads, which
 * are the same as those of copy.  Recursive, to DIA_DEPTH_MAX. */
static void
blank(struct dia_reader *r, const uint8_t *base, uint8_t *copy)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(&cx_dict, avp.code, avp.vendor);
		struct dia_reader inner;

		if (def == NULL)
			continue;
		if ((def->flags & DIA_SECRET) != 0)
			wipe(copy + (avp.data.p - base), avp.data.len);
		else if (def->type == DIA_GROUPED && dia_enter(r, &avp, &inner))
			blank(&inner, base, copy);
	}
}

static void
print_hex(FILE *out, const uint8_t *octets, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i % HEX_WIDTH == 0)
			(void)fprintf(out, "%06zx", i);
		(void)fprintf(out, " %02x%s", octets[i],
		    i % HEX_WIDTH == HEX_WIDTH - 1 || i + 1 == len ? "\n" : "");
	}
}

static void
trace_hex(const struct trace *t, const struct dia_msg *msg,
    const uint8_t *octets, size_t len)
{
	uint8_t *copy = malloc(len);
	struct dia_reader r;

	if (copy == NULL)
		return;
	memcpy(copy, octets, len);
	if (!t->secrets) {
		dia_read(&r, msg->avps);
		blank(&r, octets, copy);
	}
	print_hex(t->out, copy, len);
	wipe(copy, len);
	free(copy);
}

static void
trace_text(const struct trace *t, const struct dia_msg *msg)
{
	unsigned flags = t->secrets ? DIA_PRINT_SECRETS : 0;
	size_t cap = dia_print(NULL, 0, &cx_dict, msg, flags) + 1;
	char *text = malloc(cap);

	if (text == NULL)
		return;
	(void)dia_print(text, cap, &cx_dict, msg, flags);
	(void)fputs(text, t->out);
	wipe(text, cap);
	free(text);
}

void
trace_message(void *arg, bool sent, const uint8_t *octets, size_t len)
{
	struct trace *t = arg;
	struct dia_msg msg;
	struct dia_fault fault;

	if (t->capture.file != NULL && t->capture.port[1] == 0)
		capture_connect(&t->capture, &t->link->local, &t->link->peer);
	capture_message(&t->capture, sent, octets, len);
	if (!t->text && !t->hex)
		return;
	(void)fprintf(t->out, "%s ", sent ? "-->" : "<--");
	if (!dia_parse(&msg, octets, len, &fault))
		(void)fprintf(t->out, "%s\n", fault.why);
	else if (t->text)
		trace_text(t, &msg);
	else
		(void)fprintf(t->out, "%zu octets\n", len);
	if (t->hex)
		trace_hex(t, &msg, octets, len);
	(void)fflush(t->out);
}
