/*
 * A real store: accounts of the system, authd, root given up. authd is played by this program,
 * whose verdicts are in a file; the real one is in tests/admin/test_authd.c. Needs root, and
 * accounts every Debian has.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "core/serve/auth.h"
#include "tests/harness.h"
#include "tests/support/daemon.h"

#define SERVICE	"nobody"	/* who serves the store */
#define STAFF	"games"		/* has an account here */
#define GUEST	"man"		/* has none */

static struct daemon	 d;
static char		 top[260];	/* of the test: verdicts, the script that plays authd */

/* ---- authd ----------------------------------------------------------------------------------- */

/*
 * "UID ACCOUNT REAUTH" a line: what AUTH_ACCOUNT says, and AUTH_REAUTH when the password is
 * "right"; a wrong one is denied. No line: AUTH_DENIED. A verdict of 0 ends the helper.
 */
static int
verdict_of(const char *path, unsigned uid, int op, const char *secret)
{
	unsigned	 u;
	int		 account, reauth, v = AUTH_DENIED;
	FILE		*f = fopen(path, "r");

	while (f != NULL && fscanf(f, "%u %d %d", &u, &account, &reauth) == 3)
		if (u == uid)
			v = op == AUTH_ACCOUNT ? account : strcmp(secret, "right") == 0 ? reauth :
			    AUTH_DENIED;
	if (f != NULL)
		fclose(f);
	return v;
}

static int
play_authd(const char *path)
{
	unsigned char	 req[AUTH_REQUEST_SIZE + 1] = { 0 },
	    reply[AUTH_REPLY_SIZE] = { AUTH_VERSION, AUTH_HELLO, AUTH_OK };

	send(AUTH_FILENO, reply, sizeof(reply), 0);
	while (recv(AUTH_FILENO, req, AUTH_REQUEST_SIZE, 0) == AUTH_REQUEST_SIZE) {
		reply[1] = req[1];
		reply[2] = (unsigned char)verdict_of(path, buf_get_u32(req + 8), req[1],
		    (const char *)req + 12);
		if (reply[2] == 0)
			return 1;
		memcpy(reply + 4, req + 4, 4);
		send(AUTH_FILENO, reply, sizeof(reply), 0);
	}
	return 0;
}

/* ---- the world under it ---------------------------------------------------------------------- */

static uid_t
uid_of(const char *user)
{
	const struct passwd	*pw = getpwnam(user);

	ck_assert_msg(pw != NULL, "no account %s", user);
	return pw->pw_uid;
}

static void
verdicts(int account, int reauth)
{
	char	 path[300], fresh[300];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/verdicts", top);
	snprintf(fresh, sizeof(fresh), "%s/verdicts.new", top);
	f = fopen(fresh, "w");
	fprintf(f, "%u %d %d\n", (unsigned)uid_of(STAFF), account, reauth);
	fclose(f);
	ck_assert_int_eq(rename(fresh, path), 0);
}

static void
shell(const char *fmt, const char *a, const char *b)
{
	struct buf	 cmd = BUF_INIT;

	buf_printf(&cmd, "a='%s' b='%s'; %s", a, b, fmt);
	ck_assert_int_eq(system(cmd.p), 0);
	buf_free(&cmd);
}

/*
 * A home made as the demo is, which then says that it is real. The key's check holds the kind, so
 * it is made anew.
 */
static void
home_make_real(void)
{
	char		 key[HOME_KEYLEN + 2] = "", path[300], kept[300];
	struct buf	 err = BUF_INIT;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/key", d.fixture.home);
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	ck_assert_ptr_nonnull(fgets(key, sizeof(key), f));
	fclose(f);
	key[HOME_KEYLEN] = '\0';
	snprintf(kept, sizeof(kept), "%s.demo", d.fixture.home);
	ck_assert_int_eq(rename(d.fixture.home, kept), 0);
	ck_assert_msg(home_restore(d.fixture.home, false, key, &err) == HOME_OK, "%s",
	    buf_str(&err));
	shell("cp -a \"$b\"/env/. \"$a\"/env/ && cp -a \"$b\"/head \"$b\"/ballast \"$b\"/forms \"$a\"/ && chown -R " SERVICE " \"$a\"",
	    d.fixture.home, kept);
}

static void
grant(void)
{
	fixture_reopen(&d.fixture);
	reply_number(ask_new(&d.fixture, NULL,
	    "{'op':'act','book':'account','act':'confirm','set':{'user':'" STAFF "','name':'王芳',"
	    "'role':'secadmin','from':20250101}}"), "id");
	fixture_close(&d.fixture);
}

static void
script(void)
{
	char	 path[300], self[PATH_MAX];
	ssize_t	 n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	FILE	*f;

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	snprintf(path, sizeof(path), "%s/authd", top);
	f = fopen(path, "w");
	fprintf(f, "#!/bin/sh\nexec %s authd '%s/verdicts'\n", self, top);
	fclose(f);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	daemon_init(&d);
	grant();
	unsetenv("SHOUWANG_NOW");
	snprintf(top, sizeof(top), "%s", d.fixture.home);
	*strrchr(top, '/') = '\0';
	home_make_real();
	script();
	verdicts(AUTH_OK, AUTH_OK);
	/* others have to get to the socket */
	ck_assert_int_eq(chmod(top, 0755), 0);
	if (getenv("TMPDIR") != NULL)
		ck_assert_int_eq(chmod(getenv("TMPDIR"), 0755), 0);
	snprintf(d.socket, sizeof(d.socket), "%s/run/s", top);
}

static void
teardown(void)
{
	daemon_free(&d);
}

static const char *
options(const char *more)
{
	static char	 text[600];

	snprintf(text, sizeof(text), "-u " SERVICE " -A %s/authd %s", top, more);
	return text;
}

/*
 * Runs fn as another user of the system, in a process of its own; its checks are part of this test.
 * What it allocates goes with it, so leaks are not looked for.
 */
static void
as(const char *user, void (*fn)(void))
{
	const struct passwd	*pw = getpwnam(user);
	int			 status;
	pid_t			 pid;

	ck_assert_ptr_nonnull(pw);
	fflush(NULL);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		if (setgroups(0, NULL) == -1 || setgid(pw->pw_gid) == -1 ||
		    setuid(pw->pw_uid) == -1)
			_exit(99);
		fn();
		_exit(0);
	}
	while (waitpid(pid, &status, 0) == -1)
		ck_assert_int_eq(errno, EINTR);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "as %s: status %x", user,
	    (unsigned)status);
}

/* In the other process: no check library there, it would write to the test's own pipe. */
#define MUST(what) do { if (!(what)) { dprintf(2, "%s:%d: %s\n", __FILE__, __LINE__, #what); _exit(1); } } while (0)

static struct conn *
open_link(void)
{
	const char	*say = "";
	struct conn	*l = conn_open(d.socket, &say);

	if (l == NULL)
		dprintf(2, "%s\n", say);
	MUST(l != NULL);
	return l;
}

static bool
is(struct val *reply, const char *code)
{
	const char	*got = reply == NULL ? "lost" : reply_error_code(reply);

	if (strcmp(got, code) != 0)
		dprintf(2, "got \"%s\", not \"%s\"\n", got, code);
	return strcmp(got, code) == 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
staff_works(void)
{
	struct conn	*l = open_link();
	struct val	*v;

	MUST(is(daemon_ask(l, "{'op':'menu'}"), "bad-request"));		/* whoami first */
	/* there are none here */
	v = daemon_ask(l, "{'op':'whoami','persona':'sys'}");
	MUST(val_get_true(v, "ok") && !val_get_true(v, "demo"));
	MUST(strcmp(val_get_str(v, "user"), STAFF) == 0 &&
	    strcmp(val_get_str(v, "role"), "secadmin") == 0);
	MUST(val_get(v, "personas") == NULL);
	MUST(is(daemon_ask(l, "{'op':'list','book':'account','list':'active'}"), ""));
}

static void
guest_is_refused(void)
{
	struct conn	*l = open_link();

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "lost"));
}

START_TEST(the_kernel_says_who_it_is)
{
	struct conn	*l;
	struct val	*v;

	daemon_start(&d, options(""));
	as(STAFF, staff_works);
	as(GUEST, guest_is_refused);
	/* root at the server needs no account: maintenance, no case data */
	l = open_link();
	v = daemon_ask(l, "{'op':'whoami'}");
	ck_assert_str_eq(val_get_str(v, "role"), "local");
	val_free(v);
	ck_assert_str_eq(reply_error_code(daemon_ask(l, "{'op':'trail'}")), "");
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

START_TEST(root_is_given_up)
{
	char	 path[64], line[256];
	uid_t	 want = uid_of(SERVICE);
	unsigned a, b, c, e, seen = 0;
	FILE	*f;

	daemon_start(&d, options(""));
	snprintf(path, sizeof(path), "/proc/%d/status", (int)d.pid);
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "Uid: %u %u %u %u", &a, &b, &c, &e) == 4) {
			ck_assert(a == want && b == want && c == want && e == want);
			seen |= 1;
		}
		if (strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "CapPrm:", 7) == 0) {
			ck_assert_uint_eq(strtoull(line + 7, NULL, 16), 0);
			seen |= 2;
		}
		if (sscanf(line, "Groups: %u %u", &a, &b) >= 1) {
			ck_assert_uint_eq(a, getpwuid(want)->pw_gid);
			seen |= 4;
		}
		if (sscanf(line, "NoNewPrivs: %u", &a) == 1) {
			ck_assert_uint_eq(a, 1);
			seen |= 8;
		}
	}
	fclose(f);
	ck_assert_uint_eq(seen, 15);
	daemon_stop(&d);
}
END_TEST

static void
staff_is_stopped(void)
{
	struct conn	*l = open_link();

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "lost"));
}

static void
staff_may_try_again(void)
{
	struct conn	*l = open_link();

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "busy"));
	verdicts(AUTH_OK, AUTH_OK);
	MUST(is(daemon_ask(l, "{'op':'whoami'}"), ""));
}

START_TEST(authd_is_asked_first)
{
	static const int	 no[] = { AUTH_DENIED, AUTH_EXPIRED, AUTH_MUST_CHANGE };
	static const int	 later[] = { AUTH_BUSY, AUTH_ERROR };

	daemon_start(&d, options(""));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		verdicts(no[i], AUTH_OK);
		as(STAFF, staff_is_stopped);
	}
	ck_assert_int_eq(chmod(top, 0777), 0);		/* he changes the verdict himself */
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		verdicts(later[i], AUTH_OK);
		as(STAFF, staff_may_try_again);
	}
	daemon_stop(&d);
}
END_TEST

static void
staff_is_locked_meanwhile(void)
{
	const struct timespec	 pause = { 1, 200000000 };
	struct conn		*l = open_link();

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), ""));
	verdicts(AUTH_DENIED, AUTH_DENIED);
	nanosleep(&pause, NULL);
	MUST(is(daemon_ask(l, "{'op':'menu'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'menu'}"), "lost"));
}

static void
staff_is_not_asked_again(void)
{
	struct conn	*l = open_link();

	verdicts(AUTH_OK, AUTH_OK);
	MUST(is(daemon_ask(l, "{'op':'whoami'}"), ""));
	verdicts(AUTH_DENIED, AUTH_DENIED);
	MUST(is(daemon_ask(l, "{'op':'menu'}"), ""));
}

START_TEST(authd_is_asked_again_after_a_while)
{
	ck_assert_int_eq(chmod(top, 0777), 0);
	daemon_start(&d, options("-l account=1"));
	as(STAFF, staff_is_locked_meanwhile);
	daemon_stop(&d);
	daemon_start(&d, options(""));
	as(STAFF, staff_is_not_asked_again);
	daemon_stop(&d);
}
END_TEST

static void
staff_unlocks(void)
{
	struct conn	*l = open_link();
	char		 longest[600];

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), ""));
	MUST(is(daemon_ask(l, "{'op':'unlock'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'unlock','secret':'wrong'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'unlock','secret':'right'}"), ""));
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	MUST(is(daemon_ask(l, "{'op':'unlock','secret':'%s'}", longest), "denied"));
	MUST(is(daemon_ask(l, "{'op':'menu'}"), ""));
	MUST(is(daemon_ask(l, "{'op':'unlock','secret':'right'}"), ""));
	/* five wrong ones in a row end the connection, a right one between them does not count */
	for (int i = 0; i < 5; i++)
		MUST(is(daemon_ask(l, "{'op':'unlock','secret':'wrong'}"), "denied"));
	MUST(is(daemon_ask(l, "{'op':'menu'}"), "lost"));
}

START_TEST(passwords)
{
	daemon_start(&d, options(""));
	as(STAFF, staff_unlocks);
	daemon_stop(&d);
}
END_TEST

/* Without authd nobody may be let in: the daemon ends, and its supervisor starts both anew. */
static void
staff_loses_the_line(void)
{
	struct conn	*l = open_link();

	MUST(is(daemon_ask(l, "{'op':'whoami'}"), "stopped"));
}

START_TEST(a_lost_authd_ends_the_daemon)
{
	daemon_start(&d, options(""));
	verdicts(0, 0);
	as(STAFF, staff_loses_the_line);
	ck_assert_int_eq(daemon_wait_exit(&d, 0), EX_TEMPFAIL);
	ck_assert(daemon_logged(&d, "shouwang-authd has ended"));
}
END_TEST

/* The trail says from where. */
START_TEST(the_trail_knows_the_process)
{
	struct conn	*l;
	struct val	*v;
	char		 from[100];

	daemon_start(&d, options(""));
	as(STAFF, staff_unlocks);
	l = open_link();
	ck_assert_str_eq(reply_error_code(daemon_ask(l, "{'op':'whoami'}")), "");
	v = daemon_ask(l, "{'op':'trail','user':'" STAFF "'}");
	snprintf(from, sizeof(from), "uid %u pid ", (unsigned)uid_of(STAFF));
	ck_assert_uint_gt(val_len(val_get(v, "entries")), 0);
	ck_assert_str_eq(val_str(val_find(v, "entries.0.user")), STAFF);
	ck_assert_int_eq(strncmp(val_str(val_find(v, "entries.0.from")), from, strlen(from)), 0);
	val_free(v);
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

/* ---- not starting ---------------------------------------------------------------------------- */

static void
refuses(const char *opts, int status, const char *says)
{
	ck_assert(!daemon_try_start(&d, opts));
	ck_assert_int_eq(daemon_wait_exit(&d, 0), status);
	ck_assert_msg(daemon_logged(&d, says), "does not say: %s", says);
}

START_TEST(who_may_not_serve)
{
	char	 opts[600];

	refuses("-u no-such-user -A /bin/true", EX_UNAVAILABLE, "/bin/true");
	snprintf(opts, sizeof(opts), "-u no-such-user -A %s/authd", top);
	refuses(opts, EX_NOUSER, "no-such-user");
	snprintf(opts, sizeof(opts), "-u root -A %s/authd", top);
	refuses(opts, EX_NOUSER, "is root");
	snprintf(opts, sizeof(opts), "-u " GUEST " -A %s/authd", top);
	refuses(opts, EX_OSERR, d.fixture.home);
	refuses("-n -u " GUEST, EX_OSERR, d.fixture.home);
	ck_assert(!daemon_try_start(&d, "-n -u " SERVICE));
	ck_assert_int_eq(daemon_wait_exit(&d, 0), EX_OK);
}
END_TEST

static void
serve_without_root(void)
{
	MUST(!daemon_try_start(&d, NULL));
	MUST(daemon_wait_exit(&d, 0) == EX_NOPERM);
	MUST(daemon_logged(&d, "started as root"));
}

START_TEST(a_real_store_needs_root)
{
	ck_assert_int_eq(chmod(top, 0777), 0);
	snprintf(d.log, sizeof(d.log), "%s/log-of-" SERVICE, top);
	as(SERVICE, serve_without_root);
}
END_TEST

static Suite *
real(void)
{
	const TTest *const all[] = {
		the_kernel_says_who_it_is, root_is_given_up, authd_is_asked_first,
		    authd_is_asked_again_after_a_while, passwords,
		a_lost_authd_ends_the_daemon, the_trail_knows_the_process, who_may_not_serve,
		    a_real_store_needs_root,
	};
	Suite	*s = suite_create("real");
	TCase	*tc = tcase_create("real");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

int
main(int argc, char *argv[])
{
	static const test_suite_fn	 all[] = { real };

	if (argc == 3 && strcmp(argv[1], "authd") == 0)
		return play_authd(argv[2]);
	if (geteuid() != 0) {
		puts("ok - a real store # SKIP needs root");
		return 0;
	}
	return test_run(all, 1);
}
