#include "tests/support/demo.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/must.h"

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "demo county: %s: %s\n", what, why);
	exit(1);
}

static const char *
variable(const char *name, const char *otherwise)
{
	const char	*s = getenv(name);

	return s != NULL && *s != '\0' ? s : otherwise;
}

const char *
demo_program(const char *name)
{
	static char	 path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", variable("BUILD", "build"), name);
	return path;
}

/* ---- running the programs -------------------------------------------------------------------- */

/* In the child: standard output goes to `out`, or to the log when that is -1. */
static _Noreturn void
run(const struct demo *d, int out, const char *const argv[])
{
	int	 log = open(d->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	dup2(out != -1 ? out : log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static pid_t
spawn(const struct demo *d, int out, const char *const argv[])
{
	pid_t	 pid;

	fflush(NULL);
	if ((pid = fork()) == -1)
		die("fork", strerror(errno));
	if (pid == 0)
		run(d, out, argv);
	return pid;
}

static void
must_end_well(const struct demo *d, pid_t pid, const char *what)
{
	int	 status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die(what, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die(what, d->log);
}

static void
admin(const struct demo *d, const char *const words[4])
{
	const char	*argv[8] = { demo_program("shouwang-admin"), "-d", d->home };
	size_t		 i;

	for (i = 0; i < 4 && words[i] != NULL; i++)
		argv[3 + i] = words[i];
	must_end_well(d, spawn(d, -1, argv), words[0]);
}

/* ---- the county ------------------------------------------------------------------------------ */

static void
tell_sources(void)
{
	const char	*src = variable("SRCDIR", ".");
	char		 path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/forms/county", src);
	setenv("SHOUWANG_FORMS", path, 1);
	snprintf(path, sizeof(path), "%s/admin/demo", src);
	setenv("SHOUWANG_DEMO_DATA", path, 1);
}

void
demo_make(struct demo *d, const char *dir, unsigned children)
{
	char	 number[16];

	memset(d, 0, sizeof(*d));
	if (snprintf(d->home, sizeof(d->home), "%s/county", dir) >= (int)sizeof(d->home))
		die(dir, strerror(ENAMETOOLONG));
	snprintf(d->log, sizeof(d->log), "%s.log", d->home);
	strcpy(d->place, "/tmp/shouwang.XXXXXX");
	if (mkdtemp(d->place) == NULL)
		die(d->place, strerror(errno));
	snprintf(d->socket, sizeof(d->socket), "%s/s", d->place);
	snprintf(number, sizeof(number), "%u", children);
	tell_sources();
	admin(d, (const char *[4]){ "init", "--demo" });
	admin(d, (const char *[4]){ "demo", "--children", number });
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

void
demo_start(struct demo *d)
{
	const char	*argv[] = { demo_program("shouwangd"), "-d", d->home, "-S", d->socket, "-l",
	    "per-uid=1000,rate=1000000,connect=1000000", NULL };
	int		 out[2];

	if (pipe2(out, O_CLOEXEC) == -1)
		die("pipe", strerror(errno));
	d->pid = spawn(d, out[1], argv);
	close(out[1]);
	if (!await_ready(out[0]))
		die("the daemon did not start", d->log);
	close(out[0]);
}

void
demo_stop(struct demo *d)
{
	kill(d->pid, SIGTERM);
	must_end_well(d, d->pid, "shouwangd");
	d->pid = 0;
}

void
demo_free(struct demo *d)
{
	unlink(d->socket);
	rmdir(d->place);
}

/* ---- talking --------------------------------------------------------------------------------- */

struct val *
demo_ask(struct conn *l, struct val *req)
{
	const char	*name = val_get_str(req, "op");
	char		 op[32];
	struct val	*reply;

	snprintf(op, sizeof(op), "%s", name != NULL ? name : "");
	if ((reply = conn_call(l, req)) == NULL)
		die(op, conn_lost(l));
	if (!val_get_true(reply, "ok"))
		die(op, val_get_str(reply, "say"));
	return reply;
}

struct conn *
demo_conn(const struct demo *d, const char *persona)
{
	const char	*say = "";
	struct conn	*l = conn_open(d->socket, &say);
	struct val	*req;

	if (l == NULL)
		die(d->socket, say);
	if (persona == NULL)
		return l;
	req = val_map();
	must(val_put(req, "op", val_text("whoami")));
	must(val_put(req, "persona", val_text(persona)));
	val_free(demo_ask(l, req));
	return l;
}

size_t
demo_users(const struct demo *d, const char *role, char (*names)[64], size_t max)
{
	struct conn	*l = demo_conn(d, NULL);
	struct val	*req = val_map(), *reply, *list, *one;
	size_t		 n = 0;

	must(val_put(req, "op", val_text("whoami")));
	reply = demo_ask(l, req);
	list = val_get(reply, "personas");
	for (size_t i = 0; i < val_len(list) && n < max; i++) {
		one = val_at(list, i);
		if (strcmp(val_get_str(one, "role"), role) == 0)
			snprintf(names[n++], sizeof(names[0]), "%s", val_get_str(one, "user"));
	}
	val_free(reply);
	conn_close(l);
	if (n == 0)
		die(role, "nobody in this county");
	return n;
}
