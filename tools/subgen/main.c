/*
 * subgen: writes a subscribers file of as many users as wanted, alike but for
 * the digits of their IMSI, to try hssd with.
 */
#include "tools/subgen/section.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_MAX UINT64_C(1000000000)

static const char help[] =
    "usage: subgen [-n COUNT] [-s aka|digest] [-r REALM] [-f IMSI]\n"
    "              [-o op|opc] [-i IMPU]... >FILE\n"
    "Writes a subscribers file.\n"
    "  -n COUNT   users (1000)\n"
    "  -s SCHEME  aka: SIM cards, digest: passwords (aka)\n"
    "  -r REALM   of the identities (ims.mnc001.mcc001.3gppnetwork.org)\n"
    "  -f IMSI    of the first user, 15 digits (001010000000001)\n"
    "  -o KEY     which key of SIM cards: op or opc (opc)\n"
    "  -i IMPU    as the file has it, flags too; repeatable.  %0Nu stands for\n"
    "             the last N digits of the IMSI, N being 1 to 10\n"
    "             (sip:IMSI@REALM and tel:+IMSI)\n"
    "  -h         this help\n"
    "Keys follow from the IMSI: K is 0IMSI0IMSI, OP or OPc fIMSIfIMSI, a\n"
    "password the IMSI.\n"
    "Exit: 0, 1 if the output fails, 2 for wrong usage.\n";

enum { EXIT_OUTPUT = 1, EXIT_USAGE = 2 };

static bool
set_count(uint64_t *count, const char *text)
{
	char *end;

	errno = 0;
	*count = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
	       *count >= 1 && *count <= COUNT_MAX;
}

static bool
is_imsi(const char *text)
{
	return strlen(text) == IMSI_LEN &&
	       strspn(text, "0123456789") == IMSI_LEN;
}

/* A realm is a part of URIs: nothing may end it. */
static bool
is_realm(const char *text)
{
	return *text != '\0' && strpbrk(text, " \t\r\n@:;?#") == NULL;
}

/* NULL, or what is wrong with the value. */
static const char *
set_option(struct section_about *about, int letter, const char *value)
{
	switch (letter) {
	case 'n':
		return set_count(&about->count, value)
			   ? NULL
			   : "-n takes 1 to 1000000000";
	case 's':
		about->digest = strcmp(value, "digest") == 0;
		return about->digest || strcmp(value, "aka") == 0
			   ? NULL
			   : "-s takes aka or digest";
	case 'r':
		about->realm = value;
		return is_realm(value) ? NULL : "-r takes a domain";
	case 'f':
		about->first = value;
		return is_imsi(value) ? NULL : "-f takes 15 digits";
	case 'o':
		about->key = value;
		return strcmp(value, "op") == 0 || strcmp(value, "opc") == 0
			   ? NULL
			   : "-o takes op or opc";
	case 'i':
		if (*value == '\0' || strpbrk(value, "\r\n") != NULL)
			return "-i takes a public identity";
		if (about->nimpus == SECTION_IMPUS_MAX)
			return "at most 64 -i";
		about->impus[about->nimpus++] = value;
		return NULL;
	default:
		return "unknown option, or its value is missing; see -h";
	}
}

static bool
write_all(struct section *s, uint64_t count)
{
	for (; count > 0; count--) {
		if (fwrite_unlocked(s->text, 1, s->len, stdout) != s->len)
			return false;
		section_next(s);
		if (count > 1 && putc_unlocked('\n', stdout) == EOF)
			return false;
	}
	return fflush(stdout) == 0;
}

int
main(int argc, char *argv[])
{
	static struct section section;
	struct section_about about = {
		.first = "001010000000001",
		.realm = "ims.mnc001.mcc001.3gppnetwork.org",
		.key = "opc",
		.count = 1000,
	};
	const char *wrong = NULL;
	int letter;

	opterr = 0;
	while (wrong == NULL &&
	       (letter = getopt(argc, argv, "n:s:r:f:o:i:h")) != -1) {
		if (letter == 'h') {
			(void)fputs(help, stdout);
			return 0;
		}
		wrong = set_option(&about, letter, optarg);
	}
	if (wrong == NULL && optind < argc)
		wrong = "there are only options; see -h";
	if (wrong == NULL)
		wrong = section_make(&section, &about);
	if (wrong != NULL)
		errx(EXIT_USAGE, "%s", wrong);
	if (!write_all(&section, about.count))
		err(EXIT_OUTPUT, "the output");
	return 0;
}
