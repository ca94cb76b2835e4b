/*
 * A phone meets the challenge of a MAA, and the S-CSCF checks its response.
 */
#ifndef CXCLIENT_AUTH_H
#define CXCLIENT_AUTH_H

#include "tools/cxclient/client.h"
#include "tools/cxclient/sim.h"

/* What the user's equipment holds: a SIM, a password, both or neither. */
struct phone {
	bool has_sim;
	struct sim sim;
	const char *password; /* or NULL */
	const uint8_t *amf;   /* two octets AUTN must have, or NULL: any */
};

enum auth_result {
	AUTH_OK,
	AUTH_RESYNC, /* authorization holds RAND and AUTS for the next MAR */
	AUTH_FAILED, /* why says so */
};

/* Takes the items of a successful MAA in their order, each shown as a step. */
enum auth_result auth_challenge(struct client *, struct phone *,
    const struct answer *maa,
    uint8_t authorization[static REQUEST_AUTHORIZATION_LEN]);

#endif
