/*
 * Canonical form of identities (TS 23.003, 13.3 and 13.4; TS 29.228, 7.2):
 * two texts mean the same identity exactly if their forms are equal.
 */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "store/store.h"

/*
 * Public identity, a SIP or tel URI: scheme and host in lower case, without
 * parameters, headers and port; a user keeps its case, with escapes of
 * unreserved characters undone; a number has no visual separators.  What
 * stands between two '!', a regular expression, stays as it is.
 * Returns the length of the form, 0 if the text is no such identity.
 */
size_t identity_impu(char form[STORE_NAME_MAX], const void *text, size_t len);
/* Private identity, an NAI: the realm in lower case.  0 as above. */
size_t identity_impi(char form[STORE_NAME_MAX], const void *text, size_t len);

#endif
