/*
 * shouwangd: the daemon that owns a store. Order of this file: the command line, giving up
 * privileges, checking without serving, serving.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config.h"
#include "core/core.h"
#include "core/env/log.h"
#include "core/maint/job.h"
#include "core/ops/ops.h"
#include "core/record/pinyin.h"
#include "core/serve/serve.h"
#include "core/serve/listen.h"

struct plan {
	const char		*home;
	const char		*authd;		/* NULL = the installed one */
	const char		*user;		/* the user root changes to */
	bool			 check;
	bool			 demo;		/* what HOME/kind says */
	size_t			 cache_mb;
	struct serve_opts	 serve;
};

/* ---- the command line ------------------------------------------------------------------------ */

static const char	usage_text[] =
    "usage: shouwangd -d home [-fnov] [-A authd] [-c MB] [-l limit=number,...] [-S socket] [-u user]\n"
    "       shouwangd --ops\n"
    "\n"
    "  -d home    the store; made by shouwang-admin init or demo\n"
    "  -S socket  where clients connect              [" SHOUWANG_RUNDIR "/socket]\n"
    "  -n         only check home and definitions\n"
    "  -v         log also what Berkeley DB says about a fault\n"
    "  -f         stay in the foreground, which it always does\n"
    "  -o         end when the last client has left\n"
    "  -u user    whom to become when started as root       [shouwang]\n"
    "  -A authd   the helper that asks PAM           [" SHOUWANG_LIBEXECDIR "/shouwang-authd]\n"
    "  -c MB      memory for the store's pages              [256]\n"
    "  -l ...     hello=10 frame=30 idle=3600 stuck=60 account=300 (seconds) per-uid=16 total=1024 (connections)\n"
    "             rate=200 (requests a second of one person) connect=100 (connections a second of one uid)\n"
    "             refusal=20 (milliseconds)\n"
    "  --ops      print all operations that a client can ask for, with arguments and replies\n";

static _Noreturn void
usage(const char *why)
{
	if (why == NULL) {
		fputs(usage_text, stdout);
		exit(EX_OK);
	}
	fprintf(stderr, "shouwangd: %s; see shouwangd --help\n", why);
	exit(EX_USAGE);
}

static _Noreturn void
print_ops(void)
{
	struct buf	 out = BUF_INIT;

	ops_print(&out);
	if (out.bad || fputs(buf_str(&out), stdout) == EOF || fflush(stdout) == EOF) {
		fprintf(stderr, "shouwangd: writing the operations: %s\n", out.bad ?
		    "out of memory" : strerror(errno));
		exit(EX_IOERR);
	}
	exit(EX_OK);
}

static unsigned
number(const char *text, unsigned max)
{
	char		*end;
	unsigned long	 n;

	errno = 0;
	n = text != NULL && *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
	if (n == 0 || errno != 0 || *end != '\0' || n > max)
		usage("a number is missing, zero or too large");
	return (unsigned)n;
}

static void
limits(char *text, struct serve_limits *l)
{
	const struct { const char *name; unsigned *place; } known[] = {
		{ "hello", &l->hello }, { "frame", &l->frame }, { "idle", &l->idle },
		  { "stuck", &l->stuck },
		{ "account", &l->account }, { "per-uid", &l->per_uid }, { "total", &l->total },
		{ "rate", &l->rate }, { "connect", &l->connect }, { "refusal", &l->refusal }
	};
	const size_t	 n = sizeof(known) / sizeof(known[0]);
	char		*name, *value;
	size_t		 i;

	while ((name = strsep(&text, ",")) != NULL) {
		if ((value = strchr(name, '=')) != NULL)
			*value++ = '\0';
		for (i = 0; i < n && strcmp(known[i].name, name) != 0; i++)
			;
		if (i == n)
			usage("-l knows no such limit");
		*known[i].place = number(value, 1000000);
	}
}

static void
command_line(int argc, char *argv[], struct plan *p)
{
	static const struct option	 longer[] = { { "help", no_argument, NULL, 'h' },
	    { "ops", no_argument, NULL, 'p' }, { "version", no_argument, NULL, 'V' }, { 0 } };
	int				 c;

	*p = (struct plan){ .user = "shouwang",
	    .serve = { .socket = SHOUWANG_RUNDIR "/socket", .limits = SERVE_LIMITS } };
	opterr = 0;
	while ((c = getopt_long(argc, argv, "A:c:d:fl:noS:u:v", longer, NULL)) != -1) {
		switch (c) {
		case 'A': p->authd = optarg; break;
		case 'c': p->cache_mb = number(optarg, 1 << 20); break;
		case 'd': p->home = optarg; break;
		case 'f': break;
		case 'h': usage(NULL);
		case 'V': puts("shouwangd " SHOUWANG_VERSION); exit(EX_OK);
		case 'l': limits(optarg, &p->serve.limits); break;
		case 'n': p->check = true; break;
		case 'o': p->serve.once = true; break;
		case 'p': print_ops();
		case 'S': p->serve.socket = optarg; break;
		case 'u': p->user = optarg; break;
		case 'v': log_verbose(true); break;
		default: usage("there is no such option, or its value is missing");
		}
	}
	if (optind != argc)
		usage("too many words");
	if (p->home == NULL)
		usage("say which store: -d home");
}

/* ---- privileges ------------------------------------------------------------------------------ */

static _Noreturn void
die(int status, const char *what, const char *why)
{
	log_alarm("%s: %s", what, why);
	exit(status);
}

/*
 * Passwords and case files pass through this process: no core file, no debugger of the same user.
 */
static void
harden(void)
{
	const struct rlimit	 none = { 0, 0 };
	struct rlimit		 files;

	umask(077);
	if (prctl(PR_SET_DUMPABLE, 0) == -1 || setrlimit(RLIMIT_CORE, &none) == -1)
		die(EX_OSERR, "start", strerror(errno));
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

/*
 * The kind in HOME/kind, without opening the home: a real one is opened with other privileges than
 * at present. home_open() detects a false one.
 */
static bool
is_demo_home(const char *home)
{
	struct buf	 err = BUF_INIT;
	unsigned	 format;
	bool		 demo = false;

	switch (home_peek(home, &demo, &format, &err)) {
	case HOME_OK:
		break;
	case HOME_MISSING:
		die(EX_NOINPUT, home, "no home of this program; shouwang-admin init makes one");
	case HOME_SYS:
		if (errno == EACCES)			/* of another user: no demo */
			break;
		die(EX_NOINPUT, home, strerror(errno));
	default:
		die(fault_status(FAULT_CONFIG), "start", buf_str(&err));
	}
	buf_free(&err);
	return demo;
}

/* Permanently: the real, effective and saved ids are all changed, and the result is checked. */
static void
drop_privileges(const struct plan *p)
{
	const struct passwd	*pw;
	uid_t			 r, e, s;

	errno = 0;
	if ((pw = getpwnam(p->user)) == NULL)
		die(EX_NOUSER, p->user, errno != 0 ? strerror(errno) :
		    "no such account; make it or name another with -u");
	if (pw->pw_uid == 0)
		die(EX_NOUSER, p->user, "is root; a real store is served by an account of its own");
	if (!p->check) {
		struct buf	 err = BUF_INIT;

		if (!listen_make_dir(p->serve.socket, pw->pw_uid, pw->pw_gid, &err))
			die(EX_CANTCREAT, "start", buf_str(&err));
	}
	if (setgroups(1, &pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		die(EX_OSERR, "giving up root's rights", strerror(errno));
	if (getresuid(&r, &e, &s) == -1 || r != pw->pw_uid || e != r || s != r || setuid(0) != -1 ||
	    setgid(0) != -1)
		die(EX_OSERR, "giving up root's rights", "they are still there");
	if (prctl(PR_SET_DUMPABLE, 0) == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		die(EX_OSERR, "giving up root's rights", strerror(errno));
}

/* ---- checking only --------------------------------------------------------------------------- */

/* One line each. */
static void
print_lines(const char *lines)
{
	while (*lines != '\0') {
		const size_t	 n = strcspn(lines, "\n");

		fprintf(stderr, "shouwangd: %.*s\n", (int)n, lines);
		lines += n + (lines[n] == '\n');
	}
}

static enum fault
home_fault(const char *home, struct buf *err)
{
	struct home		*h = NULL;
	enum home_err		 e = home_open(home, &h, err);

	home_close(h);
	return fault_of_home(e);
}

static enum fault
forms_fault(const char *home, struct buf *err)
{
	struct buf	 dir = BUF_INIT, sounds = BUF_INIT;
	struct set	*set = NULL;
	bool		 ok;

	buf_printf(&dir, "%s/forms", home);
	buf_printf(&sounds, "%s/pinyin", home);
	ok = !dir.bad && !sounds.bad && pinyin_open(sounds.p, err) &&
	    (set = core_set_load(buf_str(&dir), err)) != NULL;
	set_free(set);
	pinyin_close();
	buf_free(&sounds);
	buf_free(&dir);
	return ok ? FAULT_NONE : FAULT_CONFIG;
}

/* A home in use is in order: the process that uses it has checked it. */
static int
check(const struct plan *p)
{
	struct buf	 err = BUF_INIT;
	enum fault	 f = home_fault(p->home, &err);

	if (f == FAULT_IN_USE) {
		f = FAULT_NONE;
		buf_reset(&err);
	}
	if (f == FAULT_NONE)
		f = forms_fault(p->home, &err);
	print_lines(buf_str(&err));
	buf_free(&err);
	return fault_status(f);
}

/* ---- serving --------------------------------------------------------------------------------- */

static struct core	*serving;	/* set once core_open() has returned it */

/* The store cannot keep its promises: no further reply is sent, and a new process recovers. */
static void
on_dead(const char *why, void *arg)
{
	(void)arg;
	if (serving == NULL)
		return;				/* core_open() reports it */
	log_alarm("the store has stopped: %s; ending so that a new start recovers", why);
	_exit(EX_TEMPFAIL);
}

static int
serve(const struct plan *p, struct core *core, struct auth *auth)
{
	struct buf	 err = BUF_INIT;
	struct server	*srv = serve_open(core, auth, &p->serve, &err);
	bool		 ok;

	if (srv == NULL) {
		print_lines(buf_str(&err));
		buf_free(&err);
		return EX_UNAVAILABLE;
	}
	log_info("serving %s on %s", p->home, p->serve.socket);
	printf("ready %s\n", p->serve.socket);
	fflush(stdout);
	ok = serve_run(srv);
	serve_close(srv);
	log_flush(true);
	log_info("stopped");
	return ok ? EX_OK : EX_TEMPFAIL;
}

static int
open_and_serve(const struct plan *p, struct auth *auth)
{
	const struct core_opts	 opts = { .store = { .cache = p->cache_mb << 20, .log = log_line,
	    .on_dead = on_dead } };
	struct buf		 err = BUF_INIT;
	enum fault		 f;
	int			 status;

	if (!listen_make_dir(p->serve.socket, geteuid(), getegid(), &err))
		status = EX_UNAVAILABLE;
	else if ((f = core_open(p->home, &opts, &serving, &err)) != FAULT_NONE)
		status = fault_status(f);
	else {
		jobs_load(serving->jobs);
		status = serve(p, serving, auth);
		core_close(serving);
	}
	print_lines(buf_str(&err));
	buf_free(&err);
	return status;
}

/* Before root is given up: the helper must stay root. */
static struct auth *
authd_start(const struct plan *p)
{
	const char *const	 argv[] = { p->authd != NULL ? p->authd :
	    SHOUWANG_LIBEXECDIR "/shouwang-authd", NULL };
	const char		*why;
	struct auth		*auth;

	if (p->authd == NULL && geteuid() != 0)
		die(EX_NOPERM, p->home, "a real store needs PAM, so shouwangd is started as root");
	if ((auth = auth_start(argv, &why)) == NULL)
		die(EX_UNAVAILABLE, argv[0], why);
	return auth;
}

int
main(int argc, char *argv[])
{
	struct plan	 p;
	struct auth	*auth = NULL;
	bool		 root = geteuid() == 0;
	int		 status;

	command_line(argc, argv, &p);
	harden();
	p.demo = is_demo_home(p.home);
	if (!p.demo && !p.check)
		auth = authd_start(&p);
	if (!p.demo && root)
		drop_privileges(&p);
	status = p.check ? check(&p) : open_and_serve(&p, auth);
	auth_stop(auth);
	return status;
}
