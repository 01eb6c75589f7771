/*
 * Starting and not starting: every reason has its own line and its own exit status, and nothing is
 * touched that belongs to somebody else.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"

static struct daemon	 d;

static void
setup(void)
{
	daemon_init(&d);
}

/* For what is refused before any home is looked at. */
static void
setup_homeless(void)
{
	const char	*tmp = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";

	memset(&d, 0, sizeof(d));
	snprintf(d.fixture.home, sizeof(d.fixture.home), "%.200s/none", tmp);
	snprintf(d.socket, sizeof(d.socket), "%.200s/s", tmp);
	snprintf(d.log, sizeof(d.log), "%.200s/log.%d", tmp, (int)getpid());
}

static void
teardown(void)
{
	daemon_free(&d);
}

static char *
in_home(const char *name)
{
	static char	 path[400];

	snprintf(path, sizeof(path), "%s/%s", d.fixture.home, name);
	return path;
}

static void
write_file(const char *path, const char *text)
{
	FILE	*f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

/* Does not start, ends with this status and says this. */
static void
refuses(const char *options, int status, const char *says)
{
	ck_assert(!daemon_try_start(&d, options));
	ck_assert_int_eq(daemon_wait_exit(&d, 0), status);
	ck_assert_msg(*says == '\0' || daemon_logged(&d, says), "does not say: %s", says);
}

static void
serves(void)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");

	conn_close(l);
}

START_TEST(starts_and_stops)
{
	struct stat	 st;

	daemon_start(&d, NULL);
	serves();
	ck_assert_int_eq(stat(d.socket, &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 0777, 0666);
	daemon_stop(&d);
	ck_assert_int_eq(access(d.socket, F_OK), -1);
	/* and again */
	daemon_start(&d, "-f");
	serves();
	daemon_stop(&d);
}
END_TEST

/* ---- the home -------------------------------------------------------------------------------- */

START_TEST(a_second_daemon_on_the_home_is_refused)
{
	struct daemon	 first;
	struct conn	*l;

	daemon_start(&d, NULL);
	first = d;
	strcat(d.socket, "2");
	refuses(NULL, EX_TEMPFAIL, "is open in process");
	ck_assert_int_eq(access(d.socket, F_OK), -1);
	d = first;
	l = daemon_conn(&d, "dir-a1");
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

START_TEST(no_home)
{
	strcat(d.fixture.home, "x");
	refuses(NULL, EX_NOINPUT, "no home of this program");
	refuses("-n", EX_NOINPUT, "homex");
}
END_TEST

START_TEST(not_a_home)
{
	ck_assert_int_eq(unlink(in_home("kind")), 0);
	refuses(NULL, EX_NOINPUT, "no home of this program");
	refuses("-n", EX_NOINPUT, "no home of this program");
}
END_TEST

START_TEST(the_wrong_key)
{
	char	 key[80];

	memset(key, 'a', sizeof(key));
	strcpy(key + 64, "\n");
	write_file(in_home("key"), key);
	refuses(NULL, EX_CONFIG, "key");
	refuses("-n", EX_CONFIG, "key");
}
END_TEST

START_TEST(a_home_others_can_read)
{
	ck_assert_int_eq(chmod(d.fixture.home, 0755), 0);
	refuses(NULL, EX_NOPERM, d.fixture.home);
	refuses("-n", EX_NOPERM, d.fixture.home);
	ck_assert_int_eq(chmod(d.fixture.home, 0700), 0);
	daemon_start(&d, NULL);
	daemon_stop(&d);
}
END_TEST

/* All that is wrong at once, by file and line, and the store is not touched. */
START_TEST(bad_definitions)
{
	FILE	*f = fopen(in_home("forms/books/child.yaml"), "a");

	fputs("\nnonsense: 1\n", f);
	fclose(f);
	f = fopen(in_home("forms/books/area.yaml"), "a");
	fputs("\nnonsense: 1\n", f);
	fclose(f);
	refuses(NULL, EX_CONFIG, "books/child.yaml:");
	ck_assert(daemon_logged(&d, "books/area.yaml:"));
	ck_assert_int_eq(truncate(d.log, 0), 0);
	refuses("-n", EX_CONFIG, "books/child.yaml:");
	ck_assert(daemon_logged(&d, "books/area.yaml:"));
}
END_TEST

/* -n: quiet when all is well, also while a daemon serves the home, and never on a socket. */
START_TEST(only_checking)
{
	struct stat	 st;
	struct daemon	 checker = d;

	ck_assert(!daemon_try_start(&checker, "-n"));
	ck_assert_int_eq(daemon_wait_exit(&checker, 0), EX_OK);
	ck_assert_int_eq(stat(d.log, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	ck_assert_int_eq(access(d.socket, F_OK), -1);
	daemon_start(&d, NULL);
	ck_assert(!daemon_try_start(&checker, "-n"));
	ck_assert_int_eq(daemon_wait_exit(&checker, 0), EX_OK);
	serves();
	daemon_stop(&d);
}
END_TEST

/* ---- the socket ------------------------------------------------------------------------------ */

START_TEST(a_socket_left_behind_is_replaced)
{
	daemon_start(&d, NULL);
	ck_assert_int_eq(daemon_wait_exit(&d, SIGKILL), 1000 + SIGKILL);
	ck_assert_int_eq(access(d.socket, F_OK), 0);
	daemon_start(&d, NULL);
	serves();
	daemon_stop(&d);
}
END_TEST

START_TEST(a_living_socket_is_not)
{
	struct daemon	 other;

	daemon_init(&other);
	daemon_start(&other, NULL);
	strcpy(d.socket, other.socket);
	refuses(NULL, EX_UNAVAILABLE, "another daemon");
	/* the other one noticed nothing */
	serves();
	daemon_stop(&other);
}
END_TEST

START_TEST(what_is_no_socket_stays)
{
	struct stat	 st;

	write_file(d.socket, "mine");
	refuses(NULL, EX_UNAVAILABLE, "something else");
	ck_assert_int_eq(stat(d.socket, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
}
END_TEST

START_TEST(a_path_too_long_for_a_socket)
{
	const size_t	 n = strlen(d.socket);

	memset(d.socket + n, 's', 108 - n);
	d.socket[108] = '\0';
	refuses(NULL, EX_UNAVAILABLE, "must have 1 to 107 bytes");
	d.socket[107] = '\0';
	daemon_start(&d, NULL);
	daemon_stop(&d);
}
END_TEST

START_TEST(the_sockets_directory_is_made)
{
	struct stat	 st;

	*strrchr(d.socket, '/') = '\0';
	strcat(d.socket, "/run/s");
	daemon_start(&d, NULL);
	serves();
	*strrchr(d.socket, '/') = '\0';
	ck_assert_int_eq(stat(d.socket, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	daemon_stop(&d);
}
END_TEST

/* ---- the command line ------------------------------------------------------------------------ */

static const struct {
	const char	*options;
	int		 status;
	const char	*says;
} lines[] = {
	{ "--help",		EX_OK,		"" },
	{ "-x",			EX_USAGE,	"no such option" },
	{ "--helpful",		EX_USAGE,	"no such option" },
	{ "word",		EX_USAGE,	"too many" },
	{ "-l",			EX_USAGE,	"value is missing" },
	{ "-l hello",		EX_USAGE,	"number" },
	{ "-l hello=",		EX_USAGE,	"number" },
	{ "-l hello=0",		EX_USAGE,	"number" },
	{ "-l hello=-1",	EX_USAGE,	"number" },
	{ "-l hello=1x",	EX_USAGE,	"number" },
	{ "-l hello=1000001",	EX_USAGE,	"number" },
	{ "-l hello=99999999999999999999", EX_USAGE, "number" },
	{ "-l hullo=1",		EX_USAGE,	"no such limit" },
	{ "-l hello=1,",	EX_USAGE,	"no such limit" },
	{ "-c 0",		EX_USAGE,	"number" },
	{ "-d /nonexistent/home", EX_NOINPUT,	"/nonexistent/home" },
};

START_TEST(command_line)
{
	refuses(lines[_i].options, lines[_i].status, lines[_i].says);
}
END_TEST

START_TEST(every_limit_has_its_name)
{
	daemon_start(&d, "-l hello=1,frame=1,idle=1,stuck=1,account=1,per-uid=1,total=1000000");
	daemon_stop(&d);
}
END_TEST

/* ---- once ------------------------------------------------------------------------------------ */

START_TEST(ends_with_the_last_client)
{
	struct conn	*a, *b;

	daemon_start(&d, "-o");
	a = daemon_conn(&d, "dir-a1");
	b = daemon_conn(&d, "dir-a2");
	conn_close(a);
	ck_assert_ptr_nonnull(a = daemon_conn(&d, "dir-a1"));
	conn_close(b);
	conn_close(a);
	ck_assert_int_eq(daemon_wait_exit(&d, 0), EX_OK);
	ck_assert_int_eq(access(d.socket, F_OK), -1);
}
END_TEST

static Suite *
start(void)
{
	const TTest *const all[] = {
		starts_and_stops, a_second_daemon_on_the_home_is_refused, no_home, not_a_home,
		    the_wrong_key,
		a_home_others_can_read, bad_definitions, only_checking,
		    a_socket_left_behind_is_replaced,
		a_living_socket_is_not, what_is_no_socket_stays, a_path_too_long_for_a_socket,
		    the_sockets_directory_is_made,
		every_limit_has_its_name, ends_with_the_last_client,
	};
	Suite	*s = suite_create("starting");
	TCase	*tc = tcase_create("starting"), *words = tcase_create("command line");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(words, setup_homeless, teardown);
	tcase_add_loop_test(words, command_line, 0, sizeof(lines) / sizeof(lines[0]));
	suite_add_tcase(s, words);
	return s;
}

TEST_MAIN(start)
