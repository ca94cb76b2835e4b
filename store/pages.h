/* Large blocks of memory from the kernel, on huge pages where it has them. */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include <stddef.h>

enum { PAGES_HUGE = 2 << 20 /* octets; a block's boundary */ };

/* A zeroed block, its length a multiple of PAGES_HUGE; NULL: out of memory.
 * What is never touched costs nothing, and what lies before `small` is paid
 * by the ordinary page. */
void *pages_take(size_t len, size_t small);
/* Gives the memory of a part back, on boundaries of PAGES_HUGE, but not the
 * addresses: it is all zero then.  All of it must be zero already. */
void pages_drop(void *, size_t len);
/* The kernel wipes what it is given before anyone gets it. */
void pages_give(void *, size_t len);

#endif
