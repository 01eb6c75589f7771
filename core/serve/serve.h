#ifndef CORE_SERVE_SERVE_H
#define CORE_SERVE_SERVE_H

#include "core/access/actor.h"
#include "core/serve/auth.h"
#include "forms/attr.h"

/*
 * The daemon's loop: listens on a Unix socket, runs the requests (core/ops/ops.h), ends in order.
 * One per process.
 */
struct server;				/* defined in session.h */

struct serve_limits {
	unsigned	 hello;		/* seconds until whoami must have been answered */
	unsigned	 frame;		/* seconds until a frame that has begun must be complete */
	unsigned	 idle;		/* seconds without a request until the session is ended */
	unsigned	 stuck;		/* seconds a client may leave sent data unread */
	unsigned	 account;	/* seconds until authd is asked about an account again */
	unsigned	 per_uid;	/* connections of one uid */
	unsigned	 total;		/* connections in all */
	unsigned	 rate;		/* requests of one person a second; ten times as many at
					   once, further ones wait */
	unsigned	 connect;	/* connections of one uid a second; ten times as many at
					   once, further ones are refused */
	unsigned	 refusal;	/* milliseconds: replies "missing" and "denied" are sent at
					   a multiple of it, 0 = at once */
};

#define SERVE_LIMITS	{ .hello = 10, .frame = 30, .idle = 3600, .stuck = 60, .account = 300, .per_uid = 16, .total = 1024, \
			  .rate = 200, .connect = 100, .refusal = 20 }

struct serve_opts {
	const char		*socket;	/* path, borrowed until serve_close() */
	struct serve_limits	 limits;
	bool			 once;		/* end when the last client has left, or none has
						   come for half a minute */
};

/*
 * Listens on return. core and auth are borrowed until serve_close(). In a demo store only the
 * daemon's own uid may connect, and auth may be NULL. NULL: one line in err.
 */
struct server	*serve_open(struct core *, struct auth *, const struct serve_opts *,
		    struct buf *err);

/*
 * Runs until SIGTERM, SIGINT, serve_stop(), the last client with `once`, or a lost authd; then no
 * further request is begun, those in work are answered, and a client that does not read its reply
 * within seconds is disconnected. False: authd was lost.
 */
bool		 serve_run(struct server *) MUST_USE;
void		 serve_stop(struct server *);	/* from any thread */
void		 serve_close(struct server *);	/* after serve_run(), or instead of it; NULL is
						   fine */

#endif
