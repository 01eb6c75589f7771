/*
 * Jobs in a running daemon: the connection that started one goes, another finds it; the daemon
 * stops, the next one tells of it.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"

static struct daemon	 d;

static void
setup(void)
{
	daemon_init(&d);
	daemon_start(&d, NULL);
}

static void
teardown(void)
{
	daemon_free(&d);
}

/*
 * Starts verify over a connection of its own, which is closed with the answer; the id of the job.
 */
static int64_t
start_and_leave(void)
{
	struct conn	*l = daemon_conn(&d, "aud");
	struct val	*r = daemon_ask(l, "{'op':'job-start','kind':'verify'}");
	const int64_t	 id = val_get_num(val_get(r, "job"), "id", 0);

	ck_assert_int_gt(id, 0);
	val_free(r);
	conn_close(l);
	return id;
}

/* The state it ends in. */
static const char *
await_end(struct conn *l, int64_t id)
{
	static char	 state[32];
	struct val	*r;
	bool		 ended = false;

	while (!ended) {
		r = daemon_ask(l, "{'op':'job','id':%lld}", (long long)id);
		ck_assert(val_get_true(r, "ok"));
		ended = val_get(val_get(r, "job"), "ended") != NULL;
		snprintf(state, sizeof state, "%s", val_get_str(val_get(r, "job"), "state"));
		val_free(r);
		usleep(5000);
	}
	return state;
}

START_TEST(a_job_outlives_its_connection)
{
	const int64_t	 id = start_and_leave();
	struct conn	*l = daemon_conn(&d, "aud"), *other = daemon_conn(&d, "off");
	struct val	*r;
	const char	*data;
	size_t		 n;

	ck_assert_str_eq(await_end(l, id), "done");
	r = daemon_ask(l, "{'op':'job-result','id':%lld}", (long long)id);
	ck_assert_ptr_nonnull(data = val_mem(val_get(r, "data"), &n));
	ck_assert_ptr_nonnull(memmem(data, n, "all agrees\n", 11));
	val_free(r);
	r = daemon_ask(other, "{'op':'job','id':%lld}", (long long)id);
	ck_assert_str_eq(val_get_str(r, "error"), "missing");
	val_free(r);
	conn_close(l);
	conn_close(other);
}
END_TEST

/*
 * Whether the job was through before the signal came depends on the machine; what is told must be
 * what happened.
 */
START_TEST(a_daemon_that_stops_leaves_no_job_open)
{
	const int64_t	 id = start_and_leave();
	struct conn	*l;
	const char	*state;
	int64_t		 next;

	if (_i == 0)
		daemon_stop(&d);
	else
		ck_assert_int_eq(daemon_wait_exit(&d, SIGKILL), 1000 + SIGKILL);
	daemon_start(&d, NULL);
	l = daemon_conn(&d, "aud");
	state = await_end(l, id);
	ck_assert_msg(strcmp(state, "done") == 0 || strcmp(state, "interrupted") == 0, "%s", state);
	next = start_and_leave();
	ck_assert_int_gt(next, id);
	ck_assert_str_eq(await_end(l, next), "done");
	conn_close(l);
}
END_TEST

static Suite *
jobs(void)
{
	Suite	*s = suite_create("daemon/jobs");
	TCase	*tc = tcase_create("jobs");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_job_outlives_its_connection);
	tcase_add_loop_test(tc, a_daemon_that_stops_leaves_no_job_open, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(jobs)
