/*
 * Update of the user profile (TS 29.228, 6.2.2): PPR to the S-CSCF of a
 * subscription, with what the store holds when it leaves.
 *
 * A PPR without an answer is not sent again, since Kamailio never answers one.
 *
 * Charging functions that are taken away altogether cannot be said: an
 * AVP without any has no place in Cx.  Left out: Allowed-WAF-WWSF-Identities.
 */
#include "cx/ppr.h"

#include <string.h>

#include "cx/rtr.h"
#include "cx/userdata.h"
#include "diameter/log.h"

static struct store_impi *
named_impi(const struct cx_job *job)
{
	const char *name = cx_job_nth(job->impis, job->impi);

	return store_find_impi(job->cx->store, name, strlen(name));
}

/* The lowest of a bit a set; the caller knows that there is one. */
static unsigned
lowest(uint32_t sets)
{
	unsigned set = 0;

	while ((sets >> set & 1) == 0)
		set++;
	return set;
}

/* The sets it is about that are still served there. */
static uint32_t
served_sets(const struct cx_job *job, const struct store_sub *sub)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	if (!cx_job_is_served(job, &reg))
		return 0;
	/* A password is of use while authentication is pending, too. */
	if ((job->parts & PPR_DIGEST) != 0)
		return 1;
	return cx_job_sets(job, sub) & cx_sets_in(&reg, true, true);
}

static bool
ready(const struct cx_job *job)
{
	const struct store_impi *impi = named_impi(job);

	if (impi == NULL || served_sets(job, impi->sub) == 0)
		return false;
	return (job->parts & PPR_DIGEST) == 0 || impi->scheme == STORE_DIGEST;
}

static void
put_profile(const struct cx_job *job, const struct store_impi *impi,
    struct dia_writer *w)
{
	struct cx *cx = job->cx;
	uint8_t *room = dia_put_room(w, CX(USER_DATA), CX_USERDATA_MAX);

	if (room == NULL)
		return;

	size_t len = cx_userdata((char *)room, CX_USERDATA_MAX, cx->store,
	    cx->profiles, impi->sub, lowest(served_sets(job, impi->sub)), impi);

	if (len == 0)
		w->failed = true; /* too long: not sent */
	dia_trim(w, CX(USER_DATA), room, len);
}

/* 29.229, 6.1.11; ready() has found all of it */
static void
fill(const struct cx_job *job, struct dia_writer *w)
{
	const struct store_impi *impi = named_impi(job);

	dia_put_str(w, BASE(USER_NAME), cx_job_nth(job->impis, job->impi));
	if ((job->parts & PPR_PROFILE) != 0)
		put_profile(job, impi, w);
	if ((job->parts & PPR_CHARGING) != 0)
		cx_put_charging(job->cx, impi->sub->charging, w);
	if ((job->parts & PPR_DIGEST) != 0) {
		dia_open(w, CX(SIP_AUTH_DATA_ITEM));
		cx_put_digest(job->cx, impi, w);
		dia_close(w);
	}
}

/* --- The answer --- */

/* 6.2.2.1: the S-CSCF does not know the user by any name. */
static void
forget_user(const struct cx_job *job, struct store_sub *sub)
{
	struct store_reg reg;

	store_get_reg(sub, &reg);
	cx_end_sets(&reg, served_sets(job, sub), UINT16_MAX, NULL);
	if (store_put_reg(job->cx->store, sub, &reg))
		log_info("cx: %s: de-registered, since %s does not know it",
		    job->sub, job->host);
	else
		log_warnx("cx: %s: cannot be de-registered: the change cannot "
			  "be stored",
		    job->sub);
}

/* The user has to register again, and gets its new profile then.  Whoever
 * waits for the PPR waits for this instead. */
static void
change_server(struct cx_job *job, struct store_sub *sub)
{
	struct store_reg reg;
	const char *why;

	store_get_reg(sub, &reg);

	uint16_t sets = (uint16_t)served_sets(job, sub);
	const struct cx_job_plan plan = {
		.store = job->cx->store,
		.sub = sub,
		.scscf = &reg.scscf,
		.sets = sets,
		.impis = cx_impis_in(&reg, sets),
		.why = "the PPR did not succeed",
	};

	if (cx_rtr(job->cx, &plan, CX_SERVER_CHANGE, job->done, job->arg, &why))
		job->done = NULL;
	else
		log_warnx("cx: %s: no RTR to %s: %s", job->sub, job->host, why);
}

/* Kamailio answers a PPR never, another S-CSCF may refuse the command. */
static bool
is_unknown(const struct cx_outcome *end)
{
	return end->outcome == DIA_TIMED_OUT ||
	       (end->outcome == DIA_ANSWERED && !end->experimental &&
		   end->result == DIA_COMMAND_UNSUPPORTED);
}

/* 6.2.2.1; other results are in the log, and change nothing. */
static bool
ended(struct cx_job *job, const struct cx_outcome *end)
{
	uint16_t impis;
	struct store_sub *sub = cx_job_sub(job, &impis);

	if (end->ok || sub == NULL || served_sets(job, sub) == 0)
		return false;
	if (end->experimental && end->result == CX_USER_UNKNOWN) {
		if (++job->impi < job->nimpis)
			return true;
		if ((job->parts & PPR_DIGEST) == 0)
			forget_user(job, sub);
	} else if (end->experimental && end->result == CX_TOO_MUCH_DATA) {
		change_server(job, sub);
	} else if (is_unknown(end) && job->cx->conf.push_fallback) {
		change_server(job, sub);
	}
	return false;
}

static const struct cx_job_kind ppr = {
	.code = CX_PPR,
	.name = "PPR",
	.ready = ready,
	.fill = fill,
	.ended = ended,
};

struct cx_job *
cx_ppr_job(struct cx *cx, const struct cx_job_plan *plan, unsigned parts)
{
	struct cx_job *job = cx_job_new(cx, &ppr, plan);

	if (job != NULL)
		job->parts = parts;
	return job;
}
