/*
 * What is known of the peers of a node, for those who show it.
 */
#include "diameter/peer.h"

#include <string.h>

void
dia_peer_introduce(struct dia_peer *peer, const struct dia_caps *caps)
{
	if (caps->realm.p == NULL || caps->realm.len >= sizeof peer->realm)
		return;
	memcpy(peer->realm, caps->realm.p, caps->realm.len);
	peer->realm[caps->realm.len] = '\0';
}

static void
get_facts(const struct dia_peer *peer, struct dia_peer_facts *f)
{
	const struct dia_conn *conn = peer->r != NULL ? peer->r : peer->i;

	*f = (struct dia_peer_facts){
		.host = peer->host,
		.realm = peer->realm[0] != '\0' ? peer->realm : NULL,
		.state = psm_state_name(peer->state),
		.watchdog = watchdog_name(peer->wd.state),
		.since_s = peer->since,
		.open = psm_is_open(peer->state),
	};
	if (conn != NULL) {
		f->transport = conn->transport->name;
		/* A connection's name is its transport, a space, its address */
		f->address = dia_conn_name(conn) + strlen(f->transport) + 1;
	}
}

void
dia_node_each_peer(const struct dia_node *node, dia_peer_fn *fn, void *arg)
{
	const struct dia_peer *peer;
	struct dia_peer_facts facts;

	TAILQ_FOREACH (peer, &node->peers, link) {
		get_facts(peer, &facts);
		if (!fn(arg, &facts))
			return;
	}
}
