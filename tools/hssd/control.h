/*
 * The operator's interface: HTTP and JSON over the Unix socket `control` of
 * hssd.conf, which only its owner may open (mode 0600).
 */
#ifndef HSSD_CONTROL_H
#define HSSD_CONTROL_H

#include <stdbool.h>

struct control;
struct server;

/* Opens the socket and serves the server given.  A socket left over from a
 * process that is gone is replaced.  NULL after logging why not. */
struct control *control_open(struct server *);
/* The disk has taken what waited for it, or fails: answers what depends on
 * that.  NULL is fine. */
void control_stored(struct control *);
/* Removes the socket.  NULL is fine.  The node and the cx of the server must
 * be gone, since requests of theirs may be owed an answer here. */
void control_close(struct control *);

#endif
