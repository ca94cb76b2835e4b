/*
 * Finding the subscription that an ID of a request means.  Identities are in
 * the store's index; the names of sections are not, so for those all
 * subscriptions are looked through, a slice in each turn of the loop.
 */
#include "tools/hssd/control_local.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

struct control_search {
	TAILQ_ENTRY(control_search) link;
	struct control *ctl;
	struct http_conn *conn;
	control_found_fn *found;
	void *arg;
	struct event *turn;
	struct store_walk walk;
	unsigned reloads; /* of the server, when the walk began */
	char id[STORE_NAME_MAX + 1];
};

static void
again(struct control_search *s)
{
	event_add(s->turn, &(struct timeval){ 0, 0 });
}

static void
free_search(struct control_search *s)
{
	TAILQ_REMOVE(&s->ctl->searches, s, link);
	event_free(s->turn);
	free(s);
}

static void
refuse(struct control_search *s)
{
	control_refuse(s->conn, 404, "there is no subscription %s", s->id);
	free(s->arg);
	free_search(s);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct control_search *s = arg;
	const struct server *sv = s->ctl->sv;

	if (s->reloads != sv->reloads) {
		s->reloads = sv->reloads;
		s->walk = (struct store_walk){ 0 };
	}
	for (unsigned i = 0; i < CONTROL_SLICE; i++) {
		const struct store_sub *sub = store_next(sv->store, &s->walk);

		if (sub == NULL) {
			refuse(s);
			return;
		}
		if (strcmp(sub->name, s->id) != 0)
			continue;
		s->found(s->ctl, s->conn, sub->impis[0].sub, s->id, s->arg);
		free_search(s);
		return;
	}
	again(s);
}

static struct store_sub *
find_identity(const struct store *store, const char *id)
{
	struct store_impi *impi = store_find_impi(store, id, strlen(id));

	if (impi != NULL)
		return impi->sub;

	struct store_impu *impu = store_find_impu(store, id, strlen(id));

	return impu != NULL ? impu->sub : NULL;
}

void
control_find(struct control *ctl, struct http_conn *conn, const char *id,
    control_found_fn *found, void *arg)
{
	struct store_sub *sub = find_identity(ctl->sv->store, id);

	if (sub != NULL) {
		found(ctl, conn, sub, id, arg);
		return;
	}
	if (strlen(id) > STORE_NAME_MAX) {
		control_refuse(conn, 404,
		    "there is no subscription with a name of more than %d "
		    "octets",
		    STORE_NAME_MAX);
		free(arg);
		return;
	}

	struct control_search *s = calloc(1, sizeof *s);

	if (s != NULL)
		s->turn = evtimer_new(ctl->sv->base, on_turn, s);
	if (s == NULL || s->turn == NULL) {
		free(s);
		free(arg);
		control_answer(conn, 503, NULL);
		return;
	}
	s->ctl = ctl;
	s->conn = conn;
	s->found = found;
	s->arg = arg;
	s->reloads = ctl->sv->reloads;
	memcpy(s->id, id, strlen(id));
	TAILQ_INSERT_TAIL(&ctl->searches, s, link);
	again(s);
}

void
control_find_close(struct control *ctl)
{
	struct control_search *s;

	while ((s = TAILQ_FIRST(&ctl->searches)) != NULL) {
		free(s->arg);
		free_search(s);
	}
}
