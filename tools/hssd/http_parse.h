/* The head of an HTTP request (RFC 9112, 2 to 6), taken apart. */
#ifndef HSSD_HTTP_PARSE_H
#define HSSD_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

struct http_head {
	char *method, *path, *query; /* query "" if there is none */
	size_t length;               /* octets of the body */
	int status;                  /* to refuse it with, */
	const char *what;            /* and the sentence that says why */
};

/*
 * Takes the text of a head apart, where it lies: len octets, the empty line
 * included, and a NUL behind them.  False: see status and what.
 */
bool http_parse(struct http_head *, char *text, size_t len, size_t body_max);
/* Decodes %XX in place.  False: no two digits, or an octet of zero. */
bool http_decode(char *text);

/* A status in words. */
const char *http_reason(int status);

#endif
