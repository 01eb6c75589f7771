#include "tests/support/daemon.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/wire/wire.h"
#include "tests/support/must.h"

void
daemon_init(struct daemon *d)
{
	char	 path[300];

	memset(d, 0, sizeof(*d));
	fixture_home(&d->fixture);
	fixture_copy_forms(&d->fixture, path);
	ck_assert_int_lt(snprintf(d->socket, sizeof(d->socket), "%s/../s", d->fixture.home),
	    (int)sizeof(d->socket));
	ck_assert_int_lt(snprintf(d->log, sizeof(d->log), "%s/../log", d->fixture.home),
	    (int)sizeof(d->log));
}

/* ---- running --------------------------------------------------------------------------------- */

static _Noreturn void
run(const struct daemon *d, int out, const char *options)
{
	const char	*build = getenv("BUILD");
	char		 program[4096], *words = strdup(options != NULL ? options : ""), *word;
	const char	*argv[40] = { program, "-d", d->fixture.home, "-S", d->socket, "-c", "8" };
	size_t		 n = 7;
	int		 log = open(d->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	snprintf(program, sizeof(program), "%s/shouwangd", build != NULL ? build : "build");
	while ((word = strsep(&words, " ")) != NULL)
		if (*word != '\0' && n < 39)
			argv[n++] = word;
	dup2(out, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	execv(program, (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* Waits for the line "ready SOCKET", or the end of the output. */
static bool
await_ready(int fd)
{
	char	 text[512] = "";
	size_t	 n = 0;
	ssize_t	 got;

	while (n < sizeof(text) - 1 && strchr(text, '\n') == NULL &&
	    (got = read(fd, text + n, sizeof(text) - 1 - n)) > 0)
		text[n += (size_t)got] = '\0';
	return strncmp(text, "ready ", 6) == 0;
}

bool
daemon_try_start(struct daemon *d, const char *options)
{
	int	 out[2];
	bool	 ready;

	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	fflush(NULL);
	ck_assert_int_ne(d->pid = fork(), -1);
	if (d->pid == 0)
		run(d, out[1], options);
	close(out[1]);
	ready = await_ready(out[0]);
	close(out[0]);
	return ready;
}

static void
show_log(const struct daemon *d)
{
	char	 line[1024];
	FILE	*f = fopen(d->log, "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		fputs(line, stderr);
	if (f != NULL)
		fclose(f);
}

void
daemon_start(struct daemon *d, const char *options)
{
	if (daemon_try_start(d, options))
		return;
	show_log(d);
	ck_abort_msg("the daemon did not start: status %d", daemon_wait_exit(d, 0));
}

int
daemon_wait_exit(struct daemon *d, int sig)
{
	int	 status = 0;

	if (sig != 0)
		kill(d->pid, sig);
	while (waitpid(d->pid, &status, 0) == -1)
		ck_assert_int_eq(errno, EINTR);
	d->pid = 0;
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

void
daemon_stop(struct daemon *d)
{
	int	 status = daemon_wait_exit(d, SIGTERM);

	if (status != 0)
		show_log(d);
	ck_assert_int_eq(status, 0);
}

void
daemon_free(struct daemon *d)
{
	if (d->pid != 0)
		daemon_wait_exit(d, SIGKILL);
	world_free(&d->fixture);
}

bool
daemon_logged(const struct daemon *d, const char *what)
{
	char	 line[4096];
	FILE	*f = fopen(d->log, "r");
	bool	 yes = false;

	while (f != NULL && !yes && fgets(line, sizeof(line), f) != NULL)
		yes = strstr(line, what) != NULL;
	if (f != NULL)
		fclose(f);
	return yes;
}

/* ---- talking --------------------------------------------------------------------------------- */

int
daemon_connect(const struct daemon *d)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	int			 fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_uint_lt(strlen(d->socket), sizeof(sun.sun_path));
	strcpy(sun.sun_path, d->socket);
	ck_assert_msg(connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0, "%s",
	    strerror(errno));
	return fd;
}

struct val *
daemon_read(int fd, struct buf *in)
{
	struct val	*v = NULL;
	size_t		 used, need;
	ssize_t		 n;
	char		*p;

	for (;;) {
		switch (wire_parse(in->p, in->n, WIRE_REPLY_MAX, &v, &used, &need)) {
		case WIRE_FRAME:
			memmove(in->p, in->p + used, in->n - used);
			in->n -= used;
			return v;
		case WIRE_BAD:
			ck_abort_msg("the daemon sent what is no frame");
		case WIRE_MORE:
			break;
		}
		p = buf_room(in, 65536);
		n = read(fd, p, 65536);
		in->n -= 65536 - (n > 0 ? (size_t)n : 0);
		if (n <= 0)
			return NULL;
	}
}

struct conn *
daemon_conn(const struct daemon *d, const char *persona)
{
	const char	*say = "";
	struct conn	*l = conn_open(d->socket, &say);
	struct val	*reply;

	ck_assert_msg(l != NULL, "%s", say);
	if (persona == NULL)
		return l;
	reply = daemon_ask(l, "{'op':'whoami','persona':'%s','lang':'en'}", persona);
	ck_assert_msg(val_get_true(reply, "ok"), "%s: %s", persona, reply != NULL ?
	    val_get_str(reply, "say") : conn_lost(l));
	val_free(reply);
	return l;
}

struct val *
daemon_ask(struct conn *l, const char *json, ...)
{
	struct buf	 b = BUF_INIT;
	struct val	*req;
	const char	*op;
	va_list		 ap;

	va_start(ap, json);
	buf_vprintf(&b, json, ap);
	va_end(ap);
	req = json_val(buf_str(&b));
	op = val_get_str(req, "op");
	if (op != NULL && (strcmp(op, "save") == 0 || strcmp(op, "act") == 0) &&
	    val_get(req, "token") == NULL)
		must(val_put(req, "token", token_new()));
	buf_free(&b);
	return conn_call(l, req);
}
