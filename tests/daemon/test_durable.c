/*
 * What was acknowledged is there, whoever dies: clients in the middle of a save, the daemon told to
 * stop, the daemon killed.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"

enum { CLIENTS = 4, SAVES_MAX = 4000 };

/* Shared with the clients, who may be killed at any moment. */
struct board {
	atomic_int	 n;			/* saves acknowledged, as counted by `at` */
	atomic_int	 errors;		/* refusals that should not be */
	atomic_int	 at[SAVES_MAX];		/* record ids, 0 until written */
};

static struct daemon	 d;
static struct board	*board;

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	daemon_init(&d);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	    0);
	ck_assert(board != MAP_FAILED);
}

static void
teardown(void)
{
	daemon_free(&d);
	munmap(board, sizeof(*board));
}

/*
 * Saves one child after the other until the line is lost; notes each save once it is acknowledged.
 * No assertion here: the check library writes even those that hold to a file that is the test's,
 * too, and a client may be killed in the middle of that.
 */
static _Noreturn void
client(int who)
{
	const char	*say = "";
	struct conn	*l = conn_open(d.socket, &say);
	struct val	*v = l != NULL ?
	    daemon_ask(l, "{'op':'whoami','persona':'dir-a1','lang':'en'}") : NULL;
	bool		 known = val_get_true(v, "ok");
	char		 name[32];

	val_free(v);
	for (int i = 0; known && atomic_load(&board->n) < SAVES_MAX; i++) {
		snprintf(name, sizeof(name), "王%c%c%c", 'a' + who, 'a' + i / 26 % 26,
		    'a' + i % 26);
		v = daemon_ask(l, "{'op':'save','book':'child','set':%s}",
		    child_fields(name, AREA_A1, who * 3000 + i));
		if (v == NULL || strcmp(val_get_true(v, "ok") ? "" : val_get_str(v, "error"),
		    "stopped") == 0)
			break;
		if (!val_get_true(v, "ok"))
			atomic_fetch_add(&board->errors, 1);
		else
			atomic_store(&board->at[atomic_fetch_add(&board->n, 1)],
			    (int)val_get_num(v, "id", -1));
		val_free(v);
	}
	_exit(0);
}

static pid_t
client_start(int who)
{
	pid_t	 pid;

	fflush(NULL);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0)
		client(who);
	return pid;
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) == -1)
		ck_assert_int_eq(errno, EINTR);
}

static void
await_saves(int n)
{
	const struct timespec	 ms = { 0, 1000000 };

	while (atomic_load(&board->n) < n)
		nanosleep(&ms, NULL);
}

/* A client killed between counting and noting leaves a 0, which says nothing. */
static void
check_all_there(void)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*v;
	int		 looked = 0;

	for (int i = 0; i < atomic_load(&board->n); i++) {
		const int	 id = atomic_load(&board->at[i]);

		if (id == 0)
			continue;
		v = daemon_ask(l, "{'op':'get','book':'child','id':%d}", id);
		ck_assert_msg(val_get_true(v, "ok"), "record %d was acknowledged and is not there",
		    id);
		val_free(v);
		looked++;
	}
	ck_assert_int_gt(looked, atomic_load(&board->n) - 50);
	ck_assert_int_eq(atomic_load(&board->errors), 0);
	conn_close(l);
}

START_TEST(clients_killed_in_the_middle_of_saves)
{
	struct conn	*colleague;
	pid_t		 pid;

	daemon_start(&d, NULL);
	colleague = daemon_conn(&d, "dir-b1");
	for (int i = 0; i < 30; i++) {
		int		 before = atomic_load(&board->n);
		struct val	*v;

		pid = client_start(i);
		await_saves(before + 1 + i % 3);
		kill(pid, SIGKILL);
		reap(pid);
		v = daemon_ask(colleague, "{'op':'menu'}");
		ck_assert(val_get_true(v, "ok"));
		val_free(v);
	}
	conn_close(colleague);
	check_all_there();
	daemon_stop(&d);
}
END_TEST

static const struct {
	int	 sig;
	int	 status;
} ends[] = { { SIGTERM, 0 }, { SIGKILL, 1000 + SIGKILL } };

START_TEST(the_daemon_ends_under_saves)
{
	pid_t	 pid[CLIENTS];

	for (int round = 0; round < 3; round++) {
		daemon_start(&d, "-l per-uid=100");
		for (int i = 0; i < CLIENTS; i++)
			pid[i] = client_start(round * CLIENTS + i);
		await_saves((round + 1) * 60);
		ck_assert_int_eq(daemon_wait_exit(&d, ends[_i].sig), ends[_i].status);
		for (int i = 0; i < CLIENTS; i++)
			reap(pid[i]);
	}
	daemon_start(&d, NULL);
	check_all_there();
	daemon_stop(&d);
}
END_TEST

/*
 * From one moment on the log cannot be written: the daemon does not acknowledge what it cannot keep
 * but ends, so that its supervisor starts it anew; and what it had acknowledged before is there.
 */
START_TEST(a_store_that_cannot_write_ends_the_daemon)
{
	const struct rlimit	 none = { 4096, 4096 };
	pid_t			 pid[CLIENTS];

	signal(SIGXFSZ, SIG_IGN);		/* the daemon inherits that: an error, not a
						   signal */
	daemon_start(&d, NULL);
	for (int i = 0; i < CLIENTS; i++)
		pid[i] = client_start(i);
	await_saves(50);
	ck_assert_int_eq(prlimit(d.pid, RLIMIT_FSIZE, &none, NULL), 0);
	ck_assert_int_eq(daemon_wait_exit(&d, 0), EX_TEMPFAIL);
	for (int i = 0; i < CLIENTS; i++)
		reap(pid[i]);
	ck_assert(daemon_logged(&d, "the store has stopped"));
	daemon_start(&d, NULL);
	check_all_there();
	daemon_stop(&d);
}
END_TEST

/*
 * Reads that repeat are counted before they are answered, and told in the trail by whoever comes
 * next.
 */
START_TEST(repeated_reads_outlive_the_daemon)
{
	struct conn		*l;
	struct val		*v;
	const struct val	*e;
	int64_t			 id;

	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	v = daemon_ask(l, "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	id = val_get_num(v, "id", 0);
	val_free(v);
	for (int i = 0; i < 5; i++) {
		v = daemon_ask(l, "{'op':'get','book':'child','id':%d}", (int)id);
		ck_assert(val_get_true(v, "ok"));
		val_free(v);
	}
	conn_close(l);
	daemon_wait_exit(&d, _i == 0 ? SIGKILL : SIGTERM);

	daemon_start(&d, NULL);
	l = daemon_conn(&d, "aud");
	v = daemon_ask(l, "{'op':'trail','record':%d}", (int)id);
	ck_assert_uint_eq(val_len(val_get(v, "entries")), 3);
	e = val_at(val_get(v, "entries"), 0);
	ck_assert_str_eq(val_get_str(e, "act"), "read");
	ck_assert_str_eq(val_get_str(e, "user"), "dir-a1");
	ck_assert_int_eq(val_get_num(val_get(e, "detail"), "n", 0), 4);
	e = val_at(val_get(v, "entries"), 1);
	ck_assert_str_eq(val_get_str(e, "act"), "read");
	ck_assert_ptr_null(val_get(e, "detail"));
	val_free(v);
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

/*
 * A save whose answer got lost is repeated with its token once the daemon is back: one record, the
 * same one.
 */
START_TEST(a_repeated_save_is_one_save)
{
	struct conn	*l;
	struct val	*v;
	char		 json[3000];
	int64_t		 id;

	snprintf(json, sizeof(json),
	    "{'op':'save','book':'child','token':'x:000102030405060708090a0b0c0d0e0f','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	id = reply_number(daemon_ask(l, "%s", json), "id");
	ck_assert_int_eq(daemon_wait_exit(&d, SIGKILL), 1000 + SIGKILL);
	ck_assert_ptr_null(daemon_ask(l, "%s", json));
	conn_close(l);
	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	ck_assert_int_eq(reply_number(daemon_ask(l, "%s", json), "id"), id);
	v = daemon_ask(l, "{'op':'count','book':'child','list':'mine'}");
	ck_assert_int_eq(reply_number(v, "count"), 1);
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

/*
 * The machine comes up with a clock of two years ago: the log says so, saves are refused with both
 * times, reads go on.
 */
START_TEST(a_clock_set_back)
{
	struct conn	*l;
	struct val	*v;
	int64_t		 id;

	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	id = reply_number(daemon_ask(l, "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A1, 1)), "id");
	conn_close(l);
	daemon_stop(&d);
	fixture_set_clock(FIXTURE_NOW - 731 * INT64_C(86400));
	daemon_start(&d, NULL);
	ck_assert(daemon_logged(&d,
	    "the clock says 2024-03-11 10:00, but the newest entry was made at 2026-03-12 10:00"));
	l = daemon_conn(&d, "dir-a1");
	v = daemon_ask(l, "{'op':'save','book':'child','id':%d,'ver':1,'set':{'address':'x'}}",
	    (int)id);
	ck_assert_str_eq(val_get_str(v, "error"), "clock");
	ck_assert_str_eq(val_str(val_at(val_get(v, "args"), 1)), "2026-03-12 10:00");
	val_free(v);
	ck_assert_str_eq(reply_error_code(daemon_ask(l, "{'op':'get','book':'child','id':%d}",
	    (int)id)), "");
	ck_assert_str_eq(reply_error_code(daemon_ask(l, "{'op':'clock','accept':true}")), "denied");
	conn_close(l);
	daemon_stop(&d);
	fixture_set_clock(FIXTURE_NOW + 60);
	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	ck_assert_str_eq(reply_error_code(daemon_ask(l,
	    "{'op':'save','book':'child','id':%d,'ver':1,'set':{'address':'x'}}", (int)id)), "");
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

static Suite *
durable(void)
{
	Suite	*s = suite_create("durable");
	TCase	*tc = tcase_create("durable");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, clients_killed_in_the_middle_of_saves);
	tcase_add_loop_test(tc, the_daemon_ends_under_saves, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(tc, a_store_that_cannot_write_ends_the_daemon);
	tcase_add_loop_test(tc, repeated_reads_outlive_the_daemon, 0, 2);
	tcase_add_test(tc, a_repeated_save_is_one_save);
	tcase_add_test(tc, a_clock_set_back);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(durable)
