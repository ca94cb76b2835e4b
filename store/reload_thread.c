/*
 * The thread of a reload: it reads the files into new tables, and frees those
 * that are out of use.  Nobody else touches either meanwhile.
 */
#include "store/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICE = 5 }; /* serving goes first */

void
reload_note_fault(void *arg, const char *file, unsigned line, const char *what)
{
	struct reload *r = arg;

	if (r->nfaults <= LOAD_FAULTS_MAX)
		r->faults[r->nfaults++] =
		    (struct reload_fault){ file, line, strdup(what) };
}

static void *
run(void *arg)
{
	struct reload *r = arg;
	uint64_t one = 1;

	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	if (r->gone != NULL)
		tables_free(r->gone, NULL);
	else
		load_tables(&r->plan, &r->to);
	atomic_store(&r->ended, true);
	while (write(r->fd, &one, sizeof one) < 0 && errno == EINTR)
		;
	return NULL;
}

bool
reload_start_thread(struct reload *r)
{
	sigset_t all, old;

	atomic_store(&r->ended, false);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r->running = pthread_create(&r->thread, NULL, run, r) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r->running;
}

void
reload_join_thread(struct reload *r)
{
	uint64_t count;

	if (!r->running)
		return;
	pthread_join(r->thread, NULL);
	r->running = false;
	while (read(r->fd, &count, sizeof count) < 0 && errno == EINTR)
		;
}
