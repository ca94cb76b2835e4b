/*
 * Reading everything again while the server runs (HUP): subscribers, profiles,
 * the pool of S-CSCFs, charging functions, visited networks.  All of it takes
 * effect at once or, with any fault, none of it.
 */
#include "tools/hssd/server.h"

#include "cx/cx.h"
#include "diameter/log.h"

#include <string.h>

static bool
same_text(const char *a, const char *b)
{
	return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

static bool
same_list(const char *const *a, size_t na, const char *const *b, size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++) {
		if (strcmp(a[i], b[i]) != 0)
			return false;
	}
	return true;
}

/* Names what needs a new start to take effect, or NULL. */
static const char *
needs_start(const struct conf *old, const struct conf *new)
{
	if (!same_text(old->id.host, new->id.host))
		return "identity";
	if (!same_text(old->id.realm, new->id.realm))
		return "realm";
	if (!same_list(
		old->listens, old->nlistens, new->listens, new->nlistens))
		return "listen";
	if (!same_text(old->store, new->store))
		return "store";
	if (!same_text(old->control, new->control))
		return "control";
	return NULL;
}

/* The old until the new is known to be right; true: the new is in use. */
static bool
load_again(struct server *sv, const struct conf *fresh, conf_fault_fn *fault,
    void *arg)
{
	struct load old = sv->load;
	size_t nfaults;
	struct cx_profiles *profiles =
	    load_profiles(fresh, &nfaults, fault, arg);

	sv->load = (struct load){ fresh, profiles };
	if (nfaults == 0)
		nfaults = store_load(sv->store, fresh->subscribers,
		    fresh->nsubscribers, fault, arg);
	if (nfaults > 0) {
		log_warnx(
		    "hssd: reload: %zu faults, nothing is changed", nfaults);
		sv->load = old;
		cx_profiles_free(profiles);
		return false;
	}

	struct cx_conf cx_conf = load_cx_conf(fresh);

	cx_conf.id = sv->conf.id;
	cx_reconfigure(sv->cx, &cx_conf, profiles);
	cx_profiles_free(sv->profiles);
	sv->profiles = profiles;
	return true;
}

bool
server_reload(
    struct server *sv, conf_fault_fn *fault, void *arg, const char **needs)
{
	struct conf fresh = { 0 };
	size_t nfaults = conf_load(&fresh, sv->conf_file, fault, arg);

	*needs = NULL;
	if (nfaults > 0) {
		log_warnx(
		    "hssd: reload: %zu faults, nothing is changed", nfaults);
		return false;
	}
	if (!load_again(sv, &fresh, fault, arg)) {
		conf_free(&fresh);
		return false;
	}
	*needs = needs_start(&sv->conf, &fresh);
	if (*needs != NULL)
		log_warnx("hssd: reload: a changed %s takes effect at the "
			  "next start",
		    *needs);
	/* What the node was given stays in sv->conf; the rest is here now. */
	conf_free(&sv->fresh);
	sv->fresh = fresh;
	sv->load.conf = &sv->fresh;
	sv->reloads++;
	log_info("hssd: reloaded: %zu subscriptions", store_count(sv->store));
	return true;
}
