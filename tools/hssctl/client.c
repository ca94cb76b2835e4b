/*
 * HTTP/1.1 over a Unix socket (RFC 9110, RFC 9112), as far as hssd's control
 * interface needs it: an answer has a Content-Length and ends its connection.
 */
#include "tools/hssctl/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_STEP = 65536 };

static int
complain(const char *where, const char *what)
{
	fprintf(stderr, "hssctl: %s: %s\n", where, what);
	return 0;
}

static int
dial(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval tv = { .tv_sec = CLIENT_WAIT_S };
	int fd;

	if (strlen(path) >= sizeof addr.sun_path) {
		complain(path, "the path is too long for a Unix socket");
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv) == 0 &&
	    connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	complain(path, errno == ENOENT || errno == ECONNREFUSED
			   ? "no hssd listens there"
			   : strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* A server that refuses early may close before all is sent: its answer says
 * why, so that is no fault here. */
static bool
send_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EPIPE || errno == ECONNRESET;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* All that comes until the end, NUL-terminated; NULL with errno. */
static char *
read_all(int fd, size_t *len)
{
	char *buf = NULL;
	size_t cap = 0;

	for (*len = 0;;) {
		if (cap - *len < READ_STEP) {
			char *more = cap < CLIENT_ANSWER_MAX
					 ? realloc(buf, cap + 4 * READ_STEP)
					 : NULL;

			if (more == NULL) {
				errno =
				    cap < CLIENT_ANSWER_MAX ? ENOMEM : EMSGSIZE;
				break;
			}
			buf = more;
			cap += 4 * READ_STEP;
		}

		ssize_t n = recv(fd, buf + *len, cap - *len - 1, 0);

		if (n > 0)
			*len += (size_t)n;
		if (n == 0 || (n < 0 && errno == ECONNRESET && *len > 0)) {
			buf[*len] = '\0';
			return buf;
		}
		if (n < 0 && errno != EINTR)
			break;
	}
	free(buf);
	return NULL;
}

/* The status of an answer that is whole and JSON, or 0. */
static int
parse(char *text, size_t len, json_t **answer)
{
	char *body = strstr(text, "\r\n\r\n");
	int status;

	if (sscanf(text, "HTTP/1.%*1[01] %3d ", &status) != 1 || body == NULL)
		return 0;
	body += 4;
	for (char *line = strstr(text, "\r\n"); line + 4 <= body;
	     line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, "Content-Length:", 15) == 0 &&
		    strtoull(line + 17, NULL, 10) !=
			len - (size_t)(body - text))
			return 0;
	}
	*answer = json_loadb(body, len - (size_t)(body - text), 0, NULL);
	if (json_is_object(*answer) && status >= 200)
		return status;
	json_decref(*answer);
	return 0;
}

static int
exchange(int fd, const char *path, const char *request, size_t request_len,
    json_t **answer)
{
	size_t len;
	char *text;
	int status;

	if (!send_all(fd, request, request_len))
		return complain(path, strerror(errno));
	text = read_all(fd, &len);
	if (text == NULL)
		return complain(path,
		    errno == EAGAIN ? "no answer in time" : strerror(errno));
	status = parse(text, len, answer);
	free(text);
	return status != 0 ? status
			   : complain(path, "what answers there is no hssd");
}

int
client_send(const char *path, const char *method, const char *target,
    const char *text, size_t len, json_t **answer)
{
	char *head = NULL, *request = NULL;
	int status = 0;
	int fd = dial(path);
	int head_len = asprintf(&head,
	    "%s %s HTTP/1.1\r\nHost: hssd\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, target, len);

	if (head_len >= 0)
		request = malloc((size_t)head_len + len);
	if (request == NULL) {
		complain(path, strerror(ENOMEM));
	} else if (fd >= 0) {
		memcpy(request, head, (size_t)head_len);
		memcpy(request + head_len, text, len);
		status =
		    exchange(fd, path, request, (size_t)head_len + len, answer);
		explicit_bzero(request, (size_t)head_len + len);
	}
	free(request);
	if (head_len >= 0)
		free(head);
	if (fd >= 0)
		close(fd);
	return status;
}

int
client_ask(const char *path, const char *method, const char *target,
    json_t *body, json_t **answer)
{
	char *json = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
	const char *text = json != NULL ? json : "";
	int status =
	    client_send(path, method, target, text, strlen(text), answer);

	free(json);
	return status;
}

bool
client_escape(char target[CLIENT_TARGET_MAX], const char *text)
{
	static const char unreserved[] =
	    "-._~0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len = strlen(target);

	for (; *text != '\0'; text++) {
		if (CLIENT_TARGET_MAX - len < 4)
			return false;
		if (strchr(unreserved, *text) != NULL)
			target[len++] = *text;
		else
			len += (size_t)snprintf(
			    target + len, 4, "%%%02X", (unsigned char)*text);
		target[len] = '\0';
	}
	return true;
}
