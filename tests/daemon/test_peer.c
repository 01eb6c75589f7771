#include "core/serve/peer.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <pty.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/harness.h"

static char	 utmp_path[300];

static void
setup(void)
{
	snprintf(utmp_path, sizeof(utmp_path), "%s/utmp.%d", getenv("TMPDIR") != NULL ?
	    getenv("TMPDIR") : "/tmp", (int)getpid());
}

static void
teardown(void)
{
	unlink(utmp_path);
}

static void
utmp_add(short type, const char *line, const char *user, const char *host)
{
	struct utmp	 u = { .ut_type = type };
	FILE		*f = fopen(utmp_path, "a");

	snprintf(u.ut_line, sizeof(u.ut_line), "%s", line);
	snprintf(u.ut_user, sizeof(u.ut_user), "%s", user);
	snprintf(u.ut_host, sizeof(u.ut_host), "%s", host);
	ck_assert_uint_eq(fwrite(&u, sizeof(u), 1, f), 1);
	fclose(f);
}

/* A process on a terminal of its own; the terminal's name without /dev/. */
static pid_t
on_a_terminal(char tty[64])
{
	char	 name[128];
	int	 master;
	pid_t	 pid;

	ck_assert_int_ne(pid = forkpty(&master, name, NULL, NULL), -1);
	if (pid == 0) {
		ck_assert_int_eq(write(STDOUT_FILENO, ".", 1), 1);
		pause();
		_exit(0);
	}
	ck_assert_int_eq(read(master, tty, 1), 1);	/* it has got there */
	snprintf(tty, 64, "%.60s", name + strlen("/dev/"));
	return pid;
}

static const char *
from_of(pid_t pid)
{
	static struct peer	 p;

	p = (struct peer){ .uid = getuid(), .pid = pid };
	ck_assert(peer_resolve(&p, utmp_path));
	return p.from;
}

START_TEST(the_kernel_is_asked)
{
	const struct passwd	*pw = getpwuid(getuid());
	struct peer		 p;
	char			 want[64];
	int			 sv[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	ck_assert(peer_get(sv[0], &p));
	ck_assert_uint_eq(p.uid, getuid());
	ck_assert_int_eq(p.pid, getpid());
	ck_assert_str_eq(p.user, "");
	ck_assert(peer_resolve(&p, utmp_path));		/* which is not there */
	ck_assert_str_eq(p.user, pw->pw_name);
	snprintf(want, sizeof(want), "uid %u pid %d", (unsigned)getuid(), (int)getpid());
	ck_assert_str_eq(p.from, want);
	close(sv[0]);
	close(sv[1]);
	ck_assert(!peer_get(sv[0], &p));
}
END_TEST

START_TEST(a_uid_without_account_has_no_name)
{
	struct peer	 p = { .uid = 3999999999u, .pid = 1 };

	ck_assert(peer_resolve(&p, utmp_path));
	ck_assert_str_eq(p.user, "");
	ck_assert_str_eq(p.from, "uid 3999999999 pid 1");
}
END_TEST

START_TEST(a_process_that_is_gone_has_no_terminal)
{
	ck_assert_ptr_null(strstr(from_of(0x3fffff), "pts"));
}
END_TEST

/* utmp counts where it is about this terminal, this user and a living session. */
START_TEST(utmp_names_the_host)
{
	const char	*me = getpwuid(getuid())->pw_name;
	char		 tty[64], want[200], bare[100];
	pid_t		 pid = on_a_terminal(tty);

	snprintf(bare, sizeof(bare), "uid %u pid %d", (unsigned)getuid(), (int)pid);
	utmp_add(USER_PROCESS, "pts/9999", me, "10.0.0.1");
	utmp_add(DEAD_PROCESS, tty, me, "10.0.0.2");
	utmp_add(USER_PROCESS, tty, "somebody", "10.0.0.3");
	ck_assert_str_eq(from_of(pid), bare);
	utmp_add(USER_PROCESS, tty, me, "fe80::1%eth0");
	snprintf(want, sizeof(want), "%s %s fe80::1%%eth0", bare, tty);
	ck_assert_str_eq(from_of(pid), want);
	unlink(utmp_path);
	utmp_add(USER_PROCESS, tty, me, "evil\033[2J host");
	snprintf(want, sizeof(want), "%s %s evil", bare, tty);
	ck_assert_str_eq(from_of(pid), want);
	unlink(utmp_path);
	utmp_add(USER_PROCESS, tty, me, "");
	snprintf(want, sizeof(want), "%s %s", bare, tty);
	ck_assert_str_eq(from_of(pid), want);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
END_TEST

static Suite *
peer(void)
{
	Suite	*s = suite_create("core/peer");
	TCase	*tc = tcase_create("peer");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_kernel_is_asked);
	tcase_add_test(tc, a_uid_without_account_has_no_name);
	tcase_add_test(tc, a_process_that_is_gone_has_no_terminal);
	tcase_add_test(tc, utmp_names_the_host);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(peer)
