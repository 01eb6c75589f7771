#ifndef CORE_WIRE_CONN_H
#define CORE_WIRE_CONN_H

#include <stdbool.h>

#include "forms/attr.h"
#include "forms/val.h"

/*
 * A client's connection to the daemon: numbers requests, sends them in frames, and passes each
 * reply to the function that waits for it (shouwangd --ops describes both). For one thread. Only
 * conn_open() and conn_call() block. A lost connection stays lost: close it and open another.
 * Sentences are msgids: the caller translates them.
 */
struct conn;

/*
 * Called once for each request, from conn_pump() or conn_call(), and directly from conn_send() only
 * when memory runs out. `reply` is borrowed for the call. NULL: the connection was lost, and
 * whether the request was carried out is not known. A reply that refuses with "busy", "locked" or
 * "stopped" may be the daemon's last one: then the request was not begun. The function may send
 * further requests, unless the connection is lost; it must not pump, call or close.
 */
typedef void	 conn_reply_fn(void *arg, const struct val *reply);

/* NULL: *say is a constant sentence for the person, errno the reason for a log. */
struct conn	*conn_open(const char *path, const char **say);
/* The same without waiting: a full queue is an error like others. */
struct conn	*conn_try(const char *path, const char **say);
/* No function is called any more. NULL is fine. */
void		 conn_close(struct conn *);

/* For poll(): readable means conn_pump(), as does writable while conn_wants_write(). */
int		 conn_fd(const struct conn *);
bool		 conn_wants_write(const struct conn *);

/*
 * Takes req, numbers it, and sends as much as is possible without waiting; a NULL req means that
 * memory ran out.
 */
void		 conn_send(struct conn *, struct val *req, conn_reply_fn *, void *arg);

/*
 * Sends and reads what is possible and calls back. False: the connection is lost, and every waiting
 * function was called.
 */
bool		 conn_pump(struct conn *);

/*
 * Sends and waits for the reply, at most half a minute or the given milliseconds; other replies are
 * delivered meanwhile. The reply is the caller's; it may be the daemon's last one. NULL: the
 * connection is lost, or no reply came in time; it cannot be used any more.
 */
struct val	*conn_call(struct conn *, struct val *req) MUST_USE;
struct val	*conn_call_within(struct conn *, struct val *req, int ms) MUST_USE;

/*
 * Why the connection was lost, until conn_close(); NULL while it is open. The daemon's last reply
 * may give the reason.
 */
const char	*conn_lost(const struct conn *);

#endif
