/*
 * A Cx application with a few subscribers in memory, made once; what requests
 * changed can be taken back.
 */
#ifndef TESTS_FUZZ_CX_FIXTURE_H
#define TESTS_FUZZ_CX_FIXTURE_H

#include "cx/cx.h"

#define FX_HOST "hss.ims.example"
#define FX_REALM "ims.example"
#define FX_KAMAILIO "ims.mnc001.mcc001.3gppnetwork.org"

struct cx *fx_cx(void);
/* No registration, and SQNs from the start. */
void fx_reset(void);
/* Is a K or OPc of a subscriber among these octets? */
bool fx_holds_key(const uint8_t *octets, size_t len);

#endif
