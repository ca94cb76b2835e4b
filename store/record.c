/*
 * Journal records as text: writing them.
 */
#include "store/record.h"

#include "store/octets.h"

#include <string.h>

/* RECORD_IMPIS_MAX and the rest at its longest fit: see record_sub(). */
enum {
	ESCAPED_MAX = 3 * STORE_NAME_MAX,
	REASSIGN_MAX = sizeof " reassign",
	SET_MAX = sizeof " set=16 registered=ffff pending=ffff unregistered",
};
_Static_assert(sizeof "sub  scscf= host= realm=" + RECORD_IMPIS_MAX +
		       3 * ESCAPED_MAX + REASSIGN_MAX +
		       STORE_SETS_MAX * SET_MAX <=
		   RECORD_MAX,
    "a record has room for everything");

struct text {
	char *buf;
	size_t len;
};

static bool
is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '%' && c != ',';
}

/* How many octets from the start on are plain. */
static size_t
plain_len(const char *name, size_t len)
{
	size_t i = 0;

	for (uint64_t x; i + sizeof x <= len; i += sizeof x) {
		x = octets_load(name + i);

		uint64_t found = x | octets_below(x, ' ' + 1) |
				 octets_equal(x, 0x7f) | octets_equal(x, '%') |
				 octets_equal(x, ',');

		if ((found & OCTETS_TOPS) != 0)
			break;
	}
	while (i < len && is_plain(name[i]))
		i++;
	return i;
}

size_t
record_name_len(const char *name, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t plain = plain_len(name + i, len - i);

		i += plain;
		n += plain;
		if (i == len)
			break;
		i++;
		n += 3;
	}
	return n;
}

static void
put(struct text *t, const char *s)
{
	size_t len = strlen(s);

	if (len < RECORD_MAX - t->len) {
		memcpy(t->buf + t->len, s, len);
		t->len += len;
	}
}

static void
put_name(struct text *t, const char *name, size_t len)
{
	if (record_name_len(name, len) >= RECORD_MAX - t->len)
		return;
	for (size_t i = 0;; i++) {
		size_t plain = plain_len(name + i, len - i);

		memcpy(t->buf + t->len, name + i, plain);
		t->len += plain;
		i += plain;
		if (i == len)
			break;

		uint8_t c = (uint8_t)name[i];

		t->buf[t->len++] = '%';
		t->buf[t->len++] = "0123456789ABCDEF"[c >> 4];
		t->buf[t->len++] = "0123456789ABCDEF"[c & 15];
	}
}

static void
put_number(struct text *t, const char *key, uint64_t n, unsigned base)
{
	char digits[24], *at = digits + sizeof digits;

	*--at = '\0';
	do {
		*--at = "0123456789abcdef"[n % base];
		n /= base;
	} while (n > 0);
	put(t, key);
	put(t, at);
}

/* The list; bit[i] becomes the place of IMPI i in it. */
static void
put_impis(struct text *t, const struct names *names,
    const struct store_sub *sub, const struct store_reg *reg,
    uint8_t bit[STORE_IMPIS_MAX])
{
	unsigned used = 1, n = 0;

	for (unsigned i = 0; i < reg->nsets; i++)
		used |= reg->sets[i].registered | reg->sets[i].pending;
	for (unsigned i = 0; i < sub->nimpis; i++) {
		char name[STORE_NAME_MAX];

		if ((used >> i & 1) == 0)
			continue;
		if (n > 0)
			put(t, ",");
		put_name(t, name, names_text(names, &sub->impis[i].name, name));
		bit[i] = (uint8_t)n++;
	}
}

static void
put_mask(struct text *t, const char *key, uint16_t mask,
    const uint8_t bit[STORE_IMPIS_MAX])
{
	unsigned out = 0;

	if (mask == 0)
		return;
	for (unsigned i = 0; i < STORE_IMPIS_MAX; i++) {
		if ((mask >> i & 1) != 0)
			out |= 1u << bit[i];
	}
	put_number(t, key, out, 16);
}

static void
put_part(struct text *t, const char *key, const char *name)
{
	if (name == NULL || *name == '\0')
		return;
	put(t, key);
	put_name(t, name, strlen(name));
}

size_t
record_sub(char buf[RECORD_MAX], const struct names *names,
    const struct store_sub *sub, const struct store_reg *reg)
{
	struct text t = { buf, 0 };
	uint8_t bit[STORE_IMPIS_MAX] = { 0 };

	put(&t, "sub ");
	put_impis(&t, names, sub, reg, bit);
	if (reg->scscf.name != NULL) {
		put(&t, " scscf=");
		put_name(&t, reg->scscf.name, strlen(reg->scscf.name));
		put_part(&t, " host=", reg->scscf.host);
		put_part(&t, " realm=", reg->scscf.realm);
	}
	if (reg->reassign)
		put(&t, " reassign");
	for (unsigned i = 0; i < reg->nsets; i++) {
		const struct store_set *set = &reg->sets[i];

		if (set->registered == 0 && set->pending == 0 &&
		    !set->unregistered)
			continue;
		put_number(&t, " set=", i + 1, 10);
		put_mask(&t, " registered=", set->registered, bit);
		put_mask(&t, " pending=", set->pending, bit);
		if (set->unregistered)
			put(&t, " unregistered");
	}
	return t.len;
}

size_t
record_sqn(char buf[RECORD_MAX], const char *impi, size_t len, uint64_t seq,
    bool reset)
{
	struct text t = { buf, 0 };

	put(&t, "sqn ");
	put_name(&t, impi, len);
	put_number(&t, " ", seq, 10);
	if (reset)
		put(&t, " reset");
	return t.len;
}

size_t
record_restoration(char buf[RECORD_MAX], const char *impi, size_t len,
    unsigned set, const void *octets, size_t octets_len)
{
	struct text t = { buf, 0 };

	put(&t, "restoration ");
	put_name(&t, impi, len);
	put_number(&t, " ", set + 1, 10);
	if (octets_len > 0) {
		put(&t, " ");
		put_name(&t, octets, octets_len);
	}
	return t.len;
}

size_t
record_import(char buf[RECORD_MAX], size_t nlines)
{
	struct text t = { buf, 0 };

	put_number(&t, "import ", nlines, 10);
	return t.len;
}

size_t
record_delete(char buf[RECORD_MAX], const char *name)
{
	struct text t = { buf, 0 };

	put(&t, "delete ");
	put_name(&t, name, strlen(name));
	return t.len;
}
