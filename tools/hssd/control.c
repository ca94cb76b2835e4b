/*
 * The operator's interface of a running hssd: HTTP/1.1 with JSON over the Unix
 * socket `control` of hssd.conf.
 *
 *   GET  /status              version, identity, disk, counts
 *   GET  /peers               Diameter peers and their states
 *   GET  /subscriptions       a page of them in the files' order; ?after=ID and
 *                             &limit=N; "next" is the ID to go on after
 *   GET  /subscriptions/ID    one with its state, without its keys
 *   GET  /subscriptions/ID/why
 *                             what each request about it would get now, and
 *                             what the client makes of that
 *   POST /subscriptions/ID/deregister
 *                             {"reason": R, "info": I}, both optional; answered
 *                             when its S-CSCF has; 502 if that refuses or is
 *                             silent
 *   POST /subscriptions/ID/push
 *                             sends its profile to its S-CSCF; as above
 *   POST /reload              what HUP does, answered when it is done; 409 with
 *                             all faults, or when one is going on already
 *   POST /import              a text of the form of a subscribers file, whose
 *                             subscriptions hssd owns from then on; answered
 *                             when on disk; 409 with all faults, named after
 *                             ?name=FILE, and nothing changed
 *   DELETE /subscriptions/ID  takes one out that was imported; 409 where it is
 *                             of a file
 *   GET  /export              sections with their keys, in pages as above:
 *                             {"text": T, "next": ID}
 *
 * ID is a private or public identity or the name of a section, with %XX where a
 * path needs it.  Every answer is one JSON object; with a status of 400 and
 * above it has "error", a sentence.  Limits: http.h, control_local.h.
 */
#include "tools/hssd/control_local.h"

#include "diameter/log.h"
#include "tools/hssd/http_parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* clang-format off */
static const struct route {
	const char *method, *first;
	bool id;            /* /first/ID */
	const char *second; /* /first/ID/second, or NULL */
	control_fn *fn;
} routes[] = {
	{ "GET",  "status",        false, NULL, control_status },
	{ "GET",  "peers",         false, NULL, control_peers },
	{ "GET",  "subscriptions", false, NULL, control_list },
	{ "GET",  "subscriptions", true,  NULL, control_show },
	{ "DELETE", "subscriptions", true, NULL, control_delete },
	{ "GET",  "subscriptions", true,  "why", control_why },
	{ "POST", "subscriptions", true,  "deregister", control_deregister },
	{ "POST", "subscriptions", true,  "push", control_push },
	{ "POST", "reload",        false, NULL, control_reload },
	{ "POST", "import",        false, NULL, control_import },
	{ "GET",  "export",        false, NULL, control_export },
};
/* clang-format on */

enum { NROUTES = sizeof routes / sizeof routes[0] };

/* --- Answers --- */

json_t *
control_text(const char *text)
{
	json_t *json = text != NULL ? json_string(text) : json_null();
	char *copy;

	if (json != NULL || (copy = strdup(text)) == NULL)
		return json;
	for (char *p = copy; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	json = json_string(copy);
	free(copy);
	return json;
}

void
control_answer(struct http_conn *conn, int status, json_t *json)
{
	static const char no_memory[] = "{\"error\": \"out of memory\"}\n";
	char *text = json != NULL ? json_dumps(json, JSON_INDENT(1)) : NULL;

	json_decref(json);
	if (text == NULL)
		http_answer(conn, 503, NULL, no_memory, sizeof no_memory - 1);
	else
		http_answer(conn, status, NULL, text, strlen(text));
	free(text);
}

void
control_refuse(struct http_conn *conn, int status, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);

	control_answer(
	    conn, status, json_pack("{s:o}", "error", control_text(what)));
}

/* --- Requests --- */

/* A path in its parts, at most three; false: more, or an empty one. */
static bool
split(char *path, char *parts[3], unsigned *n)
{
	for (*n = 0; *path == '/'; (*n)++) {
		if (*n == 3)
			return false;
		*path++ = '\0';
		parts[*n] = path;
		path += strcspn(path, "/");
		if (path == parts[*n])
			return false;
	}
	return true;
}

static bool
fits(const struct route *r, char *const parts[3], unsigned n)
{
	unsigned want = r->second != NULL ? 3 : r->id ? 2 : 1;

	return n == want && strcmp(parts[0], r->first) == 0 &&
	       (n < 3 || strcmp(parts[2], r->second) == 0);
}

/* The path is there, the method is not: 405 names those that are. */
static void
refuse_method(struct http_conn *conn, char *const parts[3], unsigned n)
{
	char allow[64] = "", text[128];
	int len;

	for (unsigned i = 0; i < NROUTES; i++) {
		if (!fits(&routes[i], parts, n))
			continue;
		if (*allow != '\0')
			strcat(allow, ", ");
		strcat(allow, routes[i].method);
	}
	len = snprintf(text, sizeof text,
	    "{\"error\": \"this resource has the method %s\"}\n", allow);

	http_answer(conn, 405, allow, text, (size_t)len);
}

static void
route(struct control *ctl, struct http_conn *conn, struct http_request *req)
{
	char *parts[3] = { NULL };
	bool found = false;
	unsigned n;

	if (!split(req->path, parts, &n))
		n = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!http_decode(parts[i])) {
			control_refuse(conn, 400,
			    "the path has a %% without two hex digits");
			return;
		}
	}
	for (unsigned i = 0; i < NROUTES; i++) {
		if (!fits(&routes[i], parts, n))
			continue;
		found = true;
		if (strcmp(req->method, routes[i].method) != 0)
			continue;
		routes[i].fn(&(struct control_request){
		    ctl, conn, parts[1], req->query, req->body, req->len });
		return;
	}
	if (found)
		refuse_method(conn, parts, n);
	else
		control_refuse(conn, 404, "there is no such resource");
}

static bool
is_large(const char *method, const char *path)
{
	return strcmp(method, "POST") == 0 && strcmp(path, "/import") == 0;
}

static void
on_request(void *arg, struct http_conn *conn, struct http_request *req,
    int status, const char *what)
{
	if (req == NULL)
		control_refuse(conn, status, "%s", what);
	else
		route(arg, conn, req);
}

/* --- The socket --- */

/* Does somebody answer there?  If not, and it is a socket, it is left over. */
static bool
is_left_over(const struct sockaddr_un *addr)
{
	struct stat st;

	if (lstat(addr->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return false;

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answered = fd < 0 || connect(fd, (const struct sockaddr *)addr,
				      sizeof *addr) == 0;
	bool refused = !answered && errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return refused;
}

static int
try_bind(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	/* The mode before the name is there, so that it is never wider. */
	if (fchmod(fd, 0600) == 0 &&
	    bind(fd, (const struct sockaddr *)addr, sizeof *addr) == 0)
		return fd;

	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static int
open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	if (len >= sizeof addr.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(addr.sun_path, path, len + 1);

	int fd = try_bind(&addr);

	if (fd < 0 && errno == EADDRINUSE) {
		if (is_left_over(&addr) && unlink(path) == 0)
			fd = try_bind(&addr);
		else
			errno = EADDRINUSE;
	}
	if (fd < 0)
		return -1;
	if (chmod(path, 0600) == 0 && listen(fd, HTTP_BACKLOG) == 0)
		return fd;

	int error = errno;

	unlink(path);
	close(fd);
	errno = error;
	return -1;
}

struct control *
control_open(struct server *sv)
{
	struct control *ctl = calloc(1, sizeof *ctl);
	const char *path = sv->conf.control;
	int fd = ctl != NULL ? open_socket(path) : -1;

	if (fd < 0) {
		if (ctl != NULL && errno == EADDRINUSE)
			log_warnx("hssd: control = %s: there is a file, or "
				  "another process answers there",
			    path);
		else
			log_warn("hssd: control = %s", path);
		free(ctl);
		return NULL;
	}
	ctl->sv = sv;
	ctl->path = path;
	TAILQ_INIT(&ctl->changes);
	TAILQ_INIT(&ctl->promises);
	ctl->http = http_new(sv->base, fd, is_large, on_request, ctl);
	if (ctl->http == NULL) {
		log_warn("hssd: control = %s", path);
		unlink(path);
		free(ctl);
		return NULL;
	}
	log_info("hssd: control socket %s", path);
	return ctl;
}

void
control_close(struct control *ctl)
{
	if (ctl == NULL)
		return;
	unlink(ctl->path);
	control_change_close(ctl);
	control_provision_close(ctl);
	control_reload_close(ctl);
	http_free(ctl->http);
	free(ctl);
}
