#ifndef TESTS_SUPPORT_DEMO_H
#define TESTS_SUPPORT_DEMO_H

#include <sys/types.h>

#include "core/wire/conn.h"

/*
 * The county of "make demo" with its daemon, for programs that measure or look at it: made by $BUILD/shouwang-admin with
 * the definitions and word lists of $SRCDIR, served by $BUILD/shouwangd. Whatever goes wrong ends the program with a line
 * that says what.
 */
struct demo {
	char	 home[256];
	char	 log[280];		/* what both programs say */
	char	 place[64];		/* a short directory of its own: socket names have at most 107 bytes */
	char	 socket[72];
	pid_t	 pid;			/* the daemon; 0 = not running */
};

/* Under `dir`, which exists. Takes some 10 ms for a child. */
void		 demo_make(struct demo *, const char *dir, unsigned children);
void		 demo_start(struct demo *);	/* until it is ready; with room for hundreds of sessions, and no bound on how fast they ask */
void		 demo_stop(struct demo *);	/* it must end well */
void		 demo_free(struct demo *);	/* the socket's directory; the home stays */

/* The login names of the first `max` accounts of a role; how many there are, at least one. */
size_t		 demo_users(const struct demo *, const char *role, char (*names)[64], size_t max);
/* A session that is this persona, a login name; NULL: one that is still to say whoami. */
struct conn	*demo_conn(const struct demo *, const char *persona);
/* Asks; the reply, the caller's, is one that grants. */
struct val	*demo_ask(struct conn *, struct val *req);

/* The path of a program of the build, until the next call. */
const char	*demo_program(const char *name);

#endif
