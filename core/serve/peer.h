#ifndef CORE_SERVE_PEER_H
#define CORE_SERVE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "forms/attr.h"

/*
 * Who is at the other end of a Unix socket, from the kernel and the system's own files. Nothing
 * here comes from the peer.
 */
enum {
	PEER_NAME	= 64,		/* bytes, including the NUL */
	PEER_FROM	= 160
};

struct peer {
	uid_t	 uid;
	pid_t	 pid;			/* of the process that connected */
	char	 user[PEER_NAME];	/* account name; "" when the uid has none, or a longer
					   one */
	char	 from[PEER_FROM];	/* for the trail: "uid 1004 pid 4711 pts/3 192.0.2.7", the
					   last two where known */
};

/* Asks the kernel (SO_PEERCRED); user and from stay empty. */
bool	 peer_get(int fd, struct peer *) MUST_USE;

/*
 * Fills user and from, out of the account database, /proc and utmp; a terminal counts only when
 * utmp says that it belongs to this user. May wait for a name service, so not in the loop's thread.
 * False: the account database failed, try again.
 */
bool	 peer_resolve(struct peer *, const char *utmp);

#define PEER_UTMP	"/var/run/utmp"

#endif
