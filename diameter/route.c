/*
 * Which peer gets a request of ours (RFC 6733, 6.1.6): the destination itself,
 * or an agent on the way to it.  There are no realm routes: agents know.
 */
#include <ctype.h>
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

	if (!psm_is_open(peer->state) || peer->wd.state != WD_OKAY)
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

/* The least busy peer of a list that has the name, if one is given; *full:
 * some peer would do but is full. */
static struct dia_peer *
least_busy(const struct dia_route_list *list, bool agents, uint32_t app,
    const char *host, bool *full)
{
	struct dia_peer *peer, *best = NULL;

	for (peer = TAILQ_FIRST(list); peer != NULL;
	     peer = agents ? TAILQ_NEXT(peer, agent_link)
			   : TAILQ_NEXT(peer, name_link)) {
		if ((host != NULL && strcasecmp(peer->host, host) != 0) ||
		    !serves(peer, app))
			continue;
		if (is_full(peer))
			*full = true;
		else if (best == NULL || peer->npending < best->npending)
			best = peer;
	}
	return best;
}

/* FNV-1a, ASCII case ignored. */
static struct dia_route_list *
bucket_of(struct dia_routes *routes, const char *host)
{
	uint32_t hash = routes->seed;

	for (; *host != '\0'; host++)
		hash =
		    (hash ^ (uint32_t)tolower((unsigned char)*host)) * 16777619;
	return &routes->names[(hash ^ hash >> 16) % DIA_ROUTE_BUCKETS];
}

struct dia_peer *
dia_route(struct dia_node *node, uint32_t app, const char *host, bool *full)
{
	struct dia_routes *routes = &node->routes;
	struct dia_peer *peer = NULL;

	*full = false;
	if (host != NULL)
		peer =
		    least_busy(bucket_of(routes, host), false, app, host, full);
	if (peer == NULL && !*full)
		peer = least_busy(&routes->agents, true, app, NULL, full);
	return peer;
}

void
dia_route_set_agent(struct dia_peer *peer, bool agent)
{
	struct dia_route_list *agents = &peer->node->routes.agents;

	if (agent && !peer->agent)
		TAILQ_INSERT_TAIL(agents, peer, agent_link);
	else if (!agent && peer->agent)
		TAILQ_REMOVE(agents, peer, agent_link);
	peer->agent = agent;
}

void
dia_route_add(struct dia_peer *peer)
{
	TAILQ_INSERT_TAIL(
	    bucket_of(&peer->node->routes, peer->host), peer, name_link);
}

void
dia_route_remove(struct dia_peer *peer)
{
	dia_route_set_agent(peer, false);
	TAILQ_REMOVE(
	    bucket_of(&peer->node->routes, peer->host), peer, name_link);
}

void
dia_routes_init(struct dia_routes *routes, uint32_t seed)
{
	for (unsigned i = 0; i < DIA_ROUTE_BUCKETS; i++)
		TAILQ_INIT(&routes->names[i]);
	TAILQ_INIT(&routes->agents);
	routes->seed = seed;
}
