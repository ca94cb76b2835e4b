/*
 * A private identity: its key `impi` and those that stand under it, with the
 * schemes that they go with.
 */
#include "store/load.h"

#include "store/identity.h"

#include <arpa/inet.h>
#include <string.h>

static struct load_impi *
this_impi(struct load_reader *r)
{
	return &r->section.impis[r->section.nimpis - 1];
}

/* What is no hexadecimal digit has the upper bits set. */
#define NONE 0xf0
static const uint8_t hex_digits[256] = {
	[0 ... '0' - 1] = NONE,
	['0'] = 0,
	['1'] = 1,
	['2'] = 2,
	['3'] = 3,
	['4'] = 4,
	['5'] = 5,
	['6'] = 6,
	['7'] = 7,
	['8'] = 8,
	['9'] = 9,
	['9' + 1 ... 'A' - 1] = NONE,
	['A'] = 10,
	['B'] = 11,
	['C'] = 12,
	['D'] = 13,
	['E'] = 14,
	['F'] = 15,
	['F' + 1 ... 'a' - 1] = NONE,
	['a'] = 10,
	['b'] = 11,
	['c'] = 12,
	['d'] = 13,
	['e'] = 14,
	['f'] = 15,
	['f' + 1 ... 255] = NONE,
};

/* The value may be a secret, so it is not told. */
static bool
get_hex(struct load_reader *r, const char *key, uint8_t *out, size_t out_len,
    const char *value, size_t len)
{
	const uint8_t *digits = (const uint8_t *)value;
	uint8_t all = 0;

	if (len != 2 * out_len) {
		load_wrong(r, r->line,
		    "%s has %zu characters and must have %zu hexadecimal "
		    "digits",
		    key, len, 2 * out_len);
		return false;
	}
	for (size_t i = 0; i < out_len; i++) {
		uint8_t high = hex_digits[digits[2 * i]];
		uint8_t low = hex_digits[digits[2 * i + 1]];

		all |= high | low;
		out[i] = (uint8_t)(high << 4 | low);
	}
	if (all >= NONE)
		load_wrong(r, r->line,
		    "%s has a character that is no hexadecimal digit", key);
	return all < NONE;
}

/* A text with its NUL; its length, 0 after telling the fault. */
static size_t
get_text(struct load_reader *r, const char *key, char *out, size_t max,
    const char *value, size_t len)
{
	if (len > max) {
		load_wrong(r, r->line,
		    "%s has %zu octets and must have at most %zu", key, len,
		    max);
		return 0;
	}
	memcpy(out, value, len + 1);
	return len;
}

static const struct {
	const char *name, *takes;
} schemes[] = {
	[STORE_AKA] = { "aka", "k and op or opc" },
	[STORE_DIGEST] = { "digest", "password or ha1" },
	[STORE_NASS] = { "nass", "line-identifier" },
	[STORE_GIBA] = { "giba", "framed-ip" },
};
enum { NSCHEMES = sizeof schemes / sizeof *schemes };

static void
key_scheme(struct load_reader *r, char *value, size_t len)
{
	for (unsigned i = 0; i < NSCHEMES; i++) {
		if (strcmp(value, schemes[i].name) == 0) {
			this_impi(r)->scheme = (enum store_scheme)i;
			return;
		}
	}
	load_wrong(r, r->line,
	    "scheme must be aka, digest, nass or giba, not `%s`", value);
}

static void
key_k(struct load_reader *r, char *value, size_t len)
{
	get_hex(r, "k", this_impi(r)->k, 16, value, len);
}

static void
key_op(struct load_reader *r, char *value, size_t len)
{
	this_impi(r)->has_op = true;
	get_hex(r, "op", this_impi(r)->op, 16, value, len);
}

static void
key_opc(struct load_reader *r, char *value, size_t len)
{
	get_hex(r, "opc", this_impi(r)->opc, 16, value, len);
}

static void
key_amf(struct load_reader *r, char *value, size_t len)
{
	get_hex(r, "amf", this_impi(r)->amf, 2, value, len);
}

/* No SQN given out is below this one, whatever IND it has; SEQ 0 is left out,
 * since a fresh SIM has seen it (TS 33.102, C.2.2). */
static void
key_sqn(struct load_reader *r, char *value, size_t len)
{
	const uint64_t one_seq = 1 << STORE_SQN_IND_BITS;
	uint8_t octets[6];
	uint64_t sqn = 0, seq;

	if (!get_hex(r, "sqn", octets, sizeof octets, value, len))
		return;
	for (size_t i = 0; i < sizeof octets; i++)
		sqn = sqn << 8 | octets[i];
	seq = (sqn + one_seq - 1) >> STORE_SQN_IND_BITS;
	this_impi(r)->seq = seq > 0 ? seq - 1 : 0;
}

static void
key_password(struct load_reader *r, char *value, size_t len)
{
	this_impi(r)->has_password = true;
	this_impi(r)->passwordlen = get_text(
	    r, "password", this_impi(r)->password, STORE_NAME_MAX, value, len);
}

static void
key_ha1(struct load_reader *r, char *value, size_t len)
{
	get_hex(r, "ha1", this_impi(r)->ha1, 16, value, len);
}

static void
key_line_identifier(struct load_reader *r, char *value, size_t len)
{
	this_impi(r)->line_identifierlen = get_text(r, "line-identifier",
	    this_impi(r)->line_identifier, STORE_NAME_MAX, value, len);
}

static void
key_framed_ip(struct load_reader *r, char *value, size_t len)
{
	struct load_impi *impi = this_impi(r);

	if (inet_pton(AF_INET, value, impi->addr) == 1)
		impi->addrlen = 4;
	else if (inet_pton(AF_INET6, value, impi->addr) == 1)
		impi->addrlen = 16;
	else
		load_wrong(r, r->line,
		    "framed-ip must be an IPv4 or IPv6 address, not `%s`",
		    value);
}

enum {
	AKA = 1 << STORE_AKA,
	DIGEST = 1 << STORE_DIGEST,
	NASS = 1 << STORE_NASS,
	GIBA = 1 << STORE_GIBA,
	ANY = AKA | DIGEST | NASS | GIBA,
};

/* Those that are a credential or a part of one; the table has more. */
enum {
	KEY_K,
	KEY_OP,
	KEY_OPC,
	KEY_PASSWORD,
	KEY_HA1,
	KEY_LINE_IDENTIFIER,
	KEY_FRAMED_IP
};

#define NAME(text) text, sizeof text - 1

static const struct {
	const char *name;
	size_t len;
	unsigned schemes;
	void (*set)(struct load_reader *, char *value, size_t len);
} keys[] = {
	[KEY_K] = { NAME("k"), AKA, key_k },
	[KEY_OP] = { NAME("op"), AKA, key_op },
	[KEY_OPC] = { NAME("opc"), AKA, key_opc },
	[KEY_PASSWORD] = { NAME("password"), DIGEST, key_password },
	[KEY_HA1] = { NAME("ha1"), DIGEST, key_ha1 },
	[KEY_LINE_IDENTIFIER] = { NAME("line-identifier"), NASS,
	    key_line_identifier },
	[KEY_FRAMED_IP] = { NAME("framed-ip"), GIBA, key_framed_ip },
	{ NAME("scheme"), ANY, key_scheme },
	{ NAME("amf"), AKA, key_amf },
	{ NAME("sqn"), AKA, key_sqn },
};
enum { NKEYS = sizeof keys / sizeof *keys };
_Static_assert(NKEYS <= 32, "bits of `given`");

const char *
load_impi_keys(void)
{
	return "scheme, k, op, opc, amf, sqn, password, ha1, "
	       "line-identifier, framed-ip";
}

bool
load_impi_key(struct load_reader *r, const char *key, size_t key_len,
    char *value, size_t len)
{
	unsigned i = 0;

	while (
	    i < NKEYS && !load_is_key(key, key_len, keys[i].name, keys[i].len))
		i++;
	if (i == NKEYS)
		return false;
	if (r->section.nimpis == 0) {
		load_wrong(r, r->line, "%s must stand under an impi", key);
		return true;
	}
	if (load_first(r, &this_impi(r)->given, i, key, "impi", value))
		keys[i].set(r, value, len);
	return true;
}

void
load_impi(struct load_reader *r, char *value, size_t len)
{
	struct load_section *s = &r->section;

	/* One beyond the limit takes what follows and is never built. */
	if (s->nimpis < STORE_IMPIS_MAX + 1)
		s->nimpis++;
	if (s->nimpis > STORE_IMPIS_MAX)
		load_wrong(r, r->line, "more than %d impi in one section",
		    STORE_IMPIS_MAX);

	struct load_impi *impi = this_impi(r);

	impi->line = r->line;
	impi->given = 0;
	impi->has_op = impi->has_password = false;
	impi->scheme = STORE_AKA;
	impi->amf[0] = 0x80;
	impi->amf[1] = 0;
	impi->seq = 0;
	impi->passwordlen = impi->line_identifierlen = 0;
	impi->password[0] = impi->line_identifier[0] = '\0';
	impi->rawlen =
	    get_text(r, "impi", impi->raw, STORE_NAME_MAX, value, len);
	impi->len = identity_impi(impi->form, impi->raw, impi->rawlen);
	impi->hash = hash_sip(r->key, impi->form, impi->len);
}

static bool
has(const struct load_impi *impi, unsigned key)
{
	return (impi->given >> key & 1) != 0;
}

/* How many of the ways to give the credential are there, which must be one. */
static unsigned
credentials(const struct load_impi *impi)
{
	switch (impi->scheme) {
	case STORE_AKA:
		return has(impi, KEY_K) ? has(impi, KEY_OP) + has(impi, KEY_OPC)
					: 0;
	case STORE_DIGEST:
		return has(impi, KEY_PASSWORD) + has(impi, KEY_HA1);
	case STORE_NASS:
		return has(impi, KEY_LINE_IDENTIFIER);
	case STORE_GIBA:
		return has(impi, KEY_FRAMED_IP);
	}
	return 0;
}

void
load_check_impi(struct load_reader *r, const struct load_impi *impi)
{
	const char *scheme = schemes[impi->scheme].name;
	const char *takes = schemes[impi->scheme].takes;
	unsigned n = credentials(impi);

	for (unsigned i = 0; i < NKEYS; i++) {
		if (has(impi, i) && (keys[i].schemes >> impi->scheme & 1) == 0)
			load_wrong(r, impi->line,
			    "%s does not go with scheme = %s, which takes %s",
			    keys[i].name, scheme, takes);
	}
	if (n == 0)
		load_wrong(r, impi->line,
		    "the credential is missing: scheme = %s takes %s", scheme,
		    takes);
	if (n > 1)
		load_wrong(r, impi->line,
		    "two credentials: scheme = %s takes %s, not both", scheme,
		    takes);
}
