/*
 * Which peer gets a request of ours (RFC 6733, 6.1.6): the destination itself,
 * or an agent on the way to it.  There are no realm routes: agents know.
 */
#include <strings.h>

#include "diameter/peer.h"

struct dia_conn *
dia_route_conn(const struct dia_peer *peer)
{
	return peer->r != NULL ? peer->r : peer->i;
}

/* Does it take requests of an application?  A peer that is suspect or on
 * probation does not (RFC 3539, 3.4.1). */
static bool
serves(const struct dia_peer *peer, uint32_t app)
{
	const struct dia_self *self = &peer->node->self;

	if ((peer->state != R_OPEN && peer->state != I_OPEN) ||
	    peer->wd.state != WD_OKAY)
		return false;
	for (unsigned i = 0; i < self->napps; i++) {
		if (self->apps[i].id == app)
			return (peer->common & 1u << i) != 0;
	}
	return false;
}

static bool
is_full(const struct dia_peer *peer)
{
	return peer->npending >= DIA_PEER_PENDING_MAX ||
	       !dia_conn_has_room(dia_route_conn(peer));
}

struct dia_peer *
dia_route(struct dia_node *node, uint32_t app, const char *host, bool *full)
{
	struct dia_peer *peer, *best = NULL;
	bool best_direct = false, direct_full = false;

	*full = false;
	TAILQ_FOREACH (peer, &node->peers, link) {
		bool direct = host != NULL && strcasecmp(peer->host, host) == 0;

		if ((!direct && (!peer->agent || best_direct)) ||
		    !serves(peer, app))
			continue;
		if (is_full(peer)) {
			*full = true;
			direct_full |= direct;
			continue;
		}
		if (best == NULL || direct > best_direct ||
		    peer->npending < best->npending) {
			best = peer;
			best_direct = direct;
		}
	}
	return direct_full && !best_direct ? NULL : best;
}
