/*
 * Milenage against every published test set (vectors.h), in all the ways of
 * asking for its results.
 */
#include "crypto/crypto.h"

#include <check.h>
#include <stdlib.h>

#include "tests/crypto/hex.h"
#include "tests/crypto/vectors.h"

struct inputs {
	struct milenage_key key;
	uint8_t op[16], rand[16], sqn[6], amf[2];
};

static struct inputs
inputs(const struct vector *v)
{
	struct inputs in;
	hex_get(in.key.k, 16, v->k);
	hex_get(in.key.opc, 16, v->opc);
	hex_get(in.op, 16, v->op);
	hex_get(in.rand, 16, v->rand);
	hex_get(in.sqn, 6, v->sqn);
	hex_get(in.amf, 2, v->amf);
	return in;
}

START_TEST(opc_is_as_published)
{
	const struct vector *v = &vectors[_i];
	struct inputs in = inputs(v);
	uint8_t opc[16];
	ck_assert(milenage_opc(opc, in.key.k, in.op));
	hex_is(opc, v->opc, v->set);
}
END_TEST

START_TEST(opc_may_replace_op)
{
	struct inputs in = inputs(&vectors[_i]);
	ck_assert(milenage_opc(in.op, in.key.k, in.op));
	hex_is(in.op, vectors[_i].opc, vectors[_i].set);
}
END_TEST

START_TEST(f1_is_as_published)
{
	const struct vector *v = &vectors[_i];
	struct inputs in = inputs(v);
	uint8_t mac_a[8], mac_s[8];
	ck_assert(milenage_f1(&in.key, in.rand, in.sqn, in.amf, mac_a, mac_s));
	hex_is(mac_a, v->f1, v->set);
	hex_is(mac_s, v->f1star, v->set);
}
END_TEST

START_TEST(f1_without_one_result_gives_the_other)
{
	const struct vector *v = &vectors[_i];
	struct inputs in = inputs(v);
	uint8_t mac_a[8], mac_s[8];
	ck_assert(milenage_f1(&in.key, in.rand, in.sqn, in.amf, mac_a, NULL));
	ck_assert(milenage_f1(&in.key, in.rand, in.sqn, in.amf, NULL, mac_s));
	hex_is(mac_a, v->f1, v->set);
	hex_is(mac_s, v->f1star, v->set);
}
END_TEST

/* Each bit of mask asks for one result; the others stay untouched. */
static void
check_f2345(const struct vector *v, unsigned mask)
{
	static const size_t lens[5] = { 8, 16, 16, 6, 6 };
	const char *want[5] = { v->f2, v->f3, v->f4, v->f5, v->f5star };
	struct inputs in = inputs(v);
	uint8_t out[5][16], *to[5], untouched[16];
	memset(out, 0xa5, sizeof(out));
	memset(untouched, 0xa5, sizeof(untouched));
	for (unsigned i = 0; i < 5; i++)
		to[i] = (mask >> i & 1) != 0 ? out[i] : NULL;
	ck_assert(milenage_f2345(
	    &in.key, in.rand, to[0], to[1], to[2], to[3], to[4]));
	for (unsigned i = 0; i < 5; i++) {
		size_t len = to[i] != NULL ? lens[i] : 0;
		if (len > 0)
			hex_is(out[i], want[i], v->set);
		ck_assert_mem_eq(out[i] + len, untouched, 16 - len);
	}
}

START_TEST(f2_to_f5star_are_as_published_in_every_combination)
{
	for (unsigned mask = 0; mask < 32; mask++)
		check_f2345(&vectors[_i], mask);
}
END_TEST

START_TEST(inputs_stay_as_they_were)
{
	struct inputs in = inputs(&vectors[_i]), before = in;
	uint8_t a[8], s[8], res[8], ck[16], ik[16], ak[6], ak_star[6];
	ck_assert(milenage_f1(&in.key, in.rand, in.sqn, in.amf, a, s));
	ck_assert(milenage_f2345(&in.key, in.rand, res, ck, ik, ak, ak_star));
	ck_assert_mem_eq(&in, &before, sizeof(in));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("milenage");
	TCase *t = tcase_create("published");
	tcase_add_loop_test(t, opc_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(t, opc_may_replace_op, 0, NVECTORS);
	tcase_add_loop_test(t, f1_is_as_published, 0, NVECTORS);
	tcase_add_loop_test(
	    t, f1_without_one_result_gives_the_other, 0, NVECTORS);
	tcase_add_loop_test(
	    t, f2_to_f5star_are_as_published_in_every_combination, 0, NVECTORS);
	tcase_add_loop_test(t, inputs_stay_as_they_were, 0, NVECTORS);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
