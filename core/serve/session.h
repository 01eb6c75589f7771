#ifndef CORE_SERVE_SESSION_H
#define CORE_SERVE_SESSION_H

#include <sys/queue.h>

#include <uv.h>

#include "core/ops/ops.h"
#include "core/serve/peer.h"
#include "core/serve/sched.h"
#include "core/serve/serve.h"

/*
 * The inside of the running daemon, for three files only:
 *	serve.c		the loop: who may connect, time, the end
 *	session.c		a connection: bytes in, frames out, patience
 *	request.c		a request: who asks, may he, the operation, the reply
 * and sched.c, which knows none of them, says whose request runs next.
 * All of it belongs to the loop's thread, but for a session whose turn is in the pool, waits for it, or is with the committer: until it
 * comes back, the loop leaves peer, persona, lang and the turn alone.
 */
struct session;

/* The one request of a session that is in work. */
struct request {
	bool		 busy;
	bool		 large;		/* takes the loop too long: read and freed in the pool */
	bool		 whoami;
	bool		 auth_pending;	/* authd has been asked about it */
	bool		 commit;	/* the call wants its body run */
	bool		 ok;		/* the reply says so */
	bool		 refused;	/* the reply is "missing" or "denied": it goes out at a moment of the grid */
	uint64_t	 begun;		/* milliseconds of the loop's clock */
	bool		 last;		/* the session ends with this reply */
	bool		 ping;		/* the program asked, not the person: he may be away */
	uint64_t	 at;		/* when it may begin, microseconds of the loop's clock; held: when it is answered, ms */
	int64_t		 n;		/* the client's number for it */
	int		 result;	/* of the body */
	struct buf	 raw;		/* the frame of a large one, until it is read */
	struct val	*req;		/* until the call has it */
	struct call	*call;
	struct buf	 out;		/* the reply as a frame; bad when there is none, and the session ends */

	struct job	 job;		/* its stage in the pool, or its place before the committer */
	void		(*in_pool)(struct session *);
	void		(*then)(struct session *);	/* back in the loop */
	STAILQ_ENTRY(session) next;			/* in server.committed */
};

struct session {
	TAILQ_ENTRY(session) link, late;
	struct server	*srv;
	uv_pipe_t	 pipe;
	struct request	 request;
	struct person	*who;		/* in whose turn his requests run */

	struct peer	 peer;
	bool		 known;		/* peer is looked up */
	bool		 local;		/* root or the daemon's own user: maintenance without an account */
	bool		 greeted;	/* a whoami was answered with yes */
	char		*persona;	/* of a demo store; NULL = none chosen */
	enum lang	 lang;
	bool		 account_ok;	/* authd has said yes */
	uint64_t	 checked;	/* and when it last did */
	unsigned	 wrong_passwords;		/* passwords in a row */

	struct buf	 in;		/* what has come and is not taken yet */
	bool		 reading;
	bool		 taking;	/* sess_next() is at work further up */
	bool		 ended;		/* the peer sends no more */
	bool		 leaving;	/* closes once everything is sent; begins nothing */
	struct { const char *error, *say; } last_reply;	/* the last one, NULL = none; behind the reply in work */
	bool		 closing;	/* uv_close() was called */
	bool		 closed;	/* and is through */

	uint64_t	 connected_at, active;	/* ms of the loop's clock: connected; last request or reply */
	uint64_t	 frame_since;	/* the frame in `in` began */
	uint64_t	 progress_at;		/* output was last taken */
	size_t		 queued;	/* output then still waiting */
};

/* Telling the trail of reads that repeat, by one body of the committer at a time. */
struct reads_flush_job {
	struct core		*core;
	bool			 all;
	size_t			 n;		/* ended by the last body, of any run */
	atomic_bool		 busy, more;
	uint64_t		 next;		/* ms of the loop's clock */
};

struct server {
	struct core		*core;
	struct auth		*auth;
	struct serve_opts	 opts;
	uv_loop_t		 loop;
	int			 fd;		/* -1: not listening any more */
	uv_poll_t		 listener, auth_poll;
	uv_signal_t		 sigterm, sigint;
	uv_timer_t		 tick, late_timer, held_timer;
	uv_async_t		 wake;		/* committed has grown, jobs have ended, or stop was set */
	struct sched		*sched;
	struct reads_flush_job		 reads_flush_job;
	bool			 accept_paused;		/* accepting failed; tried again with the next tick */

	TAILQ_HEAD(sessions, session) sessions;
	struct sessions		 late;		/* whose requests are kept until their moment, by late_timer */
	struct sessions		 held;		/* whose refusals are, by held_timer; in the order of turn.at */
	size_t			 n;
	bool			 had_client;
	uint64_t		 alone_since;

	bool			 draining;
	uint64_t		 drain_since;
	bool			 ending;	/* the loop's handles are being closed */
	bool			 failed;
	atomic_bool		 stop;

	pthread_mutex_t		 lock;		/* of the next */
	STAILQ_HEAD(, session)	 committed;	/* from the committer's thread */
};

/* serve.c */
void	 serve_count(struct server *, int change);	/* a session came or went */
void	 serve_drain(struct server *);

/* session.c */
void	 session_set_person(struct session *, const char *name);	/* who he is from now on; no turn is in work */
uint64_t session_id(const struct session *);	/* of one that is there; another may have it later */
void	 session_open(struct server *, int fd, const struct peer *, struct person *);	/* takes fd and the person */
void	 session_refuse(int fd, const char *error, const char *msgid);	/* a word to one who gets no session; takes fd */
void	 session_tick(struct session *, uint64_t now);
/* Ends it with a last word: at once, or after the reply to the request in work. */
void	 session_dismiss(struct session *, const char *error, const char *msgid);
void	 session_close(struct session *);				/* at once; frees it when nothing is in work any more */
void	 session_answered(struct session *);			/* from request.c: request.out is to be sent, the turn is over */
void	 session_free_if_done(struct session *);

/* request.c */
void	 request_begin(struct session *, const void *frame, size_t n);	/* session_answered() follows, now or later */
void	 request_stop(struct session *);				/* nobody can wait for authd any more: answers now */
void	 request_collect(struct server *);				/* takes over what the committer is done with */

enum {
	SESSION_CHUNK	= 16 << 10,	/* bytes read at once */
	SESSION_BUSY	= 64 << 10,	/* unread output above which no further request is begun */
	SESSION_OUT_MAX	= 4 << 20,	/* a longer reply is refused */
	REQUEST_SMALL	= 4 << 10	/* bytes of a frame that the loop reads itself */
};

#endif
