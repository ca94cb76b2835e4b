/*
 * Octets for tests, built without the code under test.
 */
#include "tests/diameter/octets.h"
#include "tests/diameter/vectors.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTHS_MAX = 64 };

static uint32_t
get24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

void
set24(uint8_t *p, size_t at, uint32_t value)
{
	p[at] = (uint8_t)(value >> 16);
	p[at + 1] = (uint8_t)(value >> 8);
	p[at + 2] = (uint8_t)value;
}

void
add(struct octets *o, const void *p, size_t len)
{
	ck_assert_uint_le(o->len + len, sizeof o->b);
	if (len > 0)
		memcpy(o->b + o->len, p, len);
	o->len += len;
}

static unsigned
digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = strchr(digits, c);

	ck_assert_ptr_nonnull(at);
	return (unsigned)(at - digits);
}

void
add_hex(struct octets *o, const char *hex)
{
	for (; hex[0] != '\0'; hex += 2) {
		uint8_t c = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));

		add(o, &c, 1);
	}
}

static void
set32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	set24(p, 1, value & 0xffffff);
}

static void
add32(struct octets *o, uint32_t value)
{
	uint8_t b[4];

	set32(b, value);
	add(o, b, sizeof b);
}

void
add_avp(struct octets *o, uint32_t code, uint32_t vendor, uint8_t flags,
    const void *value, size_t len)
{
	bool v = (flags & DIA_V) != 0;

	add32(o, code);
	add32(o, (uint32_t)flags << 24 | (uint32_t)(len + (v ? 12 : 8)));
	if (v)
		add32(o, vendor);
	add(o, value, len);
	add(o, "\0\0\0", (4 - len % 4) % 4);
}

void
add_u32(struct octets *o, uint32_t code, uint32_t vendor, uint8_t flags,
    uint32_t value)
{
	uint8_t b[4];

	set32(b, value);
	add_avp(o, code, vendor, flags, b, sizeof b);
}

void
add_str(struct octets *o, uint32_t code, uint32_t vendor, uint8_t flags,
    const char *value)
{
	add_avp(o, code, vendor, flags, value, strlen(value));
}

void
add_header(struct octets *o, uint8_t flags, uint32_t code, uint32_t app)
{
	add32(o, 0x01000000);
	add32(o, (uint32_t)flags << 24 | code);
	add32(o, app);
	add32(o, 0x11223344);
	add32(o, 0x55667788);
	seal(o);
}

void
seal(struct octets *o)
{
	set24(o->b, 1, (uint32_t)o->len);
}

uint8_t *
exactly(const void *p, size_t len)
{
	uint8_t *copy = malloc(len);

	ck_assert(copy != NULL || len == 0);
	if (len > 0)
		memcpy(copy, p, len);
	return copy;
}

struct dia_slice
exact_slice(const struct octets *o)
{
	return (struct dia_slice){ exactly(o->b, o->len), o->len };
}

uint8_t *
vector_octets(unsigned i, size_t *len)
{
	struct octets *o = calloc(1, sizeof *o);

	ck_assert_ptr_nonnull(o);
	add_hex(o, vectors[i].hex);
	ck_assert_uint_eq(o->len, vectors[i].len);

	uint8_t *p = exactly(o->b, o->len);

	*len = o->len;
	free(o);
	return p;
}

/* Offsets of all AVP Length fields between two offsets; recursive in the two
 * groups that the vectors have. */
static unsigned
find_lengths(const uint8_t *p, size_t at, size_t end, size_t *found, unsigned n)
{
	while (at < end) {
		uint32_t code = get24(p + at + 1);
		uint32_t len = get24(p + at + 5);
		size_t header = (p[at + 4] & DIA_V) != 0 ? 12 : 8;

		ck_assert_uint_lt(n, LENGTHS_MAX);
		found[n++] = at + 5;
		if (code == 260 || code == 612)
			n = find_lengths(p, at + header, at + len, found, n);
		at += (len + 3) & ~3u;
	}
	return n;
}

static void
call(void (*fn)(const uint8_t *, size_t), const uint8_t *p, size_t len)
{
	uint8_t *copy = exactly(p, len);

	fn(copy, len);
	free(copy);
}

static unsigned
each_truncation(void (*fn)(const uint8_t *, size_t), uint8_t *p, size_t len)
{
	for (size_t n = 0; n < len; n++)
		call(fn, p, n);
	for (size_t n = DIA_HEADER_LEN; n < len; n++) {
		set24(p, 1, (uint32_t)n);
		call(fn, p, n);
	}
	set24(p, 1, (uint32_t)len);
	return (unsigned)(2 * len - DIA_HEADER_LEN);
}

static unsigned
each_length(void (*fn)(const uint8_t *, size_t), uint8_t *p, size_t len)
{
	size_t at[LENGTHS_MAX];
	unsigned n = find_lengths(p, DIA_HEADER_LEN, len, at, 0);
	unsigned calls = 0;

	for (unsigned i = 0; i < n; i++) {
		uint32_t was = get24(p + at[i]);
		uint32_t header = (p[at[i] - 1] & DIA_V) != 0 ? 12 : 8;
		uint32_t left = (uint32_t)(len - (at[i] - 5));
		const uint32_t wrong[] = { 0, 7, header - 1, header, was - 1,
			was + 1, was + 4, left - 1, left, left + 1, left + 4,
			0x7fffff, 0xfffffd, 0xffffff };

		for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
			set24(p, at[i], wrong[k]);
			call(fn, p, len);
			calls++;
		}
		set24(p, at[i], was);
	}
	return calls;
}

unsigned
each_damaged(void (*fn)(const uint8_t *, size_t))
{
	unsigned calls = 0;

	for (unsigned i = 0; i < NVECTORS; i++) {
		size_t len;
		uint8_t *p = vector_octets(i, &len);

		call(fn, p, len);
		calls += 1 + each_truncation(fn, p, len);
		calls += each_length(fn, p, len);
		free(p);
	}
	return calls;
}

int
run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);

	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
