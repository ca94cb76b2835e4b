/*
 * hssctl, the operator's tool: asks a running hssd over its control socket and
 * shows what it says.  Exit status 0; 1: refused, with the reason; 2: usage, or
 * no hssd answers.
 */
#include "tools/hssctl/client.h"
#include "tools/hssctl/input.h"
#include "tools/hssctl/show.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SOCKET "/run/hssd/control.sock"

/* As long as a page may be */
#define PAGE "?limit=250"

enum { DONE = 0, REFUSED = 1, FAILED = 2 };

struct call {
	const char *socket;
	bool json;
};

struct command {
	const char *name;
	const char *method;
	const char *before, *after; /* the ID in the target */
	show_fn *show;
	int (*run)(const struct call *, const struct command *, char **args);
	int min, max;     /* arguments */
	const char *args; /* as the help shows them */
	const char *help;
};

/* Shows an answer, or a refusal. */
static int
show(const struct call *call, show_fn *fn, int status, json_t *answer)
{
	bool refused = status >= 400;
	const char *why = json_string_value(json_object_get(answer, "error"));

	if (call->json) {
		json_dumpf(answer, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (!refused) {
		fn(answer);
	}
	if (refused && !call->json)
		show_faults(answer);
	if (refused)
		fprintf(stderr, "hssctl: %s\n", why != NULL ? why : "refused");
	return refused ? REFUSED : DONE;
}

static int
ask(const struct call *call, const struct command *cmd, const char *target,
    json_t *body)
{
	json_t *answer;
	int status =
	    client_ask(call->socket, cmd->method, target, body, &answer);

	if (status == 0)
		return FAILED;

	int rc = show(call, cmd->show, status, answer);

	json_decref(answer);
	return rc;
}

/* The target of a command for an ID; false after saying why not. */
static bool
make_target(
    char target[CLIENT_TARGET_MAX], const struct command *cmd, const char *id)
{
	strcpy(target, cmd->before);
	if (id[0] != '\0' && client_escape(target, id) &&
	    strlen(target) + strlen(cmd->after) < CLIENT_TARGET_MAX) {
		strcat(target, cmd->after);
		return true;
	}
	fprintf(stderr, "hssctl: %s: the ID is empty or too long\n", cmd->name);
	return false;
}

static int
run_plain(const struct call *call, const struct command *cmd, char **args)
{
	return ask(call, cmd, cmd->before, NULL);
}

static int
run_id(const struct call *call, const struct command *cmd, char **args)
{
	char target[CLIENT_TARGET_MAX];

	if (!make_target(target, cmd, args[0]))
		return FAILED;
	return ask(call, cmd, target, NULL);
}

static int
run_deregister(const struct call *call, const struct command *cmd, char **args)
{
	char target[CLIENT_TARGET_MAX];

	if (!make_target(target, cmd, args[0]))
		return FAILED;

	json_t *body =
	    args[1] != NULL ? json_pack("{s:s}", "reason", args[1]) : NULL;
	int rc = ask(call, cmd, target, body);

	json_decref(body);
	return rc;
}

/* Page after page; with --json each as hssd sent it. */
static int
run_pages(const struct call *call, const struct command *cmd, char **args)
{
	char target[CLIENT_TARGET_MAX];
	const char *next;
	int rc;

	strcpy(target, cmd->before);
	strcat(target, PAGE);
	do {
		json_t *answer;
		int status = client_ask(
		    call->socket, cmd->method, target, NULL, &answer);

		if (status == 0)
			return FAILED;
		rc = show(call, cmd->show, status, answer);
		next = json_string_value(json_object_get(answer, "next"));
		strcpy(target, cmd->before);
		strcat(target, PAGE "&after=");
		if (next != NULL && !client_escape(target, next))
			rc = FAILED;
		json_decref(answer);
	} while (rc == DONE && next != NULL);
	return rc;
}

/* Faults name FILE as it is given here. */
static int
run_import(const struct call *call, const struct command *cmd, char **args)
{
	char target[CLIENT_TARGET_MAX];
	const char *file = strcmp(args[0], "-") == 0 ? "stdin" : args[0];
	size_t len;
	char *text = input_read(args[0], &len);
	json_t *answer;

	if (text == NULL)
		return FAILED;
	strcpy(target, "/import?name=");
	if (!client_escape(target, file))
		strcpy(target, cmd->before);

	int status =
	    client_send(call->socket, cmd->method, target, text, len, &answer);

	input_free(text, len);
	if (status == 0)
		return FAILED;

	int rc = show(call, cmd->show, status, answer);

	json_decref(answer);
	return rc;
}

/* clang-format off */
static const struct command commands[] = {
	{ "status", "GET", "/status", "", show_status, run_plain, 0, 0, "",
	  "the server: its version, its disk, how many are registered" },
	{ "peers", "GET", "/peers", "", show_peers, run_plain, 0, 0, "",
	  "Diameter peers, their state and since when they have it" },
	{ "list", "GET", "/subscriptions", "", show_page, run_pages, 0, 0, "",
	  "every subscription, a line each" },
	{ "show", "GET", "/subscriptions/", "", show_subscription, run_id, 1, 1, "ID",
	  "one subscription: identities, state, S-CSCF; never its keys" },
	{ "why", "GET", "/subscriptions/", "/why", show_why, run_id, 1, 1, "ID",
	  "what hssd would answer now to each request about ID, by which clause\n"
	  "      of TS 29.228, and what Kamailio makes of that" },
	{ "deregister", "POST", "/subscriptions/", "/deregister", show_done, run_deregister, 1, 2,
	  "ID [permanent|new-server|server-change|remove-scscf]",
	  "make the S-CSCF of ID forget the user, and say what it answers;\n"
	  "      permanent by default" },
	{ "push", "POST", "/subscriptions/", "/push", show_done, run_id, 1, 1, "ID",
	  "send the profile of ID to its S-CSCF, and say what it answers" },
	{ "import", "POST", "/import", "", show_import, run_import, 1, 1, "FILE",
	  "put in the subscriptions of FILE (- is stdin), which has the form of a\n"
	  "      subscribers file; hssd owns them from then on; those it owns already\n"
	  "      are replaced, and stay registered; with any fault nothing is changed" },
	{ "export", "GET", "/export", "", show_export, run_pages, 0, 0, "",
	  "print all subscriptions in the form of a subscribers file, with THEIR\n"
	  "      KEYS, and with their state as comments" },
	{ "delete", "DELETE", "/subscriptions/", "", show_deleted, run_id, 1, 1, "ID",
	  "delete a subscription that was imported; its user is de-registered" },
	{ "reload", "POST", "/reload", "", show_reload, run_plain, 0, 0, "",
	  "read configuration, profiles and subscribers again" },
};
/* clang-format on */

enum { NCOMMANDS = sizeof commands / sizeof commands[0] };

static void
usage(FILE *out)
{
	fputs("usage: hssctl [-s SOCKET] [--json] COMMAND\n"
	      "  -s SOCKET  of hssd, " DEFAULT_SOCKET " by default\n"
	      "  --json     print what hssd answers as it is\n"
	      "  -V         print the version; exit\n"
	      "  -h         print this; exit\n\n",
	    out);
	for (int i = 0; i < NCOMMANDS; i++)
		fprintf(out, "  %s%s%s\n      %s\n", commands[i].name,
		    commands[i].args[0] != '\0' ? " " : "", commands[i].args,
		    commands[i].help);
	fputs("\nID is a private or public identity, or the name of a "
	      "subscription.\n"
	      "Exit status: 0; 1 refused, with the reason; 2 usage, or no "
	      "hssd.\n",
	    out);
}

static int
run(const struct call *call, int argc, char **argv)
{
	const char *name = argv[0];

	for (int i = 0; i < NCOMMANDS; i++) {
		const struct command *cmd = &commands[i];

		if (strcmp(name, cmd->name) != 0)
			continue;
		if (argc - 1 >= cmd->min && argc - 1 <= cmd->max)
			return cmd->run(call, cmd, argv + 1);
		fprintf(stderr, "usage: hssctl %s%s%s\n", name,
		    cmd->args[0] != '\0' ? " " : "", cmd->args);
		return FAILED;
	}
	fprintf(stderr,
	    "hssctl: this version has no command %s; hssctl -h lists them\n",
	    name);
	return FAILED;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct call call = { .socket = DEFAULT_SOCKET };
	int c, rc;

	while ((c = getopt_long(argc, argv, "s:Vh", options, NULL)) != -1) {
		switch (c) {
		case 's':
			call.socket = optarg;
			break;
		case 'j':
			call.json = true;
			break;
		case 'V':
			puts("hssctl " HSSD_VERSION);
			return DONE;
		case 'h':
			usage(stdout);
			return DONE;
		default:
			usage(stderr);
			return FAILED;
		}
	}
	if (optind == argc) {
		usage(stderr);
		return FAILED;
	}
	rc = run(&call, argc - optind, argv + optind);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("hssctl: stdout");
		return FAILED;
	}
	return rc;
}
