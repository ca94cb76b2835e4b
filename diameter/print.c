/*
 * Messages as text, for logs, traces and the dump tool: one line per AVP or
 * one line per message.  Octets of strangers are printed as visible ASCII;
 * everything else in them is escaped.
 */
#include "diameter/codec.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_VALUE_MAX = 72 }; /* octets of a value in the short form */

struct out {
	char *buf;
	size_t cap, len;
	unsigned flags;
	bool brief;
};

static void put(struct out *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct out *o, const char *fmt, ...)
{
	char *at = o->len < o->cap ? o->buf + o->len : NULL;
	va_list ap;

	va_start(ap, fmt);

	int n = vsnprintf(at, at != NULL ? o->cap - o->len : 0, fmt, ap);

	va_end(ap);
	if (n > 0)
		o->len += (size_t)n;
}

static void
put_text(struct out *o, struct dia_slice s)
{
	size_t shown = s.len;

	if (o->brief && shown > LINE_VALUE_MAX)
		shown = LINE_VALUE_MAX;
	put(o, o->brief ? "" : "\"");
	for (size_t i = 0; i < shown; i++) {
		uint8_t c = s.p[i];

		if (c == '\\' || c == '"')
			put(o, "\\%c", c);
		else if (c >= ' ' && c < 0x7f)
			put(o, "%c", c);
		else
			put(o, "\\x%02x", c);
	}
	put(o, "%s%s", shown < s.len ? "..." : "", o->brief ? "" : "\"");
}

static void
put_hex(struct out *o, struct dia_slice s)
{
	size_t shown = s.len;

	if (o->brief && shown > LINE_VALUE_MAX / 2)
		shown = LINE_VALUE_MAX / 2;
	put(o, "0x");
	for (size_t i = 0; i < shown; i++)
		put(o, "%02x", s.p[i]);
	put(o, "%s", shown < s.len ? "..." : "");
}

static bool
is_text(struct dia_slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((s.p[i] < ' ' || s.p[i] >= 0x7f) && s.p[i] != '\n' &&
		    s.p[i] != '\r' && s.p[i] != '\t')
			return false;
	}
	return s.len > 0;
}

static void
put_number(struct out *o, const struct dia_def *def, const struct dia_avp *avp)
{
	uint32_t value = 0;

	(void)dia_get_u32(avp, &value);

	const char *name = dia_value_name(def->values, value);

	if (name != NULL)
		put(o, "%u %s", value, name);
	else if (def->type == DIA_I32)
		put(o, "%d", (int)value);
	else
		put(o, "%u", value);
}

static void
put_addr(struct out *o, const struct dia_avp *avp)
{
	struct sockaddr_storage ss;
	char text[INET6_ADDRSTRLEN] = "";

	if (!dia_get_addr(avp, &ss)) {
		put_hex(o, avp->data);
		return;
	}
	if (ss.ss_family == AF_INET) {
		struct sockaddr_in sin;

		memcpy(&sin, &ss, sizeof sin);
		inet_ntop(AF_INET, &sin.sin_addr, text, sizeof text);
	} else {
		struct sockaddr_in6 sin6;

		memcpy(&sin6, &ss, sizeof sin6);
		inet_ntop(AF_INET6, &sin6.sin6_addr, text, sizeof text);
	}
	put(o, "%s", text);
}

static void
put_octets(struct out *o, struct dia_slice s)
{
	if (is_text(s))
		put_text(o, s);
	else
		put_hex(o, s);
}

/* The value of anything but a group. */
static void
put_value(struct out *o, const struct dia_def *def, const struct dia_avp *avp)
{
	uint64_t wide;

	if (def != NULL && (def->flags & DIA_SECRET) != 0 &&
	    (o->flags & DIA_PRINT_SECRETS) == 0) {
		put(o, "<%zu octets hidden>", avp->data.len);
		return;
	}
	if (def == NULL ||
	    dia_check_value(def, avp) == DIA_INVALID_AVP_LENGTH) {
		put_octets(o, avp->data);
		return;
	}
	switch (def->type) {
	case DIA_U32:
	case DIA_I32:
	case DIA_ENUM:
	case DIA_TIME:
		put_number(o, def, avp);
		break;
	case DIA_U64:
		if (dia_get_u64(avp, &wide))
			put(o, "%llu", (unsigned long long)wide);
		break;
	case DIA_ADDRESS:
		put_addr(o, avp);
		break;
	case DIA_UTF8:
	case DIA_IDENTITY:
	case DIA_URI:
		put_text(o, avp->data);
		break;
	default:
		put_octets(o, avp->data);
		break;
	}
}

static void
put_head(struct out *o, const struct dia_def *def, const struct dia_avp *avp,
    unsigned depth)
{
	put(o, "%*s%s (%u", (int)(2 * (depth + 1)), "",
	    def != NULL ? def->name : "AVP", avp->code);
	if (avp->vendor != 0)
		put(o, "/%u", avp->vendor);
	put(o, ")%s%s", (avp->flags & DIA_M) != 0 ? " M" : "",
	    (avp->flags & 0x3f) != 0 ? " odd-flags" : "");
}

/* Recursive, to DIA_DEPTH_MAX. */
static void
put_avps(struct out *o, const struct dia_dict *dict, struct dia_reader *r)
{
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(dict, avp.code, avp.vendor);
		struct dia_reader inner;

		put_head(o, def, &avp, r->depth);
		if (def == NULL || def->type != DIA_GROUPED) {
			put(o, " = ");
			put_value(o, def, &avp);
			put(o, "\n");
		} else if (dia_enter(r, &avp, &inner)) {
			put(o, " {\n");
			put_avps(o, dict, &inner);
			put(o, "%*s}\n", (int)(2 * (r->depth + 1)), "");
		} else {
			put(o, "\n");
		}
	}
	if (r->fault.result != 0)
		put(o, "%*s! %s (AVP %u)\n", (int)(2 * (r->depth + 1)), "",
		    r->fault.why, r->fault.code);
}

static void
put_command(
    struct out *o, const struct dia_dict *dict, const struct dia_header *hdr)
{
	const struct dia_command *cmd =
	    dia_lookup_command(dict, hdr->code, hdr->app);
	bool request = (hdr->flags & DIA_R) != 0;

	if (cmd != NULL)
		put(o, "%s", request ? cmd->request : cmd->answer);
	else
		put(o, "%s %u", request ? "request" : "answer", hdr->code);
}

size_t
dia_print(char *buf, size_t cap, const struct dia_dict *dict,
    const struct dia_msg *msg, unsigned flags)
{
	struct out o = { .buf = buf, .cap = cap, .flags = flags };
	const struct dia_header *hdr = &msg->hdr;
	struct dia_reader r;

	if (cap > 0)
		buf[0] = '\0';
	put_command(&o, dict, hdr);
	put(&o, " version %u length %u flags %s%s%s%s", hdr->version,
	    hdr->length, (hdr->flags & DIA_R) != 0 ? "R" : "-",
	    (hdr->flags & DIA_P) != 0 ? "P" : "-",
	    (hdr->flags & DIA_E) != 0 ? "E" : "-",
	    (hdr->flags & DIA_T) != 0 ? "T" : "-");
	put(&o, " code %u app %u hbh 0x%08x e2e 0x%08x\n", hdr->code, hdr->app,
	    hdr->hbh, hdr->e2e);
	dia_read(&r, msg->avps);
	put_avps(&o, dict, &r);
	return o.len;
}

/* AVPs that say nothing new in a log of many messages. */
static bool
is_routine(const struct dia_avp *avp)
{
	switch (avp->vendor == 0 ? avp->code : 0) {
	case 258: /* Auth-Application-Id */
	case 260: /* Vendor-Specific-Application-Id */
	case 263: /* Session-Id */
	case 264: /* Origin-Host, which stands in front */
	case 277: /* Auth-Session-State */
	case 278: /* Origin-State-Id */
	case 283: /* Destination-Realm */
	case 296: /* Origin-Realm */
		return true;
	default:
		return false;
	}
}

/* Recursive, to DIA_DEPTH_MAX. */
static void
put_line(struct out *o, const struct dia_dict *dict, struct dia_reader *r)
{
	const char *separator = r->depth == 0 ? ": " : "";
	struct dia_avp avp;

	while (dia_next(r, &avp)) {
		const struct dia_def *def =
		    dia_lookup(dict, avp.code, avp.vendor);
		struct dia_reader inner;

		if (r->depth == 0 && is_routine(&avp))
			continue;
		put(o, "%s", separator);
		separator = ", ";
		if (def == NULL)
			put(o, "AVP %u/%u=", avp.code, avp.vendor);
		else
			put(o, "%s=", def->name);
		if (def == NULL || def->type != DIA_GROUPED) {
			put_value(o, def, &avp);
		} else if (dia_enter(r, &avp, &inner)) {
			put(o, "{");
			put_line(o, dict, &inner);
			put(o, "}");
		}
	}
	if (r->fault.result != 0)
		put(o, "%s! %s", separator, r->fault.why);
}

size_t
dia_print_line(char *buf, size_t cap, const struct dia_dict *dict,
    const struct dia_msg *msg)
{
	struct out o = { .buf = buf, .cap = cap, .brief = true };
	struct dia_avp origin;
	struct dia_reader r;

	if (cap > 0)
		buf[0] = '\0';
	put_command(&o, dict, &msg->hdr);
	put(&o, " 0x%08x/0x%08x", msg->hdr.hbh, msg->hdr.e2e);
	if (dia_find(msg->avps, BASE(ORIGIN_HOST)->code, 0, &origin)) {
		put(&o, " from ");
		put_text(&o, origin.data);
	}
	dia_read(&r, msg->avps);
	put_line(&o, dict, &r);
	return o.len;
}
