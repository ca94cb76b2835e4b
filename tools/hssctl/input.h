/* A text to send, from a file or from stdin. */
#ifndef HSSCTL_INPUT_H
#define HSSCTL_INPUT_H

#include <stddef.h>

enum { INPUT_MAX = 4 << 20 }; /* octets: what hssd takes at a time */

/* All of it; "-" is stdin.  NULL after saying on stderr what is wrong: it
 * cannot be read, or is too long. */
char *input_read(const char *file, size_t *len);
/* Wipes it, since it may have keys; frees. */
void input_free(char *text, size_t len);

#endif
