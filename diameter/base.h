/*
 * The base protocol's own messages (RFC 6733, 5.3 to 5.5): building them and
 * reading what a peer sent (private).
 */
#ifndef DIAMETER_BASE_H
#define DIAMETER_BASE_H

#include "diameter/addr.h"
#include "diameter/diameter.h"

enum {
	DIA_CER = 257,
	DIA_DWR = 280,
	DIA_DPR = 282,
	DIA_APPS_MAX = 8,
	DIA_HOST_MAX = 255, /* octets of an Origin-Host or Origin-Realm */
	DIA_BASE_CAP = 8192 /* room for any of these messages */
};

#define DIA_RELAY 0xffffffffu /* Application-Id of a relay (2.4) */

/* Disconnect-Cause (5.4.3) */
enum { DIA_REBOOTING, DIA_BUSY, DIA_DO_NOT_WANT };

/* What this node says of itself. */
struct dia_self {
	struct dia_node_conf conf;
	struct dia_app apps[DIA_APPS_MAX];
	unsigned napps;
};

/* What a peer says of itself; the slices live as long as the message. */
struct dia_caps {
	struct dia_slice host, realm, product;
	struct dia_u32 result, vendor, state_id;
	uint32_t common; /* bit n: apps[n] is in common */
	bool relay;      /* it forwards whatever the application */
};

/* --- caps.c --- */

/* CER and CEA: false with the fault to answer (5.3, base grammar, 5010,
 * 5017).  A CEA is taken with any AVPs; its result is the caller's. */
bool dia_read_cer(const struct dia_self *, const struct dia_msg *,
    struct dia_caps *, struct dia_fault *);
bool dia_read_cea(const struct dia_self *, const struct dia_msg *,
    struct dia_caps *, struct dia_fault *);
bool dia_read_dwr(
    const struct dia_msg *, struct dia_caps *, struct dia_fault *);
/* *cause is the Disconnect-Cause. */
bool dia_read_dpr(const struct dia_msg *, struct dia_caps *, uint32_t *cause,
    struct dia_fault *);

/* --- base.c --- */

/*
 * Building.  buf has DIA_BASE_CAP octets; the length is returned, 0 if it
 * does not fit.  hbh and e2e are the identifiers of a new request; req is the
 * request an answer is for, fault NULL for success.
 */
size_t dia_make_cer(uint8_t *buf, const struct dia_self *, uint32_t hbh,
    uint32_t e2e, const struct sockaddr_storage *addrs, unsigned naddrs);
size_t dia_make_cea(uint8_t *buf, const struct dia_self *,
    const struct dia_msg *req, const struct sockaddr_storage *addrs,
    unsigned naddrs, const struct dia_fault *);
size_t dia_make_dwr(
    uint8_t *buf, const struct dia_self *, uint32_t hbh, uint32_t e2e);
size_t dia_make_dpr(uint8_t *buf, const struct dia_self *, uint32_t hbh,
    uint32_t e2e, uint32_t cause);
/* DWA and DPA differ in nothing but the command. */
size_t dia_make_answer(uint8_t *buf, const struct dia_self *,
    const struct dia_msg *req, const struct dia_fault *);

#endif
