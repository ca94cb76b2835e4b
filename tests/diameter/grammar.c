/*
 * A grammar to scan against, and the struct it fills.
 */
#include "tests/diameter/grammar.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <stdlib.h>
#include <string.h>

static const struct dia_field in_vsai[] = {
	DIA_FIELD(struct request, vendor, BASE(VENDOR_ID), 1, 1),
	DIA_CHECK(BASE(AUTH_APPLICATION_ID), 0, 1),
};
static const struct dia_field in_item[] = {
	DIA_FIELD(struct request, scheme, CX(SIP_AUTHENTICATION_SCHEME), 1, 1),
};
static const struct dia_field in_features[] = {
	DIA_CHECK(BASE(VENDOR_ID), 1, 1),
};
const struct dia_field grammar[NGRAMMAR] = {
	DIA_FIELD(struct request, session_id, BASE(SESSION_ID), 1, 1),
	DIA_FIELD(struct request, origin_host, BASE(ORIGIN_HOST), 0, 1),
	DIA_FIELD(struct request, user_name, BASE(USER_NAME), 0, 1),
	DIA_FIELD(struct request, sat, CX(SERVER_ASSIGNMENT_TYPE), 0, 1),
	DIA_FIELD(struct request, impus, CX(PUBLIC_IDENTITY), 0, DIA_MANY),
	DIA_GROUP(BASE(VENDOR_SPECIFIC_APPLICATION_ID), 0, 1, in_vsai),
	{ CX(SIP_AUTH_DATA_ITEM), 0, 1, offsetof(struct request, auth_item),
	    in_item, 1 },
	DIA_CHECK(BASE(ROUTE_RECORD), 0, DIA_MANY),
	DIA_CHECK(BASE(PROXY_INFO), 0, 2),
	DIA_FIELD(struct request, drmp, BASE(DRMP), 0, 1),
	DIA_GROUPS(struct request, features, CX(SUPPORTED_FEATURES), 0,
	    DIA_MANY, in_features),
	DIA_FORBID(BASE(RESULT_CODE)),
};

struct octets o;
struct request req;
struct dia_fault fault;

void
setup(void)
{
	o.len = 0;
	add_str(&o, 263, 0, DIA_M, "s;1;2");
}

bool
scan(void)
{
	static struct dia_slice s;

	FREE_SLICE(s);
	s = exact_slice(&o);
	memset(&req, 0, sizeof req);
	return dia_scan(s, &cx_dict, grammar, NGRAMMAR, &req, &fault);
}

void
add_nested(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		add_hex(&o, "0000011c40000000");
		set24(o.b, o.len - 3, 8 * (depth - i));
	}
}
