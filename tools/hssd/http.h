/*
 * A small HTTP/1.1 server on a socket that listens (RFC 9110, RFC 9112): one
 * request a connection, whole before it is handled, answered when the handler
 * likes.
 *
 * Left out: connections that stay, chunked requests (411), Expect (417).
 */
#ifndef HSSD_HTTP_H
#define HSSD_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct http;
struct http_conn;

enum {
	HTTP_CONNS_MAX = 32, /* at a time; more wait to be accepted */
	HTTP_HEAD_MAX =
	    8192, /* octets of request line, fields and empty line */
	HTTP_BODY_MAX = 4096,     /* octets of a request's body */
	HTTP_LARGE_MAX = 4 << 20, /* the same where a large one is expected */
	HTTP_LARGES_MAX = 1,      /* requests with such a body at a time */
	HTTP_REQUEST_S = 5,       /* until a request is whole */
	HTTP_ANSWER_S = 10,       /* until an answer has been taken */
	HTTP_BACKLOG = 64,
};

/* All strings live until the answer. */
struct http_request {
	const char *method;
	char *path, *query; /* as sent, %XX included; query "" if none */
	const char *body;   /* NUL-terminated */
	size_t len;         /* of the body, in octets */
};

/* Must lead to one http_answer() on the connection, now or later.  Where the
 * server itself refuses a request, req is NULL, and status and what say why. */
typedef void http_handle_fn(void *arg, struct http_conn *,
    struct http_request *req, int status, const char *what);

/* Whether such a request, its path as sent, may have a large body. */
typedef bool http_large_fn(const char *method, const char *path);

/* Takes over a socket that listens and does not block; arg is the handler's.
 * NULL: no memory, and the socket is closed. */
struct http *http_new(
    struct event_base *, int fd, http_large_fn *, http_handle_fn *, void *arg);
/* Closes everything; connections not yet answered are gone.  NULL is fine. */
void http_free(struct http *);
/* Sends the answer, a JSON text that is copied, and ends the connection; allow
 * is the value of the Allow field, or NULL. */
void http_answer(struct http_conn *, int status, const char *allow,
    const char *json, size_t len);

#endif
