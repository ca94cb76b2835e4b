/*
 * Subscriptions as text: the canonical form, and that what is loaded from it
 * is exported as the same octets.
 */
#include "tests/store/store_fixture.h"

#include "store/lines.h"

#include <stdio.h>

enum { TEXT_CAP = 1 << 20 };

struct text {
	size_t len;
	char buf[TEXT_CAP];
};
static struct text once, again;

#define K "k = 000102030405060708090a0b0c0d0e0f\n"
#define OPC "opc = 101112131415161718191a1b1c1d1e1f\n"

static void
add_line(void *arg, const char *line, size_t len)
{
	struct text *t = arg;

	ck_assert_uint_le(len, LINES_MAX);
	ck_assert_uint_lt(t->len + len + 2, TEXT_CAP);
	memcpy(t->buf + t->len, line, len);
	t->len += len;
	t->buf[t->len++] = '\n';
	t->buf[t->len] = '\0';
}

static const char *
export_all(struct text *t, bool state)
{
	struct store_walk walk = { 0 };
	const struct store_sub *sub;

	t->len = 0;
	t->buf[0] = '\0';
	while ((sub = store_next(store, &walk)) != NULL)
		store_export(store, sub, state, add_line, t);
	return t->buf;
}

static void
start_anew(void)
{
	store_close(store);
	store = store_new(test_hooks());
	ck_assert_ptr_nonnull(store);
}

/* Loads the text that was exported into another store, and exports that. */
static void
round_trip(void)
{
	export_all(&once, true);
	start_anew();
	load_good(once.buf);
	ck_assert_str_eq(export_all(&again, true), once.buf);
}

static void
exports(const char *in, const char *out)
{
	load_good(in);
	ck_assert_str_eq(export_all(&once, true), out);
	round_trip();
	start_anew();
}

START_TEST(sample_of_the_design_has_a_canonical_form)
{
	exports("[alice]   # the first\n"
		"impi = 001010000000001@IMS.Example.org\n"
		"scheme = aka\n"
		"k    = 000102030405060708090A0B0C0D0E0F\n"
		"op   = 000102030405060708090a0b0c0d0e00 # or opc\n"
		"amf  = 8000\n"
		"impu = SIP:001010000000001@ims.example.org:5060;user=phone\n"
		"impu = sip:+15550001@IMS.example.org display=\"Alice\"\n"
		"impu = tel:+1-555-0001\n"
		"impu = sip:alice.private@ims.example.org set=2 barred\n"
		"unregistered-services = yes\n",
	    "[alice]\n"
	    "impi = 001010000000001@ims.example.org\n"
	    "scheme = aka\n" K "opc = 0000000000000000000000000000000f\n"
	    "impu = sip:001010000000001@ims.example.org\n"
	    "impu = sip:+15550001@ims.example.org display=\"Alice\"\n"
	    "impu = tel:+15550001\n"
	    "impu = sip:alice.private@ims.example.org barred set=2\n"
	    "profile = default\n"
	    "unregistered-services = yes\n");
}
END_TEST

START_TEST(every_key_of_every_scheme_is_exported)
{
	exports("[all]\n"
		"impi = a@h\n" K OPC "amf = 8001\nsqn = 00000000a05f\n"
		"impi = P@h\nscheme = digest\npassword = secret\n"
		"impi = n@h\nscheme = nass\nline-identifier = dsl \"# 7\n"
		"impi = 4@h\nscheme = giba\nframed-ip = 192.0.2.1\n"
		"impi = 6@h\nscheme = giba\nframed-ip = 2001:DB8:0::1\n"
		"impu = sip:a@h\n"
		"scscf = sip:S.example.org:6060;lr\n"
		"capabilities = {mandatory 1 2, optional 3}\n"
		"charging = prepaid\n"
		"visited = a.example\tb.example,#c\n"
		"barred = yes\nloose-route = yes\nprivileged-sender = yes\n",
	    "[all]\n"
	    "impi = a@h\nscheme = aka\n" K OPC "amf = 8001\n"
	    "sqn = 00000000a060\n"
	    "impi = P@h\nscheme = digest\n"
	    "ha1 = 50730000000000000000000000000000\n"
	    "impi = n@h\nscheme = nass\nline-identifier = dsl \"# 7\n"
	    "impi = 4@h\nscheme = giba\nframed-ip = 192.0.2.1\n"
	    "impi = 6@h\nscheme = giba\nframed-ip = 2001:db8::1\n"
	    "impu = sip:a@h\n"
	    "profile = default\n"
	    "scscf = sip:S.example.org:6060;lr\n"
	    "capabilities = {mandatory 1 2 optional 3}\n"
	    "charging = prepaid\n"
	    "visited = a.example,b.example,#c\n"
	    "barred = yes\nloose-route = yes\nprivileged-sender = yes\n");
}
END_TEST

START_TEST(flags_profiles_and_defaults_are_exported)
{
	exports("[x]\nimpi = x@h\n" K OPC
		"impu = sip:!p.*!@h wildcard psi default\n"
		"impu = sip:b@h barred set=3\n"
		"impu = sip:c@h set=3 profile=gold display=\"say \\\"\\\\ #\"\n"
		"impu = sip:d@h set=3 default\n"
		"impu = sip:e@h psi inactive as=sip:as.example.org;lr\n"
		"capabilities = {optional 7}\n",
	    "[x]\nimpi = x@h\nscheme = aka\n" K OPC
	    "impu = sip:!p.*!@h psi wildcard default\n"
	    "impu = sip:d@h set=3\n"
	    "impu = sip:b@h barred set=3\n"
	    "impu = sip:c@h display=\"say \\\"\\\\ #\" set=3 profile=gold\n"
	    "impu = sip:e@h psi inactive as=sip:as.example.org;lr\n"
	    "profile = default\n"
	    "capabilities = {optional 7}\n");
}
END_TEST

START_TEST(a_value_that_looks_like_a_comment_stays_a_value)
{
	exports("[#x]\nimpi =#a@h\n" K OPC "impu = tel:*#06#\nvisited =#v\n",
	    "[#x]\nimpi=#a@h\nscheme = aka\n" K OPC
	    "impu = tel:*#06#\nprofile = default\nvisited=#v\n");
}
END_TEST

START_TEST(sections_keep_their_order)
{
	load_good(BOB ALICE);
	export_all(&once, true);
	ck_assert(strstr(once.buf, "[bob]") < strstr(once.buf, "[alice]"));
	round_trip();
}
END_TEST

START_TEST(sqn_goes_on_behind_all_that_were_allowed)
{
	uint64_t first;

	load_good(ALICE);
	ck_assert(
	    store_next_sqn(store, impi("alice@example.org"), 5, 3, &first));
	round_trip();
	ck_assert_ptr_nonnull(strstr(once.buf, "\nsqn = 000000000820\n"));
	ck_assert(
	    store_next_sqn(store, impi("alice@example.org"), 0, 1, &first));
	ck_assert_uint_eq(first, (STORE_SQN_STEP + 1) << STORE_SQN_IND_BITS);
}
END_TEST

START_TEST(sqn_that_is_used_up_stays_used_up)
{
	uint64_t first;

	load_good(ALICE "sqn = ffffffffffe0\n");
	ck_assert(
	    store_next_sqn(store, impi("alice@example.org"), 0, 1, &first));
	round_trip();
	ck_assert_ptr_nonnull(strstr(once.buf, "\nsqn = ffffffffffff\n"));
	ck_assert(
	    !store_next_sqn(store, impi("alice@example.org"), 0, 1, &first));
}
END_TEST

START_TEST(state_is_told_in_comments)
{
	struct store_reg reg;

	load_good(ALICE "[two]\nimpi = a@h\n" K OPC "impi = b@h\n" K OPC
			"impu = sip:a@h\nimpu = sip:b@h set=2\n");

	struct store_sub *sub = impi("a@h")->sub;

	ck_assert(registers(sub, "sip:s\n[x]\nimpi = \xff", 3));
	store_get_reg(sub, &reg);
	reg.sets[1].pending = 2;
	reg.sets[1].unregistered = true;
	ck_assert(store_put_reg(store, sub, &reg));
	export_all(&once, true);
	ck_assert_ptr_nonnull(
	    strstr(once.buf, "[two]\n"
			     "# S-CSCF sip:s?[x]?impi = ? at host.example.org\n"
			     "# set 1: registered with a@h\n"
			     "# set 1: registered with b@h\n"
			     "# set 2: authentication pending for b@h\n"
			     "# set 2: unregistered\n"
			     "impi = a@h\n"));
	ck_assert_ptr_null(strchr(export_all(&again, false), '#'));
	start_anew();
	load_good(once.buf);
	export_all(&once, true);
	ck_assert_str_eq(once.buf, again.buf);
}
END_TEST

START_TEST(a_uri_has_no_quote)
{
	ck_assert_uint_eq(
	    load_text("[a]\nimpi = a@h\n" K OPC "impu = sip:a\"b@h\n"), 1);
	ck_assert_str_eq(
	    faults, "subs:5: a URI has no \"; %22 is how it is written\n");
	load_good("[a]\nimpi = a@h\n" K OPC "impu = sip:a%22b@h\n");
}
END_TEST

START_TEST(longest_lines_are_loaded_again)
{
	static char in[1 << 14];
	char *p = in;

	p += sprintf(p, "[a]\nimpi = a@h\n" K OPC "impu = sip:a@h display=\"");
	for (int i = 0; i < STORE_NAME_MAX; i++)
		p = stpcpy(p, "\\\\");
	p = stpcpy(p, "\" as=\"sip:h;");
	for (int i = 0; i < STORE_NAME_MAX - 6; i++)
		p = stpcpy(p, "\\\"");
	p = stpcpy(p, "\" psi\nvisited=");
	for (size_t i = 8; i < LINES_MAX; i++)
		*p++ = i % 8 == 0 ? ' ' : 'v';
	*p = '\0';
	load_good(in);
	round_trip();
	ck_assert_ptr_nonnull(strstr(again.buf, "visited=vvvvvvv,"));
}
END_TEST

/* --- Sections at random --- */

static uint64_t seed;

static unsigned
pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static char *
words(char *p, const char *const *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (pick(3) == 0)
			p = stpcpy(p, list[i]);
	}
	return p;
}

/* A text for quotes or a value, with what could be taken for something. */
static char *
odd_text(char *p)
{
	static const char *const parts[] = { "a", " ", "\\\\", "\\\"", "#",
		" # ", "=", "\xc3\xa4", "[x]", "\\n", "\t", ",", "set=2" };

	*p++ = 'x';
	for (unsigned n = pick(6); n > 0; n--)
		p = stpcpy(p, parts[pick(sizeof parts / sizeof *parts)]);
	*p = '\0';
	return p;
}

/* A name that is like no other: '$' stands for two numbers. */
static char *
unlike(char *p, const char *form, unsigned section, unsigned i)
{
	for (; *form != '\0'; form++) {
		if (*form == '$')
			p += sprintf(p, "%u.%u", section, i);
		else
			*p++ = *form;
	}
	*p = '\0';
	return p;
}

static char *
random_impi(char *p, unsigned section, unsigned i)
{
	static const char *const credentials[] = {
		K OPC,
		K "op = 000102030405060708090a0b0c0d0e00\namf = 8001\n",
		K OPC "sqn = 0000000012ff\n",
		"scheme = digest\npassword = q\n",
		"scheme = nass\nline-identifier = a \"# b\n",
		"scheme = giba\nframed-ip = ::ffff:192.0.2.1\n",
	};
	static const char *const forms[] = { "$@H", "#$@h", "\"$ #@h", "a $",
		"$,@h@x" };

	p = stpcpy(p, "impi =");
	p = unlike(p, forms[pick(5)], section, i);
	return stpcpy(stpcpy(p, "\n"), credentials[pick(6)]);
}

static char *
random_impu(char *p, unsigned section, unsigned i)
{
	static const char *const forms[] = { "sip:$@H;x=y", "tel:+1-$5",
		"sips:%41$%3b@h:5061", "sip:$!x.*!@h wildcard" };
	bool psi = pick(3) == 0, barred = pick(4) == 0;

	p = stpcpy(p, "impu = ");
	p = unlike(p, forms[pick(4)], section, i);
	if (pick(2) == 0) {
		p = odd_text(stpcpy(p, " display=\""));
		p = stpcpy(p, "\"");
	}
	p = stpcpy(p, barred ? " barred" : "");
	if (psi)
		p = words(stpcpy(p, " psi"),
		    (const char *const[]){ " inactive", " as=\"sip:a=b;lr\"" },
		    2);
	if (!barred && i < 4 && pick(3) == 0)
		p += sprintf(p, " default set=%u", i + 1);
	else if (pick(2) == 0)
		p += sprintf(p, " set=%u", 5 + pick(3));
	p = words(p, (const char *const[]){ " profile=gold" }, 1);
	return stpcpy(p, "\n");
}

static void
random_section(char *p, unsigned section)
{
	static const char *const keys[] = { "profile = gold\n",
		"unregistered-services = yes\n", "scscf = sip:s.example:1\n",
		"capabilities = {mandatory 4294967295 0}\n",
		"charging = prepaid\n", "visited = a b\n", "barred = yes\n",
		"loose-route = yes\n", "privileged-sender = no\n" };

	p += sprintf(p, "[%s%u \"]\n", pick(2) == 0 ? "#" : " ", section);
	for (unsigned n = 1 + pick(3), i = 0; i < n; i++)
		p = random_impi(p, section, i);
	for (unsigned n = 1 + pick(8), i = 0; i < n; i++)
		p = random_impu(p, section, i);
	words(p, keys, sizeof keys / sizeof *keys);
}

START_TEST(sections_at_random_round_trip)
{
	static char in[TEXT_CAP];

	seed = 1;
	for (int round = 0; round < 40; round++) {
		in[0] = '\0';
		for (unsigned i = 0; i < 25; i++)
			random_section(in + strlen(in), i);
		load_good(in);
		ck_assert_uint_eq(store_count(store), 25);
		round_trip();
		start_anew();
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		sample_of_the_design_has_a_canonical_form,
		every_key_of_every_scheme_is_exported,
		flags_profiles_and_defaults_are_exported,
		a_value_that_looks_like_a_comment_stays_a_value,
		sections_keep_their_order,
		sqn_goes_on_behind_all_that_were_allowed,
		sqn_that_is_used_up_stays_used_up,
		state_is_told_in_comments,
		a_uri_has_no_quote,
		longest_lines_are_loaded_again,
		sections_at_random_round_trip,
	};

	return run_store_tests("export", tests, sizeof tests / sizeof *tests);
}
