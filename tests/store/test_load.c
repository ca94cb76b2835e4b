/*
 * The operator's files: what a good one becomes.
 */
#include "tests/store/store_fixture.h"

#include "store/lines.h"

#include <stdio.h>

#define KEYS                                     \
	"k = 000102030405060708090a0b0c0d0e0f\n" \
	"opc = 101112131415161718191a1b1c1d1e1f\n"

static char name_buf[STORE_NAME_MAX + 1];

static const char *
name_of(const struct store_name *name)
{
	store_name(store, name, name_buf, sizeof name_buf);
	return name_buf;
}

START_TEST(sample_of_the_design_is_read)
{
	load_good("[alice]\n"
		  "impi    = 001010000000001@ims.example.org\n"
		  "scheme  = aka         # aka | digest | nass | giba\n"
		  "k       = fec86ba6eb707ed08905757b1bb44b8f\n"
		  "op      = dbc59adcb6f9a0ef735477b7fadf8374   # or opc =\n"
		  "amf     = 8001\n"
		  "impu    = sip:001010000000001@ims.example.org\n"
		  "impu    = sip:+15550001@IMS.example.org display=\"Alice\"\n"
		  "impu    = tel:+1-555-0001\n"
		  "impu    = sip:alice.private@ims.example.org barred set=2\n"
		  "profile = gold\n"
		  "unregistered-services = yes\n");

	const struct store_impi *i = impi("001010000000001@IMS.example.org");

	ck_assert_ptr_nonnull(i);
	ck_assert_uint_eq(i->scheme, STORE_AKA);
	ck_assert_uint_eq(i->u.aka.k[0], 0xfe);
	ck_assert_uint_eq(i->u.aka.opc[0], 0xfe ^ 0xdb);
	ck_assert_uint_eq(i->u.aka.opc[15], 0x8f ^ 0x74);
	ck_assert_uint_eq(i->amf[0], 0x80);
	ck_assert_uint_eq(i->amf[1], 0x01);

	const struct store_sub *s = i->sub;

	ck_assert_str_eq(s->name, "alice");
	ck_assert_uint_eq(s->nimpis, 1);
	ck_assert_uint_eq(s->nimpus, 4);
	ck_assert_uint_eq(s->nsets, 2);
	ck_assert(s->unreg_services);
	ck_assert(!s->barred);
	ck_assert_ptr_null(s->fixed_scscf);
	ck_assert_ptr_null(s->visited);
	ck_assert_uint_eq(s->charging, 0);
	ck_assert_str_eq(
	    name_of(&s->impus[1].name), "sip:+15550001@ims.example.org");
	ck_assert_str_eq(s->impus[1].display, "Alice");
	ck_assert_str_eq(name_of(&s->impus[2].name), "tel:+15550001");
	ck_assert_uint_eq(s->impus[2].name.domain, 0);
	ck_assert_uint_eq(s->impus[2].profile, 1);
	ck_assert_ptr_null(s->impus[2].display);
	ck_assert(s->impus[3].barred);
	ck_assert_uint_eq(s->impus[3].set, 1);
	ck_assert_uint_eq(s->impus[0].name.domain, s->impus[3].name.domain);
	ck_assert_ptr_eq(impu("SIP:+15550001@ims.EXAMPLE.org:5060;user=phone"),
	    &s->impus[1]);
}
END_TEST

START_TEST(what_is_not_given_has_defaults)
{
	load_good(ALICE);

	const struct store_impi *i = impi("alice@example.org");

	ck_assert_uint_eq(i->scheme, STORE_AKA);
	ck_assert_uint_eq(i->amf[0], 0x80);
	ck_assert_uint_eq(i->amf[1], 0x00);
	ck_assert_uint_eq(i->seq, 0);
	ck_assert_uint_eq(i->sub->impus[0].profile, 0);
	ck_assert_uint_eq(i->sub->nsets, 1);
	ck_assert(!i->sub->unreg_services);
}
END_TEST

START_TEST(every_scheme_has_its_credential)
{
	load_good("[all]\n"
		  "impi = a@h\nscheme = aka\n" KEYS
		  "impi = P@h\nscheme = digest\npassword = secret # no\n"
		  "impi = h@h\nscheme = digest\n"
		  "ha1 = 202122232425262728292A2B2C2D2E2F\n"
		  "impi = n@h\nscheme = nass\nline-identifier = dsl 7\n"
		  "impi = 4@h\nscheme = giba\nframed-ip = 192.0.2.1\n"
		  "impi = 6@h\nscheme = giba\nframed-ip = 2001:db8::1\n"
		  "impu = sip:a@h\n");
	ck_assert_uint_eq(impi("a@h")->u.aka.opc[15], 0x1f);
	ck_assert_uint_eq(impi("P@h")->scheme, STORE_DIGEST);
	ck_assert_uint_eq(impi("P@h")->u.ha1[0], 'P');
	ck_assert_uint_eq(impi("P@h")->u.ha1[1], 's');
	ck_assert_uint_eq(impi("h@h")->u.ha1[15], 0x2f);
	ck_assert_uint_eq(impi("n@h")->scheme, STORE_NASS);
	ck_assert_str_eq(impi("n@h")->u.line_identifier, "dsl 7");
	ck_assert_uint_eq(impi("4@h")->scheme, STORE_GIBA);
	ck_assert_uint_eq(impi("4@h")->u.framed_ip.len, 4);
	ck_assert_uint_eq(impi("4@h")->u.framed_ip.addr[0], 192);
	ck_assert_uint_eq(impi("6@h")->u.framed_ip.len, 16);
	ck_assert_uint_eq(impi("6@h")->u.framed_ip.addr[15], 1);
	for (unsigned i = 0; i < 6; i++)
		ck_assert_uint_eq(impi("a@h")->sub->impis[i].index, i);
}
END_TEST

START_TEST(keys_of_the_section_are_read)
{
	load_good(ALICE "scscf = sip:scscf.example.org:6060\n"
			"capabilities = {mandatory 1 2 optional 3}\n"
			"charging = prepaid\n"
			"visited = one.example.org,  two.example.org\n"
			"barred = yes\n"
			"unregistered-services = no\n");

	const struct store_sub *s = impi("alice@example.org")->sub;

	ck_assert_str_eq(s->fixed_scscf, "sip:scscf.example.org:6060");
	ck_assert_uint_eq(s->nmandatory, 2);
	ck_assert_uint_eq(s->noptional, 1);
	ck_assert_uint_eq(store_capabilities(s)[0], 1);
	ck_assert_uint_eq(store_capabilities(s)[1], 2);
	ck_assert_uint_eq(store_capabilities(s)[2], 3);
	ck_assert_uint_eq(s->charging, 1);
	ck_assert_str_eq(s->visited, "one.example.org two.example.org");
	ck_assert(s->barred);
}
END_TEST

START_TEST(flags_of_an_impu_are_read)
{
	load_good(ALICE
	    "impu = sip:x@h  psi  profile=gold display=\"a \\\"b\\\" # \\\\\"\n"
	    "impu = sip:c-!.*!@h wildcard display=plain\n");

	const struct store_impu *x = impu("sip:x@h");

	ck_assert(x->psi);
	ck_assert(!x->wildcard);
	ck_assert_uint_eq(x->profile, 1);
	ck_assert_str_eq(x->display, "a \"b\" # \\");
	ck_assert(impu("sip:c-!.*!@h")->wildcard);
	ck_assert_str_eq(impu("sip:c-!.*!@h")->display, "plain");
}
END_TEST

static void
check_order(const struct store_sub *s, const char *want)
{
	char got[256] = "";

	for (unsigned i = 0; i < s->nimpus; i++) {
		strcat(got, name_of(&s->impus[i].name));
		strcat(got, " ");
	}
	ck_assert_str_eq(got, want);
}

START_TEST(default_impu_comes_first_in_its_set)
{
	load_good("[a]\nimpi = a@h\n" KEYS "impu = sip:1@h\n"
		  "impu = sip:2@h set=2\n"
		  "impu = sip:3@h default\n"
		  "impu = sip:4@h\n"
		  "impu = sip:5@h set=2 default\n");
	check_order(
	    impi("a@h")->sub, "sip:3@h sip:1@h sip:5@h sip:2@h sip:4@h ");
}
END_TEST

START_TEST(barred_or_psi_or_wildcard_is_no_default_by_itself)
{
	load_good("[a]\nimpi = a@h\n" KEYS "impu = sip:1@h barred\n"
		  "impu = sip:2@h psi\n"
		  "impu = sip:3!.*!@h wildcard\n"
		  "impu = sip:4@h\n"
		  "impu = sip:5@h\n"
		  "impu = sip:6@h set=2 barred\n"
		  "impu = sip:7@h set=2 psi\n");
	check_order(impi("a@h")->sub,
	    "sip:4@h sip:1@h sip:2@h sip:3!.*!@h sip:5@h sip:6@h sip:7@h ");
}
END_TEST

START_TEST(numbers_of_sets_may_have_gaps)
{
	struct store_sub *sub;

	load_good("[a]\nimpi = a@h\n" KEYS "impu = sip:1@h set=3\n"
		  "impu = sip:2@h set=16\n");
	sub = impi("a@h")->sub;
	ck_assert_uint_eq(sub->nsets, 16);
	ck_assert_uint_eq(sub->impus[0].set, 2);
	ck_assert_uint_eq(sub->impus[1].set, 15);
}
END_TEST

START_TEST(no_sqn_below_the_first_is_given_out)
{
	uint64_t first;

	load_good(ALICE "sqn = 00000000a05f\n"
			"[bob]\nimpi = bob@h\n" KEYS
			"sqn = ffffffffffe0\nimpu = sip:bob@h\n"
			"[eve]\nimpi = eve@h\n" KEYS
			"sqn = ffffffffffff\nimpu = sip:eve@h\n"
			"[carol]\nimpi = carol@h\n" KEYS
			"sqn = 000000000000\nimpu = sip:carol@h\n"
			"[dave]\nimpi = dave@h\n" KEYS
			"sqn = 000000000060\nimpu = sip:dave@h\n");
	ck_assert(
	    store_next_sqn(store, impi("alice@example.org"), 3, 1, &first));
	ck_assert_uint_eq(first, 0xa063);
	ck_assert(store_next_sqn(store, impi("carol@h"), 3, 1, &first));
	ck_assert_uint_eq(first, 0x23);
	ck_assert(store_next_sqn(store, impi("dave@h"), 0, 1, &first));
	ck_assert_uint_eq(first, 0x60);
	ck_assert(store_next_sqn(store, impi("bob@h"), 0, 1, &first));
	ck_assert_uint_eq(first, 0xffffffffffe0);
	ck_assert(!store_next_sqn(store, impi("bob@h"), 0, 1, &first));
	ck_assert(!store_next_sqn(store, impi("eve@h"), 0, 1, &first));
}
END_TEST

START_TEST(comments_blanks_and_line_ends_do_not_matter)
{
	load_good("# [x]\r\n\r\n  [alice]\t# comment\r\n"
		  "\timpi=a#b@h\r\n" KEYS "  impu  =  tel:*#06#  \r\n"
		  "impu = sip:a@h display=\"# 1\" # set=9");
	ck_assert_str_eq(impi("a#b@h")->sub->name, "alice");
	ck_assert_ptr_nonnull(impu("tel:*#06#"));
	ck_assert_str_eq(impu("sip:a@h")->display, "# 1");
}
END_TEST

START_TEST(several_files_are_one_set)
{
	const char *const files[] = { "one", "two" };

	put_file("one", ALICE, sizeof ALICE - 1);
	put_file("two", BOB, sizeof BOB - 1);
	ck_assert_uint_eq(store_load(store, files, 2, NULL, NULL), 0);
	ck_assert_uint_eq(store_count(store), 2);
	ck_assert_ptr_nonnull(impi("alice@example.org"));
	ck_assert_ptr_nonnull(impi("bob@example.org"));
	ck_assert_ptr_null(impi("carol@example.org"));
}
END_TEST

START_TEST(no_subscription_is_fine)
{
	load_good("# nobody\n");
	ck_assert_uint_eq(store_count(store), 0);
	ck_assert_ptr_null(impi("a@h"));
	ck_assert_ptr_null(impu("sip:a@h"));
}
END_TEST

/* Lines of all lengths around the block's, each with its own number. */
START_TEST(lines_across_blocks_are_whole)
{
	static struct lines l;
	FILE *f = fopen("lines", "w");
	char *line;
	size_t len;

	for (int i = 0; i < 5000; i++)
		fprintf(f, "%d%*s\n", i, i % LINES_MAX / 8, "");
	fclose(f);
	ck_assert(lines_open(&l, "lines"));
	for (int i = 0; i < 5000; i++) {
		ck_assert_int_eq(lines_next(&l, &line, &len), LINES_OK);
		ck_assert_int_eq(atoi(line), i);
		ck_assert_uint_eq(strlen(line), len);
	}
	ck_assert_int_eq(lines_next(&l, &line, &len), LINES_END);
	lines_close(&l);
}
END_TEST

START_TEST(lines_are_wiped)
{
	static struct lines l;
	char *line;
	size_t len;

	put_file("lines", "secret", 6);
	ck_assert(lines_open(&l, "lines"));
	ck_assert_int_eq(lines_next(&l, &line, &len), LINES_OK);
	ck_assert_str_eq(line, "secret");
	lines_close(&l);
	ck_assert_ptr_null(memmem(l.block, sizeof l.block, "s", 1));
}
END_TEST

/* The octets of the records and indices of 20000 with an IMPI and two IMPUs,
 * and those of their names, without the domain. */
static size_t
cost(size_t *names)
{
	enum { N = 20000 };
	FILE *f = fopen("subs", "w");
	const char *const files[] = { "subs" };

	*names = 0;
	for (int i = 0; i < N; i++) {
		fprintf(f,
		    "[%d]\nimpi = %d@h\n" KEYS "impu = sip:%d@h\n"
		    "impu = tel:+1555%d\n",
		    i, i, i, i);
		*names += (size_t)snprintf(
		    NULL, 0, "%d%dsip:%dtel:+1555%d", i, i, i, i);
	}
	fclose(f);
	ck_assert_uint_eq(store_load(store, files, 1, NULL, NULL), 0);
	ck_assert_uint_eq(store_count(store), N);

	const struct tables *t = store->tables;

	*names = *names / N;
	return (arena_octets(&t->subs) + arena_octets(&t->names.text) +
		   hash_octets(&t->impis) + hash_octets(&t->impus) +
		   hash_octets(&t->sections) + N - 1) /
	       N;
}

START_TEST(a_subscriber_costs_at_most_256_octets_beside_its_names)
{
	size_t names, octets = cost(&names);

	ck_assert_uint_le(octets, 256 + names);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		sample_of_the_design_is_read,
		what_is_not_given_has_defaults,
		every_scheme_has_its_credential,
		keys_of_the_section_are_read,
		flags_of_an_impu_are_read,
		default_impu_comes_first_in_its_set,
		barred_or_psi_or_wildcard_is_no_default_by_itself,
		numbers_of_sets_may_have_gaps,
		no_sqn_below_the_first_is_given_out,
		comments_blanks_and_line_ends_do_not_matter,
		several_files_are_one_set,
		no_subscription_is_fine,
		lines_across_blocks_are_whole,
		lines_are_wiped,
		a_subscriber_costs_at_most_256_octets_beside_its_names,
	};

	return run_store_tests("load", tests, sizeof tests / sizeof *tests);
}
