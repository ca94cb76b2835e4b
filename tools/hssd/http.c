/*
 * A small HTTP/1.1 server (RFC 9110, RFC 9112).
 *
 * The evhttp of libevent 2.1 is not used: it answers what is malformed or too
 * long with a page of its own, and has no limit of connections.
 *
 * A connection reads until its request is whole, is with the handler, writes
 * the answer, and then lingers until the client has closed or time is up, so
 * that a client still sending gets to read the answer.  One whose client goes
 * away while the handler has it stays until the handler is done.
 */
#include "tools/hssd/http.h"

#include "tools/hssd/http_parse.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_S = 1, PAUSE_S = 1 };

enum state { READING, HANDLED, WRITING, LINGERING };

struct http_conn {
	TAILQ_ENTRY(http_conn) link;
	struct http *http;
	struct bufferevent *bev; /* NULL: the client is gone */
	struct event *timer;
	enum state state;
	struct http_head head;
	size_t head_len; /* 0: not whole yet */
	size_t body_len; /* as far as it has come */
	char *large;     /* in the place of body, or NULL */
	bool ended;      /* the client sends no more */
	struct http_request req;
	char text[HTTP_HEAD_MAX + 1];
	char body[HTTP_BODY_MAX + 1];
};

struct http {
	struct event_base *base;
	int fd;
	struct event *readable, *unpause;
	http_large_fn *is_large;
	http_handle_fn *handle;
	void *arg;
	unsigned nlarges;
	TAILQ_HEAD(, http_conn) conns;
	unsigned nconns;
};

static void
limit(struct http_conn *conn, int seconds)
{
	struct timeval tv = { .tv_sec = seconds };

	event_add(conn->timer, &tv);
}

static void
hang_up(struct http_conn *conn)
{
	if (conn->bev != NULL)
		bufferevent_free(conn->bev);
	conn->bev = NULL;
	event_del(conn->timer);
}

static void
drop_large(struct http_conn *conn)
{
	if (conn->large == NULL)
		return;
	explicit_bzero(conn->large, conn->head.length);
	free(conn->large);
	conn->large = NULL;
	conn->http->nlarges--;
}

static void
free_conn(struct http_conn *conn)
{
	struct http *http = conn->http;

	TAILQ_REMOVE(&http->conns, conn, link);
	if (http->nconns-- == HTTP_CONNS_MAX)
		event_add(http->readable, NULL);
	if (conn->bev != NULL)
		bufferevent_free(conn->bev);
	if (conn->timer != NULL)
		event_free(conn->timer);
	explicit_bzero(conn->body, sizeof conn->body);
	drop_large(conn);
	free(conn);
}

static void
end(struct http_conn *conn)
{
	if (conn->state == HANDLED)
		hang_up(conn);
	else
		free_conn(conn);
}

static void
handle(struct http_conn *conn, struct http_request *req, int status,
    const char *what)
{
	struct http *http = conn->http;

	conn->state = HANDLED;
	event_del(conn->timer);
	http->handle(http->arg, conn, req, status, what);
}

/* Makes room for the body; false: the request has been refused. */
static bool
take_length(struct http_conn *conn)
{
	struct http *http = conn->http;
	const struct http_head *head = &conn->head;

	if (head->length <= HTTP_BODY_MAX)
		return true;
	if (!http->is_large(head->method, head->path)) {
		handle(conn, NULL, 413, "the body is too long");
		return false;
	}
	if (http->nlarges == HTTP_LARGES_MAX) {
		handle(conn, NULL, 503,
		    "another request as long as this one is being dealt with; "
		    "try again");
		return false;
	}
	conn->large = malloc(head->length + 1);
	if (conn->large == NULL) {
		handle(conn, NULL, 503, "out of memory");
		return false;
	}
	http->nlarges++;
	return true;
}

/* Takes the head out of the input once its empty line is there; false: it is
 * not, or the request has been refused. */
static bool
take_head(struct http_conn *conn, struct evbuffer *in)
{
	struct evbuffer_ptr at = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	size_t len = at.pos >= 0 ? (size_t)at.pos + 4 : evbuffer_get_length(in);

	if (len > HTTP_HEAD_MAX || (at.pos < 0 && len == HTTP_HEAD_MAX)) {
		handle(conn, NULL, 431, "the head of the request is too long");
		return false;
	}
	if (at.pos < 0)
		return false;
	evbuffer_remove(in, conn->text, len);
	conn->text[len] = '\0';
	conn->head_len = len;
	if (http_parse(&conn->head, conn->text, len, HTTP_LARGE_MAX))
		return take_length(conn);
	handle(conn, NULL, conn->head.status, conn->head.what);
	return false;
}

/* Takes what has come of the body; false: it is not whole. */
static bool
take_body(struct http_conn *conn, struct evbuffer *in)
{
	char *body = conn->large != NULL ? conn->large : conn->body;
	int n = evbuffer_remove(
	    in, body + conn->body_len, conn->head.length - conn->body_len);

	if (n > 0)
		conn->body_len += (size_t)n;
	if (conn->body_len < conn->head.length)
		return false;
	body[conn->body_len] = '\0';
	conn->req = (struct http_request){ conn->head.method, conn->head.path,
		conn->head.query, body, conn->body_len };
	return true;
}

static void
on_readable(struct bufferevent *bev, void *arg)
{
	struct http_conn *conn = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	if (conn->state == READING && conn->head_len == 0 &&
	    !take_head(conn, in) && conn->state == READING)
		return;
	if (conn->state != READING) {
		evbuffer_drain(in, evbuffer_get_length(in));
		return;
	}
	if (take_body(conn, in))
		handle(conn, &conn->req, 0, NULL);
}

/* The answer has left, unless this was said of the empty buffer before it. */
static void
on_written(struct bufferevent *bev, void *arg)
{
	struct http_conn *conn = arg;

	if (conn->state != WRITING ||
	    evbuffer_get_length(bufferevent_get_output(bev)) > 0)
		return;
	if (conn->ended) {
		free_conn(conn);
		return;
	}
	conn->state = LINGERING;
	shutdown(bufferevent_getfd(bev), SHUT_WR);
	limit(conn, LINGER_S);
}

/* A client that only ends its own half still reads.  Both events may come in
 * one. */
static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct http_conn *conn = arg;

	if ((what & BEV_EVENT_EOF) != 0 && (what & BEV_EVENT_ERROR) == 0 &&
	    (conn->state == HANDLED || conn->state == WRITING))
		conn->ended = true;
	else
		end(conn);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *conn = arg;

	if (conn->state == READING)
		handle(conn, NULL, 408, "the request is not whole in time");
	else
		end(conn);
}

static bool
add_conn(struct http *http, int fd)
{
	struct http_conn *conn = calloc(1, sizeof *conn);

	if (conn == NULL) {
		close(fd);
		return false;
	}
	conn->http = http;
	TAILQ_INSERT_TAIL(&http->conns, conn, link);
	http->nconns++;
	conn->timer = evtimer_new(http->base, on_timer, conn);
	conn->bev = bufferevent_socket_new(
	    http->base, fd, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (conn->bev == NULL)
		close(fd);
	if (conn->bev == NULL || conn->timer == NULL) {
		free_conn(conn);
		return false;
	}
	bufferevent_setcb(conn->bev, on_readable, on_written, on_event, conn);
	bufferevent_setwatermark(
	    conn->bev, EV_READ, 0, HTTP_HEAD_MAX + HTTP_BODY_MAX);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
	limit(conn, HTTP_REQUEST_S);
	return true;
}

/* Out of descriptors or memory: the client waits, and the loop does not spin.
 */
static void
pause_accepting(struct http *http)
{
	struct timeval tv = { .tv_sec = PAUSE_S };

	event_del(http->readable);
	event_add(http->unpause, &tv);
}

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	struct http *http = arg;
	int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (client < 0) {
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			pause_accepting(http);
		return;
	}
	if (!add_conn(http, client))
		pause_accepting(http);
	if (http->nconns >= HTTP_CONNS_MAX)
		event_del(http->readable);
}

static void
on_unpause(evutil_socket_t fd, short what, void *arg)
{
	struct http *http = arg;

	if (http->nconns < HTTP_CONNS_MAX)
		event_add(http->readable, NULL);
}

struct http *
http_new(struct event_base *base, int fd, http_large_fn *is_large,
    http_handle_fn *fn, void *arg)
{
	struct http *http = calloc(1, sizeof *http);

	if (http == NULL) {
		close(fd);
		return NULL;
	}
	*http = (struct http){
		.base = base,
		.fd = fd,
		.is_large = is_large,
		.handle = fn,
		.arg = arg,
		.readable =
		    event_new(base, fd, EV_READ | EV_PERSIST, on_accept, http),
		.unpause = evtimer_new(base, on_unpause, http),
	};
	TAILQ_INIT(&http->conns);
	if (http->readable == NULL || http->unpause == NULL ||
	    event_add(http->readable, NULL) != 0) {
		http_free(http);
		return NULL;
	}
	return http;
}

void
http_free(struct http *http)
{
	struct http_conn *conn;

	if (http == NULL)
		return;
	while ((conn = TAILQ_FIRST(&http->conns)) != NULL)
		free_conn(conn);
	if (http->readable != NULL)
		event_free(http->readable);
	if (http->unpause != NULL)
		event_free(http->unpause);
	close(http->fd);
	free(http);
}

void
http_answer(struct http_conn *conn, int status, const char *allow,
    const char *json, size_t len)
{
	struct evbuffer *out;

	if (conn->bev == NULL) {
		free_conn(conn);
		return;
	}
	drop_large(conn);
	conn->state = WRITING;
	out = bufferevent_get_output(conn->bev);
	evbuffer_add_printf(out,
	    "HTTP/1.1 %d %s\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "Connection: close\r\n",
	    status, http_reason(status), len);
	if (allow != NULL)
		evbuffer_add_printf(out, "Allow: %s\r\n", allow);
	evbuffer_add(out, "\r\n", 2);
	evbuffer_add(out, json, len);
	limit(conn, HTTP_ANSWER_S);
}
