/*
 * The command line of cxclient: a table of options that says where each value
 * goes and which commands take it; help comes from the same table.
 */
#include "tools/cxclient/options.h"

#include "crypto/crypto.h"
#include "cx/avps.h"
#include "tools/cxclient/values.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

/* SECRET is a text that is copied, so that the argument can be wiped. */
enum kind { FLAG, TEXT, NUMBER, HEX, SECRET };
enum { FIRST_LONG = 256, WAIT_S = 5, WAIT_S_MAX = 3600 };

struct row {
	const char *name;
	char letter; /* or 0 */
	enum kind kind;
	unsigned commands;
	size_t offset, len; /* len: octets of HEX, room of SECRET */
	const char *argument, *help;
};

#define AT(member) offsetof(struct options, member)
#define KEYS (AKA | COMMAND_LOAD)
#define AKA (COMMAND_MAR | COMMAND_REGISTER)
#define ITEMS (COMMAND_MAR | COMMAND_REGISTER)
#define USER (COMMAND_UAR | COMMAND_REGISTER)
#define TYPED (COMMAND_UAR | COMMAND_SAR | COMMAND_LOAD)
#define ONE (COMMAND_ALL & ~(unsigned)COMMAND_LOAD)
/* clang-format off */
static const struct row rows[] = {
#include "tools/cxclient/options.def"
};

static const struct {
	const char *name, *help;
	enum command command;
} commands[] = {
	{ "uar", "I-CSCF: may this user register, and where?", COMMAND_UAR },
	{ "mar", "S-CSCF: authentication vectors", COMMAND_MAR },
	{ "sar", "S-CSCF: this user is served here, or no longer", COMMAND_SAR },
	{ "lir", "I-CSCF: where is this user?", COMMAND_LIR },
	{ "register", "the whole flow, SIM included", COMMAND_REGISTER },
	{ "load", "many requests at once: rates and latencies", COMMAND_LOAD },
};

static const struct dia_name uar_types[] = {
	{ UAT_REGISTRATION, "registration" },
	{ UAT_DE_REGISTRATION, "deregistration" },
	{ UAT_REGISTRATION_AND_CAPABILITIES, "capabilities" },
	{ 0, NULL },
};
/* clang-format on */
enum {
	NROWS = sizeof rows / sizeof rows[0],
	NCOMMANDS = sizeof commands / sizeof commands[0],
	LETTERS_CAP = 2 * NROWS + 1,
};

static bool
complain(FILE *err, const char *what, const char *about)
{
	(void)fprintf(err, "cxclient: %s%s\n", about, what);
	return false;
}

static bool
set_value(struct options *o, const struct row *row, char *arg, FILE *err)
{
	void *at = (char *)o + row->offset;
	bool ok = true;

	switch (row->kind) {
	case FLAG:
		*(bool *)at = true;
		return true;
	case TEXT:
		ok = arg[0] != '\0';
		*(const char **)at = arg;
		break;
	case NUMBER:
		ok = value_number(arg, at);
		break;
	case HEX:
		ok = value_hex(arg, row->len, at);
		break;
	case SECRET:
		ok = arg[0] != '\0' && strlen(arg) < row->len;
		if (ok)
			memcpy(at, arg, strlen(arg) + 1);
		break;
	}
	/* keys are not for those who list processes */
	if (row->kind == HEX || row->kind == SECRET)
		wipe(arg, strlen(arg));
	if (ok)
		return true;
	if (row->kind == HEX)
		(void)fprintf(err, "cxclient: --%s takes %zu hex digits\n",
		    row->name, 2 * row->len);
	else
		(void)fprintf(err, "cxclient: --%s takes %s\n", row->name,
		    row->kind == NUMBER   ? "a number"
		    : row->kind == SECRET ? "a text of 1 to 255 octets"
					  : "a text");
	return false;
}

/* The tables that getopt_long(3) wants. */
static void
make_tables(struct option longs[NROWS + 1], char letters[LETTERS_CAP])
{
	for (size_t i = 0; i < NROWS; i++) {
		bool argument = rows[i].kind != FLAG;

		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = argument ? required_argument : no_argument,
			.val = FIRST_LONG + (int)i,
		};
		if (rows[i].letter != 0) {
			*letters++ = rows[i].letter;
			if (argument)
				*letters++ = ':';
		}
	}
	longs[NROWS] = (struct option){ 0 };
	*letters = '\0';
}

static const struct row *
find_row(int found)
{
	if (found >= FIRST_LONG)
		return &rows[found - FIRST_LONG];
	for (size_t i = 0; i < NROWS; i++) {
		if (rows[i].letter == found)
			return &rows[i];
	}
	return NULL;
}

/* Reads all options; given: those that not every command takes. */
static bool
read_options(struct options *o, int argc, char *argv[], FILE *err,
    const struct row *given[], size_t *ngiven)
{
	struct option longs[NROWS + 1];
	char letters[LETTERS_CAP];
	int found;

	make_tables(longs, letters);
	opterr = 0;
	optind = 0; /* start anew: this may run several times in a test */
	*ngiven = 0;
	while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct row *row = find_row(found);

		if (row == NULL)
			return complain(err,
			    ": unknown option, or its value is missing",
			    argv[optind - 1]);
		if (!set_value(o, row, optarg, err))
			return false;
		if (row->commands != COMMAND_ALL && *ngiven < NROWS)
			given[(*ngiven)++] = row;
	}
	return true;
}

static bool
read_command(struct options *o, int argc, char *argv[], FILE *err)
{
	if (optind >= argc)
		return complain(err,
		    "which command? uar, mar, sar, lir, register or load", "");
	if (optind + 1 < argc)
		return complain(
		    err, ": one command is enough", argv[optind + 1]);
	for (size_t i = 0; i < NCOMMANDS; i++) {
		if (strcmp(argv[optind], commands[i].name) == 0)
			o->command = commands[i].command;
	}
	return o->command != COMMAND_NONE ||
	       complain(err,
		   ": unknown command; there are uar, mar, sar, lir, "
		   "register, load",
		   argv[optind]);
}

static bool
check_type(struct options *o, FILE *err)
{
	const struct dia_name *names = uar_types;
	bool sar = o->command == COMMAND_SAR;

	/* a load has a list of them, which load_check() reads */
	if (o->command == COMMAND_LOAD)
		return true;
	if (sar)
		names = CX(SERVER_ASSIGNMENT_TYPE)->values;
	if (o->type_name == NULL) {
		o->type = (struct dia_u32){ SAT_REGISTRATION, sar };
		if (!sar)
			o->type.value = UAT_REGISTRATION;
		return true;
	}
	if (value_type(o->type_name, names, &o->type))
		return true;
	(void)fprintf(err, "cxclient: --type %s: it is one of", o->type_name);
	for (; names->name != NULL; names++)
		(void)fprintf(err, " %s", names->name);
	(void)fputc('\n', err);
	return false;
}

static const char *
after_at(const char *identity)
{
	const char *at = identity != NULL ? strrchr(identity, '@') : NULL;

	return at != NULL && at[1] != '\0' ? at + 1 : NULL;
}

/* What was not given follows from what was. */
static bool
fill_identities(struct options *o, FILE *err)
{
	if (o->realm == NULL && after_at(o->impi) == NULL &&
	    after_at(o->impu) != NULL) {
		const char *realm = after_at(o->impu);

		/* sip:user@host:port;parameters */
		(void)snprintf(o->made_realm, sizeof o->made_realm, "%.*s",
		    (int)strcspn(realm, ":;?"), realm);
		o->realm = o->made_realm;
	}
	if (o->realm == NULL)
		o->realm = after_at(o->impi);
	if (o->realm == NULL || strlen(o->realm) > OPTIONS_NAME_MAX)
		return complain(err, "what is the realm? (-R)", "");
	if (o->origin_host == NULL) {
		(void)snprintf(o->made_origin, sizeof o->made_origin,
		    "cxclient-%ld.%s", (long)getpid(), o->realm);
		o->origin_host = o->made_origin;
	}
	if (strlen(o->origin_host) > OPTIONS_NAME_MAX)
		return complain(err, "the Origin-Host is too long (-I)", "");
	if (o->impu == NULL && o->impi != NULL) {
		(void)snprintf(
		    o->made_impu, sizeof o->made_impu, "sip:%s", o->impi);
		o->impu = o->made_impu;
	}
	o->fixed_server = o->server_name != NULL;
	if (!o->fixed_server) {
		(void)snprintf(o->made_server, sizeof o->made_server,
		    "sip:scscf.%s:6060", o->realm);
		o->server_name = o->made_server;
	}
	if (o->visited == NULL)
		o->visited = o->realm;
	return true;
}

static bool
fill_auth(struct options *o, FILE *err)
{
	bool key = o->op.set || o->opc.set;

	if (o->auts.set != o->rand.set)
		return complain(err, "--auts and --rand go together", "");
	if (o->op.set && o->opc.set)
		return complain(err, "--op or --opc, not both", "");
	if (o->k.set != key)
		return complain(err, "--k goes with --op or --opc", "");
	if (o->command == COMMAND_REGISTER && !o->k.set &&
	    o->password == NULL && o->scheme == NULL)
		return complain(err,
		    "register needs --k with --op or --opc, or --password, "
		    "or a --scheme without a challenge",
		    "");
	if (o->scheme == NULL)
		o->scheme = o->password != NULL && !o->k.set
				? "SIP Digest"
				: "Digest-AKAv1-MD5";
	if (!o->items.set)
		o->items = (struct dia_u32){ 1, true };
	if (!o->wait_s.set)
		o->wait_s = (struct dia_u32){ WAIT_S, true };
	if (o->wait_s.value < 1 || o->wait_s.value > WAIT_S_MAX)
		return complain(err, "--wait takes 1 to 3600 seconds", "");
	return true;
}

static bool
check_identities(const struct options *o, FILE *err)
{
	bool pair =
	    (o->command & (COMMAND_UAR | COMMAND_MAR | COMMAND_REGISTER)) != 0;

	if (o->impi == NULL && pair)
		return complain(err, "which private identity? (-i)", "");
	if (o->impu == NULL && o->impi == NULL)
		return complain(err, "which public identity? (-p)", "");
	if (o->impi != NULL && strlen(o->impi) > OPTIONS_NAME_MAX)
		return complain(err, "the private identity is too long", "");
	return true;
}

bool
options_read(struct options *o, int argc, char *argv[], FILE *err)
{
	const struct row *given[NROWS];
	size_t ngiven;

	*o = (struct options){ .server = "127.0.0.1" };
	if (!read_options(o, argc, argv, err, given, &ngiven))
		return false;
	if (o->help || o->version)
		return true;
	if (!read_command(o, argc, argv, err))
		return false;
	for (size_t i = 0; i < ngiven; i++) {
		if ((given[i]->commands & o->command) != 0)
			continue;
		(void)fprintf(err, "cxclient: --%s is not for this command\n",
		    given[i]->name);
		return false;
	}
	if (o->password_text[0] != '\0')
		o->password = o->password_text;
	o->connect = sctp_or_tcp(o->server, o->host, o->port);
	if (o->connect == NULL)
		return complain(
		    err, ": not HOST[:PORT] or sctp://ADDRESS:PORT", o->server);
	return check_identities(o, err) && fill_identities(o, err) &&
	       check_type(o, err) && fill_auth(o, err);
}

void
options_help(FILE *out)
{
	(void)fputs("usage: cxclient [options] COMMAND\n", out);
	for (size_t i = 0; i < NCOMMANDS; i++)
		(void)fprintf(
		    out, "  %-10s %s\n", commands[i].name, commands[i].help);
	(void)fputs("options:\n", out);
	for (size_t i = 0; i < NROWS; i++) {
		const struct row *row = &rows[i];
		char letter[5] = "    ";

		if (row->letter != 0)
			(void)snprintf(
			    letter, sizeof letter, "-%c, ", row->letter);
		(void)fprintf(out, "  %s--%-16s %-10s %s\n", letter, row->name,
		    row->argument != NULL ? row->argument : "", row->help);
	}
	(void)fputs("Exit: 0 success; 1 refused or wrong, the reason is "
		    "printed; 2 usage or no server.\n",
	    out);
}

void
options_wipe(struct options *o)
{
	wipe(&o->k, sizeof o->k);
	wipe(&o->op, sizeof o->op);
	wipe(&o->opc, sizeof o->opc);
	wipe(o->password_text, sizeof o->password_text);
}
