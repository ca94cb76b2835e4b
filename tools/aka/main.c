/*
 * aka: the arithmetic of a SIM and its home network on the command line
 * (Milenage, TS 35.206; AKA, TS 33.102; AKAv1-MD5, RFC 3310).
 *
 * Keys in arguments are seen by others on the machine until they are wiped
 * here, and stay in the shell's history: a file (-f) avoids both.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "tools/aka/commands.h"

static void
print_synopsis(const struct command *c)
{
	printf("aka %s", c->name);
	for (const char *p = c->operands; *p != '\0'; p++)
		printf(" [%s]", value_kinds[value_of_letter(*p)].title);
	printf(" [-f FILE]...");
	for (const char *p = c->takes; *p != '\0'; p++)
		printf(" [-%c %s]", *p, value_kinds[value_of_letter(*p)].title);
	putchar('\n');
}

static void
print_command(const struct command *c)
{
	print_synopsis(c);
	printf("    %s\n", c->does);
	if (*c->defaults != '\0')
		printf("    if not given: %s\n", c->defaults);
	printf("    example: %s\n\n", c->example);
}

static void
print_options(void)
{
	printf("  -f FILE    values from lines `name = value`, - for standard "
	       "input\n");
	printf("  -h         this help\n");
	for (unsigned v = 0; v < NVALUES; v++) {
		const struct value_kind *kind = &value_kinds[v];
		printf("  -%c %-7s %s", kind->letter, kind->title, kind->what);
		if (kind->digits > 0)
			printf(", %zu hex digits", kind->digits);
		printf("; in files: %s\n", kind->name);
	}
}

static void
print_help(const struct command *only)
{
	if (only != NULL)
		print_command(only);
	for (unsigned i = 0; only == NULL && i < ncommands; i++)
		print_command(&commands[i]);
	print_options();
	printf("\nOf a value given twice the last counts.  What one command "
	       "prints another reads:\n"
	       "    aka vector -f keys | aka check -f keys -f -\n"
	       "Exit: 0, 1 if a MAC is wrong, 2 if the command cannot be done."
	       "\n");
}

static const struct command *
find_command(const char *name)
{
	for (unsigned i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Keeps the value of an option or operand; keys vanish from the arguments. */
static bool
take(struct values *values, const struct command *c, int letter, char *text)
{
	const char where[] = { '-', (char)letter, '\0' };
	enum value v = value_of_letter(letter);
	if (strchr(c->takes, letter) == NULL) {
		warnx(
		    "%s takes no -%c, see aka %s -h", c->name, letter, c->name);
		return false;
	}
	bool ok = value_set(values, v, text, where);
	if (value_kinds[v].secret)
		wipe(text, strlen(text));
	return ok;
}

static bool
take_operands(struct values *values, const struct command *c, char **args)
{
	const char *p = c->operands;
	for (; *args != NULL; args++, p++) {
		if (*p == '\0') {
			warnx("%s takes %zu operands, see aka %s -h", c->name,
			    strlen(c->operands), c->name);
			return false;
		}
		if (!take(values, c, *p, *args))
			return false;
	}
	return true;
}

static bool
has_needs(const struct values *values, const struct command *c)
{
	bool ok = true;
	for (const char *p = c->needs; *p != '\0'; p++) {
		enum value v = value_of_letter(*p);
		const struct value_kind *kind = &value_kinds[v];
		if (value_given(values, v))
			continue;
		warnx("%s needs %s: give -%c, or `%s = ...` in a file", c->name,
		    kind->title, kind->letter, kind->name);
		ok = false;
	}
	return ok;
}

/* False: said on stderr.  *help: that is all that is wanted. */
static bool
read_args(struct values *values, const struct command *c, int argc, char **argv,
    bool *help)
{
	static const char letters[] = ":hf:k:o:c:s:a:r:n:t:x:u:d:m:i:N:l:C:";
	bool ok = true;
	int opt;
	while (ok && !*help && (opt = getopt(argc, argv, letters)) != -1) {
		if (opt == 'h')
			*help = true;
		else if (opt == 'f')
			ok = values_read(values, optarg);
		else if (opt == ':' || opt == '?') {
			warnx(opt == ':' ? "-%c needs a value"
					 : "no option -%c, see aka -h",
			    optopt);
			ok = false;
		} else
			ok = take(values, c, opt, optarg);
	}
	if (*help)
		return true;
	return ok && take_operands(values, c, argv + optind) &&
	       has_needs(values, c);
}

static enum exit_code
run(const struct command *c, int argc, char **argv)
{
	static struct values values;
	bool help = false;
	enum exit_code code = EXIT_USAGE;
	if (read_args(&values, c, argc, argv, &help)) {
		code = EXIT_DONE;
		if (help)
			print_help(c);
		else
			code = c->run(&values);
	}
	wipe(&values, sizeof(values));
	return code;
}

int
main(int argc, char **argv)
{
	static char out[BUFSIZ]; /* ours, to be wiped */
	enum exit_code code = EXIT_USAGE;
	const struct command *c = argc > 1 ? find_command(argv[1]) : NULL;
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	if (c != NULL) {
		code = run(c, argc - 1, argv + 1);
	} else if (argc > 1 && strcmp(argv[1], "-h") == 0) {
		print_help(NULL);
		code = EXIT_DONE;
	} else {
		warnx("%s: opc, vector, check, auts, resync or response; see "
		      "aka -h",
		    argc > 1 ? "no such command" : "a command is missing");
	}
	if (fflush(stdout) != 0) {
		warn("stdout");
		code = EXIT_USAGE;
	}
	wipe(out, sizeof(out));
	return code;
}
