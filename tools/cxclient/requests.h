/*
 * The requests of I-CSCF and S-CSCF (TS 29.229, 6.1) from what a user says on
 * the command line.
 */
#ifndef CXCLIENT_REQUESTS_H
#define CXCLIENT_REQUESTS_H

#include "crypto/crypto.h"
#include "diameter/codec.h"

enum {
	REQUEST_SESSION_CAP = 320, /* octets of a Session-Id and its NUL */
	REQUEST_AUTHORIZATION_LEN = AKA_RAND_LEN + AKA_AUTS_LEN,
};

/* Who asks, and about whom.  Texts belong to the caller; NULL: left out. */
struct sender {
	struct dia_identity id;
	const char *realm, *host; /* Destination-Realm, Destination-Host */
	const char *impi, *impu;
	const char *server_name; /* SIP URI of the S-CSCF played */
};

/* What tells one request from another. */
struct call {
	uint32_t hbh, e2e;
	char session[REQUEST_SESSION_CAP];
};

struct uar {
	const char *visited;
	struct dia_u32 type, flags; /* User-Authorization-Type, UAR-Flags */
};

struct mar {
	const char *scheme;
	uint32_t items;
	/* RAND and AUTS of a resynchronisation, or NULL */
	const uint8_t *authorization;
};

struct sar {
	uint32_t type;
	bool available; /* User-Data-Already-Available */
};

struct lir {
	bool originating;
	struct dia_u32 type; /* User-Authorization-Type */
};

/* Each returns the octets of the message in buf, or 0: it did not fit. */
size_t request_uar(uint8_t *buf, size_t cap, const struct call *,
    const struct sender *, const struct uar *);
size_t request_mar(uint8_t *buf, size_t cap, const struct call *,
    const struct sender *, const struct mar *);
size_t request_sar(uint8_t *buf, size_t cap, const struct call *,
    const struct sender *, const struct sar *);
size_t request_lir(uint8_t *buf, size_t cap, const struct call *,
    const struct sender *, const struct lir *);

#endif
