/*
 * The dictionaries: sorted, without duplicates, consistent, and found.
 */
#include "tests/diameter/octets.h"

#include "cx/avps.h"
#include "cx/cx.h"

#include <string.h>

static const struct dia_dict *const dicts[] = { &dia_base_dict, &cx_dict };
enum { NDICTS = sizeof dicts / sizeof dicts[0] };

START_TEST(rows_are_sorted_by_vendor_and_code_without_duplicates)
{
	const struct dia_dict *dict = dicts[_i];

	ck_assert_uint_gt(dict->ndefs, 50);
	for (size_t i = 1; i < dict->ndefs; i++) {
		const struct dia_def *a = &dict->defs[i - 1];
		const struct dia_def *b = &dict->defs[i];

		ck_assert_msg(a->vendor < b->vendor ||
				  (a->vendor == b->vendor && a->code < b->code),
		    "%s before %s", a->name, b->name);
	}
}
END_TEST

START_TEST(every_row_is_found_by_code_and_vendor)
{
	const struct dia_dict *dict = dicts[_i];

	for (size_t i = 0; i < dict->ndefs; i++)
		ck_assert_ptr_eq(
		    dia_lookup(dict, dict->defs[i].code, dict->defs[i].vendor),
		    &dict->defs[i]);
}
END_TEST

START_TEST(v_flag_stands_exactly_with_a_vendor)
{
	const struct dia_dict *dict = dicts[_i];

	for (size_t i = 0; i < dict->ndefs; i++) {
		const struct dia_def *def = &dict->defs[i];

		ck_assert_msg(((def->flags & DIA_V) != 0) == (def->vendor != 0),
		    "%s", def->name);
		ck_assert_uint_eq(
		    def->flags & ~(DIA_V | DIA_M | DIA_SECRET), 0);
	}
}
END_TEST

START_TEST(names_are_there_once_over_the_chain)
{
	for (size_t i = 0; i < CX_NAVPS; i++) {
		ck_assert_uint_gt(strlen(cx_defs[i].name), 0);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(cx_defs[i].name, cx_defs[k].name);
		for (size_t k = 0; k < BASE_NAVPS; k++)
			ck_assert_str_ne(
			    cx_defs[i].name, dia_base_defs[k].name);
	}
}
END_TEST

START_TEST(every_enumeration_has_its_values)
{
	const struct dia_dict *dict = dicts[_i];

	for (size_t i = 0; i < dict->ndefs; i++) {
		const struct dia_def *def = &dict->defs[i];

		if (def->type == DIA_ENUM)
			ck_assert_msg(
			    def->values != NULL && def->values[0].name != NULL,
			    "%s", def->name);
	}
}
END_TEST

START_TEST(value_names_are_sorted_without_duplicates)
{
	const struct dia_dict *dict = dicts[_i];

	for (size_t i = 0; i < dict->ndefs; i++) {
		const struct dia_name *v = dict->defs[i].values;

		for (; v != NULL && v->name != NULL; v++) {
			if (v[1].name != NULL)
				ck_assert_uint_lt(v->value, v[1].value);
			ck_assert_str_eq(
			    dia_value_name(dict->defs[i].values, v->value),
			    v->name);
		}
	}
}
END_TEST

START_TEST(lookup_goes_up_the_chain_and_not_down)
{
	ck_assert_ptr_eq(dia_lookup(&cx_dict, 264, 0), BASE(ORIGIN_HOST));
	ck_assert_ptr_eq(dia_lookup(&cx_dict, 601, 10415), CX(PUBLIC_IDENTITY));
	ck_assert_ptr_null(dia_lookup(&dia_base_dict, 601, 10415));
	ck_assert_ptr_null(dia_lookup(NULL, 264, 0));
}
END_TEST

START_TEST(same_code_of_another_vendor_is_another_avp)
{
	ck_assert_ptr_eq(
	    dia_lookup(&cx_dict, 623, 10415), CX(USER_AUTHORIZATION_TYPE));
	ck_assert_ptr_eq(dia_lookup(&cx_dict, 623, 0), BASE(OC_OLR));
	ck_assert_ptr_null(dia_lookup(&cx_dict, 623, 13019));
	ck_assert_ptr_null(dia_lookup(&cx_dict, 264, 10415));
	ck_assert_ptr_null(dia_lookup(&cx_dict, UINT32_MAX, UINT32_MAX));
	ck_assert_ptr_null(dia_lookup(&cx_dict, 0, 0));
}
END_TEST

START_TEST(keys_and_hashes_are_secret)
{
	static const struct dia_def *const secret[] = {
		CX(DIGEST_HA1),
		CX(SIP_AUTHORIZATION),
		CX(CONFIDENTIALITY_KEY),
		CX(INTEGRITY_KEY),
		CX(ALTERNATE_DIGEST_HA1),
	};
	enum { NSECRET = sizeof secret / sizeof secret[0] };
	size_t n = 0;

	for (size_t i = 0; i < NSECRET; i++)
		ck_assert_msg((secret[i]->flags & DIA_SECRET) != 0, "%s",
		    secret[i]->name);
	for (size_t i = 0; i < CX_NAVPS; i++)
		n += (cx_defs[i].flags & DIA_SECRET) != 0;
	ck_assert_uint_eq(n, NSECRET);
}
END_TEST

static const struct {
	uint32_t code, app;
	uint8_t flags;
	const char *request, *answer;
} commands[] = {
	{ 257, 0, 0, "CER", "CEA" },
	{ 280, 0, 0, "DWR", "DWA" },
	{ 282, 0, 0, "DPR", "DPA" },
	{ 300, 16777216, DIA_P, "UAR", "UAA" },
	{ 301, 16777216, DIA_P, "SAR", "SAA" },
	{ 302, 16777216, DIA_P, "LIR", "LIA" },
	{ 303, 16777216, DIA_P, "MAR", "MAA" },
	{ 304, 16777216, DIA_P, "RTR", "RTA" },
	{ 305, 16777216, DIA_P, "PPR", "PPA" },
};

START_TEST(command_is_found_by_code_and_application)
{
	const struct dia_command *c =
	    dia_lookup_command(&cx_dict, commands[_i].code, commands[_i].app);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->flags, commands[_i].flags);
	ck_assert_str_eq(c->request, commands[_i].request);
	ck_assert_str_eq(c->answer, commands[_i].answer);
	ck_assert_ptr_null(
	    dia_lookup_command(&cx_dict, commands[_i].code, 16777217));
}
END_TEST

START_TEST(results_have_names)
{
	ck_assert_str_eq(dia_value_name(BASE(RESULT_CODE)->values, 5014),
	    "INVALID_AVP_LENGTH");
	ck_assert_ptr_null(dia_value_name(BASE(RESULT_CODE)->values, 5018));
	ck_assert_ptr_null(dia_value_name(NULL, 0));
	ck_assert_str_eq(cx_result_name(CX_USER_UNKNOWN), "ERROR_USER_UNKNOWN");
	ck_assert_ptr_null(cx_result_name(5010));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("dict");
	TCase *t = tcase_create("dict");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t,
	    rows_are_sorted_by_vendor_and_code_without_duplicates, 0, NDICTS);
	tcase_add_loop_test(
	    t, every_row_is_found_by_code_and_vendor, 0, NDICTS);
	tcase_add_loop_test(t, v_flag_stands_exactly_with_a_vendor, 0, NDICTS);
	tcase_add_test(t, names_are_there_once_over_the_chain);
	tcase_add_loop_test(
	    t, value_names_are_sorted_without_duplicates, 0, NDICTS);
	tcase_add_loop_test(t, every_enumeration_has_its_values, 0, NDICTS);
	tcase_add_test(t, lookup_goes_up_the_chain_and_not_down);
	tcase_add_test(t, same_code_of_another_vendor_is_another_avp);
	tcase_add_test(t, keys_and_hashes_are_secret);
	tcase_add_loop_test(t, command_is_found_by_code_and_application, 0,
	    sizeof commands / sizeof commands[0]);
	tcase_add_test(t, results_have_names);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return run_suite(suite());
}
