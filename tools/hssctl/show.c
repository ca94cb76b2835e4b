/* What hssd says, for people: aligned tables and sentences. */
#include "tools/hssctl/show.h"

#include "tools/hssctl/table.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *
text(const json_t *object, const char *key)
{
	return table_text(json_object_get(object, key));
}

/* One fact a line */
static void
fact(const char *name, const char *value)
{
	printf("%-14s %s\n", name, value);
}

/* --- The server --- */

static void
show_uptime(json_int_t s)
{
	char line[64];

	snprintf(line, sizeof line, "%lld d %02lld:%02lld:%02lld",
	    (long long)s / 86400, (long long)s / 3600 % 24,
	    (long long)s / 60 % 60, (long long)s % 60);
	fact("running for", line);
}

void
show_status(const json_t *a)
{
	fact("version", text(a, "version"));
	fact("identity", text(a, "identity"));
	fact("realm", text(a, "realm"));
	show_uptime(json_integer_value(json_object_get(a, "uptime_s")));
	fact("subscriptions", text(a, "subscriptions"));
	fact("registered", text(a, "registered"));
	fact("store", text(a, "store"));
	fact("durability", text(a, "durability"));
	fact("disk", text(a, "disk"));
	fact("journal", text(a, "position"));
	fact("octets written", text(a, "octets_written"));
	fact("syncs", text(a, "syncs"));
}

/* Local time in place of seconds since 1970. */
static void
add_since(json_t *peers)
{
	for (size_t i = 0; i < json_array_size(peers); i++) {
		json_t *peer = json_array_get(peers, i);
		time_t t = (time_t)json_integer_value(
		    json_object_get(peer, "since_s"));
		struct tm tm;
		char since[32] = "";

		if (localtime_r(&t, &tm) != NULL)
			strftime(since, sizeof since, "%F %T", &tm);
		json_object_set_new(peer, "since", json_string(since));
	}
}

void
show_peers(const json_t *a)
{
	struct table t = {
		.indent = "",
		.columns = { { "PEER", "host" }, { "REALM", "realm" },
		    { "STATE", "state" }, { "WATCHDOG", "watchdog" },
		    { "OVER", "transport" }, { "ADDRESS", "address" },
		    { "SINCE", "since" } },
	};
	json_t *peers = json_object_get(a, "peers");

	if (json_array_size(peers) == 0) {
		puts("No peer is connected, and none is to be connected to.");
		return;
	}
	add_since(peers);
	table_print(&t, peers);
}

void
show_reload(const json_t *a)
{
	printf("Reloaded: %s subscriptions.\n", text(a, "subscriptions"));
	if (json_array_size(json_object_get(a, "needs_start")) > 0)
		printf("What has changed of this takes effect at the next "
		       "start: %s.\n",
		    text(a, "needs_start"));
}

void
show_faults(const json_t *a)
{
	const json_t *faults = json_object_get(a, "faults");
	json_int_t more = json_integer_value(json_object_get(a, "count")) -
			  (json_int_t)json_array_size(faults);

	for (size_t i = 0; i < json_array_size(faults); i++) {
		const json_t *f = json_array_get(faults, i);

		if (json_integer_value(json_object_get(f, "line")) > 0)
			fprintf(stderr, "%s:%s: %s\n", text(f, "file"),
			    text(f, "line"), text(f, "what"));
		else
			fprintf(stderr, "%s: %s\n", text(f, "file"),
			    text(f, "what"));
	}
	if (more > 0)
		fprintf(stderr, "... and %lld more\n", (long long)more);
}

/* --- Provisioning --- */

void
show_import(const json_t *a)
{
	printf("Imported: %s subscriptions, %s of them in the place of others; "
	       "there are %s now.\n",
	    text(a, "imported"), text(a, "replaced"), text(a, "subscriptions"));
}

void
show_deleted(const json_t *a)
{
	printf("Deleted: [%s].\n", text(a, "deleted"));
}

void
show_export(const json_t *a)
{
	const json_t *sections = json_object_get(a, "text");

	fwrite(json_string_value(sections), 1, json_string_length(sections),
	    stdout);
}

/* --- Subscriptions --- */

void
show_page(const json_t *a)
{
	static struct table t = {
		.indent = "",
		.columns = { { "NAME", "name" }, { "IMPI", "impi" },
		    { "STATE", "state" }, { "S-CSCF", "scscf" } },
	};

	table_print(&t, json_object_get(a, "subscriptions"));
}

static void
show_impis(const json_t *a)
{
	struct table t = {
		.indent = "  ",
		.columns = { { "IMPI", "impi" }, { "SCHEME", "scheme" },
		    { "SEQ", "seq" } },
	};

	puts("\nPrivate identities");
	table_print(&t, json_object_get(a, "impis"));
}

/* Barred, a service's, a wildcard: in one column */
static void
add_flags(json_t *impus)
{
	static const char *const flags[] = { "barred", "psi", "wildcard" };

	for (size_t i = 0; i < json_array_size(impus); i++) {
		json_t *impu = json_array_get(impus, i);
		json_t *list = json_array();

		for (size_t j = 0; j < sizeof flags / sizeof flags[0]; j++) {
			if (json_is_true(json_object_get(impu, flags[j])))
				json_array_append_new(
				    list, json_string(flags[j]));
		}
		json_object_set_new(impu, "flags", list);
	}
}

static void
show_impus(const json_t *a)
{
	struct table t = {
		.indent = "  ",
		.columns = { { "SET", "set" }, { "IMPU", "impu" },
		    { "PROFILE", "profile" }, { "FLAGS", "flags" },
		    { "DISPLAY NAME", "display" } },
	};
	json_t *impus = json_object_get(a, "impus");

	puts("\nPublic identities");
	add_flags(impus);
	table_print(&t, impus);
}

static void
show_sets(const json_t *a)
{
	struct table t = {
		.indent = "  ",
		.columns = { { "SET", "set" }, { "STATE", "state" },
		    { "REGISTERED WITH", "registered" },
		    { "AUTHENTICATION PENDING", "pending" } },
	};

	puts("\nImplicit registration sets");
	table_print(&t, json_object_get(a, "sets"));
}

void
show_subscription(const json_t *a)
{
	const json_t *scscf = json_object_get(a, "scscf");

	fact("subscription", text(a, "name"));
	if (json_is_true(json_object_get(a, "barred")))
		fact("barred", "yes");
	fact("unregistered",
	    json_is_true(json_object_get(a, "unregistered_services"))
		? "has services"
		: "no services");
	fact("S-CSCF", json_is_object(scscf) ? text(scscf, "name") : "none");
	if (json_is_object(scscf)) {
		fact("  host", text(scscf, "host"));
		fact("  realm", text(scscf, "realm"));
	}
	show_impis(a);
	show_impus(a);
	show_sets(a);
}

/* Why an answer is what it is, below it */
static void
show_decision(const json_t *d)
{
	const json_t *type = json_object_get(d, "type");
	bool experimental = json_is_true(json_object_get(d, "experimental"));

	printf("\n%s%s%s: %s\n", text(d, "request"),
	    json_is_integer(type) ? " type " : "",
	    json_is_integer(type) ? table_text(type) : "", text(d, "what"));
	printf(
	    "  %s%s", experimental ? "Experimental " : "", text(d, "result"));
	if (json_is_string(json_object_get(d, "name")))
		printf(" %s", text(d, "name"));
	if (json_is_string(json_object_get(d, "server_name")))
		printf(", S-CSCF %s", text(d, "server_name"));
	printf("\n  since: %s\n", text(d, "why"));
	if (json_is_string(json_object_get(d, "client")))
		printf("  then: %s\n", text(d, "client"));
}

void
show_why(const json_t *a)
{
	const json_t *list = json_object_get(a, "requests");

	printf("What hssd answers now about %s / %s\n", text(a, "impi"),
	    text(a, "impu"));
	puts("(clauses of TS 29.228 unless another is named; `then` is what "
	     "Kamailio does)");
	if (strcmp(text(a, "disk"), "works") != 0)
		printf("The disk is failing (%s): what needs it gets 5012.\n",
		    text(a, "disk"));
	for (size_t i = 0; i < json_array_size(list); i++)
		show_decision(json_array_get(list, i));
}

void
show_done(const json_t *a)
{
	puts(text(a, "done"));
}
