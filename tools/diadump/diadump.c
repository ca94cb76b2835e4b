/*
 * diadump: Diameter messages in hex text, raw files or captures as text.
 *
 * The format is detected.  Exit status: 0, 1 when something was faulty, 2 for
 * wrong usage or a file that cannot be read.
 */
#include "tools/diadump/dump.h"

#include "diameter/codec.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FILE_MAX = 1 << 30,
	READ_STEP = 1 << 16,
};

/* The whole of a file in memory of just its size; NULL with errno. */
static uint8_t *
read_all(FILE *f, size_t *len)
{
	uint8_t *p = malloc(READ_STEP);
	size_t cap = READ_STEP, n;

	*len = 0;
	while (p != NULL && (n = fread(p + *len, 1, cap - *len, f)) > 0) {
		*len += n;
		if (*len < cap)
			continue;

		uint8_t *q = cap < FILE_MAX ? realloc(p, 2 * cap) : NULL;

		if (q == NULL) {
			free(p);
			errno = EFBIG;
			return NULL;
		}
		p = q;
		cap *= 2;
	}
	if (p != NULL && ferror(f)) {
		free(p);
		return NULL;
	}

	uint8_t *just = p != NULL ? realloc(p, *len > 0 ? *len : 1) : NULL;

	return just != NULL ? just : p;
}

static int
run(struct dump *d, const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(name, "rb");
	uint8_t *p = NULL;
	size_t len = 0;

	d->file = is_stdin ? "stdin" : name;
	if (f != NULL)
		p = read_all(f, &len);
	if (p == NULL)
		warn("%s", d->file);
	else
		dump_any(d, p, len);
	free(p);
	if (f != NULL && !is_stdin)
		fclose(f);
	return p != NULL ? 0 : 2;
}

static void
usage(FILE *f)
{
	fputs("usage: diadump [-1K] FILE...\n"
	      "Prints the Diameter messages of hex text, raw files, pcap and "
	      "pcapng captures.\n"
	      "  -1  one line a message\n"
	      "  -K  show keys\n"
	      "  -h  this text\n"
	      "A FILE of - is standard input.\n",
	    f);
}

int
main(int argc, char **argv)
{
	struct dump d = { .out = stdout, .err = stderr };
	int c, rc = 0;

	while ((c = getopt(argc, argv, "1Kh")) != -1) {
		switch (c) {
		case '1':
			d.brief = true;
			break;
		case 'K':
			d.flags |= DIA_PRINT_SECRETS;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind == argc) {
		usage(stderr);
		return 2;
	}
	for (int i = optind; i < argc; i++) {
		if (run(&d, argv[i]) != 0)
			rc = 2;
	}
	dump_free(&d);
	if (fflush(stdout) != 0)
		err(2, "stdout");
	return rc != 0 ? rc : d.faults > 0;
}
