/*
 * hssd.conf: each limit, and one past it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/conf_file.h"

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
	size_t nfaults = conf_file_load_octets(text, len);
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

	ck_assert_msg(load_many(l->before, l->max, l->item, l->after) == 0,
	    "%s", conf_file_faults);
	ck_assert_uint_eq(
	    load_many(l->before, l->max + 1, l->item, l->after), 1);
	ck_assert_ptr_nonnull(strstr(conf_file_faults, "at most"));
	ck_assert_uint_eq(
	    load_many(l->before, l->max + 9, l->item, l->after), 1);
}
END_TEST

START_TEST(listen_has_at_most_16_addresses)
{
	/* NEEDED has one already: += adds to it */
	ck_assert_msg(
	    load_many("listen += {", CONF_LISTEN_MAX - 1, put_listen, "}") == 0,
	    "%s", conf_file_faults);
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
	size_t nfaults = conf_file_load_octets(text, len);
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

int
main(void)
{
	Suite *suite = suite_create("tools/conf_limits");
	TCase *t = tcase_create("conf_limits");

	tcase_add_checked_fixture(t, conf_file_make, conf_file_remove);
	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, lists_end_at_their_limit, 0,
	    (int)(sizeof limits / sizeof limits[0]));
	tcase_add_test(t, listen_has_at_most_16_addresses);
	tcase_add_test(t, unknown_keys_are_told_up_to_a_limit);
	tcase_add_test(t, paths_end_at_their_limit);
	tcase_add_test(t, names_end_at_their_limit);
	tcase_add_test(t, file_has_at_most_1048576_octets);
	suite_add_tcase(suite, t);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
