/*
 * Authentication (TS 29.228, 6.3.1): vectors for a SIM, the credential of a
 * SIP phone or of an access line, and resynchronisation of SQN.
 */
#include "cx/former.h"

#include "diameter/log.h"

#include <string.h>
#include <strings.h>

enum { ANY = -1 };

/* SIP-Authentication-Scheme (TS 29.229, 6.3.9) and what older S-CSCFs send:
 * where the HSS knows better (ANY), the subscriber's own scheme counts. */
static const struct scheme {
	const char *name;
	int scheme;
} schemes[] = {
	{ "Digest-AKAv1-MD5", STORE_AKA },
	{ "Digest-AKAv2-MD5", STORE_AKA },
	{ "Digest-AKAv2-SHA-256", STORE_AKA },
	{ "SIP Digest", STORE_DIGEST },
	{ "NASS-Bundled", STORE_NASS },
	{ "Early-IMS-Security", STORE_GIBA },
	{ "unknown", ANY },
	{ "Digest-MD5", ANY },
	{ "Digest", ANY },
	{ "HTTP_DIGEST_MD5", ANY },
};

/* Step 3 */
static bool
check_scheme(const struct cx_request *rq, struct cx_answer *ans)
{
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		if (!dia_slice_eq_nocase(rq->scheme, schemes[i].name))
			continue;
		if (schemes[i].scheme == ANY ||
		    schemes[i].scheme == (int)ans->impi->scheme)
			return true;
		return cx_experimental(ans, CX_AUTH_SCHEME_NOT_SUPPORTED,
		    "6.3.1 step 3: the user has another scheme");
	}
	return cx_experimental(ans, CX_AUTH_SCHEME_NOT_SUPPORTED,
	    "6.3.1 step 3: an unknown scheme");
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

static void
get_key(struct milenage_key *key, const struct store_impi *impi)
{
	memcpy(key->k, impi->u.aka.k, sizeof key->k);
	memcpy(key->opc, impi->u.aka.opc, sizeof key->opc);
}

/*
 * Step 4: the SIM is ahead of us, if the MAC-S proves it.
 *
 * Whether the RAND is one of ours is not looked at, since that would cost more
 * than it guards.  An AUTS is made with K, so a RAND of somebody else's proves
 * no less about SQN_MS; one that the assigned S-CSCF replays names an SQN_MS
 * that we are past, which moves nothing as long as a SIM would follow us (see
 * store_resync()).  To know our
 * RANDs without a list of them takes a keyed mark inside, which halves what is
 * unpredictable in them, and a key that is on disk; and after a restart, an
 * upgrade or a move to another machine a real SIM would be refused.
 */
static bool
resync(struct cx *cx, const struct cx_request *rq, struct dia_slice auth,
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

	get_key(&key, ans->impi);

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

/* TS 33.102, C.3.4: one IND for one S-CSCF, so that vectors kept by one do
 * not make those of another stale. */
static unsigned
ind_of(struct dia_slice server_name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < server_name.len; i++)
		h = (h ^ server_name.p[i]) * 16777619u;
	return (h ^ h >> 16) & ((1u << STORE_SQN_IND_BITS) - 1);
}

static unsigned
number_of(const struct cx_request *rq)
{
	return rq->nitems.value < CX_VECTORS_MAX ? rq->nitems.value
						 : CX_VECTORS_MAX;
}

static bool
make_vectors(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	unsigned n = number_of(rq);
	unsigned made = 0;
	struct milenage_key key;
	uint64_t sqn;

	if (cx->dry)
		return true;
	if (!store_next_sqn(
		cx->store, ans->impi, ind_of(rq->server_name), n, &sqn))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 5: no SQN can be given out");
	get_key(&key, ans->impi);
	for (; made < n; made++, sqn += 1u << STORE_SQN_IND_BITS) {
		uint8_t rand[AKA_RAND_LEN];

		if (!random_bytes(rand, sizeof rand) ||
		    aka_vector(&ans->vectors[made], &key, rand, sqn,
			ans->impi->amf) != AKA_OK)
			break;
	}
	wipe(&key, sizeof key);
	ans->nitems = made; /* so many are wiped, whatever the answer is */
	if (made < n)
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 5: the cipher or its random numbers failed");
	return true;
}

/* Step 5: a MAR without resynchronisation makes its S-CSCF the user's, and
 * authentication pending (8.1.2). */
static bool
assign(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	struct store_reg reg;
	struct cx_sender from;

	store_get_reg(ans->sub, &reg);

	struct store_set *set = &reg.sets[ans->impu->set];
	bool same = cx_same_scscf(&reg.scscf, rq);
	enum store_scheme scheme = ans->impi->scheme;

	if (same && store_set_state(set) == STORE_REGISTERED && !reg.reassign)
		return true;
	if (cx->dry)
		return true;
	if (!cx_sender(&from, rq))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 5: the S-CSCF's host name is too long");
	if (!same)
		cx_former_note(cx, ans->sub, &reg, from.host);
	if (!same || !cx_is_nameless(rq))
		reg.scscf = cx_sender_scscf(&from);
	reg.reassign = false;
	if (scheme == STORE_AKA || scheme == STORE_DIGEST)
		set->pending |= (uint16_t)(1u << ans->impi->index);
	if (!store_put_reg(cx->store, ans->sub, &reg))
		return cx_result(ans, DIA_UNABLE_TO_COMPLY,
		    "6.3.1 step 5: the S-CSCF's name cannot be stored");
	return true;
}

void
cx_mar(struct cx *cx, const struct cx_request *rq, struct cx_answer *ans)
{
	struct dia_slice auth = rq->authorization.p != NULL
				    ? rq->authorization
				    : rq->authorization_top;

	ans->user_name = rq->user_name;
	ans->public_identity = rq->public_identity;
	if (!cx_check_server(rq, ans))
		return;
	if (rq->nitems.value == 0) {
		cx_blame(ans, rq, DIA_INVALID_AVP_VALUE, NULL,
		    CX(SIP_NUMBER_AUTH_ITEMS),
		    "29.229 6.3.8: no vectors asked for");
		return;
	}
	/* Steps 1 to 3 */
	if (!cx_find_pair(cx, rq, ans) || !check_scheme(rq, ans))
		return;

	bool aka = ans->impi->scheme == STORE_AKA;
	bool again = aka && auth.p != NULL;

	ans->nitems = aka ? number_of(rq) : 1;
	if (!cx_fits(cx, rq, ans))
		return;
	/* Step 4 */
	if (again && !resync(cx, rq, auth, ans))
		return;
	/* Step 5; vectors come before the change of state, which a request
	 * that cannot have any must not make. */
	if (aka && !make_vectors(cx, rq, ans))
		return;
	if (!again && !assign(cx, rq, ans))
		return;
	cx_result(ans, DIA_SUCCESS, "6.3.1 step 5");
}
