/*
 * hssd.conf: every key, every fault with its line and words, limits, and the
 * sample.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/hssd/conf.h"

/* Stands in for the node's, which is used where it is linked. */
__attribute__((weak)) const char *
dia_uri_fault(const char *uri)
{
	return strncmp(uri, "tcp://", 6) == 0 || strncmp(uri, "sctp://", 7) == 0
		   ? NULL
		   : "must begin with tcp:// or sctp://";
}

#define NEEDED                                                      \
	"identity = \"hss.example.org\"\nrealm = \"example.org\"\n" \
	"listen = {\"tcp://127.0.0.1:3868\"}\nstore = \"state\"\n"

static char path[64];
static struct conf conf;
/* All faults of the last load: "line: what\n" each. */
static char faults[65536];

static void
on_fault(void *arg, const char *file, unsigned line, const char *what)
{
	size_t len = strlen(faults);

	ck_assert_ptr_eq(arg, &conf);
	ck_assert_str_eq(file, path);
	snprintf(faults + len, sizeof faults - len, "%u: %s\n", line, what);
}

static size_t
load_octets(const char *text, size_t len)
{
	FILE *f = fopen(path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	faults[0] = '\0';
	return conf_load(&conf, path, on_fault, &conf);
}

static size_t
load(const char *text)
{
	return load_octets(text, strlen(text));
}

static void
setup(void)
{
	strcpy(path, "/tmp/hssd-conf-XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
teardown(void)
{
	conf_free(&conf);
	unlink(path);
}

START_TEST(every_key_is_read)
{
	ck_assert_msg(
	    load("identity = \"hss.example.org\" # us\nrealm = example.org\n"
		 "listen = {\"tcp://127.0.0.1:3868\", \"sctp://[::1]:3868\"}\n"
		 "subscribers = {\"one\", \"/two\"}\nprofiles = \"profiles\"\n"
		 "store = \"/var/lib/hssd\"\ncontrol = \"run/sock\"\n"
		 "http = \"[::1]:8080\"\nunknown-peers = refuse\n"
		 "watchdog = 6\ndurability = async\nlog = \"syslog\"\n"
		 "scscf \"sip:s1.example.org:6060\" { capabilities = {0, "
		 "4294967295} }\n"
		 "scscf \"sips:u@[::1]:1;x=y\" {}\n"
		 "peer \"p.example.org\" {\n realm = \"q.example.org\"\n"
		 " from = {\"127.0.0.0/8\", \"::1\"}\n"
		 " connect = \"tcp://127.0.0.1:3870\"\n}\n"
		 "peer \"r.example.org\" {}\n"
		 "charging \"gold\" {\n"
		 " primary-ecf = \"aaa://e1.example.org:1;transport=sctp\"\n"
		 " secondary-ecf = \"aaa://e2.example.org\"\n"
		 " primary-ccf = \"aaas://c1.example.org\"\n"
		 " secondary-ccf = \"aaa://c2.example.org;transport=tcp;"
		 "protocol=diameter\"\n}\n"
		 "visited { allow = {\"a.org\", \"b.org\"} }\n") == 0,
	    "%s", faults);
	ck_assert_str_eq(conf.id.host, "hss.example.org");
	ck_assert_str_eq(conf.id.realm, "example.org");
	ck_assert_uint_eq(conf.nlistens, 2);
	ck_assert_str_eq(conf.listens[1], "sctp://[::1]:3868");
	ck_assert_uint_eq(conf.nsubscribers, 2);
	ck_assert_str_eq(conf.subscribers[0], "/tmp/one");
	ck_assert_str_eq(conf.subscribers[1], "/two");
	ck_assert_str_eq(conf.profiles, "/tmp/profiles");
	ck_assert_str_eq(conf.store, "/var/lib/hssd");
	ck_assert_str_eq(conf.control, "/tmp/run/sock");
	ck_assert_str_eq(conf.http, "[::1]:8080");
	ck_assert_int_eq(conf.unknown_peers, UNKNOWN_PEERS_REFUSE);
	ck_assert_uint_eq(conf.watchdog_s, 6);
	ck_assert_int_eq(conf.durability, CONF_ASYNC);
	ck_assert(conf.syslog);
	ck_assert_uint_eq(conf.nscscfs, 2);
	ck_assert_str_eq(conf.scscfs[0].name, "sip:s1.example.org:6060");
	ck_assert_uint_eq(conf.scscfs[0].ncapabilities, 2);
	ck_assert_uint_eq(conf.scscfs[0].capabilities[1], 4294967295);
	ck_assert_uint_eq(conf.scscfs[1].ncapabilities, 0);
	ck_assert_uint_eq(conf.npeers, 2);
	ck_assert_str_eq(conf.peers[0].host, "p.example.org");
	ck_assert_str_eq(conf.peers[0].realm, "q.example.org");
	ck_assert_uint_eq(conf.peers[0].nfrom, 2);
	ck_assert_str_eq(conf.peers[0].from[1], "::1");
	ck_assert_str_eq(conf.peers[0].connect, "tcp://127.0.0.1:3870");
	ck_assert_ptr_null(conf.peers[1].realm);
	ck_assert_ptr_null(conf.peers[1].from);
	ck_assert_ptr_null(conf.peers[1].connect);
	ck_assert_uint_eq(conf.nchargings, 1);
	ck_assert_str_eq(conf.chargings[0].name, "gold");
	ck_assert_str_eq(conf.chargings[0].primary_ecf,
	    "aaa://e1.example.org:1;transport=sctp");
	ck_assert_str_eq(
	    conf.chargings[0].secondary_ecf, "aaa://e2.example.org");
	ck_assert_str_eq(
	    conf.chargings[0].primary_ccf, "aaas://c1.example.org");
	ck_assert_ptr_nonnull(conf.chargings[0].secondary_ccf);
	ck_assert_uint_eq(conf.nvisited, 2);
	ck_assert_str_eq(conf.visited[1], "b.org");
}
END_TEST

START_TEST(what_is_left_out_has_a_default)
{
	ck_assert_msg(load(NEEDED) == 0, "%s", faults);
	ck_assert_uint_eq(conf.nsubscribers, 0);
	ck_assert_ptr_null(conf.profiles);
	ck_assert_ptr_null(conf.control);
	ck_assert_ptr_null(conf.http);
	ck_assert_int_eq(conf.unknown_peers, UNKNOWN_PEERS_ACCEPT);
	ck_assert_uint_eq(conf.watchdog_s, 30);
	ck_assert_int_eq(conf.durability, CONF_SYNC);
	ck_assert(!conf.syslog);
	ck_assert_uint_eq(conf.nscscfs, 0);
	ck_assert_uint_eq(conf.npeers, 0);
	ck_assert_uint_eq(conf.nchargings, 0);
	ck_assert_uint_eq(conf.nvisited, 0);
}
END_TEST

static const struct bad {
	const char *text; /* behind NEEDED, from line 5 on */
	const char *fault;
	size_t nfaults;
} bads[] = {
	/* Keys */
	{ "idnetity = \"a.b\"",
	    "5: \"idnetity\" is no key here: there are "
	    "identity, realm, listen, ",
	    1 },
	{ "\nfrobs {\n a = {1,\n 2}\n b = \"}\"\n}\nlog = x", "6: \"frobs\"",
	    2 },
	{ "\nfrobs {\n a = {1,\n 2}\n b = \"}\"\n}\nlog = x", "11: log = ", 2 },
	{ "peer \"a.b\" {\n realn = \"a.b\" }",
	    "6: \"realn\" is no key here: "
	    "there are realm, from, connect",
	    1 },
	{ "a = 1\nb = 2\nc = 3", "7: \"c\"", 3 },
	{ "log = stderr\nlog = stderr", "6: log is there twice", 1 },
	{ "listen = {\"tcp://127.0.0.1:1\"}", "5: listen is there twice", 1 },
	{ "peer \"a.b\" {\n realm = a.b\n realm = a.c\n}",
	    "7: realm is there twice", 1 },
	{ "peer \"a.b\" {}\npeer \"a.b\" {}", "6: found duplicate title 'a.b'",
	    1 },
	{ "peer \"a.b\" {}\npeer \"A.b\" {}", "6: peer \"A.b\" is there twice",
	    1 },
	{ "scscf \"sip:a.b\" {}\nscscf \"sip:a.b\" {\n}\n",
	    "6: found duplicate", 1 },
	{ "visited { allow = {a.b} }\nvisited { allow = {a.c} }",
	    "6: visited ends here and is there twice", 2 },
	{ "visited {}", "5: visited is empty", 1 },

	/* Values */
	{ "unknown-peers = maybe",
	    "5: unknown-peers = \"maybe\": accept or "
	    "refuse is wanted",
	    1 },
	{ "durability = never",
	    "5: durability = \"never\": sync, async or none", 1 },
	{ "log = file", "5: log = \"file\": stderr or syslog", 1 },
	{ "watchdog = 5", "5: watchdog = \"5\": a number of seconds from 6",
	    1 },
	{ "watchdog = 3601", "5: watchdog = \"3601\"", 1 },
	{ "watchdog = 30s", "5: watchdog = \"30s\"", 1 },
	{ "watchdog = -30", "5: watchdog = \"-30\"", 1 },
	{ "watchdog = \"\"", "5: watchdog = \"\"", 1 },
	{ "profiles = \"\"", "5: profiles = \"\": a path", 1 },
	{ "subscribers = {\"a\", \"b\",\n\"a\"}",
	    "6: subscribers: \"a\" is there "
	    "twice",
	    1 },
	{ "http = \"localhost:80\"", "5: http = \"localhost:80\": ADDRESS:PORT",
	    1 },
	{ "http = \"127.0.0.1\"", "5: http = ", 1 },
	{ "http = \"127.0.0.1:65536\"", "5: http = ", 1 },
	{ "http = \"::1:80\"", "5: http = ", 1 },
	{ "http = \"[127.0.0.1]:80\"", "5: http = ", 1 },
	{ "http = \":80\"", "5: http = ", 1 },
	{ "http = \"[]:80\"", "5: http = ", 1 },
	{ "scscf \"scscf.a.b\" {}", "5: S-CSCF \"scscf.a.b\": a SIP URI", 1 },
	{ "scscf \"sip:\" {}", "5: S-CSCF \"sip:\"", 1 },
	{ "scscf \"sip:@a.b\" {}", "5: S-CSCF", 1 },
	{ "scscf \"sip:a b\" {}", "5: S-CSCF", 1 },
	{ "scscf \"sip:a.b:x\" {}", "5: S-CSCF", 1 },
	{ "scscf \"sip:a.b\" { capabilities = {4294967296} }",
	    "5: capabilities = \"4294967296\": a number from 0", 1 },
	{ "scscf \"sip:a.b\" { capabilities = {1, 1} }",
	    "5: capabilities: \"1\" is there twice", 1 },
	{ "\npeer \"a\" {}", "6: peer \"a\": a fully qualified domain name",
	    1 },
	{ "peer \"a.b\" {\n realm = \"-a.b\" }", "6: realm = \"-a.b\"", 1 },
	{ "peer \"a.b\" {\n realm = \"a..b\" }", "6: realm = \"a..b\"", 1 },
	{ "peer \"a.b\" {\n realm = \"a.b.\" }", "6: realm = \"a.b.\"", 1 },
	{ "peer \"a.b\" {\n realm = \"a_.b\" }", "6: realm = \"a_.b\"", 1 },
	{ "peer \"a.b\" { from = {\"127.0.0.1/33\"} }",
	    "5: from = \"127.0.0.1/33\": ADDRESS or ADDRESS/BITS", 1 },
	{ "peer \"a.b\" { from = {\"::1/129\"} }", "5: from = \"::1/129\"", 1 },
	{ "peer \"a.b\" { from = {\"127.1/8\"} }", "5: from = \"127.1/8\"", 1 },
	{ "peer \"a.b\" { from = {\"127.0.0.1/\"} }", "5: from = ", 1 },
	{ "peer \"a.b\" { from = {\"/8\"} }", "5: from = \"/8\"", 1 },
	{ "peer \"a.b\" { connect = \"udp://x\" }",
	    "5: connect = \"udp://x\": must begin with tcp://", 1 },
	{ "charging \"a b\" { primary-ccf = \"aaa://a.b\" }",
	    "5: charging \"a b\": a name", 1 },
	{ "charging \"a\" {}", "5: charging \"a\" is empty: give it", 1 },
	{ "charging \"a\" { secondary-ccf = \"aaa://a.b\" }",
	    "5: charging \"a\" has secondary-ccf alone", 1 },
	{ "charging \"a\" { secondary-ecf = \"aaa://a.b\" }",
	    "5: charging \"a\" has secondary-ecf alone", 1 },
	{ "charging \"a\" { primary-ccf = \"a.b\" }",
	    "5: primary-ccf = \"a.b\": a DiameterURI", 1 },
	{ "charging \"a\" { primary-ccf = \"aaa://[::1]\" }",
	    "5: primary-ccf = ", 1 },
	{ "charging \"a\" { primary-ccf = \"aaa://a.b;transport=dccp\" }",
	    "5: primary-ccf = ", 1 },
	{ "charging \"a\" { primary-ccf = \"aaa://a.b:70000\" }",
	    "5: primary-ccf = ", 1 },
	{ "visited { allow = {\"a\"} }", "5: allow = \"a\"", 1 },

	/* Syntax */
	{ "log stderr",
	    "5: missing equal sign after option 'log': wanted is "
	    "key = \"value\"",
	    1 },
	{ "watchdog = 1\nlog = {", "5: watchdog = \"1\"", 2 },
	{ "\npeer \"a.b\" {", "6: the file ends inside a section peer", 1 },
	{ "log = \"stderr", "5: ", 1 },
	{ "}", "5: unexpected ", 1 },
	{ "= 5", "5: unexpected ", 1 },
};

START_TEST(fault_is_told_with_its_line)
{
	const struct bad *b = &bads[_i];
	char text[1024];
	const char *at = faults;

	snprintf(text, sizeof text, "%s%s", NEEDED, b->text);
	size_t n = load(text);
	while (at != NULL && strncmp(at, b->fault, strlen(b->fault)) != 0) {
		at = strchr(at, '\n');
		at = at != NULL && at[1] != '\0' ? at + 1 : NULL;
	}
	ck_assert_msg(
	    at != NULL, "wanted \"%s\", told \"%s\"", b->fault, faults);
	ck_assert_msg(n == b->nfaults, "%zu faults: %s", n, faults);
	ck_assert_ptr_null(conf.id.host); /* empty after a fault */
}
END_TEST

START_TEST(missing_keys_are_told)
{
	ck_assert_uint_eq(load(""), 4);
	ck_assert_str_eq(faults,
	    "0: identity is missing: add identity = "
	    "\"hss.ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "0: realm is missing: add realm = "
	    "\"ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "0: listen is missing: add listen = {\"tcp://127.0.0.1:3868\"}\n"
	    "0: store is missing: add store = \"/var/lib/hssd\"\n");
	ck_assert_uint_eq(load(NEEDED "listen = {}"), 1);
}
END_TEST

START_TEST(file_that_is_missing_is_a_fault)
{
	unlink(path);
	faults[0] = '\0';
	ck_assert_uint_eq(conf_load(&conf, path, on_fault, &conf), 1);
	ck_assert_str_eq(
	    faults, "0: cannot be read: No such file or directory\n");
	setup();
}
END_TEST

START_TEST(nul_octet_is_no_text)
{
	ck_assert_uint_eq(load_octets(NEEDED "\0", sizeof NEEDED), 1);
	ck_assert_str_eq(faults, "0: holds a NUL octet: it is no text\n");
}
END_TEST

START_TEST(second_conf_leaves_the_first_alone)
{
	struct conf second;

	ck_assert_uint_eq(load(NEEDED), 0);
	const char *host = conf.id.host;
	faults[0] = '\0';
	ck_assert_uint_eq(conf_load(&second, path, on_fault, &conf), 0);
	ck_assert_ptr_ne(second.id.host, host);
	conf_free(&second);
	ck_assert_str_eq(host, "hss.example.org");
	conf_free(&conf);
	conf_free(&conf);
	ck_assert_uint_eq(conf.nlistens, 0);
}
END_TEST

START_TEST(no_truncation_breaks_it)
{
	static const char text[] =
	    NEEDED "scscf \"sip:a.b\" { capabilities = {0, 1} }\n"
		   "peer \"a.b\" { from = {\"127.0.0.0/8\", \"::1\"} }\n"
		   "frobs \"x\" { y = {1, 2} } # z\n"
		   "charging \"x\" { primary-ccf = \"aaa://a.b\" }\n"
		   "visited { allow = {\"a.b\"} } /* z */\n";

	for (size_t len = 0; len < sizeof text; len++) {
		size_t n = load_octets(text, len < sizeof text - 1 ? len : 0);
		ck_assert_msg(n > 0 || len >= sizeof NEEDED - 2,
		    "%zu octets are no fault", len);
		conf_free(&conf);
	}
}
END_TEST

/* --- Limits --- */

/* NEEDED, before, each of n items by a format with two numbers, after. */
static size_t
load_many(const char *before, unsigned n, void (*item)(FILE *, unsigned i),
    const char *after)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s%s", NEEDED, before);
	for (unsigned i = 0; i < n; i++)
		item(f, i);
	fputs(after, f);
	fclose(f);
	size_t nfaults = load_octets(text, len);
	free(text);
	conf_free(&conf);
	return nfaults;
}

static void
put_name(FILE *f, unsigned i)
{
	fprintf(f, "%s\"a%u.b\"", i > 0 ? ", " : "", i);
}

static void
put_number(FILE *f, unsigned i)
{
	fprintf(f, "%s%u", i > 0 ? ", " : "", i);
}

static void
put_address(FILE *f, unsigned i)
{
	fprintf(f, "%s\"127.0.%u.%u\"", i > 0 ? ", " : "", i / 256, i % 256);
}

static void
put_listen(FILE *f, unsigned i)
{
	fprintf(f, "%s\"tcp://127.0.0.1:%u\"", i > 0 ? ", " : "", i + 1);
}

static void
put_scscf(FILE *f, unsigned i)
{
	fprintf(f, "scscf \"sip:s%u.b\" {}\n", i);
}

static void
put_peer(FILE *f, unsigned i)
{
	fprintf(f, "peer \"p%u.b\" {}\n", i);
}

static void
put_charging(FILE *f, unsigned i)
{
	fprintf(f, "charging \"c%u\" { primary-ccf = \"aaa://a.b\" }\n", i);
}

static void
put_unknown(FILE *f, unsigned i)
{
	fprintf(f, "key%u = %u\n", i, i);
}

static const struct limit {
	const char *before;
	void (*item)(FILE *, unsigned i);
	const char *after;
	unsigned max;
} limits[] = {
	{ "subscribers = {", put_name, "}", CONF_SUBSCRIBERS_MAX },
	{ "visited { allow = {", put_name, "} }", CONF_VISITED_MAX },
	{ "scscf \"sip:a.b\" { capabilities = {", put_number, "} }",
	    CONF_CAPABILITIES_MAX },
	{ "peer \"a.b\" { from = {", put_address, "} }", CONF_FROM_MAX },
	{ "", put_scscf, "", CONF_SCSCF_MAX },
	{ "", put_peer, "", CONF_PEER_MAX },
	{ "", put_charging, "", CONF_CHARGING_MAX },
};

START_TEST(lists_end_at_their_limit)
{
	const struct limit *l = &limits[_i];

	ck_assert_msg(
	    load_many(l->before, l->max, l->item, l->after) == 0, "%s", faults);
	ck_assert_uint_eq(
	    load_many(l->before, l->max + 1, l->item, l->after), 1);
	ck_assert_ptr_nonnull(strstr(faults, "at most"));
	ck_assert_uint_eq(
	    load_many(l->before, l->max + 9, l->item, l->after), 1);
}
END_TEST

START_TEST(listen_has_at_most_16_addresses)
{
	/* NEEDED has one already: += adds to it */
	ck_assert_msg(
	    load_many("listen += {", CONF_LISTEN_MAX - 1, put_listen, "}") == 0,
	    "%s", faults);
	ck_assert_uint_eq(
	    load_many("listen += {", CONF_LISTEN_MAX, put_listen, "}"), 1);
}
END_TEST

START_TEST(unknown_keys_are_told_up_to_a_limit)
{
	ck_assert_uint_eq(
	    load_many("", CONF_UNKNOWN_MAX, put_unknown, ""), CONF_UNKNOWN_MAX);
	ck_assert_uint_ge(load_many("", CONF_UNKNOWN_MAX + 9, put_unknown, ""),
	    CONF_UNKNOWN_MAX);
}
END_TEST

/* NEEDED and before, n times c, after */
static size_t
load_padded(const char *before, size_t n, char c, const char *after)
{
	size_t len = strlen(NEEDED) + strlen(before) + n + strlen(after);
	char *text = malloc(len + 1), *pad = malloc(n + 1);

	ck_assert(text != NULL && pad != NULL);
	memset(pad, c, n);
	pad[n] = '\0';
	snprintf(text, len + 1, "%s%s%s%s", NEEDED, before, pad, after);
	size_t nfaults = load_octets(text, len);
	free(text);
	free(pad);
	conf_free(&conf);
	return nfaults;
}

START_TEST(paths_end_at_their_limit)
{
	static const size_t folder = sizeof "/tmp/" - 1;

	ck_assert_uint_eq(
	    load_padded("profiles = \"/", CONF_PATH_MAX - 1, 'a', "\""), 0);
	ck_assert_uint_eq(
	    load_padded("profiles = \"/", CONF_PATH_MAX, 'a', "\""), 1);
	ck_assert_uint_eq(
	    load_padded("profiles = \"", CONF_PATH_MAX - folder, 'a', "\""), 0);
	ck_assert_uint_eq(
	    load_padded("profiles = \"", CONF_PATH_MAX - folder + 1, 'a', "\""),
	    1);
	ck_assert_uint_eq(
	    load_padded("control = \"", CONF_SOCKET_MAX - folder, 'a', "\""),
	    0);
	ck_assert_uint_eq(load_padded("control = \"",
			      CONF_SOCKET_MAX - folder + 1, 'a', "\""),
	    1);
}
END_TEST

START_TEST(names_end_at_their_limit)
{
	ck_assert_uint_eq(load_padded("charging \"", CONF_TEXT_MAX, 'a',
			      "\" { primary-ccf = \"aaa://a.b\" }"),
	    0);
	ck_assert_uint_eq(load_padded("charging \"", CONF_TEXT_MAX + 1, 'a',
			      "\" { primary-ccf = \"aaa://a.b\" }"),
	    1);
	ck_assert_uint_eq(load_padded("peer \"", 63, 'a', ".b\" {}"), 0);
	ck_assert_uint_eq(load_padded("peer \"", 64, 'a', ".b\" {}"), 1);
}
END_TEST

START_TEST(file_has_at_most_1048576_octets)
{
	size_t room = CONF_FILE_MAX - strlen(NEEDED);

	ck_assert_uint_eq(load_padded("", room, '\n', ""), 0);
	ck_assert_uint_eq(load_padded("", room + 1, '\n', ""), 1);
}
END_TEST

START_TEST(sample_is_good)
{
	const char *samples = getenv("SAMPLES");
	char file[512], want[600];

	ck_assert_msg(samples != NULL, "SAMPLES is not set");
	snprintf(file, sizeof file, "%s/hssd.conf", samples);
	ck_assert_uint_eq(conf_load(&conf, file, NULL, NULL), 0);
	snprintf(want, sizeof want, "%s/subscribers", samples);
	ck_assert_str_eq(conf.subscribers[0], want);
	ck_assert_int_eq(access(want, R_OK), 0);
	snprintf(want, sizeof want, "%s/profiles", samples);
	ck_assert_str_eq(conf.profiles, want);
	ck_assert_uint_eq(conf.nscscfs, 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tools/conf");
	TCase *t = tcase_create("conf");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, every_key_is_read);
	tcase_add_test(t, what_is_left_out_has_a_default);
	tcase_add_loop_test(t, fault_is_told_with_its_line, 0,
	    (int)(sizeof bads / sizeof bads[0]));
	tcase_add_test(t, missing_keys_are_told);
	tcase_add_test(t, file_that_is_missing_is_a_fault);
	tcase_add_test(t, nul_octet_is_no_text);
	tcase_add_test(t, second_conf_leaves_the_first_alone);
	tcase_add_test(t, no_truncation_breaks_it);
	tcase_add_loop_test(t, lists_end_at_their_limit, 0,
	    (int)(sizeof limits / sizeof limits[0]));
	tcase_add_test(t, listen_has_at_most_16_addresses);
	tcase_add_test(t, unknown_keys_are_told_up_to_a_limit);
	tcase_add_test(t, paths_end_at_their_limit);
	tcase_add_test(t, names_end_at_their_limit);
	tcase_add_test(t, file_has_at_most_1048576_octets);
	tcase_add_test(t, sample_is_good);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
