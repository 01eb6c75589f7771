#ifndef TESTS_SUPPORT_DAEMON_H
#define TESTS_SUPPORT_DAEMON_H

#include <sys/types.h>

#include "core/wire/conn.h"
#include "tests/support/fixture.h"

/*
 * A daemon for one test: $BUILD/shouwangd on the home of tests/support/fixture.h (a demo store, so
 * personas are its accounts) with a socket beside it. Any failure of these functions fails the
 * test.
 */
struct daemon {
	struct fixture	 fixture;		/* closed while the daemon runs */
	char		 socket[280];
	char		 log[280];	/* its standard error */
	pid_t		 pid;		/* 0 = not running */
};

void		 daemon_init(struct daemon *);

/*
 * Starts the daemon with the words of `options` added ("-l per-uid=2 -o"; NULL: none) and waits
 * until it is ready. True: it is ready. False: it ended, and daemon_wait_exit() has the status.
 */
bool		 daemon_try_start(struct daemon *, const char *options);
void		 daemon_start(struct daemon *, const char *options);	/* fails the test when the
									   daemon does not become
									   ready */
/*
 * Sends the signal (0: none) and waits for the end of the daemon. Returns the exit status, or 1000
 * + the signal that killed it.
 */
int		 daemon_wait_exit(struct daemon *, int sig);
void		 daemon_stop(struct daemon *);		/* SIGTERM; fails the test when the exit
							   status is not 0 */
void		 daemon_free(struct daemon *);		/* removes the home; a daemon that still
							   runs is killed */
/* Whether the log contains this text. */
bool		 daemon_logged(const struct daemon *, const char *what);

/* A bare connection. */
int		 daemon_connect(const struct daemon *);
/* Reads a frame; NULL at the end of the stream. buf keeps the bytes after it. */
struct val	*daemon_read(int fd, struct buf *);

/* A session of this persona; NULL: a session without whoami. */
struct conn	*daemon_conn(const struct daemon *, const char *persona);
/*
 * Sends a request in JSON as ask() in fixture.h does, with a new token for save and act. The reply
 * is the caller's; NULL: the connection was lost.
 */
struct val	*daemon_ask(struct conn *, const char *json,
		    ...) __attribute__((format(printf, 2, 3)));

#endif
