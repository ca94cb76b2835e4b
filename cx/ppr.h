/* PPR for other files of cx/ (private). */
#ifndef CX_PPR_H
#define CX_PPR_H

#include "cx/job.h"

/* What a PPR holds. */
enum cx_part { PPR_PROFILE = 1, PPR_CHARGING = 2, PPR_DIGEST = 4 };

/* The plan has one set; with PPR_DIGEST one private identity, and any sets.
 * NULL: out of memory. */
struct cx_job *cx_ppr_job(
    struct cx *, const struct cx_job_plan *, unsigned parts);

#endif
