/*
 * Canonical form of identities: TS 23.003, 13.3 and 13.4; TS 29.228, 7.2.
 */
#include "tests/store/store_fixture.h"

#include "store/identity.h"

#include <ctype.h>

struct pair {
	const char *text, *form; /* form NULL: no identity */
};

static void
check_impu(const char *text, const char *form)
{
	char buf[STORE_NAME_MAX + 1];
	size_t len = identity_impu(buf, text, strlen(text));

	buf[len] = '\0';
	ck_assert_msg(strcmp(buf, form != NULL ? form : "") == 0,
	    "%s became %s", text, buf);
}

static void
check_all(const struct pair *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_impu(p[i].text, p[i].form);
}
#define CHECK_ALL(pairs) check_all(pairs, sizeof(pairs) / sizeof *(pairs))

START_TEST(scheme_and_host_are_lowered_and_user_is_not)
{
	static const struct pair pairs[] = {
		{ "sip:alice@example.org", "sip:alice@example.org" },
		{ "SIP:Alice@EXAMPLE.Org", "sip:Alice@example.org" },
		{ "Sips:Alice@EXAMPLE.Org", "sips:Alice@example.org" },
		{ "sip:PSI.Example.org", "sip:psi.example.org" },
		{ "sip:a@[2001:DB8::1]", "sip:a@[2001:db8::1]" },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(parameters_port_and_headers_are_cut)
{
	static const struct pair pairs[] = {
		{ "sip:a@h;user=phone", "sip:a@h" },
		{ "sip:a@h:5060", "sip:a@h" },
		{ "sip:a@h:5060;transport=tcp?x=y", "sip:a@h" },
		{ "sip:a@h?subject=x", "sip:a@h" },
		{ "sip:a@[::1]:5060;lr", "sip:a@[::1]" },
		{ "sip:h:5060;lr", "sip:h" },
		{ "tel:+15550001;phone-context=+1", "tel:+15550001" },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(user_part_keeps_what_may_stand_in_it)
{
	static const struct pair pairs[] = {
		{ "sip:a;b?c/d@h", "sip:a;b?c/d@h" },
		{ "sip:+1-555.01@h;user=phone", "sip:+1-555.01@h" },
		{ "sip:a:secret@h", "sip:a:secret@h" },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(escapes_of_unreserved_characters_are_undone)
{
	static const struct pair pairs[] = {
		{ "sip:%61lice%2ex@h", "sip:alice.x@h" },
		{ "sip:a%2D%5F%7e%2a%27%28%29@h", "sip:a-_~*'()@h" },
		{ "sip:a%40b%3bc@h", "sip:a%40b%3Bc@h" },
		{ "sip:a%00@h", "sip:a%00@h" },
		{ "sip:a%4@h", NULL },
		{ "sip:a%@h", NULL },
		{ "sip:a%4g@h", NULL },
		{ "sip:a@h%61", NULL },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(tel_has_no_visual_separators)
{
	static const struct pair pairs[] = {
		{ "tel:+1-555-0001", "tel:+15550001" },
		{ "TEL:+1(555)00.01", "tel:+15550001" },
		{ "tel:5550001;phone-context=x", "tel:5550001" },
		{ "tel:+", NULL },
		{ "tel:", NULL },
		{ "tel:---", NULL },
		{ "tel:+1@h", NULL },
		{ "tel:+1%20", NULL },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(regular_expressions_stay_as_they_are)
{
	static const struct pair pairs[] = {
		{ "SIP:chat-!.*!@EXAMPLE.org", "sip:chat-!.*!@example.org" },
		{ "sip:a!([-.;?@%]A)!b@H", "sip:a!([-.;?@%]A)!b@h" },
		{ "tel:+1-5!(-.;A)!", "tel:+15!(-.;A)!" },
		{ "sip:a%21b@h", "sip:a%21b@h" },
		{ "sip:a!%62@h", "sip:a!b@h" },
		{ "sip:a!x!b!%63@h", "sip:a!x!b!c@h" },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(what_is_no_uri_is_no_public_identity)
{
	static const struct pair pairs[] = {
		{ "", NULL },
		{ "alice@h", NULL },
		{ "sip:", NULL },
		{ "sip:@h", NULL },
		{ "sip:a@", NULL },
		{ "sip:a@;x", NULL },
		{ "sip:a@b@c", NULL },
		{ "sip:a b@h", NULL },
		{ "sip:a\x7f@h", NULL },
		{ "sip:\xc3\xa4@h", NULL },
		{ "sip:a@[::1", NULL },
		{ "mailto:a@h", NULL },
		{ "urn:x", NULL },
	};
	CHECK_ALL(pairs);
}
END_TEST

START_TEST(a_form_is_its_own_form)
{
	static const char *const texts[] = { "SIP:%61%40B@Host:1;x",
		"tel:+1-(2).3;p", "sips:a!x!@[::F]:5", "sip:H?x" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char form[STORE_NAME_MAX + 1];
		size_t len = identity_impu(form, texts[i], strlen(texts[i]));

		ck_assert_uint_gt(len, 0);
		form[len] = '\0';
		check_impu(form, form);
	}
}
END_TEST

START_TEST(a_form_of_255_octets_is_the_longest)
{
	char text[400] = "sip:", form[STORE_NAME_MAX];

	memset(text + 4, 'a', 249);
	memcpy(text + 253, "@h;lr", 6);
	ck_assert_uint_eq(identity_impu(form, text, 258), STORE_NAME_MAX);
	memset(text + 4, 'a', 250);
	memcpy(text + 254, "@h", 3);
	ck_assert_uint_eq(identity_impu(form, text, 256), 0);
	/* Only the form counts: escapes make the text longer. */
	strcpy(text, "sip:");
	for (int i = 0; i < 100; i++)
		strcat(text, "%61");
	strcat(text, "@h");
	ck_assert_uint_eq(identity_impu(form, text, strlen(text)), 106);
}
END_TEST

START_TEST(every_truncation_is_read_within_its_end)
{
	static const char text[] = "sip:a%61!x!@[::1]:5060;lr";
	char form[STORE_NAME_MAX];

	for (size_t len = 0; len < sizeof text; len++) {
		char *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, text, len);
		ck_assert_uint_le(identity_impu(form, copy, len), len);
		ck_assert_uint_eq(identity_impi(form, copy, len),
		    len < sizeof text ? strnlen(text, len) : 0);
		free(copy);
	}
}
END_TEST

START_TEST(realm_of_a_private_identity_is_lowered)
{
	char form[STORE_NAME_MAX + 1] = "";

	ck_assert_uint_eq(identity_impi(form, "A@B@Example.ORG", 15), 15);
	ck_assert_mem_eq(form, "A@B@example.org", 15);
	ck_assert_uint_eq(identity_impi(form, "Alice", 5), 5);
	ck_assert_mem_eq(form, "Alice", 5);
}
END_TEST

START_TEST(private_identity_has_1_to_255_octets_and_no_controls)
{
	char text[STORE_NAME_MAX + 1], form[STORE_NAME_MAX];

	memset(text, 'a', sizeof text);
	ck_assert_uint_eq(identity_impi(form, text, 0), 0);
	ck_assert_uint_eq(identity_impi(form, text, 1), 1);
	ck_assert_uint_eq(
	    identity_impi(form, text, STORE_NAME_MAX), STORE_NAME_MAX);
	ck_assert_uint_eq(identity_impi(form, text, sizeof text), 0);
	text[3] = '\n';
	ck_assert_uint_eq(identity_impi(form, text, 10), 0);
	text[3] = '\0';
	ck_assert_uint_eq(identity_impi(form, text, 10), 0);
	text[3] = (char)0xc3;
	ck_assert_uint_eq(identity_impi(form, text, 10), 10);
}
END_TEST

enum { HOST_LEN = 20, USER_LEN = 6 };

/* What a host with this octet in it becomes. */
static size_t
host_form(char *form, size_t len, size_t at, char c)
{
	bool cut = c == ';' || c == '?' || c == ':';

	memset(form, 'h', len);
	form[at] = (char)tolower(c);
	if (c == '@' || c == '%' || (cut && at == 0))
		return 0;
	return cut ? at : len;
}

START_TEST(octet_of_a_host_counts_wherever_it_stands)
{
	char text[USER_LEN + HOST_LEN] = "sip:a@", form[STORE_NAME_MAX];
	char want[HOST_LEN];

	for (size_t len = 1; len <= HOST_LEN; len++) {
		for (size_t at = 0; at < len; at++) {
			for (char c = '!'; c < 0x7f; c++) {
				if (c == '[' || c == ']')
					continue;
				memset(text + USER_LEN, 'H', len);
				text[USER_LEN + at] = c;

				size_t n = host_form(want, len, at, c);
				size_t got =
				    identity_impu(form, text, USER_LEN + len);

				ck_assert_uint_eq(
				    got, n > 0 ? USER_LEN + n : 0);
				if (n > 0)
					ck_assert_mem_eq(
					    form + USER_LEN, want, n);
			}
		}
	}
}
END_TEST

START_TEST(octet_of_a_realm_is_lowered_wherever_it_stands)
{
	char text[2 + HOST_LEN] = "a@", form[STORE_NAME_MAX];

	for (size_t at = 0; at < HOST_LEN; at++) {
		for (int c = ' '; c <= UINT8_MAX; c++) {
			if (c == 0x7f || c == '@')
				continue;
			memset(text + 2, 'H', HOST_LEN);
			text[2 + at] = (char)c;
			ck_assert_uint_eq(
			    identity_impi(form, text, sizeof text),
			    sizeof text);
			for (size_t i = 0; i < HOST_LEN; i++) {
				char is = text[2 + i];
				bool upper = is >= 'A' && is <= 'Z';

				ck_assert_int_eq(
				    form[2 + i], upper ? is - 'A' + 'a' : is);
			}
		}
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		scheme_and_host_are_lowered_and_user_is_not,
		parameters_port_and_headers_are_cut,
		user_part_keeps_what_may_stand_in_it,
		escapes_of_unreserved_characters_are_undone,
		tel_has_no_visual_separators,
		regular_expressions_stay_as_they_are,
		what_is_no_uri_is_no_public_identity,
		a_form_is_its_own_form,
		a_form_of_255_octets_is_the_longest,
		every_truncation_is_read_within_its_end,
		realm_of_a_private_identity_is_lowered,
		private_identity_has_1_to_255_octets_and_no_controls,
		octet_of_a_host_counts_wherever_it_stands,
		octet_of_a_realm_is_lowered_wherever_it_stands,
	};

	return run_store_tests("identity", tests, sizeof tests / sizeof *tests);
}
