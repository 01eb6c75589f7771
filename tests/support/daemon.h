#ifndef TESTS_SUPPORT_DAEMON_H
#define TESTS_SUPPORT_DAEMON_H

#include <sys/types.h>

#include "core/wire/conn.h"
#include "tests/support/fixture.h"

/*
 * A daemon of one's own: $BUILD/shouwangd on the home of tests/support/fixture.h (a demo store, so personas are its accounts) and
 * a socket beside it. Whatever goes wrong here fails the test at hand.
 */
struct daemon {
	struct fixture	 fixture;		/* closed while the daemon runs */
	char		 socket[280];
	char		 log[280];	/* what it says on standard error */
	pid_t		 pid;		/* 0 = not running */
};

void		 daemon_init(struct daemon *);

/*
 * Runs it with the words of `options` ("-l per-uid=2 -o"; NULL: none) added and waits until it is ready. True: it is. False:
 * it ended; daemon_wait_exit() has the status.
 */
bool		 daemon_try_start(struct daemon *, const char *options);
void		 daemon_start(struct daemon *, const char *options);	/* must get ready */
/* Sends the signal (0: none), waits for its end; the exit status, or 1000 + the signal that killed it. */
int		 daemon_wait_exit(struct daemon *, int sig);
void		 daemon_stop(struct daemon *);		/* SIGTERM, and it must end well */
void		 daemon_free(struct daemon *);		/* removes the home; a daemon that still runs is killed */
/* Does its log hold this? */
bool		 daemon_logged(const struct daemon *, const char *what);

/* A bare connection. */
int		 daemon_connect(const struct daemon *);
/* Reads a frame; NULL at the end of the stream. buf keeps what came behind it. */
struct val	*daemon_read(int fd, struct buf *);

/* A session of this persona; NULL: one that has not said whoami. */
struct conn	*daemon_conn(const struct daemon *, const char *persona);
/* Asks in JSON as ask() in world.h, with a fresh token for save and act. The reply is the caller's, NULL: line lost. */
struct val	*daemon_ask(struct conn *, const char *json, ...) __attribute__((format(printf, 2, 3)));

#endif
