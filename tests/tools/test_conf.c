/*
 * hssd.conf: every key, every fault with its line and words, and the sample.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/tools/conf_file.h"

START_TEST(every_key_is_read)
{
	ck_assert_msg(
	    conf_file_load(
		"identity = \"hss.example.org\" # us\nrealm = example.org\n"
		"listen = {\"tcp://127.0.0.1:3868\", \"sctp://[::1]:3868\"}\n"
		"subscribers = {\"one\", \"/two\"}\nprofiles = \"profiles\"\n"
		"store = \"/var/lib/hssd\"\ncontrol = \"run/sock\"\n"
		"http = \"[::1]:8080\"\nunknown-peers = refuse\n"
		"watchdog = 6\ndurability = async\nlog = \"syslog\"\n"
		"push-fallback = deregister\nsqn-step = 254\n"
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
	    "%s", conf_file_faults);
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
	ck_assert_int_eq(conf.push_fallback, CONF_DEREGISTER);
	ck_assert_uint_eq(conf.sqn_step, 254);
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
	ck_assert_msg(conf_file_load(NEEDED) == 0, "%s", conf_file_faults);
	ck_assert_uint_eq(conf.nsubscribers, 0);
	ck_assert_ptr_null(conf.profiles);
	ck_assert_ptr_null(conf.control);
	ck_assert_ptr_null(conf.http);
	ck_assert_int_eq(conf.unknown_peers, UNKNOWN_PEERS_ACCEPT);
	ck_assert_uint_eq(conf.watchdog_s, 30);
	ck_assert_int_eq(conf.push_fallback, CONF_NO_FALLBACK);
	ck_assert_uint_eq(conf.sqn_step, 64);
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
	/* Comments, whose lines count once */
	{ "# one\n# two\n\na = 1 # three\nb = 2", "8: \"a\"", 2 },
	{ "# one\n# two\n\na = 1 # three\nb = 2", "9: \"b\"", 2 },
	{ "/* one\n * two */ // three\na = 1", "7: \"a\"", 1 },
	{ "log = \"#\" # 'x\na = '\"/*'\nlog = x", "6: \"a\"", 4 },
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
	{ "push-fallback = yes",
	    "5: push-fallback = \"yes\": deregister or none is wanted", 1 },
	{ "log = file", "5: log = \"file\": stderr or syslog", 1 },
	{ "watchdog = 5", "5: watchdog = \"5\": a number of seconds from 6",
	    1 },
	{ "watchdog = 3601", "5: watchdog = \"3601\"", 1 },
	{ "watchdog = 30s", "5: watchdog = \"30s\"", 1 },
	{ "watchdog = -30", "5: watchdog = \"-30\"", 1 },
	{ "sqn-step = 0",
	    "5: sqn-step = \"0\": a number of vectors from 1 to 254", 1 },
	{ "sqn-step = 255", "5: sqn-step = \"255\"", 1 },
	{ "sqn-step = -1", "5: sqn-step = \"-1\"", 1 },
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
	const char *at = conf_file_faults;

	snprintf(text, sizeof text, "%s%s", NEEDED, b->text);
	size_t n = conf_file_load(text);
	while (at != NULL && strncmp(at, b->fault, strlen(b->fault)) != 0) {
		at = strchr(at, '\n');
		at = at != NULL && at[1] != '\0' ? at + 1 : NULL;
	}
	ck_assert_msg(at != NULL, "wanted \"%s\", told \"%s\"", b->fault,
	    conf_file_faults);
	ck_assert_msg(n == b->nfaults, "%zu faults: %s", n, conf_file_faults);
	ck_assert_ptr_null(conf.id.host); /* empty after a fault */
}
END_TEST

START_TEST(missing_keys_are_told)
{
	ck_assert_uint_eq(conf_file_load(""), 4);
	ck_assert_str_eq(conf_file_faults,
	    "0: identity is missing: add identity = "
	    "\"hss.ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "0: realm is missing: add realm = "
	    "\"ims.mnc001.mcc001.3gppnetwork.org\"\n"
	    "0: listen is missing: add listen = {\"tcp://127.0.0.1:3868\"}\n"
	    "0: store is missing: add store = \"/var/lib/hssd\"\n");
	ck_assert_uint_eq(conf_file_load(NEEDED "listen = {}"), 1);
}
END_TEST

START_TEST(file_that_is_missing_is_a_fault)
{
	unlink(conf_file_path);
	conf_file_faults[0] = '\0';
	ck_assert_uint_eq(
	    conf_load(&conf, conf_file_path, conf_file_fault, &conf), 1);
	ck_assert_str_eq(
	    conf_file_faults, "0: cannot be read: No such file or directory\n");
	conf_file_make();
}
END_TEST

START_TEST(nul_octet_is_no_text)
{
	ck_assert_uint_eq(conf_file_load_octets(NEEDED "\0", sizeof NEEDED), 1);
	ck_assert_str_eq(
	    conf_file_faults, "0: holds a NUL octet: it is no text\n");
}
END_TEST

START_TEST(second_conf_leaves_the_first_alone)
{
	struct conf second;

	ck_assert_uint_eq(conf_file_load(NEEDED), 0);
	const char *host = conf.id.host;
	conf_file_faults[0] = '\0';
	ck_assert_uint_eq(
	    conf_load(&second, conf_file_path, conf_file_fault, &conf), 0);
	ck_assert_ptr_ne(second.id.host, host);
	conf_free(&second);
	ck_assert_str_eq(host, "hss.example.org");
	conf_free(&conf);
	conf_free(&conf);
	ck_assert_uint_eq(conf.nlistens, 0);
}
END_TEST

/* libconfuse's scanner has a memory of its own. */
START_TEST(unclosed_string_is_forgotten)
{
	ck_assert_uint_gt(conf_file_load(NEEDED "log = \"stderr"), 0);
	ck_assert_msg(conf_file_load(NEEDED) == 0, "%s", conf_file_faults);
	ck_assert_uint_gt(conf_file_load(NEEDED "/* log"), 0);
	ck_assert_msg(conf_file_load(NEEDED) == 0, "%s", conf_file_faults);
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
		size_t n = conf_file_load_octets(
		    text, len < sizeof text - 1 ? len : 0);
		ck_assert_msg(n > 0 || len >= sizeof NEEDED - 2,
		    "%zu octets are no fault", len);
		conf_free(&conf);
	}
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

	tcase_add_checked_fixture(t, conf_file_make, conf_file_remove);
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
	tcase_add_test(t, unclosed_string_is_forgotten);
	tcase_add_test(t, sample_is_good);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
