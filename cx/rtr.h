/* RTR for other files of cx/ (private). */
#ifndef CX_RTR_H
#define CX_RTR_H

#include "cx/job.h"

/* Which sets are in these states: a bit per set. */
uint16_t cx_sets_in(
    const struct store_reg *, bool registered, bool unregistered);
/* The private identities registered with in these sets; the first one if there
 * is none: a bit per IMPI. */
uint16_t cx_impis_in(const struct store_reg *, uint32_t sets);
/* These sets are no longer registered with these private identities, but for
 * those kept in each set (or NULL); without a set in use the S-CSCF goes. */
void cx_end_sets(struct store_reg *, uint32_t sets, uint16_t impis,
    const uint16_t kept[STORE_SETS_MAX]);

/* Sends an RTR.  False: it will not be sent, *why says so. */
bool cx_rtr(struct cx *, const struct cx_job_plan *, enum cx_reason,
    cx_done_fn *, void *arg, const char **why);
/* The same in two steps.  NULL: out of memory. */
struct cx_job *cx_rtr_job(
    struct cx *, const struct cx_job_plan *, enum cx_reason);
bool cx_rtr_start(struct cx_job *, cx_done_fn *, void *arg, const char **why);

#endif
