#include "core/wire/conn.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/wire/protocol.h"
#include "core/wire/wire.h"
#include "forms/problem.h"

enum {
	CALL_MS		= 30000,
	CONNECT_MS	= 5000,
	READ_CHUNK	= 64 << 10
};

struct pending {
	struct pending	*next;
	int64_t		 n;
	conn_reply_fn	*fn;
	void		*arg;
	struct val	*local_reply;		/* a reply made here: the request was never sent */
};

struct conn {
	int		 fd;
	const char	*lost;		/* a msgid; NULL while the connection is open */
	int64_t		 last;		/* number of the last request */
	struct pending	*pending, **tail;	/* in the order of the requests, which is the order
						   of the replies */
	struct buf	 in, out;
	size_t		 sent;		/* bytes of out that have been sent */
	struct val	*last_word;	/* a last reply without a request number: why the daemon
					   closes */
};

#define GONE	N_("The connection to the server is lost.")

static void
mark_lost(struct conn *l, const char *why)
{
	if (l->lost == NULL)
		l->lost = why;
}

static int64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- opening --------------------------------------------------------------------------------- */

static const char *
errno_text(int e)
{
	switch (e) {
	case ENOENT:
	case ECONNREFUSED:
		return N_("The Shouwang server is not running. Tell the system administrator.");
	case EACCES:
	case EPERM:
		return N_("This account may not connect to the Shouwang server. Tell the system administrator.");
	case EAGAIN:
		return N_("The Shouwang server is too busy to answer. Try again in a moment.");
	case ENAMETOOLONG:
		return N_("The path of the server's socket is too long.");
	default:
		return N_("The Shouwang server cannot be reached. Tell the system administrator.");
	}
}

/*
 * When many people log in at once the daemon's queue is full for a moment, so a full queue is tried
 * again.
 */
static int
connect_to(int fd, const char *path, int wait_ms)
{
	const struct timespec	 pause = { 0, 20 * 1000 * 1000 };
	const int64_t		 until = now_ms() + wait_ms;
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(sun.sun_path))
		return ENAMETOOLONG;
	strcpy(sun.sun_path, path);
	while (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == -1) {
		if ((errno != EAGAIN && errno != EINTR) || now_ms() >= until)
			return errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static struct conn *
open_within(const char *path, int wait_ms, const char **say)
{
	struct conn	*l = calloc(1, sizeof(*l));
	int		 e = ENOMEM;

	if (l != NULL && (l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) ==
	    -1)
		e = errno;
	else if (l != NULL && (e = connect_to(l->fd, path, wait_ms)) == 0) {
		l->tail = &l->pending;
		return l;
	}
	if (l != NULL && l->fd != -1)
		close(l->fd);
	free(l);
	*say = errno_text(e);
	errno = e;
	return NULL;
}

struct conn *
conn_open(const char *path, const char **say)
{
	return open_within(path, CONNECT_MS, say);
}

struct conn *
conn_try(const char *path, const char **say)
{
	return open_within(path, 0, say);
}

void
conn_close(struct conn *l)
{
	struct pending	*w;

	if (l == NULL)
		return;
	while ((w = l->pending) != NULL) {
		l->pending = w->next;
		val_free(w->local_reply);
		free(w);
	}
	close(l->fd);
	buf_wipe(&l->in);
	buf_wipe(&l->out);
	val_free(l->last_word);
	free(l);
}

int
conn_fd(const struct conn *l)
{
	return l->fd;
}

bool
conn_wants_write(const struct conn *l)
{
	return l->lost == NULL && l->sent < l->out.n;
}

const char *
conn_lost(const struct conn *l)
{
	const char	*say = val_get_str(l->last_word, PK_SAY);

	if (l->lost == NULL)
		return NULL;
	return say != NULL && *say != '\0' ? say : l->lost;
}

/* ---- sending --------------------------------------------------------------------------------- */

static void
write_out(struct conn *l)
{
	ssize_t	 n;

	while (conn_wants_write(l)) {
		n = send(l->fd, l->out.p + l->sent, l->out.n - l->sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			/* A daemon that closed may have sent the reason: it is still to be read. */
			if (errno != EAGAIN)
				buf_wipe(&l->out);
			break;
		}
		l->sent += (size_t)n;
	}
	if (l->sent >= l->out.n) {
		buf_wipe(&l->out);		/* it may have held a password */
		l->sent = 0;
	}
}

static struct pending *
pending_new(struct conn *l, conn_reply_fn *fn, void *arg)
{
	struct pending	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->n = ++l->last;
	w->fn = fn;
	w->arg = arg;
	*l->tail = w;
	l->tail = &w->next;
	return w;
}

/* The daemon would close the connection on a request this long, so it is not sent. */
static struct val *
too_long(void)
{
	struct val	*reply = val_map();

	if (reply != NULL && val_put(reply, PK_OK, val_bool(false)) &&
	    val_put(reply, PK_ERROR, val_text(PE_BAD_REQUEST)) &&
	    val_put(reply, PK_SAY,
	    val_text(N_("This is more than can be sent to the server at once."))))
		return reply;
	val_free(reply);
	return NULL;
}

void
conn_send(struct conn *l, struct val *req, conn_reply_fn *fn, void *arg)
{
	const size_t	 before = l->out.n;
	struct pending	*w = pending_new(l, fn, arg);

	if (w == NULL) {
		mark_lost(l, N_("There is not enough memory on the server for this."));
		val_free(req);
		fn(arg, NULL);
		return;
	}
	if (req == NULL || !val_put(req, PK_REQ, val_int(w->n)))
		l->out.bad = true;
	else
		wire_append(&l->out, req);
	val_free(req);
	if (!l->out.bad && l->out.n - before > WIRE_HEAD + WIRE_REQUEST_MAX) {
		l->out.n = before;
		w->local_reply = too_long();
		l->out.bad = w->local_reply == NULL;
	}
	if (l->out.bad)
		mark_lost(l, N_("There is not enough memory on the server for this."));
	else
		write_out(l);
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void
deliver_first(struct conn *l, const struct val *reply)
{
	struct pending	*w = l->pending;

	if ((l->pending = w->next) == NULL)
		l->tail = &l->pending;
	w->fn(w->arg, reply);
	val_free(w->local_reply);
	free(w);
}

/*
 * The reply to the oldest request; or the daemon's last reply, which answers all requests that
 * wait.
 */
static void
take_reply(struct conn *l, struct val *reply)
{
	const int64_t	 n = val_get_num(reply, PK_REQ, -1);

	if (n == 0) {
		val_free(l->last_word);
		l->last_word = reply;
		return;
	}
	if (l->pending == NULL || l->pending->n != n)
		mark_lost(l,
		    N_("The server's answer makes no sense; it may be of another version."));
	else
		deliver_first(l, reply);
	val_free(reply);
}

static void
take_frames(struct conn *l)
{
	struct val	*reply = NULL;
	size_t		 at = 0, used, need;
	enum wire_result	 got = WIRE_MORE;

	while (l->lost == NULL && at < l->in.n &&
	    (got = wire_parse(l->in.p + at, l->in.n - at, WIRE_REPLY_MAX, &reply, &used,
	    &need)) == WIRE_FRAME) {
		at += used;
		take_reply(l, reply);
	}
	if (got == WIRE_BAD)
		mark_lost(l,
		    N_("The server's answer makes no sense; it may be of another version."));
	if (at > 0) {
		memmove(l->in.p, l->in.p + at, l->in.n - at);
		l->in.n -= at;
	}
}

/* False: nothing more to read for now. */
static bool
read_some(struct conn *l)
{
	char	*p = buf_room(&l->in, READ_CHUNK);
	ssize_t	 n;

	if (p == NULL) {
		mark_lost(l, N_("There is not enough memory on the server for this."));
		return false;
	}
	do
		n = recv(l->fd, p, READ_CHUNK, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	l->in.n -= READ_CHUNK - (n > 0 ? (size_t)n : 0);
	if (n == 0 || (n == -1 && errno != EAGAIN))
		mark_lost(l, GONE);
	return n > 0;
}

/* Replies made here keep their place among those of the daemon. */
static void
deliver_local(struct conn *l)
{
	while (l->pending != NULL && l->pending->local_reply != NULL) {
		struct val	*reply = l->pending->local_reply;

		l->pending->local_reply = NULL;
		deliver_first(l, reply);
		val_free(reply);
	}
}

static void
notify_lost(struct conn *l)
{
	while (l->pending != NULL)
		deliver_first(l, l->last_word);
}

bool
conn_pump(struct conn *l)
{
	if (l->lost == NULL)
		write_out(l);
	deliver_local(l);
	while (l->lost == NULL && read_some(l)) {
		take_frames(l);
		deliver_local(l);
	}
	if (l->lost == NULL)
		return true;
	notify_lost(l);
	return false;
}

/* ---- waiting --------------------------------------------------------------------------------- */

struct call_done {
	bool		 done;
	struct val	*reply;
};

static void
call_done(void *arg, const struct val *reply)
{
	struct call_done	*c = arg;

	c->done = true;
	c->reply = val_dup(reply);
}

struct val *
conn_call(struct conn *l, struct val *req)
{
	return conn_call_within(l, req, CALL_MS);
}

struct val *
conn_call_within(struct conn *l, struct val *req, int ms)
{
	const int64_t	 until = now_ms() + ms;
	struct call_done	 c = { false, NULL };
	struct pollfd	 pfd = { .fd = l->fd };
	int64_t		 left;

	conn_send(l, req, call_done, &c);
	while (!c.done && conn_pump(l) && !c.done) {
		if ((left = until - now_ms()) <= 0) {
			mark_lost(l, N_("The server does not answer."));
			continue;
		}
		pfd.events = (short)(POLLIN | (conn_wants_write(l) ? POLLOUT : 0));
		poll(&pfd, 1, (int)left);
	}
	return c.reply;
}
