/*
 * What a client answers when the server asks.
 */
#ifndef CXCLIENT_REPLY_H
#define CXCLIENT_REPLY_H

#include "diameter/codec.h"

/* Command codes of the base protocol (RFC 6733, 3.1) */
enum { REPLY_CER = 257, REPLY_DWR = 280, REPLY_DPR = 282 };

/* Octets of the answer in buf: success to DWR, DPR, RTR and PPR, 3001 to
 * others.  0: it did not fit. */
size_t reply_make(uint8_t *buf, size_t cap, const struct dia_identity *,
    const struct dia_msg *req);

#endif
