/*
 * Large blocks of memory.
 *
 * With millions of subscribers a look at one of them is a miss in the cache
 * of addresses as well, unless a page is large: so these are asked for.  That
 * they are refused does no harm.
 */
#include "store/pages.h"

#include <stdint.h>
#include <sys/mman.h>

void *
pages_take(size_t len, size_t small)
{
	uint8_t *p = mmap(NULL, len + PAGES_HUGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;

	size_t before = (0 - (uintptr_t)p) % PAGES_HUGE;

	if (before > 0)
		munmap(p, before);
	munmap(p + before + len, PAGES_HUGE - before);
	if (small < len)
		(void)madvise(p + before + small, len - small, MADV_HUGEPAGE);
	return p + before;
}

void
pages_drop(void *p, size_t len)
{
	(void)madvise(p, len, MADV_DONTNEED);
}

void
pages_give(void *p, size_t len)
{
	if (p != NULL)
		munmap(p, len);
}
