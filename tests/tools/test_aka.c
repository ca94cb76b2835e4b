/*
 * The program aka against the published vectors.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/crypto/vectors.h"
#include "tests/tools/aka.h"

START_TEST(opc_is_as_published)
{
	const struct vector *v = &vectors[_i];
	char want[128];
	snprintf(want, sizeof(want), "opc  = %s\n", v->opc);
	struct run r = run(NULL, "aka opc %s %s", v->k, v->op);
	ck_prints(&r, want);
	r = run(NULL, "aka opc -o %s -k %s", v->op, v->k);
	ck_prints(&r, want);
}
END_TEST

static void
vector_text(char *to, size_t cap, const struct vector *v)
{
	snprintf(to, cap,
	    "rand = %s\nsqn  = %s\namf  = %s\nautn = %s\nxres = %s\n"
	    "ck   = %s\nik   = %s\n",
	    v->rand, v->sqn, v->amf, v->autn, v->f2, v->f3, v->f4);
}

START_TEST(vector_is_as_published_by_op_and_by_opc)
{
	const struct vector *v = &vectors[_i];
	char want[512];
	vector_text(want, sizeof(want), v);
	struct run r = run(NULL, "aka vector -k %s -o %s -s %s -a %s -r %s",
	    v->k, v->op, v->sqn, v->amf, v->rand);
	ck_prints(&r, want);
	r = run(NULL, "aka vector -k %s -c %s -s %s -a %s -r %s", v->k, v->opc,
	    v->sqn, v->amf, v->rand);
	ck_prints(&r, want);
}
END_TEST

START_TEST(check_is_as_published)
{
	const struct vector *v = &vectors[_i];
	char want[512];
	snprintf(want, sizeof(want),
	    "sqn  = %s\namf  = %s\nres  = %s\nck   = %s\nik   = %s\n", v->sqn,
	    v->amf, v->f2, v->f3, v->f4);
	struct run r = run(NULL, "aka check -k %s -o %s -r %s -n %s", v->k,
	    v->op, v->rand, v->autn);
	ck_prints(&r, want);
}
END_TEST

START_TEST(auts_is_as_published)
{
	const struct vector *v = &vectors[_i];
	char want[512];
	snprintf(
	    want, sizeof(want), "rand = %s\nauts = %s\n", v->rand, v->auts);
	struct run r = run(NULL, "aka auts -k %s -c %s -r %s -s %s", v->k,
	    v->opc, v->rand, v->sqn);
	ck_prints(&r, want);
}
END_TEST

START_TEST(resync_is_as_published)
{
	const struct vector *v = &vectors[_i];
	char want[512];
	snprintf(want, sizeof(want), "sqn  = %s\n", v->sqn);
	struct run r = run(NULL, "aka resync -k %s -c %s -r %s -t %s", v->k,
	    v->opc, v->rand, v->auts);
	ck_prints(&r, want);
}
END_TEST

START_TEST(output_of_vector_is_input_of_check)
{
	const struct vector *v = &vectors[_i];
	char text[512];
	vector_text(text, sizeof(text), v);
	struct run r = run(text, "aka check -k %s -o %s -f -", v->k, v->op);
	ck_assert_int_eq(r.code, 0);
	ck_assert_ptr_nonnull(strstr(r.out, v->f2));
}
END_TEST

/* The responses of a registration computed by another implementation. */
static const struct {
	const char *args, *response;
} responses[] = {
	{ KEY1 USER "-N " NONCE1 " -C 0a4f113b",
	    "2fbf5b4ab4b11816217f923ce8a995ef" },
	{ KEY1 USER "-N " NONCE1, "26e19a878da8982d53be9cc3d3162629" },
	{ KEY1 USER "-r " RAND1 " -n " AUTN1 " -C 0a4f113b -l 00000001",
	    "2fbf5b4ab4b11816217f923ce8a995ef" },
	{ USER "-x a54211d5e3ba50bf -N " NONCE1 " -C 0a4f113b -m REGISTER "
	       "-i sip:ims.mnc001.mcc001.3gppnetwork.org",
	    "2fbf5b4ab4b11816217f923ce8a995ef" },
	{ USER "-x a54211d5e3ba50bf -r " RAND1 " -n " AUTN1,
	    "26e19a878da8982d53be9cc3d3162629" },
};

START_TEST(response_is_as_computed_elsewhere)
{
	char want[64];
	snprintf(want, sizeof(want), "response = %s\n", responses[_i].response);
	struct run r = run(NULL, "aka response %s", responses[_i].args);
	ck_prints(&r, want);
}
END_TEST

/* SEQ 1, IND 0; a SIM that is new refuses SEQ 0 (TS 33.102, C.2). */
START_TEST(vector_defaults_are_a_first_challenge)
{
	struct run r = run(NULL, "aka vector " KEY1);
	struct run s = run(NULL, "aka vector " KEY1);
	ck_assert_int_eq(r.code, 0);
	ck_assert_int_eq(s.code, 0);
	ck_assert_str_ne(r.out, s.out);
	r = run(r.out, "aka check " KEY1 "-f -");
	ck_assert_int_eq(r.code, 0);
	ck_assert_ptr_nonnull(
	    strstr(r.out, "sqn  = 000000000020\namf  = 0000\n"));
}
END_TEST

static TCase *
published(void)
{
	TCase *t = tcase_create("published");
	tcase_add_loop_test(t, opc_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(
	    t, vector_is_as_published_by_op_and_by_opc, 0, NVECTORS);
	tcase_add_loop_test(t, check_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, auts_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, resync_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, output_of_vector_is_input_of_check, 0, NVECTORS);
	tcase_add_loop_test(t, response_is_as_computed_elsewhere, 0,
	    sizeof(responses) / sizeof(responses[0]));
	tcase_add_test(t, vector_defaults_are_a_first_challenge);
	return t;
}

int
main(void)
{
	Suite *s = suite_create("aka program");
	suite_add_tcase(s, published());
	SRunner *runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
