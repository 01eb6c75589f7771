#ifndef TESTS_SUPPORT_DEMO_H
#define TESTS_SUPPORT_DEMO_H

#include <sys/types.h>

#include "core/wire/conn.h"

/*
 * The county of "make demo" with its daemon, for programs that measure or look at it: made by
 * $BUILD/shouwang-admin with the definitions and word lists of $SRCDIR, served by $BUILD/shouwangd.
 * Any failure ends the program with a line that gives the reason.
 */
struct demo {
	char	 home[256];
	char	 log[280];		/* output of both programs */
	char	 place[64];		/* a short directory of its own: socket names have at most
					   107 bytes */
	char	 socket[72];
	pid_t	 pid;			/* the daemon; 0 = not running */
};

/* Makes the county below the existing directory `dir`. Takes some 10 ms for each child. */
void		 demo_make(struct demo *, const char *dir, unsigned children);
void		 demo_start(struct demo *);	/* starts the daemon and waits until it is ready;
						   with room for hundreds of sessions and without
						   limits of rates */
void		 demo_stop(struct demo *);	/* fails when the exit status is not 0 */
void		 demo_free(struct demo *);	/* removes the directory of the socket; the home
						   stays */

/*
 * Gives the login names of the first `max` accounts of a role; returns the number of accounts, at
 * least one.
 */
size_t		 demo_users(const struct demo *, const char *role, char (*names)[64], size_t max);
/* A session of this persona, a login name; NULL: a session without whoami. */
struct conn	*demo_conn(const struct demo *, const char *persona);
/* Sends a request; the reply is the caller's and has ok: true. */
struct val	*demo_ask(struct conn *, struct val *req);

/* The path of a program of the build; valid until the next call. */
const char	*demo_program(const char *name);

#endif
