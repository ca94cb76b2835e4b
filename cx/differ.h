/* What an S-CSCF would notice of a reload (private). */
#ifndef CX_DIFFER_H
#define CX_DIFFER_H

#include "cx/local.h"

/* A subscription as it is and as it will be. */
struct cx_side {
	const struct cx_conf *conf;
	const struct cx_profiles *profiles;
	const struct store *store;
	const struct store_sub *sub;
};

/* The same identity on the other side; NULL: not of that subscription. */
const struct store_impi *cx_same_impi(const struct cx_side *from,
    const struct store_impi *, const struct cx_side *to);
/* What becomes of a set. */
enum cx_fate {
	SET_SAME,
	SET_CHANGED,     /* its User-Data is another */
	SET_NEW_DEFAULT, /* its default identity is another, too */
	SET_GONE,
};
enum cx_fate cx_set_fate(
    const struct cx_side *old, const struct cx_side *new, unsigned set);
/* Is there another Charging-Information to send? */
bool cx_charging_differs(const struct cx_side *old, const struct cx_side *new);
/* Is there another password to send? */
bool cx_digest_differs(
    const struct store_impi *old, const struct store_impi *new);

#endif
