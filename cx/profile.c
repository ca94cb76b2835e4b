/*
 * The service profiles of a folder (TS 29.228, Annex B.2): every NAME.xml,
 * checked and kept as text that goes verbatim into User-Data.  Profiles are
 * numbered in the order of their names.
 *
 * Shared sets of filter criteria (7.19) are NUMBER.xml in the folder `shared`
 * of it.  A profile that names some is kept with their criteria, too, for an
 * S-CSCF that has no such sets.  Without that folder the sets are those of the
 * S-CSCF alone, and their numbers go to each.
 */
#include "cx/profile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cx/userdata.h"
#include "cx/xml.h"

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

static void
free_profile(struct profile *p)
{
	free(p->name);
	free(p->text);
	free(p->whole);
	free(p->shape);
}

/* Checks one file and keeps its text; the buffer is at its limit. */
static void
load_text(struct profile *p, int folder, const char *dir, char *buf,
    struct profile_folder *r)
{
	char file[PROFILE_NAME_MAX + sizeof profile_suffix], *path = NULL;
	struct xml out = { buf, 0, PROFILE_TEXT_MAX, false };
	struct profile_shape shape;
	size_t len;

	snprintf(file, sizeof file, "%s%s", p->name, profile_suffix);
	char *text = read_file(folder, file, &len);
	if (asprintf(&path, "%s/%s", dir, file) < 0)
		path = NULL;
	if (text == NULL || path == NULL) {
		profile_tell(r, path == NULL ? file : path,
		    "cannot be read: %s",
		    errno == EINVAL ? "not a regular file" : strerror(errno));
		goto out;
	}
	size_t nfaults =
	    profile_check(path, text, len, &out, &shape, r->fn, r->arg);
	r->n += nfaults;
	if (nfaults > 0)
		goto out;
	p->text = profile_copy(buf, out.len);
	p->len = out.len;
	if (p->text == NULL) {
		profile_tell(r, path, "out of memory");
	} else if (!profile_finish(p, &shape, path, buf, r)) {
		free(p->text);
		p->text = NULL;
	}
out:
	free(text);
	free(path);
}

/* A number as SharedIFCSetID has it, without needless zeroes. */
static bool
is_number(const char *s, size_t len)
{
	return len > 0 && len <= 10 && strspn(s, "0123456789") == len &&
	       (s[0] != '0' || len == 1) && strtoul(s, NULL, 10) <= INT32_MAX;
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
list_names(
    struct cx_profiles *ps, DIR *d, const char *dir, struct profile_folder *r)
{
	const struct dirent *e;

	while ((e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);
		if (e->d_name[0] == '.' || len < sizeof profile_suffix - 1)
			continue;
		len -= sizeof profile_suffix - 1;
		if (strcmp(e->d_name + len, profile_suffix) != 0)
			continue;
		if (r->is_shared && !is_number(e->d_name, len)) {
			profile_tell(r, dir,
			    "\"%s\" is no name of a shared set: a number from "
			    "0 to %d and then %s",
			    e->d_name, INT32_MAX, profile_suffix);
			continue;
		}
		if (!is_name(e->d_name, len)) {
			profile_tell(r, dir,
			    "\"%s\" is no name of a profile: 1 to %d letters, "
			    "digits, '.', '_', '-' and then %s",
			    e->d_name, PROFILE_NAME_MAX, profile_suffix);
			continue;
		}
		if (ps->n == PROFILES_MAX) {
			profile_tell(r, dir, "over %d profiles", PROFILES_MAX);
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
    struct profile_folder *r)
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
			free_profile(p);
	}
	ps->n = kept;
}

/* All of a folder; NULL: it cannot be read, which a folder of shared sets may
 * be if it is not there. */
static struct cx_profiles *
load_folder(const char *dir, struct profile_folder *r)
{
	struct cx_profiles *ps = calloc(1, sizeof *ps);
	char *buf = malloc(PROFILE_TEXT_MAX);
	DIR *d = opendir(dir);
	bool ok = false;

	if (d == NULL && r->is_shared && errno == ENOENT)
		goto out;
	if (d == NULL) {
		profile_tell(r, dir,
		    "the folder of profiles cannot be read: %s",
		    strerror(errno));
		goto out;
	}
	if (ps == NULL || buf == NULL || !list_names(ps, d, dir, r)) {
		profile_tell(r, dir, "out of memory");
		goto out;
	}
	load_all(ps, dirfd(d), dir, buf, r);
	ok = true;
out:
	if (d != NULL)
		closedir(d);
	free(buf);
	if (!ok) {
		cx_profiles_free(ps);
		ps = NULL;
	}
	return ps;
}

struct cx_profiles *
cx_profiles_load(const char *dir, size_t *nfaults, cx_fault_fn *fn, void *arg)
{
	struct profile_folder shared = {
		.fn = fn, .arg = arg, .is_shared = true
	};
	struct profile_folder r = { .fn = fn, .arg = arg };
	struct cx_profiles *sets = NULL, *ps;
	char *path;

	if (asprintf(&path, "%s/shared", dir) < 0) {
		profile_tell(&r, dir, "out of memory");
		*nfaults = r.n;
		return NULL;
	}
	sets = load_folder(path, &shared);
	r.shared = sets;
	ps = load_folder(dir, &r);
	cx_profiles_free(sets);
	free(path);
	*nfaults = shared.n + r.n;
	return ps;
}

void
cx_profiles_free(struct cx_profiles *ps)
{
	if (ps == NULL)
		return;
	for (size_t i = 0; i < ps->n; i++)
		free_profile(&ps->list[i]);
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

const char *
cx_profile_whole(const struct cx_profiles *ps, unsigned number, size_t *len)
{
	if (ps == NULL || number >= ps->n || ps->list[number].whole == NULL)
		return cx_profile_text(ps, number, len);
	*len = ps->list[number].whole_len;
	return ps->list[number].whole;
}
