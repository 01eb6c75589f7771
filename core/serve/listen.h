#ifndef CORE_SERVE_LISTEN_H
#define CORE_SERVE_LISTEN_H

#include "forms/attr.h"
#include "forms/buf.h"

/*
 * The daemon's listening socket. Anybody on the machine may connect (mode 0666 in a directory of
 * mode 0755): the kernel tells who it is, and the account tells what is allowed.
 */

/*
 * Creates the directory of `path` (its last component only) if it is missing, owned by uid:gid.
 * False: one line in err.
 */
bool	 listen_make_dir(const char *path, unsigned uid, unsigned gid, struct buf *err) MUST_USE;

/*
 * A listening socket, close-on-exec and non-blocking. A socket file without a listener is replaced;
 * one with a listener, and a file that is no socket, are left alone. -1: one line in err.
 */
int	 listen_open(const char *path, struct buf *err) MUST_USE;

#endif
