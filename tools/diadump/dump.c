/*
 * Messages and faults as text, whatever they came in.
 */
#include "tools/diadump/dump.h"

#include "cx/cx.h"
#include "diameter/codec.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>

enum { MESSAGE_MAX = 0xfffffc }; /* any that has a length */

void
dump_fault(struct dump *d, size_t offset, const char *fmt, ...)
{
	va_list ap;

	d->faults++;
	fflush(d->out);
	fprintf(d->err, "%s: ", d->file);
	if (d->line != 0)
		fprintf(d->err, "line %u, ", d->line);
	fprintf(d->err, "octet %zu: ", offset);
	va_start(ap, fmt);
	vfprintf(d->err, fmt, ap);
	va_end(ap);
	fputc('\n', d->err);
}

bool
looks_like_message(const uint8_t *p, size_t len)
{
	size_t msglen;

	return len >= 4 && p[0] == 1 && (len == 4 || (p[4] & 0x0f) == 0) &&
	       dia_frame(p, len, MESSAGE_MAX, &msglen) != DIA_FRAME_BAD;
}

/* The first fault in the form of AVPs; recursive, to DIA_DEPTH_MAX. */
static bool
find_fault(struct dia_reader *r, struct dia_fault *fault)
{
	struct dia_avp avp;
	struct dia_reader inner;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(&cx_dict, avp.code, avp.vendor);

		if (def != NULL && def->type == DIA_GROUPED &&
		    def != BASE(FAILED_AVP) && dia_enter(r, &avp, &inner) &&
		    find_fault(&inner, fault))
			return true;
	}
	*fault = r->fault;
	return fault->result != 0;
}

static void
print_message(struct dump *d, const struct dia_msg *msg)
{
	for (;;) {
		size_t len =
		    d->brief
			? dia_print_line(d->text, d->cap, &cx_dict, msg)
			: dia_print(d->text, d->cap, &cx_dict, msg, d->flags);

		if (len < d->cap)
			break;

		char *text = realloc(d->text, len + 1);

		if (text == NULL)
			err(2, NULL);
		d->text = text;
		d->cap = len + 1;
	}
	if (d->flow != NULL)
		fprintf(d->out, "%s%s", d->flow, d->brief ? " " : "\n");
	fprintf(d->out, "%s\n", d->text);
}

static void
dump_message(struct dump *d, const uint8_t *p, size_t len, size_t offset)
{
	struct dia_msg msg;
	struct dia_fault fault;
	struct dia_reader r;
	bool ok = dia_parse(&msg, p, len, &fault);

	d->messages++;
	print_message(d, &msg);
	dia_read(&r, msg.avps);
	if (!ok || find_fault(&r, &fault))
		dump_fault(d, offset, "%s", fault.why);
}

bool
dump_stream(
    struct dump *d, const uint8_t *p, size_t len, size_t offset, size_t *used)
{
	size_t msglen;

	*used = 0;
	for (;;) {
		enum dia_frame is =
		    dia_frame(p + *used, len - *used, MESSAGE_MAX, &msglen);

		/* Rubbish seldom has 1 here, but often a length. */
		if (is == DIA_FRAME_SHORT && *used < len && p[*used] != 1)
			is = DIA_FRAME_BAD;
		if (is == DIA_FRAME_BAD) {
			dump_fault(
			    d, offset + *used, "RFC 6733 3: no message header");
			return false;
		}
		if (is == DIA_FRAME_SHORT)
			return true;
		dump_message(d, p + *used, msglen, offset + *used);
		*used += msglen;
	}
}

void
dump_octets(struct dump *d, const uint8_t *p, size_t len, size_t offset)
{
	size_t used;

	if (dump_stream(d, p, len, offset, &used) && used < len)
		dump_fault(d, offset + used,
		    "message cut short, %zu octets of it are here", len - used);
}

void
dump_any(struct dump *d, const uint8_t *p, size_t len)
{
	unsigned long before = d->messages + d->faults;

	d->line = 0;
	d->flow = NULL;
	if (pcap_is(p, len))
		pcap_dump(d, p, len);
	else if (hex_is(p, len))
		hex_dump(d, p, len);
	else
		dump_octets(d, p, len, 0);
	if (d->messages + d->faults == before)
		dump_fault(d, 0, "no message found");
}

void
dump_free(struct dump *d)
{
	free(d->text);
	d->text = NULL;
	d->cap = 0;
}
