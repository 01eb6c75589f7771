/*
 * The daemon's side of the root helper. This program also plays the helper: auth_start() runs it
 * again with "helper" and the name of a part, and the part then misbehaves in its own way. What the
 * real one does is in tests/admin/test_authd.c.
 */
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/serve/auth.h"
#include "tests/harness.h"

/* ---- the parts ------------------------------------------------------------------------------- */

struct part {
	const char	*name;
	const char	*hello;
	size_t		 hello_n;
	const char	*reply;	/* to the first request, whose id is 1; NULL: goes away instead */
	size_t		 reply_n;
	const char	*why;		/* part of what the daemon's side says */
};

#define BYTES(s)	s, sizeof(s) - 1
#define HELLO		BYTES("\1\0\1\0\0\0\0\0")

static const struct part parts[] = {
	{ "good",		HELLO, BYTES("\1\1\2\0\0\0\0\1"), NULL },
	/* will not start */
	{ "no hello",		NULL, 0, NULL, 0, "cannot be run" },
	{ "next version",	BYTES("\2\0\1\0\0\0\0\0"), NULL, 0, "another version" },
	{ "hello not ok",	BYTES("\1\0\2\0\0\0\0\0"), NULL, 0, "another version" },
	{ "hello with an id",	BYTES("\1\0\1\0\0\0\0\1"), NULL, 0, "another version" },
	{ "short hello",	BYTES("\1\0\1\0\0\0\0"), NULL, 0, "another version" },
	{ "long hello",		BYTES("\1\0\1\0\0\0\0\0\0"), NULL, 0, "another version" },
	/* starts, and answers badly */
	{ "goes away",		HELLO, NULL, 0, "has ended" },
	{ "version",		HELLO, BYTES("\2\1\1\0\0\0\0\1"), "malformed" },
	{ "no verdict",		HELLO, BYTES("\1\1\0\0\0\0\0\1"), "malformed" },
	{ "verdict past the last", HELLO, BYTES("\1\1\7\0\0\0\0\1"), "malformed" },
	{ "filling",		HELLO, BYTES("\1\1\1\1\0\0\0\1"), "malformed" },
	{ "short",		HELLO, BYTES("\1\1\1\0\0\0\0"), "malformed" },
	{ "long",		HELLO, BYTES("\1\1\1\0\0\0\0\1\0"), "malformed" },
	{ "other id",		HELLO, BYTES("\1\1\1\0\0\0\0\2"), "nobody had asked" },
	{ "id 0",		HELLO, BYTES("\1\1\1\0\0\0\0\0"), "nobody had asked" },
	{ "other op",		HELLO, BYTES("\1\2\1\0\0\0\0\1"), "nobody had asked" },
	{ "second hello",	HELLO, BYTES("\1\0\1\0\0\0\0\1"), "nobody had asked" },
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]), PARTS_GOOD = 1, PARTS_START = 7 };

/* Gives its verdict on what it was started with: nothing of the daemon's may have come along. */
static enum auth_verdict
inheritance(void)
{
	sigset_t	 blocked;

	for (int fd = AUTH_FILENO + 1; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			return AUTH_DENIED;
	if (getenv("SHOUWANG_LEAK") != NULL || getenv("LD_LIBRARY_PATH") != NULL)
		return AUTH_EXPIRED;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	if (sigismember(&blocked, SIGTERM) || signal(SIGPIPE, SIG_DFL) == SIG_IGN)
		return AUTH_MUST_CHANGE;
	return getsid(0) == getpid() ? AUTH_OK : AUTH_BUSY;
}

/*
 * Is the request, byte for byte, AUTH_REAUTH for uid 0x01020304 with the password "守1" and the id
 * 1?
 */
static enum auth_verdict
frame_judge(const char *frame, ssize_t n)
{
	static const char	 want[AUTH_REQUEST_SIZE] = "\1\2\0\4\0\0\0\1\1\2\3\4\xe5\xae\x88"
	    "1";

	return n == AUTH_REQUEST_SIZE && memcmp(frame, want, sizeof(want)) == 0 ? AUTH_OK :
	    AUTH_DENIED;
}

static int
play(const char *name)
{
	char	 frame[AUTH_REQUEST_SIZE + 1];
	ssize_t	 n;

	if (strcmp(name, "inherits") == 0 || strcmp(name, "judges") == 0) {
		send(AUTH_FILENO, HELLO, 0);
		while ((n = recv(AUTH_FILENO, frame, sizeof(frame), 0)) > 0) {
			char	reply[] = "\1\0\0\0\0\0\0";

			reply[1] = frame[1];
			reply[2] = *name == 'i' ? inheritance() : frame_judge(frame, n);
			memcpy(reply + 4, frame + 4, 4);
			send(AUTH_FILENO, reply, sizeof(reply), 0);
		}
		return 0;
	}
	for (const struct part *p = parts; p < parts + PARTS; p++) {
		if (strcmp(p->name, name) != 0)
			continue;
		if (p->hello == NULL)
			return 0;
		send(AUTH_FILENO, p->hello, p->hello_n, 0);
		recv(AUTH_FILENO, frame, sizeof(frame), 0);
		if (p->reply != NULL)
			send(AUTH_FILENO, p->reply, p->reply_n, 0);
		return 0;
	}
	return 1;
}

/* ---- the daemon's side ----------------------------------------------------------------------- */

static struct auth *
start(const char *part, const char **why)
{
	const char *const argv[] = { "/proc/self/exe", "helper", part, NULL };

	return auth_start(argv, why);
}

static void
keep(void *arg, enum auth_verdict v)
{
	*(int *)arg = v;
}

static bool
wait_readable(struct auth *a)
{
	struct pollfd	 pfd = { .fd = auth_fd(a), .events = POLLIN };

	while (poll(&pfd, 1, -1) == -1)
		ck_assert_int_eq(errno, EINTR);
	return auth_readable(a);
}

START_TEST(a_good_answer_arrives)
{
	const char	*why = "unset";
	struct auth	*a = start("good", &why);
	int		 got = 0;

	ck_assert_ptr_nonnull(a);
	ck_assert(auth_readable(a));	/* nothing there yet, and it does not wait */
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got, AUTH_DENIED);
	ck_assert_ptr_null(auth_why(a));
	auth_stop(a);
}
END_TEST

START_TEST(a_helper_that_will_not_start)
{
	const struct part	*p = &parts[PARTS_GOOD + _i];
	const char		*why = NULL;

	ck_assert_ptr_null(start(p->name, &why));
	ck_assert_msg(strstr(why, p->why) != NULL, "%s: \"%s\"", p->name, why);
}
END_TEST

START_TEST(a_helper_that_is_not_there)
{
	const char *const	 argv[] = { "/nonexistent/shouwang-authd", NULL };
	const char		*why = NULL;

	ck_assert_ptr_null(auth_start(argv, &why));
	ck_assert(strstr(why, "cannot be run") != NULL);
}
END_TEST

START_TEST(a_helper_that_answers_badly)
{
	const struct part	*p = &parts[PARTS_START + _i];
	const char		*why = NULL;
	struct auth		*a = start(p->name, &why);
	int			 got = 0;

	ck_assert_ptr_nonnull(a);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_SENT);
	ck_assert(!wait_readable(a));
	ck_assert_msg(strstr(auth_why(a), p->why) != NULL, "%s: \"%s\"", p->name, auth_why(a));
	ck_assert_int_eq(got, 0);
	ck_assert(!auth_readable(a));			/* and it stays lost */
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_LOST);
	auth_stop(a);
}
END_TEST

START_TEST(a_dead_helper_is_noticed_when_asking)
{
	const char	*why;
	struct auth	*a = start("good", &why);
	int		 got = 0;

	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert(!wait_readable(a));			/* it has gone after one answer */
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_LOST);
	ck_assert_ptr_nonnull(auth_why(a));
	auth_stop(a);
}
END_TEST

START_TEST(nothing_of_the_daemons_passes_on)
{
	const char	*why;
	struct auth	*a;
	sigset_t	 term;
	int		 got = 0;

	setenv("SHOUWANG_LEAK", "1", 1);
	setenv("LD_LIBRARY_PATH", "/nonexistent", 1);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	ck_assert_int_eq(fcntl(0, F_DUPFD, 40), 40);
	a = start("inherits", &why);
	ck_assert_ptr_nonnull(a);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got, AUTH_OK);
	auth_stop(a);
}
END_TEST

/*
 * With 0 and 3 closed, the pair takes the very numbers that the helper's descriptors are moved to.
 */
START_TEST(low_descriptors_do_not_collide)
{
	const char	*why;
	struct auth	*a;
	const int	 runners = fcntl(AUTH_FILENO, F_DUPFD, 10);
	int		 got = 0;

	close(0);
	close(AUTH_FILENO);
	a = start("inherits", &why);
	dup2(runners, AUTH_FILENO);
	ck_assert_ptr_nonnull(a);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 7, NULL, 0, keep, &got), AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got, AUTH_OK);
	auth_stop(a);
}
END_TEST

START_TEST(the_frame_is_as_described)
{
	const char	*why;
	struct auth	*a = start("judges", &why);
	int		 got[2] = { 0, 0 };

	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 0x01020304, "守1", 4, keep, &got[0]),
	    AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 0x01020304, "守1", 4, keep, &got[1]),
	    AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got[0], AUTH_OK);
	ck_assert_int_eq(got[1], AUTH_DENIED);		/* its id is 2 */
	auth_stop(a);
}
END_TEST

START_TEST(secrets_that_pam_could_not_take)
{
	static char	 text[AUTH_SECRET_MAX + 1];
	const char	*why;
	struct auth	*a = start("judges", &why);
	int		 got = 0;

	memset(text, 'x', sizeof(text));
	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 1, text, AUTH_SECRET_MAX + 1, keep, &got),
	    AUTH_BAD_SECRET);
	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 1, "right\0x", 7, keep, &got),
	    AUTH_BAD_SECRET);
	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 1, text, AUTH_SECRET_MAX, keep, &got),
	    AUTH_SENT);
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got, AUTH_DENIED);
	auth_stop(a);
}
END_TEST

START_TEST(who_has_gone_is_not_called)
{
	const char	*why;
	struct auth	*a = start("judges", &why);
	int		 gone = 0, here = 0;

	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &gone), AUTH_SENT);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &here), AUTH_SENT);
	auth_forget(a, &gone);
	ck_assert(wait_readable(a));
	ck_assert(wait_readable(a));
	ck_assert_int_eq(gone, 0);
	ck_assert_int_eq(here, AUTH_DENIED);
	auth_stop(a);
}
END_TEST

struct again {
	struct auth	*a;
	int		 left, calls;
};

static void
ask_again(void *arg, enum auth_verdict v)
{
	struct again	*g = arg;

	ck_assert_int_ne(v, 0);
	g->calls++;
	if (g->left-- > 0)
		ck_assert_int_eq(auth_request(g->a, AUTH_ACCOUNT, 1, NULL, 0, ask_again, g),
		    AUTH_SENT);
}

START_TEST(a_callback_may_ask_again)
{
	const char	*why;
	struct again	 g = { start("judges", &why), 2 * AUTH_PENDING_MAX, 0 };

	ask_again(&g, AUTH_OK);
	while (g.left >= 0)
		ck_assert(wait_readable(g.a));
	ck_assert_int_eq(g.calls, 2 * AUTH_PENDING_MAX + 1);
	auth_stop(g.a);
}
END_TEST

START_TEST(without_a_helper)
{
	struct auth	*a = auth_none();
	int		 got[2] = { 0, 0 };

	ck_assert(auth_readable(a));
	ck_assert_int_eq(auth_request(a, AUTH_REAUTH, 1, "x", 1, keep, &got[0]), AUTH_UNSUPPORTED);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &got[0]), AUTH_SENT);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 2, NULL, 0, keep, &got[1]), AUTH_SENT);
	ck_assert_int_eq(got[0], 0);			/* never from inside auth_request() */
	ck_assert(wait_readable(a));
	ck_assert(wait_readable(a));
	ck_assert_int_eq(got[0], AUTH_OK);
	ck_assert_int_eq(got[1], AUTH_OK);
	auth_stop(a);
}
END_TEST

START_TEST(the_table_is_bounded)
{
	struct auth	*a = auth_none();
	int		 got[AUTH_PENDING_MAX] = { 0 }, over = 0;

	for (int i = 0; i < AUTH_PENDING_MAX; i++)
		ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &got[i]),
		    AUTH_SENT);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &over), AUTH_FULL);
	for (int i = 0; i < AUTH_PENDING_MAX; i++)
		ck_assert(wait_readable(a));
	for (int i = 0; i < AUTH_PENDING_MAX; i++)
		ck_assert_int_eq(got[i], AUTH_OK);
	ck_assert_int_eq(over, 0);
	ck_assert_int_eq(auth_request(a, AUTH_ACCOUNT, 1, NULL, 0, keep, &over), AUTH_SENT);
	auth_stop(a);
}
END_TEST

static Suite *
auth_suite(void)
{
	Suite	*s = suite_create("core/auth");
	TCase	*tc = tcase_create("core/auth");

	tcase_add_test(tc, a_good_answer_arrives);
	tcase_add_loop_test(tc, a_helper_that_will_not_start, 0, PARTS_START - PARTS_GOOD);
	tcase_add_test(tc, a_helper_that_is_not_there);
	tcase_add_loop_test(tc, a_helper_that_answers_badly, 0, PARTS - PARTS_START);
	tcase_add_test(tc, a_dead_helper_is_noticed_when_asking);
	tcase_add_test(tc, nothing_of_the_daemons_passes_on);
	tcase_add_test(tc, low_descriptors_do_not_collide);
	tcase_add_test(tc, the_frame_is_as_described);
	tcase_add_test(tc, secrets_that_pam_could_not_take);
	tcase_add_test(tc, who_has_gone_is_not_called);
	tcase_add_test(tc, a_callback_may_ask_again);
	tcase_add_test(tc, without_a_helper);
	tcase_add_test(tc, the_table_is_bounded);
	suite_add_tcase(s, tc);
	return s;
}

int
main(int argc, char *argv[])
{
	static const test_suite_fn	 all[] = { auth_suite };

	if (argc == 3 && strcmp(argv[1], "helper") == 0)
		return play(argv[2]);
	return test_run(all, 1);
}
