/* The server as a whole: its status, its peers, reading its files again. */
#include "tools/hssd/control_local.h"

#include "diameter/diameter.h"
#include "tools/hssd/conf_check.h"

#include <string.h>

void
control_status(struct control_request *rq)
{
	const struct server *sv = rq->ctl->sv;
	int error = store_failing(sv->store);
	uint64_t octets, syncs;

	store_written(sv->store, &octets, &syncs);
	control_answer(rq->conn, 200,
	    json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:s, s:o, s:I, s:I, "
		      "s:I}",
		"version", HSSD_VERSION, "identity", sv->conf.id.host, "realm",
		sv->conf.id.realm, "uptime_s",
		(json_int_t)(time(NULL) - sv->started_s), "subscriptions",
		(json_int_t)store_count(sv->store), "registered",
		(json_int_t)store_registered(sv->store), "store",
		control_text(sv->conf.store), "durability",
		conf_durability_words[sv->conf.durability], "disk",
		control_text(error == 0 ? "works" : strerror(error)),
		"position", (json_int_t)store_durable(sv->store),
		"octets_written", (json_int_t)octets, "syncs",
		(json_int_t)syncs));
}

/* --- Peers --- */

static bool
add_peer(void *arg, const struct dia_peer_facts *f)
{
	json_t *list = arg;

	if (json_array_size(list) == CONTROL_PEERS_MAX)
		return false;
	json_array_append_new(list,
	    json_pack("{s:o, s:o, s:s?, s:s?, s:s, s:b, s:s, s:I}", "host",
		control_text(f->host), "realm", control_text(f->realm),
		"transport", f->transport, "address", f->address, "state",
		f->state, "open", f->open, "watchdog", f->watchdog, "since_s",
		(json_int_t)f->since_s));
	return true;
}

void
control_peers(struct control_request *rq)
{
	json_t *list = json_array();

	dia_node_each_peer(rq->ctl->sv->node, add_peer, list);
	control_answer(rq->conn, 200, json_pack("{s:o}", "peers", list));
}

/* --- Reload --- */

struct told {
	json_t *faults, *keys;
	json_int_t nfaults;
};

static void
add_fault(void *arg, const char *file, unsigned line, const char *what)
{
	struct told *told = arg;

	if (told->nfaults++ < CONTROL_FAULTS_MAX)
		json_array_append_new(told->faults,
		    json_pack("{s:o, s:i, s:o}", "file", control_text(file),
			"line", (int)line, "what", control_text(what)));
}

static void
add_key(void *arg, const char *key)
{
	struct told *told = arg;

	json_array_append_new(told->keys, json_string(key));
}

void
control_reload(struct control_request *rq)
{
	struct server *sv = rq->ctl->sv;
	struct told told = { json_array(), json_array(), 0 };
	struct reload_told ears = { add_fault, add_key, &told };

	if (rq->len > 0)
		control_refuse(rq->conn, 400, "a reload takes no body");
	else if (server_reload(sv, &ears))
		control_answer(rq->conn, 200,
		    json_pack("{s:I, s:O}", "subscriptions",
			(json_int_t)store_count(sv->store), "needs_start",
			told.keys));
	else
		control_answer(rq->conn, 409,
		    json_pack("{s:s, s:I, s:O}", "error",
			"there are faults, so nothing is changed", "count",
			told.nfaults, "faults", told.faults));
	json_decref(told.faults);
	json_decref(told.keys);
}
