/*
 * Requests of the HSS to an S-CSCF, RTR and PPR, from the decision to send one
 * until its end (private).
 *
 * A job holds names, no pointers into the store: a reload may come, or may be
 * what the job is about, while it waits.
 */
#ifndef CX_JOB_H
#define CX_JOB_H

#include "cx/local.h"

struct cx_job;

/* How a request ended; what is a sentence. */
struct cx_outcome {
	const struct dia_msg *ans; /* NULL: no answer */
	enum dia_outcome outcome;
	bool ok, experimental;
	uint32_t result; /* 0: none */
	const char *what;
};

/* What RTR and PPR do differently. */
struct cx_job_kind {
	uint32_t code;
	const char *name;
	bool repeats; /* after a time-out, not only a lost connection */
	/* Is there still something to say?  NULL: always. */
	bool (*ready)(const struct cx_job *);
	void (*fill)(const struct cx_job *, struct dia_writer *);
	/* True: the job has been changed and is to be sent again. */
	bool (*ended)(struct cx_job *, const struct cx_outcome *);
};

struct cx_job {
	TAILQ_ENTRY(cx_job) link; /* of those that wait, or are sent */
	struct cx *cx;
	const struct cx_job_kind *kind;
	const char *label, *why; /* static texts for the log */
	cx_done_fn *done;        /* or NULL */
	void *arg;
	enum cx_reason reason; /* RTR */
	uint32_t more_sets;    /* RTR: that end, too: bit per set */
	unsigned parts;        /* PPR: bits of enum cx_part */
	unsigned tries;        /* sent so often */
	bool renewed;          /* the user registered again meanwhile */
	unsigned impi;         /* PPR: which one is named */
	unsigned nimpis, nimpus;
	/* All in text.  The lists are NUL-terminated names in a row. */
	const char *sub; /* of the subscription, for the log */
	const char *server, *host, *realm; /* the S-CSCF */
	const char *info;                  /* Reason-Info, "": none */
	const char *impis, *impus;
	char text[];
};

/* What a job is made of: its octets are copied. */
struct cx_job_plan {
	const struct store *store; /* whose names they are */
	const struct store_sub *sub;
	const struct store_scscf *scscf;
	const char *info; /* or NULL */
	const char *why;  /* static text */
	uint16_t impis;   /* bit per IMPI of sub; the lowest is User-Name */
	uint16_t sets;    /* bit per set, whose IMPUs are named */
};

/* NULL: out of memory, or a name does not fit. */
struct cx_job *cx_job_new(
    struct cx *, const struct cx_job_kind *, const struct cx_job_plan *);
void cx_job_free(struct cx_job *);
/* The nth of a list of names. */
const char *cx_job_nth(const char *list, unsigned n);

/* Who it is about in the store as it is now, and which of its private
 * identities still are: a bit each.  NULL: none is there any more. */
struct store_sub *cx_job_sub(const struct cx_job *, uint16_t *impis);
/* The sets of its public identities: a bit each. */
uint32_t cx_job_sets(const struct cx_job *, const struct store_sub *);
/* False: another S-CSCF has the user by now, or none. */
bool cx_job_is_served(const struct cx_job *, const struct store_reg *);

/* Sends it, or lets it wait for others.  Takes it over.  False: it will not be
 * sent, *why says so, and nobody is told. */
bool cx_job_start(struct cx_job *, const char **why);
/* What every request of ours begins with, behind its Session-Id. */
void cx_put_head(const struct cx_job *, struct dia_writer *);

#endif
