/*
 * Reading what a configuration names: profiles, and for the store the names
 * and credentials of subscribers.
 */
#include "tools/hssd/load.h"

#include "crypto/crypto.h"
#include "cx/cx.h"

#include <string.h>

static bool
opc(void *arg, uint8_t out[16], const uint8_t k[16], const uint8_t op[16])
{
	(void)arg;
	return milenage_opc(out, k, op);
}

/* HA1 is over the domain of the private identity, as is the Digest-Realm that
 * goes out with it. */
static bool
ha1(void *arg, uint8_t out[16], const char *impi, const char *password)
{
	const struct load *load = arg;
	const char *at = strrchr(impi, '@');
	const char *realm =
	    at != NULL && at[1] != '\0' ? at + 1 : load->conf->id.realm;

	return digest_ha1(out, impi, realm, password, strlen(password));
}

static int
profile(void *arg, const char *name)
{
	const struct load *load = arg;

	return load->profiles != NULL ? cx_profiles_find(load->profiles, name)
				      : -1;
}

static int
charging(void *arg, const char *name)
{
	const struct load *load = arg;

	for (size_t i = 0; i < load->conf->nchargings; i++) {
		if (strcmp(load->conf->chargings[i].name, name) == 0)
			return (int)i + 1;
	}
	return -1;
}

struct store_hooks
load_hooks(struct load *load)
{
	return (struct store_hooks){
		.opc = opc,
		.ha1 = ha1,
		.profile = profile,
		.charging = charging,
		.arg = load,
	};
}

struct cx_profiles *
load_profiles(
    const struct conf *conf, size_t *nfaults, conf_fault_fn *fault, void *arg)
{
	*nfaults = 0;
	if (conf->profiles == NULL)
		return NULL;
	return cx_profiles_load(conf->profiles, nfaults, fault, arg);
}

struct cx_conf
load_cx_conf(const struct conf *conf)
{
	return (struct cx_conf){
		.id = conf->id,
		.scscfs = conf->scscfs,
		.nscscfs = conf->nscscfs,
		.chargings = conf->chargings,
		.nchargings = conf->nchargings,
		.visited = conf->visited,
		.nvisited = conf->nvisited,
		.push_fallback = conf->push_fallback == CONF_DEREGISTER,
	};
}
