/*
 * What a Cx answer says (TS 29.229, 6.1), as far as a CSCF acts on it.
 */
#ifndef CXCLIENT_ANSWERS_H
#define CXCLIENT_ANSWERS_H

#include "diameter/codec.h"

enum {
	ANSWER_ITEMS_MAX = 16,        /* SIP-Auth-Data-Items that are kept */
	ANSWER_CAPABILITIES_MAX = 16, /* of each kind that are kept */
	ANSWER_WHY_CAP = 256,
	ANSWER_VERDICT_CAP = 96,
};

/* SIP-Auth-Data-Item and what is in its SIP-Digest-Authenticate */
struct auth_item {
	struct dia_u32 number;
	struct dia_slice scheme, authenticate, authorization, ck, ik;
	struct dia_slice realm, algorithm, qop, ha1;
	struct dia_slice line, address;
};

struct capabilities {
	bool set; /* Server-Capabilities was there, be it empty */
	uint32_t mandatory[ANSWER_CAPABILITIES_MAX];
	uint32_t optional[ANSWER_CAPABILITIES_MAX];
	unsigned nmandatory, noptional;
	struct dia_slice server_name; /* the first one preferred */
};

/* Slices lie in the message and live as long as its octets. */
struct answer {
	struct dia_u32 result_code, experimental_code, experimental_vendor;
	struct dia_slice session, origin_host, error_message, failed;
	struct dia_slice user_name, public_identity, wildcard;
	struct dia_slice server_name, user_data, ccf, ecf;
	struct dia_u32 number_items, lia_flags;
	struct capabilities capabilities;
	struct auth_item items[ANSWER_ITEMS_MAX];
	unsigned nitems; /* may exceed ANSWER_ITEMS_MAX */
};

/*
 * Reads an answer and checks what holds for all of them: AVPs well-formed,
 * the request's Session-Id, exactly one result (TS 29.229, 6.2).  AVPs that
 * nobody asked for are ignored.  False, with a sentence in why: a CSCF could
 * not use it.
 */
bool answer_read(struct answer *, const struct dia_msg *, const char *session,
    char why[static ANSWER_WHY_CAP]);
/* The one result code. */
uint32_t answer_result(const struct answer *);
/* Is it of class 2xxx? */
bool answer_is_success(const struct answer *);
/* The code and its name, such as "2001 FIRST_REGISTRATION". */
void answer_verdict(
    const struct answer *, char verdict[static ANSWER_VERDICT_CAP]);

#endif
