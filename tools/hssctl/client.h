/* HTTP/1.1 over a Unix socket, one request a connection, blocking. */
#ifndef HSSCTL_CLIENT_H
#define HSSCTL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	CLIENT_ANSWER_MAX = 16777216, /* octets */
	CLIENT_WAIT_S = 60,           /* without an octet from the server */
	CLIENT_TARGET_MAX = 1024,     /* octets of path and query */
};

/*
 * Sends a request, with a JSON body unless that is NULL, and reads the answer:
 * its status, and *answer, an object for json_decref().  0 after saying on
 * stderr what went wrong: nobody listens there, or it does not speak HTTP.
 */
int client_ask(const char *socket, const char *method, const char *target,
    json_t *body, json_t **answer);
/* The same with a body that is a text of len octets. */
int client_send(const char *socket, const char *method, const char *target,
    const char *text, size_t len, json_t **answer);
/* Adds text with all but unreserved characters as %XX (RFC 3986, 2.3). False:
 * the target gets too long. */
bool client_escape(char target[CLIENT_TARGET_MAX], const char *text);

#endif
