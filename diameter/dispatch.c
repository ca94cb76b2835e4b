/*
 * Requests to applications (RFC 6733, 6.1.4, 7 and 7.1.3): what is refused
 * before an application sees it, in the order of the checks, and the answer's
 * way out.  This node forwards nothing.
 */
#include <stdlib.h>

#include "diameter/clock.h"
#include "diameter/log.h"
#include "diameter/node.h"

enum { LOG_LINE_CAP = 1024, LOG_DUMP_CAP = 16384 };

/* What decides where a request goes (6.1), and its answer. */
struct route {
	struct dia_slice host, realm, origin;
	bool loop;
	bool proxied; /* there is Proxy-Info for the answer */
};

static const struct dia_dict *
dict_of(const struct dia_node *node, uint32_t app)
{
	for (unsigned i = 0; i < node->self.napps; i++) {
		if (node->self.apps[i].id == app)
			return node->self.apps[i].dict;
	}
	return &dia_base_dict;
}

void
dia_dispatch_log(const struct dia_node *node, const char *who, const char *what,
    const uint8_t *msg, size_t len)
{
	char line[LOG_LINE_CAP];
	struct dia_fault ignored;
	struct dia_msg m;

	if (!log_wants_debug())
		return;
	dia_parse(&m, msg, len, &ignored);
	dia_print_line(line, sizeof line, dict_of(node, m.hdr.app), &m);
	log_debug("peer %s: %s %s", who, what, line);
	if (!log_wants_dump())
		return;

	char *text = malloc(LOG_DUMP_CAP);

	if (text == NULL)
		return;
	dia_print(text, LOG_DUMP_CAP, dict_of(node, m.hdr.app), &m, 0);
	log_dump(text);
	free(text);
}

static void
send_answer(struct dia_node *node, struct dia_conn *conn, const char *who,
    size_t len, uint64_t position)
{
	if (log_wants_debug())
		dia_dispatch_log(node, who, "sent", node->answer, len);
	dia_conn_send(conn, node->answer, len, position);
}

void
dia_dispatch_fault(struct dia_node *node, struct dia_conn *conn,
    const char *who, const struct dia_msg *req, const struct dia_fault *fault)
{
	const struct dia_dict *dict = dict_of(node, req->hdr.app);
	const struct dia_command *cmd =
	    dia_lookup_command(dict, req->hdr.code, req->hdr.app);
	size_t len = dia_answer_fault(node->answer, DIA_MESSAGE_MAX, req,
	    &node->self.conf.id, dict, fault);

	if (dia_conn_complain(conn, fault->why))
		log_info("peer %s: %s (command %u of application %u): %s: "
			 "answered %u",
		    who, cmd != NULL ? cmd->request : "request", req->hdr.code,
		    req->hdr.app, fault->why, fault->result);
	if (len > 0)
		send_answer(node, conn, who, len, 0);
}

void
dia_dispatch_garbage(struct dia_node *node, struct dia_conn *conn,
    const char *who, const uint8_t *octets, size_t len)
{
	struct dia_fault fault;
	struct dia_msg msg;

	if (len < DIA_HEADER_LEN)
		return;
	dia_parse(&msg, octets, DIA_HEADER_LEN, &fault);
	if (msg.hdr.version != 1 || (msg.hdr.flags & DIA_R) == 0)
		return;
	fault = (struct dia_fault){
		.result = DIA_INVALID_MESSAGE_LENGTH,
		.why = "RFC 6733 3: Message Length below 20, no multiple of "
		       "4, or above the limit",
	};
	dia_dispatch_fault(node, conn, who, &msg, &fault);
}

static void
take_route(struct route *route, const struct dia_avp *avp, const char *host)
{
	if (avp->vendor != 0)
		return;
	if (avp->code == BASE(DESTINATION_HOST)->code)
		route->host = avp->data;
	else if (avp->code == BASE(DESTINATION_REALM)->code)
		route->realm = avp->data;
	else if (avp->code == BASE(ORIGIN_HOST)->code)
		route->origin = avp->data;
	else if (avp->code == BASE(ROUTE_RECORD)->code)
		route->loop |= dia_slice_eq_nocase(avp->data, host);
	else if (avp->code == BASE(PROXY_INFO)->code)
		route->proxied = true;
}

static bool
refuse(struct dia_fault *fault, uint32_t result, const char *why)
{
	*fault = (struct dia_fault){ .result = result, .why = why };
	return false;
}

/* An AVP that cannot be read ends the search; the application finds it too,
 * and says so in its answer. */
static void
read_route(
    const struct dia_node *node, const struct dia_msg *msg, struct route *route)
{
	struct dia_reader r;
	struct dia_avp avp;

	*route = (struct route){ 0 };
	dia_read(&r, msg->avps);
	while (dia_next(&r, &avp))
		take_route(route, &avp, node->self.conf.id.host);
}

/* Is it for this node (6.1.4)? */
static bool
check_route(const struct dia_node *node, const struct route *route,
    struct dia_fault *fault)
{
	const struct dia_identity *id = &node->self.conf.id;
	bool to_us =
	    route->host.p != NULL && dia_slice_eq_nocase(route->host, id->host);

	if (!to_us && route->realm.p != NULL &&
	    !dia_slice_eq_nocase(route->realm, id->realm))
		return refuse(fault, DIA_REALM_NOT_SERVED,
		    "RFC 6733 6.1.4: Destination-Realm is not ours");
	if (!to_us && route->host.p != NULL)
		return refuse(fault, DIA_UNABLE_TO_DELIVER,
		    "RFC 6733 6.1.4: Destination-Host is not us");
	if (route->loop)
		return refuse(fault, DIA_LOOP_DETECTED,
		    "RFC 6733 6.1.3: our name in a Route-Record");
	return true;
}

static const struct dia_app *
find_app(const struct dia_node *node, uint32_t id)
{
	for (unsigned i = 0; i < node->self.napps; i++) {
		if (node->self.apps[i].id == id)
			return &node->self.apps[i];
	}
	return NULL;
}

/* May an application have it?  What it is comes first, then where it goes. */
static const struct dia_app *
check(const struct dia_node *node, const struct dia_msg *msg,
    struct route *route, struct dia_fault *fault)
{
	const struct dia_app *app = find_app(node, msg->hdr.app);
	const struct dia_command *cmd;

	if (app == NULL && msg->hdr.app != 0) {
		refuse(fault, DIA_APPLICATION_UNSUPPORTED,
		    "RFC 6733 7.1.3: application not served here");
		return NULL;
	}
	if (app == NULL || (cmd = dia_lookup_command(
				app->dict, msg->hdr.code, app->id)) == NULL) {
		refuse(fault, DIA_COMMAND_UNSUPPORTED,
		    "RFC 6733 7.1.3: command unknown in its application");
		return NULL;
	}
	if ((msg->hdr.flags & DIA_P) != cmd->flags) {
		refuse(fault, DIA_INVALID_HDR_BITS,
		    "RFC 6733 7.1.3: P bit not as the command defines it");
		return NULL;
	}
	read_route(node, msg, route);
	return check_route(node, route, fault) ? app : NULL;
}

/* The answer it got before, if it is a repetition. */
static bool
answer_again(struct dia_node *node, struct dia_conn *conn, const char *who,
    const struct dia_repeat_key *key)
{
	struct dia_repeat kept;
	struct dia_writer w;

	if (!dia_repeats_find(node->repeats, key, node->conns.released, &kept))
		return false;
	dia_answer_again(
	    &w, node->answer, DIA_MESSAGE_MAX, key->req, kept.answer);

	size_t len = dia_answer_end(&w, key->req);

	if (len == 0)
		return false;
	log_debug("peer %s: request %u again, and the same answer", who,
	    key->req->hdr.code);
	send_answer(node, conn, who, len, kept.position);
	return true;
}

static void
answer(struct dia_node *node, struct dia_conn *conn, const char *who,
    const struct dia_app *app, const struct dia_repeat_key *key, bool proxied)
{
	const struct dia_msg *msg = key->req;
	struct dia_fault fault;
	struct dia_writer w;

	if (dia_conn_is_busy(conn)) {
		refuse(&fault, DIA_TOO_BUSY,
		    "RFC 6733 7.1.3: too many answers wait for the disk");
		dia_dispatch_fault(node, conn, who, msg, &fault);
		return;
	}
	if (app->keeps_answers && answer_again(node, conn, who, key))
		return;
	dia_answer_begin(&w, node->answer, DIA_MESSAGE_MAX, msg, 0);

	uint64_t position = app->request(app->arg, msg, &w);
	struct dia_repeat kept = { { node->answer, w.len }, position };
	/* Few requests need another walk through all of it. */
	size_t len = proxied ? dia_answer_end(&w, msg) : dia_end(&w);

	if (len == 0) {
		refuse(&fault, DIA_UNABLE_TO_COMPLY,
		    "the answer is too long to send");
		dia_dispatch_fault(node, conn, who, msg, &fault);
		return;
	}
	if (app->keeps_answers)
		dia_repeats_keep(node->repeats, key, &kept);
	send_answer(node, conn, who, len, position);
}

bool
dia_dispatch(struct dia_node *node, struct dia_conn *conn, const char *who,
    const struct dia_msg *msg)
{
	struct dia_fault fault;
	struct route route;
	const struct dia_app *app = check(node, msg, &route, &fault);

	if (app == NULL) {
		dia_dispatch_fault(node, conn, who, msg, &fault);
		return false;
	}

	const struct dia_repeat_key key = {
		.req = msg,
		.origin = route.origin,
		.now_s = (uint32_t)(dia_now_ms() / 1000),
	};

	answer(node, conn, who, app, &key, route.proxied);
	return route.origin.p != NULL &&
	       !dia_slice_eq_nocase(route.origin, who);
}
