/* What the files of a reload share (private to them). */
#ifndef STORE_RELOAD_H
#define STORE_RELOAD_H

#include "store/carry.h"
#include "store/load.h"

#include <pthread.h>

/* Records of losses on their way to the disk: the journal has room for many
 * more, and requests need it. */
enum { RELOAD_LOSSES_AHEAD = 4096 };

enum reload_stage {
	LOADING,  /* the thread builds */
	CARRYING, /* the new tables get what they know of ... */
	KEEPING,  /* ... and what no file has stays all the same */
	LEAVING,  /* swapped: losses */
	DROPPING, /* failed: the new ones give up their S-CSCFs */
	PRUNING,  /* swapped: restoration information of nobody */
	FREEING,  /* by the thread */
};

struct reload_fault {
	const char *file;
	unsigned line;
	char *what; /* NULL: there was no memory for it */
};

struct reload {
	enum reload_stage stage;
	struct store_hooks hooks;
	struct load_plan plan;
	store_fault_fn *fault;
	void *arg;
	struct tables *to;   /* new, until they are swapped */
	struct tables *gone; /* no more in use */
	struct store old;    /* as it was: its key and tables are set */
	struct arena_walk walk;
	uint32_t pruned;
	uint64_t last; /* position of the last loss */
	const char *wrong;
	size_t found, told; /* faults, by steps */
	bool swapped;
	pthread_t thread;
	bool running; /* the thread is to be joined */
	atomic_bool ended, cancel;
	int fd;
	unsigned nfaults;
	struct reload_fault faults[LOAD_FAULTS_MAX + 1];
};

#define RELOAD_NO_MEMORY "out of memory"
#define RELOAD_DISK_FAILS "the disk is failing, so nothing is changed"

/* --- reload_thread.c --- */

/* A fault that the thread finds; who owns the store tells it later. */
store_fault_fn reload_note_fault;
/* Loads, or frees what is gone.  False: there is no thread to be had. */
bool reload_start_thread(struct reload *);
/* Waits for its end; nothing if there is none. */
void reload_join_thread(struct reload *);

/* --- reload.c --- */

/* The reload is over: frees it. */
enum store_reload reload_end(struct store *);

/* --- reload_steps.c --- */

void reload_enter(struct reload *, enum reload_stage);

#endif
