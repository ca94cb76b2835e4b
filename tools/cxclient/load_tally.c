/*
 * What became of the requests of a load: time, result, or neither.  Of an
 * answer only the result is looked at.
 */
#include "tools/cxclient/load_tally.h"

#include "cx/avps.h"

bool
load_result(const struct dia_msg *answer, uint32_t *code, bool *experimental)
{
	struct dia_avp avp;

	*experimental = false;
	if (dia_find(answer->avps, BASE(RESULT_CODE)->code, 0, &avp))
		return dia_get_u32(&avp, code);
	*experimental = true;
	return dia_find(
		   answer->avps, BASE(EXPERIMENTAL_RESULT)->code, 0, &avp) &&
	       dia_find(
		   avp.data, BASE(EXPERIMENTAL_RESULT_CODE)->code, 0, &avp) &&
	       dia_get_u32(&avp, code);
}

static void
count_code(struct load_count *c, uint32_t code, bool experimental)
{
	for (unsigned i = 0; i < c->ncodes; i++) {
		if (c->codes[i].code == code &&
		    c->codes[i].experimental == experimental) {
			c->codes[i].count++;
			return;
		}
	}
	if (c->ncodes == LOAD_CODES_MAX)
		c->others++;
	else
		c->codes[c->ncodes++] =
		    (struct load_code){ code, experimental, 1 };
}

void
load_tally_answer(struct load_tally *t, enum load_kind kind,
    const struct dia_msg *answer, uint64_t ns)
{
	struct load_count *c = &t->kind[kind];
	bool experimental;
	uint32_t code;

	t->total++;
	load_hist_add(&c->hist, ns);
	if (load_result(answer, &code, &experimental))
		count_code(c, code, experimental);
	else
		c->malformed++;
}

uint64_t
load_tally_failed(const struct load_tally *t)
{
	uint64_t failed = 0;

	for (size_t i = 0; i < LOAD_KINDS; i++) {
		const struct load_count *c = &t->kind[i];

		failed += c->others + c->malformed + c->timeouts + c->lost;
		for (unsigned n = 0; n < c->ncodes; n++) {
			if (c->codes[n].code / 1000 != 2)
				failed += c->codes[n].count;
		}
	}
	return failed;
}
