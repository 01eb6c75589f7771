#ifndef TUI_APP_CONN_H
#define TUI_APP_CONN_H

#include <stdbool.h>

#include "forms/val.h"

/*
 * The line to the daemon: requests out, replies back to whoever asked (core/ops/ops.h). One thread. Nothing here waits but
 * conn_open() for a moment and conn_call(). A lost line stays lost: close it and open another.
 */
struct conn;

/*
 * Called once for each request, from conn_pump() or conn_call(), and at once from conn_send() only when memory runs
 * out. `reply` is borrowed for the call. NULL: the line was lost, and whether the request was carried out is not known. A
 * reply that refuses with "busy", "locked" or "stopped" may be the daemon's last word: then the request was not begun.
 * It may send further requests, unless it was told that the line is lost; it must not pump, call or close.
 */
typedef void	 conn_reply_fn(void *arg, const struct val *reply);

/* NULL: *say is one plain line (constant, translated) that says what to do about it. */
struct conn	*conn_open(const char *path, const char **say);
/* The same, but waits for nothing: a full queue is a failure like others. */
struct conn	*conn_try(const char *path, const char **say);
/* Nobody is called any more. NULL is fine. */
void		 conn_close(struct conn *);

/* For poll(): readable means conn_pump(), as does writable while conn_wants_write(). */
int		 conn_fd(const struct conn *);
bool		 conn_wants_write(const struct conn *);

/* Takes req, numbers and sends it, as far as that goes without waiting; a NULL req is memory that ran out. */
void		 conn_send(struct conn *, struct val *req, conn_reply_fn *, void *arg);

/* Sends and reads what is possible and calls back. False: the line is lost, everybody who waited has heard so. */
bool		 conn_pump(struct conn *);

/*
 * Asks and waits, at most half a minute; others who wait are called meanwhile. The reply is the caller's. NULL: lost, or no
 * answer in time; the line is then of no use any more.
 */
struct val	*conn_call(struct conn *, struct val *req);

/* Why the line was lost: one plain line, translated; NULL while it holds. */
const char	*conn_lost(const struct conn *);

#endif
