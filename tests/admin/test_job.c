/*
 * Jobs as the administrator sees them: the bar, Ctrl-C, a connection that is lost and comes back.
 * The daemon is played by this program, so that a job stands still where a test wants it to; the
 * real one answers in tests/core/test_job and t_admin.sh.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "admin/bar.h"
#include "core/wire/protocol.h"
#include "core/wire/wire.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"
#include "tests/support/vt.h"

/* ---- the daemon ------------------------------------------------------------------------------ */

enum { RUNS, WAITS, DONE, FAILS, STATES };

/* What the test tells the daemon, and what it hears from it. */
struct script {
	_Atomic int	 state;
	_Atomic int	 done;		/* of 1000 units */
	_Atomic int	 step;		/* added with each look at the job; it ends well at 1000 */
	_Atomic int	 status;
	_Atomic bool	 joined;
	_Atomic bool	 away;		/* nobody is let in, and connections are closed */
	_Atomic int	 looks, cancels, connections;
};

static struct fixture	 w;
static struct script	*script;
static pid_t		 daemon_pid;
static char		 socket_path[300];

static struct val *
job_as_scripted(void)
{
	static const char *const	 names[STATES] = { "running", "waiting", "done", "failed" };
	const int			 state = atomic_load(&script->state),
	    done = atomic_load(&script->done);
	struct val			*job =
	    json_val("{'id':3,'kind':'verify','user':'local','at':1773280800}");

	ck_assert(val_put(job, PK_STATE, val_text(names[state])));
	if (state != WAITS)
		ck_assert(val_put(job, PK_DONE, val_int(done)) &&
		    val_put(job, PK_TOTAL, val_int(1000)) &&
		    val_put(job, PK_STEP, val_text("index rows")) &&
		    val_put(job, PK_N, val_int(done * 10)) &&
		    val_put(job, PK_OF, val_int(10000)));
	if (state == DONE || state == FAILS)
		ck_assert(val_put(job, PK_ENDED, val_int(1773280900)) &&
		    val_put(job, PK_STATUS, val_int(atomic_load(&script->status))) &&
		    val_put(job, PK_SAY, val_text("what it came to")));
	return job;
}

static struct val *
reply_to(const struct val *req, struct actor *local)
{
	const char	*op = val_get_str(req, PK_OP);
	struct val	*r = val_map();

	if (strcmp(op, "job") == 0) {
		atomic_fetch_add(&script->looks, 1);
		if (atomic_fetch_add(&script->done,
		    atomic_load(&script->step)) + atomic_load(&script->step) >= 1000)
			atomic_store(&script->state, DONE);
	} else if (strcmp(op, "job-cancel") == 0)
		atomic_fetch_add(&script->cancels, 1);
	else if (strcmp(op, "job-result") == 0)
		ck_assert(val_put(r, PK_DATA, val_get_num(req, PK_OFFSET, 0) == 0 ?
		    val_bytes("missing: child 1\n", 17) :
		    val_bytes("the last line\n", 14)) &&
		    val_put(r, PK_MORE, val_bool(val_get_num(req, PK_OFFSET, 0) == 0)));
	else if (strcmp(op, "jobs") == 0) {
		struct val	*list = val_list();

		ck_assert(val_add(list, job_as_scripted()) && val_put(r, PK_JOBS, list));
	} else if (strcmp(op, "job-start") == 0) {
		if (atomic_load(&script->joined))
			ck_assert(val_put(r, PK_JOINED, val_bool(true)));
	} else {
		val_free(r);
		r = val_dup(req);
		val_drop(r, PK_REQ);
		return call_run(w.core, local, r, LANG_EN);
	}
	ck_assert(val_put(r, PK_OK, val_bool(true)) && val_put(r, PK_JOB, job_as_scripted()));
	return r;
}

static bool
answer_frames(int fd, struct buf *in, struct actor *local)
{
	struct val	*req, *reply;
	struct buf	 out = BUF_INIT;
	size_t		 used, need;

	while (wire_parse(in->p, in->n, WIRE_REQUEST_MAX, &req, &used, &need) == WIRE_FRAME) {
		memmove(in->p, in->p + used, in->n - used);
		in->n -= used;
		reply = reply_to(req, local);
		ck_assert(val_put(reply, PK_REQ, val_int(val_get_num(req, PK_REQ, 0))));
		wire_append(&out, reply);
		val_free(reply);
		val_free(req);
	}
	used = out.n > 0 ? (size_t)send(fd, out.p, out.n, MSG_NOSIGNAL) : 0;
	buf_free(&out);
	return used != (size_t)-1;
}

static void
serve_one(int fd, struct actor *local)
{
	struct pollfd	 pfd = { .fd = fd, .events = POLLIN };
	struct buf	 in = BUF_INIT;
	ssize_t		 n = 1;
	char		*p;

	atomic_fetch_add(&script->connections, 1);
	while (n > 0 && !atomic_load(&script->away)) {
		if (poll(&pfd, 1, 20) == 0)
			continue;
		p = buf_room(&in, 65536);
		n = read(fd, p, 65536);
		in.n -= 65536 - (n > 0 ? (size_t)n : 0);
		if (n > 0 && !answer_frames(fd, &in, local))
			break;
	}
	buf_free(&in);
	close(fd);
}

/* The home is open here, so its lock names this process, as it must. */
static _Noreturn void
play_daemon(int ready)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	const int		 l = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct actor		*local = actor_local(0, "local");
	int			 fd;

	fixture_reopen(&w);
	snprintf(sun.sun_path, sizeof sun.sun_path, "%.100s", socket_path);
	if (bind(l, (const struct sockaddr *)&sun, sizeof sun) == -1 || listen(l, 5) == -1 ||
	    write(ready, "r", 1) != 1)
		_exit(1);
	while ((fd = accept(l, NULL, NULL)) != -1)
		if (atomic_load(&script->away))
			close(fd);
		else
			serve_one(fd, local);
	_exit(2);
}

static void
setup(void)
{
	int	 ready[2];
	char	 c;

	script = mmap(NULL, sizeof *script, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	    0);
	ck_assert_ptr_ne(script, MAP_FAILED);
	fixture_home(&w);
	snprintf(socket_path, sizeof socket_path, "%s/s", w.dir);
	ck_assert_int_eq(pipe(ready), 0);
	fflush(NULL);
	ck_assert_int_ne(daemon_pid = fork(), -1);
	if (daemon_pid == 0)
		play_daemon(ready[1]);
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
}

static void
teardown(void)
{
	kill(daemon_pid, SIGKILL);
	waitpid(daemon_pid, NULL, 0);
	world_free(&w);
}

/* ---- the administrator ----------------------------------------------------------------------- */

static const char *
program(void)
{
	static char	 path[4096];
	const char	*build = getenv("BUILD");

	snprintf(path, sizeof path, "%s/shouwang-admin", build != NULL ? build : "build");
	return path;
}

static struct vt *
admin(int cols, const char *a, const char *b, const char *c)
{
	const char *const	 argv[] = { program(), "-d", w.home, "-S", socket_path, a, b,
	    b != NULL ? c : NULL, NULL };

	return vt_start(argv, NULL, 24, cols);
}

/* Standard output of a command that is no terminal; its status. */
static int
output_of(const char *command, char *text, size_t size)
{
	struct buf	 cmd = BUF_INIT;
	FILE		*f;
	size_t		 n;
	int		 status;

	buf_printf(&cmd, "%s -d '%s' -S '%s' %s 2>&1", program(), w.home, socket_path, command);
	ck_assert_ptr_nonnull(f = popen(buf_str(&cmd), "r"));
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	status = pclose(f);
	buf_free(&cmd);
	return WEXITSTATUS(status);
}

START_TEST(the_bar_is_one_line_and_goes)
{
	struct vt	*vt;

	atomic_store(&script->done, 420);
	vt = admin(_i == 0 ? 80 : 44, "verify", NULL, NULL);
	vt_expect(vt, "42 %");
	if (_i == 0)
		ck_assert_str_eq(vt_row(vt, 0),
		    "verify [###############.....................]  42 %  index rows 4,200 of "
		    "10,000");
	else
		ck_assert_str_eq(vt_row(vt, 0), "verify [####......]  42 %  index rows 4,200");
	ck_assert_str_eq(vt_row(vt, 1), "");
	atomic_store(&script->done, 770);
	vt_expect(vt, "77 %");
	ck_assert_ptr_null(strstr(vt_dump(vt), "42 %"));
	ck_assert_str_eq(vt_row(vt, 1), "");
	atomic_store(&script->state, DONE);
	vt_expect(vt, "the last line");
	ck_assert_int_eq(vt_wait_exit(vt), EX_OK);
	ck_assert_str_eq(vt_row(vt, 0), "missing: child 1");
	ck_assert_str_eq(vt_row(vt, 1), "the last line");
	ck_assert_ptr_null(strstr(vt_dump(vt), " %"));
	vt_free(vt);
}
END_TEST

START_TEST(a_job_that_waits_says_so)
{
	struct vt	*vt;

	atomic_store(&script->state, WAITS);
	atomic_store(&script->joined, true);
	vt = admin(80, "verify", NULL, NULL);
	vt_expect(vt, "waiting for another job");
	ck_assert_str_eq(vt_row(vt, 0),
	    "verify is under way already: job 3, asked for by local at 2026-03-12 10:00:00");
	atomic_store(&script->state, RUNS);
	vt_expect_gone(vt, "waiting for another job");
	atomic_store(&script->status, EX_DATAERR);
	atomic_store(&script->state, DONE);
	ck_assert_int_eq(vt_end(vt), EX_DATAERR);		/* that of the job */
}
END_TEST

START_TEST(ctrl_c_leaves_it_running)
{
	struct vt	*vt;

	atomic_store(&script->done, 420);
	vt = admin(80, "verify", NULL, NULL);
	vt_expect(vt, "42 %");
	vt_type(vt, "<C-c>");
	vt_expect(vt, "verify goes on: \"shouwang-admin job 3\" shows it");
	ck_assert_int_eq(vt_wait_exit(vt), EX_TEMPFAIL);
	ck_assert_ptr_null(strstr(vt_dump(vt), "42 %"));
	vt_free(vt);
	ck_assert_int_eq(atomic_load(&script->cancels), 0);
	atomic_store(&script->joined, true);		/* back again */
	vt = admin(80, "verify", NULL, NULL);
	vt_expect(vt, "job 3, asked for by local");
	vt_expect(vt, "42 %");
	atomic_store(&script->state, DONE);
	ck_assert_int_eq(vt_end(vt), EX_OK);
}
END_TEST

START_TEST(a_lost_connection_comes_back)
{
	struct vt	*vt;
	int		 before;

	atomic_store(&script->done, 420);
	vt = admin(80, "verify", NULL, NULL);
	vt_expect(vt, "42 %");
	before = atomic_load(&script->connections);
	atomic_store(&script->away, true);
	vt_expect(vt, "connecting again");
	ck_assert_ptr_nonnull(strstr(vt_row(vt, 0), "42 %"));
	atomic_store(&script->done, 430);
	atomic_store(&script->away, false);
	vt_expect(vt, "43 %");
	ck_assert_int_gt(atomic_load(&script->connections), before);
	atomic_store(&script->away, true);
	vt_expect(vt, "connecting again");
	vt_type(vt, "<C-c>");
	ck_assert_int_eq(vt_wait_exit(vt), EX_TEMPFAIL);
	vt_free(vt);
}
END_TEST

START_TEST(one_that_ends_badly_says_why)
{
	char	 text[2000];

	atomic_store(&script->status, EX_TEMPFAIL);
	atomic_store(&script->state, FAILS);
	ck_assert_int_eq(output_of("verify", text, sizeof text), EX_TEMPFAIL);
	ck_assert_str_eq(text, "shouwang-admin: job 3: what it came to\n");
}
END_TEST

START_TEST(without_a_terminal_each_tenth_is_a_line)
{
	char	 text[4000], line[64], *at = text;

	atomic_store(&script->step, 50);
	ck_assert_int_eq(output_of("verify", text, sizeof text), EX_OK);
	ck_assert_ptr_null(strchr(text, '\r'));
	for (int i = 1; i <= 10; i++) {
		snprintf(line, sizeof line, "verify: %d %%, index rows %s%s of 10,000\n", i * 10,
		    i < 10 ? (const char *[]){ "", "1", "2",
		    "3", "4", "5", "6", "7", "8", "9" }[i] : "10", ",000");
		ck_assert_msg(strncmp(at, line, strlen(line)) == 0, "%s instead of %s", at, line);
		at += strlen(line);
	}
	ck_assert_str_eq(at, "missing: child 1\nthe last line\n");
}
END_TEST

START_TEST(jobs_are_listed_shown_and_cancelled)
{
	char	 text[2000];

	atomic_store(&script->done, 420);
	ck_assert_int_eq(output_of("jobs", text, sizeof text), EX_OK);
	ck_assert_str_eq(text, "3\tverify\tlocal\trunning 42 %\t2026-03-12 10:00:00\t-\n");
	ck_assert_int_eq(output_of("job 3", text, sizeof text), EX_OK);
	ck_assert_str_eq(text,
	    "job\t3\nkind\tverify\nuser\tlocal\nstate\trunning 42 %\nasked\t2026-03-12 "
	    "10:00:00\nbegun\t-\n"
	    "step\tindex rows, 4200 of 10000\n");
	ck_assert_int_eq(output_of("job 3 --result", text, sizeof text), EX_OK);
	ck_assert_str_eq(text, "missing: child 1\nthe last line\n");
	ck_assert_int_eq(output_of("job 3 --cancel", text, sizeof text), EX_OK);
	ck_assert_str_eq(text, "job 3 is cancelled\n");
	ck_assert_int_eq(output_of("verify --cancel 3", text, sizeof text), EX_OK);
	ck_assert_int_eq(atomic_load(&script->cancels), 2);
	ck_assert_int_eq(output_of("job", text, sizeof text), EX_USAGE);
	ck_assert_int_eq(output_of("job x", text, sizeof text), EX_USAGE);
	ck_assert_int_eq(output_of("job 0", text, sizeof text), EX_USAGE);
	ck_assert_int_eq(output_of("job 3 --cancel --result", text, sizeof text), EX_USAGE);
	ck_assert_int_eq(output_of("verify --cancel x", text, sizeof text), EX_USAGE);
	ck_assert_int_eq(output_of("jobs 3", text, sizeof text), EX_USAGE);
}
END_TEST

/* ---- the line -------------------------------------------------------------------------------- */

static const struct { int width; uint64_t n, of, done,
    total; const char *note; int64_t left; const char *line; } lines[] = {
	{ 79, 501, 5012, 10, 100, NULL, -1,
	    "verify [####......................................]  10 %  records 501 of 5,012" },
	{ 79, 501, 5012, 10, 100, NULL, 130,
	    "verify [##..................]  10 %  records 501 of 5,012  about 2 minutes left" },
	{ 60, 501, 5012, 10, 100, NULL, 130,
	    "verify [#.........]  10 %  records 501  about 2 minutes left" },
	{ 50, 501, 5012, 10, 100, NULL, 130,
	    "verify [#............]  10 %  about 2 minutes left" },
	{ 30, 501, 5012, 10, 100, NULL, 130,
	    "verify [#..............]  10 %" },
	{ 12, 501, 5012, 10, 100, NULL, 130,
	    "verify  10 %" },
	{ 8, 501, 5012, 10, 100, NULL, 130,
	    "verify  " },
	{ 40, 0, 0, 0, 0, "counting", -1,
	    "verify [................]  0 %  counting" },
	{ 37, 7, 0, 100, 100, NULL, -1,
	    "verify [##########]  100 %  records 7" },
	{ 36, 7, 0, 100, 100, NULL, -1,
	    "verify [####################]  100 %" },
	{ 62, 1, 2, 50, 100, NULL, 3,
	    "verify [#####......]  50 %  records 1 of 2  a few seconds left" },
};

START_TEST(the_line_fits)
{
	const struct progress	 p = { "records", lines[_i].n, lines[_i].of, lines[_i].done,
	    lines[_i].total };
	char			 line[300];

	bar_print(line, sizeof line, lines[_i].width, "verify", &p, lines[_i].note, lines[_i].left);
	ck_assert_uint_le(strlen(line), (size_t)lines[_i].width);
	ck_assert_str_eq(line, lines[_i].line);
}
END_TEST

START_TEST(the_time_left_is_told_in_words)
{
	static const struct { int64_t left; const char *words; } times[] = {
		{ 0, "a few seconds left" }, { 6, "about 10 seconds left" },
		    { 54, "about 55 seconds left" }, { 55, "about a minute left" },
		{ 90, "about 2 minutes left" }, { 3000, "about 50 minutes left" },
		    { 5400, "about 2 hours left" },
	};
	const struct progress	 p = { "records", 1, 2, 1, 2 };
	char			 line[300];

	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		bar_print(line, sizeof line, 100, "verify", &p, NULL, times[i].left);
		ck_assert_msg(strstr(line, times[i].words) != NULL, "%s", line);
	}
}
END_TEST

static Suite *
watching(void)
{
	Suite	*s = suite_create("admin/job");
	TCase	*tc = tcase_create("watching"), *line = tcase_create("line");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, the_bar_is_one_line_and_goes, 0, 2);
	tcase_add_test(tc, a_job_that_waits_says_so);
	tcase_add_test(tc, ctrl_c_leaves_it_running);
	tcase_add_test(tc, a_lost_connection_comes_back);
	tcase_add_test(tc, one_that_ends_badly_says_why);
	tcase_add_test(tc, without_a_terminal_each_tenth_is_a_line);
	tcase_add_test(tc, jobs_are_listed_shown_and_cancelled);
	tcase_add_loop_test(line, the_line_fits, 0, sizeof lines / sizeof *lines);
	tcase_add_test(line, the_time_left_is_told_in_words);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, line);
	return s;
}

TEST_MAIN(watching)
