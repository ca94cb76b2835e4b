/* What hssd says, for people. */
#ifndef HSSCTL_SHOW_H
#define HSSCTL_SHOW_H

#include <jansson.h>

typedef void show_fn(const json_t *answer);

show_fn show_status, show_peers, show_subscription, show_why, show_reload,
    show_done, show_import, show_deleted;
/* A page of a list. */
show_fn show_page, show_export;
/* What a refusal says beyond its sentence. */
show_fn show_faults;

#endif
