#ifndef TUI_LINK_H
#define TUI_LINK_H

#include <stdbool.h>

#include "forms/val.h"

/*
 * The line to the daemon: requests out, replies back to whoever asked (core/ops/ops.h). One thread. Nothing here waits but
 * link_open() for a moment and link_call(). A lost line stays lost: close it and open another.
 */
struct link;

/*
 * Called once for each request, from link_pump() or link_call(), and at once from link_send() only when memory runs
 * out. `reply` is borrowed for the call. NULL: the line was lost, and whether the request was carried out is not known. A
 * reply that refuses with "busy", "locked" or "stopped" may be the daemon's last word: then the request was not begun.
 * It may send further requests, unless it was told that the line is lost; it must not pump, call or close.
 */
typedef void	 link_reply_fn(void *arg, const struct val *reply);

/* NULL: *say is one plain line (constant, translated) that says what to do about it. */
struct link	*link_open(const char *path, const char **say);
/* The same, but waits for nothing: a full queue is a failure like others. */
struct link	*link_try(const char *path, const char **say);
/* Nobody is called any more. NULL is fine. */
void		 link_close(struct link *);

/* For poll(): readable means link_pump(), as does writable while link_wants_write(). */
int		 link_fd(const struct link *);
bool		 link_wants_write(const struct link *);

/* Takes req, numbers and sends it, as far as that goes without waiting; a NULL req is memory that ran out. */
void		 link_send(struct link *, struct val *req, link_reply_fn *, void *arg);

/* Sends and reads what is possible and calls back. False: the line is lost, everybody who waited has heard so. */
bool		 link_pump(struct link *);

/*
 * Asks and waits, at most half a minute; others who wait are called meanwhile. The reply is the caller's. NULL: lost, or no
 * answer in time; the line is then of no use any more.
 */
struct val	*link_call(struct link *, struct val *req);

/* Why the line was lost: one plain line, translated; NULL while it holds. */
const char	*link_lost(const struct link *);

#endif
