/*
 * S-CSCFs: choosing one for a user by capability (TS 29.228, 6.7) and telling
 * whether a request comes from the one assigned (6.1.2.1, 6.3.1).
 */
#include "cx/local.h"

#include <string.h>
#include <strings.h>

static bool
copy(char text[STORE_NAME_MAX + 1], struct dia_slice s)
{
	if (s.len > STORE_NAME_MAX || memchr(s.p, 0, s.len) != NULL)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return true;
}

bool
cx_sender(struct cx_sender *from, const struct cx_request *rq)
{
	return copy(from->name, rq->server_name) &&
	       copy(from->host, rq->origin_host) &&
	       copy(from->realm, rq->origin_realm);
}

struct store_scscf
cx_sender_scscf(const struct cx_sender *from)
{
	return (struct store_scscf){ from->name, from->host, from->realm };
}

/* "sip:" and the realm: no server's own name.  OpenSIPS puts it into a MAR,
 * and the S-CSCF's name into the SAR that follows. */
static bool
names_realm(struct dia_slice name, struct dia_slice realm)
{
	if (name.len != realm.len + 4)
		return false;
	return strncasecmp((const char *)name.p, "sip:", 4) == 0 &&
	       strncasecmp((const char *)name.p + 4, (const char *)realm.p,
		   realm.len) == 0;
}

bool
cx_is_nameless(const struct cx_request *rq)
{
	return names_realm(rq->server_name, rq->origin_realm);
}

bool
cx_same_host(const struct store_scscf *scscf, const struct cx_request *rq)
{
	return scscf->host != NULL &&
	       dia_slice_eq_nocase(rq->origin_host, scscf->host);
}

bool
cx_same_scscf(const struct store_scscf *scscf, const struct cx_request *rq)
{
	if (scscf->name == NULL)
		return false;
	if (dia_slice_eq_nocase(rq->server_name, scscf->name))
		return true;
	if (!cx_same_host(scscf, rq))
		return false;
	return cx_is_nameless(rq) ||
	       names_realm(dia_slice_str(scscf->name), rq->origin_realm);
}

static bool
has_capability(const struct cx_scscf *scscf, uint32_t capability)
{
	for (size_t i = 0; i < scscf->ncapabilities; i++) {
		if (scscf->capabilities[i] == capability)
			return true;
	}
	return false;
}

bool
cx_capable(const struct cx_scscf *scscf, const struct store_sub *sub)
{
	for (unsigned i = 0; i < sub->nmandatory; i++) {
		if (!has_capability(scscf, store_capabilities(sub)[i]))
			return false;
	}
	return true;
}

/* How well it suits: -1 not at all, else optional capabilities it has. */
static int
suits(const struct cx_scscf *scscf, const struct store_sub *sub)
{
	int n = 0;

	if (!cx_capable(scscf, sub))
		return -1;
	for (unsigned i = 0; i < sub->noptional; i++)
		n += has_capability(
		    scscf, store_capabilities(sub)[sub->nmandatory + i]);
	return n;
}

/* FNV-1a */
uint32_t
cx_spread(struct dia_slice name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h;
}

const char *
cx_choose_scscf(const struct cx *cx, const struct store_sub *sub)
{
	const struct cx_conf *conf = &cx->conf;
	int best = -1;
	unsigned nbest = 0;

	if (sub->fixed_scscf != NULL)
		return sub->fixed_scscf;
	for (size_t i = 0; i < conf->nscscfs; i++) {
		int n = suits(&conf->scscfs[i], sub);

		nbest = n > best ? 1 : nbest + (n == best && n >= 0);
		best = n > best ? n : best;
	}
	if (best < 0)
		return NULL;

	unsigned skip = cx_spread(dia_slice_str(sub->name)) % nbest;

	for (size_t i = 0; i < conf->nscscfs; i++) {
		if (suits(&conf->scscfs[i], sub) == best && skip-- == 0)
			return conf->scscfs[i].name;
	}
	return NULL;
}

bool
cx_reassign(struct cx *cx, const struct cx_request *rq, struct store_reg *reg,
    struct cx_answer *ans)
{
	const char *name = reg->scscf.name;

	if (!cx_has(rq, CX_RESTORATION) || name == NULL)
		return true;
	reg->reassign = true;
	if (store_put_reg(cx->store, ans->sub, reg))
		return true;
	/* Its name is not offered again, but lives no longer than this. */
	ans->capabilities = false;
	return cx_result(ans, DIA_UNABLE_TO_COMPLY,
	    "29.228 6.1: that it may be reassigned cannot be stored");
}

void
cx_offer_scscf(const struct cx *cx, struct cx_answer *ans)
{
	ans->server_name = cx_choose_scscf(cx, ans->sub);
	ans->capabilities = ans->server_name == NULL;
}
