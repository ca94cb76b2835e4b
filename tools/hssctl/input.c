/* A text to send, from a file or from stdin. */
#include "tools/hssctl/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As much as there is, up to cap octets; -1 with errno. */
static ssize_t
read_up_to(int fd, char *text, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, text + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

char *
input_read(const char *file, size_t *len)
{
	bool is_stdin = strcmp(file, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	char *text = fd >= 0 ? malloc(INPUT_MAX + 1) : NULL;
	ssize_t n = text != NULL ? read_up_to(fd, text, INPUT_MAX + 1) : -1;
	bool ok = n >= 0 && n <= INPUT_MAX;

	if (n < 0)
		fprintf(stderr, "hssctl: %s: %s\n", file, strerror(errno));
	else if (!ok)
		fprintf(stderr,
		    "hssctl: %s: more than %d octets: split it, or make it one "
		    "of the subscribers files of hssd.conf\n",
		    file, INPUT_MAX);
	if (fd >= 0 && !is_stdin)
		close(fd);
	if (ok) {
		*len = (size_t)n;
		return text;
	}
	if (text != NULL)
		input_free(text, INPUT_MAX + 1);
	return NULL;
}

void
input_free(char *text, size_t len)
{
	explicit_bzero(text, len);
	free(text);
}
