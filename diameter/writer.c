/*
 * Laying out messages (RFC 6733, sections 3 and 4).  Lengths, padding and the
 * V flag are computed here and nowhere else; the first thing that does not
 * fit fails the whole message, which dia_end() reports.
 */
#include "diameter/codec.h"

#include <netinet/in.h>
#include <string.h>

enum { LEN24_MAX = 0xffffff };

static void
put24(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 16);
	p[1] = (uint8_t)(value >> 8);
	p[2] = (uint8_t)value;
}

static void
put32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	put24(p + 1, value & 0xffffff);
}

static size_t
padding(size_t len)
{
	return -len & 3;
}

static size_t
header_len(const struct dia_def *def)
{
	return (def->flags & DIA_V) != 0 ? DIA_VAVP_LEN : DIA_AVP_LEN;
}

/* The next len octets, or NULL and the message has failed. */
static uint8_t *
take(struct dia_writer *w, size_t len)
{
	if (w->failed || len > w->cap - w->len) {
		w->failed = true;
		return NULL;
	}

	uint8_t *p = w->buf + w->len;

	w->len += len;
	return p;
}

/* The same for an AVP of this length, with its padding, which is zeroed as a
 * word: what the AVP has of it is written over. */
static uint8_t *
take_padded(struct dia_writer *w, size_t len)
{
	size_t whole = len + padding(len);
	uint8_t *p = take(w, whole);

	if (p != NULL && whole > 0)
		memset(p + whole - 4, 0, 4);
	return p;
}

void
dia_begin(struct dia_writer *w, uint8_t *buf, size_t cap,
    const struct dia_header *hdr)
{
	*w = (struct dia_writer){ .buf = buf,
		.cap = cap < LEN24_MAX ? cap : LEN24_MAX };

	uint8_t *p = take(w, DIA_HEADER_LEN);

	if (p == NULL)
		return;
	p[0] = 1;
	put24(p + 1, 0);
	p[4] = hdr->flags;
	put24(p + 5, hdr->code);
	put32(p + 8, hdr->app);
	put32(p + 12, hdr->hbh);
	put32(p + 16, hdr->e2e);
}

static void
put_header(uint8_t *p, const struct dia_def *def, size_t avp_len)
{
	put32(p, def->code);
	p[4] = def->flags & (DIA_V | DIA_M);
	put24(p + 5, avp_len);
	if ((def->flags & DIA_V) != 0)
		put32(p + DIA_AVP_LEN, def->vendor);
}

size_t
dia_room(const struct dia_writer *w, const struct dia_def *def)
{
	size_t left = (w->cap - w->len) & ~(size_t)3;

	if (w->failed || left < header_len(def))
		return 0;
	return left - header_len(def);
}

uint8_t *
dia_put_room(struct dia_writer *w, const struct dia_def *def, size_t len)
{
	size_t header = header_len(def);

	if (len > LEN24_MAX - header) {
		w->failed = true;
		return NULL;
	}

	uint8_t *p = take_padded(w, header + len);

	if (p == NULL)
		return NULL;
	put_header(p, def, header + len);
	return p + header;
}

void
dia_trim(struct dia_writer *w, const struct dia_def *def, const uint8_t *value,
    size_t len)
{
	if (w->failed)
		return;

	size_t at = (size_t)(value - w->buf);
	size_t header = header_len(def);

	put24(w->buf + at - header + 5, header + len);
	memset(w->buf + at + len, 0, padding(len));
	w->len = at + len + padding(len);
}

void
dia_put(struct dia_writer *w, const struct dia_def *def, const void *value,
    size_t len)
{
	uint8_t *p = dia_put_room(w, def, len);

	if (p != NULL && len > 0)
		memcpy(p, value, len);
}

void
dia_put_slice(
    struct dia_writer *w, const struct dia_def *def, struct dia_slice s)
{
	dia_put(w, def, s.p, s.len);
}

void
dia_put_str(struct dia_writer *w, const struct dia_def *def, const char *text)
{
	dia_put(w, def, text, strlen(text));
}

void
dia_put_u32(struct dia_writer *w, const struct dia_def *def, uint32_t value)
{
	uint8_t *p = dia_put_room(w, def, 4);

	if (p != NULL)
		put32(p, value);
}

void
dia_put_u64(struct dia_writer *w, const struct dia_def *def, uint64_t value)
{
	uint8_t *p = dia_put_room(w, def, 8);

	if (p != NULL) {
		put32(p, (uint32_t)(value >> 32));
		put32(p + 4, (uint32_t)value);
	}
}

void
dia_put_addr(struct dia_writer *w, const struct dia_def *def,
    const struct sockaddr_storage *ss)
{
	uint8_t *p;

	if (ss->ss_family == AF_INET) {
		struct sockaddr_in sin;

		memcpy(&sin, ss, sizeof sin);
		if ((p = dia_put_room(w, def, 6)) != NULL) {
			memcpy(p, "\0\1", 2);
			memcpy(p + 2, &sin.sin_addr, 4);
		}
	} else if (ss->ss_family == AF_INET6) {
		struct sockaddr_in6 sin6;

		memcpy(&sin6, ss, sizeof sin6);
		if ((p = dia_put_room(w, def, 18)) != NULL) {
			memcpy(p, "\0\2", 2);
			memcpy(p + 2, &sin6.sin6_addr, 16);
		}
	} else {
		w->failed = true;
	}
}

void
dia_put_copy(struct dia_writer *w, struct dia_slice octets)
{
	uint8_t *p = take_padded(w, octets.len);

	if (p != NULL && octets.len > 0)
		memcpy(p, octets.p, octets.len);
}

void
dia_open(struct dia_writer *w, const struct dia_def *def)
{
	if (w->depth >= DIA_DEPTH_MAX) {
		w->failed = true;
		return;
	}

	size_t at = w->len;

	if (dia_put_room(w, def, 0) != NULL)
		w->open[w->depth++] = at;
}

void
dia_close(struct dia_writer *w)
{
	if (w->failed || w->depth == 0) {
		w->failed = true;
		return;
	}

	size_t at = w->open[--w->depth];

	put24(w->buf + at + 5, w->len - at);
}

size_t
dia_end(struct dia_writer *w)
{
	if (w->failed || w->depth != 0)
		return 0;
	put24(w->buf + 1, w->len);
	return w->len;
}

void
dia_readdress(uint8_t *msg, uint32_t hbh, uint8_t more_flags)
{
	msg[4] |= more_flags;
	put32(msg + 12, hbh);
}
