/*
 * The service profiles of a folder (TS 29.228, Annex B.2): every NAME.xml,
 * checked and kept as text that goes verbatim into User-Data.  Profiles are
 * numbered in the order of their names.
 */
#include "cx/profile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cx/userdata.h"
#include "cx/xml.h"

struct profile {
	char *name; /* without .xml */
	char *text; /* NULL: faulty */
	size_t len;
};

struct cx_profiles {
	struct profile *list; /* by name */
	size_t n, cap;
};

struct report {
	cx_fault_fn *fn;
	void *arg;
	size_t n;
};

static const char suffix[] = ".xml";

static void tell(struct report *, const char *file, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
tell(struct report *r, const char *file, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	r->n++;
	if (r->fn != NULL)
		r->fn(r->arg, file, 0, what);
}

/* Reads a file whole, up to one octet past the limit; NULL with errno. */
static char *
read_file(int folder, const char *file, size_t *len)
{
	size_t cap = PROFILE_FILE_MAX + 1;
	char *text = NULL;
	struct stat st;
	ssize_t n = 1;
	/* O_NONBLOCK: a FIFO must not stop the start */
	int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool ok = false;

	*len = 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		goto out;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		goto out;
	}
	text = malloc(cap);
	while (text != NULL && *len < cap && n > 0) {
		n = read(fd, text + *len, cap - *len);
		if (n > 0)
			*len += (size_t)n;
	}
	ok = text != NULL && n >= 0;
out:
	if (!ok) {
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

/* Checks one file and keeps its text; the buffer is at its limit. */
static void
load_text(
    struct profile *p, int folder, const char *dir, char *buf, struct report *r)
{
	char file[PROFILE_NAME_MAX + sizeof suffix], *path = NULL;
	struct xml out = { buf, 0, PROFILE_TEXT_MAX, false };
	size_t len;

	snprintf(file, sizeof file, "%s%s", p->name, suffix);
	char *text = read_file(folder, file, &len);
	if (asprintf(&path, "%s/%s", dir, file) < 0)
		path = NULL;
	if (text == NULL || path == NULL) {
		tell(r, path == NULL ? file : path, "cannot be read: %s",
		    errno == EINVAL ? "not a regular file" : strerror(errno));
		goto out;
	}
	size_t nfaults = profile_check(path, text, len, &out, r->fn, r->arg);
	r->n += nfaults;
	if (nfaults > 0)
		goto out;
	p->text = malloc(out.len + 1);
	if (p->text == NULL) {
		tell(r, path, "out of memory");
		goto out;
	}
	memcpy(p->text, buf, out.len);
	p->text[out.len] = '\0';
	p->len = out.len;
out:
	free(text);
	free(path);
}

static bool
is_name(const char *s, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return len > 0 && len <= PROFILE_NAME_MAX && strspn(s, letters) >= len;
}

static bool
add_name(struct cx_profiles *ps, const char *name, size_t len)
{
	if (ps->n == ps->cap) {
		size_t cap = ps->cap == 0 ? 16 : ps->cap * 2;
		struct profile *list =
		    realloc(ps->list, cap * sizeof ps->list[0]);
		if (list == NULL)
			return false;
		ps->list = list;
		ps->cap = cap;
	}
	struct profile *p = &ps->list[ps->n];
	*p = (struct profile){ .name = strndup(name, len) };
	if (p->name == NULL)
		return false;
	ps->n++;
	return true;
}

/* The names in the folder; false when memory is out. */
static bool
list_names(struct cx_profiles *ps, DIR *d, const char *dir, struct report *r)
{
	const struct dirent *e;

	while ((e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);
		if (e->d_name[0] == '.' || len < sizeof suffix - 1)
			continue;
		len -= sizeof suffix - 1;
		if (strcmp(e->d_name + len, suffix) != 0)
			continue;
		if (!is_name(e->d_name, len)) {
			tell(r, dir,
			    "\"%s\" is no name of a profile: 1 to %d letters, "
			    "digits, '.', '_', '-' and then %s",
			    e->d_name, PROFILE_NAME_MAX, suffix);
			continue;
		}
		if (ps->n == PROFILES_MAX) {
			tell(r, dir, "over %d profiles", PROFILES_MAX);
			return true;
		}
		if (!add_name(ps, e->d_name, len))
			return false;
	}
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct profile *)a)->name,
	    ((const struct profile *)b)->name);
}

/* Loads what has been listed and leaves the faulty ones out. */
static void
load_all(struct cx_profiles *ps, int folder, const char *dir, char *buf,
    struct report *r)
{
	size_t kept = 0;

	if (ps->n > 0)
		qsort(ps->list, ps->n, sizeof ps->list[0], by_name);
	for (size_t i = 0; i < ps->n; i++) {
		struct profile *p = &ps->list[i];
		load_text(p, folder, dir, buf, r);
		if (p->text != NULL)
			ps->list[kept++] = *p;
		else
			free(p->name);
	}
	ps->n = kept;
}

struct cx_profiles *
cx_profiles_load(const char *dir, size_t *nfaults, cx_fault_fn *fn, void *arg)
{
	struct report r = { fn, arg, 0 };
	struct cx_profiles *ps = calloc(1, sizeof *ps);
	char *buf = malloc(PROFILE_TEXT_MAX);
	DIR *d = opendir(dir);
	bool ok = false;

	if (d == NULL) {
		tell(&r, dir, "the folder of profiles cannot be read: %s",
		    strerror(errno));
		goto out;
	}
	if (ps == NULL || buf == NULL || !list_names(ps, d, dir, &r)) {
		tell(&r, dir, "out of memory");
		goto out;
	}
	load_all(ps, dirfd(d), dir, buf, &r);
	ok = true;
out:
	if (d != NULL)
		closedir(d);
	free(buf);
	if (!ok) {
		cx_profiles_free(ps);
		ps = NULL;
	}
	*nfaults = r.n;
	return ps;
}

void
cx_profiles_free(struct cx_profiles *ps)
{
	if (ps == NULL)
		return;
	for (size_t i = 0; i < ps->n; i++) {
		free(ps->list[i].name);
		free(ps->list[i].text);
	}
	free(ps->list);
	free(ps);
}

int
cx_profiles_find(const struct cx_profiles *ps, const char *name)
{
	size_t low = 0, high = ps != NULL ? ps->n : 0;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		int order = strcmp(name, ps->list[i].name);
		if (order == 0)
			return (int)i;
		if (order < 0)
			high = i;
		else
			low = i + 1;
	}
	return -1;
}

const char *
cx_profiles_name(const struct cx_profiles *ps, unsigned number)
{
	return ps != NULL && number < ps->n ? ps->list[number].name : NULL;
}

const char *
cx_profile_text(const struct cx_profiles *ps, unsigned number, size_t *len)
{
	if (ps == NULL || number >= ps->n) {
		*len = 0;
		return "";
	}
	*len = ps->list[number].len;
	return ps->list[number].text;
}
