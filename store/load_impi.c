/*
 * A private identity: its key `impi` and those that stand under it, with the
 * schemes that they go with.
 */
#include "store/load.h"

#include "store/identity.h"

#include <arpa/inet.h>
#include <string.h>

static struct load_impi *
this_impi(struct load *l)
{
	return &l->section.impis[l->section.nimpis - 1];
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The value may be a secret, so it is not told. */
static bool
get_hex(struct load *l, const char *key, uint8_t *out, size_t len, char *value)
{
	size_t digits = strlen(value);

	if (digits != 2 * len) {
		load_fault(l, l->line,
		    "%s has %zu characters and must have %zu hexadecimal "
		    "digits",
		    key, digits, 2 * len);
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(value[2 * i]);
		int low = hex_digit(value[2 * i + 1]);

		if (high < 0 || low < 0) {
			load_fault(l, l->line,
			    "%s has a character that is no hexadecimal digit",
			    key);
			return false;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* A text with its NUL; its length, 0 after telling the fault. */
static size_t
get_text(struct load *l, const char *key, char *out, size_t max, char *value)
{
	size_t len = strlen(value);

	if (len > max) {
		load_fault(l, l->line,
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
key_scheme(struct load *l, char *value)
{
	for (unsigned i = 0; i < NSCHEMES; i++) {
		if (strcmp(value, schemes[i].name) == 0) {
			this_impi(l)->scheme = (enum store_scheme)i;
			return;
		}
	}
	load_fault(l, l->line,
	    "scheme must be aka, digest, nass or giba, not `%s`", value);
}

static void
key_k(struct load *l, char *value)
{
	get_hex(l, "k", this_impi(l)->k, 16, value);
}

static void
key_op(struct load *l, char *value)
{
	this_impi(l)->has_op = true;
	get_hex(l, "op", this_impi(l)->op, 16, value);
}

static void
key_opc(struct load *l, char *value)
{
	get_hex(l, "opc", this_impi(l)->opc, 16, value);
}

static void
key_amf(struct load *l, char *value)
{
	get_hex(l, "amf", this_impi(l)->amf, 2, value);
}

/* No SQN given out is below this one, whatever IND it has; SEQ 0 is left out,
 * since a fresh SIM has seen it (TS 33.102, C.2.2). */
static void
key_sqn(struct load *l, char *value)
{
	const uint64_t one_seq = 1 << STORE_SQN_IND_BITS;
	uint8_t octets[6];
	uint64_t sqn = 0, seq;

	if (!get_hex(l, "sqn", octets, sizeof octets, value))
		return;
	for (size_t i = 0; i < sizeof octets; i++)
		sqn = sqn << 8 | octets[i];
	seq = (sqn + one_seq - 1) >> STORE_SQN_IND_BITS;
	if (seq > SQN_SEQ_MAX)
		seq = SQN_SEQ_MAX;
	this_impi(l)->seq = seq > 0 ? seq - 1 : 0;
}

static void
key_password(struct load *l, char *value)
{
	this_impi(l)->has_password = true;
	get_text(l, "password", this_impi(l)->password, STORE_NAME_MAX, value);
}

static void
key_ha1(struct load *l, char *value)
{
	get_hex(l, "ha1", this_impi(l)->ha1, 16, value);
}

static void
key_line_identifier(struct load *l, char *value)
{
	get_text(l, "line-identifier", this_impi(l)->line_identifier,
	    STORE_NAME_MAX, value);
}

static void
key_framed_ip(struct load *l, char *value)
{
	struct load_impi *impi = this_impi(l);

	if (inet_pton(AF_INET, value, impi->addr) == 1)
		impi->addrlen = 4;
	else if (inet_pton(AF_INET6, value, impi->addr) == 1)
		impi->addrlen = 16;
	else
		load_fault(l, l->line,
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

static const struct {
	const char *name;
	unsigned schemes;
	void (*set)(struct load *, char *value);
} keys[] = {
	[KEY_K] = { "k", AKA, key_k },
	[KEY_OP] = { "op", AKA, key_op },
	[KEY_OPC] = { "opc", AKA, key_opc },
	[KEY_PASSWORD] = { "password", DIGEST, key_password },
	[KEY_HA1] = { "ha1", DIGEST, key_ha1 },
	[KEY_LINE_IDENTIFIER] = { "line-identifier", NASS,
	    key_line_identifier },
	[KEY_FRAMED_IP] = { "framed-ip", GIBA, key_framed_ip },
	{ "scheme", ANY, key_scheme },
	{ "amf", AKA, key_amf },
	{ "sqn", AKA, key_sqn },
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
load_impi_key(struct load *l, const char *key, char *value)
{
	unsigned i = 0;

	while (i < NKEYS && !load_is_key(key, keys[i].name))
		i++;
	if (i == NKEYS)
		return false;
	if (l->section.nimpis == 0) {
		load_fault(l, l->line, "%s must stand under an impi", key);
		return true;
	}
	if (load_first(l, &this_impi(l)->given, i, key, "impi", value))
		keys[i].set(l, value);
	return true;
}

void
load_impi(struct load *l, char *value)
{
	struct load_section *s = &l->section;

	/* One beyond the limit takes what follows and is never built. */
	if (s->nimpis < STORE_IMPIS_MAX + 1)
		s->nimpis++;
	if (s->nimpis > STORE_IMPIS_MAX)
		load_fault(l, l->line, "more than %d impi in one section",
		    STORE_IMPIS_MAX);

	struct load_impi *impi = this_impi(l);

	impi->line = l->line;
	impi->given = 0;
	impi->has_op = impi->has_password = false;
	impi->scheme = STORE_AKA;
	impi->amf[0] = 0x80;
	impi->amf[1] = 0;
	impi->seq = 0;
	impi->rawlen = get_text(l, "impi", impi->raw, STORE_NAME_MAX, value);
	impi->len = identity_impi(impi->form, impi->raw, impi->rawlen);
	impi->hash = hash_of(&l->tables->impis, impi->form, impi->len);
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
load_check_impi(struct load *l, const struct load_impi *impi)
{
	const char *scheme = schemes[impi->scheme].name;
	const char *takes = schemes[impi->scheme].takes;
	unsigned n = credentials(impi);

	for (unsigned i = 0; i < NKEYS; i++) {
		if (has(impi, i) && (keys[i].schemes >> impi->scheme & 1) == 0)
			load_fault(l, impi->line,
			    "%s does not go with scheme = %s, which takes %s",
			    keys[i].name, scheme, takes);
	}
	if (n == 0)
		load_fault(l, impi->line,
		    "the credential is missing: scheme = %s takes %s", scheme,
		    takes);
	if (n > 1)
		load_fault(l, impi->line,
		    "two credentials: scheme = %s takes %s, not both", scheme,
		    takes);
}
