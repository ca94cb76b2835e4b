/*
 * Journal records as text: their form, what is refused, the longest ones.
 */
#include "tests/store/store_fixture.h"

#include <stdio.h>

static char buf[RECORD_MAX];

#define TWO                                                    \
	"[two]\n"                                              \
	"impi = a b@h\nscheme = digest\npassword = x\n"        \
	"impi = c,\xc3\xa4@h\nscheme = digest\npassword = x\n" \
	"impu = sip:a@h\nimpu = sip:b@h set=2\n"

static const char *
sub_text(const struct store_sub *sub, const struct store_reg *reg)
{
	size_t len = record_sub(buf, &store->tables->names, sub, reg);

	ck_assert_uint_lt(len, sizeof buf);
	buf[len] = '\0';
	return buf;
}

START_TEST(a_sub_record_is_whole_and_readable)
{
	struct store_reg reg = { .nsets = 2 };

	load_good(TWO);

	const struct store_sub *sub = impi("a b@h")->sub;

	ck_assert_str_eq(sub_text(sub, &reg), "sub a%20b@h");
	reg.scscf = (struct store_scscf){ "sip:s;x=%", "host", NULL };
	ck_assert_str_eq(
	    sub_text(sub, &reg), "sub a%20b@h scscf=sip:s;x=%25 host=host");
	reg.scscf.realm = "realm";
	reg.sets[0].registered = 2;
	reg.sets[1].pending = 1;
	reg.sets[1].unregistered = true;
	ck_assert_str_eq(sub_text(sub, &reg),
	    "sub a%20b@h,c%2C%C3%A4@h scscf=sip:s;x=%25 host=host "
	    "realm=realm set=1 registered=2 set=2 pending=1 unregistered");
}
END_TEST

START_TEST(a_sub_record_is_read_back)
{
	char text[] = "sub a%20b@h,c%2C%C3%A4@h scscf=sip:s host=h realm=r "
		      "set=1 registered=2 set=16 pending=1 unregistered";
	struct record r;

	ck_assert_ptr_null(record_parse(&r, text));
	ck_assert_int_eq(r.kind, RECORD_SUB);
	ck_assert_uint_eq(r.nimpis, 2);
	ck_assert_str_eq(r.impis[0], "a b@h");
	ck_assert_str_eq(r.impis[1], "c,\xc3\xa4@h");
	ck_assert_str_eq(r.reg.scscf.name, "sip:s");
	ck_assert_str_eq(r.reg.scscf.host, "h");
	ck_assert_str_eq(r.reg.scscf.realm, "r");
	ck_assert_uint_eq(r.reg.sets[0].registered, 2);
	ck_assert_uint_eq(r.reg.sets[0].pending, 0);
	ck_assert_uint_eq(r.reg.sets[15].pending, 1);
	ck_assert(r.reg.sets[15].unregistered);
}
END_TEST

START_TEST(a_sqn_record_is_read_back)
{
	struct record r;

	for (int reset = 0; reset < 2; reset++) {
		size_t len = record_sqn(buf, "a b@h", 5, SQN_SEQ_MAX, reset);

		buf[len] = '\0';
		ck_assert_str_eq(buf, reset ? "sqn a%20b@h 8796093022207 reset"
					    : "sqn a%20b@h 8796093022207");
		ck_assert_ptr_null(record_parse(&r, buf));
		ck_assert_int_eq(r.kind, RECORD_SQN);
		ck_assert_str_eq(r.impis[0], "a b@h");
		ck_assert_uint_eq(r.seq, SQN_SEQ_MAX);
		ck_assert_int_eq(r.reset, reset);
	}
}
END_TEST

START_TEST(records_of_provisioning_are_read_back)
{
	struct record r;
	char line[] = "+ impu = sip:%41@h display=\"a, b\" ";

	buf[record_import(buf, 7)] = '\0';
	ck_assert_str_eq(buf, "import 7");
	ck_assert_ptr_null(record_parse(&r, buf));
	ck_assert_int_eq(r.kind, RECORD_IMPORT);
	ck_assert_uint_eq(r.nlines, 7);
	buf[record_delete(buf, "a \xc3\xa4%")] = '\0';
	ck_assert_str_eq(buf, "delete a%20%C3%A4%25");
	ck_assert_ptr_null(record_parse(&r, buf));
	ck_assert_int_eq(r.kind, RECORD_DELETE);
	ck_assert_str_eq(r.text, "a \xc3\xa4%");
	ck_assert_ptr_null(record_parse(&r, line));
	ck_assert_int_eq(r.kind, RECORD_LINE);
	ck_assert_str_eq(r.text, "impu = sip:%41@h display=\"a, b\" ");
}
END_TEST

START_TEST(lines_of_an_import_at_their_limit_and_one_past)
{
	struct record r;

	buf[record_import(buf, RECORD_LINES_MAX)] = '\0';
	ck_assert_ptr_null(record_parse(&r, buf));
	buf[record_import(buf, RECORD_LINES_MAX + 1)] = '\0';
	ck_assert_ptr_nonnull(record_parse(&r, buf));
}
END_TEST

START_TEST(what_is_no_record_is_refused)
{
	static const char *const bad[] = { "", "sub", "sub ", "foo a@h",
		"sub a@h ", "sub a@h x", "sub a@h x=y",
		"sub a@h scscf=", "sub a@h registered=1",
		"sub a@h unregistered", "sub ,a@h", "sub a@h,", "sub a%2@h",
		"sub a%2g@h", "sub a%00@h", "sub a%", "sub a@h set=0",
		"sub a@h set=17", "sub a@h set=", "sub a@h set=1 registered=2",
		"sub a@h set=1 registered=", "sub a@h set=1 registered=-1",
		"sub a@h set=1 pending=x", "sqn a@h", "sqn a@h ", "sqn a@h x",
		"sqn a@h -1", "sqn a@h 8796093022208", "sqn a@h 1 x",
		"sqn a@h 1 ", "sqn a@h 99999999999999999999", "+", "delete",
		"delete ", "delete a%00", "import", "import ", "import 0",
		"import -1", "import 1 ", "import x" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct record r;
		char text[64];

		strcpy(text, bad[i]);
		ck_assert_msg(record_parse(&r, text) != NULL, "%s", bad[i]);
	}
}
END_TEST

START_TEST(names_and_lists_at_their_limit_and_one_past)
{
	struct record r;
	char text[8192] = "sub ";

	memset(text + 4, 'x', STORE_NAME_MAX + 1);
	ck_assert_ptr_nonnull(record_parse(&r, text));
	memset(text, 0, sizeof text);
	strcpy(text, "sub ");
	memset(text + 4, 'x', STORE_NAME_MAX);
	ck_assert_ptr_null(record_parse(&r, text));

	strcpy(text, "sub 0");
	for (int i = 1; i < STORE_IMPIS_MAX; i++)
		sprintf(text + strlen(text), ",%d", i);
	strcpy(buf, text);
	ck_assert_ptr_null(record_parse(&r, buf));
	ck_assert_uint_eq(r.nimpis, STORE_IMPIS_MAX);
	strcpy(buf, text);
	strcat(buf, " set=1 registered=ffff");
	ck_assert_ptr_null(record_parse(&r, buf));
	ck_assert_uint_eq(r.reg.sets[0].registered, 0xffff);
	strcat(text, ",16");
	ck_assert_ptr_nonnull(record_parse(&r, text));
}
END_TEST

START_TEST(the_longest_record_fits_and_is_read_back)
{
	static char text[1 << 14];
	char scscf[STORE_NAME_MAX + 1] = "";
	int len = sprintf(text, "[a]\n");
	struct store_reg reg = { .nsets = STORE_SETS_MAX };

	for (int i = 0; i < STORE_IMPIS_MAX; i++)
		len += sprintf(text + len,
		    "impi = %0255d\nscheme = digest\npassword = x\n", i);
	for (int i = 0; i < STORE_SETS_MAX; i++) {
		len +=
		    sprintf(text + len, "impu = sip:%d@h set=%d\n", i, i + 1);
		reg.sets[i] = (struct store_set){ 0xffff, 0xffff, true };
	}
	load_good(text);
	memset(scscf, '%', STORE_NAME_MAX);
	reg.scscf = (struct store_scscf){ scscf, scscf, scscf };

	struct store_sub *sub = impu("sip:0@h")->sub;
	struct record r;

	sub_text(sub, &reg);
	ck_assert_uint_le(strlen(buf), JOURNAL_LINE_MAX);
	ck_assert_ptr_null(record_parse(&r, buf));
	ck_assert_str_eq(r.reg.scscf.realm, scscf);
	ck_assert_uint_eq(r.reg.sets[15].pending, 0xffff);
	ck_assert(r.reg.sets[15].unregistered);
	ck_assert(open_db(NULL));
	ck_assert(store_put_reg(store, sub, &reg));
	reopen();
	ck_assert_str_eq(scscf_of(impu("sip:0@h")->sub), scscf);
	ck_assert_uint_eq(mask_of(impu("sip:0@h")->sub, 15), 0xffff);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		a_sub_record_is_whole_and_readable,
		a_sub_record_is_read_back,
		a_sqn_record_is_read_back,
		records_of_provisioning_are_read_back,
		lines_of_an_import_at_their_limit_and_one_past,
		what_is_no_record_is_refused,
		names_and_lists_at_their_limit_and_one_past,
		the_longest_record_fits_and_is_read_back,
	};

	return run_store_tests("record", tests, sizeof tests / sizeof *tests);
}
