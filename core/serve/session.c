#include "core/serve/session.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/access/checkout.h"
#include "core/env/log.h"
#include "core/wire/protocol.h"
#include "core/wire/wire.h"

/* A frame being sent. */
struct out {
	uv_write_t	 w;
	struct session	*s;
	char		*p;
};

static void	 session_next(struct session *);

static uint64_t
now_of(const struct session *s)
{
	return uv_now(&s->srv->loop);
}

uint64_t
session_id(const struct session *s)
{
	return (uint64_t)(uintptr_t)s;
}

/* ---- closing --------------------------------------------------------------------------------- */

/* Only when libuv, the pool and the committer no longer use it. */
void
session_free_if_done(struct session *s)
{
	struct server	*srv = s->srv;

	if (!s->closed || s->request.busy)
		return;
	TAILQ_REMOVE(&srv->sessions, s, link);
	checkout_end_session(srv->core->checkouts, session_id(s));
	buf_wipe(&s->in);
	buf_free(&s->request.out);
	free(s->persona);
	sched_person_release(s->who);
	free(s);
	serve_count(srv, -1);
}

static void
on_closed(uv_handle_t *h)
{
	struct session	*s = h->data;

	s->closed = true;
	session_free_if_done(s);
}

void
session_close(struct session *s)
{
	if (s->closing)
		return;
	s->closing = true;
	request_stop(s);
	uv_close((uv_handle_t *)&s->pipe, on_closed);
}

/* ---- sending --------------------------------------------------------------------------------- */

static size_t
unsent(const struct session *s)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&s->pipe);
}

static void
close_if_sent(struct session *s)
{
	if (s->leaving && !s->request.busy && unsent(s) == 0)
		session_close(s);
}

static void
on_written(uv_write_t *w, int status)
{
	struct out	*o = w->data;
	struct session	*s = o->s;

	free(o->p);
	free(o);
	if (status < 0) {
		session_close(s);
		return;
	}
	s->progress_at = now_of(s);
	session_next(s);
	close_if_sent(s);
}

/* Sends the frame and empties the buffer; the session ends when it cannot be sent. */
static void
session_send(struct session *s, struct buf *frame)
{
	struct out	*o = !frame->bad && !s->closing ? calloc(1, sizeof(*o)) : NULL;
	uv_buf_t	 b = uv_buf_init(frame->p, (unsigned)frame->n);

	if (o == NULL) {
		buf_free(frame);
		session_close(s);
		return;
	}
	if (unsent(s) == 0)
		s->progress_at = now_of(s);
	o->s = s;
	o->w.data = o;
	o->p = buf_take(frame);
	if (uv_write(&o->w, (uv_stream_t *)&s->pipe, &b, 1, on_written) < 0) {
		free(o->p);
		free(o);
		session_close(s);
	}
}

static void
make_last_reply(struct buf *frame, const char *error, const char *msgid)
{
	struct val	*reply = call_error_reply(error, msgid);

	if (reply != NULL && val_put(reply, PK_REQ, val_int(0)))
		wire_append(frame, reply);
	else
		frame->bad = true;
	val_free(reply);
}

/* Does not wait: the few bytes are lost when the socket cannot take them. */
void
session_refuse(int fd, const char *error, const char *msgid)
{
	struct buf	 frame = BUF_INIT;

	make_last_reply(&frame, error, msgid);
	if (!frame.bad && send(fd, frame.p, frame.n, MSG_DONTWAIT | MSG_NOSIGNAL) == -1)
		frame.bad = true;
	buf_free(&frame);
	close(fd);
}

static void
send_last_reply(struct session *s)
{
	struct buf	 frame = BUF_INIT;

	make_last_reply(&frame, s->last_reply.error, s->last_reply.say);
	session_send(s, &frame);
}

void
session_dismiss(struct session *s, const char *error, const char *msgid)
{
	if (s->leaving || s->closing)
		return;
	s->leaving = true;
	s->last_reply.error = error;
	s->last_reply.say = msgid;
	if (s->request.auth_pending)
		request_stop(s);
	else if (!s->request.busy)
		send_last_reply(s);
	close_if_sent(s);
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void
on_room(uv_handle_t *h, size_t wish, uv_buf_t *b)
{
	struct session	*s = h->data;
	char		*p = buf_room(&s->in, SESSION_CHUNK);

	(void)wish;
	*b = uv_buf_init(p, p != NULL ? SESSION_CHUNK : 0);
}

/* The peer has sent everything but may still read: its last requests are answered. */
static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
	struct session	*s = stream->data;
	bool		 empty;

	s->in.n -= b->len - (n > 0 ? (size_t)n : 0);
	empty = s->in.n == (n > 0 ? (size_t)n : 0);
	if (n == UV_EOF)
		s->ended = true;
	else if (n < 0) {
		session_close(s);
		return;
	}
	if (empty)
		s->frame_since = now_of(s);
	session_next(s);
}

/*
 * Reading stops while a request is in work or its reply unread: requests sent ahead stay in the
 * peer's socket.
 */
static void
update_reading(struct session *s)
{
	const bool	 want = !s->request.busy && !s->leaving && !s->ended && !s->closing &&
	    unsent(s) <= SESSION_BUSY;

	if (want == s->reading)
		return;
	s->reading = want;
	if (!want)
		uv_read_stop((uv_stream_t *)&s->pipe);
	else if (uv_read_start((uv_stream_t *)&s->pipe, on_room, on_read) < 0)
		session_close(s);
	else
		s->frame_since = now_of(s);
}

/* Requests may contain passwords: consumed bytes are overwritten. */
static void
drop_taken(struct session *s, size_t taken)
{
	if (taken == 0)
		return;
	memmove(s->in.p, s->in.p + taken, s->in.n - taken);
	explicit_bzero(s->in.p + s->in.n - taken, taken);
	s->in.n -= taken;
	if (s->in.n == 0 && s->in.cap > 4 * SESSION_CHUNK)
		buf_free(&s->in);
}

/* Takes one request if it is complete and its time has come. */
static bool
begin_next(struct session *s, size_t *at)
{
	size_t	 need;

	if (s->request.busy || s->leaving || s->closing || *at == s->in.n ||
	    unsent(s) > SESSION_BUSY)
		return false;
	switch (wire_peek(s->in.p + *at, s->in.n - *at, WIRE_REQUEST_MAX, &need)) {
	case WIRE_MORE:
		return false;
	case WIRE_BAD:
		log_peer("frame", s->peer.uid,
		    "uid %u pid %d sent what is no request; the connection was closed",
		    (unsigned)s->peer.uid, (int)s->peer.pid);
		session_close(s);
		return false;
	case WIRE_FRAME:
		break;
	}
	*at += need;
	s->frame_since = now_of(s);
	request_begin(s, s->in.p + *at - need, need);
	return true;
}

/*
 * A request that is refused at once is finished before request_begin() returns; this loop then goes
 * on, without recursion.
 */
static void
session_next(struct session *s)
{
	size_t	 at = 0;

	if (s->taking || s->closing)
		return;
	s->taking = true;
	while (begin_next(s, &at))
		;
	drop_taken(s, at);
	s->taking = false;
	if (s->ended && !s->request.busy && unsent(s) <= SESSION_BUSY)
		s->leaving = true;
	update_reading(s);
	close_if_sent(s);
}

void
session_answered(struct session *s)
{
	struct request	*t = &s->request;

	t->busy = false;
	if (!t->ping)
		s->active = now_of(s);
	if (s->closing) {
		buf_free(&t->out);
		session_free_if_done(s);
		return;
	}
	s->leaving |= t->last;
	session_send(s, &t->out);
	if (s->last_reply.error != NULL)
		send_last_reply(s);
	session_next(s);
}

/* ---- time limits ----------------------------------------------------------------------------- */

static bool
has_elapsed(uint64_t now, uint64_t since, unsigned seconds)
{
	return now - since >= seconds * 1000ULL;
}

static bool
stuck(struct session *s, uint64_t now)
{
	const size_t	 queued = unsent(s);

	if (queued == 0 || queued < s->queued)
		s->progress_at = now;
	s->queued = queued;
	return has_elapsed(now, s->progress_at, s->srv->opts.limits.stuck);
}

void
session_tick(struct session *s, uint64_t now)
{
	const struct serve_limits	*l = &s->srv->opts.limits;

	if (s->closing)
		return;
	if (stuck(s, now))
		session_close(s);
	else if (s->request.busy || s->leaving)
		return;			/* the client waits for the daemon */
	else if (!s->greeted && has_elapsed(now, s->connected_at, l->hello))
		session_close(s);
	else if (s->reading && s->in.n > 0 && has_elapsed(now, s->frame_since, l->frame))
		session_close(s);
	else if (has_elapsed(now, s->active, l->idle))
		session_dismiss(s, PE_LOCKED,
		    N_("You were away for a long time, so the connection was closed. Your entries are kept."));
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Without memory the session keeps its person: turns are a matter of order, not of rights. */
void
session_set_person(struct session *s, const char *name)
{
	struct person	*p = sched_person(s->srv->sched, name);

	if (p == NULL)
		return;
	sched_person_release(s->who);
	s->who = p;
}

void
session_open(struct server *srv, int fd, const struct peer *peer, struct person *who)
{
	struct session	*s = calloc(1, sizeof(*s));

	if (s == NULL || uv_pipe_init(&srv->loop, &s->pipe, 0) < 0) {
		sched_person_release(who);
		free(s);
		close(fd);
		return;
	}
	s->srv = srv;
	s->who = who;
	s->pipe.data = s;
	s->peer = *peer;
	s->at_server = peer->uid == 0 || peer->uid == geteuid();
	s->local = s->at_server && !srv->core->demo;
	s->connected_at = s->active = s->progress_at = uv_now(&srv->loop);
	TAILQ_INSERT_TAIL(&srv->sessions, s, link);
	serve_count(srv, 1);
	if (uv_pipe_open(&s->pipe, fd) < 0) {
		close(fd);
		session_close(s);
		return;
	}
	update_reading(s);
}
