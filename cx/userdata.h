/*
 * The user profile of Cx as XML (TS 29.228, Annexes B and E), shared inside
 * cx/ (private).
 */
#ifndef CX_USERDATA_H
#define CX_USERDATA_H

#include <stdbool.h>
#include <stddef.h>

struct cx_profiles;
struct store;
struct store_impi;
struct store_impu;
struct store_sub;

/* The text of a profile as it goes between the last PublicIdentity and the end
 * of its ServiceProfile; "" and 0 for a number that is none. */
const char *cx_profile_text(
    const struct cx_profiles *, unsigned number, size_t *len);

/* The same with the criteria of shared sets in the place of their numbers. */
const char *cx_profile_whole(
    const struct cx_profiles *, unsigned number, size_t *len);

/*
 * Writes the IMSSubscription of one implicit registration set: all its
 * identities in order, each run of equal profiles in one ServiceProfile.  impi
 * becomes PrivateID.  Not NUL-terminated.  Returns the length in octets; 0 if
 * it does not fit in cap or the set has no identity.
 */
size_t cx_userdata(char *xml, size_t cap, const struct store *,
    const struct cx_profiles *, const struct store_sub *, unsigned set,
    const struct store_impi *impi);

/* For whom it is. */
struct cx_userdata_for {
	/* The wildcarded identity that was asked for, or NULL, and the one
	 * that belongs to it, in canonical form. */
	const struct store_impu *impu;
	const char *identity;
	size_t identity_len;
	/* Does the S-CSCF know shared sets of filter criteria, and groups of
	 * aliases (TS 29.229, 7.1.1)? */
	bool shared, alias;
};
/* The same as an answer to a request. */
size_t cx_userdata_for(char *xml, size_t cap, const struct store *,
    const struct cx_profiles *, const struct store_sub *, unsigned set,
    const struct store_impi *impi, const struct cx_userdata_for *);

#endif
