/*
 * One transport connection: how it begins, what it sends, how it ends.  The
 * reading and writing is in turn.c.
 */
#include "diameter/conn.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diameter/log.h"

static void
free_conn(struct dia_conn *conn)
{
	if (conn->readable != NULL)
		event_free(conn->readable);
	if (conn->writable != NULL)
		event_free(conn->writable);
	if (conn->timer != NULL)
		event_free(conn->timer);
	dia_buf_free(&conn->in);
	dia_out_free(&conn->out);
	free(conn);
}

static void
bury(evutil_socket_t fd, short what, void *arg)
{
	struct dia_conns *all = arg;
	struct dia_conn *conn;

	while ((conn = TAILQ_FIRST(&all->dead)) != NULL) {
		TAILQ_REMOVE(&all->dead, conn, link);
		free_conn(conn);
	}
	if (all->n == 0 && all->idle != NULL)
		all->idle(all->idle_arg); /* may free all */
}

void
dia_conns_check(struct dia_conns *all)
{
	event_active(all->reaper, EV_TIMEOUT, 0);
}

void
dia_conn_close(struct dia_conn *conn)
{
	if (conn == NULL || conn->fd < 0)
		return;

	struct dia_conns *all = conn->all;

	if (conn->complaints > 1)
		log_info("%s: said %u times: %s", conn->name, conn->complaints,
		    conn->complaint);
	event_del(conn->readable);
	event_del(conn->writable);
	event_del(conn->timer);
	close(conn->fd);
	conn->fd = -1;
	conn->cb = NULL;
	if (conn->holding)
		TAILQ_REMOVE(&all->holding, conn, hold_link);
	TAILQ_REMOVE(&all->live, conn, link);
	TAILQ_INSERT_TAIL(&all->dead, conn, link);
	all->n--;
	dia_conns_check(all);
}

void
dia_conn_down(struct dia_conn *conn, enum dia_down down, const char *why)
{
	const struct dia_conn_cb *cb = conn->cb;
	void *arg = conn->arg;

	dia_conn_close(conn);
	if (cb != NULL)
		cb->down(conn, down, why, arg);
}

void
dia_conn_restart(struct dia_conn *conn)
{
	struct dia_conns *all = conn->all;
	const struct dia_transport *transport = conn->transport;
	int fd = fcntl(conn->fd, F_DUPFD_CLOEXEC, 0);

	dia_conn_down(conn, DIA_DOWN_EOF, "the peer began anew");
	if (fd < 0)
		return;
	if (all->anew != NULL)
		all->anew(all->anew_arg, transport, fd);
	else
		close(fd);
}

void
dia_conn_break(struct dia_conn *conn)
{
	conn->broken = true;
	event_active(conn->readable, EV_READ, 0);
}

size_t
dia_conn_waiting(const struct dia_conn *conn)
{
	return dia_out_len(&conn->out);
}

bool
dia_conn_has_room(const struct dia_conn *conn)
{
	return conn->fd >= 0 && !conn->broken && dia_out_has_room(&conn->out);
}

void
dia_conn_trim(struct dia_conn *conn)
{
	struct dia_buf *const queues[] = { &conn->in, &conn->out.now,
		&conn->out.held };

	for (size_t i = 0; i < sizeof queues / sizeof queues[0]; i++) {
		if (dia_buf_len(queues[i]) == 0)
			dia_buf_free(queues[i]);
	}
}

bool
dia_conn_is_busy(const struct dia_conn *conn)
{
	return conn->out.nheld >= conn->all->held_max;
}

void
dia_conn_limit(struct dia_conn *conn, unsigned ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
		.tv_usec = (ms % 1000) * 1000 };

	if (conn->fd < 0)
		return;
	conn->limited = ms > 0;
	if (ms > 0)
		event_add(conn->timer, &tv);
	else
		event_del(conn->timer);
}

void
dia_conn_end(struct dia_conn *conn)
{
	if (conn->fd < 0)
		return;
	if (conn->connecting || conn->broken) {
		dia_conn_close(conn);
		return;
	}
	conn->cb = NULL;
	dia_buf_free(&conn->in);
	conn->stalled = false;
	conn->begun_ms = conn->full_ms = 0;
	event_add(conn->readable, NULL);
	dia_conn_limit(conn, conn->all->linger_ms);
	event_active(conn->writable, EV_WRITE, 0);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct dia_conn *conn = arg;

	if (conn->limited)
		dia_conn_down(conn, DIA_DOWN_TIME, "time is up");
	else
		dia_conn_watch(conn);
}

void
dia_conn_hand_over(
    struct dia_conn *conn, const struct dia_conn_cb *cb, void *arg)
{
	conn->cb = cb;
	conn->arg = arg;
}

static struct dia_conn *
new_conn(struct dia_conns *all, const struct dia_transport *transport, int fd,
    const struct dia_conn_cb *cb, void *arg)
{
	struct dia_conn *conn = calloc(1, sizeof *conn);

	if (conn == NULL)
		return NULL;
	conn->all = all;
	conn->transport = transport;
	conn->cb = cb;
	conn->arg = arg;
	conn->fd = fd;
	conn->out.max = all->out_max;
	conn->readable =
	    event_new(all->base, fd, EV_READ | EV_PERSIST, dia_turn_read, conn);
	conn->writable =
	    event_new(all->base, fd, EV_WRITE, dia_turn_write, conn);
	conn->timer = evtimer_new(all->base, on_timer, conn);
	if (conn->readable == NULL || conn->writable == NULL ||
	    conn->timer == NULL) {
		free_conn(conn);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&all->live, conn, link);
	all->n++;
	return conn;
}

static void
name_conn(struct dia_conn *conn, const struct sockaddr_storage *remote)
{
	char text[DIA_ADDR_TEXT];

	conn->remote = *remote;
	snprintf(conn->name, sizeof conn->name, "%s %s", conn->transport->name,
	    dia_addr_text(text, remote));
}

struct dia_conn *
dia_conn_accept(struct dia_conns *all, const struct dia_transport *transport,
    int fd, const struct dia_conn_cb *cb, void *arg)
{
	struct sockaddr_storage remote = { 0 };
	socklen_t len = sizeof remote;
	struct dia_conn *conn = NULL;

	if (all->n < all->max)
		conn = new_conn(all, transport, fd, cb, arg);
	if (conn == NULL) {
		close(fd);
		return NULL;
	}
	transport->setup(fd);
	getpeername(fd, (struct sockaddr *)&remote, &len);
	name_conn(conn, &remote);
	event_add(conn->readable, NULL);
	return conn;
}

struct dia_conn *
dia_conn_open(struct dia_conns *all, const struct dia_uri *uri,
    const struct dia_conn_cb *cb, void *arg)
{
	const struct dia_transport *transport = dia_transport_of(uri);

	if (all->n >= all->max) {
		errno = EMFILE;
		return NULL;
	}

	int fd = transport->connect(uri);

	if (fd < 0)
		return NULL;

	struct dia_conn *conn = new_conn(all, transport, fd, cb, arg);

	if (conn == NULL) {
		close(fd);
		errno = ENOMEM;
		return NULL;
	}
	conn->connecting = true;
	name_conn(conn, &uri->addrs[0]);
	event_add(conn->writable, NULL);
	return conn;
}

const char *
dia_conn_name(const struct dia_conn *conn)
{
	return conn->name;
}

const struct sockaddr_storage *
dia_conn_remote(const struct dia_conn *conn)
{
	return &conn->remote;
}

unsigned
dia_conn_addrs(const struct dia_conn *conn,
    struct sockaddr_storage addrs[static DIA_LOCAL_ADDRS_MAX])
{
	if (conn->fd < 0)
		return 0;
	return conn->transport->addrs(conn->fd, addrs, DIA_LOCAL_ADDRS_MAX);
}

bool
dia_conn_complain(struct dia_conn *conn, const char *why)
{
	if (conn->complaint == why) {
		conn->complaints++;
		return false;
	}
	if (conn->complaints > 1)
		log_info("%s: said %u times: %s", conn->name, conn->complaints,
		    conn->complaint);
	conn->complaint = why;
	conn->complaints = 1;
	return true;
}

bool
dia_conns_init(struct dia_conns *all, struct event_base *base,
    const struct dia_identity *id, size_t max_message)
{
	*all = (struct dia_conns){
		.base = base,
		.id = *id,
		.max_message = max_message,
		.max = DIA_CONNS_MAX,
		.out_max = DIA_OUT_MAX,
		.held_max = DIA_HELD_MAX,
		.linger_ms = DIA_LINGER_MS,
		.patience_ms = DIA_PATIENCE_MS,
		.input_cap = max_message + DIA_READ_MAX,
	};
	TAILQ_INIT(&all->live);
	TAILQ_INIT(&all->dead);
	TAILQ_INIT(&all->holding);
	all->input = malloc(all->input_cap);
	all->reaper = evtimer_new(base, bury, all);
	if (all->input != NULL && all->reaper != NULL)
		return true;
	dia_conns_free(all);
	return false;
}

void
dia_conns_free(struct dia_conns *all)
{
	struct dia_conn *conn;

	all->idle = NULL;
	while ((conn = TAILQ_FIRST(&all->live)) != NULL)
		dia_conn_close(conn);
	bury(-1, 0, all);
	if (all->reaper != NULL)
		event_free(all->reaper);
	free(all->input);
	*all = (struct dia_conns){ 0 };
}
