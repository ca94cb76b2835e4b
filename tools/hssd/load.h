/*
 * What configuration names, read and checked: the files behind a server.
 */
#ifndef HSSD_LOAD_H
#define HSSD_LOAD_H

#include "store/store.h"
#include "tools/hssd/conf.h"

struct cx_profiles;

/* Where the store's hooks look names up while subscribers are loaded. */
struct load {
	const struct conf *conf;
	const struct cx_profiles *profiles;
};

/* The hooks; load must live as long as they are in use, and point to what is
 * valid then.  They change nothing, so any thread may call them. */
struct store_hooks load_hooks(struct load *);
/* The profiles of a configuration; NULL where it names no folder.  Faults are
 * told and counted. */
struct cx_profiles *load_profiles(
    const struct conf *, size_t *nfaults, conf_fault_fn *, void *arg);
/* The configuration as cx/ wants it. */
struct cx_conf load_cx_conf(const struct conf *);

#endif
