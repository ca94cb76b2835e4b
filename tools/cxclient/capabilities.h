/*
 * What the two sides of a connection can do (RFC 6733, 5.3; TS 29.229, 5.6).
 */
#ifndef CXCLIENT_CAPABILITIES_H
#define CXCLIENT_CAPABILITIES_H

#include "diameter/codec.h"

enum { CAPABILITIES_WHY_CAP = 256 };

/* Vendor-Specific-Application-Id of Cx. */
void capabilities_put_application(struct dia_writer *);
/* One Host-IP-Address, if it is one of IP. */
void capabilities_put_address(
    struct dia_writer *, const struct sockaddr_storage *local);
/* All of the CER behind its identity and addresses. */
void capabilities_put(struct dia_writer *);
/* Does the CEA accept us and offer Cx or relay?  If not, why says so. */
bool capabilities_check(
    const struct dia_msg *cea, char why[static CAPABILITIES_WHY_CAP]);

#endif
