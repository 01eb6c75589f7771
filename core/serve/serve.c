#include "core/serve/serve.h"

#include <sys/socket.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/env/log.h"
#include "core/record/reads.h"
#include "core/serve/session.h"
#include "core/serve/listen.h"
#include "core/wire/protocol.h"

enum {
	TICK_MS		= 500,
	FLUSH_MS	= 5000,
	ACCEPT_MAX	= 16,		/* connections accepted before other work is done */
	DRAIN_MS	= 5000,		/* for clients to read replies */
	ONCE_FIRST_MS	= 30000,	/* with `once`: for the first client to connect */
	ONCE_AGAIN_MS	= 2000		/* and for a client that left to come back */
};

/* ---- ending ---------------------------------------------------------------------------------- */

static void
end_if_empty(struct server *srv)
{
	if (!srv->draining || srv->ending || !TAILQ_EMPTY(&srv->sessions))
		return;
	srv->ending = true;
	if (srv->auth != NULL)
		uv_close((uv_handle_t *)&srv->auth_poll, NULL);
	uv_close((uv_handle_t *)&srv->sigterm, NULL);
	uv_close((uv_handle_t *)&srv->sigint, NULL);
	uv_close((uv_handle_t *)&srv->tick, NULL);
	uv_close((uv_handle_t *)&srv->late_timer, NULL);
	uv_close((uv_handle_t *)&srv->held_timer, NULL);
	uv_close((uv_handle_t *)&srv->wake, NULL);
}

static void
on_listener_closed(uv_handle_t *h)
{
	struct server	*srv = h->data;

	close(srv->fd);
	srv->fd = -1;
}

void
serve_drain(struct server *srv)
{
	struct session	*s;

	if (srv->draining)
		return;
	srv->draining = true;
	srv->drain_since = uv_now(&srv->loop);
	unlink(srv->opts.socket);
	uv_close((uv_handle_t *)&srv->listener, on_listener_closed);
	TAILQ_FOREACH(s, &srv->sessions, link)
		session_dismiss(s, PE_STOPPED,
		    N_("The server is stopping. Log in again in a moment; your entries are kept."));
	end_if_empty(srv);
}

void
serve_count(struct server *srv, int change)
{
	srv->n += (size_t)change;
	srv->had_client = true;
	srv->alone_since = uv_now(&srv->loop);
	end_if_empty(srv);
}

/* ---- who may connect ------------------------------------------------------------------------- */

static size_t
connections_of(const struct server *srv, uid_t uid)
{
	const struct session	*s;
	size_t			 n = 0;

	TAILQ_FOREACH(s, &srv->sessions, link)
		n += s->peer.uid == uid;
	return n;
}

/* In a demo store all connections have one uid, until each has chosen a persona. */
static struct person *
person_of(struct server *srv, uid_t uid)
{
	char	 name[32];

	snprintf(name, sizeof(name), "uid %u", (unsigned)uid);
	return sched_person(srv->sched, name);
}

/* Somebody who connects again and again gets a refusal only, and the log tells it once. */
static void
admit_person(struct server *srv, int fd, const struct peer *peer)
{
	struct person	*who = person_of(srv, peer->uid);

	if (who == NULL)
		close(fd);
	else if (sched_may_connect(who, uv_now(&srv->loop) * 1000))
		session_open(srv, fd, peer, who);
	else {
		log_peer("connect", peer->uid, "uid %u connects too often; refused",
		    (unsigned)peer->uid);
		session_refuse(fd, PE_BUSY,
		    N_("You connect too often. Wait a moment, then try again."));
		sched_person_release(who);
	}
}

static void
admit(struct server *srv, int fd)
{
	struct peer	 peer;

	if (!peer_get(fd, &peer))
		close(fd);
	else if (srv->core->demo && peer.uid != geteuid())
		session_refuse(fd, PE_DENIED,
		    N_("A demonstration belongs to the user who started it."));
	else if (srv->n >= srv->opts.limits.total)
		session_refuse(fd, PE_BUSY, N_("Too many people are connected. Try again later."));
	else if (connections_of(srv, peer.uid) >= srv->opts.limits.per_uid)
		session_refuse(fd, PE_BUSY,
		    N_("You are connected too many times. Close another session first."));
	else
		admit_person(srv, fd, &peer);
}

/*
 * Accepts a few at a time, so that many connections at once do not block the loop. When no
 * descriptor is left, the listener rests until the next tick instead of being woken for the same
 * connection again and again.
 */
static void
on_connection(uv_poll_t *poll, int status, int events)
{
	struct server	*srv = poll->data;
	int		 fd;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPT_MAX; i++) {
		if ((fd = accept4(srv->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) != -1)
			admit(srv, fd);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR && errno != ECONNABORTED) {
			log_alarm("accepting a connection: %s", strerror(errno));
			srv->accept_paused = true;
			uv_poll_stop(poll);
			return;
		}
	}
}

/* ---- repeated reads -------------------------------------------------------------------------- */

static int
flush_body(struct store_txn *txn, void *arg)
{
	struct reads_flush_job	*s = arg;
	const int64_t	 moment = env_now(s->core);

	env_time_stamp(s->core, moment);
	return (int)reads_flush(txn, moment, s->all, &s->n);
}

static void
flush_done(int result, void *arg)
{
	struct reads_flush_job	*s = arg;

	atomic_store(&s->more, result == STORE_OK && s->n == READS_FLUSH_MAX);
	atomic_store(&s->busy, false);
}

/* Writes the entries of reads whose time is over; runs again at once where there may be more. */
static void
flush_reads(struct server *srv, uint64_t now)
{
	struct reads_flush_job	*s = &srv->reads_flush_job;

	if (atomic_load(&s->busy) || (now < s->next && !atomic_load(&s->more)))
		return;
	s->next = now + FLUSH_MS;
	atomic_store(&s->busy, true);
	if (!commit_submit(srv->core->committer, flush_body, s, flush_done))
		atomic_store(&s->busy, false);
}

/* Writes all of them when the server ends, so that a trail read without the daemon is complete. */
static void
flush_all_reads(struct server *srv)
{
	struct reads_flush_job	 s = { .core = srv->core, .all = true };
	int		 e;

	do
		e = commit_run(srv->core->committer, flush_body, &s);
	while (e == STORE_OK && s.n == READS_FLUSH_MAX);
	if (e != STORE_OK)
		log_alarm("telling the trail of repeated reads: %s; the next start does",
		    store_err_text(e));
}

/* ---- timers and signals ---------------------------------------------------------------------- */

static bool
is_abandoned(const struct server *srv, uint64_t now)
{
	const uint64_t	 patience = srv->had_client ? ONCE_AGAIN_MS : ONCE_FIRST_MS;

	return srv->opts.once && srv->n == 0 && now - srv->alone_since >= patience;
}

/*
 * At each tick: time limits of sessions, the end of draining, repeated reads, forgotten persons,
 * counted log lines.
 */
static void
on_tick(uv_timer_t *timer)
{
	struct server	*srv = timer->data;
	const uint64_t	 now = uv_now(&srv->loop);
	const bool	 cut = srv->draining && now - srv->drain_since >= DRAIN_MS;
	struct session	*s;

	TAILQ_FOREACH(s, &srv->sessions, link) {
		if (cut)
			session_close(s);
		else
			session_tick(s, now);
	}
	sched_sweep(srv->sched, now * 1000);
	log_flush(false);
	flush_reads(srv, now);
	if (is_abandoned(srv, now))
		serve_drain(srv);
	if (srv->accept_paused && !srv->draining) {
		srv->accept_paused = false;
		uv_poll_start(&srv->listener, UV_READABLE, on_connection);
	}
}

static void
on_signal(uv_signal_t *sig, int number)
{
	struct server	*srv = sig->data;

	if (!srv->draining)
		log_info("stopping on signal %d", number);
	serve_drain(srv);
}

static void
on_wake(uv_async_t *wake)
{
	struct server	*srv = wake->data;

	request_collect(srv);
	sched_collect(srv->sched);
	if (atomic_load(&srv->stop))
		serve_drain(srv);
}

static void
on_auth(uv_poll_t *poll, int status, int events)
{
	struct server	*srv = poll->data;

	(void)status;
	(void)events;
	if (auth_readable(srv->auth))
		return;
	log_alarm("%s; stopping", auth_why(srv->auth));
	srv->failed = true;
	uv_poll_stop(poll);
	serve_drain(srv);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Creates everything before anything can fail, so that one function can undo it. */
static int
start(struct server *srv)
{
	int	 e;

	srv->listener.data = srv->auth_poll.data = srv->sigterm.data = srv->sigint.data =
	    srv->tick.data = srv->late_timer.data = srv->held_timer.data = srv->wake.data = srv;
	if ((e = uv_poll_init(&srv->loop, &srv->listener, srv->fd)) < 0)
		return e;
	if ((e = uv_poll_start(&srv->listener, UV_READABLE, on_connection)) < 0 ||
	    (e = uv_signal_init(&srv->loop, &srv->sigterm)) < 0 ||
	    (e = uv_signal_start(&srv->sigterm, on_signal, SIGTERM)) < 0 ||
	    (e = uv_signal_init(&srv->loop, &srv->sigint)) < 0 ||
	    (e = uv_signal_start(&srv->sigint, on_signal, SIGINT)) < 0 ||
	    (e = uv_timer_init(&srv->loop, &srv->tick)) < 0 ||
	    (e = uv_timer_start(&srv->tick, on_tick, TICK_MS, TICK_MS)) < 0 ||
	    (e = uv_timer_init(&srv->loop, &srv->late_timer)) < 0 ||
	    (e = uv_timer_init(&srv->loop, &srv->held_timer)) < 0 ||
	    (e = uv_async_init(&srv->loop, &srv->wake, on_wake)) < 0)
		return e;
	if (srv->auth == NULL)
		return 0;
	if ((e = uv_poll_init(&srv->loop, &srv->auth_poll, auth_fd(srv->auth))) < 0)
		return e;
	return uv_poll_start(&srv->auth_poll, UV_READABLE, on_auth);
}

static void
wake(void *arg)
{
	struct server	*srv = arg;

	uv_async_send(&srv->wake);
}

static void
close_any(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static struct sched *
start_sched(struct server *srv)
{
	struct sched_opts	 opts = sched_opts_for((unsigned)sysconf(_SC_NPROCESSORS_ONLN));

	opts.rate = srv->opts.limits.rate;
	opts.connect = srv->opts.limits.connect;
	opts.wake = wake;
	opts.arg = srv;
	return sched_open(&opts);
}

struct server *
serve_open(struct core *core, struct auth *auth, const struct serve_opts *opts, struct buf *err)
{
	struct server	*srv = calloc(1, sizeof(*srv));
	int		 e;

	if (srv == NULL || uv_loop_init(&srv->loop) < 0) {
		buf_puts(err, "no memory or no descriptors for the loop");
		free(srv);
		return NULL;
	}
	srv->core = srv->reads_flush_job.core = core;
	srv->auth = auth;
	srv->opts = *opts;
	srv->alone_since = uv_now(&srv->loop);
	TAILQ_INIT(&srv->sessions);
	TAILQ_INIT(&srv->late);
	TAILQ_INIT(&srv->held);
	STAILQ_INIT(&srv->committed);
	atomic_init(&srv->stop, false);
	pthread_mutex_init(&srv->lock, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if ((srv->fd = listen_open(opts->socket, err)) != -1) {
		if ((e = start(srv)) == 0 && (srv->sched = start_sched(srv)) == NULL)
			e = UV_EAGAIN;
		if (e == 0)
			return srv;
		buf_printf(err, "starting the loop: %s", uv_strerror(e));
	}
	serve_close(srv);
	return NULL;
}

bool
serve_run(struct server *srv)
{
	flush_all_reads(srv);
	uv_run(&srv->loop, UV_RUN_DEFAULT);
	flush_all_reads(srv);
	return !srv->failed;
}

void
serve_stop(struct server *srv)
{
	atomic_store(&srv->stop, true);
	uv_async_send(&srv->wake);
}

void
serve_close(struct server *srv)
{
	if (srv == NULL)
		return;
	uv_walk(&srv->loop, close_any, NULL);
	uv_run(&srv->loop, UV_RUN_DEFAULT);
	uv_loop_close(&srv->loop);
	sched_close(srv->sched);
	if (srv->fd != -1) {
		unlink(srv->opts.socket);
		close(srv->fd);
	}
	pthread_mutex_destroy(&srv->lock);
	free(srv);
}
