/*
 * A phone meets the challenge of a MAA, and the S-CSCF checks its response:
 * IMS AKA (TS 33.203, 6.1; TS 33.102, 6.3), SIP Digest (TS 33.203, Annex N).
 * NASS-bundled and GIBA have no challenge, so all that is checked is that the
 * MAA has the line or the address (TS 29.228, tables 6.3.6 and 6.3.7).
 */
#include "tools/cxclient/auth.h"

#include <string.h>
#include <strings.h>

static enum auth_result
failed(struct client *c, const char *step, const char *why)
{
	show_begin(c->show, step, false, why);
	show_end(c->show);
	(void)client_fail(c, "%s: %s", step, why);
	return AUTH_FAILED;
}

static void
show_sqn(struct client *c, const char *key, uint64_t sqn)
{
	char text[13];

	(void)snprintf(text, sizeof text, "%012llx", (unsigned long long)sqn);
	show_text(c->show, key, text);
}

static void
show_accepted(struct client *c, const struct sim_answer *s)
{
	show_begin(c->show, "SIM", true, "AUTN accepted, RES is XRES");
	show_sqn(c, "sqn", s->sqn);
	show_number(c->show, "seq", s->sqn >> SIM_IND_BITS);
	show_number(c->show, "ind", s->sqn % SIM_IND_COUNT);
	show_hex(c->show, "amf", s->amf, sizeof s->amf);
	if (c->secrets)
		show_hex(c->show, "res", s->res, sizeof s->res);
	show_end(c->show);
}

static enum auth_result
ask_resync(struct client *c, const struct phone *p, const struct sim_answer *s,
    const uint8_t *rand, uint8_t *authorization)
{
	show_begin(c->show, "SIM", true, sim_result_name(SIM_SYNC_FAILURE));
	show_sqn(c, "sqn", s->sqn);
	show_sqn(c, "sqn-ms", p->sim.sqn_ms);
	show_hex(c->show, "auts", s->auts, sizeof s->auts);
	show_end(c->show);
	memcpy(authorization, rand, AKA_RAND_LEN);
	memcpy(authorization + AKA_RAND_LEN, s->auts, AKA_AUTS_LEN);
	return AUTH_RESYNC;
}

static bool
equals(struct dia_slice s, const void *octets, size_t len)
{
	return s.p != NULL && s.len == len && same(s.p, octets, len);
}

/* What the S-CSCF and the P-CSCF compare with the SIM's results. */
static const char *
compare(const struct auth_item *item, const struct phone *p,
    const struct sim_answer *s)
{
	if (p->amf != NULL && memcmp(p->amf, s->amf, sizeof s->amf) != 0)
		return "AUTN has another AMF than it should";
	if (!equals(item->authorization, s->res, sizeof s->res))
		return "SIP-Authorization (XRES) is not the SIM's RES";
	if (!equals(item->ck, s->ck, sizeof s->ck))
		return "Confidentiality-Key is not the SIM's CK";
	if (!equals(item->ik, s->ik, sizeof s->ik))
		return "Integrity-Key is not the SIM's IK";
	return NULL;
}

static enum auth_result
meet_aka(struct client *c, struct phone *p, const struct auth_item *item,
    uint8_t *authorization)
{
	const uint8_t *rand = item->authenticate.p;
	enum auth_result result = AUTH_OK;
	struct sim_answer s;

	if (!p->has_sim)
		return failed(c, "SIM", "an AKA challenge, but there is no K");
	if (item->authenticate.len != AKA_RAND_LEN + AKA_AUTN_LEN)
		return failed(
		    c, "SIM", "SIP-Authenticate is not RAND and AUTN");

	enum sim_result r =
	    sim_challenge(&p->sim, rand, rand + AKA_RAND_LEN, &s);

	if (r == SIM_SYNC_FAILURE) {
		result = ask_resync(c, p, &s, rand, authorization);
	} else if (r != SIM_OK) {
		result = failed(c, "SIM", sim_result_name(r));
	} else {
		const char *why = compare(item, p, &s);

		if (why != NULL)
			result = failed(c, "SIM", why);
		else
			show_accepted(c, &s);
	}
	wipe(&s, sizeof s);
	return result;
}

static enum auth_result
meet_digest(
    struct client *c, const struct phone *p, const struct auth_item *item)
{
	if (p->password == NULL)
		return failed(
		    c, "SIP", "a digest challenge, but there is no password");
	if (item->realm.p == NULL || item->ha1.p == NULL)
		return failed(
		    c, "SIP", "SIP-Digest-Authenticate is incomplete");
	if (!phone_challenge(c->from.impi, p->password, item->realm.p,
		item->realm.len, item->ha1.p, item->ha1.len))
		return failed(
		    c, "SIP", "the response is not what Digest-HA1 gives");
	show_begin(c->show, "SIP", true, "digest response accepted");
	show_slice(c->show, "realm", item->realm);
	show_end(c->show);
	return AUTH_OK;
}

static enum auth_result
meet_none(struct client *c, struct dia_slice what, const char *missing)
{
	if (what.p == NULL)
		return failed(c, "SIP", missing);
	show_begin(c->show, "SIP", true, "no challenge in this scheme");
	show_end(c->show);
	return AUTH_OK;
}

static enum auth_result
meet(struct client *c, struct phone *p, const struct auth_item *item,
    uint8_t *authorization)
{
	if (dia_slice_eq_nocase(item->scheme, "NASS-Bundled"))
		return meet_none(c, item->line, "no Line-Identifier");
	if (dia_slice_eq_nocase(item->scheme, "Early-IMS-Security"))
		return meet_none(c, item->address, "no Framed-IP-Address");
	if (dia_slice_eq_nocase(item->scheme, "SIP Digest"))
		return meet_digest(c, p, item);
	if (dia_slice_eq_nocase(item->scheme, "Digest-AKAv1-MD5") ||
	    dia_slice_eq_nocase(item->scheme, "Digest-AKAv2-MD5"))
		return meet_aka(c, p, item, authorization);
	return failed(c, "SIP", "no phone here knows this scheme");
}

enum auth_result
auth_challenge(struct client *c, struct phone *p, const struct answer *maa,
    uint8_t authorization[static REQUEST_AUTHORIZATION_LEN])
{
	enum auth_result result = AUTH_OK;

	for (unsigned i = 0;
	     result == AUTH_OK && i < maa->nitems && i < ANSWER_ITEMS_MAX; i++)
		result = meet(c, p, &maa->items[i], authorization);
	return result;
}
