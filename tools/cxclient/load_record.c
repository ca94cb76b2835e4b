/*
 * The record of a load, from which a checker knows what a server must still
 * know after it was killed.  Of a vector only the SQN is told, and that its MAC
 * is right.
 */
#include "tools/cxclient/load_record.h"

#include "cx/avps.h"
#include "tools/cxclient/load_tally.h"

#include <inttypes.h>

static void
put_slice(FILE *f, struct dia_slice s)
{
	if (s.len == 0)
		(void)fputc('-', f);
	for (size_t i = 0; i < s.len; i++)
		(void)fputc(s.p[i] > ' ' && s.p[i] <= '~' ? s.p[i] : '?', f);
}

static void
put_request(struct load_record *r, const struct load_asked *asked)
{
	(void)fprintf(r->file, "%" PRIu64 " %s %" PRIu64 " ", asked->number,
	    load_kind_name(asked->ask.kind), asked->ask.user);
}

static void
put_asked(struct load_record *r, const struct load_asked *asked)
{
	enum load_kind kind = asked->ask.kind;

	(void)fputc(' ', r->file);
	if (kind == LOAD_SAR)
		(void)fprintf(r->file, "%" PRIu32 ":", asked->ask.type);
	put_slice(r->file, asked->server_name);
	(void)fputc(' ', r->file);
}

static void
put_sqn(struct load_record *r, struct dia_slice challenge)
{
	uint64_t sqn;

	if (challenge.len == AKA_RAND_LEN + AKA_AUTN_LEN &&
	    aka_check(&r->key, challenge.p, challenge.p + AKA_RAND_LEN, &sqn,
		NULL, NULL, NULL, NULL) == AKA_OK)
		(void)fprintf(r->file, "%012" PRIx64, sqn);
	else
		(void)fputs("bad", r->file);
}

static void
put_sqns(struct load_record *r, const struct dia_msg *answer)
{
	struct dia_reader reader;
	struct dia_avp item, challenge;
	unsigned n = 0;

	dia_read(&reader, answer->avps);
	while (r->has_key && dia_next(&reader, &item)) {
		if (item.code != CX(SIP_AUTH_DATA_ITEM)->code ||
		    !dia_find(item.data, CX(SIP_AUTHENTICATE)->code,
			CX(SIP_AUTHENTICATE)->vendor, &challenge))
			continue;
		if (n++ > 0)
			(void)fputc(',', r->file);
		put_sqn(r, challenge.data);
	}
	if (n == 0)
		(void)fputc('-', r->file);
}

static void
put_server_name(struct load_record *r, const struct dia_msg *answer)
{
	const struct dia_def *def = CX(SERVER_NAME);
	struct dia_avp avp = { 0 };

	if (dia_find(answer->avps, def->code, def->vendor, &avp))
		put_slice(r->file, avp.data);
	else
		(void)fputc('-', r->file);
}

void
load_record_answer(struct load_record *r, const struct load_asked *asked,
    const struct dia_msg *answer)
{
	uint32_t code = 0;
	bool experimental = false;

	put_request(r, asked);
	(void)load_result(answer, &code, &experimental);
	(void)fprintf(r->file, "%s%" PRIu32, experimental ? "-" : "", code);
	put_asked(r, asked);
	if (asked->ask.kind == LOAD_MAR)
		put_sqns(r, answer);
	else
		put_server_name(r, answer);
	(void)fputc('\n', r->file);
}

void
load_record_silence(struct load_record *r, const struct load_asked *asked)
{
	put_request(r, asked);
	(void)fputc('?', r->file);
	put_asked(r, asked);
	(void)fputs("-\n", r->file);
}
