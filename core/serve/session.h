#ifndef CORE_SERVE_SESSION_H
#define CORE_SERVE_SESSION_H

#include <sys/queue.h>

#include <uv.h>

#include "core/ops/ops.h"
#include "core/serve/peer.h"
#include "core/serve/sched.h"
#include "core/serve/serve.h"

/*
 * The internals of the running daemon, for three files only:
 *	serve.c		the loop: who may connect, timers, the end
 *	session.c	a connection: receiving, sending, time limits
 *	request.c	a request: account, right, operation, reply
 * sched.c, which knows none of them, decides which request runs next.
 *
 * Everything is used by the loop's thread only, except a session whose request is in the pool,
 * waits for it, or is with the committer: until the request returns, the loop does not use peer,
 * persona, lang and request.
 */
struct session;

/* The one request of a session that is in work. */
struct request {
	bool		 busy;
	bool		 large;		/* too much for the loop: decoded and freed in the pool */
	bool		 whoami;
	bool		 auth_pending;	/* authd has been asked about it */
	bool		 commit;	/* the call wants its body run */
	bool		 ok;		/* the reply says so */
	bool		 refused;	/* the reply is "missing" or "denied": it is sent at a
					   multiple of limits.refusal */
	uint64_t	 begun;		/* milliseconds of the loop's clock */
	bool		 last;		/* the session ends with this reply */
	bool		 ping;	/* sent by the program, not by the person, who may be away */
	uint64_t	 at;		/* when it may begin, microseconds of the loop's clock;
					   held: when it is answered, ms */
	int64_t		 n;		/* the client's number for it */
	int		 result;	/* of the body */
	struct buf	 raw;		/* the frame of a large one, until it is decoded */
	struct val	*req;		/* until the call takes it */
	struct call	*call;
	struct buf	 out;		/* the reply as a frame; bad when there is none, and the
					   session ends */

	struct task	 task;	/* its stage in the pool, or its place before the committer */
	void		(*in_pool)(struct session *);
	void		(*then)(struct session *);	/* called when the task is back in the
							   loop */
	STAILQ_ENTRY(session) next;			/* in server.committed */
};

struct session {
	TAILQ_ENTRY(session) link, late;
	struct server	*srv;
	uv_pipe_t	 pipe;
	struct request	 request;
	struct person	*who;		/* the person in whose turn its requests run */

	struct peer	 peer;
	bool		 known;		/* peer is looked up */
	bool		 at_server;	/* the peer is root or the daemon's own user */
	bool		 local;		/* at_server, in a real store: maintenance without an
					   account; in a demo store see PERSONA_LOCAL */
	bool		 greeted;	/* a whoami was answered with success */
	char		*persona;	/* of a demo store; NULL = none chosen */
	enum lang	 lang;
	bool		 account_ok;	/* authd has allowed the account */
	uint64_t	 checked;	/* and when it last did */
	unsigned	 wrong_passwords;		/* consecutive wrong passwords */

	struct buf	 in;		/* received and not yet consumed */
	bool		 reading;
	bool		 taking;	/* session_next() runs further up the stack */
	bool		 ended;		/* the peer sends no more */
	bool		 leaving;	/* closes once everything is sent; begins no request */
	struct { const char *error, *say; } last_reply;	/* the last reply, NULL = none; after that
							   of the request in work */
	bool		 closing;	/* uv_close() was called */
	bool		 closed;	/* and is done */

	uint64_t	 connected_at, active;	/* ms of the loop's clock: connected; last request
						   or reply */
	uint64_t	 frame_since;	/* the frame in `in` began */
	uint64_t	 progress_at;		/* output was last taken */
	size_t		 queued;	/* output then still waiting */
};

/* Writes the trail entries of repeated reads, by one body of the committer at a time. */
struct reads_flush_job {
	struct core		*core;
	bool			 all;
	size_t			 n;		/* entries written by the last body that ran */
	atomic_bool		 busy, more;
	uint64_t		 next;		/* ms of the loop's clock */
};

struct server {
	struct core		*core;
	struct auth		*auth;
	struct serve_opts	 opts;
	uv_loop_t		 loop;
	int			 fd;		/* -1: no longer listening */
	uv_poll_t		 listener, auth_poll;
	uv_signal_t		 sigterm, sigint;
	uv_timer_t		 tick, late_timer, held_timer;
	uv_async_t		 wake;	/* committed has grown, tasks have ended, or stop was set */
	struct sched		*sched;
	struct reads_flush_job		 reads_flush_job;
	bool			 accept_paused;		/* accepting failed; tried again with the
							   next tick */

	TAILQ_HEAD(sessions, session) sessions;
	struct sessions		 late;		/* sessions whose requests wait for their time, by
						   late_timer */
	struct sessions		 held;		/* sessions whose refusals wait, by held_timer; in
						   the order of request.at */
	size_t			 n;
	bool			 had_client;
	uint64_t		 alone_since;

	bool			 draining;
	uint64_t		 drain_since;
	bool			 ending;	/* the loop's handles are being closed */
	bool			 failed;
	atomic_bool		 stop;

	pthread_mutex_t		 lock;		/* protects the next member */
	STAILQ_HEAD(, session)	 committed;	/* added by the committer's thread */
};

/* serve.c */
void	 serve_count(struct server *, int change);	/* a session came or went */
void	 serve_drain(struct server *);

/* session.c */
void	 session_set_person(struct session *, const char *name);	/* changes the person; no
									   request is in work */
uint64_t session_id(const struct session *);	/* identifies a session that exists; may be used
						   again later */
/* takes fd and the person */
void	 session_open(struct server *, int fd, const struct peer *, struct person *);
void	 session_refuse(int fd, const char *error, const char *msgid);	/* a message to a peer
									   that gets no session;
									   takes fd */
void	 session_tick(struct session *, uint64_t now);
/* Ends it with a last message: at once, or after the reply to the request in work. */
void	 session_dismiss(struct session *, const char *error, const char *msgid);
void	 session_close(struct session *);	/* at once; frees it when nothing is in work any
						   more */
void	 session_answered(struct session *);			/* from request.c: request.out is to
								   be sent, the request is over */
void	 session_free_if_done(struct session *);

/* request.c */
void	 request_begin(struct session *, const void *frame, size_t n);	/* session_answered()
									   follows, now or later */
void	 request_stop(struct session *);	/* authd will not answer any more: answers now */
void	 request_collect(struct server *);	/* takes the requests the committer has finished */

enum {
	SESSION_CHUNK	= 16 << 10,	/* bytes read at once */
	SESSION_BUSY	= 64 << 10,	/* with more unread output no further request is begun */
	SESSION_OUT_MAX	= 4 << 20,	/* a longer reply is refused */
	REQUEST_SMALL	= 4 << 10	/* bytes of a frame that the loop decodes itself */
};

#endif
