/*
 * Batches of sections: each is copied as one piece, its records first, then
 * its texts.
 */
#include "store/load_batch.h"

#include <string.h>

/* The largest section: every text as long as it may be. */
enum {
	ALIGN = _Alignof(max_align_t),
	SECTION_MAX =
	    sizeof(struct load_section) + STORE_CAPS_MAX * sizeof(uint32_t) +
	    STORE_IMPIS_MAX *
		(sizeof(struct load_impi) + 4 * STORE_NAME_MAX + 3) +
	    STORE_IMPUS_MAX * (sizeof(struct load_impu) + 3 * STORE_NAME_MAX) +
	    2 * STORE_NAME_MAX + LINES_MAX + 4 * ALIGN,
};
_Static_assert(
    (int)SECTION_MAX <= (int)LOAD_BATCH_CAP, "an empty batch has room");
_Static_assert(LOAD_FAULT_LEN <= LOAD_BATCH_CAP, "an empty batch has room");

static size_t
aligned(size_t len)
{
	return (len + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static size_t
texts_len(const struct load_section *s)
{
	size_t len = s->namelen + s->scscflen + s->visitedlen;

	for (unsigned i = 0; i < s->nimpis; i++) {
		const struct load_impi *p = &s->impis[i];

		len += p->len + p->rawlen + p->passwordlen +
		       p->line_identifierlen + 3;
	}
	for (unsigned i = 0; i < s->nimpus; i++) {
		const struct load_impu *u = &s->impus[i];

		len += u->len + u->display_len + u->as_len;
	}
	return len;
}

/* The copy of a text at *to, which moves on. */
static char *
put(char **to, const char *text, size_t len)
{
	char *at = *to;

	if (len > 0)
		memcpy(at, text, len);
	*to += len;
	return at;
}

static void
put_texts(struct load_section *s, char *to)
{
	s->name = put(&to, s->name, s->namelen);
	s->scscf = put(&to, s->scscf, s->scscflen);
	s->visited = put(&to, s->visited, s->visitedlen);
	for (unsigned i = 0; i < s->nimpis; i++) {
		struct load_impi *p = &s->impis[i];

		p->form = put(&to, p->form, p->len);
		if (p->has_password) {
			p->raw = put(&to, p->raw, p->rawlen + 1);
			p->password = put(&to, p->password, p->passwordlen + 1);
		}
		if (p->scheme == STORE_NASS)
			p->line_identifier = put(
			    &to, p->line_identifier, p->line_identifierlen + 1);
	}
	for (unsigned i = 0; i < s->nimpus; i++) {
		struct load_impu *u = &s->impus[i];

		u->form = put(&to, u->form, u->len);
		u->display = put(&to, u->display, u->display_len);
		u->as = put(&to, u->as, u->as_len);
	}
}

bool
load_batch_section(
    struct load_batch *b, unsigned file, const struct load_section *from)
{
	size_t impis = aligned(sizeof *from);
	size_t impus = impis + aligned(from->nimpis * sizeof *from->impis);
	size_t caps = impus + aligned(from->nimpus * sizeof *from->impus);
	size_t ncaps = from->nmandatory + from->noptional;
	size_t texts = caps + ncaps * sizeof *from->caps;
	size_t len = aligned(texts + texts_len(from));

	if (b->nitems == LOAD_BATCH_ITEMS || len > LOAD_BATCH_CAP - b->used)
		return false;

	char *at = b->octets + b->used;
	struct load_section *s = (struct load_section *)at;

	*s = *from;
	s->impis =
	    memcpy(at + impis, from->impis, from->nimpis * sizeof *from->impis);
	s->impus =
	    memcpy(at + impus, from->impus, from->nimpus * sizeof *from->impus);
	s->caps = memcpy(at + caps, from->caps, ncaps * sizeof *from->caps);
	put_texts(s, at + texts);
	b->items[b->nitems++] = (struct load_item){ file, s->line, s, NULL };
	b->used += len;
	return true;
}

bool
load_batch_fault(struct load_batch *b, unsigned file, unsigned line,
    const char *what, size_t len)
{
	if (b->nitems == LOAD_BATCH_ITEMS ||
	    aligned(len + 1) > LOAD_BATCH_CAP - b->used)
		return false;

	char *at = b->octets + b->used;

	memcpy(at, what, len);
	at[len] = '\0';
	b->items[b->nitems++] = (struct load_item){ file, line, NULL, at };
	b->used += aligned(len + 1);
	return true;
}

void
load_batch_clear(struct load_batch *b)
{
	explicit_bzero(b->octets, b->used);
	b->nitems = b->used = 0;
}
