/* What a CSCF does with an answer of the HSS. */
#ifndef HSSD_CLIENTS_H
#define HSSD_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

/* A sentence, or NULL where it is not known.  code: the command's; type: that
 * of UAR or SAR, -1 for others. */
const char *client_does(
    uint32_t code, int type, bool experimental, uint32_t result);

#endif
