/*
 * shouwang-authd: the part of Shouwang that stays root. shouwangd starts it before giving up its
 * own privileges, with a socket on descriptor 3, and asks two things about an account: whether it
 * may be used (AUTH_ACCOUNT), and whether a password is also right (AUTH_REAUTH). authd asks PAM
 * and answers. It reads no file, opens no store, changes nothing, and ends when the socket is
 * closed. The frames are in core/serve/auth.h.
 *
 * PAM modules sleep, and leave state behind in the process that calls them; so each request has its
 * own child, which returns its verdict as its exit status. The time of an answer must not tell why
 * a guess failed: every answer but a yes is held back to a multiple of a fixed pad after the
 * request arrived.
 *
 * Order of this file: asking PAM, the child, the jobs, requests, the loop, the start.
 */
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include "config.h"
#include "core/serve/auth.h"
#include "forms/buf.h"

enum {
	JOBS_MAX = 32,		/* children and held answers; further requests get AUTH_BUSY */
	JOBS_PER_UID = 4,	/* guesses for one account must not keep others waiting */
	LIMIT_PADS = 5,		/* a child that has not ended after this many pads is killed */
	PAD_MAX = 60 * 1000,	/* ms */
	EXIT_VERDICT = 100,	/* + verdict: a module that calls exit() itself does not produce a
				   yes */
};

struct request {
	enum auth_op	 op;
	uint32_t	 id;
	uid_t		 uid;
	char		 secret[AUTH_SECRET_MAX + 1];
};

struct job {
	enum {
		JOB_FREE,
		JOB_RUNNING,		/* its child runs; killed at `due` */
		JOB_HELD,		/* the verdict is known; sent at `due` */
	}		 state;
	enum auth_op	 op;
	uint32_t	 id;
	uid_t		 uid;
	pid_t		 pid;
	int		 pidfd;		/* -1 unless running; poll() skips that */
	int64_t		 came, due;	/* ms, monotonic */
	enum auth_verdict verdict;
};

static const char	*service = "shouwang";
static int64_t		 pad = 2000;		/* ms */
static struct job	 jobs[JOBS_MAX];

static int64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- asking PAM, in the child ---------------------------------------------------------------- */

/* Any other result means that PAM could not decide, and is AUTH_ERROR. */
static const struct {
	int			 pam;
	enum auth_verdict	 verdict;
} verdicts[] = {
	{ PAM_SUCCESS,		AUTH_OK },
	{ PAM_AUTH_ERR,		AUTH_DENIED },
	{ PAM_USER_UNKNOWN,	AUTH_DENIED },
	{ PAM_PERM_DENIED,	AUTH_DENIED },
	{ PAM_MAXTRIES,		AUTH_DENIED },
	{ PAM_ACCT_EXPIRED,	AUTH_EXPIRED },
	{ PAM_AUTHTOK_EXPIRED,	AUTH_EXPIRED },
	{ PAM_NEW_AUTHTOK_REQD,	AUTH_MUST_CHANGE },
};

static enum auth_verdict
verdict_of(int pam)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (verdicts[i].pam == pam)
			return verdicts[i].verdict;
	return AUTH_ERROR;
}

static void
responses_free(struct pam_response *r, int n)
{
	for (int i = 0; i < n; i++) {
		if (r[i].resp != NULL)
			explicit_bzero(r[i].resp, strlen(r[i].resp));
		free(r[i].resp);
	}
	free(r);
}

/*
 * The password answers one question without echo. A second question would be about something else,
 * perhaps the code of a token, for which the password would be a wrong code; nobody can be asked,
 * so it fails. Messages are ignored: the client has its own sentence for each verdict. A module
 * that only has messages may call without a place for responses.
 */
static int
converse(int n, const struct pam_message **msg, struct pam_response **resp, void *arg)
{
	const char		**secret = arg;
	struct pam_response	 *r;

	if (n <= 0 || n > PAM_MAX_NUM_MSG || (r = calloc(n, sizeof(*r))) == NULL)
		return PAM_CONV_ERR;
	for (int i = 0; i < n; i++) {
		if (msg[i]->msg_style == PAM_ERROR_MSG || msg[i]->msg_style == PAM_TEXT_INFO)
			continue;
		if (msg[i]->msg_style != PAM_PROMPT_ECHO_OFF || resp == NULL || *secret == NULL ||
		    (r[i].resp = strdup(*secret)) == NULL) {
			responses_free(r, n);
			return PAM_CONV_ERR;
		}
		*secret = NULL;
	}
	if (resp != NULL)
		*resp = r;
	else
		responses_free(r, n);
	return PAM_SUCCESS;
}

/* Modules would sleep after a failure, each for its own time; the pad replaces these delays. */
static void
no_delay(int status, unsigned int usec, void *arg)
{
	(void)status;
	(void)usec;
	(void)arg;
}

/* A module may map one user to another; a yes for another user does not count. */
static bool
same_user(pam_handle_t *pam, const char *name)
{
	const void	*user;

	return pam_get_item(pam, PAM_USER, &user) == PAM_SUCCESS && user != NULL &&
	    strcmp(user, name) == 0;
}

static enum auth_verdict
pam_ask(const struct request *req, const char *name)
{
	const int	 flags = PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK;
	const char	*secret = req->op == AUTH_REAUTH ? req->secret : NULL;
	struct pam_conv	 conv = { converse, &secret };
	pam_handle_t	*pam;
	int		 rc;

	if (pam_start(service, name, &conv, &pam) != PAM_SUCCESS)
		return AUTH_ERROR;
	rc = pam_set_item(pam, PAM_FAIL_DELAY, (const void *)no_delay);
	if (rc == PAM_SUCCESS && req->op == AUTH_REAUTH)
		rc = pam_authenticate(pam, flags);
	if (rc == PAM_SUCCESS)
		rc = pam_acct_mgmt(pam, flags);
	if (rc == PAM_SUCCESS && !same_user(pam, name))
		rc = PAM_PERM_DENIED;
	pam_end(pam, rc);
	return verdict_of(rc);
}

/*
 * The name comes from the uid, which the daemon has from the kernel; no name is sent. A uid without
 * an account goes through PAM like any other, under a name that no account can have, and is denied.
 */
static enum auth_verdict
account_ask(const struct request *req)
{
	static char	 room[16384];
	struct passwd	 pw, *found = NULL;
	const int	 e = getpwuid_r(req->uid, &pw, room, sizeof(room), &found);

	if (found != NULL)
		return pam_ask(req, pw.pw_name);
	if (e != 0 && e != ENOENT && e != ESRCH)	/* these two also mean that there is none */
		return AUTH_ERROR;
	pam_ask(req, "no:account");
	return AUTH_DENIED;
}

/* ---- the child ------------------------------------------------------------------------------- */

/*
 * The child does not hold the socket, so the daemon sees it close as soon as authd has ended; and
 * the child ends with authd.
 */
static _Noreturn void
child_run(struct request *req, pid_t parent)
{
	enum auth_verdict	 v;

	close(AUTH_FILENO);
	setpgid(0, 0);	/* a group with all that modules start, so that one kill reaches it */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		_exit(EX_OSERR);
	v = account_ask(req);
	explicit_bzero(req, sizeof(*req));
	_exit(EXIT_VERDICT + v);
}

static bool
child_start(struct job *j, struct request *req)
{
	const pid_t	 parent = getpid();

	if ((j->pid = fork()) == 0)
		child_run(req, parent);
	if (j->pid == -1) {
		warn("fork");
		return false;
	}
	if ((j->pidfd = pidfd_open(j->pid, 0)) == -1) {
		warn("pidfd_open");
		kill(j->pid, SIGKILL);
		waitpid(j->pid, NULL, 0);
		return false;
	}
	return true;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static struct job *
job_place(uid_t uid)
{
	struct job	*place = NULL;
	int		 same = 0;

	for (struct job *j = jobs; j < jobs + JOBS_MAX; j++) {
		if (j->state == JOB_FREE)
			place = j;
		else if (j->uid == uid)
			same++;
	}
	return same < JOBS_PER_UID ? place : NULL;
}

/* Children die with this process; programs they have started do not. */
static _Noreturn void
leave(int status)
{
	for (struct job *j = jobs; j < jobs + JOBS_MAX; j++)
		if (j->state == JOB_RUNNING)
			kill(-j->pid, SIGKILL);
	exit(status);
}

/* A daemon that does not read its answers delays only itself, so this may block. */
static void
reply_send(int op, enum auth_verdict v, uint32_t id)
{
	const uint8_t	 frame[AUTH_REPLY_SIZE] = {
		AUTH_VERSION, op, v, 0, id >> 24, id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff
	};

	while (send(AUTH_FILENO, frame, sizeof(frame), MSG_NOSIGNAL) == -1)
		if (errno != EINTR)
			leave(EX_OK);		/* nobody can be told */
}

static void
job_answer(struct job *j)
{
	reply_send(j->op, j->verdict, j->id);
	j->state = JOB_FREE;
}

/* A yes is sent at once; any other verdict at the next multiple of the pad. */
static void
job_settle(struct job *j, enum auth_verdict v)
{
	const int64_t	 took = now_ms() - j->came;

	j->pidfd = -1;
	j->verdict = v;
	j->state = JOB_HELD;
	j->due = j->came + (took / pad + 1) * pad;
	if (v == AUTH_OK)
		job_answer(j);
}

static void
job_reap(struct job *j)
{
	enum auth_verdict	 v = AUTH_ERROR;
	int			 status, code;

	while (waitpid(j->pid, &status, 0) == -1)
		if (errno != EINTR)
			err(EX_OSERR, "waiting for a child");
	close(j->pidfd);
	if (WIFEXITED(status)) {
		code = WEXITSTATUS(status) - EXIT_VERDICT;
		if (code >= AUTH_OK && code <= AUTH_ERROR)
			v = code;
	}
	if (WIFSIGNALED(status))
		warnx("asking PAM for uid %u: ended by signal %d", (unsigned)j->uid,
		    WTERMSIG(status));
	job_settle(j, v);
}

/* The killed child ends, and job_reap() does the rest. */
static void
job_due(struct job *j)
{
	if (j->state == JOB_HELD) {
		job_answer(j);
		return;
	}
	kill(-j->pid, SIGKILL);
	kill(j->pid, SIGKILL);
	j->due = INT64_MAX;
}

static void
job_start(struct request *req)
{
	struct job	*j;

	if ((j = job_place(req->uid)) == NULL) {
		reply_send(req->op, AUTH_BUSY, req->id);	/* independent of the account */
		return;
	}
	*j = (struct job){ .state = JOB_RUNNING, .op = req->op, .id = req->id, .uid = req->uid,
	    .pidfd = -1, .came = now_ms() };
	j->due = j->came + LIMIT_PADS * pad;
	if (!child_start(j, req))
		job_settle(j, AUTH_ERROR);
}

/* ---- requests -------------------------------------------------------------------------------- */

/*
 * Reads a frame from front to back and never past its end; `bad` when more was requested than there
 * is.
 */
struct reader {
	const uint8_t	*p, *end;
	bool		 bad;
};

static const uint8_t *
take(struct reader *r, size_t n)
{
	static const uint8_t	 zeros[AUTH_SECRET_MAX];
	const uint8_t		*p = r->p;

	if (n > sizeof(zeros) || n > (size_t)(r->end - p)) {
		r->bad = true;
		return zeros;
	}
	r->p += n;
	return p;
}

/* The space after the secret is zero, so that equal requests are equal frames. */
static bool
rest_is_zero(struct reader *r)
{
	while (r->p < r->end)
		if (*r->p++ != 0)
			return false;
	return true;
}

static bool
request_decode(const uint8_t *frame, size_t size, struct request *req)
{
	struct reader	 r = { frame, frame + size, size != AUTH_REQUEST_SIZE };
	size_t		 n;

	if (*take(&r, 1) != AUTH_VERSION)
		return false;
	req->op = *take(&r, 1);
	n = buf_get_u16(take(&r, 2));
	req->id = buf_get_u32(take(&r, 4));
	req->uid = buf_get_u32(take(&r, 4));
	if (n > AUTH_SECRET_MAX || r.bad)
		return false;
	memcpy(req->secret, take(&r, n), n);
	req->secret[n] = '\0';
	return !r.bad && rest_is_zero(&r) && req->id != 0 && strlen(req->secret) == n &&
	    (req->op == AUTH_REAUTH || (req->op == AUTH_ACCOUNT && n == 0));
}

/*
 * The end of the socket ends the program. A malformed request comes from a faulty daemon, and ends
 * it too.
 */
static void
request_receive(void)
{
	uint8_t		 frame[AUTH_REQUEST_SIZE];
	struct request	 req;
	ssize_t		 n;
	bool		 good;

	/* MSG_TRUNC returns the packet's own length, so that a longer packet is not accepted. */
	n = recv(AUTH_FILENO, frame, sizeof(frame), MSG_DONTWAIT | MSG_TRUNC);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		leave(EX_OK);
	if ((good = request_decode(frame, (size_t)n, &req)))
		job_start(&req);
	explicit_bzero(frame, sizeof(frame));
	explicit_bzero(&req, sizeof(req));
	if (!good) {
		warnx("malformed request from shouwangd");
		leave(EX_PROTOCOL);
	}
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* Milliseconds until a job is due; -1 for never. */
static int
wait_ms(void)
{
	int64_t	 due = INT64_MAX, left;

	for (struct job *j = jobs; j < jobs + JOBS_MAX; j++)
		if (j->state != JOB_FREE && j->due < due)
			due = j->due;
	if (due == INT64_MAX)
		return -1;
	left = due - now_ms();
	return left > 0 ? (int)left : 0;
}

static void
jobs_attend(const struct pollfd *pfd)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		if (pfd[i].revents != 0)
			job_reap(&jobs[i]);
		if (jobs[i].state != JOB_FREE && jobs[i].due <= now_ms())
			job_due(&jobs[i]);
	}
}

static _Noreturn void
serve(void)
{
	struct pollfd	 pfd[1 + JOBS_MAX] = { { .fd = AUTH_FILENO, .events = POLLIN } };

	for (;;) {
		for (int i = 0; i < JOBS_MAX; i++)
			pfd[1 + i] = (struct pollfd){ .fd = jobs[i].state == JOB_RUNNING ?
			    jobs[i].pidfd : -1, .events = POLLIN };
		if (poll(pfd, 1 + JOBS_MAX, wait_ms()) == -1) {
			if (errno == EINTR)
				continue;
			err(EX_OSERR, "poll");
		}
		jobs_attend(pfd + 1);
		if (pfd[0].revents != 0)
			request_receive();
	}
}

/* ---- the start ------------------------------------------------------------------------------- */

static void
socket_check(void)
{
	int		 domain, type;
	socklen_t	 n = sizeof(int);

	if (getsockopt(AUTH_FILENO, SOL_SOCKET, SO_DOMAIN, &domain, &n) == -1 ||
	    domain != AF_UNIX ||
	    getsockopt(AUTH_FILENO, SOL_SOCKET, SO_TYPE, &type, &n) == -1 || type != SOCK_SEQPACKET)
		errx(EX_USAGE,
		    "descriptor %d is not shouwangd's socket; shouwangd starts this program",
		    AUTH_FILENO);
}

/*
 * Passwords pass through this process: no core file, no debugger, no way for a module's child to
 * keep the socket.
 */
static void
harden(void)
{
	const struct rlimit	 none = { 0, 0 };

	for (int fd = 0; fd < AUTH_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
			errx(EX_OSERR, "no /dev/null");
	if (close_range(AUTH_FILENO + 1, ~0U, 0) == -1 ||
	    fcntl(AUTH_FILENO, F_SETFD, FD_CLOEXEC) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0) == -1 || setrlimit(RLIMIT_CORE, &none) == -1 ||
	    chdir("/") == -1)
		err(EX_OSERR, "start");
	umask(077);
	signal(SIGCHLD, SIG_DFL);	/* if it were ignored, the children's verdicts would be
					   lost */
}

static int64_t
pad_parse(const char *text)
{
	char	*end;
	long	 n = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < 1 || n > PAD_MAX)
		errx(EX_USAGE, "-t takes 1 to %d ms", PAD_MAX);
	return n;
}

int
main(int argc, char *argv[])
{
	static const struct option	 longs[] = { { "version", no_argument, NULL, 'V' },
	    { NULL, 0, NULL, 0 } };
	int				 c;

	while ((c = getopt_long(argc, argv, "s:t:", longs, NULL)) != -1) {
		if (c == 'V') {
			puts("shouwang-authd " SHOUWANG_VERSION);
			return EX_OK;
		}
		if (c == 's')
			service = optarg;
		else if (c == 't')
			pad = pad_parse(optarg);
		else
			errx(EX_USAGE, "usage: shouwang-authd [-s service] [-t ms]");
	}
	if (optind != argc)
		errx(EX_USAGE, "usage: shouwang-authd [-s service] [-t ms]");
	socket_check();
	harden();
	reply_send(AUTH_HELLO, AUTH_OK, 0);
	serve();
}
