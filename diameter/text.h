/*
 * The characters of texts (private to the codec).
 */
#ifndef DIAMETER_TEXT_H
#define DIAMETER_TEXT_H

#include "diameter/codec.h"

/* Is it UTF-8 (RFC 3629)?  Nothing at all is, too. */
bool text_is_utf8(struct dia_slice);
/* Is it visible ASCII without spaces, as FQDNs, realms and URIs are? */
bool text_is_visible(struct dia_slice);

#endif
