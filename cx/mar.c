/*
 * Authentication (TS 29.228, 6.3.1): vectors for a SIM, the credential of a
 * SIP phone or of an access line.  Step 4 is in resync.c.
 */
#include "cx/former.h"
#include "cx/resync.h"

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
	{ "Digest-AKAv2-SHA-512-256", STORE_AKA },
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

/* TS 33.102, C.3.4: one IND for one S-CSCF, so that vectors kept by one do
 * not make those of another stale. */
static unsigned
ind_of(struct dia_slice server_name)
{
	uint32_t h = cx_spread(server_name);

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
	cx_get_key(&key, ans->impi);
	for (; made < n; made++, sqn += 1u << STORE_SQN_IND_BITS) {
		uint8_t rand[AKA_RAND_LEN];

		if (!random_bytes(rand, sizeof rand) ||
		    aka_vector(&ans->vectors[made], &key, rand, sqn,
			ans->impi->amf) != AKA_OK)
			break;
		cx_issued_note(&cx->issued, ans->impi, rand);
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
	if (again && !cx_resync(cx, rq, auth, ans))
		return;
	/* Step 5; vectors come before the change of state, which a request
	 * that cannot have any must not make. */
	if (aka && !make_vectors(cx, rq, ans))
		return;
	if (!again && !assign(cx, rq, ans))
		return;
	cx_result(ans, DIA_SUCCESS, "6.3.1 step 5");
}
