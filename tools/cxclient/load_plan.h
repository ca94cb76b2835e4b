/*
 * What a load is made of: which requests in which proportion, about whom.
 */
#ifndef CXCLIENT_LOAD_PLAN_H
#define CXCLIENT_LOAD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum load_kind { LOAD_UAR, LOAD_MAR, LOAD_SAR, LOAD_LIR, LOAD_KINDS };

enum {
	LOAD_WEIGHT_MAX = 1000,
	LOAD_DIGITS_MAX = 10, /* of a user's number */
};

/* Weights of the kinds, and how far each is behind its share. */
struct load_mix {
	uint32_t weight[LOAD_KINDS];
	int32_t behind[LOAD_KINDS];
};

/* A text with a number of fixed width in it, or none: width is 0. */
struct load_pattern {
	size_t offset; /* of the first digit */
	unsigned width;
};

/* "UAR" and so on. */
const char *load_kind_name(enum load_kind);
/* Reads "uar:mar:sar:lir", four weights of which one at least is not 0.  False,
 * and nothing stored: it is none. */
bool load_mix_read(struct load_mix *, const char *text);
/* The kind whose turn it is; the same order every time, spread evenly. */
enum load_kind load_mix_next(struct load_mix *);
/* A number below count; seed begins with any value. */
uint32_t load_random(uint64_t *seed, uint32_t count);
/* Copies a text to out with zeroes where it says %0Nu, N being 1 to 10.  False:
 * another use of '%', or no room. */
bool load_pattern_read(
    struct load_pattern *, const char *text, char *out, size_t cap);
/* Does this number fit? */
bool load_pattern_fits(const struct load_pattern *, uint64_t number);
/* Writes exactly width digits. */
void load_digits(uint8_t *at, unsigned width, uint64_t number);

#endif
