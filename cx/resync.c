/*
 * Resynchronisation of SQN (TS 29.228, 6.3.1, step 4; TS 33.102, 6.3.5): the
 * SIM is ahead of us, if its MAC-S proves it and the challenge was ours.
 */
#include "cx/resync.h"

#include "diameter/log.h"

#include <string.h>

/* FNV-1a; never 0, which is an empty place. */
static uint64_t
tag_of(const struct store_impi *impi)
{
	const char *local = store_name_local(&impi->name);
	uint64_t h = 14695981039346656037u ^ impi->name.domain;

	for (size_t i = 0; i < impi->name.len; i++)
		h = (h ^ (uint8_t)local[i]) * 1099511628211u;
	return h | 1;
}

/* A part of RAND that is as good as the whole: all of it is random. */
static uint64_t
part_of(const uint8_t rand[AKA_RAND_LEN])
{
	uint64_t part;

	memcpy(&part, rand, sizeof part);
	return part;
}

void
cx_issued_note(struct cx_issued *issued, const struct store_impi *impi,
    const uint8_t rand[AKA_RAND_LEN])
{
	uint64_t tag = tag_of(impi);
	struct cx_issued_row *row = &issued->rows[(tag >> 1) % CX_ISSUED_ROWS];
	unsigned at = row->next++ % CX_ISSUED_EACH;

	row->tags[at] = tag;
	row->parts[at] = part_of(rand);
}

/*
 * Is it sure that the RAND is none of ours?  Only if we know of challenges to
 * this SIM, and it is of none of these: after a restart or a reload, or when
 * others have taken the row, a real SIM must not be refused.
 */
static bool
is_foreign(const struct cx_issued *issued, const struct store_impi *impi,
    const uint8_t rand[AKA_RAND_LEN])
{
	uint64_t tag = tag_of(impi), part = part_of(rand);
	const struct cx_issued_row *row =
	    &issued->rows[(tag >> 1) % CX_ISSUED_ROWS];
	bool known = false;

	for (unsigned i = 0; i < CX_ISSUED_EACH; i++) {
		if (row->tags[i] != tag)
			continue;
		if (row->parts[i] == part)
			return false;
		known = true;
	}
	return known;
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RAND || AUTS: 30 octets, or 60 hex digits as some S-CSCFs send. */
static bool
open_resync(uint8_t out[CX_RESYNC_LEN], struct dia_slice s)
{
	if (s.len == CX_RESYNC_LEN) {
		memcpy(out, s.p, s.len);
		return true;
	}
	if (s.len != 2 * CX_RESYNC_LEN)
		return false;
	for (size_t i = 0; i < CX_RESYNC_LEN; i++) {
		int high = hex_digit(s.p[2 * i]);
		int low = hex_digit(s.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void
cx_get_key(struct milenage_key *key, const struct store_impi *impi)
{
	memcpy(key->k, impi->u.aka.k, sizeof key->k);
	memcpy(key->opc, impi->u.aka.opc, sizeof key->opc);
}

bool
cx_resync(struct cx *cx, const struct cx_request *rq, struct dia_slice auth,
    struct cx_answer *ans)
{
	const struct dia_def *group =
	    rq->authorization.p != NULL ? CX(SIP_AUTH_DATA_ITEM) : NULL;
	uint8_t both[CX_RESYNC_LEN];
	struct milenage_key key;
	struct store_reg reg;
	uint64_t sqn_ms;

	store_get_reg(ans->sub, &reg);
	if (!cx_same_scscf(&reg.scscf, rq) &&
	    !(reg.reassign && reg.scscf.name != NULL))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 4: resynchronisation by an S-CSCF that is "
		    "not assigned");
	if (!open_resync(both, auth))
		return cx_blame(ans, rq, DIA_INVALID_AVP_VALUE, group,
		    CX(SIP_AUTHORIZATION),
		    "6.3.1 step 4: not 30 octets of RAND and AUTS");
	if (auth.len != CX_RESYNC_LEN)
		log_debug("cx: MAR: SIP-Authorization in hex, accepted");

	if (is_foreign(&cx->issued, ans->impi, both))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 4: RAND is of no challenge made lately");
	cx_get_key(&key, ans->impi);

	enum aka_result result =
	    aka_resync(&sqn_ms, &key, both, both + AKA_RAND_LEN);

	wipe(&key, sizeof key);
	if (result == AKA_BAD_MAC)
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 4: AUTS is forged or for another key (K, OP)");
	if (result != AKA_OK)
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 4: the cipher failed");
	if (!store_resync(cx->store, ans->impi, sqn_ms))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 4: the new SQN cannot be stored");
	return true;
}
