/*
 * A subscription as a section of a subscribers file, in one canonical form:
 * what is loaded from it is the same subscription, and exported again gives
 * the same octets.
 *
 * The form: names as the store has them; `opc` and `ha1` for whatever was
 * given instead; `sqn` where SQNs were given out, above all of them; `profile`
 * of the first public identity for the section, and of others where it
 * differs; nothing that is so by default, but for `scheme`.
 */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "store/tables.h"

/* The lines of a section, its head first; state: with what its registration
 * is, as comments. */
void export_sub(const struct tables *, const struct sub *, bool state,
    store_line_fn *, void *arg);

#endif
