/*
 * Telling what differs between a subscription before and after a reload: what
 * its S-CSCF has been told of it, and would be told now (TS 29.228, 6.2.2).
 */
#include "cx/differ.h"

#include <string.h>

#include "cx/userdata.h"

const struct store_impi *
cx_same_impi(const struct cx_side *from, const struct store_impi *impi,
    const struct cx_side *to)
{
	char name[STORE_NAME_MAX + 1];
	size_t len = store_name(from->store, &impi->name, name, sizeof name);
	const struct store_impi *same = store_find_impi(to->store, name, len);

	return same != NULL && same->sub == to->sub ? same : NULL;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_name(const struct cx_side *old, const struct store_impu *a,
    const struct cx_side *new, const struct store_impu *b)
{
	char x[STORE_NAME_MAX + 1], y[STORE_NAME_MAX + 1];

	if (a == NULL || b == NULL)
		return a == b;
	store_name(old->store, &a->name, x, sizeof x);
	store_name(new->store, &b->name, y, sizeof y);
	return strcmp(x, y) == 0;
}

static bool
same_profile(const struct cx_side *old, unsigned a, const struct cx_side *new,
    unsigned b)
{
	size_t alen, blen;
	const char *x = cx_profile_text(old->profiles, a, &alen);
	const char *y = cx_profile_text(new->profiles, b, &blen);

	if (alen != blen || (x != y && memcmp(x, y, alen) != 0))
		return false;
	/* its shared sets, too */
	x = cx_profile_whole(old->profiles, a, &alen);
	y = cx_profile_whole(new->profiles, b, &blen);
	return alen == blen && (x == y || memcmp(x, y, alen) == 0);
}

static bool
same_impu(const struct cx_side *old, const struct store_impu *a,
    const struct cx_side *new, const struct store_impu *b)
{
	return same_name(old, a, new, b) && a->barred == b->barred &&
	       a->psi == b->psi && a->wildcard == b->wildcard &&
	       same_text(a->display, b->display) &&
	       same_profile(old, a->profile, new, b->profile);
}

/* The next identity of the set from *at on, or NULL. */
static const struct store_impu *
next_in(const struct store_sub *sub, unsigned set, unsigned *at)
{
	while (*at < sub->nimpus) {
		const struct store_impu *impu = &sub->impus[(*at)++];

		if (impu->set == set)
			return impu;
	}
	return NULL;
}

/* 6.5.1.1: the first that is not barred */
static const struct store_impu *
default_of(const struct store_sub *sub, unsigned set)
{
	const struct store_impu *impu;
	unsigned at = 0;

	do
		impu = next_in(sub, set, &at);
	while (impu != NULL && (impu->barred || impu->wildcard));
	return impu;
}

enum cx_fate
cx_set_fate(const struct cx_side *old, const struct cx_side *new, unsigned set)
{
	const struct store_impu *a, *b;
	unsigned i = 0, k = 0;

	b = next_in(new->sub, set, &k);
	if (b == NULL)
		return SET_GONE;
	if (!same_name(
		old, default_of(old->sub, set), new, default_of(new->sub, set)))
		return SET_NEW_DEFAULT;
	a = next_in(old->sub, set, &i);
	while (a != NULL && b != NULL && same_impu(old, a, new, b)) {
		a = next_in(old->sub, set, &i);
		b = next_in(new->sub, set, &k);
	}
	return a == NULL && b == NULL ? SET_SAME : SET_CHANGED;
}

static struct cx_charging
charging_of(const struct cx_side *side)
{
	unsigned n = side->sub->charging;

	if (n == 0 || n > side->conf->nchargings)
		return (struct cx_charging){ 0 };
	return side->conf->chargings[n - 1];
}

bool
cx_charging_differs(const struct cx_side *old, const struct cx_side *new)
{
	struct cx_charging a = charging_of(old), b = charging_of(new);

	if (b.primary_ecf == NULL && b.primary_ccf == NULL)
		return false;
	return !same_text(a.primary_ecf, b.primary_ecf) ||
	       !same_text(a.secondary_ecf, b.secondary_ecf) ||
	       !same_text(a.primary_ccf, b.primary_ccf) ||
	       !same_text(a.secondary_ccf, b.secondary_ccf);
}

bool
cx_digest_differs(const struct store_impi *old, const struct store_impi *new)
{
	return old->scheme == STORE_DIGEST &&
	       new->scheme ==
		   STORE_DIGEST &&memcmp(
		       old->u.ha1, new->u.ha1, sizeof old->u.ha1) != 0;
}
