#include <sys/eventfd.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/serve/auth.h"
#include "forms/buf.h"

enum {
	HELLO_MS = 30 * 1000,	/* a helper that takes this long to start indicates a faulty
				   machine */
};

struct pending {
	auth_cb	 cb;		/* NULL: the caller no longer waits */
	void	*arg;
	uint32_t id;		/* 0: free */
	uint8_t	 op;
};

struct auth {
	int		 fd;		/* the socket, or without a helper an eventfd that counts
					   unanswered requests */
	bool		 helper;
	uint32_t	 last_id;
	const char	*why;
	struct pending	 table[AUTH_PENDING_MAX];
};

struct reply {
	uint8_t		 op;
	uint8_t		 verdict;
	uint32_t	 id;
};

static struct auth *
auth_new(int fd, bool helper)
{
	struct auth	*a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->fd = fd;
	a->helper = helper;
	return a;
}

void
auth_stop(struct auth *a)
{
	if (a == NULL)
		return;
	close(a->fd);
	free(a);
}

int
auth_fd(const struct auth *a)
{
	return a->fd;
}

const char *
auth_why(const struct auth *a)
{
	return a->why;
}

static bool
lost(struct auth *a, const char *why)
{
	if (a->why == NULL)
		a->why = why;
	return false;
}

/* ---- replies --------------------------------------------------------------------------------- */

static bool
reply_decode(const uint8_t *p, size_t n, struct reply *r)
{
	if (n != AUTH_REPLY_SIZE || p[0] != AUTH_VERSION || p[3] != 0)
		return false;
	r->op = p[1];
	r->verdict = p[2];
	r->id = buf_get_u32(p + 4);
	return r->verdict >= AUTH_OK && r->verdict <= AUTH_ERROR;
}

static struct pending *
pending_find(struct auth *a, uint32_t id)
{
	for (size_t i = 0; i < AUTH_PENDING_MAX; i++)
		if (a->table[i].id == id)
			return &a->table[i];
	return NULL;
}

/* The entry is free before the callback runs, so that the callback may send another request. */
static void
pending_answer(struct pending *p, enum auth_verdict verdict)
{
	struct pending	 was = *p;

	memset(p, 0, sizeof(*p));
	if (was.cb != NULL)
		was.cb(was.arg, verdict);
}

static bool
answer_none(struct auth *a)
{
	uint64_t	 one;

	if (read(a->fd, &one, sizeof(one)) != sizeof(one))
		return true;
	for (size_t i = 0; i < AUTH_PENDING_MAX; i++) {
		if (a->table[i].id != 0) {
			pending_answer(&a->table[i], AUTH_OK);
			break;
		}
	}
	return true;
}

bool
auth_readable(struct auth *a)
{
	uint8_t		 frame[AUTH_REPLY_SIZE];
	struct reply	 r;
	struct pending	*p;
	ssize_t		 n;

	if (a->why != NULL)
		return false;
	if (!a->helper)
		return answer_none(a);
	/* MSG_TRUNC returns the packet's own length, so that a longer packet is not accepted. */
	n = recv(a->fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_TRUNC);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return lost(a, "shouwang-authd has ended");
	if (!reply_decode(frame, (size_t)n, &r))
		return lost(a, "shouwang-authd sent a malformed reply");
	if (r.id == 0 || (p = pending_find(a, r.id)) == NULL || p->op != r.op)
		return lost(a, "shouwang-authd answered what nobody had asked");
	pending_answer(p, r.verdict);
	return true;
}

/* ---- requests -------------------------------------------------------------------------------- */

static void
put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16 & 0xff;
	p[2] = v >> 8 & 0xff;
	p[3] = v & 0xff;
}

/* Sends one frame without waiting; AUTH_FULL when the socket has no room. */
static enum auth_sent
request_send(struct auth *a, const struct pending *p, uid_t uid, const char *secret, size_t n)
{
	uint8_t		 frame[AUTH_REQUEST_SIZE] = { AUTH_VERSION, p->op, n >> 8, n & 0xff };
	ssize_t		 sent;

	put32(frame + 4, p->id);
	put32(frame + 8, uid);
	if (n > 0)
		memcpy(frame + 12, secret, n);
	do
		sent = send(a->fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	explicit_bzero(frame, sizeof(frame));
	if (sent == AUTH_REQUEST_SIZE)
		return AUTH_SENT;
	if (sent == -1 && (errno == EAGAIN || errno == ENOBUFS))
		return AUTH_FULL;
	lost(a, "shouwang-authd cannot be reached");
	return AUTH_LOST;
}

static enum auth_sent
request_none(struct auth *a, enum auth_op op)
{
	const uint64_t	 one = 1;

	if (op != AUTH_ACCOUNT)
		return AUTH_UNSUPPORTED;
	return write(a->fd, &one, sizeof(one)) == sizeof(one) ? AUTH_SENT : AUTH_FULL;
}

enum auth_sent
auth_request(struct auth *a, enum auth_op op, uid_t uid, const char *secret, size_t n, auth_cb cb,
    void *arg)
{
	struct pending	*p, want = { .cb = cb, .arg = arg, .op = op };
	enum auth_sent	 e;

	if (a->why != NULL)
		return AUTH_LOST;
	if (n > AUTH_SECRET_MAX || (n > 0 && memchr(secret, '\0', n) != NULL))
		return AUTH_BAD_SECRET;
	if ((p = pending_find(a, 0)) == NULL)
		return AUTH_FULL;
	do
		want.id = ++a->last_id;
	while (want.id == 0 || pending_find(a, want.id) != NULL);
	e = a->helper ? request_send(a, &want, uid, secret, n) : request_none(a, op);
	if (e == AUTH_SENT)
		*p = want;
	return e;
}

void
auth_forget(struct auth *a, const void *arg)
{
	for (size_t i = 0; i < AUTH_PENDING_MAX; i++)
		if (a->table[i].arg == arg)
			a->table[i].cb = NULL;
}

/* ---- starting -------------------------------------------------------------------------------- */

struct auth *
auth_none(void)
{
	struct auth	*a;
	int		 fd;

	if ((fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) == -1)
		return NULL;
	if ((a = auth_new(fd, false)) == NULL)
		close(fd);
	return a;
}

static bool
fds_settle(int fd)
{
	int	 null;

	if (fd == AUTH_FILENO) {
		if (fcntl(fd, F_SETFD, 0) == -1)
			return false;
	} else if (dup2(fd, AUTH_FILENO) == -1)
		return false;
	if ((null = open("/dev/null", O_RDWR)) == -1 || dup2(null, 0) == -1 || dup2(null, 1) == -1)
		return false;
	return close_range(AUTH_FILENO + 1, ~0U, 0) == 0;
}

/*
 * The helper inherits nothing from the daemon: no descriptor, no environment (it may name libraries
 * to load), no blocked or ignored signal, and no terminal whose Ctrl-C would end the helper first.
 */
static _Noreturn void
helper_exec(const char *const argv[], int fd)
{
	static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
	    NULL };
	sigset_t	 none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (fds_settle(fd))
		execve(argv[0], (char *const *)argv, (char *const *)env);
	_exit(127);
}

/*
 * End of file instead of a greeting: the helper could not be executed, or refused to start; its
 * message is on standard error.
 */
static const char *
hello_await(int fd)
{
	struct pollfd	 pfd = { .fd = fd, .events = POLLIN };
	uint8_t		 frame[AUTH_REPLY_SIZE];
	struct reply	 r;
	ssize_t		 n;
	int		 ready;

	while ((ready = poll(&pfd, 1, HELLO_MS)) == -1 && errno == EINTR)
		;
	if (ready != 1)
		return "shouwang-authd does not get ready";
	if ((n = recv(fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_TRUNC)) <= 0)
		return "shouwang-authd cannot be run";
	if (!reply_decode(frame, (size_t)n, &r) || r.op != AUTH_HELLO || r.verdict != AUTH_OK ||
	    r.id != 0)
		return "shouwang-authd is of another version";
	return NULL;
}

struct auth *
auth_start(const char *const argv[], const char **why)
{
	struct auth	*a;
	int		 sv[2];
	pid_t		 pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1) {
		*why = "no socket for shouwang-authd";
		return NULL;
	}
	if ((pid = fork()) == 0)
		helper_exec(argv, sv[1]);
	close(sv[1]);
	*why = pid == -1 ? "no process for shouwang-authd" : hello_await(sv[0]);
	if (*why == NULL && (a = auth_new(sv[0], true)) != NULL)
		return a;
	if (*why == NULL)
		*why = "out of memory";
	close(sv[0]);
	return NULL;
}
