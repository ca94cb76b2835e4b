/*
 * What a load is made of: the mix of requests by weights, spread evenly, and
 * patterns of identities such as 00101%010u@realm.
 */
#include "tools/cxclient/load_plan.h"

#include <stdlib.h>
#include <string.h>

const char *
load_kind_name(enum load_kind kind)
{
	static const char *const names[LOAD_KINDS] = { "UAR", "MAR", "SAR",
		"LIR" };

	return names[kind];
}

bool
load_mix_read(struct load_mix *mix, const char *text)
{
	struct load_mix m = { { 0 }, { 0 } };
	uint32_t total = 0;

	for (size_t i = 0; i < LOAD_KINDS; i++) {
		char *end;

		if (*text < '0' || *text > '9')
			return false;

		unsigned long value = strtoul(text, &end, 10);

		if (value > LOAD_WEIGHT_MAX ||
		    *end != (i + 1 < LOAD_KINDS ? ':' : '\0'))
			return false;
		m.weight[i] = (uint32_t)value;
		total += m.weight[i];
		text = end + 1;
	}
	if (total > 0)
		*mix = m;
	return total > 0;
}

enum load_kind
load_mix_next(struct load_mix *mix)
{
	int32_t total = 0;
	size_t next = 0;

	for (size_t i = 0; i < LOAD_KINDS; i++) {
		mix->behind[i] += (int32_t)mix->weight[i];
		total += (int32_t)mix->weight[i];
		if (mix->behind[i] > mix->behind[next])
			next = i;
	}
	mix->behind[next] -= total;
	return (enum load_kind)next;
}

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014), its upper half scaled. */
uint32_t
load_random(uint64_t *seed, uint32_t count)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return (uint32_t)((z >> 32) * count >> 32);
}

/* The digits of "%0Nu": N and the octets it takes, or 0. */
static size_t
read_width(const char *text, unsigned *width)
{
	char *end;

	if (text[1] != '0' || text[2] < '1' || text[2] > '9')
		return 0;

	unsigned long value = strtoul(text + 2, &end, 10);

	if (value > LOAD_DIGITS_MAX || *end != 'u')
		return 0;
	*width = (unsigned)value;
	return (size_t)(end + 1 - text);
}

bool
load_pattern_read(
    struct load_pattern *p, const char *text, char *out, size_t cap)
{
	const char *percent = strchr(text, '%');
	size_t len = strlen(text), taken = 0;
	unsigned width = 0;

	if (percent != NULL) {
		taken = read_width(percent, &width);
		if (taken == 0 || strchr(percent + 1, '%') != NULL)
			return false;
	}
	if (len - taken + width >= cap)
		return false;

	size_t before = percent != NULL ? (size_t)(percent - text) : len;

	memcpy(out, text, before);
	memset(out + before, '0', width);
	memcpy(out + before + width, text + before + taken,
	    len - before - taken + 1);
	*p = (struct load_pattern){ .offset = before, .width = width };
	return true;
}

bool
load_pattern_fits(const struct load_pattern *p, uint64_t number)
{
	for (unsigned i = 0; i < p->width; i++)
		number /= 10;
	return p->width == 0 || number == 0;
}

void
load_digits(uint8_t *at, unsigned width, uint64_t number)
{
	while (width > 0) {
		at[--width] = (uint8_t)('0' + number % 10);
		number /= 10;
	}
}
