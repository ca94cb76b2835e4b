/*
 * A registration as I-CSCF, S-CSCF and SIM see it (TS 29.228, 6.1 and 6.3,
 * Annex A.4): UAR, MAR, the challenge, perhaps a resynchronisation, UAR, SAR;
 * then perhaps a re-registration and a de-registration.
 */
#include "tools/cxclient/register.h"

#include "cx/avps.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct flow {
	struct client *c;
	struct phone *phone;
	const struct registration *reg;
	char *server_name; /* taken from an UAA; owned */
};

/* The I-CSCF passes REGISTER on to the S-CSCF that the HSS names. */
static bool
adopt_server(struct flow *f, const struct answer *uaa)
{
	struct dia_slice name = uaa->server_name;

	if (name.p == NULL || f->reg->fixed_server)
		return true;

	char *copy = strndup((const char *)name.p, name.len);

	if (copy == NULL)
		return client_fail(f->c, "out of memory");
	free(f->server_name);
	f->server_name = copy;
	f->c->from.server_name = copy;
	return true;
}

static bool
authorize(struct flow *f, uint32_t type, struct answer *uaa)
{
	const struct uar uar = {
		.visited = f->reg->visited,
		.type = { type, type != UAT_REGISTRATION },
		.flags = { UAR_EMERGENCY, f->reg->emergency },
	};

	return client_uar(f->c, &uar, uaa) &&
	       client_succeeded(f->c, "UAR", uaa);
}

/* After a MAR the HSS knows whose the user is (29.228, 6.3.1). */
static bool
authorize_again(struct flow *f, uint32_t type)
{
	struct answer uaa;

	if (!authorize(f, type, &uaa))
		return false;
	if (uaa.server_name.p != NULL &&
	    !dia_slice_eq_nocase(uaa.server_name, f->c->from.server_name))
		return client_fail(f->c,
		    "UAR: the answer names %.*s, but %s serves the user",
		    (int)uaa.server_name.len, (const char *)uaa.server_name.p,
		    f->c->from.server_name);
	return true;
}

/* MAR and challenge; once more if the SIM wants to resynchronise. */
static bool
authenticate(struct flow *f)
{
	uint8_t authorization[REQUEST_AUTHORIZATION_LEN];
	struct mar mar = { .scheme = f->reg->scheme, .items = f->reg->items };
	enum auth_result result = AUTH_RESYNC;
	struct answer maa;

	for (int round = 0; round < 2 && result == AUTH_RESYNC; round++) {
		if (!client_mar(f->c, &mar, &maa) ||
		    !client_succeeded(f->c, "MAR", &maa))
			return false;
		result = auth_challenge(f->c, f->phone, &maa, authorization);
		mar.authorization = authorization;
	}
	if (result == AUTH_RESYNC)
		return client_fail(f->c, "MAR: the SIM refuses the SQN after a "
					 "resynchronisation too");
	return result == AUTH_OK;
}

/* Is the identity in the profile?  Case does not matter here. */
static bool
names(struct dia_slice xml, const char *impu)
{
	size_t len = strlen(impu);

	for (size_t i = 0; i + len <= xml.len; i++) {
		if (strncasecmp((const char *)xml.p + i, impu, len) == 0)
			return true;
	}
	return false;
}

static bool
assign(struct flow *f, uint32_t type)
{
	const struct sar sar = {
		.type = type,
		.available = type != SAT_REGISTRATION,
	};
	struct answer saa;

	if (!client_sar(f->c, &sar, &saa) ||
	    !client_succeeded(f->c, "SAR", &saa))
		return false;
	if (type != SAT_REGISTRATION)
		return true;
	if (saa.user_data.p == NULL)
		return client_fail(f->c, "SAR: the answer has no User-Data");
	if (!names(saa.user_data, f->c->from.impu))
		return client_fail(
		    f->c, "SAR: the profile does not name %s", f->c->from.impu);
	return true;
}

static bool
first_registration(struct flow *f)
{
	struct answer uaa;

	return authorize(f, UAT_REGISTRATION, &uaa) && adopt_server(f, &uaa) &&
	       authenticate(f) && authorize_again(f, UAT_REGISTRATION) &&
	       assign(f, SAT_REGISTRATION);
}

static bool
re_registration(struct flow *f)
{
	return authorize_again(f, UAT_REGISTRATION) && authenticate(f) &&
	       assign(f, SAT_RE_REGISTRATION);
}

static bool
de_registration(struct flow *f)
{
	return authorize_again(f, UAT_DE_REGISTRATION) &&
	       assign(f, SAT_USER_DEREGISTRATION);
}

bool
register_run(
    struct client *c, struct phone *phone, const struct registration *reg)
{
	struct flow f = { .c = c, .phone = phone, .reg = reg };
	const char *server_name = c->from.server_name;
	bool ok = first_registration(&f) &&
		  (!reg->reregister || re_registration(&f)) &&
		  (!reg->deregister || de_registration(&f));

	c->from.server_name = server_name;
	free(f.server_name);
	return ok;
}
